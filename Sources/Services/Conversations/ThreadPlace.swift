internal import Domain

package import struct Foundation.Date

/// A place in a thread: by time, then sequence.
package struct ThreadPlace: Sendable, Equatable {
    /// Milliseconds since 1970 UTC, and what orders those of one time.
    package let values: (at: Int64, sequence: Int64)

    package init(at: Date, sequence: Int64) {
        values = (at.milliseconds, sequence)
    }

    /// Reads ``cursor``. Throws ``PageProblem/cursorMalformed``.
    package init(parsing text: String) throws(PageProblem) {
        let cursor = try PageCursor(parsing: text)
        guard let sequence = Int64(cursor.second) else { throw .cursorMalformed }
        values = (cursor.first, sequence)
    }

    package var cursor: PageCursor { PageCursor(first: values.at, second: String(values.sequence)) }

    package static func == (one: Self, other: Self) -> Bool { one.values == other.values }
}
