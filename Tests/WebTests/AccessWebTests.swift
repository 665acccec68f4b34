import Domain
import Foundation
import HTTPTypes
import NIOCore
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Browsers and forms")
struct AccessWebTests {
    private static let html: HTTPFields = [.accept: "text/html", .contentType: "application/x-www-form-urlencoded"]
    private static let token = HTTPField.Name("X-CSRF-Token")!
    private static let site = HTTPField.Name("Sec-Fetch-Site")!

    private static func cookie(_ person: TestWeb.Person) -> HTTPFields { [.cookie: "switchboard=\(person.token)"] }

    @Test(
        "a form of ours changes something; without its token, or from elsewhere, it doesn't",
        arguments: [
            ("csrfToken=TOKEN", [:] as HTTPFields, 303),
            ("", [:], 403),
            ("csrfToken=", [:], 403),
            ("csrfToken=0000000000000000000000000000000000000000000000000000000000000000", [:], 403),
            ("csrfToken=OTHER", [:], 403),
            ("csrfToken=TOKEN", [.origin: "https://evil.example"], 403),
            ("csrfToken=TOKEN", [.origin: "null"], 403),
            ("csrfToken=TOKEN", [site: "cross-site"], 403),
            ("csrfToken=TOKEN", [site: "same-site"], 403),
            ("csrfToken=TOKEN", [site: "same-origin"], 303),
            ("", [token: "TOKEN"], 303),
            ("csrfToken=TOKEN", [token: "wrong"], 403),
            ("csrfToken=TOKEN", [.contentType: "text/plain"], 403),
        ] as [(String, HTTPFields, Int)])
    func forms(body: String, headers: HTTPFields, status: Int) async throws {
        let web = try await TestWeb()
        let person = try #require(web.acme.people[.owner])
        let stranger = try #require(web.acme.people[.agent])
        func fill(_ text: String) -> String {
            text.replacing("TOKEN", with: ForgeryToken.text(for: person.token)).replacing(
                "OTHER", with: ForgeryToken.text(for: stranger.token))
        }
        var filled = headers
        if let given = headers[Self.token] { filled[Self.token] = fill(given) }
        let answer = try await web.call(.post, "/sign-out", Self.html + Self.cookie(person) + filled, body: fill(body))
        #expect(answer.status == status, "\(answer.text)")
        #expect((try await web.services.authenticator.signedIn(token: person.token) == nil) == (status == 303))
    }

    @Test(
        "with a public address, only that is our origin",
        arguments: [
            ("https://chat.example.com", 303), ("https://CHAT.example.com", 303), ("http://chat.example.com", 403),
            ("https://chat.example.com:8443", 403),
            ("https://chat.example.com.evil.example", 403),
        ])
    func origins(origin: String, status: Int) async throws {
        let web = try await TestWeb(configuration: WebConfiguration(publicURL: PublicURL(parsing: "https://chat.example.com/")))
        let person = try #require(web.acme.people[.owner])
        let headers: HTTPFields = [
            .cookie: "__Host-switchboard=\(person.token)", .origin: origin, .accept: "text/html",
            .contentType: "application/x-www-form-urlencoded",
        ]
        let answer = try await web.call(.post, "/sign-out", headers, body: "csrfToken=\(ForgeryToken.text(for: person.token))")
        #expect(answer.status == status)
        if status == 303 { #expect(answer.headers[.setCookie]?.contains("Max-Age=0") == true) }
    }

    @Test("a session in the API needs the token for changes and not for reading")
    func sessionInAPI() async throws {
        let web = try await TestWeb()
        let person = try #require(web.acme.people[.owner])
        #expect(try await web.call(.get, "/api/v1/keys", Self.cookie(person)).status == 200)
        let body = #"{"name": "x", "scopes": ["read"]}"#
        let refused = try await web.call(.post, "/api/v1/keys", Self.cookie(person) + [.contentType: "application/json"], body: body)
        #expect((refused.status, refused.code) == (403, "request.foreign"))
        #expect(try await web.call(.post, "/api/v1/keys", .person(person), body: body).status == 201)
    }

    @Test("signing in from another site's form is refused", arguments: ["https://evil.example", "null"])
    func signInForgery(origin: String) async throws {
        let web = try await TestWeb()
        let body = "email=owner@acme.example&password=\(TestWeb.password.replacing(" ", with: "+"))"
        #expect(try await web.call(.post, "/sign-in", Self.html + [.origin: origin], body: body).status == 403)
        let entered = try await web.call(.post, "/sign-in", Self.html, body: body)
        #expect(entered.status == 303)
        let cookie = try #require(entered.headers[.setCookie])
        for word in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=34560000"] { #expect(cookie.contains(word)) }
        #expect(!cookie.contains("Secure"))
    }

    @Test("over TLS the cookie is for TLS and this host only")
    func secureCookie() {
        let cookie = SessionCookie(isSecure: true).setting("t")
        #expect(cookie.hasPrefix("__Host-switchboard=t; Path=/;"))
        #expect(cookie.contains("; Secure"))
        #expect(!cookie.contains("Domain"))
    }

    @Test(
        "browsers keep to https when the public address is that",
        arguments: [("https://chat.example.com", "max-age=31536000"), ("http://chat.example.com", nil), (nil, nil)] as [(String?, String?)])
    func transportSecurity(address: String?, expected: String?) async throws {
        let web = try await TestWeb(configuration: WebConfiguration(publicURL: address.flatMap { PublicURL(parsing: $0) }))
        for path in ["/sign-in", "/nothing-here"] {
            #expect(try await web.call(.get, path, [.accept: "text/html"]).headers[.strictTransportSecurity] == expected, "\(path)")
        }
    }

    @Test("a person whose session ended is led to the sign-in page and back; a program is told")
    func signInNeeded() async throws {
        let web = try await TestWeb()
        let page = try await web.call(.get, "/app/acme/whatsapp?state=open", [.accept: "text/html"])
        #expect(page.status == 303)
        #expect(page.headers[.location]?.removingPercentEncoding == "/sign-in?next=/app/acme/whatsapp?state=open")
        #expect(try await web.call(.get, "/api/v1/senders", [.accept: "text/html"]).code == "access.sign-in-needed")
    }

    @Test("a workspace of others looks like none at all")
    func workspaces() async throws {
        let web = try await TestWeb()
        let headers = HTTPFields.person(try #require(web.acme.people[.owner]))
        let (others, nobodys) = (
            try await web.call(.get, "/app/other/whatsapp", headers), try await web.call(.get, "/app/nothing/whatsapp", headers)
        )
        #expect((others.status, others.code) == (404, "workspace.missing"))
        #expect((nobodys.status, nobodys.code) == (404, "workspace.missing"))
        #expect(others.json["detail"] == nobodys.json["detail"])
    }

    @Test(
        "every answer of ours carries the security headers, refusals too",
        arguments: [
            "/sign-in", "/nothing", "/app/acme/whatsapp", "/api/v1/senders", "/api/openapi.json", "/set-up/wrong",
        ])
    func securityHeaders(path: String) async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.get, path, [.accept: "text/html"])
        #expect(answer.headers[.contentSecurityPolicy] == SecurityHeaders.contentSecurityPolicy)
        #expect(SecurityHeaders.contentSecurityPolicy.contains("default-src 'none'; script-src 'self'; style-src 'self'"))
        #expect(!SecurityHeaders.contentSecurityPolicy.contains("unsafe"))
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
        #expect(answer.headers[HTTPField.Name("Referrer-Policy")!] == "same-origin")
        #expect(answer.headers[HTTPField.Name("Cross-Origin-Opener-Policy")!] == "same-origin")
        #expect(answer.headers[HTTPField.Name("Permissions-Policy")!] == "microphone=(self)")
    }

    @Test("a defect tells its request id and nothing else")
    func defect() {
        let answer = ProblemAnswer(defectIn: "r1")
        #expect((answer.status.code, answer.code, answer.requestID) == (500, "internal", "r1"))
        #expect(answer.detail == "Something went wrong here. Quote the request id when you report it.")
    }

    @Test("a plain page shows what it was given as text")
    func escaping() {
        let page = ProblemAnswer(RequestProblem.fieldUnknown("<script>\"&"), requestID: "<b>").plainHTML
        #expect(page.contains("&lt;script&gt;&quot;&amp;"))
        #expect(page.contains("Request &lt;b&gt;"))
        #expect(!page.contains("<script>"))
    }
}

@Suite("Where a request comes from")
struct OriginTests {
    @Test(
        "only trusted proxies are believed, and only as far as they reach",
        arguments: [
            ("", "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.0/8", "203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
            ("10.0.0.0/8", "10.1.2.3", ["198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", ["6.6.6.6, 198.51.100.1, 10.9.9.9"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", ["6.6.6.6", "198.51.100.1"], "198.51.100.1"),
            ("10.0.0.0/8", "10.1.2.3", [], "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3", ["nonsense"], "10.1.2.3"),
            ("10.0.0.0/8", "10.1.2.3", ["6.6.6.6, nonsense, 10.9.9.9"], "10.9.9.9"),
            ("127.0.0.1", "::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", "127.0.0.2", ["198.51.100.1"], "127.0.0.2"),
            ("2001:db8::/32 ::1", "2001:db8:ffff::1", ["2001:db9::1"], "2001:db9::1"),
            ("192.168.0.0/23", "192.168.1.255", ["198.51.100.1"], "198.51.100.1"),
            ("192.168.0.0/23", "192.168.2.0", ["198.51.100.1"], "192.168.2.0"),
            ("0.0.0.0/0", "8.8.8.8", ["9.9.9.9, 7.7.7.7"], "9.9.9.9"),
        ])
    func proxies(list: String, peer: String, forwarded: [String], client: String) throws {
        let proxies = try #require(TrustedProxies(parsing: list))
        #expect(proxies.client(peer: peer, forwardedFor: forwarded) == client)
    }

    @Test(
        "a network that can't be read is refused",
        arguments: ["10.0.0.0/33", "10.0.0/8", "x", "10.0.0.0/8/8", "::/129", "10.0.0.0/", "10.0.0.0/-1"])
    func malformed(list: String) { #expect(TrustedProxies(parsing: list) == nil) }

    @Test(
        "a public address is a scheme, a host and perhaps a port",
        arguments: [
            ("https://chat.example.com", "https://chat.example.com"), ("https://Chat.Example.com/", "https://chat.example.com"),
            ("https://chat.example.com:443", "https://chat.example.com"), ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"), ("chat.example.com", nil), ("https://", nil), ("https://a/b", nil),
            ("https://a?b", nil),
            ("ftp://a", nil), ("https://a b", nil), ("https://user@a", nil),
        ] as [(String, String?)])
    func publicURLs(text: String, expected: String?) { #expect(PublicURL(parsing: text)?.text == expected) }

    @Test("form fields are read as browsers send them")
    func formFields() throws {
        let fields = FormFields(parsing: .init(string: "a=1&b=two+words&b=%C3%A9&c&d=%zz&=x&e=a%3Db%26c"))
        #expect(fields["a"] == "1")
        #expect(fields.all("b") == ["two words", "é"])
        #expect(fields["c"] == "")
        #expect(fields["d"] == "%zz")
        #expect(fields["e"] == "a=b&c")
        #expect(fields["z"] == nil)
        #expect(throws: RequestProblem.fieldMissing("z")) { try fields.require("z") }
    }
}
