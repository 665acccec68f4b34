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
