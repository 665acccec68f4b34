internal import Crypto
package import Domain

/// What Meta posts to a connection's webhook address.
package struct MetaWebhookReceiver: WebhookReceiver {
    /// Lower-case name of the header with the signature.
    package static let signatureHeader = "x-hub-signature-256"

    package init() {}

    /// Whether the header is `sha256=` and the HMAC-SHA256 of these very bytes under the app secret, in hex
    /// (Meta, "Create a webhook endpoint", read 2026-11).
    package func verify(_ body: [UInt8], header: (String) -> String?, secrets: ConnectionSecrets) -> Bool {
        guard !secrets.appSecret.isEmpty, let text = header(Self.signatureHeader), let signature = Self.digest(text) else { return false }
        // Compares in constant time.
        return HMAC<SHA256>.isValidAuthenticationCode(
            signature, authenticating: body, using: SymmetricKey(data: Array(secrets.appSecret.utf8)))
    }

    package func decode(_ body: [UInt8]) -> InboundBatch {
        do {
            return MetaBatchReader.read(try JSONParser.parse(body))
        } catch {
            return InboundBatch(items: [], unreadable: [UnreadableItem(path: "", reason: error.reason)])
        }
    }

    package func split(_ body: [UInt8]) -> [WebhookPart]? { (try? JSONParser.parse(body)).flatMap(MetaBodySplitter.split) }

    /// The 32 bytes behind `sha256=`; nil when the header has any other form.
    private static func digest(_ header: String) -> [UInt8]? {
        let text = Array(header.utf8)
        let prefix = Array("sha256=".utf8)
        guard text.count == prefix.count + 2 * SHA256.byteCount, text.starts(with: prefix) else { return nil }
        var digest: [UInt8] = []
        digest.reserveCapacity(SHA256.byteCount)
        for position in stride(from: prefix.count, to: text.count, by: 2) {
            guard let high = hexDigit(text[position]), let low = hexDigit(text[position + 1]) else { return nil }
            digest.append(high << 4 | low)
        }
        return digest
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
