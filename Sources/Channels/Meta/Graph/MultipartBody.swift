internal import Domain
internal import NIOCore

internal import struct Foundation.UUID

/// A file as `multipart/form-data` (RFC 7578), made while it is sent: never whole in memory, its length known beforehand.
struct MultipartBody: AsyncSequence, Sendable {
    private let boundary: String
    private let head: ByteBuffer
    private let tail: ByteBuffer
    private let file: OutboundFile

    init(_ file: OutboundFile) {
        self.file = file
        boundary = "switchboard-\(UUID().uuidString)"
        let type = Self.isMIMEType(file.mimeType) ? file.mimeType : "application/octet-stream"
        head = ByteBuffer(
            string: """
                --\(boundary)\r
                Content-Disposition: form-data; name="messaging_product"\r
                \r
                whatsapp\r
                --\(boundary)\r
                Content-Disposition: form-data; name="type"\r
                \r
                \(type)\r
                --\(boundary)\r
                Content-Disposition: form-data; name="file"; filename="\(Self.escape(file.filename))"\r
                Content-Type: \(type)\r
                \r

                """)
        tail = ByteBuffer(string: "\r\n--\(boundary)--\r\n")
    }

    var contentType: String { "multipart/form-data; boundary=\(boundary)" }
    var byteCount: Int { head.readableBytes + file.byteCount + tail.readableBytes }

    func makeAsyncIterator() -> Iterator { Iterator(head: head, pieces: file.pieces.makeAsyncIterator(), tail: tail) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var head: ByteBuffer?
        fileprivate var pieces: AsyncThrowingStream<[UInt8], any Error>.Iterator
        fileprivate var tail: ByteBuffer?

        fileprivate init(head: ByteBuffer, pieces: AsyncThrowingStream<[UInt8], any Error>.Iterator, tail: ByteBuffer) {
            (self.head, self.pieces, self.tail) = (head, pieces, tail)
        }

        mutating func next() async throws -> ByteBuffer? {
            if let head {
                self.head = nil
                return head
            }
            if let piece = try await pieces.next() { return ByteBuffer(bytes: piece) }
            defer { tail = nil }
            return tail
        }
    }

    /// As browsers write file names into forms (WHATWG HTML, "Multipart form data").
    private static func escape(_ filename: String) -> String {
        var escaped = ""
        for scalar in filename.unicodeScalars {
            switch scalar {
            case "\"": escaped += "%22"
            case "\r": escaped += "%0D"
            case "\n": escaped += "%0A"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Printable ASCII with a slash: enough that nothing can end the header line.
    private static func isMIMEType(_ text: String) -> Bool {
        text.contains("/") && text.utf8.count <= 255 && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
