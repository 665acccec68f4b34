import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Signing in, one-time links, the way to the workspace")
struct EntrancePagesTests {
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    @Test("the right password signs in and leads on; the wrong one is told on the page, with the address kept")
    func signIn() async throws {
        let web = try await TestWeb()
        let page = try await web.call(.get, "/sign-in?next=%2Fapp%2Facme%2Fwhatsapp%2Fsenders")
        #expect(page.status == 200)
        #expect(page.text.contains(#"name="next" value="/app/acme/whatsapp/senders""#))

        let wrong = try await web.call(.post, "/sign-in", Self.form, body: "email=owner%40acme.example&password=nonsense-1")
        #expect(wrong.status == 422)
        #expect(wrong.text.contains(SignInProblem.wrong.detail.htmlApostrophes))
        #expect(wrong.text.contains(#"value="owner@acme.example""#))
        #expect(wrong.headers[.setCookie] == nil)

        let body =
            "email=owner%40acme.example&password=\(TestWeb.password.replacing(" ", with: "+"))&next=%2Fapp%2Facme%2Fwhatsapp%2Fsenders"
        let right = try await web.call(.post, "/sign-in", Self.form, body: body)
        #expect(right.status == 303)
        #expect(right.headers[.location] == "/app/acme/whatsapp/senders")
        #expect(right.headers[.setCookie]?.contains("HttpOnly") == true)
    }

    @Test(
        "after signing in nobody is led to another site",
        arguments: [
            ("/app/acme", "/app/acme"), ("/app?x=1", "/app?x=1"), ("", ""), ("//evil.example", ""), ("https://evil.example", ""),
            ("/\\evil.example", ""), ("\\/evil.example", ""), ("/a\tb", ""), ("javascript:alert(1)", ""), ("/\n/evil.example", ""),
        ])
    func next(given: String, kept: String) {
        #expect(EntrancePages.ownAddress(given) == kept)
    }

    @Test("a person without a session goes to sign in first, and a script is told so")
    func strangers() async throws {
        let web = try await TestWeb()
        let page = try await web.call(.get, "/app/acme/whatsapp", [.accept: "text/html"])
        #expect(page.status == 303)
        #expect(page.headers[.location] == "/sign-in?next=%2Fapp%2Facme%2Fwhatsapp")
        let script = try await web.call(.get, "/app/acme/whatsapp", [.accept: "application/problem+json"])
        #expect(script.status == 401)
        #expect(script.code == "access.sign-in-needed")
    }

    @Test("signing out needs the form's token, and ends the session")
    func signOut() async throws {
        let web = try await TestWeb()
        let owner = try #require(web.acme.people[.owner])
        let cookie: HTTPFields = [.cookie: "switchboard=\(owner.token)"]
        #expect(try await web.call(.post, "/sign-out", cookie + Self.form, body: "csrfToken=guess").status == 403)
        let done = try await web.call(.post, "/sign-out", .person(owner))
        #expect(done.status == 303)
        #expect(done.headers[.setCookie]?.contains("Max-Age=0") == true)
        #expect(try await web.call(.get, "/app", cookie + [.accept: "application/json"]).status == 401)
    }

    @Test("the start leads into the person's workspace, and another's isn't there")
    func start() async throws {
        let web = try await TestWeb()
        let agent = try #require(web.acme.people[.agent])
        #expect(try await web.call(.get, "/app", .person(agent)).headers[.location] == "/app/acme/whatsapp")
        #expect(try await web.call(.get, "/app/acme", .person(agent)).headers[.location] == "/app/acme/whatsapp")
        #expect(try await web.call(.get, "/app/other/whatsapp", .person(agent)).status == 404)
    }

    @Test("a link to choose a password shows whose it is, says what is wrong, and works once")
    func passwordLink() async throws {
        let web = try await TestWeb()
        let link = try await web.services.members.passwordLink(email: "agent@acme.example").text
        #expect(try await web.call(.get, "/set-up/\(link)").text.contains("agent@acme.example"))
        let short = try await web.call(.post, "/set-up/\(link)", Self.form, body: "password=short")
        #expect(short.status == 422)
        #expect(short.text.contains(#"aria-invalid="true""#))
        #expect(!short.text.contains("value=\"short\""))
        let done = try await web.call(.post, "/set-up/\(link)", Self.form, body: "password=a+better+password")
        #expect(done.status == 303)
        #expect(done.headers[.setCookie] != nil)
        let again = try await web.call(.get, "/set-up/\(link)", [.accept: "text/html"])
        #expect(again.status == 410)
        #expect(again.text.contains("No longer here"))
    }
}

extension String {
    /// As the templates escape it.
    var htmlApostrophes: String { replacing("'", with: "&#39;") }
}
