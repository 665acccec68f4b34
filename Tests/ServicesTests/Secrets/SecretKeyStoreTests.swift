import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Services

@Suite("The secret key at start")
struct SecretKeyStoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func store(_ database: any Database, environment: String? = nil) -> SecretKeyStore {
        SecretKeyStore(database: database, environmentText: environment, dataDirectory: folder.path)
    }

    private var file: String { "\(folder.path)/secret.key" }
    private let place = SecretPlace(workspaceID: Identifier("w"), table: "t", column: "c", row: "r")

    @Test("with an empty database a key is made, readable by nobody else, and found again", arguments: TestEngine.allCases)
    func made(engine: TestEngine) async throws {
        let database = try await TestDatabase.make(engine)
        let sealed = try await store(database).load().seal("x", at: place)
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await store(database).load().open(sealed, at: place) == "x")
    }

    @Test("a key that was lost is never replaced by a new one")
    func lost() async throws {
        let database = try await TestDatabase.make(.sqlite)
        _ = try await store(database).load()
        try FileManager.default.removeItem(atPath: file)
        await #expect(throws: SecretKeyProblem.missing(file)) { try await store(database).load() }
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("another key stops the start, from the file as from the environment")
    func other() async throws {
        let database = try await TestDatabase.make(.sqlite)
        _ = try await store(database).load()
        await #expect(throws: SecretKeyProblem.otherKey) { try await store(database, environment: SecretKey.make().text).load() }
        try (SecretKey.make().text + "\n").write(toFile: file, atomically: false, encoding: .utf8)
        await #expect(throws: SecretKeyProblem.otherKey) { try await store(database).load() }
    }

    @Test("the environment's key is used, and no file made")
    func environment() async throws {
        let database = try await TestDatabase.make(.sqlite)
        let key = SecretKey.make().text
        let sealed = try await store(database, environment: key).load().seal("x", at: place)
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(try await store(database, environment: key).load().open(sealed, at: place) == "x")
    }

    @Test("a key that can't be read, or that others can read, stops the start")
    func malformed() async throws {
        let database = try await TestDatabase.make(.sqlite)
        await #expect(throws: SecretKeyProblem.malformed("SWITCHBOARD_SECRET_KEY")) {
            try await store(database, environment: "geheim").load()
        }
        try "geheim\n".write(toFile: file, atomically: false, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        await #expect(throws: SecretKeyProblem.malformed(file)) { try await store(database).load() }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
        await #expect(throws: SecretKeyProblem.readableByOthers(file)) { try await store(database).load() }
    }
}
