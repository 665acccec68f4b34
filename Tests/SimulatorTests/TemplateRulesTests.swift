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
            for path in ["\(Scene.account)/message_templates", id] {
                let answer = try await scene.call(.post, "/v26.0/\(path)", Self.request(row))
                #expect(answer.status == 200, "\(answer.json)")
            }
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

    private static func request(_ row: TemplateRow, name: String = "candidate") -> JSON {
        .fields(
            ("name", .string(name)), ("language", "en_US"), ("category", .string(row.category)), ("parameter_format", .string(row.format)),
            ("components", .array(row.components)), ("message_send_ttl_seconds", row.lifetime))
    }

    /// A template that can be edited as often as one likes.
    private static func rejected(_ format: String, in scene: Scene) async throws -> String {
        try await scene.control(.patch, "settings", ["review": "reject"])
        let hello = TemplateRow("right", [TemplateRow.hello], "UTILITY", format)
        let made = try await scene.call(.post, "/v26.0/\(Scene.account)/message_templates", request(hello, name: "rejected"))
        #expect(try await scene.webhooks.value()["event"] == "REJECTED")
        return try #require(made.json["id"]?.string)
    }
}
