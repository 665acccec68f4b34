import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

/// What somebody may not see, nothing tells them: every address is walked by the table of routes, so that one that is added is walked by itself.
@Suite("What one may not see")
struct VisibilityWalkTests {
    /// Parts of addresses that name something of a conversation, and those that name something else. A new one has to be put on one side.
    private static let ofConversations: Set<String> = ["conversation", "message", "media", "note", "notification", "contact"]
    private static let ofOthers: Set<String> = [
        "workspace", "sender", "team", "label", "template", "view", "member", "key", "job", "entry", "connection", "session",
        "subscription",
        "quickReply", "role", "token", "delivery", "signup", "group", "import", "draft", "price", "campaign",
    ]
    private static let form =
        "change=close&decision=leave&text=x&assignee=&team=&until=tomorrow&ai=disabled&activity=viewing&what=cancel&confirmed=yes&name=x"

    private static func parameters(_ declaration: RouteDeclaration) -> Set<String> {
        Set(declaration.path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
    }

    private static func routes(_ scene: VisibilityScene) -> [RouteDeclaration] {
        scene.web.table.declarations.filter { $0.area == .member || $0.area == .api }
    }

    /// Those whose permission an agent has.
    private static func isAgents(_ declaration: RouteDeclaration) -> Bool {
        if case .grant(let grant) = declaration.callers { Role.agent.grants.contains(grant) } else { true }
    }

    private static func send(_ declaration: RouteDeclaration, _ ids: [String: String], _ scene: VisibilityScene) async throws
        -> TestWeb.Answer
    {
        let isForm = declaration.area == .member && declaration.method != .get
        let body = declaration.method == .get ? nil : isForm ? form : RouteWalkTests.body(declaration) ?? "{}"
        return try await scene.web.call(
            declaration.method, RouteWalkTests.path(declaration, ids.merging(scene.ids) { one, _ in one }),
            scene.headers + (isForm ? [.contentType: "application/x-www-form-urlencoded"] : [:]), body: body)
    }

    @Test("each part of an address is known to name something of a conversation, or something else")
    func parameters() async throws {
        let scene = try await VisibilityScene(.sqlite)
        for declaration in Self.routes(scene) {
            #expect(
                Self.parameters(declaration).isSubset(of: Self.ofConversations.union(Self.ofOthers)),
                "\(declaration.path): say in this test which kind it is")
        }
    }

    @Test("by its id it isn't there, whatever is done with it, nor is a part of it under another's id", arguments: TestEngine.allCases)
    func byID(engine: TestEngine) async throws {
        let scene = try await VisibilityScene(engine)
        let walked = Self.routes(scene).filter { Self.isAgents($0) && !Self.parameters($0).isDisjoint(with: Self.ofConversations) }
        #expect(walked.count >= 40)
        for level in [VisibilityLevel.own, .team] {
            try await scene.look(level)
            for told in scene.hidden(level) {
                let before = try await scene.state(of: told)
                for declaration in walked {
                    let answer = try await Self.send(declaration, told.ids, scene)
                    #expect(answer.status == 404, "\(level) \(told.holder) \(declaration.method) \(declaration.path): \(answer.status)")
                    for mark in told.marks {
                        #expect(!answer.text.contains(mark), "\(level) \(told.holder) \(declaration.path) tells \(mark)")
                    }
                    let parts = Self.parameters(declaration).intersection(["message", "note"])
                    guard Self.parameters(declaration).contains("conversation"), !parts.isEmpty else { continue }
                    let crossed = told.ids.merging(["conversation": scene.told(.mine).conversation.id.text]) { _, mine in mine }
                    let other = try await Self.send(declaration, crossed, scene)
                    #expect(
                        other.status == 404, "\(level) \(told.holder) under mine \(declaration.method) \(declaration.path): \(other.status)"
                    )
                }
                #expect(try await scene.state(of: told) == before, "\(level) \(told.holder) was changed")
            }
            // What may be seen is there, or the walk would prove nothing.
            for told in scene.seen(level) {
                for declaration in walked where declaration.method == .get {
                    let answer = try await Self.send(declaration, told.ids, scene)
                    // A message that is there, but not one of contacts.
                    let isWithoutCards = answer.text.contains(ContactCardProblem.missing.code)
                    #expect(
                        answer.status == 200 || isWithoutCards,
                        "\(level) \(told.holder) \(declaration.path): \(answer.status) \(answer.text.prefix(200))")
                }
            }
        }
    }

    /// What more is asked of some lists than their plain address.
    private static func queries(_ path: String, _ scene: VisibilityScene) -> [String] {
        let all = scene.told.map(\.conversation.id.text).joined(separator: ",")
        let places = [
            "team=\(scene.theirs.id)", "team=\(scene.ours.id)", "assignee=\(scene.colleague)", "sender=\(scene.hub.sender.id)",
            "label=\(scene.label)", "attention=unread", "attention=closing",
        ]
        let views = InboxView.Filter.allCases.flatMap { view in ["view=\(view.rawValue)"] + places.map { "view=\(view.rawValue)&\($0)" } }
        let searches = ["text=common", "text=note", "text=name", "text=draft", "text=1555017", "text=zq"]
        return switch path {
        case "/app/{workspace}/whatsapp": views + places.map { "part=rows&view=all&\($0)" }
        case "/app/{workspace}/whatsapp/rows": ["of=\(all)&view=all"]
        case "/app/{workspace}/whatsapp/search": searches + searches.flatMap { ["\($0)&in=contacts", "\($0)&in=notes"] }
        case "/api/v1/conversations": places + ["state=open", "assignee=nobody", "assignee=me"]
        case "/api/v1/search": searches + searches.flatMap { ["\($0)&in=contacts", "\($0)&in=notes"] }
        case "/api/v1/notifications": ["state=unread", "limit=100"]
        case "/api/v1/events": ["limit=100"]
        default: []
        }
    }

    @Test("no list, page, counter, search or log tells of it", arguments: TestEngine.allCases)
    func lists(engine: TestEngine) async throws {
        let scene = try await VisibilityScene(engine)
        let walked = Self.routes(scene).filter {
            $0.method == .get && Self.parameters($0).isDisjoint(with: Self.ofConversations) && !RouteWalkTests.streams.contains($0.path)
        }
        #expect(walked.count >= 40)
        /// Of these, each visible conversation shows somewhere: the walk would prove nothing otherwise.
        let telling: Set<String> = [
            "/app/{workspace}/whatsapp", "/app/{workspace}/whatsapp/rows", "/app/{workspace}/whatsapp/search", "/api/v1/conversations",
            "/api/v1/search", "/api/v1/events", "/api/v1/senders/{sender}/queue/messages", "/api/v1/notifications",
            "/app/{workspace}/whatsapp/notifications",
        ]
        #expect(telling.isSubset(of: walked.map(\.path)))
        for level in VisibilityLevel.allCases {
            try await scene.look(level)
            for declaration in walked {
                var texts = ""
                for query in [""] + Self.queries(declaration.path, scene) {
                    let path = RouteWalkTests.path(declaration, scene.ids) + (query.isEmpty ? "" : "?\(query)")
                    let answer = try await scene.web.call(.get, path, scene.headers)
                    #expect(answer.status < 500, "\(path): \(answer.text.prefix(200))")
                    let text = declaration.path == "/api/v1/events" ? try Self.withoutWithdrawn(answer) : answer.text
                    for told in scene.hidden(level) {
                        for mark in told.marks { #expect(!text.contains(mark), "\(level): \(path) tells \(mark)") }
                    }
                    texts += text
                }
                guard telling.contains(declaration.path) else { continue }
                for told in scene.seen(level) {
                    #expect(
                        texts.contains(told.conversation.id.text) || texts.contains(told.notification.text),
                        "\(level): \(declaration.path) doesn't show \(told.holder)")
                }
            }
            try await counters(level, scene)
            try await searches(level, scene)
            try await others(level, scene)
        }
    }

    /// Who could see a conversation once learns that it is gone, by its id and nothing else.
    private static func withoutWithdrawn(_ answer: TestWeb.Answer) throws -> String {
        guard case .array(let events) = answer.json["data"] else { return answer.text }
        let isWithdrawn = { (event: JSONValue) in event["kind"]?.text == EventKind.conversationWithdrawn.rawValue }
        for event in events where isWithdrawn(event) {
            #expect([event["message"], event["subject"], event["cause"]].allSatisfy { $0 ?? .null == .null })
        }
        return try JSONText.encode(events.filter { !isWithdrawn($0) })
    }

    private func counters(_ level: VisibilityLevel, _ scene: VisibilityScene) async throws {
        let counts = try await scene.web.call(.get, "/app/acme/whatsapp/counts", scene.headers).json
        let open = scene.seen(level)
        let unassigned = open.filter { [.ours, .theirs, .nobodys].contains($0.holder) }
        #expect(counts["open"]?.text == String(open.count), "\(level)")
        #expect(counts["mine"]?.text == "1", "\(level)")
        let numbers = try await scene.web.call(.get, "/api/v1/numbers", scene.headers).json["data"]
        guard case .array(let rows) = numbers else { return #expect(Bool(false), "there are no numbers") }
        #expect(rows.first?["openConversations"]?["count"] == .integer(Int64(open.count)), "\(level)")
        #expect(counts["unassigned"]?.text == String(unassigned.count), "\(level)")
        let unread = try await scene.web.services.notifications.unread(access: scene.access(level))
        #expect(Set(unread) == Set(open.map { .conversation($0.conversation.id) }), "\(level)")
    }

    /// Whether a word exists that one may not see makes no difference to any answer.
    private func searches(_ level: VisibilityLevel, _ scene: VisibilityScene) async throws {
        for place in ["messages", "contacts"] {
            let nonsense = try await scene.web.call(.get, "/api/v1/search?text=xkwvjq&in=\(place)", scene.headers)
            for told in scene.hidden(level) {
                for text in [told.word, String(told.word.dropLast()), "\(told.word)x", VisibilityScene.phone(told.holder)] {
                    let answer = try await scene.web.call(.get, "/api/v1/search?text=\(text)&in=\(place)", scene.headers)
                    let data = answer.json["data"] ?? .null
                    // A word that is nearly another's may find that one, and no more.
                    if case .array(let found) = data, found.isEmpty { #expect(answer.text == nonsense.text, "\(level) \(text)") }
                    for mark in told.marks { #expect(!answer.text.contains(mark), "\(level): a search for \(text) tells \(mark)") }
                }
            }
            if level != .all {
                let answer = try await scene.web.call(.get, "/api/v1/search?text=namezqtheirs&in=contacts", scene.headers)
                #expect(answer.text.contains(scene.told(.mine).conversation.id.text), "\(level): whom one can't see is in the way")
            }
            for told in scene.seen(level) {
                let answer = try await scene.web.call(.get, "/api/v1/search?text=\(told.word)&in=messages", scene.headers)
                #expect(answer.text.contains(told.conversation.id.text), "\(level) \(told.holder)")
            }
        }
    }

    /// What no agent has a permission for, or which comes by no list: rows around a message, drafts, presence, export, deletion.
    private func others(_ level: VisibilityLevel, _ scene: VisibilityScene) async throws {
        let (services, access) = (scene.web.services, scene.access(level))
        let everything = scene.access(level, grants: Set(Grant.allCases))
        let all = scene.told.map(\.conversation.id)
        #expect(
            Set(try await services.drafts.texts(in: all, access: access).keys) == Set(scene.seen(level).map(\.conversation.id)), "\(level)")
        var exported: [Identifier<Conversation>] = []
        for try await part in try await services.conversations.export(.init(), cause: "", access: everything) { exported += part.map(\.id) }
        #expect(Set(exported) == Set(scene.seen(level).map(\.conversation.id)), "\(level)")
        for told in scene.hidden(level) {
            let id = told.conversation.id
            await #expect(throws: ConversationProblem.missing) { try await services.conversations.export(id, access: everything) }
            await #expect(throws: ConversationProblem.missing) { try await services.conversations.delete(id, access: everything) }
            await #expect(throws: ConversationProblem.missing) {
                try await services.conversations.thread(of: id, around: told.message, limit: 10, access: access)
            }
            await #expect(throws: ConversationProblem.missing) {
                try await services.conversations.thread(of: id, around: told.note, limit: 10, access: access)
            }
            await #expect(throws: ConversationProblem.missing) { try await services.presence.people(in: id, access: access) }
            // The message of the walk isn't one of contacts, for which the answer is the same as for one that isn't there.
            await #expect(throws: SendingProblem.messageMissing) {
                try await services.conversations.contactCards(of: told.cards, number: nil, access: access)
            }
            for place in [told.message.text, told.note.text] {
                let around = "/app/acme/whatsapp/\(scene.told(.mine).conversation.id)?at=\(place)"
                let page = try await scene.web.call(.get, around, scene.headers)
                #expect(page.status == 200)
                for mark in told.marks { #expect(!page.text.contains(mark), "\(level): \(around) tells \(mark)") }
            }
        }
    }

    @Test("nothing is done with it by a body that names it", arguments: TestEngine.allCases)
    func bodies(engine: TestEngine) async throws {
        let scene = try await VisibilityScene(engine)
        // Whichever call takes the id of something of a conversation in its body is tried below.
        let naming = Self.routes(scene).filter { declaration in
            guard let schema = declaration.operation?.body?.schema else { return false }
            return Self.names(schema.schema, scene.web.openAPI)
        }.compactMap(\.operation?.id)
        let known: Set<String> = [
            "sendMessage", "changeConversations", "beginConversation", "assignContacts", "takeContactsOut", "removeContacts",
            "addCampaign", "changeCampaign", "testCampaign",
        ]
        #expect(Set(naming) == known, "try a new one here")
        let mine = scene.told(.mine)
        let group = try await scene.web.services.groups.create(name: "Group", description: nil, access: scene.hub.access).id
        for level in [VisibilityLevel.own, .team] {
            try await scene.look(level)
            for told in scene.hidden(level) {
                var before: [[String]] = []
                for one in scene.told { before.append(try await scene.state(of: one)) }
                for action in ConversationChangesBody.Action.allCases {
                    let body = """
                        {"conversations": ["\(mine.conversation.id)", "\(told.conversation.id)"], "action": "\(action.rawValue)",
                         "until": "2026-12-01T09:00:00Z", "label": "\(scene.label)"}
                        """
                    let answer = try await scene.web.call(.post, "/api/v1/conversations/changes", scene.headers, body: body)
                    #expect(answer.status == 404, "\(level) \(action): \(answer.text)")
                    let form = "action=\(action.rawValue)&conversations=\(told.conversation.id)&until=tomorrow&label=\(scene.label)"
                    let page = try await scene.web.call(
                        .post, "/app/acme/whatsapp/changes", scene.headers + [.contentType: "application/x-www-form-urlencoded"], body: form
                    )
                    #expect(page.status == 404, "\(level) \(action): \(page.text)")
                }
                let (contact, own) = (told.conversation.contact.id, mine.conversation.contact.id)
                for way in ["groups", "groups/removal"] {
                    let answer = try await scene.web.call(
                        .post, "/api/v1/contacts/\(way)", scene.headers, body: #"{"contacts": ["\#(contact)"], "groups": ["\#(group)"]}"#)
                    #expect((answer.status, answer.text) == (200, #"{"changed":0}"#), "\(level) \(told.holder) \(way)")
                }
                let removal = try await scene.web.call(
                    .post, "/api/v1/contacts/removal", scene.headers, body: #"{"contacts": ["\#(contact)"]}"#)
                #expect(removal.status == 403)
                let campaign = "/api/v1/campaigns/cmp_\(String(repeating: "0", count: 26))"
                let plan = #"{"name": "x", "audience": [{"contacts": ["\#(contact)"]}]}"#
                for (method, path, body) in [
                    (HTTPRequest.Method.post, "/api/v1/campaigns", plan), (.patch, campaign, plan),
                    (.post, "\(campaign)/test", #"{"to": {"contact": "\#(contact)"}}"#),
                ] {
                    #expect(try await scene.web.call(method, path, scene.headers, body: body).status == 403)
                }
                let sender = #""sender": "\#(scene.hub.sender.id)""#
                for body in [
                    #"{\#(sender), "to": {"contact": "\#(contact)"}, "text": {"body": "x"}}"#,
                    #"{\#(sender), "to": "+\#(VisibilityScene.phone(told.holder))", "text": {"body": "x"}}"#,
                    #"{\#(sender), "to": {"contact": "\#(own)"}, "text": {"body": "x"}, "replyTo": "\#(told.message)"}"#,
                    #"{\#(sender), "to": {"contact": "\#(own)"}, "reaction": {"message": "\#(told.message)", "emoji": "x"}}"#,
                    #"{\#(sender), "to": {"contact": "\#(own)"}, "media": {"kind": "document", "id": "\#(told.media)"}}"#,
                    #"{\#(sender), "to": {"contact": "\#(own)"}, "text": {"body": "x"}, "clientId": "file-\#(told.word)"}"#,
                ] {
                    let answer = try await scene.web.call(.post, "/api/v1/messages", scene.headers, body: body)
                    #expect((400..<500).contains(answer.status), "\(level) \(told.holder) \(body): \(answer.text)")
                    for mark in told.marks { #expect(!answer.text.contains(mark), "\(level) \(body) tells \(mark)") }
                }
                for to in [#"{"contact": "\#(contact)"}"#, #""+\#(VisibilityScene.phone(told.holder))""#] {
                    let answer = try await scene.web.call(
                        .post, "/api/v1/conversations", scene.headers, body: #"{\#(sender), "to": \#(to)}"#)
                    #expect((400..<500).contains(answer.status), "\(level) \(told.holder) \(to): \(answer.text)")
                    for mark in told.marks { #expect(!answer.text.contains(mark), "\(level) \(to) tells \(mark)") }
                }
                for (one, state) in zip(scene.told, before) {
                    #expect(try await scene.state(of: one) == state, "\(level) \(one.holder) was changed")
                }
            }
        }
    }

    private static let patterns = ["^cnv_", "^msg_", "^med_", "^nte_", "^con_", "^ntf_"]

    /// Whether a shape holds such an id, also in the shapes that it refers to.
    private static func names(_ schema: JSONValue, _ document: JSONValue) -> Bool {
        switch schema {
        case .array(let elements): elements.contains { names($0, document) }
        case .object(let members):
            members.contains { name, value in
                if name == "pattern", let text = value.text { return patterns.contains(where: text.hasPrefix) }
                if name == "$ref", let text = value.text, let shape = text.split(separator: "/").last {
                    return names(document["components"]?["schemas"]?[String(shape)] ?? .null, document)
                }
                return names(value, document)
            }
        default: false
        }
    }

    @Test("a key belongs to the workspace and sees all that its scope allows")
    func keys() async throws {
        let scene = try await VisibilityScene(.sqlite)
        try await scene.look(.own)
        let reader = HTTPFields.key(try #require(scene.web.acme.keys[.read]))
        let listed = try await scene.web.call(.get, "/api/v1/conversations?limit=100", reader)
        for told in scene.told { #expect(listed.text.contains(told.conversation.id.text)) }
        for scope in [KeyScope.send, .manage] {
            let key = HTTPFields.key(try #require(scene.web.acme.keys[scope]))
            for path in ["/api/v1/conversations", "/api/v1/search?text=common", "/api/v1/search?text=common&in=notes", "/api/v1/events"] {
                #expect(try await scene.web.call(.get, path, key).status == 403, "\(scope) \(path)")
            }
        }
        for told in scene.told {
            let other = try await scene.web.call(.get, "/api/v1/conversations/\(told.conversation.id)", .key(scene.web.other.key))
            #expect(other.status == 404)
        }
    }
}
