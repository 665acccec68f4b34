import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

@Suite("Connecting a number on pages and by the API")
struct SignupPagesTests {
    private let web: TestWeb
    private let owner: HTTPFields

    init() async throws {
        web = try await TestWeb()
        owner = .person(try #require(web.acme.people[.owner])) + [.accept: "text/html"]
        try web.signups.put(TestWeb.signupNumber)
        web.acme.hub.channel.report(.success(.healthy(try PhoneNumber(parsing: TestWeb.signupNumber))), of: FakeSignups.number)
    }

    private static let whatsapp = "/app/acme/whatsapp"
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    private func get(_ path: String) async throws -> TestWeb.Answer { try await web.call(.get, Self.whatsapp + path, owner) }

    private func post(_ path: String, _ body: String) async throws -> TestWeb.Answer {
        try await web.call(.post, Self.whatsapp + path, owner + Self.form, body: body)
    }

    private func begin(_ number: String, _ more: String = "&agreed=whatsapp") async throws -> TestWeb.Answer {
        let number = number.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return try await post(
            "/add-number/external", "phoneNumber=\(number)&displayName=Acme+Coffee&name=&price=0&version-whatsapp=1\(more)")
    }

    @Test("only the page of a sign-up may load the provider's script and keep its window's opener", arguments: [true, false])
    func policies(isSigningUp: Bool) async throws {
        var ids = try await RouteWalkTests.ids(of: web.acme, web)
        ids["workspace"] = "acme"
        if !isSigningUp { ids["signup"] = "sgn_00000000000000000000000000" }
        let own = "/app/{workspace}/whatsapp/sign-ups/{signup}"
        let pages = web.table.declarations.filter { $0.method == .get && !RouteWalkTests.streams.contains($0.path) }
        #expect(pages.count > 60)
        var walked = 0
        for page in pages {
            let answer = try await web.call(.get, RouteWalkTests.path(page, ids), owner)
            let policy = answer.headers[.contentSecurityPolicy] ?? ""
            let opener = answer.headers[SecurityHeaders.openerPolicy]
            if page.path == own, isSigningUp {
                #expect(answer.status == 200)
                #expect(policy.contains("script-src 'self' https://connect.facebook.net;"))
                #expect(policy.contains("frame-src https://connect.facebook.net https://*.facebook.com"))
                #expect(policy.contains("connect-src 'self' https://connect.facebook.net https://*.facebook.com;"))
                #expect(!policy.contains("unsafe"))
                #expect(opener == "same-origin-allow-popups")
            } else {
                #expect(!policy.contains("facebook"), "\(page.path)")
                #expect(opener != "same-origin-allow-popups", "\(page.path)")
            }
            walked += 1
        }
        #expect(walked == pages.count)
    }

    @Test("what was typed stays when something is wrong, with the number that is meant")
    func refused() async throws {
        let answer = try await web.call(
            .post, "\(Self.whatsapp)/add-number/external", owner + Self.form + [.acceptLanguage: "de,ro-RO;q=0.9"],
            body: "phoneNumber=0721+234+567&displayName=Acme+%3Cb%3E&name=Shop&price=0&agreed=whatsapp&version-whatsapp=1")
        #expect(answer.status == 422)
        for text in ["0721 234 567", "Acme &lt;b&gt;", "no country code", "+40 721 234 567", #"data-takes="+40721234567""#, " checked"] {
            #expect(answer.text.contains(text), "\(text)")
        }
        // Its syntax is enough, whatever the country's numbers look like.
        let odd = try await get("/add-number/external/help?phoneNumber=%2B1234567890")
        #expect(odd.text.contains("WhatsApp may not take it"))
        #expect(try await begin("+1234567890").status == 303)
        // Terms first.
        let bare = try await begin("+40721000009", "")
        #expect(bare.status == 409)
        #expect(bare.text.contains("Agree to"))
    }

    @Test("a number that is a sender, or is being connected, leads to it")
    func taken() async throws {
        let sender = try await begin(web.acme.hub.sender.phoneNumber.text)
        #expect(sender.status == 409)
        #expect(sender.text.contains("\(Self.whatsapp)/senders/\(web.acme.hub.sender.id)"))
        let begun = try await begin(TestWeb.signupNumber)
        let address = try #require(begun.headers[.location])
        let again = try await begin(TestWeb.signupNumber)
        #expect(again.status == 409)
        #expect(again.text.contains(address))
        #expect(try await get("/senders").text.contains(address))
    }

    @Test("without an app there is a word for whoever runs the server, and no form")
    func unset() async throws {
        let web = try await TestWeb(hasSignupApp: false)
        let owner = HTTPFields.person(try #require(web.acme.people[.owner])) + [.accept: "text/html"]
        let page = try await web.call(.get, "\(Self.whatsapp)/add-number", owner)
        #expect(page.text.contains("meta-app-secret"))
        #expect(!page.text.contains("add-number/external"))
        #expect(try await web.call(.get, "\(Self.whatsapp)/add-number/external", owner).status == 303)
        let refused = try await web.call(
            .post, "/api/v1/sign-ups", .key(web.acme.key),
            body:
                #"{"phoneNumber": "+40721000001", "displayName": "Two", "price": 0, "accepts": [{"document": "whatsapp", "version": "1"}]}"#
        )
        #expect((refused.status, refused.code) == (409, "signup.not-configured"))
    }

    @Test("the page's script gives code and end, and the page goes on by itself to the sender")
    func script() async throws {
        let address = try #require(try await begin(TestWeb.signupNumber).headers[.location]).dropFirst(Self.whatsapp.count)
        let script = HTTPFields.person(try #require(web.acme.people[.owner])) + Self.form
        func tell(_ edge: String, _ body: String) async throws -> Int {
            try await web.call(.post, "\(Self.whatsapp)\(address)/\(edge)", script, body: body).status
        }
        #expect(try await tell("window-end", "event=CANCEL&currentStep=PERMISSIONS") == 204)
        #expect(try await get(String(address)).text.contains("allow them"))
        #expect(try await tell("window-end", "event=<script>") == 422)
        #expect(try await tell("window-code", "code=AQ1") == 204)
        #expect(try await get(String(address)).text.contains("data-busy"))
        #expect(try await tell("window-end", "event=FINISH&businessAccountId=900100&phoneNumberId=700100") == 204)
        try await web.workOnSignups()
        let page = try await get(String(address))
        #expect(page.text.contains("Open the sender"))
        #expect(!page.text.contains("app secret of the operator"))
        #expect(!page.text.contains("token-of"))
    }

    @Test("the same by the API: each step once for its key, and no secret in an answer")
    func api() async throws {
        try web.signups.put(TestWeb.signupNumber, isVerified: false)
        let key = HTTPFields.key(web.acme.key)
        let once = HTTPField.Name("Idempotency-Key")!
        let body =
            #"{"phoneNumber": "\#(TestWeb.signupNumber)", "displayName": "Acme", "name": "Shop", "price": 0, "accepts": [{"document": "whatsapp", "version": "1"}]}"#
        let made = try await web.call(.post, "/api/v1/sign-ups", key + [once: "a"], body: body)
        #expect(made.status == 201)
        #expect(try await web.call(.post, "/api/v1/sign-ups", key + [once: "a"], body: body).json == made.json)
        #expect(try await web.call(.post, "/api/v1/sign-ups", key, body: body).code == "signup.begun-already")
        let path = "/api/v1/sign-ups/\(try #require(made.json["id"]?.text))"
        var answers = [made]
        func step(_ name: String, _ body: String?, _ headers: HTTPFields = [:]) async throws -> TestWeb.Answer {
            let answer = try await web.call(.post, "\(path)/\(name)", key + headers, body: body)
            answers.append(answer)
            return answer
        }
        #expect(try await step("code-request", #"{"method": "sms"}"#).code == "signup.step-passed")
        #expect(try await step("window-code", #"{"code": "AQ1"}"#).json["step"]?.text == "account")
        try await web.workOnSignups()
        #expect(try await web.call(.get, path, key).json["step"]?.text == "code")
        #expect(try await step("code-request", #"{"method": "sms", "language": "xx"}"#).code == "signup.language-unknown")
        #expect(try await step("code-request", #"{"method": "sms"}"#, [once: "b"]).status == 200)
        #expect(try await step("code-request", #"{"method": "sms"}"#, [once: "b"]).status == 200)
        let soon = try await step("code-request", #"{"method": "voice"}"#)
        #expect((soon.status, soon.code) == (429, "signup.code-too-soon"))
        #expect(web.signups.count("requestCode") == 1)
        #expect(try await step("verification", #"{"code": "12"}"#).code == "signup.code-malformed")
        #expect(try await step("verification", #"{"code": "000000"}"#).code == "signup.code-wrong")
        #expect(try await step("verification", #"{"code": "123 456"}"#).status == 200)
        web.signups.setPIN("824613")
        try await web.workOnSignups()
        let asked = try await web.call(.get, path, key)
        #expect(asked.json["needsPIN"] == .bool(true))
        #expect(asked.json["problem"]?["code"]?.text == "signup.pin-wrong")
        #expect(try await step("pin", #"{"pin": "824613"}"#).status == 200)
        try await web.workOnSignups()
        let done = try await web.call(.get, path, key)
        #expect(done.json["step"]?.text == "done")
        let sender = try await web.call(.get, "/api/v1/senders/\(try #require(done.json["sender"]?.text))", key)
        #expect(sender.json["status"]?.text == "online")
        answers += [
            asked, done, sender, try await web.call(.get, "/api/v1/sign-ups", key), try await web.call(.get, "/api/v1/events", key),
        ]
        for answer in answers {
            for secret in ["token-of", "app secret of the operator", "824613"] { #expect(!answer.text.contains(secret)) }
        }
        #expect(try await web.call(.delete, path, key).status == 204)
        #expect(try await web.call(.get, path, key).status == 404)
    }

    @Test("that going on replaces a connection's token is said before, on the page and by the API; what is decided is what was shown")
    func connected() async throws {
        let key = HTTPFields.key(web.acme.key)
        let first = try await web.signUp(in: web.acme.hub)
        _ = try await web.call(.post, "/api/v1/sign-ups/\(first)/window-code", key, body: #"{"code": "AQ1"}"#)
        try await web.workOnSignups()
        let connection = try await web.services.signups.find(first, access: web.acme.hub.access).connectionID
        let number = "+40721000002"
        try web.signups.put(number, id: "700200")
        let second = try await web.signUp(in: web.acme.hub, number: number)
        let path = "/api/v1/sign-ups/\(second)"
        _ = try await web.call(.post, "\(path)/window-code", key, body: #"{"code": "AQ2"}"#)
        try await web.workOnSignups()
        let asked = try await web.call(.get, path, key)
        #expect(asked.json["replacesTokenOf"]?.text == connection.text)
        #expect(asked.text.contains("connected-account"))
        let page = try await get("/sign-ups/\(second)")
        #expect(page.text.contains("gets the access token of this sign-up"))
        #expect(page.text.contains("connection?of=\(connection)"))
        #expect(page.text.contains("name=\"foundPhoneNumber\" value=\"\(number)\""))
        func decide(_ number: String) async throws -> TestWeb.Answer {
            try await web.call(.post, "\(path)/decision", key, body: #"{"decision": "go-on", "foundPhoneNumber": "\#(number)"}"#)
        }
        #expect(try await decide(TestWeb.signupNumber).code == "signup.step-passed")
        #expect(try await decide(number).json["replacesTokenOf"] == nil)
    }

    @Test("a sign-up whose number was removed again says so, and is deleted on its page")
    func removed() async throws {
        let hub = web.acme.hub
        let id = try await web.signUp(in: hub)
        _ = try await web.call(.post, "/api/v1/sign-ups/\(id)/window-code", .key(web.acme.key), body: #"{"code": "AQ1"}"#)
        try await web.workOnSignups()
        #expect(!(try await get("/sign-ups/\(id)").text.contains("\(id)/deletion")))
        let sender = try #require(try await web.services.signups.find(id, access: hub.access).senderID)
        try await web.services.senders.remove(sender, access: hub.access)
        let page = try await get("/sign-ups/\(id)")
        #expect(page.text.contains("Removed again"))
        #expect(!page.text.contains("Open the sender"))
        #expect(page.text.contains("\(id)/deletion"))
        #expect(try await post("/sign-ups/\(id)/deletion", "").status == 303)
        #expect(try await get("/sign-ups/\(id)").status == 404)
    }

    @Test("a code that is wrong is said at its field, and stays to be mended")
    func code() async throws {
        try web.signups.put(TestWeb.signupNumber, isVerified: false)
        let address = String(try #require(try await begin(TestWeb.signupNumber).headers[.location]).dropFirst(Self.whatsapp.count))
        _ = try await post("\(address)/window-code", "code=AQ1")
        try await web.workOnSignups()
        let page = try await get(address)
        #expect(page.text.contains("Send the code"))
        #expect(try await post("\(address)/code-request", "method=sms&language=ro").status == 303)
        for (typed, words) in [("12 34", "six digits"), ("000-000", "it is too old")] {
            let answer = try await post("\(address)/verification", "code=\(typed)")
            #expect(answer.status == 422)
            #expect(answer.text.contains(words))
            #expect(answer.text.contains("value=\"\(typed)\""))
            // The page that says so may open the window, too.
            #expect(answer.headers[SecurityHeaders.openerPolicy] == "same-origin-allow-popups")
        }
    }
}
