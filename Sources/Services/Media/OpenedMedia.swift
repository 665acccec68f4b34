package import Domain

/// A file on its way out, with what its answer has to say. The answer must also carry `Content-Security-Policy: sandbox` and `nosniff`.
package struct OpenedMedia: Sendable {
    package let file: MediaFile
    /// Bytes of the whole file.
    package let byteCount: Int
    /// Which bytes ``pieces`` are; the whole file unless ``isPart``.
    package let range: Range<Int>
    /// 206 with a `Content-Range`, not 200.
    package let isPart: Bool
    package let pieces: AsyncThrowingStream<[UInt8], any Error>
    /// With its quotes. The bytes behind an id never change.
    package let entityTag: String

    init(file: MediaFile, digest: MediaDigest, part: Range<Int>?, pieces: AsyncThrowingStream<[UInt8], any Error>) {
        (self.file, byteCount, range, isPart) = (file, digest.byteCount, part ?? 0..<digest.byteCount, part != nil)
        (self.pieces, entityTag) = (pieces, "\"\(digest.sha256)\"")
    }

    package var contentType: String { file.type == .plainText ? "text/plain; charset=utf-8" : file.type.text }

    package var contentRange: String { "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(byteCount)" }

    /// Only what a browser draws or plays without running anything is shown in place; the rest is saved (RFC 6266).
    package var contentDisposition: String {
        // A customer's file comes under the name that they chose, folders and marks of writing among it.
        let name = MediaFile.filename(from: file.filename) ?? "file.\(file.type.filenameExtension)"
        let plain = String(String.UnicodeScalarView(name.unicodeScalars.map { Self.isPlain($0) ? $0 : "_" }))
        let encoded = name.utf8.map { byte in
            Self.isUnreserved(byte) ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        return "\(file.type.isSafeInline ? "inline" : "attachment"); filename=\"\(plain)\"; filename*=UTF-8''\(encoded)"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        (0x20...0x7E).contains(scalar.value) && !"\"\\%".unicodeScalars.contains(scalar)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~".utf8.contains(byte)
        }
    }
}
