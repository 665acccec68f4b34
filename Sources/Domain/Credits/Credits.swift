/// Whole credits: what numbers cost, and what a workspace has to spend. There are no parts of one.
package struct Credits: Sendable, Hashable, Comparable, Codable {
    /// One price or top-up at most, so that no sum of them overflows.
    package static let limit = 1_000_000_000
    package static let zero = Credits(0)

    package let count: Int

    package init(_ count: Int) { self.count = count }

    package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(Int.self)) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(count)
    }

    package static func < (one: Credits, other: Credits) -> Bool { one.count < other.count }
    package static func + (one: Credits, other: Credits) -> Credits { Credits(one.count + other.count) }
    package static func - (one: Credits, other: Credits) -> Credits { Credits(one.count - other.count) }
    package static prefix func - (one: Credits) -> Credits { Credits(-one.count) }

    /// `1 credit`, `12,000 credits`.
    package var words: String { count == 1 ? "1 credit" : "\(count.grouped) credits" }

    /// `12,000`
    package var figures: String { count.grouped }
}

/// What a month of a number costs.
package struct CreditPrice: Sendable, Hashable {
    package let credits: Credits

    /// Throws ``CreditProblem/priceNegative`` and ``CreditProblem/priceTooHigh``.
    package init(_ count: Int) throws(CreditProblem) {
        guard count >= 0 else { throw .priceNegative }
        guard count <= Credits.limit else { throw .priceTooHigh }
        credits = Credits(count)
    }
}
