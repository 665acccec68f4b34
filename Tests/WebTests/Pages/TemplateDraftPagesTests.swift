import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Writing templates over HTTP")
struct TemplateDraftPagesTests {
    private let web: TestWeb
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
    private static let page = "/app/acme/templates/drafts"

    init() async throws { web = try await TestWeb() }

    private var hub: TestHub { web.acme.hub }
    private var connection: String { hub.sender.connectionID.text }

    private func call(
        _ method: HTTPRequest.Method, _ path: String, as role: Role = .admin, _ body: String? = nil
    ) async throws -> TestWeb.Answer {
        try await web.call(method, path, .person(try #require(web.acme.people[role])) + (body == nil ? [:] : Self.form), body: body)
    }

    private func api(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> TestWeb.Answer {
        try await web.call(method, "/api/v1\(path)", .key(web.acme.key), body: body)
    }

    /// The address of a draft that was just begun.
    private func begun() async throws -> String {
        let answer = try await call(.post, Self.page, "connection=\(connection)")
        #expect(answer.status == 303)
        return try #require(answer.headers[.location])
    }

    private static let whole = [
        ("name", "order_update"), ("language", "it"), ("category", "UTILITY"), ("format", "POSITIONAL"), ("header-kind", "text"),
        ("header", "Ordine {{1}}"), ("header-sample.1", "A-17"), ("body", "Ciao {{1}}, il tuo ordine è partito\r\noggi."),
        ("body-sample.1", "Ana"), ("footer", "Rispondi STOP"), ("buttons", "2"), ("button.0.kind", "reply"), ("button.0.text", "Dove?"),
        ("button.1.kind", "link"), ("button.1.text", "Segui"), ("button.1.url", "https://shop.test/{{1}}"),
        ("button.1.sample", "https://shop.test/A-17"), ("lifetime", "600"),
    ]

    private static func body(_ fields: [(String, String)], _ action: String) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        return (fields + [("action", action)]).map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
            .joined(separator: "&")
    }

    // MARK: The pages

    @Test("a template is begun, written, kept and submitted")
    func whole() async throws {
        #expect(try await call(.get, Self.page).text.contains("No drafts"))
        let address = try await begun()
        let empty = try await call(.get, address)
        #expect(empty.text.contains("Write the text of the message."))
        let kept = try await call(.post, address, Self.body(Self.whole, "save"))
        #expect((kept.status, kept.headers[.location]) == (303, "\(address)?done=saved"))
        let shown = try await call(.get, "\(address)?done=saved")
        for words in ["order_update", "Italian (it)", "Ordine {{1}}", "Rispondi STOP", "Segui", "It breaks none", "The draft is kept."] {
            #expect(shown.text.contains(words), "\(words)")
        }
        #expect(try await call(.get, Self.page).text.contains("Ready to submit"))
        let sent = try await call(.post, address, Self.body(Self.whole, "submit"))
        #expect(sent.status == 303)
        #expect(sent.headers[.location]?.hasPrefix("/app/acme/templates?done=submitted#tpl_") == true)
        let draft = try #require(web.templates.created.first)
        #expect(draft.body.text == "Ciao {{1}}, il tuo ordine è partito\noggi.")
        #expect((draft.language, draft.footer, draft.lifetimeSeconds, draft.buttons.count) == ("it", "Rispondi STOP", 600, 2))
        #expect(TemplateRules.faults(of: draft) == [])
        #expect(try await call(.get, "/app/acme/templates?done=submitted").text.contains("WhatsApp has it."))
        #expect(try await call(.get, address).status == 404)
    }

    @Test("what is refused stays in the form, with the sentence")
    func refused() async throws {
        let address = try await begun()
        var fields = Self.whole.filter { $0.0 != "body-sample.1" }
        let faulty = try await call(.post, address, Self.body(fields, "submit"))
        #expect(faulty.status == 422)
        #expect(faulty.text.contains("Give an example for {{1}}"))
        #expect(faulty.text.contains("Rispondi STOP"))
        #expect(web.templates.created.isEmpty)
        // What was submitted is kept; another tab has an older version.
        fields = Self.whole + [("version", "1")]
        let late = try await call(.post, address, Self.body(fields, "save"))
        #expect(late.status == 409)
        #expect(late.text.contains("Somebody changed this draft meanwhile."))
        #expect(late.text.contains("il tuo ordine"))
        web.templates.fail(TemplateProblem.refused("Too many words."))
        let no = try await call(.post, address, Self.body(Self.whole, "submit"))
        #expect(no.status == 422)
        #expect(no.text.contains("WhatsApp refused the template: Too many words."))
        #expect(try await call(.get, Self.page).text.contains("Too many words."))
    }

    @Test("buttons come and go without a script, and examples follow the text")
    func structure() async throws {
        let address = try await begun()
        let added = try await call(.post, address, Self.body(Self.whole, "add-button"))
        #expect(added.status == 200)
        #expect(added.text.contains("Button 3") && added.text.contains("Dove?"))
        let removed = try await call(.post, address, Self.body(Self.whole, "remove-button-0"))
        #expect(!removed.text.contains("Dove?") && removed.text.contains("Segui") && !removed.text.contains("Button 2"))
        let part = try await call(
            .post, "\(address)?part=check", Self.body([("body", "Hi {{1}} and {{2}} there"), ("buttons", "0")], "save"))
        #expect(part.text.contains("Example for <code>{{2}}</code>"))
        #expect(!part.text.contains("<html"))
        // Nothing of it is kept.
        #expect(!(try await call(.get, address).text.contains("Segui")))
    }

    @Test("a form carries along what it doesn't show, and its version; what is no number is refused")
    func carried() async throws {
        let flow = TemplateDraft.Button.Flow(name: "survey", json: nil, action: "navigate", screen: "FIRST", icon: "DOCUMENT")
        let draft = TemplateDraftRows.changed(TemplateDraftRows.plain) { $0.buttons = [.init("Answer", .flow(flow))] }
        let saved = try await web.services.templateDrafts.create(draft, connection: hub.sender.connectionID, access: hub.access)
        let page = try await call(.get, "\(Self.page)/\(saved.id)").text
        let hidden = page.matches(of: /name="(button\.0\.flow[^"]*)" value="([^"]*)"/).map { (String($0.1), String($0.2)) }
        let fields: [(String, String)] =
            [
                ("name", draft.name), ("language", "en_US"), ("category", "UTILITY"), ("format", "POSITIONAL"), ("body", draft.body.text),
                ("body-sample.1", "Ana"), ("body-sample.2", "A-17"), ("buttons", "1"), ("button.0.kind", "flow"),
                ("button.0.text", "Answer"),
                ("button.0.flow", "survey"), ("version", "1"),
            ] + hidden
        #expect(try await call(.post, "\(Self.page)/\(saved.id)", Self.body(fields, "save")).status == 303)
        #expect(try await web.services.templateDrafts.draft(saved.id, access: hub.access).draft == draft)
        // Built anew, it still holds the version that it was filled from.
        let rebuilt = try await call(.post, "\(Self.page)/\(saved.id)", Self.body(fields, "check"))
        #expect(rebuilt.text.contains(#"name="version" value="1""#))
        let hours = try await call(.post, "\(Self.page)/\(saved.id)", Self.body(fields + [("lifetime", "12h")], "check"))
        #expect(hours.text.contains("data-rule=\"lifetime\""))
    }

    @Test("a one-time code has a form of its own")
    func code() async throws {
        let address = try await begun()
        let fields = [
            ("name", "sign_in"), ("language", "en_US"), ("category", "AUTHENTICATION"), ("auth-way", "COPY_CODE"), ("auth-secrecy", "true"),
            ("auth-expiry", "10"), ("auth-text", "Copy it"),
        ]
        #expect(try await call(.post, address, Self.body(Self.whole + [("category", "x")], "check")).text.contains("What it says"))
        #expect(try await call(.post, address, Self.body(fields, "check")).text.contains("One-time code"))
        #expect(try await call(.post, address, Self.body(fields, "submit")).status == 303)
        #expect(web.templates.created.first?.authentication == .init(advisesSecrecy: true, expiryMinutes: 10, buttonText: "Copy it"))
    }

    @Test("a template is edited, copied and deleted from the list")
    func list() async throws {
        let text = #"[{"type":"BODY","text":"Hello there, the shop is open"}]"#
        let template = try #require(try await hub.have(TestHub.template("hours", components: text)).first)
        let edit = try await call(.post, "/app/acme/templates/\(template.id)/drafts", "")
        #expect(edit.status == 303)
        #expect(try await call(.get, edit.headers[.location] ?? "").text.contains("Edit hours"))
        let copy = try await call(.post, "/app/acme/templates/\(template.id)/drafts", "copy=true")
        #expect(try await call(.get, copy.headers[.location] ?? "").text.contains("hours_copy"))
        let gone = try await call(.post, "\(copy.headers[.location] ?? "")/removal", "")
        #expect(gone.headers[.location] == "\(Self.page)?done=deleted")
        #expect(try await call(.post, "/app/acme/templates/\(template.id)/removal", "").status == 303)
        #expect(web.templates.deleted == [.init(name: "hours", providerID: "hours.en_US")])
        #expect(!(try await call(.get, "/app/acme/templates").text.contains("<h2 dir=\"auto\">hours</h2>")))
    }

    @Test("an agent writes none, and sees no buttons for it")
    func agent() async throws {
        let address = try await begun()
        for path in [Self.page, address] { #expect(try await call(.get, path, as: .agent).status == 403) }
        #expect(try await call(.post, address, as: .agent, "action=save").status == 403)
        #expect(!(try await call(.get, "/app/acme/templates", as: .agent).text.contains("Write templates")))
    }

    // MARK: The API

    @Test("the API keeps, checks, submits and deletes; its refusals name the rule")
    func interface() async throws {
        func template(_ body: String, name: String = "order_update") -> String {
            #"{"name": "\#(name)", "language": "en_US", "category": "utility", "components": [{"type": "BODY", "text": "\#(body)"}]}"#
        }
        let checked = try await api(.post, "/template-drafts/check", template("{{1}}"))
        #expect(checked.status == 200)
        #expect(
            Set(checked.json["faults"]?.elements.compactMap { $0["rule"]?.text } ?? []) == [
                "placeholder-edge", "placeholder-density", "sample-missing",
            ])
        let made = try await api(.post, "/template-drafts", #"{"connection": "\#(connection)", "template": \#(template("{{1}}"))}"#)
        #expect(made.status == 201)
        let id = try #require(made.json["id"]?.text)
        let broken = try await api(.post, "/template-drafts/\(id)/submission")
        #expect((broken.status, broken.code) == (422, "template.rules-broken"))
        #expect(broken.json["field"]?.text == "body.samples.1")
        let changed = try await api(.put, "/template-drafts/\(id)", #"{"version": 1, "template": \#(template("Hello there, all of you"))}"#)
        #expect(changed.json["faults"]?.elements.isEmpty == true)
        #expect(
            try await api(.put, "/template-drafts/\(id)", #"{"version": 1, "template": \#(template("x"))}"#).code
                == "template.draft-changed")
        #expect(try await api(.get, "/template-drafts").json["data"]?.elements.count == 1)
        let sent = try await api(.post, "/template-drafts/\(id)/submission")
        #expect(sent.json["template"]?["status"]?.text == "PENDING")
        let templateID = try #require(sent.json["template"]?["id"]?.text)
        #expect(try await api(.get, "/template-drafts/\(id)").code == "template.draft-missing")
        let italian = try await api(.post, "/templates/\(templateID)/drafts", #"{"language": "it"}"#)
        #expect((italian.json["language"]?.text, italian.json["name"]?.text) == ("it", "order_update"))
        #expect(try await api(.delete, "/template-drafts/\(italian.json["id"]?.text ?? "")").status == 204)
        #expect(try await api(.delete, "/templates/\(templateID)?languages=all").status == 204)
        #expect(web.templates.deleted == [.init(name: "order_update", providerID: nil)])
        for (body, code) in [
            (#"{"name": "a", "language": "en", "category": "NEWS", "components": []}"#, "template.category-unknown"),
            (#"{"name": "a", "language": "en", "category": "UTILITY"}"#, "request.field-missing"),
            (#"{"name": "a", "language": "en", "category": "UTILITY", "components": [], "x": 1}"#, "request.field-unknown"),
        ] {
            #expect(try await api(.post, "/template-drafts/check", body).code == code)
        }
        let foreign = try await api(
            .post, "/template-drafts", #"{"connection": "\#(web.other.hub.sender.connectionID)", "template": \#(template("x"))}"#)
        #expect((foreign.status, foreign.code) == (404, "template.connection-missing"))
    }
}

extension JSONValue {
    fileprivate var elements: [JSONValue] { if case .array(let elements) = self { elements } else { [] } }
}
