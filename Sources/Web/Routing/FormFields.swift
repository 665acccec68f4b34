internal import Foundation
internal import HTTPTypes
package import Hummingbird
package import NIOCore

/// The fields of a submitted form, `application/x-www-form-urlencoded`.
package struct FormFields: Sendable, Equatable {
    /// Bytes: forms hold settings and messages; files go another way.
    package static let bodyLimit = 256 * 1_024

    private let pairs: [(name: String, value: String)]

    package init(parsing body: ByteBuffer) {
        pairs = String(buffer: body).split(separator: "&").map { part in
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(halves[0]), halves.count == 2 ? Self.decoded(halves[1]) : "")
        }
    }

    /// The first field of this name.
    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// All fields of this name, in order.
    package func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    /// A field that the form always has.
    package func require(_ name: String) throws(RequestProblem) -> String {
        guard let value = self[name] else { throw .fieldMissing(name) }
        return value
    }

    package static func == (one: Self, other: Self) -> Bool { one.pairs.elementsEqual(other.pairs, by: ==) }

    static func isForm(_ request: Request) -> Bool {
        request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    }

    private static func decoded(_ text: Substring) -> String {
        // What isn't valid percent-encoding is taken as it stands, as browsers do.
        let spaced = text.replacing("+", with: " ")
        let decoded = spaced.removingPercentEncoding ?? String(spaced)
        // PostgreSQL can't store it, and nobody types it.
        return decoded.utf8.contains(0) ? decoded.replacing("\0", with: "") : decoded
    }
}

extension Request {
    /// What stands behind the question mark, as a form writes it: with a plus for a blank.
    package var query: FormFields { FormFields(parsing: ByteBuffer(string: uri.query ?? "")) }

    /// Reads the body as a form.
    package func form() async throws -> FormFields {
        guard FormFields.isForm(self) else { throw RequestProblem.contentTypeWrong(expected: "application/x-www-form-urlencoded") }
        return FormFields(parsing: try await bytes(upTo: FormFields.bodyLimit))
    }
}
