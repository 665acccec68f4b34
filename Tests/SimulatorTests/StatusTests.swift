import Crypto
import Foundation
import HTTPTypes
import NIOCore
import Testing

@testable import Simulator

@Suite("Statuses and webhooks", .timeLimit(.minutes(5)))
struct StatusTests {
    @Test("an open chat makes sent, delivered, read; callback data comes back, prices come on the first two")
    func read() async throws {
        try await Scene.play { scene in
            try await scene.control(.patch, "phones/\(Scene.ana)", ["openChat": .string(Scene.number)])
            try await scene.write()
            _ = try await scene.webhooks.value()
            let sent = try await scene.send(["text": ["body": "Hi"], "biz_opaque_callback_data": "a.1"])
            let values = try await scene.webhooks.values(3)
            let statuses = values.compactMap { $0["statuses"]?.array?.first }
            #expect(statuses.map { $0["status"]?.string } == ["sent", "delivered", "read"])
            #expect(Set(statuses.map { $0["id"]?.string }) == [sent.json["messages"]?.array?.first?["id"]?.string])
            #expect(statuses.allSatisfy { $0["biz_opaque_callback_data"] == "a.1" && $0["recipient_id"]?.string == Scene.anasNumber })
            #expect(statuses.map { $0["pricing"]?["category"]?.string } == ["service", "service", nil])
            #expect(statuses[0]["pricing"]?["type"] == "free_customer_service")
            #expect(values.allSatisfy { $0["contacts"]?.array?.first?["wa_id"]?.string == Scene.anasNumber })
        }
    }

    @Test("what is sent while a phone is offline arrives in order once it is online, and is read once the chat is opened")
    func offline() async throws {
        try await Scene.play { scene in
            try await scene.write()
            try await scene.control(.patch, "phones/\(Scene.ana)", ["online": false])
            _ = try await scene.send(Scene.text("1"))
            _ = try await scene.send(Scene.text("2"))
            #expect(try await scene.webhooks.statuses(3) == ["text", "sent", "sent"])
            try await scene.control(.patch, "phones/\(Scene.ana)", ["online": true])
            #expect(try await scene.webhooks.statuses(2) == ["delivered", "delivered"])
            let chat = try await scene.control(.get, "phones/\(Scene.ana)/chats/\(Scene.number)")
            #expect(chat["data"]?.array?.compactMap { $0["content"]?["body"]?.string } == ["Hi", "1", "2"])
            try await scene.control(.patch, "phones/\(Scene.ana)", ["openChat": .string(Scene.number)])
            #expect(try await scene.webhooks.statuses(2) == ["read", "read"])
        }
    }

    @Test("undeliverable messages fail once, and only once")
    func failures() async throws {
        try await Scene.play { scene in
            try await scene.write()
            _ = try await scene.webhooks.value()
            try await scene.control(.patch, "phones/\(Scene.ana)", ["blocked": .object([.init(Scene.number, true)])])
            _ = try await scene.send(Scene.text("x"))
            _ = try await scene.send(Scene.hello, to: "15550209999")
            let statuses = try await scene.webhooks.values(2).compactMap { $0["statuses"]?.array?.first }
            #expect(statuses.map { $0["status"]?.string } == ["failed", "failed"])
            #expect(statuses.map { $0["errors"]?.array?.first?["code"]?.integer } == [131026, 131026])
            #expect(statuses.allSatisfy { $0["pricing"] == nil })
        }
    }

    @Test("marketing to someone who turned it off fails, other templates don't")
    func optOut() async throws {
        try await Scene.play { scene in
            try await scene.control(.post, "phones/\(Scene.ana)/marketing", ["to": .string(Scene.number), "value": "stop"])
            let preference = try await scene.webhooks.value()["user_preferences"]?.array?.first
            #expect(preference?["value"] == "stop")
            let marketing: JSON = [
                "type": "template",
                "template": [
                    "name": "visit_reminder", "language": ["code": "en_US"],
                    "components": [
                        [
                            "type": "BODY",
                            "parameters": [
                                ["type": "text", "parameter_name": "day", "text": "Monday"],
                                ["type": "text", "parameter_name": "first_name", "text": "Ana"],
                            ],
                        ]
                    ],
                ],
            ]
            #expect(try await scene.send(marketing).status == 200)
            #expect(try await scene.webhooks.value()["statuses"]?.array?.first?["errors"]?.array?.first?["code"]?.integer == 131050)
            #expect(try await scene.send(Scene.hello).status == 200)
            #expect(try await scene.webhooks.statuses(2) == ["sent", "delivered"])
        }
    }

    @Test("a reaction is told as sent only, and shows on the message")
    func reaction() async throws {
        try await Scene.play { scene in
            let id = try await scene.write()
            _ = try await scene.send(["type": "reaction", "reaction": ["message_id": .string(id), "emoji": "👍"]])
            _ = try await scene.send(["type": "reaction", "reaction": ["message_id": "wamid.unknown", "emoji": "👍"]])
            #expect(try await scene.webhooks.statuses(3) == ["text", "sent", "failed"])
        }
    }

    @Test("webhooks are signed over their exact bytes; escaping is a switch", arguments: [true, false])
    func signature(escaped: Bool) async throws {
        try await Scene.play(settings: Scene.settings { $0.escapeWebhooks = escaped }) { scene in
            try await scene.write(Scene.text("é/👍"))
            let call = try #require(await scene.webhooks.next(1).first)
            let body = Array(call.body.readableBytesView)
            let text = String(decoding: body, as: UTF8.self)
            #expect(text.contains(#"\u00e9\/\ud83d\udc4d"#) == escaped)
            #expect(text.contains("é/👍") == !escaped)
            let key = SymmetricKey(data: Data("simulated-app-secret-000000000001".utf8))
            let expected = HMAC<SHA256>.authenticationCode(for: body, using: key).map { String(format: "%02x", $0) }.joined()
            #expect(call.headers.first { $0.name == "X-Hub-Signature-256" }?.value == "sha256=" + expected)
        }
    }

    @Test("a refused webhook is repeated in its place until it is taken")
    func retries() async throws {
        try await Scene.play { scene in
            scene.webhooks.refuse(2)
            try await scene.write(Scene.text("1"))
            try await scene.write(Scene.text("2"))
            let bodies = try await scene.webhooks.values(4).map { $0["messages"]?.array?.first?["text"]?["body"]?.string }
            #expect(bodies == ["1", "1", "1", "2"])
            let log = try await scene.control(.get, "deliveries")["data"]?.array
            #expect(log?.prefix(3).map { $0["status"]?.integer } == [503, 503, 200])
            #expect(log?.prefix(3).map { $0["attempt"]?.integer } == [1, 2, 3])
        }
    }

    @Test("webhooks are duplicated, dropped, put out of order and batched on request")
    func chaos() async throws {
        try await Scene.play { scene in
            func bodies(_ count: Int) async throws -> [String?] {
                try await scene.webhooks.values(count).map { $0["messages"]?.array?.first?["text"]?["body"]?.string }
            }
            try await scene.control(.put, "faults/webhooks", ["duplicate": 1])
            for text in ["1", "2"] { try await scene.write(Scene.text(text)) }
            #expect(try await bodies(3) == ["1", "1", "2"])
            try await scene.control(.put, "faults/webhooks", ["reorder": 3])
            for text in ["1", "2", "3"] { try await scene.write(Scene.text(text)) }
            #expect(try await bodies(3) == ["3", "2", "1"])
            try await scene.control(.put, "faults/webhooks", ["drop": 1])
            try await scene.write(Scene.text("lost at first"))
            #expect(try await bodies(1) == ["lost at first"])
            let log = try await scene.control(.get, "deliveries?waitSeconds=5")["data"]?.array
            #expect(log?.contains { $0["problem"] == "dropped on request" } == true)
        }
    }

    @Test("a reset forgets webhooks that are refused again and again, and what comes next isn't held up by them")
    func resetWhileRefused() async throws {
        try await Scene.play(settings: Scene.settings { $0.webhookRetryDelay = 60_000 }) { scene in
            scene.webhooks.refuse(1)
            try await scene.write(Scene.text("refused"))
            _ = await scene.webhooks.next(1)
            try await scene.control(.post, "reset")
            try await scene.write(Scene.text("fresh"))
            #expect(try await scene.webhooks.value()["messages"]?.array?.first?["text"]?["body"] == "fresh")
        }
    }

    @Test("batches put several changes into one body")
    func batches() async throws {
        try await Scene.play(settings: Scene.settings { $0.webhookBatch = 3 }) { scene in
            try await scene.control(.put, "faults/webhooks", ["reorder": 3])
            for text in ["1", "2", "3"] { try await scene.write(Scene.text(text)) }
            let body = try JSON(parsing: #require(await scene.webhooks.next(1).first).body)
            #expect(body["entry"]?.array?.count == 1)
            #expect(body["entry"]?.array?.first?["changes"]?.array?.count == 3)
        }
    }

    @Test("fields that an app didn't ask for, and accounts it left, stay silent")
    func subscriptions() async throws {
        try await Scene.play { scene in
            try await scene.control(.patch, "apps/\(Scene.app)", ["fields": ["messages"]])
            try await scene.control(.post, "phones/\(Scene.ana)/marketing", ["to": .string(Scene.number), "value": "stop"])
            try await scene.write(Scene.text("only this"))
            #expect(try await scene.webhooks.value()["messages"]?.array?.first?["text"]?["body"] == "only this")
            try await scene.call(.delete, "/v26.0/\(Scene.account)/subscribed_apps")
            try await scene.write(Scene.text("nobody hears"))
            try await scene.call(.post, "/v26.0/\(Scene.account)/subscribed_apps")
            try await scene.write(Scene.text("again"))
            #expect(try await scene.webhooks.value()["messages"]?.array?.first?["text"]?["body"] == "again")
        }
    }
}
