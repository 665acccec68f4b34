/// Numbers as people write them within their country.
extension PhoneNumbers {
    /// What somebody in a country means by a number without a country code, such as `0721 234 567` in Romania; nil when nobody there has such a number.
    package func international(_ local: String, in region: String) -> PhoneNumber? {
        guard local.utf8.count <= 40, let country = countries.first(where: { $0.region == region }) else { return nil }
        let digits = String(local.filter { $0.isASCII && $0.isNumber })
        let isPlain = local.allSatisfy { $0.isASCII && ($0.isNumber || " .-()/".contains($0)) || $0 == "\u{A0}" }
        guard isPlain else { return nil }
        var candidates = [digits]
        if let prefix = country.nationalPrefix, digits.hasPrefix(prefix) {
            candidates.insert(String(digits.dropFirst(prefix.count)), at: 0)
        }
        return candidates.lazy.compactMap { PhoneNumber(providerDigits: "\(country.callingCode)\($0)") }.first { number in
            self.country(of: number)?.region == region && self.kind(of: number) != nil
        }
    }

    /// What a number without a plus is meant to be: one with `00` in front, or one of the first of these countries that has such numbers.
    package func suggestion(for input: String, regions: [String]) -> PhoneNumber? {
        if let number = try? PhoneNumber(parsing: input) { return number }
        let digits = String(input.filter { $0.isASCII && $0.isNumber })
        if digits.hasPrefix("00"), let number = PhoneNumber(providerDigits: String(digits.dropFirst(2))), canBe(number) { return number }
        return regions.lazy.compactMap { international(input, in: $0) }.first
    }

    /// The country, or the one of several that share the code, of a number of which only the beginning is there, such as `+40`.
    package func country(beginning input: String) -> PhoneCountry? {
        let digits = input.filter { $0.isASCII && $0.isNumber }
        guard input.trimmed.hasPrefix("+") else { return nil }
        for count in 1...Self.codeLimit where count <= digits.count {
            if let code = Int(digits.prefix(count)), let found = codes[code] { return found.countries.first }
        }
        return nil
    }
}
