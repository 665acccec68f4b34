import Crypto
import Domain
import Foundation
import Testing

@testable import Channels

@Suite("Signatures of Meta's webhooks")
struct MetaSignatureTests {
    static let body = Array(#"{"object":"whatsapp_business_account","entry":[]}"#.utf8)
    static let secret = "a-secret-of-the-app"

    static func hex(_ body: [UInt8], _ secret: String) -> String {
        HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8))).map { String(format: "%02x", $0) }.joined()
    }

    static func secrets(_ appSecret: String) -> ConnectionSecrets {
        ConnectionSecrets(appSecret: appSecret, verifyToken: "v", accessToken: "t")
    }

    @Test("a known vector holds (RFC 4231, case 2)")
    func vector() {
        let signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        #expect(
            MetaWebhookReceiver().verify(
                Array("what do ya want for nothing?".utf8), header: { $0 == "x-hub-signature-256" ? signature : nil },
                secrets: Self.secrets("Jefe")))
    }

    @Test(
        "only the right digest of these very bytes under this very secret holds",
        arguments: [
            ("right", "sha256=" + hex(body, secret), true),
            ("right, in capitals", "sha256=" + hex(body, secret).uppercased(), true),
            ("missing header", nil, false),
            ("empty header", "", false),
            ("prefix only", "sha256=", false),
            ("no prefix", hex(body, secret), false),
            ("prefix of the old algorithm", "sha1=" + hex(body, secret), false),
            ("prefix in capitals", "SHA256=" + hex(body, secret), false),
            ("one digit short", "sha256=" + hex(body, secret).dropLast(), false),
            ("one byte short", "sha256=" + hex(body, secret).dropLast(2), false),
            ("one digit long", "sha256=" + hex(body, secret) + "0", false),
            ("white space behind", "sha256=" + hex(body, secret) + " ", false),
            ("not hex", "sha256=" + String(repeating: "g", count: 64), false),
            ("not ASCII", "sha256=" + String(repeating: "é", count: 32), false),
            ("digest of another body", "sha256=" + hex(body + [0x20], secret), false),
            ("digest under another app's secret", "sha256=" + hex(body, "another-secret"), false),
            ("digest under the empty secret", "sha256=" + hex(body, ""), false),
        ] as [(String, String?, Bool)])
    func verifies(case name: String, header: String?, holds: Bool) {
        let receiver = MetaWebhookReceiver()
        #expect(
            receiver.verify(Self.body, header: { $0 == "x-hub-signature-256" ? header : nil }, secrets: Self.secrets(Self.secret)) == holds)
    }

    @Test("an empty secret never holds, not even for a digest made with it")
    func emptySecret() {
        let header = "sha256=" + Self.hex(Self.body, "")
        #expect(!MetaWebhookReceiver().verify(Self.body, header: { _ in header }, secrets: Self.secrets("")))
    }

    @Test("the header is asked for by its lower-case name, and every changed byte is noticed")
    func everyByte() {
        let receiver = MetaWebhookReceiver()
        let header = "sha256=" + Self.hex(Self.body, Self.secret)
        for position in Self.body.indices {
            var changed = Self.body
            changed[position] ^= 1
            #expect(!receiver.verify(changed, header: { $0 == "x-hub-signature-256" ? header : nil }, secrets: Self.secrets(Self.secret)))
        }
    }
}
