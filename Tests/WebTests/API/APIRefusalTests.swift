import Domain
import Foundation
import Hummingbird
import TestSupport
import Testing

@testable import Web

@Suite("What the API refuses")
struct APIRefusalTests {
    static let sender = "snd_00000000000000000000000000"

    @Test(
        "a message that can't be sent is refused by name",
        arguments: [
            ("", 400, "request.body-unreadable", nil),
            ("[]", 400, "request.body-unreadable", nil),
            ("{", 400, "request.body-unreadable", nil),
            (#"{"to": "+15550199001", "text": {"body": "x"}}"#, 422, "request.field-missing", "sender"),
            (#"{"sender": 7, "to": "+15550199001", "text": {"body": "x"}}"#, 422, "request.field-malformed", "sender"),
            (#"{"sender": "S", "text": {"body": "x"}}"#, 422, "request.field-missing", "to"),
            (#"{"sender": "S", "to": "5550199001", "text": {"body": "x"}}"#, 422, "phone-number.malformed", "to"),
            (#"{"sender": "S", "to": "+1", "text": {"body": "x"}}"#, 422, "phone-number.malformed", "to"),
            (#"{"sender": "S", "to": {}, "text": {"body": "x"}}"#, 422, "message.recipient-unclear", "to"),
            (#"{"sender": "S", "to": {"contact": "c", "bsuid": "b"}, "text": {"body": "x"}}"#, 422, "message.recipient-unclear", "to"),
            (#"{"sender": "S", "to": {"bsuid": "b", "x": 1}, "text": {"body": "x"}}"#, 422, "request.field-unknown", "to.x"),
            (#"{"sender": "S", "to": "+15550199001"}"#, 422, "message.content-count", nil),
            (
                #"{"sender": "S", "to": "+15550199001", "text": {"body": "x"}, "location": {"latitude": 1, "longitude": 2}}"#, 422,
                "message.content-count", nil
            ),
            (#"{"sender": "S", "to": "+15550199001", "system": {"type": "x"}}"#, 422, "message.content-count", nil),
            (#"{"sender": "S", "to": "+15550199001", "text": {}}"#, 422, "request.field-missing", "text.body"),
            (#"{"sender": "S", "to": "+15550199001", "text": "x"}"#, 422, "request.field-malformed", "text"),
            (#"{"sender": "S", "to": "+15550199001", "text": {"body": "x", "bold": true}}"#, 422, "request.field-unknown", "text.bold"),
            (
                #"{"sender": "S", "to": "+15550199001", "text": {"body": "x"}, "is_super_admin": true}"#, 422, "request.field-unknown",
                "is_super_admin"
            ),
            (
                #"{"sender": "S", "to": "+15550199001", "media": {"kind": "film", "link": "https://a"}}"#, 422, "request.field-malformed",
                "media.kind"
            ),
            (#"{"sender": "S", "to": "+15550199001", "text": {"body": "x"}}"#, 404, "sender.missing", "sender"),
            (#"{"sender": "not an id", "to": "+15550199001", "text": {"body": "x"}}"#, 404, "sender.missing", "sender"),
        ] as [(String, Int, String, String?)])
    func messages(json: String, status: Int, code: String, field: String?) async throws {
        let web = try await TestWeb()
        let body = json.replacing(#""S""#, with: "\"\(Self.sender)\"")
        let answer = try await web.call(.post, "/api/v1/messages", .key(web.acme.key), body: body)
        #expect((answer.status, answer.code) == (status, code), "\(answer.text)")
        #expect(answer.json["field"]?.text == field)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.json["requestId"]?.text?.isEmpty == false)
    }

    @Test("what a template is given may be anything, since it is Meta's form")
    func freeForm() throws {
        let body =
            #"{"name": "hi", "language": "en_US", "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]}"#
        let template = try StrictJSON.decode(TemplateContent.self, from: Array(body.utf8))
        #expect(template.components?.first?["parameters"] != nil)
    }

    @Test(
        "unknown addresses and methods are problems too",
        arguments: [
            ("GET", "/api/v1/nothing", 404, "request.path-unknown"),
            ("GET", "/nothing", 404, "request.path-unknown"),
            ("PUT", "/api/v1/messages", 405, "request.method-not-allowed"),
            ("GET", "/api/v1/messages", 405, "request.method-not-allowed"),
            ("DELETE", "/hooks/meta/x", 405, "request.method-not-allowed"),
            ("GET", "/api/v1/messages/msg_1", 404, "request.resource-missing"),
            ("GET", "/api/v1/messages/..%2F..%2Fkeys", 404, "request.resource-missing"),
        ])
    func addresses(method: String, path: String, status: Int, code: String) async throws {
        let web = try await TestWeb()
        let answer = try await web.call(try #require(.init(method)), path, .key(web.acme.key))
        #expect((answer.status, answer.code) == (status, code), "\(answer.text)")
        if status == 405 { #expect(answer.headers[.allow]?.contains("POST") == true) }
    }

    @Test(
        "lists take a limit from 1 to 100, known parameters, each once",
        arguments: [
            ("limit=0", 422, "page.limit-out-of-range"), ("limit=101", 422, "page.limit-out-of-range"),
            ("limit=x", 422, "page.limit-out-of-range"),
            ("limit=1", 200, nil), ("limit=100", 200, nil), ("after=nonsense", 422, "page.cursor-malformed"),
            ("state=ajar", 422, "request.field-malformed"),
            ("sender=x", 422, "request.field-malformed"), ("limit=1&limit=2", 422, "request.field-malformed"),
            ("page=2", 422, "request.parameter-unknown"),
        ] as [(String, Int, String?)])
    func lists(query: String, status: Int, code: String?) async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.get, "/api/v1/conversations?\(query)", .key(web.acme.key))
        #expect((answer.status, answer.code) == (status, code), "\(answer.text)")
    }

    @Test("a body beyond the limit is a 413 that names it")
    func tooLarge() async throws {
        let web = try await TestWeb()
        let answer = try await web.call(
            .post, "/api/v1/messages", .key(web.acme.key), body: String(repeating: " ", count: APIContext.bodyLimit + 1))
        #expect((answer.status, answer.code) == (413, "request.body-too-large"))
        let hook = try await web.call(
            .post, "/hooks/meta/\(web.acme.hub.connection.id)", body: String(repeating: " ", count: HookRoutes.bodyLimit + 1))
        #expect((hook.status, hook.code) == (413, "request.body-too-large"))
    }

    @Test("deep nesting is refused and doesn't fell the server")
    func deep() async throws {
        let web = try await TestWeb()
        let depth = 100_000
        let answer = try await web.call(
            .post, "/api/v1/messages", .key(web.acme.key),
            body: #"{"text": "# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}")
        #expect(answer.status == 400)
    }

    @Test("an API key in the address is nobody's")
    func keyInQuery() async throws {
        let web = try await TestWeb()
        for name in ["key", "api_key", "access_token", "apikey"] {
            #expect(try await web.call(.get, "/api/v1/senders?\(name)=\(web.acme.key)").status == 401)
        }
    }
}
