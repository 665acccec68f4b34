import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Reception over HTTP")
struct ReceptionPagesTests {
    private let web: TestWeb
    private let owner: TestWeb.Person
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    private var hub: TestHub { web.acme.hub }
    private var page: String { "/app/acme/whatsapp/senders/\(hub.sender.id)/reception" }
    private var api: String { "/api/v1/senders/\(hub.sender.id)/reception" }

    init() async throws {
        web = try await TestWeb()
        owner = try #require(web.acme.people[.owner])
    }

    private func post(_ body: String, to path: String = "") async throws -> TestWeb.Answer {
        try await web.call(.post, page + path, .person(owner) + Self.form, body: body)
    }

    private func put(_ changes: String...) async throws -> TestWeb.Answer {
        let usual = [
            #""receivesMessages": true"#, #""notifies": true"#, #""receivesGroupMessages": true"#, #""sendsMail": false"#,
            #""blocksCalls": false"#,
        ]
        let names = Set(changes.map { $0.prefix { $0 != ":" } })
        let members = usual.filter { one in !names.contains(one.prefix { $0 != ":" }) } + changes
        return try await web.call(.put, api, .key(web.acme.key), body: "{\(members.joined(separator: ", "))}")
    }

    @Test("a box that isn't ticked is off, and what is saved stands in the form")
    func saved() async throws {
        let done = try await post("receivesMessages=yes&notifies=yes&blocksCalls=yes&blockMessage=One%0D%0ATwo+%3Cb%3E")
        #expect(done.status == 303 && done.headers[.location] == "\(page)?done=saved")
        let shown = try await web.call(.get, page, .person(owner)).text
        #expect(shown.contains(#"name="receivesMessages" value="yes" checked"#))
        #expect(!shown.contains(#"name="receivesGroupMessages" value="yes" checked"#))
        #expect(shown.contains("One\nTwo &lt;b&gt;</textarea>"))
        let body = try await web.call(.get, api, .key(web.acme.key)).json
        #expect(body["blockMessage"]?.text == "One\nTwo <b>" && body["receivesGroupMessages"] == false && body["mailAddress"] == nil)
    }

    @Test("an agent may look and change nothing")
    func agent() async throws {
        let agent = HTTPFields.person(try #require(web.acme.people[.agent]))
        let shown = try await web.call(.get, page, agent)
        #expect(shown.status == 200 && shown.text.contains("<fieldset disabled>") && !shown.text.contains(">Save<"))
        #expect(try await web.call(.post, page, agent + Self.form, body: "").status == 403)
        #expect(try await web.call(.post, "\(page)/intake", agent + Self.form, body: "").status == 403)
    }

    @Test(
        "what can't be is told at its field, and what was filled in stays",
        arguments: [
            ("sendsMail=yes&mailAddress=", 422, "mailAddress", "Say where the e-mail goes"),
            ("sendsMail=yes&mailAddress=team%3Ci%3E", 422, "mailAddress", "isn\u{2019}t an address"),
            ("sendsMail=yes&mailAddress=team@example.com", 409, "sendsMail", "no server that sends e-mail"),
            ("blocksCalls=yes&blockMessage=\(String(repeating: "x", count: 4_097))", 422, "blockMessage", "4097 characters"),
        ])
    func refused(fields: String, status: Int, field: String, words: String) async throws {
        let answer = try await post(fields + "&notifies=yes")
        #expect(answer.status == status)
        #expect(answer.text.contains(words) && !answer.text.contains("team<i>"))
        #expect(answer.text.contains(#"name="notifies" value="yes" checked"#))
        let control = try #require(answer.text.firstMatch(of: try Regex("<(input|textarea)[^>]*name=\"\(field)\"[^>]*>")))
        #expect(String(answer.text[control.range]).contains(#"aria-invalid="true""#))
        #expect(try await web.services.reception.reception(of: hub.sender.id, access: hub.access).options == .usual)
    }

    @Test("what WhatsApp refuses is told, and nothing is changed")
    func calls() async throws {
        hub.channel.refuseCalls(ChannelProblem.permanent("code 138015: too few <i>"))
        let answer = try await post("receivesMessages=yes&blocksCalls=yes&blockMessage=Please+write")
        #expect(answer.status == 409)
        #expect(answer.text.contains("code 138015: too few &lt;i&gt;") && answer.text.contains("Please write</textarea>"))
        let refused = try await put(#""blocksCalls": true"#)
        #expect(refused.status == 409 && refused.code == "reception.calls-refused")
        hub.channel.refuseCalls(ReceptionProblem.callsNotSubscribed)
        #expect(try await put(#""blocksCalls": true"#).code == "reception.calls-not-subscribed")
    }

    @Test(
        "refusals are problems with a stable code",
        arguments: [
            ([#""sendsMail": true"#], 422, "reception.mail-address-missing"),
            ([#""mailAddress": "team""#], 422, "reception.mail-address-malformed"),
            ([#""sendsMail": true"#, #""mailAddress": "team@example.com""#], 409, "reception.mail-server-missing"),
            (
                [#""blocksCalls": true"#, #""blockMessage": "\#(String(repeating: "é", count: 4_097))""#], 422,
                "reception.block-message-too-long"
            ),
            ([#""notifies": "yes""#], 422, "request.field-malformed"), ([#""unknown": 1"#], 422, "request.field-unknown"),
        ])
    func codes(changes: [String], status: Int, code: String) async throws {
        var answer = try await put()
        #expect(answer.status == 200)
        answer =
            switch changes.count {
            case 1: try await put(changes[0])
            default: try await put(changes[0], changes[1])
            }
        #expect(answer.code == code, "\(answer.text)")
        #expect(answer.status == status)
    }

    @Test("what was kept is brought in once for each key, and not while nothing is received", arguments: TestEngine.allCases)
    func broughtIn(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        let api = "/api/v1/senders/\(hub.sender.id)/reception"
        let headers = HTTPFields.key(web.acme.key) + [HTTPField.Name("Idempotency-Key")!: "once"]
        func save(receives: Bool) async throws {
            let options = try ReceptionOptions(
                receivesMessages: receives, notifies: true, receivesGroupMessages: true, sendsMail: false, mailAddress: nil,
                blocksCalls: false, blockMessage: nil)
            _ = try await web.services.reception.save(options, of: hub.sender.id, access: hub.access)
        }
        try await save(receives: false)
        try await hub.receive(hub.text("unseen"))
        let refused = try await web.call(.post, "\(api)/intake", .key(web.acme.key))
        #expect(refused.status == 409 && refused.code == "reception.not-receiving")
        #expect(try await web.call(.get, api, .key(web.acme.key)).json["kept"] == 1)
        try await save(receives: true)
        for _ in 0..<2 {
            let answer = try await web.call(.post, "\(api)/intake", headers)
            #expect(answer.status == 200 && answer.json["kept"] == 1)
        }
        let jobs = try await web.services.jobs.list(.pending, after: nil, limit: 10, access: hub.access).data
        #expect(jobs.filter { $0.kind == JobKind.keptIntake }.count == 1)
        let asked = try await hub.allEvents().filter { $0.cause == "reception-brought-in" }
        #expect(asked.count == 1)
    }
}
