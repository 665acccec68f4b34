import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Senders, keys, sessions and files of the pages over HTTP")
struct SettingsPagesTests {
    private let web: TestWeb
    private let owner: TestWeb.Person
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    init() async throws {
        web = try await TestWeb()
        owner = try #require(web.acme.people[.owner])
    }

    private func get(_ path: String) async throws -> TestWeb.Answer { try await web.call(.get, "/app/acme\(path)", .person(owner)) }

    private func post(_ path: String, _ body: String) async throws -> TestWeb.Answer {
        try await web.call(.post, "/app/acme\(path)", .person(owner) + Self.form, body: body)
    }

    @Test("a key is shown once, works, and is revoked")
    func keys() async throws {
        let made = try await post("/settings/keys", "name=Shop&scopes=read&scopes=send")
        let token = try #require(made.text.firstMatch(of: /value="(sb_[^"]+)"/)).1
        #expect(try await web.call(.get, "/api/v1/senders", .key(String(token))).status == 200)
        let page = try await get("/settings/keys").text
        #expect(!page.contains(token))
        let id = try #require(page.matches(of: /keys\/(key_[a-z0-9]+)\/revocation[^>]*“Shop”/).first).1
        #expect(try await post("/settings/keys/\(id)/revocation", "").status == 303)
        #expect(try await web.call(.get, "/api/v1/senders", .key(String(token))).status == 401)
    }

    @Test("a number is handled by a person or by a team, and whoever names both is told so")
    func handledByBoth() async throws {
        let both = #"{"handledBy": {"assignee": "\#(owner.account)", "team": "\#(Identifier<Team>.make(at: web.clock.now))"}}"#
        let answer = try await web.call(.patch, "/api/v1/senders/\(web.acme.hub.sender.id)", .key(web.acme.key), body: both)
        #expect(answer.status == 422)
        #expect(answer.text.contains("assignment.not-both"))
        #expect(answer.text.contains("Choose either a person or a team."))
    }

    @Test("a key that can't be made says why", arguments: [("name=+&scopes=read", "name"), ("name=x", "one of read, send and manage")])
    func badKeys(form: String, word: String) async throws {
        let answer = try await post("/settings/keys", form)
        #expect(answer.status == 422)
        #expect(answer.text.contains(word))
        #expect(!answer.text.contains("sb_"))
    }

    @Test("what was given up in the background is tried again or discarded on its page, and what can't be is told there")
    func jobs() async throws {
        let hub = web.acme.hub
        #expect(try await get("/settings/jobs").text.contains("Nothing is set aside."))
        let (first, second) = (try await hub.deadJob("med_1"), try await hub.deadJob("med_2", error: "<b>bold</b>"))
        let page = try await get("/settings/jobs").text
        #expect(page.contains("Fetch a file that a customer sent"))
        #expect(page.contains("Tried once"))
        #expect(page.contains("WhatsApp has no such file any more."))
        #expect(page.contains("&lt;b&gt;bold&lt;/b&gt;"))
        #expect(page.contains(#"data-confirm="Discard “Fetch"#))
        #expect(try await post("/settings/jobs/\(first)/requeue", "").headers[.location] == "/app/acme/settings/jobs?done=requeued")
        let twice = try await post("/settings/jobs/\(first)/requeue", "")
        #expect(twice.status == 409)
        #expect(twice.text.contains("This is still being worked on"))
        #expect(try await post("/settings/jobs/\(second)/discard", "").status == 303)
        #expect(try await post("/settings/jobs/\(second)/discard", "").status == 404)
        _ = try await hub.deadJob("med_1")
        let all = try await post("/settings/jobs/requeue", "")
        #expect(all.headers[.location] == "/app/acme/settings/jobs?done=all&requeued=0&left=1")
        #expect(try await get("/settings/jobs?done=all&requeued=0&left=1").text.contains("1 stays, because the same work waits already."))
    }

    @Test("the API lists, requeues and discards what was given up")
    func jobsOverAPI() async throws {
        let (hub, key) = (web.acme.hub, web.acme.key)
        let (first, second) = (try await hub.deadJob("med_1"), try await hub.deadJob("med_2"))
        let page = try await web.call(.get, "/api/v1/jobs?limit=1", .key(key)).json
        let next = try #require(page["next"]?.text)
        let rest = try await web.call(.get, "/api/v1/jobs?state=dead&limit=1&after=\(next)", .key(key))
        #expect(rest.json["next"] == .null)
        #expect(Set([page, rest.json].map { $0["data"]?.first?["id"]?.text }) == [first.text, second.text])
        #expect(try await web.call(.get, "/api/v1/jobs?after=zzz", .key(key)).code == "page.cursor-malformed")
        #expect(try await web.call(.get, "/api/v1/jobs?state=lost", .key(key)).status == 422)
        let again = try await web.call(.post, "/api/v1/jobs/\(first)/requeue", .key(key))
        #expect((again.status, again.json["state"]) == (200, "pending"))
        #expect(try await web.call(.post, "/api/v1/jobs/\(first)/requeue", .key(key)).code == "job.not-dead")
        let same = try await hub.deadJob("med_1")
        #expect(try await web.call(.post, "/api/v1/jobs/\(same)/requeue", .key(key)).code == "job.same-pending")
        #expect(try await web.call(.delete, "/api/v1/jobs/\(second)", .key(key)).status == 204)
        #expect(try await web.call(.post, "/api/v1/jobs/requeue", .key(key)).json == ["requeued": 0, "left": 1])
        #expect(try await web.call(.get, "/api/v1/jobs?state=pending", .key(key)).json["data"]?.first?["id"]?.text == first.text)
    }

    @Test("one's sessions can be ended, another's can't")
    func sessions() async throws {
        let admin = try #require(web.acme.people[.admin])
        #expect(try await get("/settings/sessions").text.contains("This one"))
        #expect(try await post("/settings/sessions/\(admin.session)/end", "").status == 404)
        #expect(try await post("/settings/sessions/\(owner.session)/end", "").status == 303)
        #expect(try await web.call(.get, "/app/acme/settings/sessions", .person(owner) + [.accept: "application/json"]).status == 401)
    }

    @Test("the password is changed by who knows it; the other sessions end and this browser goes on")
    func password() async throws {
        let path = "/settings/password"
        let wrong = try await post(path, "current=guess-guess&password=a+better+password")
        #expect(wrong.status == 422)
        #expect(wrong.text.firstMatch(of: /name="current"[^>]*aria-invalid="true"/) != nil)
        let old = TestWeb.password.replacing(" ", with: "+")
        #expect(try await post(path, "current=\(old)&password=short").text.firstMatch(of: /name="password"[^>]*aria-invalid="true"/) != nil)
        let done = try await post(path, "current=\(old)&password=a+better+password")
        #expect(done.status == 303)
        let cookie = try #require(done.headers[.setCookie]?.split(separator: ";").first).description
        #expect(try await web.call(.get, "/app/acme/settings/sessions", [.cookie: cookie]).text.contains("This one"))
        #expect(try await web.call(.get, "/app/acme/settings/sessions", .person(owner) + [.accept: "application/json"]).status == 401)
    }

    @Test("the sender's read receipts are kept")
    func receipts() async throws {
        let id = web.acme.hub.sender.id
        #expect(try await post("/whatsapp/senders/\(id)", "readReceipts=never").status == 303)
        #expect(try await get("/whatsapp/senders/\(id)").text.contains(#"<option value="never" selected>"#))
        #expect(try await post("/whatsapp/senders/\(id)", "readReceipts=sometimes").status == 422)
    }

    @Test("a wrong value of a connection is told at its field; secrets don't come back")
    func connection() async throws {
        let answer = try await post(
            "/whatsapp/connection", "name=Shop&appId=&appSecret=hush-hush&accessToken=token-hush&businessAccountId=2&phoneNumberId=3")
        #expect(answer.status == 422)
        #expect(answer.text.firstMatch(of: /name="appId"[^>]*aria-invalid="true"/) != nil)
        #expect(!answer.text.contains("hush"))
        #expect(try await get("/whatsapp/connection").status == 200)
    }

    @Test("Check now says what Meta says, and brings a stopped number back")
    func check() async throws {
        let hub = web.acme.hub
        let page = "/whatsapp/connection?of=\(hub.connection.id)"
        hub.channel.report(.failure(.accessTokenWrong("it has expired")), of: hub.sender.providerID)
        let bad = try await post("/whatsapp/connection/check", "of=\(hub.connection.id)")
        #expect(bad.status == 303)
        let told = try await get("\(page)&done=checked").text
        #expect(told.contains("The number can&#39;t send"))
        #expect(told.contains("(it has expired). Replace it on the connection&#39;s page."))
        hub.channel.report(.success(.healthy(hub.sender.phoneNumber)), of: hub.sender.providerID)
        #expect(try await post("/whatsapp/connection/check", "of=\(hub.connection.id)").status == 303)
        #expect(try await get("\(page)&done=checked").text.contains("All is well"))
        hub.channel.report(.failure(.providerUnreachable("it is silent")), of: hub.sender.providerID)
        let silent = try await post("/whatsapp/connection/check", "of=\(hub.connection.id)")
        #expect(silent.status == 503)
        #expect(silent.text.contains("Meta can&#39;t be reached right now (it is silent)"))
    }

    @Test("the access token is replaced on the connection's page and by the API, and never shown")
    func replaceToken() async throws {
        let hub = web.acme.hub
        hub.channel.refuse(token: "wrong-hush")
        let wrong = try await post("/whatsapp/connection/secrets", "of=\(hub.connection.id)&accessToken=wrong-hush&appSecret=")
        #expect(wrong.status == 422)
        #expect(wrong.text.firstMatch(of: /name="accessToken"[^>]*aria-invalid="true"/) != nil)
        #expect(!wrong.text.contains("hush"))
        let right = try await post("/whatsapp/connection/secrets", "of=\(hub.connection.id)&accessToken=right-hush&appSecret=")
        #expect(right.status == 303)
        let page = try await get("/whatsapp/connection?of=\(hub.connection.id)&done=replaced").text
        #expect(page.contains("Saved. All is well"))
        #expect(!page.contains("hush"))
        #expect(try await hub.directory.route(hub.sender).secrets.accessToken == "right-hush")

        let path = "/api/v1/connections/\(hub.connection.id)"
        let refused = try await web.call(.patch, path, .key(web.acme.key), body: #"{"accessToken": "wrong-hush"}"#)
        #expect((refused.status, refused.code) == (422, "connection.access-token-wrong"))
        let taken = try await web.call(.patch, path, .key(web.acme.key), body: #"{"accessToken": "third-hush", "appSecret": "new-hush"}"#)
        #expect(taken.status == 200)
        #expect(!taken.text.contains("hush"))
        #expect(try await hub.directory.route(hub.sender).secrets.accessToken == "third-hush")
        #expect(try await web.call(.patch, path, .key(web.acme.key), body: "{}").code == "connection.field-missing")
        #expect(try await web.call(.post, "\(path)/check", .key(web.acme.key)).json["connection"]?["isSubscribed"] == .bool(true))
    }

    @Test("the webhook's address is the public one where it is known")
    func webhookAddress() async throws {
        let web = try await TestWeb(configuration: WebConfiguration(publicURL: PublicURL(parsing: "https://chat.example.com")))
        let owner = try #require(web.acme.people[.owner])
        let id = web.acme.hub.connection.id
        let page = try await web.call(
            .get, "/app/acme/whatsapp/connection?of=\(id)", [.cookie: "__Host-switchboard=\(owner.token)", .accept: "text/html"])
        #expect(page.text.contains("https://chat.example.com/hooks/meta/\(id)"))
        #expect(!page.text.contains("Start the server with --public-url"))
    }

    @Test("agents see senders and no settings of others")
    func agents() async throws {
        let agent = try #require(web.acme.people[.agent])
        let page = try await web.call(.get, "/app/acme/whatsapp/senders", .person(agent))
        #expect(page.status == 200)
        #expect(!page.text.contains("/whatsapp/connection"))
        #expect(!page.text.contains("/settings/keys"))
        #expect(try await web.call(.get, "/app/acme/settings/keys", .person(agent)).status == 403)
    }

    // MARK: Assets

    @Test("assets have their type and are kept for a year under today's build")
    func assets() async throws {
        for (name, type) in [
            ("js/inbox.js", "text/javascript; charset=utf-8"), ("css/tokens.css", "text/css; charset=utf-8"),
            ("vendor/icons.svg", "image/svg+xml"),
            ("vendor/inter-latin.woff2", "font/woff2"),
        ] {
            let file = try await web.call(.get, "\(EmbeddedAssets.all.address)/\(name)")
            #expect(file.status == 200)
            #expect(file.headers[.contentType] == type)
            #expect(file.headers[.cacheControl] == "public, max-age=31536000, immutable")
            #expect(file.headers[.xContentTypeOptions] == "nosniff")
            #expect(!file.body.isEmpty)
            let tag = try #require(file.headers[.eTag])
            let again = try await web.call(.get, "\(EmbeddedAssets.all.address)/\(name)", [.ifNoneMatch: tag])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
        }
        #expect(try await web.call(.get, "/assets/0ldbuild/js/inbox.js").headers[.cacheControl] == "no-cache")
    }

    @Test(
        "nothing else is given out",
        arguments: ["templates/inbox.mustache", "icons.txt", "js/missing.js", "../Package.swift", "", "js/"])
    func otherFiles(name: String) async throws {
        #expect(try await web.call(.get, "\(EmbeddedAssets.all.address)/\(name)").status == 404)
    }
}

extension JSONValue {
    fileprivate var first: JSONValue? { if case .array(let elements) = self { elements.first } else { nil } }
}
