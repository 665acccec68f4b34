import Crypto
import Domain
import Foundation
import Testing

@testable import Services

@Suite("Encryption for browsers")
struct PushEncryptionTests {
    @Test("the example of RFC 8291, appendix A, comes out byte for byte")
    func example() throws {
        let target = try PushTarget(
            endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            auth: "BTBZMqHH6r4Tts7J_aSIgg")
        let key = try P256.KeyAgreement.PrivateKey(
            rawRepresentation: #require(URLSafeBase64.bytes(of: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")))
        let salt = try #require(URLSafeBase64.bytes(of: "DGv6ra1nlYgDCS1FRnbzlw"))
        let sealed = try PushEncryption(target: target).encrypt(
            Array("When I grow up, I want to be a watermelon".utf8), key: key, salt: salt)
        #expect(
            URLSafeBase64.text(of: sealed)
                == "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        )
    }

    @Test("no two messages are sealed alike, and one that is too long isn't sealed")
    func fresh() throws {
        let target = try PushTarget(
            endpoint: "https://push.example.net/",
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            auth: "BTBZMqHH6r4Tts7J_aSIgg")
        let encryption = PushEncryption(target: target)
        #expect(try encryption.encrypt([1]) != encryption.encrypt([1]))
        #expect(try encryption.encrypt([UInt8](repeating: 7, count: PushEncryption.messageLimit)).count == 4_096)
        #expect(throws: PushEncryption.Unusable.self) {
            try encryption.encrypt([UInt8](repeating: 7, count: PushEncryption.messageLimit + 1))
        }
    }
}
