import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Saying over HTTP what a template's variables stand for")
struct TemplateMappingPagesTests {
    private let web: TestWeb
    private let template: Template
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    init() async throws {
        web = try await TestWeb()
        template = try #require(
            try await web.acme.hub.have(TestHub.template("order_update", language: "it", components: TestHub.orderComponents)).first)
    }

    private func page(
        _ method: HTTPRequest.Method, as role: Role = .admin, _ body: String? = nil
    ) async throws -> TestWeb.Answer {
        try await web.call(
            method, "/app/acme/templates/\(template.id)/mapping",
            .person(try #require(web.acme.people[role])) + (body == nil ? [:] : Self.form), body: body)
    }

    private func api(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> TestWeb.Answer {
        try await web.call(method, "/api/v1\(path)", .key(web.acme.key), body: body)
    }

    /// Somebody who wrote.
    private func customer() async throws -> Conversation {
        let hub = web.acme.hub
        try await hub.receive(hub.text("hi", from: "15550199001", name: "Ana Silva"))
        return try #require(try await hub.conversations.list(ConversationFilter(), after: nil, limit: 1, access: hub.access).data.first)
    }

    private static func body(_ fields: KeyValuePairs<String, String>) -> String {
        fields.map { "map.\($0.key)=\($0.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }.joined(separator: "&")
    }

    @Test("a form says what each variable stands for, and the chat is filled in by it")
    func form() async throws {
        let customer = try await customer()
        #expect(try await page(.get).text.contains("value=\"contact.firstName\" selected"))
        let refused = try await page(
            .post, Self.body(["header.1.text": "A-17", "body.1.field": "contact.firstName", "body.2.text": "tua", "buttons.1.text": "x"]))
        #expect(refused.status == 422)
        #expect(refused.text.contains("Say what stands here for those of whom this isn’t known."))
        #expect(refused.text.contains("value=\"A-17\""))
        let saved = try await page(
            .post,
            Self.body([
                "header.1.field": "today", "header.1.text": "oggi", "header.1.format": "date.long", "body.1.field": "contact.firstName",
                "body.1.text": "amico", "body.2.text": "tua", "buttons.1.text": "x",
            ]))
        #expect(saved.headers[.location] == "/app/acme/templates?done=mapped#\(template.id)")
        let picker = try await web.call(
            .get, "/app/acme/whatsapp/\(customer.id)/templates/\(template.id)",
            .person(try #require(web.acme.people[.agent])))
        #expect(picker.text.contains("value=\"Ana\""))
        #expect(picker.text.contains("value=\"tua\""))
        let today = MergeValue.date(web.acme.hub.clock.now).text(.dateLong, language: "it", zone: .gmt)
        #expect(picker.text.contains("value=\"\(today)\""))
    }

    @Test("a field, a format and a person that don't exist are refused")
    func unknown() async throws {
        #expect(try await page(.post, Self.body(["body.1.field": "contact.shoe"])).text.contains("Nobody knows the merge field"))
        #expect(try await page(.post, as: .agent, "x=1").status == 403)
        let path = "/templates/\(template.id)"
        let unknown = try await api(.put, "\(path)/mapping", #"{"variables": {"body.1": {"field": "contact.shoe", "fallback": "x"}}}"#)
        #expect(unknown.code == "template.field-unknown")
        let written = try await api(
            .put, "\(path)/mapping", #"{"variables": {"body.1": {"field": "today", "fallback": "x", "format": "roman"}}}"#)
        #expect(written.code == "template.format-unknown")
        let spare = try await api(.put, "\(path)/mapping", #"{"variables": {"body.1": {"text": "x", "colour": "red"}}}"#)
        #expect(spare.code == "request.field-unknown")
        let column = try await api(.put, "\(path)/mapping", #"{"variables": {"body.1": {"field": "column.Order", "fallback": "x"}}}"#)
        #expect(column.code == "template.column-missing")
        let nobody = "\"con_01jz3c4m5n6p7q8r9s0t1v2w3x\""
        let filled = try await api(.post, "\(path)/values", "{\"contact\": \(nobody), \"sender\": \"\(web.acme.hub.sender.id)\"}")
        #expect(filled.status == 404)
    }

    @Test("programs read, keep and use it")
    func programs() async throws {
        let customer = try await customer()
        #expect(try await api(.get, "/merge-fields").text.contains("contact.firstName"))
        let path = "/templates/\(template.id)"
        #expect(try await api(.get, path).text.contains("\"mapping\":null"))
        let mapping = """
            {"variables": {"header.1": {"text": "A-17"}, "body.1": {"field": "contact.name", "fallback": "amico"}, "body.2": {"text": "tua"}, \
            "buttons.1": {"text": "x"}}}
            """
        #expect(try await api(.put, "\(path)/mapping", mapping).status == 200)
        #expect(try await api(.get, path).text.contains("contact.name"))
        let filled = try await api(
            .post, "\(path)/values", "{\"contact\": \"\(customer.contact.id)\", \"sender\": \"\(web.acme.hub.sender.id)\"}")
        #expect(filled.json["values"]?["body.1"]?.text == "Ana Silva")
        // What WhatsApp says anew of the template leaves it as it is.
        _ = try await web.acme.hub.have(
            TestHub.template("order_update", language: "it", components: TestHub.orderComponents, quality: "RED"))
        #expect(try await api(.get, path).text.contains("contact.name"))
    }
}
