internal import Domain
internal import Foundation
internal import HTTPTypes
package import Hummingbird
package import NIOCore

/// A submitted form with a file in it, `multipart/form-data` (RFC 7578), as browsers write it.
package struct MultipartForm: Sendable {
    /// Bytes of all of it: a picture of a few megabytes, and some fields. Larger files have ways of their own.
    package static let bodyLimit = 8 * 1_024 * 1_024
    /// Parts that are read; no form of ours has more.
    private static let partLimit = 200

    private let parts: [(name: String, bytes: [UInt8])]

    /// Nil when the body isn't such a form.
    package init?(_ body: ByteBuffer, contentType: String) {
        guard let boundary = Self.boundary(of: contentType) else { return nil }
        let bytes = Array(body.readableBytesView)
        let mark = Array("--\(boundary)".utf8)
        guard bytes.starts(with: mark) else { return nil }
        var parts: [(String, [UInt8])] = []
        var place = mark.count
        while parts.count < Self.partLimit {
            // After a boundary stands the end of its line, or two hyphens after the last.
            guard bytes[place...].starts(with: [13, 10]) else { break }
            guard let headEnd = Self.find([13, 10, 13, 10], in: bytes, from: place),
                let end = Self.find([13, 10] + mark, in: bytes, from: headEnd + 2)
            else { return nil }
            let head = String(decoding: bytes[place..<headEnd], as: UTF8.self)
            if let name = Self.name(in: head) { parts.append((name, Array(bytes[min(headEnd + 4, end)..<end]))) }
            place = end + 2 + mark.count
        }
        self.parts = parts
    }

    /// The bytes of the first part of this name: of a file, or of a field.
    package func bytes(_ name: String) -> [UInt8]? { parts.first { $0.name == name }?.bytes }

    package subscript(name: String) -> String? { bytes(name).map { String(decoding: $0, as: UTF8.self) } }

    static func isMultipart(_ request: Request) -> Bool {
        request.headers[.contentType]?.lowercased().hasPrefix("multipart/form-data") ?? false
    }

    /// At most 70 characters (RFC 2046, §5.1.1).
    private static func boundary(of contentType: String) -> String? {
        guard let start = contentType.range(of: "boundary=", options: .caseInsensitive)?.upperBound else { return nil }
        let rest = contentType[start...].prefix { $0 != ";" }.trimmed
        let text = rest.hasPrefix("\"") ? String(rest.dropFirst().prefix { $0 != "\"" }) : rest
        return (1...70).contains(text.utf8.count) ? text : nil
    }

    private static func name(in head: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
            guard let start = line.range(of: "; name=\"")?.upperBound else { return nil }
            return String(line[start...].prefix { $0 != "\"" })
        }
        return nil
    }

    /// Where these bytes begin next.
    private static func find(_ bytes: [UInt8], in all: [UInt8], from start: Int) -> Int? {
        guard all.count >= bytes.count, start <= all.count - bytes.count else { return nil }
        return all.withUnsafeBufferPointer { all in
            bytes.withUnsafeBufferPointer { wanted in
                var place = start
                while place <= all.count - wanted.count {
                    var length = 0
                    while length < wanted.count, all[place + length] == wanted[length] { length += 1 }
                    if length == wanted.count { return place }
                    place += 1
                }
                return nil
            }
        }
    }
}

extension Request {
    /// Reads the body as a form with files.
    package func multipart() async throws -> MultipartForm {
        guard MultipartForm.isMultipart(self), let contentType = headers[.contentType] else {
            throw RequestProblem.contentTypeWrong(expected: "multipart/form-data")
        }
        guard let form = MultipartForm(try await bytes(upTo: MultipartForm.bodyLimit), contentType: contentType) else {
            throw RequestProblem.bodyUnreadable("it isn\u{2019}t multipart/form-data.")
        }
        return form
    }
}
