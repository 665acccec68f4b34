import HTTPTypes
import Testing

@testable import Simulator

@Suite("Sending", .timeLimit(.minutes(5)))
struct SendingTests {
    @Test(
        "messages that aren't sound are refused with the platform's codes",
        arguments: [
            (#"{"type":"text"}"#, 100), (#"{"type":"text","text":{"body":""}}"#, 100), (#"{"type":"text","text":"x"}"#, 100),
            (#"{"type":"poll","poll":{}}"#, 100), (#"{"type":"image","image":{}}"#, 100),
            (#"{"type":"image","image":{"id":"1","link":"https://x.test"}}"#, 100),
            (#"{"type":"image","image":{"id":"404"}}"#, 100),
            (#"{"type":"sticker","sticker":{"link":"https://x.test","caption":"x"}}"#, 100),
            (#"{"type":"video","video":{"link":"ftp://x.test"}}"#, 100), (#"{"type":"location","location":{"latitude":1}}"#, 100),
            (#"{"type":"location","location":{"latitude":91,"longitude":0}}"#, 131009), (#"{"type":"contacts","contacts":[]}"#, 100),
            (#"{"type":"contacts","contacts":[{"name":{}}]}"#, 100),
            (#"{"type":"reaction","reaction":{"emoji":"x","message_id":"wamid.X"}}"#, 131009),
            (#"{"type":"interactive","interactive":{"type":"button","body":{"text":"x"},"action":{"buttons":[]}}}"#, 131009),
            (
                #"{"type":"interactive","interactive":{"type":"button","body":{"text":"x"},"action":{"buttons":[{"type":"reply","reply":{"id":"a","title":"twenty-one characters"}}]}}}"#,
                131009
            ),
            (
                #"{"type":"interactive","interactive":{"type":"list","header":{"type":"image","image":{"link":"https://x.test"}},"body":{"text":"x"},"action":{"button":"b","sections":[{"rows":[{"id":"1","title":"t"}]}]}}}"#,
                131009
            ),
            (
                #"{"type":"interactive","interactive":{"type":"cta_url","body":{"text":"x"},"action":{"name":"cta_url","parameters":{"display_text":"Open","url":"x"}}}}"#,
                131009
            ),
            (#"{"to":"abc","text":{"body":"x"}}"#, 131009), (#"{"to":"","text":{"body":"x"}}"#, 100),
            (#"{"to":"15550100200","text":{"body":"x"}}"#, 131021),
            (#"{"recipient_type":"group","to":"G","text":{"body":"x"}}"#, 131041),
            (#"{"messaging_product":"sms","text":{"body":"x"}}"#, 100),
            (#"{"status":"read","message_id":"wamid.unknown"}"#, 131009),
        ])
    func refusals(content: String, code: Int) async throws {
        try await Scene.play { scene in
            try await scene.write()
            let answer = try await scene.send(JSON(parsing: content))
            #expect(answer.status == 400)
            #expect(answer.json["error"]?["code"]?.integer == code)
            #expect(answer.json["error"]?["fbtrace_id"]?.string?.isEmpty == false)
            #expect(try await scene.control(.get, "ledger")["total"]?.integer == 0)
        }
    }

    @Test("a text is as long as allowed and not longer", arguments: [(4_096, 200), (4_097, 400)])
    func textLength(count: Int, status: Int) async throws {
        try await Scene.play { scene in
            try await scene.write()
            #expect(try await scene.send(Scene.text(String(repeating: "é", count: count))).status == status)
        }
    }

    @Test("an accepted message is answered with ids and stands in the ledger")
    func accepted() async throws {
        try await Scene.play { scene in
            try await scene.write()
            let answer = try await scene.send(["text": ["body": "Hi"], "biz_opaque_callback_data": "row-7"], to: "+55 (21) 99876-5401")
            #expect(answer.json["contacts"]?.array?.first?["input"]?.string == "+55 (21) 99876-5401")
            #expect(answer.json["contacts"]?.array?.first?["wa_id"]?.string == Scene.anasNumber)
            let id = answer.json["messages"]?.array?.first?["id"]?.string
            #expect(id?.hasPrefix("wamid.") == true)
            let entry = try await scene.control(.get, "ledger")["data"]?.array?.first
            #expect(entry?["id"]?.string == id)
            #expect(entry?["callbackData"]?.string == "row-7")
        }
    }

    @Test(
        "numbers are found under their other spellings",
        arguments: [("552198765401", Scene.anasNumber), ("525512345601", "5215512345601"), ("541123456701", "5491123456701")])
    func spellings(written: String, registered: String) async throws {
        try await Scene.play(settings: Scene.settings { $0.window = false }) { scene in
            let answer = try await scene.send(Scene.text("x"), to: written)
            #expect(answer.json["contacts"]?.array?.first?["wa_id"]?.string == registered)
        }
    }

    @Test("a person with only a username is reached by their id, and their wa_id stays unknown")
    func usernames() async throws {
        try await Scene.play { scene in
            try await scene.write(from: Scene.mia)
            let userID = try #require(try await scene.webhooks.value()["contacts"]?.array?.first?["user_id"]?.string)
            let answer = try await scene.send(["recipient": .string(userID), "text": ["body": "Hi"]], to: nil)
            let contact = answer.json["contacts"]?.array?.first
            #expect(contact?["user_id"]?.string == userID)
            #expect(contact?["input"]?.string == userID)
            #expect(contact?["wa_id"] == nil)
            #expect(try await scene.webhooks.value()["statuses"]?.array?.first?["recipient_id"] == nil)
        }
    }

    @Test(
        "tokens and objects are checked",
        arguments: [
            ("simulated-access-token", "720000000000009", 400, 100), ("wrong", "720000000000001", 401, 190),
            (nil, "720000000000001", 401, 104),
        ])
    func access(token: String?, number: String, status: Int, code: Int) async throws {
        try await Scene.play { scene in
            let answer = try await scene.call(.post, "/v26.0/\(number)/messages", Scene.text("x"), token: token)
            #expect(answer.status == status)
            #expect(answer.json["error"]?["code"]?.integer == code)
        }
    }

    @Test(
        "any version, none, and odd slashes are served",
        arguments: ["/v26.0/720000000000001/", "/v1.0//720000000000001", "/720000000000001"])
    func paths(path: String) async throws {
        try await Scene.play { scene in
            let node = try await scene.call(.get, path + "?fields=id,verified_name").json
            #expect(node["verified_name"]?.string == "Harbour Street Coffee")
            let otherScheme = try await scene.call(.get, path, token: nil, headers: [.authorization: "oauth simulated-access-token"])
            #expect(otherScheme.status == 200)
            let inQuery = try await scene.call(.get, path + "?access_token=simulated-access-token", token: nil)
            #expect(inQuery.status == 200)
        }
    }

    @Test("tokens end, and reach only their accounts")
    func tokens() async throws {
        try await Scene.play { scene in
            try await scene.control(.post, "tokens", ["token": "short", "app": .string(Scene.app), "expiresInSeconds": 60])
            try await scene.control(.post, "tokens", ["token": "elsewhere", "app": .string(Scene.app), "accounts": ["999"]])
            #expect(try await scene.call(.get, "/\(Scene.number)", token: "short").status == 200)
            scene.pass(61)
            #expect(try await scene.call(.get, "/\(Scene.number)", token: "short").json["error"]?["error_subcode"]?.integer == 463)
            let answer = try await scene.call(.get, "/\(Scene.number)", token: "elsewhere")
            #expect(answer.json["error"]?["type"]?.string == "GraphMethodException")
            #expect(answer.json["error"]?["error_subcode"]?.integer == 33)
        }
    }

    @Test("reading marks the messages of the customer, and typing shows")
    func reading() async throws {
        try await Scene.play { scene in
            let first = try await scene.write()
            let second = try await scene.write()
            let answer = try await scene.send(
                ["status": "read", "message_id": .string(second), "typing_indicator": ["type": "text"]], to: nil)
            #expect(answer.json == ["success": true])
            let chat = try await scene.control(.get, "phones/\(Scene.ana)/chats/\(Scene.number)")
            #expect(chat["data"]?.array?.map { $0["readByBusiness"] } == [true, true])
            #expect(chat["data"]?.array?.first?["id"]?.string == first)
            #expect(chat["isTyping"] == true)
            scene.pass(26)
            #expect(try await scene.control(.get, "phones/\(Scene.ana)/chats/\(Scene.number)")["isTyping"] == false)
        }
    }
}
