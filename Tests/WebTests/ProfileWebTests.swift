import Domain
import Foundation
import HTTPTypes
import NIOCore
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Profiles over HTTP")
struct ProfileWebTests {
    private static func path(_ web: TestWeb) -> String { "/api/v1/senders/\(web.acme.hub.sender.id)/profile" }
    private static func page(_ web: TestWeb) -> String { "/app/acme/whatsapp/senders/\(web.acme.hub.sender.id)/profile" }

    private static let refusals: [(String, Int, String, String?)] = [
        (#"{"about": "\#(String(repeating: "a", count: 140))"}"#, 422, "profile.too-long", "about"),
        (#"{"about": ""}"#, 422, "profile.about-empty", "about"), (#"{"category": "x"}"#, 422, "profile.category-unknown", "category"),
        (#"{"websites": ["a", "b", "c"]}"#, 422, "profile.too-many", "websites"),
        (#"{"websites": ["ftp://a.example"]}"#, 422, "profile.website-malformed", "websites"),
        (#"{"emails": ["x"]}"#, 422, "profile.email-malformed", "emails"),
        (#"{"phones": ["1"]}"#, 422, "profile.phone-malformed", "phones"),
        (#"{"logo": "x"}"#, 422, "request.field-unknown", "logo"), (#"{"about": 1}"#, 422, "request.field-malformed", "about"),
    ]

    @Test("refusals are problems with a stable code and their field", arguments: refusals.indices)
    func refusal(index: Int) async throws {
        let (json, status, code, field) = Self.refusals[index]
        let web = try await TestWeb()
        let answer = try await web.call(.patch, Self.path(web), .key(web.acme.key), body: json)
        #expect((answer.status, answer.code, answer.json["field"]?.text) == (status, code, field), "\(answer.text)")
        #expect(web.profiles.changes.isEmpty)
    }

    @Test("it is read, changed, renamed and refreshed", arguments: TestEngine.allCases)
    func changes(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let (path, key) = (Self.path(web), HTTPFields.key(web.acme.key))
        let fresh = try await web.call(.get, path, key)
        #expect(fresh.status == 200 && fresh.json["fetchedAt"] == nil)
        web.profiles.set { $0.profile.about = "Old" }
        #expect(try await web.call(.post, "\(path)/refresh", key).json["about"]?.text == "Old")
        let saved = try await web.call(.patch, path, key, body: #"{"about": "Coffee", "emails": ["a@b.example", "c@d.example"]}"#)
        #expect(saved.status == 200 && saved.json["about"]?.text == "Coffee", "\(saved.text)")
        #expect(saved.json["emails"] == .array(["a@b.example", "c@d.example"]))
        #expect(web.profiles.changes.map(\.remoteFields) == [[.about, .emails]])
        let asked = try await web.call(.put, "\(path)/display-name", key, body: #"{"displayName": "Acme Two"}"#)
        #expect(
            asked.json["displayName"]?["requested"]?.text == "Acme Two"
                && asked.json["displayName"]?["newStanding"]?.text == "PENDING_REVIEW")
        #expect(try await web.call(.put, "\(path)/display-name", key, body: #"{"displayName": "Acme"}"#).status == 409)
        web.profiles.fail(writing: ProfileProblem.refused(.about, "No."))
        let refused = try await web.call(.patch, path, key, body: #"{"about": "Bad"}"#)
        #expect((refused.status, refused.code, refused.json["field"]?.text) == (422, "profile.refused", "about"))
        web.profiles.fail(reading: ChannelProblem.temporary("no answer"))
        #expect(try await web.call(.post, "\(path)/refresh", key).status == 503)
    }

    @Test("a refresh that is repeated is made once")
    func idempotent() async throws {
        let web = try await TestWeb()
        let headers = HTTPFields.key(web.acme.key) + [HTTPField.Name("Idempotency-Key")!: "once"]
        let first = try await web.call(.post, "\(Self.path(web))/refresh", headers)
        web.profiles.set { $0.profile.about = "New" }
        #expect(try await web.call(.post, "\(Self.path(web))/refresh", headers).body == first.body)
    }

    @Test("pictures go up as they are, and come down as nothing but pictures", arguments: ["picture", "banner"])
    func pictures(name: String) async throws {
        let web = try await TestWeb()
        let (path, key) = ("\(Self.path(web))/\(name)", HTTPFields.key(web.acme.key))
        #expect(try await web.call(.get, path, key).code == "profile.picture-missing")
        let png = FakeProfiles.png(200, 200)
        #expect(try await web.callBytes(.put, path, key, body: png).status == 200)
        let picture = try await web.call(.get, path, key)
        #expect(picture.body == png && picture.headers[.contentType] == "image/png")
        #expect(picture.headers[.xContentTypeOptions] == "nosniff")
        #expect(picture.headers[.contentSecurityPolicy]?.hasPrefix("sandbox;") == true)
        #expect(picture.headers[.cacheControl] == "private, no-cache")
        let tag = try #require(picture.headers[.eTag])
        #expect(try await web.call(.get, path, key + [.ifNoneMatch: tag]).status == 304)
        // Whoever looks asks us, and nobody else.
        #expect(web.profiles.fetched <= 1)
        for (bytes, code) in [
            (Array("<svg onload='alert(1)'/>".utf8), "profile.picture-type-wrong"), (Array("GIF89a".utf8), "profile.picture-type-wrong"),
            ([], "profile.picture-type-wrong"), (Array(FakeProfiles.png(200, 200).prefix(18)), "profile.picture-unreadable"),
        ] {
            let answer = try await web.callBytes(.put, path, key + [.contentType: "image/png"], body: bytes)
            #expect((answer.status, answer.code, answer.json["field"]?.text) == (422, code, name))
        }
        #expect(try await web.call(.get, path, key).body == png)
        #expect(try await web.call(.delete, path, key).status == 200)
        #expect(try await web.call(.get, path, key).status == 404)
        let large = try await web.callBytes(.put, path, key, body: png + [UInt8](repeating: 0, count: ProfilePicture.byteLimit))
        #expect(large.status == 413)
    }

    @Test("no answer holds the access token")
    func secrets() async throws {
        let web = try await TestWeb()
        let key = HTTPFields.key(web.acme.key)
        _ = try await web.callBytes(.put, "\(Self.path(web))/picture", key, body: FakeProfiles.png(200, 200))
        for path in [Self.path(web), "\(Self.path(web))/picture"] {
            let answer = try await web.call(.get, path, key)
            for text in [answer.text, "\(answer.headers)"] { #expect(!text.contains("pictures.example") && !text.contains("Bearer")) }
        }
    }

    // MARK: The page

    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]

    private static func encoded(_ fields: KeyValuePairs<String, String>) -> String {
        fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(separator: "&")
    }

    @Test("a form writes what somebody changed in it, and nothing else")
    func save() async throws {
        let web = try await TestWeb()
        let owner = HTTPFields.person(try #require(web.acme.people[.owner]))
        web.profiles.set {
            $0.profile = BusinessProfile(about: "Old", description: "One\nTwo", category: "RETAIL", websites: ["https://a.example"])
        }
        _ = try await web.services.profiles.refresh(web.acme.hub.sender.id, access: web.acme.hub.access)
        _ = try await web.services.profiles.change(
            ProfileDraft(phones: ["+34600111222"]).check().change, of: web.acme.hub.sender.id, access: web.acme.hub.access)
        let page = try await web.call(.get, Self.page(web), owner)
        // As people read it, and no change when it comes back like this.
        #expect(page.text.contains(">+34 600 11 12 22</textarea>"))
        #expect(page.status == 200 && page.text.contains("Last fetched") && page.text.contains("value=\"Old\""))
        // Meanwhile somebody changes another field at Meta.
        web.profiles.set { $0.profile.address = "1 Harbour" }
        let body = Self.encoded([
            "was-about": "Old", "about": "New", "was-description": "One\r\nTwo", "description": "One\r\nTwo", "was-address": "",
            "address": "",
            "was-category": "RETAIL", "category": "RETAIL", "was-website": "https://a.example", "was-website": "",
            "website": "https://a.example",
            "website": "", "was-emails": "", "emails": "a@b.example\r\nc@d.example", "was-phones": "+34 600 11 12 22",
            "phones": "+34 600 11 12 22",
        ])
        let answer = try await web.call(.post, Self.page(web), owner + Self.form, body: body)
        #expect(answer.status == 303 && answer.headers[.location] == "\(Self.page(web))?done=saved")
        #expect(web.profiles.changes.map(\.remoteFields) == [[.about, .emails]])
        let known = try await web.services.profiles.profile(of: web.acme.hub.sender.id, access: web.acme.hub.access)
        #expect(
            known.profile.about == "New" && known.profile.address == "1 Harbour" && known.profile.emails == ["a@b.example", "c@d.example"])
        let same = try await web.call(.post, Self.page(web), owner + Self.form, body: "was-about=New&about=New")
        #expect(same.headers[.location] == "\(Self.page(web))?done=same")
    }

    @Test("what is wrong is told beside each field, and what was written stays")
    func refusedForm() async throws {
        let web = try await TestWeb()
        let owner = HTTPFields.person(try #require(web.acme.people[.owner]))
        _ = try await web.services.profiles.refresh(web.acme.hub.sender.id, access: web.acme.hub.access)
        let about = String(repeating: "a", count: 140)
        let body = Self.encoded(["was-about": "Old", "about": about, "was-phones": "", "phones": "600 111 222", "description": "Kept"])
        let answer = try await web.call(.post, Self.page(web), owner + Self.form, body: body)
        #expect(answer.status == 422)
        for text in [
            "The about text has 140 characters; WhatsApp takes at most 139. Shorten it by 1.", "value=\"\(about)\"", "value=\"Old\"",
            "isn\u{2019}t a telephone number", ">600 111 222</textarea>", ">Kept</textarea>", "id=\"about-error\"", "id=\"phones-error\"",
        ] { #expect(answer.text.contains(text), "\(text)") }
        let sites = Self.encoded(["was-website": "", "website": "https://a.example", "website": " b "])
        let site = try await web.call(.post, Self.page(web), owner + Self.form, body: sites)
        #expect(site.text.contains("id=\"website-2-error\"") && !site.text.contains("id=\"website-1-error\""))
        // What WhatsApp says no to comes back in the same way, and an outage too.
        web.profiles.fail(writing: ProfileProblem.refused(.description, "It has a bad word."))
        let refused = try await web.call(.post, Self.page(web), owner + Self.form, body: "was-description=&description=Bad")
        #expect(refused.status == 422 && refused.text.contains("WhatsApp refused the description: It has a bad word."))
        #expect(refused.text.contains(">Bad</textarea>"))
        web.profiles.fail(writing: ChannelProblem.temporary("no answer in time"))
        let out = try await web.call(.post, Self.page(web), owner + Self.form, body: "was-description=&description=Good")
        #expect(out.status == 503 && out.text.contains("WhatsApp can&#39;t be reached right now") && out.text.contains(">Good</textarea>"))
    }

    @Test("a name is asked for only with the box ticked")
    func rename() async throws {
        let web = try await TestWeb()
        let owner = HTTPFields.person(try #require(web.acme.people[.owner]))
        _ = try await web.services.profiles.refresh(web.acme.hub.sender.id, access: web.acme.hub.access)
        let address = "\(Self.page(web))/display-name"
        #expect(try await web.call(.post, address, owner + Self.form, body: "displayName=Acme+Two").status == 422)
        #expect(web.profiles.names.isEmpty)
        let short = try await web.call(.post, address, owner + Self.form, body: "displayName=A&confirmed=yes")
        #expect(short.status == 422 && short.text.contains("The display name has 1 character; WhatsApp takes 2 to 75."))
        #expect(try await web.call(.post, address, owner + Self.form, body: "displayName=Acme+Two&confirmed=yes").status == 303)
        #expect(web.profiles.names == ["Acme Two"])
        let page = try await web.call(.get, Self.page(web), owner)
        #expect(page.text.contains("WhatsApp is reviewing <b><bdi>Acme Two</bdi></b>."))
    }

    // MARK: Files in forms

    private static func multipart(_ parts: [(name: String, filename: String?, bytes: [UInt8])], boundary: String = "----x1") -> [UInt8] {
        parts.flatMap { part in
            let file = part.filename.map { "; filename=\"\($0)\"\r\nContent-Type: image/png" } ?? ""
            return Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\(file)\r\n\r\n".utf8) + part.bytes
                + Array("\r\n".utf8)
        } + Array("--\(boundary)--\r\n".utf8)
    }

    @Test("a picture goes up in a form without scripts, and not without the form's token")
    func upload() async throws {
        let web = try await TestWeb()
        let owner = try #require(web.acme.people[.owner])
        let cookie: HTTPFields = [.cookie: "switchboard=\(owner.token)", .contentType: "multipart/form-data; boundary=----x1"]
        let token = Array(ForgeryToken.text(for: owner.token).utf8)
        let address = "\(Self.page(web))/picture"
        // Bytes that look like a boundary's beginning are bytes.
        let png = FakeProfiles.png(200, 200) + Array("\r\n--\r\n------x\r\n".utf8)
        let answer = try await web.callBytes(
            .post, address, cookie, body: Self.multipart([("csrfToken", nil, token), ("file", "a.png", png)]))
        #expect(answer.status == 303, "\(answer.text)")
        #expect(web.profiles.picture == png)
        _ = try await web.services.profiles.refresh(web.acme.hub.sender.id, access: web.acme.hub.access)
        let refused = try await web.callBytes(
            .post, address, cookie, body: Self.multipart([("csrfToken", nil, token), ("file", "a.png", FakeProfiles.png(400, 300))]))
        #expect(refused.status == 422 && refused.text.contains("The logo has 400 × 300 pixels; it must be square."))
        for body in [
            Self.multipart([("file", "a.png", png)]), Self.multipart([("csrfToken", nil, Array("wrong".utf8)), ("file", "a.png", png)]),
            Array("csrfToken=\(String(decoding: token, as: UTF8.self))".utf8), [], Array("------x1".utf8), Array("------x1\r\n".utf8),
        ] {
            let answer = try await web.callBytes(.post, address, cookie, body: body)
            #expect(answer.status == 403, "\(answer.text)")
        }
        #expect(web.profiles.picture == png)
        let agent = try #require(web.acme.people[.agent])
        let theirs: HTTPFields = [.cookie: "switchboard=\(agent.token)", .contentType: "multipart/form-data; boundary=----x1"]
        let body = Self.multipart([("csrfToken", nil, Array(ForgeryToken.text(for: agent.token).utf8)), ("file", "a.png", png)])
        #expect(try await web.callBytes(.post, address, theirs, body: body).status == 403)
    }

    @Test("forms with files are read as they are written, and what isn't one isn't")
    func parsing() throws {
        let bytes = Self.multipart([("a", nil, Array("one".utf8)), ("b", "x", []), ("c", nil, Array("\r\n\r\n--".utf8))])
        let form = try #require(MultipartForm(ByteBuffer(bytes: bytes), contentType: "multipart/form-data; boundary=\"----x1\"; charset=x"))
        #expect(form["a"] == "one" && form["b"] == "" && form["c"] == "\r\n\r\n--" && form["d"] == nil)
        for type in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other"] {
            #expect(MultipartForm(ByteBuffer(bytes: bytes), contentType: type) == nil)
        }
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            // Cut or changed anywhere, it is read or refused, and nothing else happens.
            var broken = bytes
            broken[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
            broken = Array(broken.prefix(Int.random(in: 0...bytes.count, using: &generator)))
            _ = MultipartForm(ByteBuffer(bytes: broken), contentType: "multipart/form-data; boundary=----x1")
        }
    }
}
