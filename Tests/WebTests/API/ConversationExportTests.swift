import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Exports of conversations")
struct ConversationExportTests {
    /// The lines of a file, without its names; a small reader of its own, for cells that hold no line break.
    private static func rows(_ answer: TestWeb.Answer) throws -> [[String]] {
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.headers[.contentType] == "text/csv; charset=utf-8; header=present")
        #expect(Array(answer.body.prefix(3)) == [0xEF, 0xBB, 0xBF])
        let text = String(decoding: answer.body.dropFirst(3), as: UTF8.self)
        return text.components(separatedBy: "\r\n").dropFirst().filter { !$0.isEmpty }.map { $0.components(separatedBy: ",") }
    }

    @Test("a list of several parts is whole, in its order, and each conversation once", arguments: TestEngine.allCases)
    func parts(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        let count = ConversationService.exportPart * 2 + 3
        let events = (0..<count).map { number in
            hub.text("Hello", from: "1555\(1_000_000 + number)", name: "N\(number)", at: hub.clock.now.addingTimeInterval(Double(-number)))
        }
        for start in stride(from: 0, to: count, by: 200) { try await hub.receive(Array(events[start..<min(count, start + 200)])) }
        let rows = try Self.rows(try await web.call(.get, "/api/v1/conversations/export", .key(web.acme.key)))
        #expect(rows.map { $0[0] } == (0..<count).map { "N\($0)" })
        #expect(Set(rows.map { $0[11] }).count == count)
        #expect(rows[0][1] == "'+15551000000")
        #expect(CSVText.unescaped(rows[0][1]) == "+15551000000")
    }

    @Test("a thread of several parts is whole and oldest first, with its notes", arguments: TestEngine.allCases)
    func thread(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        let count = ConversationService.exportPart + 20
        let events = (0..<count).map { hub.text("T\($0)", at: hub.clock.now.addingTimeInterval(Double($0 - count))) }
        for start in stride(from: 0, to: count, by: 200) { try await hub.receive(Array(events[start..<min(count, start + 200)])) }
        let conversation = try #require(try await hub.list().first)
        let note = try await web.services.notes.create("=cmd", in: conversation.id, access: hub.access)
        let answer = try await web.call(.get, "/api/v1/conversations/\(conversation.id)/export", .key(web.acme.key))
        #expect(answer.headers[.contentDisposition] == "attachment; filename=\"conversation-\(conversation.id).csv\"")
        let rows = try Self.rows(answer)
        #expect(rows.map { $0[4] } == (0..<count).map { "T\($0)" } + ["'=cmd"])
        #expect(rows[0][1...3] == ["in", "Ana", "text"])
        #expect((rows.last?[1], rows.last?[8]) == ("note", note.id.text))
    }

    @Test("the list is exported as the parameters of its address say")
    func filters() async throws {
        let web = try await TestWeb()
        let hub = web.acme.hub
        try await hub.receive(hub.text("a", from: "15550199001", name: "Open"))
        try await hub.receive(hub.text("b", from: "15550199002", name: "Closed"))
        let closed = try #require(try await hub.list().first { $0.contact.name == "Closed" })
        try await hub.conversations.change(closed.id, .close, access: hub.access)
        let owner = HTTPFields.person(try #require(web.acme.people[.owner]))
        func names(_ path: String) async throws -> [String] { try Self.rows(try await web.call(.get, path, owner)).map { $0[0] } }
        #expect(try await names("/app/acme/whatsapp/export") == ["Open"])
        #expect(try await names("/app/acme/whatsapp/export?view=closed") == ["Closed"])
        #expect(try await names("/app/acme/whatsapp/export?view=all&attention=failed") == [])
        #expect(try await names("/api/v1/conversations/export?state=closed") == ["Closed"])
        #expect(try await web.call(.get, "/api/v1/conversations/export?view=closed", owner).code == "request.parameter-unknown")
        // In the reader's zone on a page, in UTC by the API.
        let zoned = owner + [.cookie: "\(owner[.cookie] ?? ""); zone=Asia%2FKolkata"]
        #expect(try Self.rows(try await web.call(.get, "/app/acme/whatsapp/export", zoned))[0][7].hasSuffix("+05:30"))
        #expect(try Self.rows(try await web.call(.get, "/api/v1/conversations/export?state=open", owner))[0][7].hasSuffix("Z"))
        let page = try await web.call(.get, "/app/acme/whatsapp?view=closed", owner)
        #expect(
            page.text.contains("/app/acme/whatsapp/export?view&#x3D;closed") || page.text.contains("/app/acme/whatsapp/export?view=closed"))
    }

    @Test("it needs a permission of its own, gives what its holder sees, and stands in the log", arguments: TestEngine.allCases)
    func permission(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("a", from: "15550199001", name: "Mine"))
        try await hub.receive(hub.text("b", from: "15550199002", name: "Theirs"))
        let (mine, theirs) = try await (
            #require(hub.list().first { $0.contact.name == "Mine" }), #require(hub.list().first { $0.contact.name == "Theirs" })
        )
        let agent = try #require(web.acme.people[.agent])
        try await hub.conversations.change(mine.id, .assign(Assignment(assignee: agent.account)), access: hub.access)
        for path in ["/api/v1/conversations/export", "/api/v1/conversations/\(mine.id)/export", "/app/acme/whatsapp/\(mine.id)/export"] {
            #expect(try await web.call(.get, path, .person(agent)).status == 403)
        }
        let access = Access(
            workspaceID: hub.workspaceID, actor: .member(agent.account), grants: [.conversationsExport], visibility: .own(agent.account),
            address: nil)
        var found: [String?] = []
        for try await part in try await hub.conversations.export(.init(), cause: "view=all", access: access) {
            found += part.map(\.contact.name)
        }
        #expect(found == ["Mine"])
        await #expect(throws: ConversationProblem.missing) { try await hub.conversations.export(theirs.id, access: access) }
        _ = try await hub.conversations.export(mine.id, access: access)
        let logged = try await hub.allEvents().filter { $0.kind == EventKind.conversationExported.rawValue }
        #expect(logged.map(\.conversationID) == [nil, mine.id])
        #expect(logged.map(\.cause) == ["view=all", nil])
        #expect(logged.allSatisfy { $0.actor == access.actor.text })
    }

    @Test("a file breaks off when whoever asked for it may not have it any more", arguments: ["key", "session"])
    func revoked(by way: String) async throws {
        let web = try await TestWeb()
        let person = try #require(web.acme.people[.admin])
        let signedIn = try #require(try await web.services.authenticator.signedIn(token: person.token))
        let key = try #require(try await web.services.keys.list(access: web.acme.hub.access).first { $0.name == "all" })
        let own = signedIn.access(
            in: try #require(signedIn.memberships.first { $0.workspace.id == web.acme.hub.workspaceID }), address: nil)
        let access =
            way == "key"
            ? Access(workspaceID: own.workspaceID, actor: .key(key.id), grants: key.grants, visibility: .all, address: nil) : own
        let parts = AsyncStream<Int> { feed in
            for part in 1...3 { feed.yield(part) }
            feed.finish()
        }
        let guardian = StreamGuard(services: web.services, access: access, signedIn: way == "key" ? nil : signedIn)
        var iterator = GuardedParts(parts: parts, guardian: guardian).makeAsyncIterator()
        #expect(try await iterator.next() == 1)
        if way == "key" {
            try await web.services.keys.revoke(key.id, access: web.acme.hub.access)
        } else {
            try await web.services.sessions.end(person.session, of: signedIn)
        }
        await #expect(throws: AccessProblem.signInNeeded) { try await iterator.next() }
    }
}
