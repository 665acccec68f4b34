import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

@Suite("The queue over HTTP")
struct QueueRoutesTests {
    private let web: TestWeb
    private let owner: TestWeb.Person
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
    private static let script: HTTPFields = [
        .contentType: "application/x-www-form-urlencoded", .accept: "application/problem+json, */*;q=0.8",
    ]

    init() async throws {
        web = try await TestWeb()
        owner = try #require(web.acme.people[.owner])
    }

    private var hub: TestHub { web.acme.hub }

    private func api(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, key: String? = nil) async throws -> TestWeb.Answer
    {
        try await web.call(method, "/api/v1/senders/\(hub.sender.id)/queue\(path)", .key(key ?? web.acme.key), body: body)
    }

    private func page(_ query: String = "", as role: Role = .owner) async throws -> String {
        let answer = try await web.call(
            .get, "/app/acme/whatsapp/senders/\(hub.sender.id)/queue\(query)", .person(try #require(web.acme.people[role])))
        #expect(answer.status == 200)
        return answer.text
    }

    private func post(_ path: String, _ body: String = "", _ headers: HTTPFields = form) async throws -> TestWeb.Answer {
        try await web.call(
            .post, "/app/acme/whatsapp/senders/\(hub.sender.id)/queue/\(path)", .person(owner) + headers, body: body)
    }

    /// A reply to the customer of this name.
    private func queue(_ text: String, for name: String = "Ana", phone: String = "15550199001", lane: Lane = .reply) async throws -> Message
    {
        try await hub.receive(hub.text("Hello", from: phone, name: name))
        return try await hub.sending.submit(
            MessageDraft(
                senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+\(phone)")), clientID: nil,
                content: .text(.init(body: text)), replyTo: nil, lane: lane), access: hub.access)
    }

    // MARK: API

    @Test("the queue tells what waits in each lane, and its messages why")
    func summary() async throws {
        let message = try await queue("Hi")
        _ = try await queue("Offer", lane: .campaign)
        let answer = try await api(.get, "")
        #expect(answer.status == 200, "\(answer.text)")
        guard case .array(let lanes) = answer.json["lanes"] else { throw CancellationError() }
        #expect(lanes.map { $0["lane"]?.text } == ["reply", "notification", "campaign"])
        #expect(lanes.map { $0["waiting"]?["count"] } == [1, 0, 1])
        #expect(answer.json["stoppable"] == ["count": 2, "isMore": false])
        #expect(answer.json["obstacle"]?["code"]?.text == "nobody-sends")
        #expect(answer.json["messagesPerSecond"] == 76)
        let list = try await api(.get, "/messages?limit=1")
        guard case .array(let rows) = list.json["data"] else { throw CancellationError() }
        #expect(rows.map { $0["message"]?["id"]?.text } == [message.id.text])
        #expect(rows.map { $0["reason"]?["code"]?.text } == ["nobody-sends"])
        let next = try #require(list.json["next"]?.text)
        #expect(try await api(.get, "/messages?after=\(next)").json["next"] == .null)
        #expect(try await api(.get, "/messages?state=unknown").json["data"] == [])
    }

    @Test("pausing is repeatable, and says who paused")
    func pause() async throws {
        let paused = try await api(.post, "/pause")
        #expect(paused.status == 200, "\(paused.text)")
        #expect(paused.json["pausedBy"]?.text?.hasPrefix("key:key_") == true)
        #expect(try await api(.post, "/pause", "{}").json["pausedAt"] == paused.json["pausedAt"])
        #expect(try await api(.get, "").json["obstacle"]?["code"]?.text == "paused")
        #expect(try await api(.post, "/resume").json["pausedAt"] == nil)
        #expect(try await api(.post, "/resume").status == 200)
    }

    @Test("clearing answers how many were cancelled; with a key for repeats it is done once")
    func clear() async throws {
        let message = try await queue("Hi")
        let offer = try await queue("Offer", lane: .campaign)
        let upTo = try #require(try await api(.get, "").json["upTo"]?.text)
        let campaigns = try await api(.post, "/clear", #"{"lane": "campaign", "upTo": "\#(upTo)"}"#)
        #expect(campaigns.json == ["cancelled": 1, "hasMore": false, "upTo": .string(upTo)], "\(campaigns.text)")
        #expect(try await hub.conversations.message(offer.id, access: hub.access).status == .cancelled)
        #expect(try await hub.conversations.message(message.id, access: hub.access).status == .queued)
        let name = try #require(HTTPField.Name("Idempotency-Key"))
        func repeated() async throws -> TestWeb.Answer {
            try await web.call(
                .post, "/api/v1/senders/\(hub.sender.id)/queue/clear", .key(web.acme.key) + [name: "c-1"], body: "{}")
        }
        let first = try await repeated()
        #expect(first.json["cancelled"] == 1)
        #expect(try await repeated().body == first.body)
        #expect(try await api(.post, "/clear", "{}").json == ["cancelled": 0, "hasMore": false])
    }

    @Test(
        "what is wrong is refused by name",
        arguments: [
            ("/clear", #"{"lane": "all"}"#, 422, "request.field-malformed"),
            ("/clear", #"{"lane": 0}"#, 422, "request.field-malformed"),
            ("/clear", #"{"upTo": "-1"}"#, 422, "queue.up-to-malformed"),
            ("/clear", #"{"upTo": "x"}"#, 422, "queue.up-to-malformed"),
            ("/clear", #"{"force": true}"#, 422, "request.field-unknown"),
            ("/clear", "", 400, "request.body-unreadable"),
            ("/pause", #"{"until": 1}"#, 422, "request.field-unknown"),
            ("/resume?now=1", "{}", 422, "request.parameter-unknown"),
            ("/retry", #"{"after": "x"}"#, 422, "page.cursor-malformed"),
            ("/retry", #"{"all": true}"#, 422, "request.field-unknown"),
        ])
    func refusals(path: String, body: String, status: Int, code: String) async throws {
        let answer = try await api(.post, path, body)
        #expect((answer.status, answer.code) == (status, code), "\(answer.text)")
    }

    @Test("an unknown sender is a 404, and who may not manage numbers is refused")
    func permissions() async throws {
        for path in ["", "/messages"] {
            let answer = try await web.call(.get, "/api/v1/senders/snd_00000000000000000000000000/queue\(path)", .key(web.acme.key))
            #expect((answer.status, answer.code) == (404, "sender.missing"))
        }
        for path in ["pause", "resume", "clear", "retry"] {
            let answer = try await web.call(
                .post, "/api/v1/senders/snd_00000000000000000000000000/queue/\(path)", .key(web.acme.key), body: "{}")
            #expect((answer.status, answer.code) == (404, "sender.missing"), "\(path): \(answer.text)")
            let agent = try await web.call(
                .post, "/api/v1/senders/\(hub.sender.id)/queue/\(path)", .person(try #require(web.acme.people[.agent])), body: "{}")
            #expect((agent.status, agent.code) == (403, "access.not-permitted"))
            let sending = try await api(.post, "/\(path)", "{}", key: web.acme.keys[.send])
            #expect(sending.status == 403)
        }
        let managing = try #require(web.acme.keys[.manage])
        #expect(try await api(.get, "", key: managing).status == 200)
        #expect(try await api(.get, "/messages", key: managing).status == 403)
    }

    @Test("failed ones are sent again in order, and the answer says how many")
    func retry() async throws {
        let message = try await queue("Hi")
        try await hub.database.write { transaction in
            let error = #"{"advice":"","code":"1","detail":"","retryable":true}"#
            try transaction.run("UPDATE messages SET status = 'failed', error = \(error) WHERE id = \(message.id)")
        }
        #expect(try await api(.get, "").json["retryable"]?["count"] == 1)
        #expect(try await api(.post, "/retry", "{}").json == ["requeued": 1, "refused": 0])
        #expect(try await hub.conversations.message(message.id, access: hub.access).status == .queued)
    }

    // MARK: Pages

    @Test("the page shows what waits and why, and escapes what people wrote")
    func show() async throws {
        #expect(try await page().contains("Nothing waits"))
        let message = try await queue("Is it <b>blue</b>?", for: "<i>Ana</i>")
        let text = try await page()
        #expect(text.contains(#"href="/app/acme/whatsapp/\#(message.conversationID)#m-\#(message.id)""#))
        #expect(text.contains("&lt;i&gt;Ana&lt;/i&gt;"))
        #expect(!text.contains("<b>blue</b>"))
        #expect(text.contains("No process that sends is running."))
        #expect(text.contains("Cancel 1 message?"))
        let part = try await page("?part=state")
        #expect(part.hasPrefix("<div class=\"queue-state\"") && part.contains(message.id.text))
        let agent = try await page(as: .agent)
        #expect(agent.contains(message.id.text) && !agent.contains("Clear the queue") && !agent.contains("queue/pause"))
        let senders = try await web.call(.get, "/app/acme/whatsapp/senders", .person(owner)).text
        #expect(senders.contains(#"senders/\#(hub.sender.id)/queue">Queue <span class="chip info figures">1<"#))
    }

    @Test("the page pauses and resumes, and names who paused")
    func pausePage() async throws {
        #expect(try await post("pause").status == 303)
        #expect(try await page().contains("Paused by you since"))
        #expect(try await page(as: .agent).contains("Paused by owner since"))
        #expect(try await web.call(.get, "/app/acme/whatsapp/senders", .person(owner)).text.contains("Paused</span>"))
        #expect(try await post("resume", "", Self.script).status == 204)
        #expect(try await !page().contains("Paused by"))
    }

    @Test("a browser without scripts is told what was cancelled; a script gets figures")
    func clearPage() async throws {
        for number in 1...3 { _ = try await queue("\(number)") }
        let end = try #require(try await page().firstMatch(of: /name="upTo" value="([0-9]+)"/)?.1)
        let answer = try await post("clear", "lane=reply&upTo=\(end)")
        #expect(answer.status == 303)
        let address = try #require(answer.headers[.location])
        #expect(try await web.call(.get, address, .person(owner)).text.contains("3 messages cancelled."))
        let scripted = try await post("clear", "lane=&upTo=", Self.script)
        #expect(scripted.json == ["cancelled": 0, "hasMore": false])
        #expect(try await post("clear", "lane=all").status == 422)
        let retried = try await post("retry")
        #expect(try await web.call(.get, try #require(retried.headers[.location]), .person(owner)).text.contains("0 messages put back"))
    }

    // MARK: Decisions

    @Test("a message of unknown outcome says until when a report is awaited; then somebody decides")
    func decision() async throws {
        let message = try await queue("Hi")
        try await hub.database.write { transaction in
            let attempts = try QueueTable(transaction).start(
                [message.id], from: .queued, sender: hub.sender.id, epoch: 1, in: hub.workspaceID, now: hub.clock.now)
            try AnswerTable(transaction).record(
                [
                    .init(
                        attempt: attempts[message.id]!, workspaceID: hub.workspaceID, conversationID: message.conversationID,
                        outcome: .unknown)
                ],
                now: hub.clock.now)
        }
        let address = "/app/acme/whatsapp/\(message.conversationID)"
        let agent = HTTPFields.person(try #require(web.acme.people[.agent]))
        func thread() async throws -> String { try await web.call(.get, address, agent).text }
        let early = try await thread()
        #expect(early.contains("Its report is awaited until"))
        #expect(early.contains("data-decide-at=") && !early.contains("/decision"))
        #expect(try await page().contains("report is awaited until"))
        let decide = "\(address)/messages/\(message.id)/decision"
        #expect(try await web.call(.post, decide, agent + Self.form, body: "decision=leave").status == 409)

        web.clock.advance(by: 601)
        let later = try await thread()
        #expect(later.contains("the customer may get it twice. Send it again?"))
        #expect(try await page().contains("Needs a decision"))
        #expect(try await web.call(.post, decide, agent + Self.form, body: "decision=perhaps").status == 422)
        #expect(try await web.call(.post, decide, agent + Self.form, body: "decision=leave").status == 303)
        #expect(try await hub.conversations.message(message.id, access: hub.access).status == .failed)
        #expect(try await thread().contains("WhatsApp never said whether this message left."))
        #expect(try await web.call(.post, decide, agent + Self.form, body: "decision=send-again").status == 409)
    }

    @Test("sending again is offered only where it would work")
    func offers() async throws {
        let message = try await queue("Hi")
        func fail(_ code: String, retryable: Bool) async throws {
            try await hub.database.write { transaction in
                let error = #"{"advice":"","code":"\#(code)","detail":"","retryable":\#(retryable)}"#
                try transaction.run("UPDATE messages SET status = 'failed', error = \(error) WHERE id = \(message.id)")
            }
        }
        func offersRetry() async throws -> Bool {
            try await web.call(.get, "/app/acme/whatsapp/\(message.conversationID)", .person(owner)).text.contains("/retry\"")
        }
        try await fail("1", retryable: true)
        #expect(try await offersRetry())
        try await fail("1", retryable: false)
        #expect(try await !offersRetry())
        try await fail("message.window-closed", retryable: false)
        #expect(try await offersRetry())
        web.clock.advance(by: 86_400)
        #expect(try await !offersRetry())
        try await hub.receive(hub.text("Are you there?"))
        #expect(try await offersRetry())
    }
}
