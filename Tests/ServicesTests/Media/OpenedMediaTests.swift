import Domain
import Foundation
import TestSupport
import Testing

@testable import Services

@Suite("Headers of files on their way out")
struct OpenedMediaTests {
    private static func disposition(of name: String, _ type: String) -> String {
        let file = MediaFile(
            id: Identifier("med_01k00000000000000000000001"), state: .stored, sha256: nil, byteCount: 1, mimeType: type, filename: name)
        return OpenedMedia(
            file: file, digest: MediaDigest(sha256: "ab", byteCount: 1), part: nil, pieces: AsyncThrowingStream { $0.finish() }
        ).contentDisposition
    }

    @Test(
        "hostile names are one name within their quotes, without a folder or a sign that turns it", arguments: ["text/plain", "image/png"])
    func hostile(type: String) throws {
        for text in HostileTexts.all {
            for name in [text, text + ".html", "../" + text, text + "\r\nSet-Cookie: x=y", "a\"; filename=\"" + text] {
                let header = Self.disposition(of: name, type)
                let match = try #require(
                    header.wholeMatch(of: /(inline|attachment); filename="([ !#-$&-\[\]-~]*)"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)/),
                    "\(name.debugDescription) \(header)")
                #expect(match.1 == (type == "image/png" ? "inline" : "attachment"))
                let read = try #require(match.3.removingPercentEncoding)
                #expect(!read.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0.properties.generalCategory == .control })
                #expect(!read.unicodeScalars.contains { $0.properties.isBidiControl || $0.properties.generalCategory == .lineSeparator })
                #expect(read == MediaFile.filename(from: name) ?? (type == "image/png" ? "file.png" : "file.txt"))
            }
        }
    }
}
