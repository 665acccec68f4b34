import HTTPTypes
import Testing

@testable import Simulator

@Suite("What customers send", .timeLimit(.minutes(5)))
struct InboundTests {
    @Test(
        "every kind comes as the platform sends it",
        arguments: [
            #"{"type":"location","location":{"latitude":1.5,"longitude":2.5,"name":"Shop"}}"#,
            #"{"type":"contacts","contacts":[{"name":{"formatted_name":"Ana"},"origin":"other"}]}"#,
            #"{"type":"button","button":{"payload":"STOP","text":"Stop"}}"#,
            #"{"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"a","title":"A"}}}"#,
            #"{"type":"order","order":{"catalog_id":"1","text":"x","product_items":[{"product_retailer_id":"s","quantity":1,"item_price":2.5,"currency":"USD"}]}}"#,
            #"{"type":"revoke","revoke":{"original_message_id":"wamid.X"}}"#,
            #"{"type":"edit","edit":{"original_message_id":"wamid.X","message":{"type":"text","text":{"body":"new"}}}}"#,
            #"{"type":"unsupported","unsupported":{"type":"poll"}}"#,
            #"{"type":"reaction","reaction":{"message_id":"wamid.X","emoji":"👍"}}"#,
        ])
    func kinds(text: String) async throws {
        let content = try JSON(parsing: text)
        let type = try #require(content["type"]?.string)
        try await Scene.play { scene in
            let id = try await scene.write(content)
            let value = try await scene.webhooks.value()
            let message = try #require(value["messages"]?.array?.first)
            #expect(message["type"]?.string == type)
            #expect(message["id"]?.string == id)
            #expect(message["timestamp"] == "1795000000")
            #expect(message["from"]?.string == Scene.anasNumber)
            #expect(message[type] == content[type])
            #expect(value["contacts"]?.array?.first?["profile"]?["name"] == "Ana Silva")
            #expect(value["metadata"]?["phone_number_id"]?.string == Scene.number)
        }
    }

    @Test("a call is told of when it begins and when it ends, answered or not", arguments: [nil, 130])
    func calls(seconds: Int?) async throws {
        try await Scene.play { scene in
            let made = try await scene.control(
                .post, "phones/\(Scene.ana)/calls", .fields(("to", .string(Scene.number)), ("seconds", seconds.map { .integer($0) })))
            for event in ["connect", "terminate"] {
                let value = try await scene.webhooks.value()
                let call = try #require(value["calls"]?.array?.first)
                #expect(call["id"] == made["id"] && call["event"]?.string == event && call["direction"] == "USER_INITIATED")
                #expect(call["from"]?.string == Scene.anasNumber)
                #expect(call["duration"]?.integer == (event == "terminate" ? seconds : nil))
            }
        }
    }

    @Test("a call that rings is over when the business rejects it, and then no more")
    func rejectedCall() async throws {
        try await Scene.play { scene in
            let made = try await scene.control(.post, "phones/\(Scene.ana)/calls", ["to": .string(Scene.number), "rings": true])
            let id = try #require(made["id"]?.string)
            #expect(try await scene.webhooks.value()["calls"]?.array?.first?["event"] == "connect")
            #expect(try await scene.control(.get, "phones/\(Scene.ana)/calls/\(id)")["state"] == "ringing")
            func act(_ action: JSON, _ call: String) async throws -> (status: Int, json: JSON) {
                try await scene.call(
                    .post, "/v26.0/\(Scene.number)/calls",
                    ["messaging_product": "whatsapp", "call_id": .string(call), "action": action])
            }
            #expect(try await act("reject", "wacid.X").json["error"]?["code"]?.integer == 131009)
            #expect(try await act("accept", id).json["error"]?["code"]?.integer == 100)
            #expect(try await act("reject", id).json["success"] == true)
            let end = try #require(try await scene.webhooks.value()["calls"]?.array?.first)
            #expect(end["id"]?.string == id && end["event"] == "terminate" && end["status"] == "FAILED" && end["start_time"] == nil)
            #expect(try await scene.control(.get, "phones/\(Scene.ana)/calls/\(id)")["state"] == "rejected")
            #expect(try await act("reject", id).json["error"]?["code"]?.integer == 131009)
        }
    }

    @Test("a number that takes no calls can't be called, and needs a limit to take them again")
    func callSettings() async throws {
        try await Scene.play { scene in
            let settings = "/v26.0/\(Scene.number)/settings"
            #expect(try await scene.call(.get, settings).json["calling"]?["status"] == "ENABLED")
            #expect(try await scene.call(.post, settings, ["calling": ["status": "disabled"]]).json["success"] == true)
            let refused = try await scene.call(.post, "/control/v1/phones/\(Scene.ana)/calls", ["to": .string(Scene.number)])
            #expect(refused.status >= 400)
            try await scene.control(.patch, "numbers/\(Scene.number)", ["tier": "TIER_250"])
            #expect(
                try await scene.call(.post, settings, ["calling": ["status": "ENABLED"]]).json["error"]?["code"]?.integer == 138015)
            try await scene.control(.patch, "numbers/\(Scene.number)", ["tier": "TIER_2K"])
            #expect(try await scene.call(.post, settings, ["calling": ["status": "ENABLED"]]).json["success"] == true)
            #expect(try await scene.call(.get, settings).json["calling"]?["status"] == "ENABLED")
        }
    }

    @Test("a reaction that is taken back has an empty emoji")
    func removedReaction() async throws {
        try await Scene.play { scene in
            try await scene.write(["type": "reaction", "reaction": ["message_id": "wamid.X"]])
            #expect(try await scene.webhooks.value()["messages"]?.array?.first?["reaction"]?["emoji"] == "")
        }
    }

    @Test("a tap answers with the choice and its message")
    func taps() async throws {
        try await Scene.play { scene in
            try await scene.write()
            let sent = try await scene.send([
                "type": "interactive",
                "interactive": [
                    "type": "button", "body": ["text": "Well?"],
                    "action": ["buttons": [["type": "reply", "reply": ["id": "yes", "title": "Yes"]]]],
                ],
            ])
            #expect(try await scene.webhooks.statuses(3) == ["text", "sent", "delivered"])
            let id = try #require(sent.json["messages"]?.array?.first?["id"])
            try await scene.control(.post, "phones/\(Scene.ana)/taps", ["to": .string(Scene.number), "message": id, "choice": "yes"])
            let message = try await scene.webhooks.value()["messages"]?.array?.first
            #expect(message?["interactive"] == ["type": "button_reply", "button_reply": ["id": "yes", "title": "Yes"]])
            #expect(message?["context"] == ["from": "15550100200", "id": id])
            await #expect(throws: Scene.Refused.self) {
                try await scene.control(.post, "phones/\(Scene.ana)/taps", ["to": .string(Scene.number), "message": id, "choice": "maybe"])
            }
        }
    }

    @Test("someone with only a username has no number in webhooks")
    func username() async throws {
        try await Scene.play { scene in
            try await scene.write(from: Scene.mia)
            let value = try await scene.webhooks.value()
            let message = value["messages"]?.array?.first
            #expect(message?["from"] == nil)
            #expect(message?["from_user_id"]?.string?.hasPrefix("DE.") == true)
            #expect(value["contacts"]?.array?.first?["wa_id"] == nil)
            #expect(value["contacts"]?.array?.first?["profile"]?["username"] == "@miawolf")
        }
    }

    @Test("a changed number makes a new id, and the message has no contacts")
    func changedNumber() async throws {
        try await Scene.play { scene in
            try await scene.write([
                "type": "system", "system": ["type": "user_changed_number", "body": "Ana changed numbers", "wa_id": "5521900000001"],
            ])
            try await scene.write()
            let values = try await scene.webhooks.values(2)
            #expect(values[0]["contacts"] == nil)
            #expect(values[0]["messages"]?.array?.first?["from"]?.string == Scene.anasNumber)
            #expect(values[1]["messages"]?.array?.first?["from"] == "5521900000001")
            #expect(values[0]["messages"]?.array?.first?["from_user_id"] != values[1]["messages"]?.array?.first?["from_user_id"])
        }
    }

    @Test("a phone that is offline, or blocked by the business, doesn't reach it")
    func unreachable() async throws {
        try await Scene.play { scene in
            try await scene.write(Scene.text("before"))
            let blocked = try await scene.call(
                .post, "/v26.0/\(Scene.number)/block_users",
                ["messaging_product": "whatsapp", "block_users": [["user": .string(Scene.anasNumber)], ["user": "4915112345"]]])
            #expect(blocked.status == 400)
            #expect(blocked.json["error"]?["code"]?.integer == 139100)
            #expect(blocked.json["block_users"]?["added_users"]?.array?.count == 1)
            #expect(blocked.json["block_users"]?["failed_users"]?.array?.count == 1)
            try await scene.write(Scene.text("unheard"))
            try await scene.call(
                .delete, "/v26.0/\(Scene.number)/block_users",
                ["messaging_product": "whatsapp", "block_users": [["user": .string(Scene.anasNumber)]]])
            try await scene.write(Scene.text("after"))
            #expect(try await scene.webhooks.values(2).map { $0["messages"]?.array?.first?["text"]?["body"] } == ["before", "after"])
            try await scene.control(.patch, "phones/\(Scene.ana)", ["online": false])
            await #expect(throws: Scene.Refused.self) { try await scene.write() }
        }
    }
}
