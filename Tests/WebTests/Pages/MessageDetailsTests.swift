import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("All that is known of one message, on a page and over HTTP")
struct MessageDetailsTests {
    private static let page: HTTPFields = [.accept: "text/html"]

    private func text(of view: MessageDetailsView) throws -> String {
        try PageTemplates().render(view).replacing(/<[^>]*>/, with: " ").replacing("&#39;", with: "'").replacing(/\s+/, with: " ")
    }

    @Test(
        "the price is told in words, and only what was delivered is billed",
        arguments: [
            (.delivered, "regular", "Billed by WhatsApp"), (.sent, "regular", "Billed once it is delivered"),
            (.failed, "regular", "Not billed, because it wasn't delivered"),
            (.read, "free_customer_service", "Free: one of WhatsApp's free service messages"),
            (.read, "free_entry_point", "Free: the customer came from an ad or a button"), (.read, "new", "WhatsApp hasn't said"),
        ] as [(AttemptStatus, String, String)])
    func price(status: AttemptStatus, kind: String, words: String) throws {
        let history = MessageHistory(
            message: MessageDetailsExamples.history.message, attempts: [MessageDetailsExamples.attempt(1, status, kind)], keyName: nil)
        #expect(try text(of: MessageDetailsExamples.view(history)).contains("Price \(words) "))
        #expect(try text(of: MessageDetailsExamples.view(history)).contains("Category Utility "))
    }

    @Test("attempts come newest first, with what went wrong; times are the reader's")
    func attempts() throws {
        let found = try text(of: MessageDetailsExamples.view(MessageDetailsExamples.history))
        let newest = try #require(found.range(of: "Attempt 2 : Read"))
        let oldest = try #require(found.range(of: "Attempt 1 : Not sent"))
        #expect(newest.lowerBound < oldest.lowerBound)
        #expect(found.contains("The number isn't on WhatsApp. Check it with the customer. Code 131026"))
        #expect(found.contains("Attempts 2"))
        #expect(found.contains("21 November 2026, 09:42:00"))
        let failed = try text(of: MessageDetailsExamples.view(MessageDetailsExamples.failed))
        #expect(failed.contains("Status Not sent"))
    }

    @Test("hostile names and words are only words")
    func escaping() throws {
        let attack = "\"'><i>x"
        let history = MessageHistory(
            message: PageExamples.message(
                2, .outbound, .text("x"), .failed,
                error: MessageError(code: attack, detail: attack, advice: attack, retryable: false)),
            attempts: [
                MessageAttempt(
                    number: 1, status: .failed, startedAt: PageExamples.now, answeredAt: nil, providerID: attack, error: nil,
                    reports: [
                        .init(
                            status: .sent, at: PageExamples.now, participant: attack,
                            price: MessagePrice(category: attack, kind: attack, isBillable: nil))
                    ])
            ], keyName: attack)
        let html = try PageTemplates().render(MessageDetailsExamples.view(history, contactName: attack))
        #expect(!html.contains("<i>"))
        #expect(html.contains("&lt;i&gt;x"))
    }

    @Test("the API's answer with attempts fits its description")
    func schema() async throws {
        let web = try await TestWeb()
        guard case .object(let schemas) = web.openAPI["components"]?["schemas"] else {
            Issue.record("No schemas")
            return
        }
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        let body = try JSONDecoder().decode(
            JSONValue.self, from: encoder.encode(MessageDetailsBody(MessageDetailsExamples.history)))
        #expect(SchemaCheck(schemas: schemas).faults(of: body, against: try #require(schemas["MessageDetails"])) == [])
        guard case .array(let attempts) = body["attempts"] else {
            Issue.record("No attempts")
            return
        }
        #expect(attempts.map { $0["status"]?.text } == ["failed", "read"])
        #expect(attempts.last?["isBilled"] == .bool(true))
    }

    @Test("a message sent by a key says which; the page works by itself, and scripts get its middle", arguments: TestEngine.allCases)
    func pages(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("hello"))
        let conversation = try #require(try await hub.list().first)
        let sent = try await web.call(
            .post, "/api/v1/messages", .key(web.acme.key),
            body: #"{"sender": "\#(hub.sender.id)", "to": {"contact": "\#(conversation.contact.id)"}, "text": {"body": "hi"}}"#)
        let id = try #require(sent.json["id"]?.text)
        let api = try await web.call(.get, "/api/v1/messages/\(id)", .key(web.acme.key))
        #expect((api.status, api.json["attempts"]) == (200, .array([])))
        let agent = HTTPFields.person(try #require(web.acme.people[.agent]))
        let address = "/app/acme/whatsapp/\(conversation.id)/messages/\(id)/details"
        let page = try await web.call(.get, address, agent + Self.page)
        #expect(page.status == 200)
        #expect(page.text.contains("<!doctype html>") || page.text.contains("<!DOCTYPE html>"))
        #expect(page.text.contains("A program, with the API key “all”"))
        #expect(page.text.contains(id))
        let part = try await web.call(.get, address, agent)
        #expect(!part.text.lowercased().contains("<!doctype"))
        #expect(part.text.contains("data-details=\"\(id)\""))
        // In another conversation it isn't.
        try await hub.receive(hub.text("hello", from: "15550199002", name: "Bo"))
        let other = try #require(try await hub.list().first { $0.id != conversation.id })
        let wrong = try await web.call(.get, "/app/acme/whatsapp/\(other.id)/messages/\(id)/details", agent)
        #expect(wrong.status == 404)
    }

    @Test("contact cards come as a file to be saved, by the page as by the API", arguments: TestEngine.allCases)
    func cards(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        let cards = ["Ana\r\nEND:VCARD", "Bo"].map {
            ContactCard(name: .init(formattedName: $0), phones: [.init(value: "+1 555", waId: "1555")])
        }
        try await hub.receive(hub.message(.contacts(cards)))
        let conversation = try #require(try await hub.list().first)
        let message = try #require(conversation.last).id
        let agent = HTTPFields.person(try #require(web.acme.people[.agent]))
        let page = "/app/acme/whatsapp/\(conversation.id)/messages/\(message)"
        for (address, headers) in [(page, agent), ("/api/v1/messages/\(message)", .key(web.acme.key))] {
            let all = try await web.call(.get, "\(address)/contacts.vcf", headers)
            #expect((all.status, all.headers[.contentType]) == (200, "text/vcard; charset=utf-8"))
            #expect(all.headers[.contentDisposition] == "attachment; filename=\"contacts.vcf\"")
            #expect(all.text == VCard.text(of: cards))
            let one = try await web.call(.get, "\(address)/contacts.vcf?card=1", headers)
            #expect(one.text == VCard.text(of: [cards[0]]))
            #expect(one.text.contains(#"FN:Ana\nEND:VCARD"#))
            let none = try await web.call(.get, "\(address)/contacts.vcf?card=3", headers)
            #expect((none.status, none.code) == (404, "message.card-missing"))
        }
        let malformed = try await web.call(.get, "/api/v1/messages/\(message)/contacts.vcf?card=x", .key(web.acme.key))
        #expect((malformed.status, malformed.code) == (422, "request.field-malformed"))
        let bubble = try await web.call(.get, page, agent)
        #expect(bubble.text.contains("\(page)/contacts.vcf?card=2"))
        #expect(bubble.text.contains("/search?in=contacts&amp;text=1555\""))
    }

    @Test("a row says who writes there, but not to those who write themselves")
    func writing() async throws {
        let web = try await TestWeb()
        let hub = web.acme.hub
        try await hub.receive(hub.text("hello"))
        let conversation = try #require(try await hub.list().first)
        let (agent, admin) = (try #require(web.acme.people[.agent]), try #require(web.acme.people[.admin]))
        let report = try await web.call(
            .put, "/api/v1/conversations/\(conversation.id)/presence", .person(admin), body: #"{"activity": "writing"}"#)
        #expect(report.status == 204)
        for address in ["/app/acme/whatsapp/rows?of=\(conversation.id)", "/app/acme/whatsapp?part=rows"] {
            #expect(try await web.call(.get, address, .person(agent)).text.contains("admin is writing"))
            #expect(try await web.call(.get, address, .person(admin)).text.contains("is writing") == false)
        }
        web.clock.advance(by: Presence.writingSeconds + 1)
        #expect(try await web.call(.get, "/app/acme/whatsapp?part=rows", .person(agent)).text.contains("is writing") == false)
    }
}
