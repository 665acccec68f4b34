import Domain
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Beginning a conversation")
struct NewConversationTests {
    private let path = "/app/acme/whatsapp/new"

    private func post(_ web: TestWeb, _ form: String, _ role: Role = .agent) async throws -> TestWeb.Answer {
        try await web.call(
            .post, path, .person(try #require(web.acme.people[role])) + [.contentType: "application/x-www-form-urlencoded"], body: form)
    }

    @Test("a number leads to its conversation, made once, with nothing sent", arguments: TestEngine.allCases)
    func begins(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let sender = web.acme.hub.sender.id
        let first = try await post(web, "sender=\(sender)&to=%2B34+600+111+222")
        #expect(first.status == 303)
        let conversation = try #require(try await web.acme.hub.list().first)
        #expect(first.headers[.location] == "/app/acme/whatsapp/\(conversation.id)")
        #expect(conversation.contact.phoneNumber?.text == "+34600111222" && conversation.last == nil)
        #expect(try await post(web, "to=0034600111222").headers[.location] == first.headers[.location])
        #expect(try await web.acme.hub.list().count == 1)
        // By whoever is told of it, and by the number alone.
        let thread = try await web.call(.get, "/app/acme/whatsapp/\(conversation.id)", .person(try #require(web.acme.people[.agent])))
        #expect(thread.text.contains("+34 600 11 12 22") && thread.text.contains("hasn&#39;t written yet"))
        let known = try await web.call(.get, "\(path)?to=%2B34600111222", .person(try #require(web.acme.people[.agent])))
        #expect(known.status == 303 && known.headers[.location] == first.headers[.location])
    }

    @Test(
        "what can't be is refused beside the field, which keeps it",
        arguments: [
            ("%2B3460011122", "Numbers of Spain have 9 digits after +34; this one has 8."), ("%2B99912345678", "No country has a code"),
            ("600111222", "has no country code in front"), ("", "is empty"), ("%2B346001112223334", "too long"),
        ])
    func refusals(to: String, words: String) async throws {
        let web = try await TestWeb()
        let answer = try await post(web, "sender=\(web.acme.hub.sender.id)&to=\(to)")
        #expect(answer.status == 422 && answer.text.contains(words), "\(answer.text)")
        #expect(answer.text.contains("aria-invalid"))
        #expect(try await web.acme.hub.list().isEmpty)
        let api = try await web.call(
            .post, "/api/v1/conversations", .key(web.acme.key),
            body: #"{"sender": "\#(web.acme.hub.sender.id)", "to": "\#(to.replacing("%2B", with: "+"))"}"#)
        #expect(api.status == 422 && api.code?.hasPrefix("phone-number.") == true)
    }

    @Test("over the API it is the same, and another tenant's sender isn't there")
    func api() async throws {
        let web = try await TestWeb()
        let body = #"{"sender": "\#(web.acme.hub.sender.id)", "to": "+34600111222"}"#
        let one = try await web.call(.post, "/api/v1/conversations", .key(web.acme.key), body: body)
        let again = try await web.call(.post, "/api/v1/conversations", .key(web.acme.key), body: body)
        #expect(one.status == 200 && one.json["id"]?.text == again.json["id"]?.text)
        #expect(one.json["contact"]?["phoneNumber"]?.text == "+34600111222")
        #expect(try await web.call(.post, "/api/v1/conversations", .key(web.other.key), body: body).code == "sender.missing")
    }

    @Test("a conversation of a colleague's stays theirs")
    func withColleagues() async throws {
        let web = try await TestWeb()
        try await web.acme.hub.receive(web.acme.hub.text("Hello"))
        let number = try #require(try await web.acme.hub.list().first?.contact.phoneNumber)
        let agent = try #require(web.acme.people[.agent])
        let own = Access(
            workspaceID: web.acme.hub.workspaceID, actor: .member(agent.account), grants: Role.agent.grants,
            visibility: .own(agent.account),
            address: nil)
        await #expect(throws: ConversationProblem.withColleagues) {
            try await web.services.sending.begin(from: web.acme.hub.sender.id, with: .phone(number), numbers: .embedded, access: own)
        }
        #expect(try await web.services.sending.conversations(with: number, access: own).isEmpty)
    }
}
