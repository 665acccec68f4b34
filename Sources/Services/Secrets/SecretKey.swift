internal import Crypto
internal import Foundation

/// The key that seals secrets. It isn't in the database, so a copy of that alone gives none away.
package struct SecretKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// Bytes.
    package static let length = 32
    package static let environmentName = "SWITCHBOARD_SECRET_KEY"
    package static let filename = "secret.key"

    let symmetric: SymmetricKey
    /// Tells keys apart without giving anything away.
    let id: [UInt8]

    private init(bytes: [UInt8]) {
        symmetric = SymmetricKey(data: bytes)
        id = Array(SHA256.hash(data: Array("switchboard secret key id".utf8) + bytes).prefix(4))
    }

    /// Reads 32 bytes in hexadecimal or base 64. Nil for anything else, and for one that somebody typed: all bytes alike, or fewer than
    /// eight kinds.
    package init?(parsing text: String) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Self.hexadecimal(trimmed) ?? Data(base64Encoded: trimmed).map(Array.init), bytes.count == Self.length,
            Set(bytes).count >= 8
        else { return nil }
        self.init(bytes: bytes)
    }

    /// A new one, with the text that ``init(parsing:)`` reads.
    package static func make() -> (key: SecretKey, text: String) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        return (SecretKey(bytes: bytes), Data(bytes).base64EncodedString())
    }

    package var description: String { "SecretKey(…)" }
    package var debugDescription: String { description }

    private static func hexadecimal(_ text: String) -> [UInt8]? {
        guard text.utf8.count == length * 2 else { return nil }
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == length * 2 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
