import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

@Suite("The same request twice")
struct IdempotencyTests {
    private let name = HTTPField.Name("Idempotency-Key")!
    private let body = #"{"name": "Shop", "scopes": ["read"]}"#

    @Test("a repeat gets the first answer byte for byte, and changes nothing", arguments: TestEngine.allCases)
    func repeated(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let before = try await web.services.keys.list(access: web.acme.hub.access).count
        let headers = HTTPFields.key(web.acme.key) + [name: "once"]
        let first = try await web.call(.post, "/api/v1/keys", headers, body: body)
        let second = try await web.call(.post, "/api/v1/keys", headers, body: body)
        #expect(first.status == 201)
        #expect(first.json["token"]?.text?.hasPrefix("sb_") == true)
        #expect((second.status, second.body) == (first.status, first.body))
        #expect(try await web.services.keys.list(access: web.acme.hub.access).count == before + 1)
    }

    @Test("another body under the same key is refused, and the first answer stays", arguments: TestEngine.allCases)
    func otherBody(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let headers = HTTPFields.key(web.acme.key) + [name: "once"]
        let first = try await web.call(.post, "/api/v1/keys", headers, body: body)
        let other = try await web.call(.post, "/api/v1/keys", headers, body: #"{"name": "Other", "scopes": ["read"]}"#)
        #expect((other.status, other.code) == (422, "idempotency-key.other-body"))
        #expect(try await web.call(.post, "/api/v1/keys", headers, body: body).body == first.body)
    }

    @Test("the same key is another request for another route, thing, caller and workspace")
    func scope() async throws {
        let web = try await TestWeb()
        let key = [name: "once"] as HTTPFields
        let manage = try #require(web.acme.keys[.manage])
        let conversations = try await twoConversations(web)
        let calls: [(String, HTTPFields, String)] = [
            ("/api/v1/keys", .key(web.acme.key), body),
            ("/api/v1/keys", .key(web.other.key), body),
            ("/api/v1/keys", .person(try #require(web.acme.people[.owner])), body),
            ("/api/v1/keys", .key(manage), #"{"name": "Shop", "scopes": ["manage"]}"#),
            ("/api/v1/members", .key(web.acme.key), #"{"email": "x@acme.example", "name": "X", "role": "agent"}"#),
            ("/api/v1/conversations/\(conversations[0].id)/closure", .key(web.acme.key), "{}"),
            ("/api/v1/conversations/\(conversations[1].id)/closure", .key(web.acme.key), "{}"),
        ]
        for (path, headers, body) in calls {
            let answer = try await web.call(.post, path, headers + key, body: body)
            #expect([201, 204].contains(answer.status), "\(path): \(answer.text)")
        }
        for conversation in conversations {
            #expect(try await web.services.conversations.conversation(conversation.id, access: web.acme.hub.access).state == .closed)
        }
    }

    @Test("what is done with a receipts webhook is done once too", arguments: TestEngine.allCases)
    func receipts(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("hello"))
        let message = #"{"sender": "\#(hub.sender.id)", "to": "+15550199001", "text": {"body": "hi"}}"#
        let sent = try await web.call(.post, "/api/v1/messages", .key(web.acme.key), body: message)
        let delivery = try await web.told(of: Identifier(try #require(sent.json["id"]?.text)), in: hub)
        let webhook = "/api/v1/senders/\(hub.sender.id)/receipts-webhook"
        try await hub.database.write { transaction in
            let feed = WebhookFeedTable(transaction, in: hub.workspaceID)
            let listener = try #require(try feed.endpoints().first)
            let endpoint = try #require(try feed.find(listener.id)).endpoint
            #expect(try feed.stop(endpoint, .gone, at: web.clock.now))
        }
        let headers = HTTPFields.key(web.acme.key) + [name: "once"]
        for path in ["test", "secret", "resume", "deliveries/\(delivery)/redelivery", "redelivery"] {
            let body = path == "test" ? #"{"address": "https://example.com/receipts"}"# : nil
            let first = try await web.call(.post, "\(webhook)/\(path)", headers, body: body)
            // Done twice, some of these would be refused and others answer otherwise.
            let second = try await web.call(.post, "\(webhook)/\(path)", headers, body: body)
            #expect((first.status, second.status) == (200, 200), "\(path): \(first.text) \(second.text)")
            #expect(second.body == first.body, "\(path)")
        }
        #expect(web.outside.calls.count == 1)
    }

    @Test("many at once have one effect and one answer", arguments: TestEngine.allCases)
    func inFlight(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        try await web.acme.hub.receive(web.acme.hub.text("hello"))
        let headers = HTTPFields.key(web.acme.key) + [name: "once"]
        let message = #"{"sender": "\#(web.acme.hub.sender.id)", "to": "+15550199001", "text": {"body": "hi"}}"#
        let answers = try await withThrowingTaskGroup(of: TestWeb.Answer.self) { group in
            for _ in 0..<12 { group.addTask { try await web.call(.post, "/api/v1/messages", headers, body: message) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers.map(\.status)) == [202])
        #expect(Set(answers.map(\.text)).count == 1)
        let conversation = try #require(try await web.acme.hub.list().first)
        let thread = try await web.services.conversations.messages(of: conversation.id, before: nil, limit: 50, access: web.acme.hub.access)
            .data
        #expect(thread.filter { $0.direction == .outbound }.count == 1)
    }

    @Test("a repeat waits for the first that is still at work, and then gets its answer", arguments: TestEngine.allCases)
    func waits(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let access = web.acme.hub.access
        let idempotency = try Idempotency(key: "once", route: "POST /x", body: [1])
        let started = DispatchSemaphore(value: 0)
        let release = DispatchSemaphore(value: 0)
        async let first = web.services.idempotentWrites.perform(idempotency, access: access) { _ in
            started.signal()
            release.wait()
            return (KeptAnswer(status: 200, body: [7]), true)
        }
        await withCheckedContinuation { done in
            DispatchQueue.global().async {
                started.wait()
                done.resume()
            }
        }
        async let second = web.services.idempotentWrites.perform(idempotency, access: access) { _ in
            (KeptAnswer(status: 200, body: [8]), true)
        }
        release.signal()
        let answers = (try await first, try await second)
        #expect(answers.0.answer.body == [7])
        #expect(answers.1.answer.body == [7])
        #expect(answers.1.made == nil)
    }

    @Test("a refusal isn't kept: the repeat is judged anew")
    func refusal() async throws {
        let web = try await TestWeb()
        let hub = web.acme.hub
        let headers = HTTPFields.key(web.acme.key) + [name: "once"]
        let message = #"{"sender": "\#(hub.sender.id)", "to": "+15550199001", "text": {"body": "hi"}}"#
        let refused = try await web.call(.post, "/api/v1/messages", headers, body: message)
        #expect((refused.status, refused.code) == (409, "message.window-closed"))
        try await hub.receive(hub.text("hello"))
        #expect(try await web.call(.post, "/api/v1/messages", headers, body: message).status == 202)
    }

    @Test("after 24 hours the key is free", arguments: TestEngine.allCases)
    func expiry(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let headers = HTTPFields.key(web.acme.key) + [name: "once"]
        let first = try await web.call(.post, "/api/v1/keys", headers, body: body)
        web.clock.advance(by: 24 * 60 * 60 - 1)
        #expect(try await web.call(.post, "/api/v1/keys", headers, body: body).body == first.body)
        web.clock.advance(by: 2)
        let later = try await web.call(.post, "/api/v1/keys", headers, body: body)
        #expect(later.status == 201)
        #expect(later.body != first.body)
    }

    @Test("a key of the wrong shape is refused", arguments: ["a b", String(repeating: "x", count: 256), "é"])
    func malformed(key: String) async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.post, "/api/v1/keys", .key(web.acme.key) + [name: key], body: body)
        #expect((answer.status, answer.code) == (422, "idempotency-key.malformed"))
    }

    @Test("an upload with one key is one file")
    func upload() async throws {
        let web = try await TestWeb()
        let headers = HTTPFields.key(web.acme.key) + [name: "once", .contentType: "text/plain"]
        let first = try await web.call(.post, "/api/v1/media?filename=a.txt", headers, body: "hello")
        #expect(first.status == 201, "\(first.text)")
        #expect(try await web.call(.post, "/api/v1/media?filename=a.txt", headers, body: "hello").body == first.body)
        let other = try await web.call(.post, "/api/v1/media?filename=a.txt", headers, body: "hallo")
        #expect((other.status, other.code) == (422, "idempotency-key.other-body"))
    }

    @Test("kept answers hold no token in clear")
    func sealed() async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.post, "/api/v1/keys", .key(web.acme.key) + [name: "once"], body: body)
        let token = try #require(answer.json["token"]?.text)
        let kept = try await web.database.read { try $0.rows("SELECT answer FROM idempotency_keys").map { try $0.bytes(0) } }
        #expect(kept.count == 1)
        #expect(kept.allSatisfy { !String(decoding: $0, as: UTF8.self).contains(token) })
    }

    @Test("old answers are forgotten, in pieces, and young ones kept", arguments: TestEngine.allCases)
    func pruning(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let access = web.acme.hub.access
        for number in 0..<3 {
            _ = try await web.services.idempotentWrites.perform(try Idempotency(key: "\(number)", route: "r", body: []), access: access) {
                _ in
                (KeptAnswer.nothing, true)
            }
            web.clock.advance(by: 10 * 60 * 60)
        }
        try await AccessHousekeeping(database: web.database, now: { web.clock.now }).once()
        let keys = try await web.database.read { try $0.rows("SELECT key FROM idempotency_keys ORDER BY key").map { try $0.text(0) } }
        #expect(keys == ["1", "2"])
    }

    private func twoConversations(_ web: TestWeb) async throws -> [Conversation] {
        let hub = web.acme.hub
        try await hub.receive(hub.text("a", from: "15550199001"), hub.text("b", from: "15550199002"))
        return try await hub.list()
    }
}
