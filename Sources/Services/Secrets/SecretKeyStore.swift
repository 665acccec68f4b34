package import Domain
internal import Foundation
package import Store

/// Finds the secret key at start, and makes sure that it is the one this database was written with.
package struct SecretKeyStore: Sendable {
    private let database: any Database
    private let environmentText: String?
    private let file: String

    /// - Parameters:
    ///   - environmentText: the value of ``SecretKey/environmentName``, if it is set.
    ///   - dataDirectory: where the file lies when the environment has no key.
    package init(database: any Database, environmentText: String?, dataDirectory: String) {
        (self.database, self.environmentText) = (database, environmentText)
        file = dataDirectory + "/" + SecretKey.filename
    }

    /// The key, from the environment or the file. A new file is made only while the database has never seen a key. Throws
    /// ``SecretKeyProblem``.
    package func load() async throws -> SecretBox {
        let check = try await database.read { try SettingTable($0).value(of: .secretCheck) }
        let box = SecretBox(try find(isNew: check == nil))
        guard let check else {
            let mine = try box.seal(Self.checkText, at: Self.checkPlace)
            if try await database.write({ try SettingTable($0).setOnce(mine, for: .secretCheck) }) { return box }
            return try await load()  // Another process was first; its key decides.
        }
        guard (try? box.open(check, at: Self.checkPlace)) == Self.checkText else { throw SecretKeyProblem.otherKey }
        return box
    }

    private static let checkText = "switchboard"
    private static let checkPlace = SecretPlace(table: "settings", column: "value", row: SettingTable.Key.secretCheck.rawValue)

    private func find(isNew: Bool) throws -> SecretKey {
        if let environmentText, !environmentText.isEmpty {
            guard let key = SecretKey(parsing: environmentText) else { throw SecretKeyProblem.malformed(SecretKey.environmentName) }
            return key
        }
        if let bytes = FileManager.default.contents(atPath: file) {
            try checkMode()
            guard let key = SecretKey(parsing: String(decoding: bytes, as: UTF8.self)) else { throw SecretKeyProblem.malformed(file) }
            return key
        }
        guard isNew else { throw SecretKeyProblem.missing(file) }
        return try makeFile()
    }

    private func makeFile() throws -> SecretKey {
        let (key, text) = SecretKey.make()
        // Readable by us alone from its first moment, and never over a file that is there.
        let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SecretKeyProblem.unwritable(file, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let bytes = Array((text + "\n").utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            throw SecretKeyProblem.unwritable(file, reason: String(cString: strerror(errno)))
        }
        return key
    }

    private func checkMode() throws {
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int ?? 0
        guard mode & 0o077 == 0 else { throw SecretKeyProblem.readableByOthers(file) }
    }
}

/// Why the server doesn't start; each sentence says what to do.
package enum SecretKeyProblem: Problem, Equatable {
    case malformed(String)
    case missing(String)
    case otherKey
    case unwritable(String, reason: String)
    case readableByOthers(String)

    package var kind: ProblemKind { .unavailable }

    package var code: String {
        switch self {
        case .malformed: "secret-key.malformed"
        case .missing: "secret-key.missing"
        case .otherKey: "secret-key.other"
        case .unwritable: "secret-key.unwritable"
        case .readableByOthers: "secret-key.readable-by-others"
        }
    }

    package var detail: String {
        switch self {
        case .malformed(let place):
            "The secret key in \(place) can't be used. It must be 32 random bytes in base 64, such as openssl rand -base64 32 prints."
        case .missing(let file):
            "This database was written with a secret key, but \(file) isn't there. Put it back, or set \(SecretKey.environmentName)."
        case .otherKey: "This database was written with another secret key. Put that one back: its secrets can't be read with this one."
        case .unwritable(let file, let reason): "The secret key can't be written to \(file) (\(reason))."
        case .readableByOthers(let file): "Others can read \(file). Run: chmod 600 \(file)"
        }
    }
}
