internal import Foundation
package import HTTPTypes
package import Hummingbird
internal import NIOCore

/// How we write JSON: keys in order so that an answer is the same bytes each time, instants as ISO 8601 with milliseconds.
package enum JSONText {
    package static func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(instants))
        }
        return Array(try encoder.encode(value))
    }

    package static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        response(bytes: try bytes(of: value), status: status)
    }

    package static func response(bytes: [UInt8], status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// ISO 8601 with a zone, with or without fractions of a second; nil for anything else.
    static func instant(_ text: String) -> Date? {
        (try? Date(text, strategy: instants)) ?? (try? Date(text, strategy: .iso8601))
    }

    private static let instants = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
