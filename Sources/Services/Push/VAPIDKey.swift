internal import Crypto
internal import Domain
internal import Foundation
internal import Store

/// By which push services know this installation (RFC 8292). Made once; were it another one, all browsers would have to subscribe again.
struct VAPIDKey: Sendable {
    /// How long a signature is good; services take a day at most.
    private static let lifetimeSeconds = 12.0 * 60 * 60
    private static let place = SecretPlace(table: "settings", column: "value", row: SettingTable.Key.pushKey.rawValue)

    private let key: P256.Signing.PrivateKey

    /// Uncompressed: 65 bytes.
    var publicBytes: [UInt8] { Array(key.publicKey.x963Representation) }

    private init(sealed: String, _ sealing: any SecretSealing) throws {
        guard let bytes = Data(base64Encoded: try sealing.open(sealed, at: Self.place)) else { throw SecretProblem.unreadable }
        key = try P256.Signing.PrivateKey(rawRepresentation: bytes)
    }

    static func load(_ database: any Database, _ sealing: any SecretSealing) async throws -> VAPIDKey {
        if let sealed = try await database.read({ try SettingTable($0).value(of: .pushKey) }) { return try Self(sealed: sealed, sealing) }
        let new = try sealing.seal(P256.Signing.PrivateKey().rawRepresentation.base64EncodedString(), at: place)
        let kept = try await database.write { transaction in
            // Another process may have been faster; the first one is everybody's.
            _ = try SettingTable(transaction).setOnce(new, for: .pushKey)
            return try SettingTable(transaction).value(of: .pushKey) ?? new
        }
        return try Self(sealed: kept, sealing)
    }

    /// For a call to an endpoint of this origin.
    /// - Parameter contact: an address at which the operator is reached, `https:` or `mailto:`.
    func authorization(for origin: String, contact: String, now: Date) throws -> String {
        struct Claims: Encodable {
            let aud: String
            let exp: Int
            let sub: String
        }
        let head = URLSafeBase64.text(of: Array(#"{"typ":"JWT","alg":"ES256"}"#.utf8))
        let expiry = Int(now.addingTimeInterval(Self.lifetimeSeconds).timeIntervalSince1970)
        let claims = URLSafeBase64.text(of: Array(try JSONText.encode(Claims(aud: origin, exp: expiry, sub: contact)).utf8))
        let signature = try key.signature(for: Data("\(head).\(claims)".utf8)).rawRepresentation
        return "vapid t=\(head).\(claims).\(URLSafeBase64.text(of: signature)), k=\(URLSafeBase64.text(of: publicBytes))"
    }
}
