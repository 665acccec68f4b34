internal import Crypto
internal import Domain
internal import Foundation

/// Seals secrets for the database, AES-256-GCM.
///
/// A sealed value is: version 1 (1 byte), id of the key (4), nonce (12), ciphertext, tag (16). As text it is base 64.
package struct SecretBox: SecretSealing {
    private static let version: UInt8 = 1
    private static let headCount = 5

    private let current: SecretKey
    private let keys: [[UInt8]: SecretKey]

    /// - Parameter older: keys that still open what they sealed.
    package init(_ key: SecretKey, older: [SecretKey] = []) {
        current = key
        keys = Dictionary((older + [key]).map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    package func seal(_ text: String, at place: SecretPlace) throws -> String {
        Data(try seal(bytes: Array(text.utf8), at: place)).base64EncodedString()
    }

    /// Throws ``SecretProblem``.
    package func open(_ sealed: String, at place: SecretPlace) throws -> String {
        guard let bytes = Data(base64Encoded: sealed) else { throw SecretProblem.unreadable }
        return String(decoding: try open(bytes: Array(bytes), at: place), as: UTF8.self)
    }

    package func seal(bytes: [UInt8], at place: SecretPlace) throws -> [UInt8] {
        let head = [Self.version] + current.id
        let box = try AES.GCM.seal(bytes, using: current.symmetric, authenticating: head + place.authenticated)
        guard let combined = box.combined else { throw SecretProblem.unreadable }
        return head + combined
    }

    package func open(bytes: [UInt8], at place: SecretPlace) throws -> [UInt8] {
        let head = Array(bytes.prefix(Self.headCount))
        guard head.count == Self.headCount, head[0] == Self.version else { throw SecretProblem.unreadable }
        guard let key = keys[Array(head.dropFirst())] else { throw SecretProblem.keyUnknown }
        do {
            let box = try AES.GCM.SealedBox(combined: bytes.dropFirst(Self.headCount))
            return Array(try AES.GCM.open(box, using: key.symmetric, authenticating: head + place.authenticated))
        } catch {
            throw SecretProblem.unreadable
        }
    }
}

extension SecretPlace {
    /// Outside any workspace.
    init(table: String, column: String, row: String) { self.init(workspaceID: Identifier(""), table: table, column: column, row: row) }

    /// Each part with its length, so that no two places read alike.
    fileprivate var authenticated: [UInt8] {
        [workspaceID.text, table, column, row].flatMap { part in Array("\(part.utf8.count):\(part)".utf8) }
    }
}

package enum SecretProblem: Error, Equatable {
    /// Damaged, cut, or moved from another place.
    case unreadable
    /// Sealed with a key that we don't have.
    case keyUnknown
}
