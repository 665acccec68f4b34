import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Templates over HTTP")
struct TemplatePagesTests {
    private let web: TestWeb
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
    private static let page = "/app/acme/templates"

    init() async throws { web = try await TestWeb() }

    private var hub: TestHub { web.acme.hub }

    private func call(
        _ method: HTTPRequest.Method, _ path: String, as role: Role = .agent, _ headers: HTTPFields = [:], _ body: String? = nil
    ) async throws -> TestWeb.Answer {
        try await web.call(method, path, .person(try #require(web.acme.people[role])) + headers, body: body)
    }

    private func api(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> TestWeb.Answer {
        try await web.call(method, "/api/v1\(path)", .key(web.acme.key), body: body)
    }

    private func order() async throws -> Template {
        try #require(try await hub.have(TestHub.template("order_update", components: TestHub.orderComponents)).first)
    }

    private func conversation() async throws -> Conversation {
        try await hub.receive(hub.text("Hi"))
        return try #require(try await hub.list().first)
    }

    // MARK: The page

    @Test("everybody looks, owners and admins pin, hide and ask WhatsApp")
    func page() async throws {
        #expect(try await call(.get, Self.page).text.contains("told us the account&#39;s templates yet"))
        let template = try await order()
        let seen = try await call(.get, Self.page)
        for words in ["order_update", "en_US", "Approved", "Utility", "Reply if something is wrong"] { #expect(seen.text.contains(words)) }
        #expect(!seen.text.contains("Get from WhatsApp now"))
        #expect(try await call(.post, "\(Self.page)/sync", Self.form, "").status == 403)
        #expect(try await call(.post, "\(Self.page)/\(template.id)", Self.form, "pinned=true").status == 403)

        hub.clock.advance(by: 1)
        let asked = try await call(.post, "\(Self.page)/sync", as: .admin, Self.form, "")
        #expect((asked.status, asked.headers[.location]) == (303, Self.page))
        #expect(try await call(.get, Self.page, as: .admin).text.contains("Asking WhatsApp"))
        #expect(try await hub.fetchTemplates() == 1)
        #expect(!(try await call(.get, Self.page, as: .admin).text.contains("Asking WhatsApp")))

        let hidden = try await call(.post, "\(Self.page)/\(template.id)", as: .admin, Self.form, "hidden=true&query=https://evil.example")
        #expect(hidden.headers[.location] == "\(Self.page)#\(template.id)")
        #expect(!(try await call(.get, Self.page).text.contains("order_update")))
        #expect(try await call(.get, "\(Self.page)?hidden=true").text.contains("order_update"))
        #expect(try await call(.post, "\(Self.page)/\(template.id)", as: .owner, Self.form, "hidden=no&pinned=true").status == 303)
        #expect(try await call(.get, "\(Self.page)?part=list").text.contains("Pinned"))
    }

    @Test("a rejected one says why and what helps; what went wrong with asking is told")
    func reasons() async throws {
        try await hub.have(TestHub.template("sale", status: .rejected, quality: "RED", reason: "INVALID_FORMAT"))
        let page = try await call(.get, Self.page)
        for words in ["Rejected", "variables or other parts", "submit it again", "Low"] { #expect(page.text.contains(words), "\(words)") }
        hub.channel.failTemplates(.temporary("no answer in time"))
        _ = try await web.services.templates.sync(access: hub.access)
        try await hub.fetchTemplates()
        let failed = try await call(.get, Self.page)
        #expect(failed.text.contains("The last try failed: WhatsApp can&#39;t be reached right now (no answer in time)."))
        #expect(failed.text.contains("Last fetched"))
    }

    @Test(
        "search finds words of name and text, and hostile ones are only words",
        arguments: ["left us", "left+us", "order", "%", "\"><i>", "!_"])
    func search(words: String) async throws {
        _ = try await order()
        let query = words.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["+"])) ?? ""
        let page = try await call(.get, "\(Self.page)?q=\(query)")
        #expect(page.status == 200)
        #expect(page.text.contains("order_update</h2>") == ["left us", "left+us", "order"].contains(words))
        #expect(!page.text.contains("<i>"))
    }

    @Test("what is searched for stands in the field again as it was typed")
    func searchedText() async throws {
        let page = try await call(.get, "\(Self.page)?q=a%2Bb+c%20d")
        #expect(page.text.contains(#"value="a+b c d""#))
    }

    // MARK: The picker

    @Test("the picker offers what can be sent, filled in with what can be guessed, and sends it")
    func picker() async throws {
        let conversation = try await conversation()
        try await hub.have(
            TestHub.template("order_update", components: TestHub.orderComponents), TestHub.template("order_update", language: "es"),
            TestHub.template("sale", status: .rejected), TestHub.template("secret"))
        let all = try await hub.allTemplates()
        let template = try #require(all.first)
        _ = try await hub.templates.change(try #require(all.last).id, isHidden: true, access: hub.access)
        let base = "/app/acme/whatsapp/\(conversation.id)/templates"
        let choices = try await call(.get, base)
        #expect(choices.text.contains("order update") && choices.text.contains("en_US, es"))
        #expect(!choices.text.contains("sale") && !choices.text.contains("secret"))
        #expect(try await call(.get, "\(base)?q=nothing&part=picker").text.contains("No approved template has all these words."))

        let form = try await call(.get, "\(base)/\(template.id)")
        // The customer is called Ana.
        #expect(form.text.contains(#"name="value.body.1" value="Ana""#))
        #expect(form.text.contains("Hi Ana, your order [2] left us."))
        let looked = try await call(.post, "\(base)/\(template.id)", Self.form, "action=preview&value.body.1=Bo&value.body.2=A-9")
        #expect(looked.text.contains("Hi Bo, your order A-9 left us."))

        let values = "value.header.1=A-9&value.body.1=Bo&value.buttons.1=A-9&clientId=one"
        let refused = try await call(.post, "\(base)/\(template.id)", Self.form, values)
        #expect(refused.status == 422)
        #expect(refused.text.contains(#"data-problem="body.2">Fill this in"#))
        #expect(refused.text.contains(#"value="Bo""#) && refused.text.contains(#"name="clientId" value="one""#))

        let sent = try await call(.post, "\(base)/\(template.id)", Self.form, "\(values)&value.body.2=A-9")
        #expect((sent.status, sent.headers[.location]) == (303, "/app/acme/whatsapp/\(conversation.id)"))
        let thread = try await call(.get, "/app/acme/whatsapp/\(conversation.id)")
        for words in ["<b dir=\"auto\">Order A-9</b>", "Hi Bo, your order A-9 left us.", "Reply if something is wrong", "Where is it?"] {
            #expect(thread.text.contains(words), "\(words)")
        }
        // The same form again is the same message.
        #expect(try await call(.post, "\(base)/\(template.id)", Self.form, "\(values)&value.body.2=A-9").status == 303)
        #expect(try await hub.thread(conversation.id).count == 2)
    }

    @Test("scripts get the preview with what is missing, and send through the composer's address")
    func scripts() async throws {
        let conversation = try await conversation()
        let template = try await order()
        let base = "/app/acme/whatsapp/\(conversation.id)"
        let preview = try await call(
            .post, "\(base)/templates/\(template.id)/preview", Self.form, "value.header.1=%3Cb%3E&value.body.1=*Ana*&value.body.2=%3Ci%3Ex")
        #expect(preview.status == 200)
        #expect(preview.text.contains(#"<li data-key="buttons.1">Fill this in"#))
        #expect(preview.text.contains("&lt;b&gt;") && preview.text.contains("&lt;i&gt;x") && preview.text.contains("<strong>Ana</strong>"))
        let json: HTTPFields = [.contentType: "application/json"]
        let sent = try await call(
            .post, "\(base)/messages", json,
            #"{"clientId": "c1", "template": {"id": "\#(template.id)", "values": {"header.1": "A", "body.1": "Ana", "body.2": "A", "buttons.1": "a"}}}"#
        )
        #expect(sent.status == 200)
        #expect(sent.text.contains("Hi Ana, your order A left us."))
        let refused = try await call(
            .post, "\(base)/messages", json, #"{"clientId": "c2", "template": {"id": "\#(template.id)", "values": {"body.1": "Ana"}}}"#)
        #expect((refused.status, refused.code) == (422, "template.value-missing"))
    }

    @Test("a template of another account, or of nobody, isn't there")
    func foreign() async throws {
        let conversation = try await conversation()
        let foreign = try #require(try await web.other.hub.have(TestHub.template("theirs")).first)
        let base = "/app/acme/whatsapp/\(conversation.id)/templates"
        #expect(try await call(.get, "\(base)/\(foreign.id)").status == 404)
        #expect(try await call(.post, "\(base)/\(foreign.id)", Self.form, "").status == 404)
        #expect(try await call(.get, base).text.contains("No approved template"))
    }

    // MARK: The API

    @Test("the API lists, changes, previews and sends; its refusals name the value")
    func interface() async throws {
        let template = try await order()
        let list = try await api(.get, "/templates?sendable=true&q=left")
        #expect(list.json["data"]?.elements.map { $0["name"]?.text } == ["order_update"])
        let keys = list.json["data"]?.elements.first?["variables"]?.elements.map { $0["key"]?.text }
        #expect(keys == ["header.1", "body.1", "body.2", "buttons.1"])
        #expect(try await api(.patch, "/templates/\(template.id)", #"{"pinned": true}"#).json["pinned"] == .bool(true))
        #expect(try await api(.patch, "/templates/\(template.id)", #"{"name": "x"}"#).code == "request.field-unknown")
        #expect(try await api(.get, "/templates?limit=1&after=zzz").code == "page.cursor-malformed")
        #expect(try await api(.get, "/templates?hidden=maybe").code == "request.field-malformed")
        hub.clock.advance(by: 1)
        #expect(try await api(.post, "/templates/sync").status == 202)
        #expect(try await api(.get, "/templates/sync").json["data"]?.elements.first?["isUnderWay"] == .bool(true))

        let preview = try await api(.post, "/templates/\(template.id)/preview", #"{"values": {"body.1": "Ana", "x": "y"}}"#)
        #expect(preview.json["text"]?["body"]?.text == "Hi Ana, your order {{2}} left us.")
        #expect(
            preview.json["problems"]?.elements.map { $0["field"]?.text }
                == ["values.header.1", "values.body.2", "values.buttons.1", "values.x"])

        func send(_ template: String) async throws -> TestWeb.Answer {
            try await api(.post, "/messages", #"{"sender": "\#(hub.sender.id)", "to": "+15550199001", "template": \#(template)}"#)
        }
        let values = #"{"header.1": "A", "body.1": "Ana", "body.2": "A", "buttons.1": "a"}"#
        let sent = try await send(#"{"id": "\#(template.id)", "values": \#(values)}"#)
        #expect(sent.status == 202)
        #expect(sent.json["template"]?["name"]?.text == "order_update")
        #expect(sent.json["template"]?["shown"]?["body"]?.text == "Hi Ana, your order A left us.")
        // In Meta's own form as ever.
        let raw = try await send(#"{"name": "order_update", "language": "en_US", "components": []}"#)
        #expect(raw.status == 202)
        for (body, status, code, field) in [
            (#"{"id": "\#(template.id)"}"#, 422, "template.value-missing", "template.values.header.1"),
            (#"{"id": "tpl_00000000000000000000000000"}"#, 404, "template.missing", nil),
            (#"{"id": "\#(template.id)", "values": {}, "name": "x"}"#, 422, "request.field-unknown", nil),
            (#"{"id": "\#(template.id)", "values": {"body.1": 1}}"#, 422, "request.field-malformed", nil),
        ] as [(String, Int, String, String?)] {
            let answer = try await send(body)
            #expect((answer.status, answer.code) == (status, code), "\(answer.text)")
            if let field { #expect(answer.json["field"]?.text == field) }
        }
    }
}

extension JSONValue {
    fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
