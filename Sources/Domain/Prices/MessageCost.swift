/// An amount of a currency, exact to the millionth of its unit: a message costs parts of a cent.
package struct MessageCost: Sendable, Hashable {
    /// Units of a currency in one price, at most, so that no campaign's sum overflows.
    package static let unitLimit = 10_000
    private static let millionthsPerUnit = 1_000_000

    package let millionths: Int
    /// ISO 4217, three capital letters.
    package let currency: String

    /// As it was kept or counted.
    package init(millionths: Int, currency: String) { (self.millionths, self.currency) = (millionths, currency) }

    /// Reads `0.0691` or `0,0691`. Throws ``MessageRateProblem/amountMalformed`` and ``MessageRateProblem/currencyMalformed``.
    package init(parsing amount: String, currency: String) throws(MessageRateProblem) {
        let currency = currency.trimmed.uppercased()
        guard currency.utf8.count == 3, currency.utf8.allSatisfy({ (65...90).contains($0) }) else { throw .currencyMalformed }
        let parts = amount.trimmed.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        let digits = parts.joined().utf8
        guard parts.count <= 2, parts[0].utf8.count <= 5, !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else {
            throw .amountMalformed
        }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard fraction.utf8.count <= 6 else { throw .amountMalformed }
        let units = Int(parts[0]) ?? 0
        let rest = Int(fraction + String(repeating: "0", count: 6 - fraction.utf8.count)) ?? 0
        guard units < Self.unitLimit else { throw .amountMalformed }
        self.init(millionths: units * Self.millionthsPerUnit + rest, currency: currency)
    }

    /// Every decimal that counts, two at least: `0.0691`.
    package var figures: String {
        let (units, rest) = millionths.quotientAndRemainder(dividingBy: Self.millionthsPerUnit)
        var decimals = String(String(Self.millionthsPerUnit + rest).dropFirst())
        while decimals.utf8.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(units).\(decimals)"
    }

    /// To the cent, for sums: `EUR 1,234.50`.
    package var words: String {
        let cents = (millionths + 5_000) / 10_000
        return "\(currency) \((cents / 100).grouped).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
    }
}
