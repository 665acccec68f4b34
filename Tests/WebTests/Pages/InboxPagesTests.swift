import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("The inbox over HTTP")
struct InboxPagesTests {
    private let web: TestWeb
    private let agent: TestWeb.Person
    private static let json: HTTPFields = [.contentType: "application/json", .accept: "application/problem+json, */*;q=0.8"]
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    init() async throws {
        web = try await TestWeb()
        agent = try #require(web.acme.people[.agent])
    }

    private func get(_ path: String) async throws -> TestWeb.Answer {
        try await web.call(.get, "/app/acme/whatsapp\(path)", .person(agent))
    }

    private func post(_ path: String, _ headers: HTTPFields = [:], body: String = "") async throws -> TestWeb.Answer {
        try await web.call(.post, "/app/acme/whatsapp\(path)", .person(agent) + headers, body: body)
    }

    /// A conversation in which Ana wrote this.
    private func conversation(_ texts: String...) async throws -> Conversation {
        for text in texts { try await web.acme.hub.receive(web.acme.hub.text(text)) }
        return try #require(try await web.acme.hub.list().first)
    }

    @Test("the page has the list, and names where the stream of changes goes on")
    func list() async throws {
        let empty = try await get("")
        #expect(empty.text.contains("When a customer writes, the conversation shows here."))
        let conversation = try await conversation("Is it <b>blue</b>?")
        let page = try await get("")
        #expect(page.status == 200)
        #expect(page.text.contains("data-conversation=\"\(conversation.id)\""))
        #expect(page.text.contains("Is it &lt;b&gt;blue&lt;/b&gt;?"))
        let since = try await web.services.events.end(access: web.acme.hub.access).text
        #expect(page.text.contains("data-since=\"\(since)\""))
        #expect(page.headers[.cacheControl] == "no-store")
        #expect(page.headers[.contentSecurityPolicy]?.contains("script-src 'self'") == true)
    }

    @Test("a file without words is named in the list; what was forwarded and where an ad led from is told in the thread and by the API")
    func origins() async throws {
        let hub = web.acme.hub
        let from = InboundParty(phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: "Ana")
        let ad = JSONValue.object([
            "source_type": "ad", "headline": "Summer <sale>", "body": "All shoes", "source_url": "https://fb.example.test/ad",
        ])
        func receive(_ id: String, _ content: MessageContent, isForwarded: Bool = false, referral: JSONValue? = nil) async throws {
            try await hub.receive(
                .message(
                    InboundMessage(
                        providerID: id, from: from, at: hub.clock.now, content: content, isForwarded: isForwarded, referral: referral)))
        }
        try await receive("wamid.1", .text("Look"), isForwarded: true)
        try await receive("wamid.2", .text("Is it still on?"), referral: ad)
        try await receive("wamid.3", .text("odd"), referral: .object(["source_url": "javascript:alert(1)"]))
        try await receive("wamid.4", .media(MediaContent(kind: .audio, voice: true, providerMediaID: "1")))
        let conversation = try #require(try await hub.list().first)
        #expect(try await get("?part=rows").text.contains(#"<span class="preview" dir="auto">Voice message</span>"#))
        let thread = try await get("/\(conversation.id)").text
        #expect(thread.ranges(of: "Forwarded").count == 1)
        #expect(thread.contains(#"<small>From an ad</small><b dir="auto">Summer &lt;sale&gt;</b>"#))
        #expect(thread.contains(#"href="https://fb.example.test/ad""#))
        #expect(!thread.contains("javascript:"))
        let answer = try await web.call(.get, "/api/v1/conversations/\(conversation.id)/messages", .key(web.acme.key))
        guard case .array(let messages) = answer.json["data"] else { throw CancellationError() }
        #expect(messages.map { $0["isForwarded"] } == [false, false, false, true])
        #expect(messages.map { $0["referral"] } == [.null, .object(["source_url": "javascript:alert(1)"]), ad, .null])
    }

    @Test("the list is that of the view; the rest is in the others")
    func views() async throws {
        let conversation = try await conversation("Hi")
        let row = "data-conversation=\"\(conversation.id)\""
        #expect(try await post("/\(conversation.id)/closure", Self.form, body: "csrfToken=\(token)&change=close").status == 303)
        #expect(try await !get("").text.contains(row))
        #expect(try await get("?view=closed").text.contains(row))
        #expect(try await get("?view=all&part=rows").text.contains(row))
        #expect(try await get("?view=all&sender=\(web.acme.hub.sender.id)&part=rows").text.contains(row))
        #expect(try await !get("?view=all&sender=snd_00000000000000000000000000&part=rows").text.contains(row))
        let reopened = try await web.call(
            .post, "/app/acme/whatsapp/\(conversation.id)/closure", .person(agent) + [.contentType: "application/x-www-form-urlencoded"],
            body: "change=reopen")
        #expect(reopened.status == 204)
        #expect(try await get("").text.contains(row))
        #expect(try await post("/\(conversation.id)/closure", Self.form, body: "csrfToken=\(token)&change=burn").status == 422)
    }

    @Test("rows come by their ids; those of others don't")
    func rows() async throws {
        let conversation = try await conversation("Hi")
        try await web.other.hub.receive(web.other.hub.text("Secret"), senderProviderID: "222")
        let foreign = try #require(try await web.other.hub.list().first)
        let rows = try await get("/rows?of=\(foreign.id),nonsense,\(conversation.id)")
        #expect(rows.status == 200)
        #expect(rows.text.contains(conversation.id.text))
        #expect(!rows.text.contains(foreign.id.text))
        #expect(try await get("/\(foreign.id)").status == 404)
        #expect(try await get("/\(foreign.id)/messages").status == 404)
        #expect(try await post("/\(foreign.id)/read").status == 404)
    }

    @Test("a thread is a page by itself, and in parts for scripts")
    func thread() async throws {
        let conversation = try await conversation("One", "Two")
        let page = try await get("/\(conversation.id)")
        #expect(page.text.contains("<!doctype html>"))
        #expect(page.text.contains("2 new"))
        #expect(page.text.contains("aria-current=\"true\""))
        let part = try await get("/\(conversation.id)?part=thread")
        #expect(!part.text.contains("<!doctype html>"))
        #expect(part.text.contains("id=\"composer\""))
        let messages = try await get("/\(conversation.id)/messages")
        #expect(messages.text.contains("One"))
        #expect(!messages.text.contains("id=\"composer\""))
    }

    @Test("older messages come by pages, each once and in order")
    func paging() async throws {
        let texts = (0..<120).map { "Text \($0)." }
        for text in texts {
            web.clock.advance(by: 1)
            try await web.acme.hub.receive(web.acme.hub.text(text))
        }
        let conversation = try #require(try await web.acme.hub.list().first)
        var path: String? = "/\(conversation.id)/messages"
        var found: [String] = []
        while let next = path {
            let page = try await get(next).text
            found = page.matches(of: /Text \d+\./).map { String($0.output) } + found
            path = page.firstMatch(of: /data-older="\/app\/acme\/whatsapp([^"]*)"/).map { String($0.1) }
        }
        #expect(found == texts)
    }

    @Test("a form's text is sent and leads back; a script gets the bubble, the same for the same client id")
    func sending() async throws {
        let conversation = try await conversation("Hi")
        let path = "/\(conversation.id)/messages"
        let sent = try await post(path, Self.form, body: "csrfToken=\(token)&clientId=f1&text=Hello+*you*")
        #expect(sent.status == 303)
        #expect(sent.headers[.location] == "/app/acme/whatsapp/\(conversation.id)")
        #expect(try await get(path).text.contains("Hello <strong>you</strong>"))

        let body = #"{"clientId": "c1", "text": {"body": "By script"}}"#
        let bubble = try await post(path, Self.json, body: body)
        #expect(bubble.status == 200)
        #expect(bubble.text.contains("data-client=\"c1\""))
        #expect(try await post(path, Self.json, body: body).text == bubble.text)
        let other = try await post(path, Self.json, body: #"{"clientId": "c1", "text": {"body": "Something else"}}"#)
        #expect(other.status == 409)
        #expect(other.code == "message.client-id-taken")
    }

    @Test(
        "what can't be sent is refused with a reason",
        arguments: [
            (#"{"clientId": "x"}"#, 422), (#"{"text": {"body": " "}}"#, 422), (#"{"text": {"body": "a"}, "colour": "red"}"#, 422),
            ("{", 400),
            (#"{"media": {"kind": "image", "id": "med_00000000000000000000000000"}}"#, 422),
            (#"{"reaction": {"message": "msg_00000000000000000000000000", "emoji": "👍"}}"#, 422),
            (#"{"text": {"body": "a"}, "replyTo": "msg_00000000000000000000000000"}"#, 422),
        ])
    func refusals(body: String, status: Int) async throws {
        let conversation = try await conversation("Hi")
        let answer = try await post("/\(conversation.id)/messages", Self.json, body: body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.json["detail"]?.text?.isEmpty == false)
    }

    @Test("with the window closed the page says what would work, and sending is refused")
    func window() async throws {
        let conversation = try await conversation("Hi")
        web.clock.advance(by: 25 * 60 * 60)
        let page = try await get("/\(conversation.id)").text
        #expect(page.contains("The reply window is closed."))
        #expect(page.firstMatch(of: /<form class="composer"[^>]* hidden>/) != nil)
        let answer = try await post("/\(conversation.id)/messages", Self.json, body: #"{"text": {"body": "Late"}}"#)
        #expect(answer.status == 409)
        #expect(answer.code == "message.window-closed")
    }

    @Test("a reaction of ours shows on the bubble that it is about, and not as one of its own")
    func reaction() async throws {
        let conversation = try await conversation("Blue or green?")
        let question = try #require(
            try await web.acme.hub.conversations.messages(of: conversation.id, before: nil, limit: 10, access: web.acme.hub.access).data
                .first)
        let answer = try await post(
            "/\(conversation.id)/messages", Self.json, body: #"{"reaction": {"message": "\#(question.id)", "emoji": "❤️"}}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.text.contains("id=\"m-\(question.id)\""))
        #expect(answer.text.contains("data-ours=\"❤️\""))
        let thread = try await get("/\(conversation.id)/messages").text
        #expect(thread.ranges(of: "class=\"message ").count == 1)
    }

    @Test("a bubble says who wrote it: who reads, a colleague, a program, one of a group; and a quote says the same")
    func writers() async throws {
        let conversation = try await conversation("Hi")
        let path = "/\(conversation.id)/messages"
        #expect(try await post(path, Self.json, body: #"{"text": {"body": "By hand"}}"#).status == 200)
        let sender = web.acme.hub.sender.id
        let byProgram = try await web.call(
            .post, "/api/v1/messages", .key(web.acme.key),
            body: #"{"sender": "\#(sender)", "to": "+15550199001", "text": {"body": "By program"}}"#)
        #expect(byProgram.status == 202, "\(byProgram.text)")
        let all = try await sent(in: conversation)
        for text in ["By hand", "By program"] {
            let quoted = try #require(all.first { $0.content == .text(TextContent(body: text)) })
            let body = #"{"text": {"body": "About \#(text)"}, "replyTo": "\#(quoted.id)"}"#
            #expect(try await post(path, Self.json, body: body).status == 200)
        }
        let mine = try await get(path).text
        #expect(Self.writers(in: mine) == ["Ana", "You", "A program", "You", "You"])
        #expect(Self.quotedWriters(in: mine) == ["You", "A program"])
        #expect(!mine.contains("class=\"writer\""))
        let owner = try #require(web.acme.people[.owner])
        let theirs = try await web.call(.get, "/app/acme/whatsapp\(path)", .person(owner)).text
        #expect(Self.writers(in: theirs) == ["Ana", "agent", "A program", "agent", "agent"])
        #expect(Self.quotedWriters(in: theirs) == ["agent", "A program"])
    }

    @Test("in a group each bubble shows who wrote it")
    func group() async throws {
        for (number, name) in ["Ben", "Eva", "Eva"].enumerated() {
            let from = InboundParty(
                phone: PhoneNumber(providerDigits: "1555019900\(number)"), businessScopedID: nil, username: nil, name: name)
            try await web.acme.hub.receive(
                .message(
                    InboundMessage(
                        providerID: "wamid.\(number)", from: from, at: web.clock.now, content: .text(TextContent(body: "Hi")), groupID: "g1"
                    )))
        }
        let conversation = try #require(try await web.acme.hub.list().first)
        let thread = try await get("/\(conversation.id)/messages").text
        #expect(Self.writers(in: thread) == ["Ben", "Eva", "Eva"])
        #expect(thread.contains(#"<b class="writer" dir="auto" aria-hidden="true">Ben</b>"#))
        // One's bubbles stand together, and apart from another's.
        #expect(thread.matches(of: /class="message in( first)?"/).map { $0.1 != nil } == [true, true, false])
    }

    /// The messages of a conversation, once the provider has taken all that was to be sent.
    private func sent(in conversation: Conversation) async throws -> [Message] {
        let hub = web.acme.hub
        let dispatching = Task { try await hub.dispatcher().run() }
        defer { dispatching.cancel() }
        for await _ in try await hub.events.stream(after: "0-0", access: hub.access) {
            let all = try await hub.conversations.messages(of: conversation.id, before: nil, limit: 10, access: hub.access).data
            if all.allSatisfy({ $0.direction == .inbound || $0.providerID != nil }) { return all }
        }
        throw CancellationError()
    }

    private static func writers(in html: String) -> [String] {
        html.matches(of: /<div class="bubble"><span class="visually-hidden">([^<]*):<\/span>/).map { String($0.1) }
    }

    private static func quotedWriters(in html: String) -> [String] {
        html.matches(of: /class="quote"[^>]*><b dir="auto">([^<]*)<\/b>/).map { String($0.1) }
    }

    @Test("a message is shown only in its own conversation")
    func foreignMessage() async throws {
        let conversation = try await conversation("Hi")
        let message = try #require(conversation.last?.id)
        #expect(try await get("/\(conversation.id)/messages/\(message)").text.contains("Hi"))
        #expect(try await get("/cnv_00000000000000000000000000/messages/\(message)").status == 404)
    }

    @Test("reading clears what is unread")
    func reading() async throws {
        let conversation = try await conversation("Hi")
        #expect(conversation.unread == 1)
        #expect(try await post("/\(conversation.id)/read").status == 204)
        #expect(try await web.acme.hub.list().first?.unread == 0)
    }

    @Test("a file is uploaded, sent and shown; its bytes come back with a sandbox around them")
    func files() async throws {
        let conversation = try await conversation("Show me")
        let png = Data(base64Encoded: Self.png)!
        let uploaded = try await web.callBytes(
            .post, "/app/acme/whatsapp/media?filename=a%20b.png", .person(agent) + [.contentType: "image/png"], body: Array(png))
        #expect(uploaded.status == 201, "\(uploaded.text)")
        let id = try #require(uploaded.json["id"]?.text)
        #expect(uploaded.json["kind"]?.text == "image")
        let bubble = try await post(
            "/\(conversation.id)/messages", Self.json, body: #"{"media": {"kind": "image", "id": "\#(id)", "caption": "The box"}}"#)
        #expect(bubble.text.contains("/app/acme/whatsapp/media/\(id)"))
        let file = try await get("/media/\(id)")
        #expect(file.body == Array(png))
        #expect(file.headers[.contentType] == "image/png")
        #expect(file.headers[.contentSecurityPolicy]?.hasPrefix("sandbox") == true)
        // Kept by the browser, and shown only to who may still see it.
        #expect(file.headers[.cacheControl] == "private, no-cache")
        let tag = try #require(file.headers[.eTag])
        let again = try await web.call(.get, "/app/acme/whatsapp/media/\(id)", .person(agent) + [.ifNoneMatch: tag])
        #expect((again.status, again.body.count) == (304, 0))
        #expect(try await web.call(.get, "/app/acme/whatsapp/media/\(id)", [.ifNoneMatch: tag]).status == 401)
        let stranger = try #require(web.other.people[.owner])
        #expect(try await web.call(.get, "/app/other/whatsapp/media/\(id)", .person(stranger)).status == 404)
    }

    @Test("the live stream begins with a greeting, follows, and asks for a fresh look when its place is unknown")
    func live() async throws {
        let (hub, live) = (web.acme.hub, LiveStream(services: web.services))
        let since = try await web.services.events.end(access: hub.access).text
        var frames = try await live.frames(since: since, access: hub.access).makeAsyncIterator()
        #expect(try String(buffer: #require(await frames.next()).bytes) == "retry: 2000\n\n")
        let conversation = try await conversation("Hi")
        let change = try String(buffer: #require(await frames.next()).bytes)
        #expect(change.contains("event: change\n"))
        #expect(change.contains(#""conversation":"\#(conversation.id)""#))
        #expect(!change.contains("Hi"))

        for unknown in ["nonsense", "x-y"] {
            var frames = try await live.frames(since: unknown, access: hub.access).makeAsyncIterator()
            #expect(try String(buffer: #require(await frames.next()).bytes).contains("event: resync\n"))
        }
    }

    private var token: String { ForgeryToken.text(for: agent.token) }

    /// One grey pixel.
    private static let png =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
}
