import HTTPTypes
import Testing

@testable import Simulator

/// The rules are read from the platform's documentation, apart from the product's.
@Suite("What templates may hold", .timeLimit(.minutes(5)))
struct TemplateRulesTests {
    @Test("what breaks a rule is refused, made or edited", arguments: TemplateRow.refused)
    func refused(row: TemplateRow) async throws {
        try await Scene.play { scene in
            let id = try await Self.rejected(row.format, in: scene)
            for path in ["\(Scene.account)/message_templates", id] {
                let answer = try await scene.call(.post, "/v26.0/\(path)", Self.request(row))
                #expect(answer.status == 400)
                let error = answer.json["error"]
                #expect(error?["code"]?.integer == 100)
                #expect(error?["error_subcode"]?.integer == row.reason?.rawValue)
                #expect(error?["error_user_title"]?.string?.isEmpty == false)
                #expect(error?["error_user_msg"]?.string?.isEmpty == false)
            }
            #expect(try await scene.call(.get, "/v26.0/\(id)").json["status"] == "REJECTED")
        }
    }

    @Test("what keeps the rules is taken, up to each limit, made or edited", arguments: TemplateRow.taken)
    func taken(row: TemplateRow) async throws {
        try await Scene.play { scene in
            let id = try await Self.rejected(row.format, in: scene)
            let made = try await scene.call(.post, "/v26.0/\(Scene.account)/message_templates", Self.request(row))
            #expect(made.status == 200, "\(made.json)")
            // No two may say the same.
            _ = try await scene.call(.delete, "/v26.0/\(Scene.account)/message_templates?name=candidate")
            let edited = try await scene.call(.post, "/v26.0/\(id)", Self.request(row))
            #expect(edited.status == 200, "\(edited.json)")
        }
    }

    @Test("another category alone is checked with what is there")
    func recategorised() async throws {
        try await Scene.play { scene in
            let id = try await Self.rejected("POSITIONAL", in: scene)
            let refused = try await scene.call(.post, "/v26.0/\(id)", ["category": "AUTHENTICATION"])
            #expect(refused.json["error"]?["error_subcode"]?.integer == TemplateRow.Reason.body.rawValue)
            #expect(try await scene.call(.post, "/v26.0/\(id)", ["components": "none"]).status == 400)
            #expect(try await scene.call(.post, "/v26.0/\(id)", ["category": "MARKETING"]).json["success"] == true)
        }
    }

    @Test("a text that another template has is refused, made or edited")
    func doubled() async throws {
        try await Scene.play { scene in
            let path = "/v26.0/\(Scene.account)/message_templates"
            func make(_ name: String, _ components: [JSON], answers status: Int) async throws {
                let made = try await scene.call(
                    .post, path, ["name": .string(name), "language": "it", "category": "UTILITY", "components": .array(components)])
                #expect(made.status == status, "\(name): \(made.json)")
            }
            let body: JSON = ["type": "body", "text": "We are open from nine."]
            try await make("first", [body], answers: 200)
            try await make("second", [["type": "BODY", "text": "We are open from nine."]], answers: 400)
            // Another line below makes another message of it.
            try await make("third", [body, ["type": "FOOTER", "text": "See you"]], answers: 200)
            let third = try await scene.call(.get, "\(path)?name=third").json["data"]?.array?.first?["id"]?.string ?? ""
            #expect(try await scene.call(.post, "/v26.0/\(third)", ["components": [body]]).status == 400)
        }
    }

    @Test("a hundred are made in an hour, and no more")
    func hourly() async throws {
        try await Scene.play { scene in
            func make(_ number: Int, answers status: Int) async throws {
                let body: JSON = ["type": "BODY", "text": .string("This is number \(number) of our texts.")]
                let made = try await scene.call(
                    .post, "/v26.0/\(Scene.account)/message_templates",
                    ["name": .string("number_\(number)"), "language": "en_US", "category": "UTILITY", "components": [body]])
                #expect(made.status == status, "\(number): \(made.json)")
            }
            for number in 0..<100 { try await make(number, answers: 200) }
            try await make(100, answers: 400)
            scene.pass(3_601)
            try await make(100, answers: 200)
        }
    }

    @Test("the name of an approved template that was deleted is free after 30 days", arguments: ["approve", "reject"])
    func blocked(review: String) async throws {
        try await Scene.play { scene in
            try await scene.control(.patch, "settings", ["review": .string(review)])
            let path = "/v26.0/\(Scene.account)/message_templates"
            func make(_ text: String, answers status: Int) async throws {
                let made = try await scene.call(
                    .post, path,
                    ["name": "hours", "language": "en_US", "category": "UTILITY", "components": [["type": "BODY", "text": .string(text)]]])
                #expect(made.status == status, "\(text): \(made.json)")
                if status == 200 { _ = try await scene.webhooks.value() }
            }
            try await make("We are open from nine.", answers: 200)
            #expect(try await scene.call(.delete, "\(path)?name=hours").status == 200)
            try await make("We are open from ten.", answers: review == "approve" ? 400 : 200)
            guard review == "approve" else { return }
            scene.pass(30 * 86_400 + 1)
            try await make("We are open from ten.", answers: 200)
        }
    }

    private static func request(_ row: TemplateRow, name: String = "candidate") -> JSON {
        .fields(
            ("name", .string(name)), ("language", "en_US"), ("category", .string(row.category)), ("parameter_format", .string(row.format)),
            ("components", .array(row.components)), ("message_send_ttl_seconds", row.lifetime))
    }

    /// A template that can be edited as often as one likes.
    private static func rejected(_ format: String, in scene: Scene) async throws -> String {
        try await scene.control(.patch, "settings", ["review": "reject"])
        let hello = TemplateRow("right", [["type": "BODY", "text": "A text that no other has."]], "UTILITY", format)
        let made = try await scene.call(.post, "/v26.0/\(Scene.account)/message_templates", request(hello, name: "rejected"))
        #expect(try await scene.webhooks.value()["event"] == "REJECTED")
        return try #require(made.json["id"]?.string)
    }
}
