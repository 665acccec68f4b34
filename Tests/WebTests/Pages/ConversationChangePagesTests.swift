import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Labels, snoozing and several conversations at once, over HTTP")
struct ConversationChangePagesTests {
    private let web: TestWeb
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
    private static let script: HTTPFields = [
        .contentType: "application/x-www-form-urlencoded", .accept: "application/problem+json, */*;q=0.8",
    ]
    private static let labels = "/app/acme/settings/labels"

    init() async throws { web = try await TestWeb() }

    private var hub: TestHub { web.acme.hub }

    private func call(
        _ method: HTTPRequest.Method, _ path: String, as role: Role = .agent, _ headers: HTTPFields = [:], _ body: String? = nil
    ) async throws -> TestWeb.Answer {
        try await web.call(method, path, .person(try #require(web.acme.people[role])) + headers, body: body)
    }

    private func label(_ name: String) async throws -> Label {
        try await web.services.labels.create(name: name, color: .amber, access: hub.access)
    }

    private func conversations(_ count: Int) async throws -> [Conversation] {
        for number in 0..<count { try await hub.receive(hub.text("Hi", from: "1555019910\(number)", id: "wamid.\(number)")) }
        return try await hub.list()
    }

    @Test("labels are made, changed and deleted, and say beside the field what is wrong")
    func labelPage() async throws {
        #expect(try await call(.get, Self.labels).status == 403)
        #expect(try await call(.get, Self.labels, as: .admin).text.contains("There are no labels yet."))
        let made = try await call(.post, Self.labels, as: .admin, Self.form, "name=Returns&color=amber")
        #expect((made.status, made.headers[.location]) == (303, "\(Self.labels)?done=saved"))
        for (body, reason) in [
            ("name=returns&color=red", "There is a label of this name. Choose another name."),
            ("name=+&color=red", "Give the label a name."),
        ] {
            let refused = try await call(.post, Self.labels, as: .admin, Self.form, body)
            #expect([409, 422].contains(refused.status))
            #expect(refused.text.contains(reason))
        }
        let label = try #require(try await web.services.labels.list(access: hub.access).first)
        #expect(try await call(.post, "\(Self.labels)/\(label.id)", as: .admin, Self.form, "name=Back&color=blue").status == 303)
        #expect(try await web.services.labels.list(access: hub.access).map { [$0.name, $0.color.rawValue] } == [["Back", "blue"]])
        #expect(try await call(.post, "\(Self.labels)/\(label.id)", as: .admin, Self.form, "name=Back&color=pink").status == 422)
        #expect(try await call(.post, "\(Self.labels)/\(label.id)/removal", as: .admin, Self.form, "").status == 303)
        #expect(try await web.services.labels.list(access: hub.access).isEmpty)
    }

    @Test("a conversation shows its labels in the list and the thread, and the list can be narrowed to them")
    func labelling() async throws {
        let all = try await conversations(2)
        let (returns, vip) = (try await label("Returns"), try await label("VIP"))
        let address = "/app/acme/whatsapp/\(all[0].id)"
        let set = try await call(.post, "\(address)/labels", Self.form, "labels=\(returns.id)&labels=\(vip.id)")
        #expect((set.status, set.headers[.location]) == (303, address))
        let page = try await call(.get, address).text
        #expect(page.ranges(of: #"<span class="chip label warn" dir="auto">Returns</span>"#).count == 1)
        #expect(page.contains(#"data-labels="\#([returns.id, vip.id].sorted().map(\.text).joined(separator: " "))""#))
        #expect(page.contains(#"name="labels" value="\#(vip.id)" checked"#))
        let narrowed = try await call(.get, "/app/acme/whatsapp?label=\(vip.id)&attention=unread").text
        #expect(narrowed.contains("VIP · Unread"))
        #expect(narrowed.contains(#"id="c-\#(all[0].id)""#))
        #expect(!narrowed.contains(#"id="c-\#(all[1].id)""#))
        #expect(narrowed.contains(#"href="/app/acme/whatsapp?view=mine&amp;label=\#(vip.id)&amp;attention=unread""#))
        #expect(try await call(.post, "\(address)/labels", Self.script, "labels=lbl_nonsense").status == 404)
        #expect(try await call(.post, "\(address)/labels", Self.script, "").status == 204)
        #expect(try await hub.list().allSatisfy { $0.labels.isEmpty })
    }

    @Test(
        "a conversation is snoozed by a choice or to a moment of the person's own zone",
        arguments: [
            // The clock of the tests stands at Monday, 21 September 2026, 14:13:20 UTC, 16:13 in Madrid.
            ("until=3-hours", "2026-09-21T17:13:20Z"), ("until=tomorrow", "2026-09-22T07:00:00Z"), ("until=monday", "2026-09-28T07:00:00Z"),
            ("at=2026-10-25T09:30", "2026-10-25T08:30:00Z"), ("at=2026-10-26T09:30", "2026-10-26T08:30:00Z"),
            ("until=&at=2026-09-21T16:30", "2026-09-21T14:30:00Z"),
        ])
    func snooze(body: String, until: String) async throws {
        let conversation = try await conversations(1)[0]
        let address = "/app/acme/whatsapp/\(conversation.id)"
        let person = HTTPFields.person(try #require(web.acme.people[.agent]))
        let cookie = "\(person[.cookie] ?? ""); zone=Europe%2FMadrid"
        var headers = person + Self.script
        headers[.cookie] = cookie
        #expect(web.clock.now == Date(timeIntervalSince1970: 1_790_000_000))
        #expect(try await web.call(.post, "\(address)/snooze", headers, body: body).status == 204)
        let snoozed = try await hub.list()[0]
        #expect(snoozed.state == .snoozed)
        #expect(snoozed.snoozedUntil?.formatted(.iso8601) == until)
        #expect(try await call(.get, "/app/acme/whatsapp?view=snoozed").text.contains("Until "))
    }

    @Test(
        "a moment that can't be is refused in words",
        arguments: [
            ("at=2026-09-21T14:00", "conversation.snooze-past"), ("at=2028-01-01T09:00", "conversation.snooze-too-long"),
            ("at=tomorrow", "request.field-malformed"), ("at=2026-02-31T09:00", "request.field-malformed"),
            ("until=whenever", "request.field-malformed"), ("", "request.field-missing"),
        ])
    func wrongMoment(body: String, code: String) async throws {
        let conversation = try await conversations(1)[0]
        let answer = try await call(.post, "/app/acme/whatsapp/\(conversation.id)/snooze", Self.script, body)
        #expect((answer.status, answer.code) == (422, code))
        #expect(try await hub.list()[0].state == .open)
    }

    @Test("several are changed by one form, which leads back to the list as it was")
    func several() async throws {
        let all = try await conversations(3)
        let label = try await label("Returns")
        let chosen = all.prefix(2).map { "conversations=\($0.id)" }.joined(separator: "&")
        let query = "query=view%3Dmine%26label%3D\(label.id)%26nonsense%3D1"
        let labelled = try await call(
            .post, "/app/acme/whatsapp/changes", Self.form, "\(chosen)&action=add-label&label=\(label.id)&\(query)")
        #expect((labelled.status, labelled.headers[.location]) == (303, "/app/acme/whatsapp?view=mine&label=\(label.id)"))
        let closed = try await call(.post, "/app/acme/whatsapp/changes", Self.script, "\(chosen)&action=close")
        #expect((closed.status, closed.json["changed"]) == (200, 2))
        #expect(try await hub.list().map(\.state) == [.closed, .closed, .open])
        #expect(try await hub.list().map(\.labels) == [[label.id], [label.id], []])
        let snoozed = try await call(.post, "/app/acme/whatsapp/changes", Self.script, "\(chosen)&action=snooze&until=tomorrow")
        #expect(snoozed.json["changed"] == 2)
        for (body, status) in [("action=close", 422), ("\(chosen)&action=burn", 422), ("\(chosen)&action=add-label&label=x", 404)] {
            #expect(try await call(.post, "/app/acme/whatsapp/changes", Self.script, body).status == status, "\(body)")
        }
    }

    @Test("a conversation is marked as unread and read again, alone, with others, and by the API")
    func unread() async throws {
        let all = try await conversations(2)
        let key = HTTPFields.key(web.acme.key)
        func unread() async throws -> [Int] { try await hub.list().map(\.unread) }
        for conversation in all {
            #expect(try await call(.post, "/app/acme/whatsapp/\(conversation.id)/read", Self.script, "").status == 204)
        }
        #expect(try await unread() == [0, 0])
        let address = "/app/acme/whatsapp/\(all[0].id)"
        #expect(try await call(.get, address).text.contains(#"action="\#(address)/unread""#))
        // Back to the list: who sees the thread has read it.
        let form = try await call(.post, "\(address)/unread", Self.form, "")
        #expect((form.status, form.headers[.location]) == (303, "/app/acme/whatsapp"))
        #expect(try await unread() == [1, 0])
        #expect(try await call(.get, "/app/acme/whatsapp/rows?of=\(all[0].id)").text.contains(#"class="conversation unread""#))
        #expect(try await call(.post, "\(address)/unread", Self.script, "").status == 204)
        #expect(try await unread() == [1, 0])
        let chosen = all.map { "conversations=\($0.id)" }.joined(separator: "&")
        let several = try await call(.post, "/app/acme/whatsapp/changes", Self.script, "\(chosen)&action=unread")
        #expect((several.status, several.json["changed"]) == (200, 1))
        #expect(try await call(.post, "/app/acme/whatsapp/changes", Self.script, "\(chosen)&action=read").json["changed"] == 2)
        #expect(try await unread() == [0, 0])
        let api = "/api/v1/conversations/\(all[1].id)"
        #expect(try await web.call(.delete, "\(api)/read", key).status == 204)
        #expect(try await web.call(.get, api, key).json["unread"] == 1)
        #expect(try await web.call(.post, "\(api)/read", key).status == 204)
        let body = #"{"conversations": ["\#(all[0].id)", "\#(all[1].id)"], "action": "unread"}"#
        #expect(try await web.call(.post, "/api/v1/conversations/changes", key, body: body).json["changed"] == 2)
        #expect(try await unread() == [1, 1])
    }

    @Test("the row says until when it is snoozed as a field takes it, so that it can be snoozed so again")
    func snoozedUntil() async throws {
        let conversation = try await conversations(1)[0]
        #expect(try await call(.post, "/app/acme/whatsapp/\(conversation.id)/snooze", Self.script, "at=2026-10-25T09:30").status == 204)
        let row = try await call(.get, "/app/acme/whatsapp/rows?of=\(conversation.id)").text
        #expect(row.contains(#"data-snoozed-until="2026-10-25T09:30""#))
    }

    @Test("the API does the same, and a repeated request is done once")
    func api() async throws {
        let all = try await conversations(2)
        let key = HTTPFields.key(web.acme.key)
        let made = try await web.call(.post, "/api/v1/labels", key, body: #"{"name": "Returns"}"#)
        #expect((made.status, made.json["color"]) == (201, "grey"))
        let label = try #require(made.json["id"]?.text)
        #expect(try await web.call(.put, "/api/v1/conversations/\(all[0].id)/labels/\(label)", key).status == 204)
        let listed = try await web.call(.get, "/api/v1/conversations?label=\(label)&attention=unread", key)
        guard case .array(let found) = listed.json["data"] else { throw CancellationError() }
        #expect(found.map { $0["id"] } == [.string(all[0].id.text)])
        #expect(found[0]["labels"] == [.string(label)])
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        let body = #"{"conversations": ["\#(all[0].id)", "\#(all[1].id)"], "action": "snooze", "until": "2026-09-22T07:00:00Z"}"#
        for _ in 0..<2 {
            let changed = try await web.call(.post, "/api/v1/conversations/changes", key + [name: "once"], body: body)
            #expect((changed.status, changed.json["changed"]) == (200, 2))
        }
        let one = try await web.call(.get, "/api/v1/conversations/\(all[1].id)", key)
        #expect((one.json["state"], one.json["snoozedUntil"]) == ("snoozed", "2026-09-22T07:00:00.000Z"))
        let missing = try await web.call(
            .post, "/api/v1/conversations/changes", key, body: #"{"conversations": ["\#(all[0].id)"], "action": "snooze"}"#)
        #expect((missing.status, missing.code) == (422, "request.field-missing"))
        #expect(missing.text.contains("until"))
        let refused = try await web.call(.get, "/api/v1/conversations?attention=shouting", key)
        #expect(refused.status == 422)
        #expect(try await web.call(.delete, "/api/v1/conversations/\(all[0].id)/labels/\(label)", key).status == 204)
        #expect(try await web.call(.post, "/api/v1/conversations/\(all[0].id)/archive", key).status == 204)
        #expect(try await web.call(.patch, "/api/v1/labels/\(label)", key, body: #"{"color": "red"}"#).json["color"] == "red")
        #expect(try await web.call(.delete, "/api/v1/labels/\(label)", key).status == 204)
        #expect(try await web.call(.delete, "/api/v1/labels/\(label)", key).status == 404)
    }
}
