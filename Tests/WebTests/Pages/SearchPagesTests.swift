import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Search over HTTP")
struct SearchPagesTests {
    private let web: TestWeb
    private let agent: TestWeb.Person

    init() async throws {
        web = try await TestWeb()
        agent = try #require(web.acme.people[.agent])
    }

    private func get(_ path: String) async throws -> TestWeb.Answer {
        try await web.call(.get, "/app/acme/whatsapp/search\(path)", .person(agent))
    }

    private func api(_ query: String) async throws -> TestWeb.Answer {
        try await web.call(.get, "/api/v1/search?\(query)", .key(web.acme.key))
    }

    private func receive(_ texts: String...) async throws -> [Message] {
        for text in texts {
            web.clock.advance(by: 1)
            try await web.acme.hub.receive(web.acme.hub.text(text))
        }
        try await SearchIndexer(database: web.database, now: { web.clock.now }).finish()
        let conversation = try #require(try await web.acme.hub.list().first)
        return try await web.acme.hub.conversations.messages(of: conversation.id, before: nil, limit: 100, access: web.acme.hub.access).data
            .reversed()
    }

    @Test("the inbox has a field that leads to the page, and the page shows contacts, then messages with the words marked")
    func page() async throws {
        let messages = try await receive("Is my <b>réfund</b> & order there, Ana?", "Another thing")
        #expect(try await web.call(.get, "/app/acme/whatsapp", .person(agent)).text.contains(#"action="/app/acme/whatsapp/search""#))
        let page = try await get("?text=Refund+ANA")
        #expect(page.status == 200)
        #expect(page.text.contains("Is my &lt;b&gt;<mark>réfund</mark>&lt;/b&gt; &amp; order there, <mark>Ana</mark>?"))
        #expect(page.text.contains("?at=\(messages[0].id)#m-\(messages[0].id)"))
        #expect(!page.text.contains("Another thing"))
        #expect(page.text.contains(#"value="Refund ANA""#))
        let people = try await get("?text=9001")
        #expect(people.text.contains("Contacts</h2>") && people.text.contains("1 555-019-9001</mark>"))
    }

    @Test(
        "what can't be looked for is told in a sentence on the page",
        arguments: [
            ("?text=a", 422, "Type a word of at least two letters"),
            ("?text=\(String(repeating: "x", count: 300))", 422, "That is too long to look for"),
            ("?text=refund&kind=smell", 422, "one of the kinds"), ("?text=refund&from=yesterday", 422, "a day such as 2026-11-21"),
            ("?text=refund&from=2026-11-20&to=2026-11-01", 422, "The first day is after the last"),
            ("?text=refund&after=x", 422, "a cursor of this list"),
            ("", 200, "All messages, notes and contacts that you may see are searched"), ("?text=nothinglikethis", 200, "Nothing found"),
            ("?text=%27%22%3E%3Cscript%3E", 200, "Nothing found"),
        ])
    func sentences(query: String, status: Int, text: String) async throws {
        _ = try await receive("A refund")
        let page = try await get(query)
        #expect(page.status == status)
        #expect(page.text.contains(text), "\(page.text)")
        #expect(!page.text.contains("<script>"))
    }

    @Test("the API answers with messages or contacts, and refuses what it doesn't know")
    func answers() async throws {
        let messages = try await receive("My refund", "My refund again")
        let first = try await api("text=refund&limit=1")
        #expect(first.json["data"]?[0]?["message"]?["id"]?.text == messages[1].id.text)
        let next = try #require(first.json["next"]?.text)
        #expect(try await api("text=refund&limit=1&after=\(next)").json["data"]?[0]?["message"]?["id"]?.text == messages[0].id.text)
        let people = try await api("text=9001&in=contacts")
        #expect(people.json["data"]?[0]?["conversations"]?[0]?["id"]?.text == messages[0].conversationID.text)
        #expect(people.json["data"]?[0]?["message"] == .null)
        #expect(try await api("text=refnud").json["spelling"]?.text == "similar")
        let cases = [
            ("", "search.text-too-short"), ("text=x", "search.text-too-short"), ("text=refund&in=files", "request.field-malformed"),
            ("text=refund&sort=x", "request.parameter-unknown"), ("text=refund&from=2026", "request.field-malformed"),
            ("text=refund&in=contacts&kind=image", "request.field-malformed"), ("text=refund&limit=1000", "page.limit-out-of-range"),
            ("text=refund&from=2026-11-21T08:00:00Z&before=2026-11-20T08:00:00Z", "search.dates-reversed"),
        ]
        for (query, code) in cases { #expect(try await api(query).code == code, "\(query)") }
    }

    @Test("a link to a message shows the part of the thread around it, and goes on in both directions")
    func around() async throws {
        let messages = try await receive(contentsOf: (0..<130).map { "Message \($0)." })
        let path = "/app/acme/whatsapp/\(messages[0].conversationID)"
        let page = try await web.call(.get, "\(path)?at=\(messages[60].id)", .person(agent)).text
        for (number, isThere) in [(34, false), (35, true), (60, true), (85, true), (86, false)] {
            #expect(page.contains("Message \(number).") == isThere, "\(number)")
        }
        let newer = try #require(page.firstMatch(of: /data-newer="([^"]+)"/)).1
        let next = try await web.call(.get, String(newer), .person(agent)).text
        for (number, isThere) in [(85, false), (86, true), (129, true)] {
            #expect(next.contains("Message \(number).") == isThere, "\(number)")
        }
        #expect(!next.contains("data-newer") && !next.contains("data-older"))
        let older = try #require(page.firstMatch(of: /data-older="([^"]+)"/)).1
        #expect(try await web.call(.get, String(older), .person(agent)).text.contains("Message 34."))
        // Near the ends there is nothing further; what isn't of this thread shows its end.
        #expect(try await !web.call(.get, "\(path)?at=\(messages[129].id)", .person(agent)).text.contains("data-newer"))
        #expect(try await !web.call(.get, "\(path)?at=\(messages[0].id)", .person(agent)).text.contains("data-older"))
        #expect(try await web.call(.get, "\(path)?at=msg_00000000000000000000000000", .person(agent)).text.contains("Message 129."))
        #expect(try await web.call(.get, "\(path)/messages?since=x", .person(agent)).status == 422)
    }

    private func receive(contentsOf texts: [String]) async throws -> [Message] {
        let (hub, start) = (web.acme.hub, web.clock.now)
        try await hub.receive(texts.enumerated().map { hub.text($1, at: start.addingTimeInterval(Double($0) - 1_000)) })
        let conversation = try #require(try await hub.list().first)
        var (all, before): ([Message], String?) = ([], nil)
        repeat {
            let page = try await hub.conversations.messages(of: conversation.id, before: before, limit: 100, access: hub.access)
            all += page.data
            before = page.next
        } while before != nil
        return all.reversed()
    }

    @Test("text of customers is only text on the page")
    func escaping() throws {
        let hostile = "\"'><i>words&"
        let message = SearchService.FoundMessage(
            message: PageExamples.message(1, .inbound, .text(TextContent(body: hostile))),
            conversation: PageExamples.conversation(0, hostile, hostile, secondsAgo: 1))
        let view = SearchView(
            SearchExamples.query(["text": hostile, "sender": hostile, "from": hostile, "to": hostile]),
            .init(
                messages: SearchExamples.answer([message], ["words"]), contacts: SearchExamples.answer([[message.conversation]], ["words"])),
            hostile, SearchExamples.names(hostile, hostile), in: PageExamples.workspace())
        let html = try PageTemplates().render(view, with: SearchView.template)
        #expect(!html.contains("<i>"))
        #expect(html.contains("&lt;i&gt;<mark>words</mark>&amp;"))
    }
}

extension JSONValue {
    fileprivate subscript(index: Int) -> JSONValue? {
        if case .array(let elements) = self, index < elements.count { elements[index] } else { nil }
    }
}
