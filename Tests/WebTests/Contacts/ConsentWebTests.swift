import Domain
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Consent on pages and in the API")
struct ConsentWebTests {
    private let web: TestWeb
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    init() async throws { web = try await TestWeb() }

    private func person(_ role: Role) throws -> HTTPFields { .person(try #require(web.acme.people[role])) }

    private func contact() async throws -> Identifier<Contact> {
        let hub = web.acme.hub
        try await hub.receive(hub.text("Hello"))
        return try #require(try await hub.list().first).contact.id
    }

    @Test("it is noted, listed and read by the API, with problems that say what would work")
    func api() async throws {
        let (contact, manage) = (try await contact(), HTTPFields.key(web.acme.key))
        let address = "/api/v1/contacts/\(contact)/consent"
        #expect(try await web.call(.get, address, manage).json["marketing"]?.text == "unknown")
        for (body, code) in [
            (#"{"change": "opt-out", "reason": " "}"#, "consent.reason-missing"),
            (#"{"change": "opt-out", "reason": "\#(String(repeating: "x", count: 501))"}"#, "consent.reason-too-long"),
            (#"{"change": "opt-out"}"#, "request.field-missing"),
        ] { #expect(try await web.call(.post, "\(address)/entries", manage, body: body).code == code) }
        let made = try await web.call(.post, "\(address)/entries", manage, body: #"{"change": "stop-all", "reason": "A letter"}"#)
        #expect((made.status, made.json["source"]?.text, made.json["applied"]) == (201, "api", .bool(true)))
        let standing = try await web.call(.get, address, manage).json
        #expect((standing["marketing"]?.text, standing["stoppedAll"]) == ("opted-out", .bool(true)))
        #expect(try await web.call(.get, "\(address)/entries?limit=1", manage).text.contains("A letter"))
        let out = try await web.call(.get, "/api/v1/contacts?scope=all&consent=opted-out", manage).text
        #expect(out.contains(contact.text))
        for other in ["opted-in", "unknown"] {
            #expect(try await !web.call(.get, "/api/v1/contacts?scope=all&consent=\(other)", manage).text.contains(contact.text))
        }
        let message =
            #"{"sender": "\#(web.acme.hub.sender.id)", "to": {"contact": "\#(contact)"}, "template": {"name": "sale", "language": "en_US"}}"#
        let refused = try await web.call(.post, "/api/v1/messages", .key(web.acme.key), body: message)
        #expect((refused.status, refused.code) == (409, "consent.opted-out"), "\(refused.text)")
    }

    @Test("words are set, tried and set back by the API")
    func words() async throws {
        let (address, manage) = ("/api/v1/consent-words", HTTPFields.key(try #require(web.acme.keys[.manage])))
        func languages(_ code: String, _ out: String, _ into: String) -> String {
            #"{"languages": [{"code": "\#(code)", "optOut": {"words": ["\#(out)"], "confirmation": "Fine."}, "stopAll": {"words": []}, "optIn": {"words": ["\#(into)"]}}]}"#
        }
        for (body, code) in [
            (languages("xx", "a", "b"), "consent.language-unknown"), (languages("en", "a", "A"), "consent.word-twice"),
            (languages("en", String(repeating: "a", count: 31), "b"), "consent.word-too-long"),
        ] { #expect(try await web.call(.put, address, manage, body: body).code == code) }
        #expect(try await web.call(.put, address, manage, body: languages("en", "enough", "more")).status == 200)
        let tried = try await web.call(.post, "\(address)/trial", manage, body: #"{"text": " Enough! "}"#).json
        #expect((tried["change"]?.text, tried["confirmation"]?.text) == ("opt-out", "Fine."))
        #expect(try await web.call(.post, "\(address)/trial", manage, body: #"{"text": "stop"}"#).json["change"] == nil)
        #expect(try await web.call(.delete, address, manage).status == 204)
        #expect(try await web.call(.post, "\(address)/trial", manage, body: #"{"text": "stop"}"#).json["change"]?.text == "opt-out")
    }

    @Test("a file of opt-ins tells what became of each line")
    func files() async throws {
        let csv = HTTPFields.key(try #require(web.acme.keys[.manage])) + [.contentType: "text/csv"]
        let taken = try await web.call(
            .post, "/api/v1/consent-imports?region=IT", csv, body: "phone;time;proof\n333 1234567;2026-03-31;Form\n1;2026-03-31;Form\n")
        #expect((taken.status, taken.json["applied"]) == (200, .integer(1)), "\(taken.text)")
        #expect(taken.text.contains(#""line":3"#))
        let wrong = try await web.call(.post, "/api/v1/consent-imports", csv, body: "phone,name\n+393331234567,Ana\n")
        #expect((wrong.status, wrong.code) == (422, "consent.file-unreadable"))
    }

    @Test("the pages keep what was filled in, and only who may change contacts has the form")
    func pages() async throws {
        let contact = try await contact()
        let address = "/app/acme/contacts/\(contact)/consent"
        let refused = try await web.call(.post, address, try person(.agent) + Self.form, body: "change=stop-all&reason=+")
        #expect(refused.status == 422)
        #expect(refused.text.contains("Write how you know it") && refused.text.contains(#"value="stop-all" checked"#))
        #expect(
            try await web.call(.post, address, try person(.agent) + Self.form, body: "change=opt-out&reason=%3Cb%3Ephone").status == 303)
        let page = try await web.call(.get, address, try person(.agent)).text
        #expect(page.contains("&lt;b&gt;phone") && page.contains("No marketing"))
        #expect(try await web.call(.get, "/app/acme/contacts/\(contact)", try person(.agent)).text.contains("No marketing"))

        let settings = "/app/acme/settings/consent"
        #expect(try await web.call(.get, settings, try person(.agent)).status == 403)
        let twice = try await web.call(
            .post, settings, try person(.admin) + Self.form, body: "code-0=en&opt-out-words-0=halt&opt-in-words-0=Halt&opt-out-text-0=Bye")
        #expect(twice.status == 422)
        #expect(twice.text.contains("stands for two things") && twice.text.contains(">Bye</textarea>"))
        #expect(
            try await web.call(.post, settings, try person(.admin) + Self.form, body: "code-0=en&opt-out-words-0=halt%0D%0Aenough").status
                == 303)
        let words = try await web.services.consent.words(access: web.acme.hub.access)
        #expect(words.languages.map(\.optOut.words) == [["halt", "enough"]])
        #expect(try await web.call(.get, "\(settings)?try=Halt.", try person(.admin)).text.contains("the customer wants no marketing"))
        #expect(try await web.call(.post, "\(settings)/standard", try person(.admin) + Self.form, body: "").status == 303)
        #expect(try await web.services.consent.words(access: web.acme.hub.access) == .standard)
    }
}
