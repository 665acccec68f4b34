/// A telephone number in E.164: `+`, then 8 to 15 digits of which the first isn't 0. Syntax only: the number need not exist.
package struct PhoneNumber: Sendable, Hashable {
    /// E.164, §6.1.
    package static let digitLimit = 15

    /// With the plus: `+15550199001`.
    package let text: String

    /// Without the plus, as Meta writes a `wa_id`.
    package var digits: String { String(text.dropFirst()) }

    /// Reads what a person or a program gave. `whatsapp:` in front, spaces, dots, hyphens, slashes and brackets are dropped.
    package init(parsing input: String) throws(PhoneNumberProblem) {
        if Self.isPlain(input) {
            text = input
            return
        }
        var rest = input[...]
        if rest.hasPrefix("whatsapp:") { rest = rest.dropFirst("whatsapp:".count) }
        let kept = rest.unicodeScalars.filter { !Self.decoration.contains($0) }
        guard !kept.isEmpty else { throw .empty }
        guard kept.first == "+" else { throw .plusMissing(input) }
        let digits = kept.dropFirst()
        guard digits.allSatisfy({ ("0"..."9").contains($0) }) else { throw .notDigits(input) }
        guard digits.first != "0" else { throw .leadingZero(input) }
        guard (8...Self.digitLimit).contains(digits.count) else { throw .length(input, digits: digits.count) }
        text = "+" + String(String.UnicodeScalarView(digits))
    }

    /// Reads digits without a plus, as a provider's `wa_id`; nil when they can't be a number.
    package init?(providerDigits: String) {
        // Read for every inbound item, so without the detour through what people type.
        let digits = providerDigits.utf8
        guard (8...Self.digitLimit).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        text = "+" + providerDigits
    }

    /// Whether the text is a plus and 8 to 15 digits already, as nearly all that programs give: saves the hot path a pass over scalars.
    private static func isPlain(_ input: String) -> Bool {
        let bytes = input.utf8
        guard (9...16).contains(bytes.count), bytes.first == UInt8(ascii: "+") else { return false }
        let digits = bytes.dropFirst()
        return digits.first != UInt8(ascii: "0") && digits.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    /// For a log line: country code and the last two digits only.
    package var masked: String { "\(text.prefix(3))…\(text.suffix(2))" }

    private static let decoration: Set<Unicode.Scalar> = [
        " ", "\u{A0}", "\u{202F}", ".", "-", "\u{2011}", "\u{2013}", "(", ")", "/", "\u{202A}", "\u{202C}", "\u{200E}",
    ]
}

extension PhoneNumber: Codable {
    package init(from decoder: any Decoder) throws { try self.init(parsing: decoder.singleValueContainer().decode(String.self)) }
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

package enum PhoneNumberProblem: Problem, Equatable {
    case empty
    case plusMissing(String)
    case notDigits(String)
    case leadingZero(String)
    case length(String, digits: Int)
    /// No country has its calling code.
    case countryUnknown(PhoneNumber)
    case tooShort(PhoneNumber, Place)
    case tooLong(PhoneNumber, Place)
    /// No number there has so many digits, though some have fewer and some more.
    case impossible(PhoneNumber, Place)

    /// Whose numbers it would be among, and how many digits those have behind the calling code.
    package struct Place: Sendable, Equatable {
        /// Nil where several share the calling code.
        let country: String?
        let callingCode: Int
        let lengths: [Int]
        /// How many this one has.
        let digits: Int

        fileprivate var rule: String {
            let (least, most) = (lengths[0], lengths[lengths.count - 1])
            let list =
                switch lengths.count {
                case 1: "\(least)"
                case 3... where most - least == lengths.count - 1: "\(least) to \(most)"
                default: "\(lengths.dropLast().map(String.init).joined(separator: ", ")) or \(most)"
                }
            let numbers = country.map { "Numbers of \($0)" } ?? "Numbers"
            return "\(numbers) have \(list) digits after +\(callingCode); this one has \(digits)."
        }
    }

    package var kind: ProblemKind { .invalid }
    package var field: String? { "to" }

    package var code: String {
        switch self {
        case .empty, .plusMissing, .notDigits, .leadingZero, .length: "phone-number.malformed"
        case .countryUnknown: "phone-number.country-unknown"
        case .tooShort: "phone-number.too-short"
        case .tooLong: "phone-number.too-long"
        case .impossible: "phone-number.impossible"
        }
    }

    package var detail: String {
        let form =
            "Write it in the international form E.164: a plus, the country code, then the number, 8 to 15 digits in all, such as +15550199001."
        return switch self {
        case .empty: "The phone number is empty. \(form)"
        case .plusMissing(let text): "“\(text)” has no country code in front. \(form)"
        case .notDigits(let text): "“\(text)” has something other than digits in it. \(form)"
        case .leadingZero(let text): "“\(text)” has a 0 after the plus, and no country code begins so. \(form)"
        case .length(let text, let digits): "“\(text)” has \(digits) digits. \(form)"
        case .countryUnknown(let number): "No country has a code that \(number.text) begins with. Check the digits after the plus."
        case .tooShort(let number, let place): "\(number.text) is too short. \(place.rule)"
        case .tooLong(let number, let place): "\(number.text) is too long. \(place.rule)"
        case .impossible(let number, let place): "There can be no number \(number.text). \(place.rule)"
        }
    }
}
