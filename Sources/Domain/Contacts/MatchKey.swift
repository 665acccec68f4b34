/// The form of a number under which its variants meet. The number itself is never rewritten.
///
/// Three countries write one mobile number in two ways (Meta, "Send messages", the note on Brazil and Mexico; Argentina by the
/// same habit): Brazil with or without a 9 after the area code, Argentina with or without a 9 after 54, Mexico with or without a 1 after 52.
/// Brazilian landlines, whose local part begins with 2 to 5, have no such twin and keep their digits.
package struct MatchKey: Sendable, Hashable {
    package let text: String

    package init(_ number: PhoneNumber) {
        let digits = number.digits
        // Only numbers of 13 digits in countries that begin with 5 have a twin.
        text =
            digits.utf8.count == 13 && digits.utf8.first == UInt8(ascii: "5")
            ? String(decoding: Self.canonical(Array(digits.utf8)), as: UTF8.self) : digits
    }

    /// Every form of a number with this key, as `+` and digits: one, or two.
    package var forms: [String] {
        let rest = text.dropFirst(2)
        let twin =
            switch text.prefix(2) {
            case "55": "\(text.prefix(4))9\(text.dropFirst(4))"
            case "54": "549\(rest)"
            case "52": "521\(rest)"
            default: ""
            }
        return [text, twin].compactMap(PhoneNumber.init(providerDigits:)).filter { MatchKey($0) == self }.map(\.text)
    }

    private static func canonical(_ digits: [UInt8]) -> [UInt8] {
        let nine = UInt8(ascii: "9")
        if digits.starts(with: Array("55".utf8)), digits.count == 13, digits[4] == nine, digits[5] >= UInt8(ascii: "6") {
            return Array(digits[..<4]) + digits[5...]
        }
        if digits.starts(with: Array("549".utf8)), digits.count == 13 {
            return Array(digits[..<2]) + digits[3...]
        }
        if digits.starts(with: Array("521".utf8)), digits.count == 13 {
            return Array(digits[..<2]) + digits[3...]
        }
        return digits
    }
}

extension PhoneNumber {
    /// Whether both are one number, in whichever form it is written.
    package func matches(_ other: PhoneNumber) -> Bool { MatchKey(self) == MatchKey(other) }
}
