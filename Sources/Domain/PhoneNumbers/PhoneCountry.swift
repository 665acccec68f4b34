/// A country or territory with telephone numbers of its own, or a service that has a calling code without a country.
package struct PhoneCountry: Sendable {
    /// ISO 3166-1, two letters; nil for services such as satellite telephones.
    package let region: String?
    /// In English.
    package let name: String
    /// Without the plus; several countries may share one, as the 25 of +1.
    package let callingCode: Int
    /// Digits of a number behind the calling code, ascending.
    package let lengths: [Int]
    /// Digits that only do within a town, without its area code.
    let localLengths: [Int]
    /// What is dialled in front within the country and left out behind the calling code, as the 0 in Germany.
    package let nationalPrefix: String?
    /// A number of the country, of a mobile telephone where there are such.
    package let example: PhoneNumber?

    /// How its numbers begin among those of its calling code, when that says enough.
    let first: DigitPattern
    private let general, mobile, fixed, others: DigitPattern

    /// What kind of telephone a number belongs to, as far as numbers tell.
    package enum Kind: Sendable, CaseIterable {
        case mobile, fixed
        /// Where numbers don't tell, as in the United States.
        case mobileOrFixed
        /// Free and charged services, pagers and the like.
        case other
    }

    /// From the fields of one line; nil when they aren't that.
    init?(_ fields: [ArraySlice<UInt8>]) {
        guard fields.count == 12, let code = Int(Self.text(fields[0])), !fields[2].isEmpty else { return nil }
        func numbers(_ field: ArraySlice<UInt8>) -> [Int] { field.split(separator: UInt8(ascii: " ")).compactMap { Int(Self.text($0)) } }
        (region, name, callingCode) = (fields[1].isEmpty ? nil : Self.text(fields[1]), Self.text(fields[2]), code)
        (lengths, localLengths) = (numbers(fields[3]), numbers(fields[4]))
        guard !lengths.isEmpty else { return nil }
        nationalPrefix = fields[5].isEmpty ? nil : Self.text(fields[5])
        example = PhoneNumber(providerDigits: "\(code)\(Self.text(fields[6]))")
        first = DigitPattern(text: fields[7])
        (general, mobile) = (DigitPattern(text: fields[8]), DigitPattern(text: fields[9]))
        (fixed, others) = (DigitPattern(text: fields[10]), DigitPattern(text: fields[11]))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// What kind of number these digits behind the calling code are; nil when nobody has such a number.
    func kind(of digits: ArraySlice<UInt8>) -> Kind? {
        guard lengths.contains(digits.count), general.matches(digits) else { return nil }
        let isFixed = fixed.matches(digits)
        if mobile.matches(digits) { return isFixed ? .mobileOrFixed : .mobile }
        return isFixed ? .fixed : others.matches(digits) ? .other : nil
    }
}
