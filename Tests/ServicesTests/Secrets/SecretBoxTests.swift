import Domain
import Foundation
import Testing

@testable import Services

@Suite("Secrets at rest")
struct SecretBoxTests {
    private let box = SecretBox(SecretKey.make().key)
    private let place = SecretPlace(workspaceID: Identifier("wsp_1"), table: "connections", column: "app_secret", row: "cnn_1")

    @Test("what was sealed opens in its place, and looks different each time")
    func roundTrip() throws {
        let sealed = try box.seal("geheim ✓", at: place)
        #expect(try box.open(sealed, at: place) == "geheim ✓")
        #expect(!sealed.contains("geheim"))
        #expect(try box.seal("geheim ✓", at: place) != sealed)
    }

    @Test("it opens nowhere else")
    func bound() throws {
        let sealed = try box.seal("x", at: place)
        let others = [
            SecretPlace(workspaceID: Identifier("wsp_2"), table: "connections", column: "app_secret", row: "cnn_1"),
            SecretPlace(workspaceID: Identifier("wsp_1"), table: "other", column: "app_secret", row: "cnn_1"),
            SecretPlace(workspaceID: Identifier("wsp_1"), table: "connections", column: "access_token", row: "cnn_1"),
            SecretPlace(workspaceID: Identifier("wsp_1"), table: "connections", column: "app_secret", row: "cnn_2"),
            SecretPlace(workspaceID: Identifier("wsp_1"), table: "connectionsapp_", column: "secret", row: "cnn_1"),
        ]
        for other in others { #expect(throws: SecretProblem.unreadable) { try box.open(sealed, at: other) } }
    }

    @Test("any changed byte is noticed")
    func damaged() throws {
        let sealed = try box.seal(bytes: Array("x".utf8), at: place)
        for index in sealed.indices {
            var bytes = sealed
            bytes[index] ^= 1
            #expect(throws: SecretProblem.self) { try box.open(bytes: bytes, at: place) }
        }
        for count in 0..<sealed.count {
            #expect(throws: SecretProblem.self) { try box.open(bytes: Array(sealed.prefix(count)), at: place) }
        }
    }

    @Test("another key opens nothing; an older one goes on opening what it sealed")
    func keys() throws {
        let (old, new) = (SecretKey.make().key, SecretKey.make().key)
        let sealed = try SecretBox(old).seal("x", at: place)
        #expect(throws: SecretProblem.keyUnknown) { try SecretBox(new).open(sealed, at: place) }
        let rotated = SecretBox(new, older: [old])
        #expect(try rotated.open(sealed, at: place) == "x")
        #expect(throws: SecretProblem.keyUnknown) { try SecretBox(old).open(rotated.seal("x", at: place), at: place) }
    }

    @Test(
        "a key is 32 random bytes in hexadecimal or base 64",
        arguments: [
            ("", false), ("geheim", false), (String(repeating: "00", count: 32), false), (String(repeating: "ab", count: 32), false),
            (Data(Array(0..<32)).base64EncodedString(), true), (Data(Array(0..<31)).base64EncodedString(), false),
            (Data(Array(0..<33)).base64EncodedString(), false), ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", true),
            ("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F\n", true),
            ("zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", false),
        ])
    func parsing(text: String, isKey: Bool) {
        #expect((SecretKey(parsing: text) != nil) == isKey)
    }

    @Test("a key doesn't print itself")
    func hidden() {
        let (key, text) = SecretKey.make()
        #expect(!"\(key) \(String(reflecting: key))".contains(text.prefix(8)))
        #expect(SecretKey(parsing: text)?.id == key.id)
    }
}
