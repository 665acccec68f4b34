internal import Crypto

/// A secret that is shown once and stored as a hash: session cookies, one-time links, API keys. It has 256 random bits, so a plain hash is
/// enough.
package struct SecretToken: Sendable {
    package let text: String

    /// - Parameter prefix: tells the kind to a reader, and to programs that look for leaked secrets.
    static func make(prefix: String = "") -> SecretToken {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<52).map { _ in alphabet[Int(generator.next() & 31)] }
        return SecretToken(text: prefix + String(decoding: digits, as: UTF8.self))
    }

    var hash: [UInt8] { Self.hash(of: text) }

    static func hash(of text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
}
