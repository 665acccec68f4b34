/// What is known of the world's telephone numbers: how people read them, which country they belong to, and which ones there can't be.
///
/// It reads the table that `scripts/fetch-assets` makes out of libphonenumber's metadata; docs/decisions/0019 tells its lines.
package struct PhoneNumbers: Sendable {
    /// Digits of the longest calling code.
    static let codeLimit = 3

    /// All countries and services, by their names.
    package let countries: [PhoneCountry]
    let codes: [Int: CallingCode]

    /// Knows no country, and shows numbers as they are.
    package static let none = PhoneNumbers()

    private init() { (countries, codes) = ([], [:]) }

    struct CallingCode: Sendable {
        /// The one whose rules hold for the whole code comes first.
        var countries: [PhoneCountry] = []
        var forms: [PhoneNumberForm] = []
    }

    /// Throws ``PhoneNumberTableProblem`` for a line that isn't one of the table's.
    package init(table: [UInt8]) throws(PhoneNumberTableProblem) {
        var codes: [Int: CallingCode] = [:]
        var code = 0
        for (index, line) in table.split(separator: UInt8(ascii: "\n")).enumerated() {
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            if fields[0].elementsEqual("region".utf8), let country = PhoneCountry(Array(fields.dropFirst())) {
                code = country.callingCode
                codes[code, default: CallingCode()].countries.append(country)
            } else if fields[0].elementsEqual("form".utf8), let form = PhoneNumberForm(Array(fields.dropFirst())), codes[code] != nil {
                codes[code]?.forms.append(form)
            } else {
                throw PhoneNumberTableProblem(line: index + 1)
            }
        }
        self.codes = codes
        countries = codes.values.flatMap(\.countries).sorted { ($0.name, $0.callingCode) < ($1.name, $1.callingCode) }
    }

    /// As people write it to somebody abroad: `+49 1512 3456789`. ``PhoneNumber/init(parsing:)`` reads it back.
    package func display(_ number: PhoneNumber) -> String {
        guard let parts = parts(of: number) else { return number.text }
        let grouped = parts.code.forms.lazy.compactMap { $0.text(of: parts.digits) }.first
        return "+\(parts.callingCode) \(grouped ?? number.digits.dropFirst(String(parts.callingCode).count).description)"
    }

    /// Where it belongs; nil when that can't be told from it.
    package func country(of number: PhoneNumber) -> PhoneCountry? {
        guard let parts = parts(of: number) else { return nil }
        if parts.code.countries.count == 1 { return parts.code.countries[0] }
        return parts.code.countries.first { $0.first.isEmpty ? $0.kind(of: parts.digits) != nil : $0.first.begins(parts.digits) }
    }

    /// Its ISO 3166-1 code: `DE`.
    package func region(of number: PhoneNumber) -> String? { country(of: number)?.region }

    /// What kind of telephone it belongs to; nil when no such number was ever given out, as far as the table knows. Countries give out new ones, so that
    /// is a reason to ask, not to refuse.
    package func kind(of number: PhoneNumber) -> PhoneCountry.Kind? {
        guard let parts = parts(of: number) else { return nil }
        return country(of: number)?.kind(of: parts.digits)
    }

    /// Throws why there can't be such a number: no country has its calling code, or it has too few or too many digits for it.
    package func check(_ number: PhoneNumber) throws(PhoneNumberProblem) {
        guard let parts = parts(of: number), let country = parts.code.countries.first else { throw .countryUnknown(number) }
        let (count, lengths) = (parts.digits.count, country.lengths)
        if lengths.contains(count) { return }
        let place = PhoneNumberProblem.Place(
            country: parts.code.countries.count == 1 ? country.name : nil, callingCode: country.callingCode, lengths: lengths, digits: count
        )
        if count < lengths[0] || country.localLengths.contains(count) { throw .tooShort(number, place) }
        if count > lengths[lengths.count - 1] { throw .tooLong(number, place) }
        throw .impossible(number, place)
    }

    /// Whether ``check(_:)`` has nothing against it.
    package func canBe(_ number: PhoneNumber) -> Bool { (try? check(number)) != nil }

    private func parts(of number: PhoneNumber) -> (callingCode: Int, code: CallingCode, digits: ArraySlice<UInt8>)? {
        let digits = number.text.utf8.dropFirst().map { $0 - UInt8(ascii: "0") }
        var callingCode = 0
        for count in 1...Self.codeLimit {
            callingCode = callingCode * 10 + Int(digits[count - 1])
            if let code = codes[callingCode] { return (callingCode, code, digits[count...]) }
        }
        return nil
    }
}

/// How the numbers of a calling code are written in groups, when they begin in a certain way.
struct PhoneNumberForm: Sendable {
    private let first: DigitPattern
    /// How many digits each group may have.
    private let groups: [ClosedRange<Int>]
    /// `$1 $2-$3`
    private let form: String

    /// From the fields of one line; nil when they aren't that.
    init?(_ fields: [ArraySlice<UInt8>]) {
        guard fields.count == 3 else { return nil }
        first = DigitPattern(text: fields[0])
        groups = fields[1].split(separator: UInt8(ascii: ")")).map(Self.size)
        form = String(decoding: fields[2], as: UTF8.self)
        guard !groups.isEmpty, !form.isEmpty else { return nil }
    }

    /// How many digits `(\d\d{2,5}` stands for.
    private static func size(of group: ArraySlice<UInt8>) -> ClosedRange<Int> {
        group.split(separator: UInt8(ascii: "\\")).dropFirst().reduce(0...0) { size, piece in
            let numbers = piece.split { $0 < UInt8(ascii: "0") || $0 > UInt8(ascii: "9") }
                .compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            let (least, most) = (numbers.first ?? 1, numbers.last ?? 1)
            return size.lowerBound + least...max(size.upperBound + most, size.lowerBound + least)
        }
    }

    /// The digits in groups, of which earlier ones take as many as they can; nil when the number isn't written so.
    func text(of digits: ArraySlice<UInt8>) -> String? {
        guard first.isEmpty || first.begins(digits) else { return nil }
        var (rest, least) = (digits, groups.reduce(0) { $0 + $1.lowerBound })
        var parts: [String] = []
        for group in groups {
            least -= group.lowerBound
            let count = min(group.upperBound, rest.count - least)
            guard count >= group.lowerBound else { return nil }
            parts.append(rest.prefix(count).map(String.init).joined())
            rest = rest.dropFirst(count)
        }
        guard rest.isEmpty else { return nil }
        return parts.enumerated().reduce(form) { $0.replacing("$\($1.offset + 1)", with: $1.element) }
    }
}

/// A table of telephone numbers that isn't one.
package struct PhoneNumberTableProblem: Error {
    /// Which one can't be read, from 1.
    package let line: Int
}
