internal import Crypto
internal import Domain
internal import Foundation

/// Encrypts a message for one browser, so that its push service carries what it can't read (RFC 8291, content coding aes128gcm of RFC 8188).
struct PushEncryption: Sendable {
    /// Bytes of a message: what every push service takes (RFC 8030, §7.2), less header, padding mark and tag.
    static let messageLimit = 4_096 - headerCount - 17
    private static let saltCount = 16
    private static let headerCount = saltCount + 4 + 1 + 65
    /// One record holds all.
    private static let recordSize: UInt32 = 4_096

    struct Unusable: Error {}

    let target: PushTarget

    /// - Parameters: ours, and fresh for each message; given only by tests.
    func encrypt(
        _ message: [UInt8], key: P256.KeyAgreement.PrivateKey = .init(),
        salt: [UInt8] = (0..<saltCount).map { _ in UInt8.random(in: .min ... .max) }
    ) throws -> [UInt8] {
        guard message.count <= Self.messageLimit, let theirs = try? P256.KeyAgreement.PublicKey(x963Representation: target.publicKey) else {
            throw Unusable()
        }
        let ours = Array(key.publicKey.x963Representation)
        let secret = try key.sharedSecretFromKeyAgreement(with: theirs)
        let keyInfo = Array("WebPush: info\0".utf8) + target.publicKey + ours
        let material = secret.hkdfDerivedSymmetricKey(using: SHA256.self, salt: target.secret, sharedInfo: keyInfo, outputByteCount: 32)
        let contentKey = Self.derive(material, salt, "Content-Encoding: aes128gcm\0", 16)
        let nonce = Self.derive(material, salt, "Content-Encoding: nonce\0", 12).withUnsafeBytes { Array($0) }
        // 2 marks the last record.
        let box = try AES.GCM.seal(message + [2], using: contentKey, nonce: AES.GCM.Nonce(data: nonce))
        let size = withUnsafeBytes(of: Self.recordSize.bigEndian) { Array($0) }
        return salt + size + [UInt8(ours.count)] + ours + Array(box.ciphertext) + Array(box.tag)
    }

    private static func derive(_ material: SymmetricKey, _ salt: [UInt8], _ info: String, _ count: Int) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: material, salt: salt, info: Array(info.utf8), outputByteCount: count)
    }
}
