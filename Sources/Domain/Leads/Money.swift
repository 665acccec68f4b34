/// A currency by its code, ISO 4217.
package struct Currency: Sendable, Hashable, Codable {
    package let code: String
    /// Places behind the decimal point.
    package let digits: Int

    /// Reads a code; nil for one that there isn't.
    package init?(parsing text: String) {
        let code = text.trimmed.uppercased()
        guard Self.known.contains(code) else { return nil }
        self.code = code
        digits = Self.whole.contains(code) ? 0 : Self.thousandths.contains(code) ? 3 : 2
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let currency = Currency(parsing: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "There is no such currency.")
        }
        self = currency
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }

    package static let euro = Currency(parsing: "EUR")!

    /// By code.
    package static let all: [Currency] = known.sorted().compactMap(Currency.init(parsing:))

    /// ISO 4217, read 2026-11.
    private static let known = codes(
        """
        AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE
        CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
        KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
        PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD
        TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
        """)
    private static let whole = codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
    private static let thousandths = codes("BHD IQD JOD KWD LYD OMR TND")

    private static func codes(_ text: String) -> Set<String> { Set(text.split(whereSeparator: \.isWhitespace).map(String.init)) }
}

/// An amount of one currency.
package struct Money: Sendable, Hashable, Codable {
    /// One amount at most, so that no sum of a list overflows.
    package static let limit: Int64 = 100_000_000_000_000

    /// In the smallest part of the currency, such as cents.
    package let minorUnits: Int64
    package let currency: Currency

    /// Throws ``LeadProblem/valueOutOfRange``.
    package init(minorUnits: Int64, currency: Currency) throws(LeadProblem) {
        guard (0...Self.limit).contains(minorUnits) else { throw .valueOutOfRange }
        (self.minorUnits, self.currency) = (minorUnits, currency)
    }

    /// A sum of amounts, which may be more than one amount is.
    package init(sum minorUnits: Int64, currency: Currency) { (self.minorUnits, self.currency) = (minorUnits, currency) }

    /// Reads what somebody typed, such as `1250`, `1250.5` or `1250,50`. What could mean two things isn't taken.
    package init(parsing text: String, in currency: Currency) throws(LeadProblem) {
        let parts = text.withoutBlanks.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        let (whole, part) = (parts.first ?? "", parts.count > 1 ? parts[1] : "")
        func areDigits(_ text: Substring) -> Bool { text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
        guard parts.count <= 2, !whole.isEmpty, areDigits(whole), areDigits(part), part.count <= currency.digits,
            parts.count == 1 || !part.isEmpty
        else { throw .valueMalformed(currency) }
        guard let units = Int64(whole + part + String(repeating: "0", count: currency.digits - part.count)) else { throw .valueOutOfRange }
        try self.init(minorUnits: units, currency: currency)
    }

    /// As it is typed: `1250.50`.
    package var plain: String {
        let (whole, part) = parts
        return part.isEmpty ? "\(whole)" : "\(whole).\(part)"
    }

    /// `1,250.50 EUR`
    package var words: String {
        let (whole, part) = parts
        return "\(whole.grouped)\(part.isEmpty ? "" : ".\(part)") \(currency.code)"
    }

    private var parts: (whole: Int, part: String) {
        var divisor: Int64 = 1
        for _ in 0..<currency.digits { divisor *= 10 }
        let (whole, rest) = minorUnits.quotientAndRemainder(dividingBy: divisor)
        let digits = String(rest)
        return (Int(whole), currency.digits == 0 ? "" : String(repeating: "0", count: currency.digits - digits.count) + digits)
    }
}
