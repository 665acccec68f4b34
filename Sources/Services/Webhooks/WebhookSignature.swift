internal import Crypto
internal import Domain
internal import Foundation

/// The secret that a receiver checks our calls with, and what is signed with it.
struct WebhookSecret: Sendable {
    /// `whsec_` and the base 64 of its bytes (Standard Webhooks 1.0.0).
    let text: String

    private static let prefix = "whsec_"
    private static let byteCount = 32

    init(_ text: String) { self.text = text }

    static func make() -> WebhookSecret {
        let bytes = SymmetricKey(size: SymmetricKeySize(bitCount: byteCount * 8)).withUnsafeBytes { Data($0) }
        return WebhookSecret(prefix + bytes.base64EncodedString())
    }

    /// Of Standard Webhooks: over id, time and body, with the decoded bytes.
    func standardSignature(id: String, timestamp: Int, body: String) -> String {
        let key = SymmetricKey(data: Data(base64Encoded: String(text.dropFirst(Self.prefix.count))) ?? Data(text.utf8))
        return "v1,\(Data(HMAC<SHA256>.authenticationCode(for: Data("\(id).\(timestamp).\(body)".utf8), using: key)).base64EncodedString())"
    }

    /// Of `X-Signature-256`: over the body alone, with the secret as it is written.
    func bodySignature(_ body: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Data(body.utf8), using: SymmetricKey(data: Data(text.utf8)))
        return "sha256=" + code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
