import Domain
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("A name of one's own")
struct OwnNameTests {
    @Test("it changes everywhere, and every workspace of the person is told", arguments: TestEngine.allCases)
    func renames(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let agent = try #require(web.acme.people[.agent])
        let answer = try await web.call(.patch, "/api/v1/me", .person(agent), body: #"{"name": "  Zoë \n Núñez "}"#)
        #expect(answer.status == 200 && answer.json["name"]?.text == "Zoë Núñez" && answer.json["id"]?.text == agent.account.text)
        let events = try await web.acme.hub.allEvents()
        #expect(events.filter { $0.kind == "member.updated" && $0.cause == "name" }.map(\.subjectID) == [agent.account.text])
        let page = try await web.call(.get, "/app/acme/whatsapp", .person(agent))
        #expect(page.text.contains("Zoë Núñez"))
        // The same name again changes nothing.
        #expect(try await web.call(.patch, "/api/v1/me", .person(agent), body: #"{"name": "Zoë Núñez"}"#).status == 200)
        #expect(try await web.acme.hub.allEvents().count == events.count)
    }

    @Test(
        "what is no name is refused, and kept in the field",
        arguments: [
            ("", "account.name-empty"), (" \t ", "account.name-empty"), (String(repeating: "x", count: 81), "account.name-too-long"),
        ])
    func refusals(name: String, code: String) async throws {
        let web = try await TestWeb()
        let agent = try #require(web.acme.people[.agent])
        let body = #"{"name": "\#(name.replacing("\t", with: "\\t"))"}"#
        #expect(try await web.call(.patch, "/api/v1/me", .person(agent), body: body).code == code)
        let page = try await web.call(
            .post, "/app/acme/settings/name", .person(agent) + [.contentType: "application/x-www-form-urlencoded"],
            body: "name=\(name.trimmed)")
        #expect(page.status == 422 && page.text.contains(#"aria-invalid="true""#))
        if !name.isBlank { #expect(page.text.contains(#"value="\#(name)""#)) }
    }

    @Test("a program has none")
    func programs() async throws {
        let web = try await TestWeb()
        #expect(
            try await web.call(.patch, "/api/v1/me", .key(web.acme.key), body: #"{"name": "x"}"#).code == AccessProblem.personNeeded.code)
    }
}
