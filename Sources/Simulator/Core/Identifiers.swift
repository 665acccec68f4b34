internal import Foundation

/// Makes the ids of new things. They go up, and never repeat after a restart, because a hub remembers them.
struct IdentifierSource: Sendable {
    private var last: Int
    private var generator = SystemRandomNumberGenerator()

    init(startingAt milliseconds: Int) {
        last = milliseconds * 1_000
    }

    /// Sixteen digits, like the ids of the platform's objects.
    mutating func object() -> String {
        last += 1
        return String(last)
    }

    /// A message's id: opaque for clients, unique for ever.
    mutating func message(for address: String) -> String { "wamid." + opaque(address) }

    /// The same of a call.
    mutating func call() -> String { "wacid." + opaque("") }

    private mutating func opaque(_ address: String) -> String {
        last += 1
        var bytes: [UInt8] = [0x1C, 0x18, UInt8(truncatingIfNeeded: address.utf8.count)]
        bytes.append(contentsOf: address.utf8)
        bytes.append(contentsOf: [0x15, 0x02, 0x00, 0x11, 0x18, 0x12])
        bytes.append(contentsOf: String(last, radix: 16, uppercase: true).utf8)
        bytes.append(contentsOf: String(UInt16.random(in: 0x1000...0xFFFF, using: &generator), radix: 16, uppercase: true).utf8)
        bytes.append(0x00)
        return Data(bytes).base64EncodedString()
    }

    /// A code or token that nobody guesses, of letters and digits.
    mutating func secret(_ prefix: String, length: Int) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return prefix + String((0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
    }

    /// What the platform sends by SMS.
    mutating func verificationCode() -> String {
        String((0..<6).map { _ in Character(String(Int.random(in: 0...9, using: &generator))) })
    }

    /// What the platform calls a trace id.
    mutating func trace() -> String {
        last += 1
        return "A" + String(UInt64.random(in: .min ... .max, using: &generator), radix: 36) + String(last, radix: 36)
    }
}

/// The id of a person as one portfolio sees it. The same person always gets the same, so that a demo can be restarted.
func businessScopedID(country: String, of person: String, seenBy portfolio: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in "\(portfolio)|\(person)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return "\(country).\(1_000_000_000_000_000 + hash % 9_000_000_000_000_000)"
}
