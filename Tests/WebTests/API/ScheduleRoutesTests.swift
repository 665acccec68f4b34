import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Sending later, over HTTP")
struct ScheduleRoutesTests {
    private let web: TestWeb
    private let conversation: Conversation
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    init() async throws {
        web = try await TestWeb()
        try await web.acme.hub.receive(web.acme.hub.text("Hi"))
        conversation = try #require(try await web.acme.hub.list().first)
    }

    private func instant(inHours hours: Double) -> String {
        web.clock.now.addingTimeInterval(hours * 3_600).formatted(.iso8601)
    }

    private func send(_ sendAt: String, to contact: String? = nil) async throws -> TestWeb.Answer {
        try await web.call(
            .post, "/api/v1/messages", .key(web.acme.key),
            body: """
                {"sender": "\(web.acme.hub.sender.id)", "to": {"contact": "\(contact ?? conversation.contact.id.text)"}, "text": {"body": "Later"},
                 "sendAt": \(sendAt)}
                """)
    }

    @Test("a message with sendAt is accepted as scheduled, and can be read, changed, cancelled and sent")
    func api() async throws {
        let accepted = try await send("\"\(instant(inHours: 2))\"")
        #expect((accepted.status, accepted.json["status"]?.text) == (202, "scheduled"))
        #expect(accepted.json["sendAt"] == accepted.json["at"])
        let path = "/api/v1/messages/\(try #require(accepted.json["id"]?.text))"
        let key = HTTPFields.key(web.acme.key)
        let changed = try await web.call(
            .patch, path, key, body: #"{"sendAt": "\#(instant(inHours: 3))", "text": {"body": "Later still"}}"#)
        #expect((changed.status, changed.json["text"]?["body"]?.text) == (200, "Later still"))
        #expect(try await web.call(.get, path, key).json["sendAt"] == changed.json["sendAt"])
        for (body, code) in [
            (#"{"sendAt": "\#(instant(inHours: -1))"}"#, "message.send-at-past"),
            (#"{"sendAt": "\#(instant(inHours: 9_000))"}"#, "message.send-at-too-far"),
            (#"{"text": {"body": ""}}"#, "message.value-empty"), (#"{"at": "x"}"#, "request.field-unknown"),
            (#"{"sendAt": 7}"#, "request.field-malformed"),
        ] { #expect(try await web.call(.patch, path, key, body: body).code == code, "\(body)") }
        #expect(try await web.call(.patch, path, .key(try #require(web.acme.keys[.read])), body: "{}").status == 403)
        #expect(try await web.call(.post, "\(path)/departure", key).json["status"]?.text == "queued")
        #expect(try await web.call(.post, "\(path)/cancellation", key).code == "message.not-scheduled")
        let other = try #require(try await send("\"\(instant(inHours: 2))\"").json["id"]?.text)
        #expect(try await web.call(.post, "/api/v1/messages/\(other)/cancellation", key).json["status"]?.text == "cancelled")
    }

    @Test(
        "a time that makes no sense is refused",
        arguments: [
            ("\"2020-01-01T00:00:00Z\"", "message.send-at-past"), ("\"9999-01-01T00:00:00Z\"", "message.send-at-too-far"),
            ("\"tomorrow\"", "request.field-malformed"), ("[]", "request.field-malformed"),
        ])
    func refusals(sendAt: String, code: String) async throws {
        #expect(try await send(sendAt).code == code)
        #expect(try await web.acme.hub.thread(conversation.id) == ["Hi"])
    }

    @Test("pages do the same by forms, in the person's zone")
    func pages() async throws {
        let agent = HTTPFields.person(try #require(web.acme.people[.agent])) + Self.form
        let cookie = try #require(agent[.cookie])
        let madrid = agent + [.cookie: "\(cookie); zone=Europe%2FMadrid"]
        let thread = "/app/acme/whatsapp/\(conversation.id)"
        let day = web.clock.now.addingTimeInterval(5 * 3_600).formatted(.iso8601.year().month().day())
        _ = try await web.call(.post, "\(thread)/messages", madrid, body: "text=Later&later=moment&at=\(day)T23:30")
        // The field beside an ordinary sending says nothing.
        _ = try await web.call(.post, "\(thread)/messages", madrid, body: "text=Now&at=\(day)T23:30")
        let messages = try await web.acme.hub.conversations.messages(
            of: conversation.id, before: nil, limit: 10, access: web.acme.hub.access
        ).data
        let message = try #require(messages.first { $0.status == .scheduled })
        #expect(messages.count { $0.status == .queued } == 1)
        #expect(message.sendAt?.formatted(.iso8601) == "\(day)T21:30:00Z")
        let page = try await web.call(.get, thread, madrid).text
        #expect(page.contains("23:30.") && page.contains("value=\"\(day)T23:30\"") && page.contains("Send now"))
        let address = "\(thread)/messages/\(message.id)/schedule"
        #expect(try await web.call(.post, address, madrid, body: "what=change&at=\(day)T23:45&text=Changed").status == 303)
        #expect(try await web.call(.post, address, madrid, body: "what=change&at=yesterday").status == 422)
        #expect(try await web.call(.post, address, madrid, body: "what=vanish").status == 422)
        #expect(try await web.acme.hub.thread(conversation.id).last == "Changed")
        #expect(try await web.call(.post, address, madrid, body: "what=cancel").status == 303)
        #expect(try await web.call(.post, address, madrid, body: "what=send-now").status == 409)
    }
}
