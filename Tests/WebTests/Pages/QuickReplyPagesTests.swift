import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Quick replies and drafts over HTTP")
struct QuickReplyPagesTests {
    private let web: TestWeb
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
    private static let json: HTTPFields = [.contentType: "application/json", .accept: "application/problem+json, */*;q=0.8"]
    private static let page = "/app/acme/quick-replies"

    init() async throws { web = try await TestWeb() }

    private var hub: TestHub { web.acme.hub }

    private func call(
        _ method: HTTPRequest.Method, _ path: String, as role: Role = .agent, _ headers: HTTPFields = [:], _ body: String? = nil
    ) async throws -> TestWeb.Answer {
        try await web.call(method, path, .person(try #require(web.acme.people[role])) + headers, body: body)
    }

    private func conversation() async throws -> Conversation {
        try await hub.receive(hub.text("Hi", name: "Ana"))
        return try #require(try await hub.list().first)
    }

    @Test("they are made, found, changed and deleted, and the page says beside the field what is wrong")
    func managing() async throws {
        #expect(try await call(.get, Self.page).text.contains("An owner or admin makes them here."))
        #expect(try await call(.post, Self.page, Self.form, "shortcut=a&text=b").status == 403)
        let made = try await call(.post, Self.page, as: .admin, Self.form, "shortcut=hours&text=Open%0D%0A9+to+18")
        #expect((made.status, made.headers[.location]) == (303, "\(Self.page)?done=saved"))
        for (body, reason) in [
            ("shortcut=hours&text=x", "There is a quick reply with this shortcut."),
            ("shortcut=two+words&text=x", "A shortcut has 1 to 32 letters"),
            ("shortcut=a&text=+", "Write the text of the quick reply."),
            ("shortcut=a&text=%7Bname%7D", "There is no placeholder {name}. There are {contact.name}"),
        ] {
            let refused = try await call(.post, Self.page, as: .admin, Self.form, body)
            #expect([409, 422].contains(refused.status))
            #expect(refused.text.contains(reason))
        }
        let reply = try #require(try await web.services.quickReplies.list(access: hub.access).first)
        #expect(reply.text.source == "Open\n9 to 18")
        let agents = try await call(.get, "\(Self.page)?find=open").text
        #expect(agents.contains("/hours") && !agents.contains("Delete the quick reply"))
        #expect(try await call(.get, "\(Self.page)?find=%3Ci%3E").text.contains("No quick reply has “<span dir=\"auto\">&lt;i&gt;"))
        #expect(try await call(.post, "\(Self.page)/\(reply.id)", as: .admin, Self.form, "shortcut=open&text=Always").status == 303)
        #expect(
            try await web.services.quickReplies.list(access: hub.access).map { [$0.shortcut.text, $0.text.source] } == [["open", "Always"]])
        #expect(try await call(.post, "\(Self.page)/\(reply.id)/removal", as: .admin, Self.form, "").status == 303)
        #expect(try await web.services.quickReplies.list(access: hub.access).isEmpty)
    }

    @Test("the API does the same, with problems that say what would work")
    func api() async throws {
        let replies = "/api/v1/quick-replies"
        let manage = HTTPFields.key(try #require(web.acme.keys[.manage]))
        let made = try await web.call(.post, replies, manage, body: #"{"shortcut": "/Hi", "text": "Hi {contact.firstName|there}"}"#)
        #expect((made.status, made.json["shortcut"]?.text) == (201, "hi"))
        let id = try #require(made.json["id"]?.text)
        for (body, code) in [
            (#"{"shortcut": "hi", "text": "x"}"#, "quick-reply.shortcut-taken"),
            (#"{"shortcut": "a", "text": "{nobody}"}"#, "quick-reply.placeholder-unknown"),
            (#"{"shortcut": "a", "text": "{contact.name"}"#, "quick-reply.placeholder-malformed"),
            (#"{"shortcut": "a"}"#, "request.field-missing"), (#"{"shortcut": "a", "text": "x", "name": "x"}"#, "request.field-unknown"),
        ] { #expect(try await web.call(.post, replies, manage, body: body).code == code) }
        let conversation = try await conversation()
        let filled = try await web.call(.get, "/api/v1/conversations/\(conversation.id)/quick-replies?find=hi", .key(web.acme.key))
        #expect(filled.text.contains(#""text":"Hi Ana""#))
        #expect(filled.text.contains(#""preview":"Hi Ana""#))
        #expect(try await web.call(.patch, "\(replies)/\(id)", manage, body: #"{"text": "Bye"}"#).json["text"]?.text == "Bye")
        #expect(try await web.call(.get, "\(replies)/\(id)", .key(web.acme.key)).json["shortcut"]?.text == "hi")
        #expect(try await web.call(.delete, "\(replies)/\(id)", manage).status == 204)
        #expect(try await web.call(.get, "\(replies)/\(id)", .key(web.acme.key)).code == "quick-reply.missing")
    }

    @Test("a draft comes with the thread and the list, and goes with the message that it became")
    func drafts() async throws {
        let conversation = try await conversation()
        let address = "/app/acme/whatsapp/\(conversation.id)"
        let saved = try await call(.post, "\(address)/draft", Self.json, #"{"text": "Half <i>a</i> thought"}"#)
        guard case .integer(let version) = saved.json["version"] else {
            Issue.record("\(saved.text)")
            return
        }
        let thread = try await call(.get, address).text
        #expect(thread.contains(">Half &lt;i&gt;a&lt;/i&gt; thought</textarea>"))
        #expect(thread.contains("data-draft-version=\"\(version)\"") && thread.contains("data-draft=\"Half &lt;i&gt;a&lt;/i&gt; thought\""))
        #expect(try await call(.get, "/app/acme/whatsapp/rows?of=\(conversation.id)").text.contains("data-draft=\"Half"))
        // A colleague's pages know nothing of it.
        #expect(try await !call(.get, address, as: .admin).text.contains("thought"))
        let stale = try await call(.post, "\(address)/draft", Self.json, #"{"text": "x", "version": 7}"#)
        #expect((stale.status, stale.code) == (409, "draft.changed-elsewhere"))
        let long = try await call(.post, "\(address)/draft", Self.json, #"{"text": "\#(String(repeating: "x", count: 5_000))"}"#)
        #expect((long.status, long.code) == (422, "draft.too-long"))
        // What was begun meanwhile stays, what was sent goes.
        for (sent, left) in [(version - 1, version), (version, 0)] {
            let message = try await call(
                .post, "\(address)/messages", Self.json, #"{"text": {"body": "Sent"}, "draft": \#(sent)}"#)
            #expect(message.status == 200)
            #expect(try await call(.get, "\(address)/draft").json["version"] == .integer(left))
        }
    }

    @Test("the API keeps drafts for people, and tells a key why not")
    func draftAPI() async throws {
        let path = "/api/v1/conversations/\(try await conversation().id)/draft"
        #expect(try await web.call(.get, path, .key(web.acme.key)).code == "access.person-needed")
        #expect(try await call(.get, path).json == ["text": "", "version": 0, "updatedAt": nil])
        let saved = try await call(.put, path, [:], #"{"text": "Begun\u0000"}"#)
        #expect((saved.status, saved.json["text"]?.text) == (200, "Begun"))
        #expect(try await call(.delete, "\(path)?version=1").code == "draft.changed-elsewhere")
        #expect(try await call(.delete, "\(path)?version=x").code == "draft.version-malformed")
        #expect(try await call(.delete, path).status == 204)
        #expect(try await call(.get, path).json["version"] == 0)
    }
}
