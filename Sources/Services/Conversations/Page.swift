package import Domain
internal import Foundation

/// One page of a list.
package struct Page<Element: Sendable>: Sendable {
    package let data: [Element]
    /// Where the next page begins; nil at the end.
    package let next: String?

    package init(data: [Element], next: String?) { (self.data, self.next) = (data, next) }

    /// From one row more than the page holds: the extra row tells that there is a next page.
    package init(rows: [Element], limit: Int, cursor: (Element) -> PageCursor) {
        data = Array(rows.prefix(limit))
        next = rows.count > limit ? data.last.map { cursor($0).text } : nil
    }
}

/// A place in a list, opaque outside: two values in URL-safe base 64.
package struct PageCursor: Sendable, Equatable {
    package let first: Int64
    package let second: String

    package init(first: Int64, second: String) { (self.first, self.second) = (first, second) }

    package init(parsing text: String) throws(PageProblem) {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/") + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: padded) else { throw .cursorMalformed }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let first = Int64(parts[0]) else { throw .cursorMalformed }
        self.init(first: first, second: String(parts[1]))
    }

    package var text: String {
        Data("\(first) \(second)".utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

package enum PageProblem: Problem, Equatable {
    case cursorMalformed
    case limitOutOfRange

    /// Rows of a page, at most.
    package static let limit = 100

    package var kind: ProblemKind { .invalid }

    package var code: String {
        switch self {
        case .cursorMalformed: "page.cursor-malformed"
        case .limitOutOfRange: "page.limit-out-of-range"
        }
    }

    package var detail: String {
        switch self {
        case .cursorMalformed: "This isn't a cursor of this list. Pass the value of next from the page before, or none for the first page."
        case .limitOutOfRange: "limit is a whole number from 1 to \(Self.limit)."
        }
    }

    package var field: String? {
        switch self {
        case .cursorMalformed: "after"
        case .limitOutOfRange: "limit"
        }
    }
}
