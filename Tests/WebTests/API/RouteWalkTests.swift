import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

/// Every route with every kind of caller. A route that is added is walked by itself.
@Suite("Who may call what")
struct RouteWalkTests {
    /// Routes whose answers don't end: they are walked only where they refuse.
    static let streams: Set<String> = ["/api/v1/events/stream", "/app/{workspace}/live"]

    @Test("nobody gets in without signing in, and says so as a problem", arguments: TestEngine.allCases)
    func nobody(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        for declaration in web.table.declarations where declaration.callers != .anyone {
            for headers: HTTPFields in [[:], .key("sb_wrong"), .key(""), [.authorization: "Basic YTpi"], [.cookie: "switchboard=wrong"]] {
                let answer = try await web.call(declaration.method, Self.path(declaration, Self.nothing), headers)
                #expect(answer.status == 401, "\(declaration.method) \(declaration.path) \(headers)")
                #expect(answer.headers[.contentType] == "application/problem+json")
                #expect(answer.code == "access.sign-in-needed")
            }
        }
    }

    @Test("a key does what its scope says, and nothing else", arguments: KeyScope.allCases)
    func keys(scope: KeyScope) async throws {
        let web = try await TestWeb()
        let headers = HTTPFields.key(try #require(web.acme.keys[scope]))
        for declaration in web.table.declarations where declaration.area == .api {
            let isAllowed: Bool =
                switch declaration.callers {
                case .anyone, .signedIn: true
                case .person: false
                case .grant(let grant): scope.grants.contains(grant)
                }
            try await Self.check(declaration, isAllowed: isAllowed, web, headers)
        }
    }

    @Test("a member does what their role says, and nothing else", arguments: Role.allCases)
    func roles(role: Role) async throws {
        let web = try await TestWeb()
        let headers = HTTPFields.person(try #require(web.acme.people[role]))
        // Signing out does what it says, so it comes last.
        let declarations = web.table.declarations.filter { $0.area != .open }
        for declaration in declarations.filter({ $0.path != "/sign-out" }) + declarations.filter({ $0.path == "/sign-out" }) {
            let isAllowed: Bool = if case .grant(let grant) = declaration.callers { role.grants.contains(grant) } else { true }
            try await Self.check(declaration, isAllowed: isAllowed, web, headers)
        }
    }

    static let reception =
        #"{"receivesMessages": true, "notifies": false, "receivesGroupMessages": true, "sendsMail": false, "blocksCalls": true, "blockMessage": "x"}"#

    /// With ids that are nobody's: who is let through finds nothing, or a body that lacks everything.
    private static func check(_ declaration: RouteDeclaration, isAllowed: Bool, _ web: TestWeb, _ headers: HTTPFields) async throws {
        if isAllowed, streams.contains(declaration.path) { return }
        let answer = try await web.call(
            declaration.method, path(declaration, nothing), headers, body: declaration.method == .get ? nil : "{}")
        if isAllowed {
            #expect(![401, 403].contains(answer.status), "\(declaration.method) \(declaration.path): \(answer.status) \(answer.text)")
            #expect(answer.status < 500, "\(declaration.method) \(declaration.path): \(answer.status) \(answer.text)")
        } else {
            #expect(answer.status == 403, "\(declaration.method) \(declaration.path): \(answer.status) \(answer.text)")
        }
    }

    @Test("the ids of another tenant name nothing", arguments: TestEngine.allCases)
    func tenants(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let ids = try await Self.ids(of: web.acme, web)
        let withIDs = web.table.declarations.filter { $0.area == .api && $0.path.contains("{") }
        #expect(withIDs.count >= 10)
        for declaration in withIDs {
            for headers in [HTTPFields.key(web.other.key), .person(try #require(web.other.people[.owner]))] {
                if declaration.callers == .person, headers[.authorization] != nil { continue }
                let body = Self.body(declaration)
                let answer = try await web.call(declaration.method, Self.path(declaration, ids), headers, body: body)
                #expect(answer.status == 404, "\(declaration.method) \(declaration.path): \(answer.status) \(answer.text)")
            }
        }
        // Nor in a body.
        for action in ["close", "archive", "assign"] {
            let named = #"{"conversations": ["\#(ids["conversation"] ?? "")"], "action": "\#(action)"}"#
            #expect(try await web.call(.post, "/api/v1/conversations/changes", .key(web.other.key), body: named).status == 404)
        }
        // All of it is still there for those whose it is.
        for declaration in withIDs where declaration.method == .get {
            let answer = try await web.call(.get, Self.path(declaration, ids), .person(try #require(web.acme.people[.owner])))
            #expect(answer.status == 200, "\(declaration.path): \(answer.text)")
        }
        #expect(try await web.services.keys.list(access: web.acme.hub.access).allSatisfy { $0.revokedAt == nil })
        #expect(try await web.services.members.list(access: web.acme.hub.access).count == Role.allCases.count)
    }

    @Test("pages of another tenant aren't there, and its ids name nothing in the own workspace")
    func tenantsOnPages() async throws {
        let web = try await TestWeb()
        let ids = try await Self.ids(of: web.acme, web)
        let headers = HTTPFields.person(try #require(web.other.people[.owner])) + [.contentType: "application/x-www-form-urlencoded"]
        let pages = web.table.declarations.filter { $0.area == .member }
        #expect(pages.count >= 15)
        func expectMissing(_ declaration: RouteDeclaration, in workspace: String) async throws {
            let path = Self.path(declaration, ids.merging(["workspace": workspace]) { _, slug in slug })
            let body =
                declaration.method == .get
                ? nil
                : "change=close&readReceipts=never&decision=leave&role=agent&name=x&color=red&until=tomorrow&ai=disabled&activity=viewing&availability=away&shortcut=x&text=x&address=https://example.com"
            let answer = try await web.call(declaration.method, path, headers, body: body)
            #expect(answer.status == 404, "\(declaration.method) \(path): \(answer.status) \(answer.text)")
        }
        for declaration in pages { try await expectMissing(declaration, in: "acme") }
        let withIDs = pages.filter { $0.path.split(separator: "{").count > 2 }
        #expect(withIDs.count >= 8)
        for declaration in withIDs { try await expectMissing(declaration, in: "other") }
        let conversation = try #require(try await web.acme.hub.list().first)
        #expect((conversation.state, conversation.unread) == (.open, 1))
    }

    @Test("what belongs to a colleague's conversation isn't there for who sees only their own", arguments: TestEngine.allCases)
    func colleagues(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let ids = try await Self.ids(of: web.acme, web)
        try await web.services.teams.setVisibility(.own, of: .agent, access: web.acme.hub.access)
        let headers = HTTPFields.person(try #require(web.acme.people[.agent]))
        let about: Set<String> = ["conversation", "message", "contact"]
        let walked = web.table.declarations.filter { declaration in
            if case .grant(let grant) = declaration.callers, !Role.agent.grants.contains(grant) { return false }
            return declaration.area != .open && about.contains { declaration.path.contains("{\($0)}") }
        }
        #expect(walked.count >= 15)
        for declaration in walked {
            let isForm = declaration.area == .member
            let form: HTTPFields = isForm ? [.contentType: "application/x-www-form-urlencoded"] : [:]
            let body =
                declaration.method == .get
                ? nil
                : isForm
                    ? "change=close&decision=leave&text=x&assignee=&team=&until=tomorrow&ai=disabled&activity=viewing"
                    : Self.body(declaration)
            let answer = try await web.call(
                declaration.method, Self.path(declaration, ids.merging(["workspace": "acme"]) { _, new in new }), headers + form, body: body
            )
            #expect(answer.status == 404, "\(declaration.method) \(declaration.path): \(answer.status) \(answer.text)")
        }
        let named = #"{"conversations": ["\#(ids["conversation"] ?? "")"], "action": "close"}"#
        #expect(try await web.call(.post, "/api/v1/conversations/changes", headers, body: named).status == 404)
        for path in ["/api/v1/conversations", "/api/v1/senders/\(ids["sender"] ?? "")/queue/messages", "/api/v1/events"] {
            let answer = try await web.call(.get, path, headers)
            #expect(answer.status == 200, "\(path)")
            for id in [ids["conversation"], ids["message"]] { #expect(!answer.text.contains(id ?? "-"), "\(path): \(answer.text)") }
        }
        let page = try await web.call(.get, "/app/acme/whatsapp?view=all", headers)
        #expect(!page.text.contains(ids["conversation"] ?? "-"))
        // Once it is theirs, all of it is there.
        let conversation = Identifier<Conversation>(ids["conversation"] ?? "")
        let agent = try #require(web.acme.people[.agent]).account
        try await web.services.conversations.change(conversation, .assign(Assignment(assignee: agent)), access: web.acme.hub.access)
        for declaration in walked where declaration.method == .get {
            let path = Self.path(declaration, ids.merging(["workspace": "acme"]) { _, new in new })
            #expect(try await web.call(.get, path, headers).status == 200, "\(path)")
        }
    }

    @Test(
        "naming another workspace changes nothing for a key, and is a 404 for a person",
        arguments: ["other", "", "null", "acme\u{0}", "ACME"])
    func namedWorkspace(slug: String) async throws {
        let web = try await TestWeb()
        let name = try #require(HTTPField.Name("Switchboard-Workspace"))
        guard HTTPField.isValidValue(slug) else { return }
        let byKey = try await web.call(.get, "/api/v1/senders", .key(web.acme.key) + [name: slug])
        #expect(byKey.status == 200)
        #expect(byKey.text.contains(web.acme.hub.sender.id.text))
        let byPerson = try await web.call(.get, "/api/v1/senders", .person(try #require(web.acme.people[.owner])) + [name: slug])
        #expect(byPerson.status == 404, "\(byPerson.text)")
    }

    @Test(
        "a parameter that would name another tenant is refused",
        arguments: ["workspace", "workspaceId", "workspace_id", "accountId", "key"])
    func pollution(parameter: String) async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.get, "/api/v1/conversations?\(parameter)=\(web.other.hub.workspaceID)", .key(web.acme.key))
        #expect((answer.status, answer.code) == (422, "request.parameter-unknown"))
        let inBody = try await web.call(
            .post, "/api/v1/keys", .key(web.acme.key),
            body: #"{"name": "x", "scopes": ["read"], "\#(parameter)": "\#(web.other.hub.workspaceID)"}"#)
        #expect((inBody.status, inBody.code) == (422, "request.field-unknown"))
    }

    // MARK: Addresses

    /// Well-formed ids of nothing.
    static let nothing: [String: String] = {
        let digits = String(repeating: "0", count: 26)
        let prefixes = [
            "message": "msg", "conversation": "cnv", "sender": "snd", "media": "med", "key": "key", "member": "acc", "session": "ses",
            "entry": "jnl",
            "connection": "cnn", "job": "job", "team": "tem", "label": "lbl", "template": "tpl", "draft": "tpd", "notification": "ntf",
            "subscription": "psh", "quickReply": "qrp", "delivery": "whd", "signup": "sgn",
            "contact": "con", "campaign": "cmp", "group": "grp", "import": "imp", "lead": "lea", "client": "cli", "leadStatus": "lst",
            "leadSource": "lsr",
        ]
        return prefixes.mapValues { "\($0)_\(digits)" }.merging([
            "workspace": "acme", "token": digits, "role": "agent", "price": "service.AQ.1990-01-01",
        ]) { one, _ in one }
    }()

    static func path(_ declaration: RouteDeclaration, _ ids: [String: String]) -> String {
        let segments = declaration.path.split(separator: "/", omittingEmptySubsequences: false).map { segment -> String in
            guard segment.hasPrefix("{") else { return String(segment) }
            let name = String(segment.dropFirst().dropLast())
            return ids[name] ?? "no-id-for-\(name)"
        }
        return segments.joined(separator: "/")
    }

    /// A body that passes every check before the thing itself is looked for.
    static func body(_ declaration: RouteDeclaration) -> String? {
        switch declaration.operation?.id {
        case "changeSender": #"{"readReceipts": "never"}"#
        case "changeConnection": #"{"accessToken": "fresh"}"#
        case "decideMessage": #"{"decision": "leave"}"#
        case "changeMember": #"{"role": "agent"}"#
        case "changeTeam": #"{"name": "Other"}"#
        case "addNote", "changeNote": #"{"text": "x"}"#
        case "reportPresence": #"{"activity": "viewing"}"#
        case "changeQuickReply": #"{"text": "Other"}"#
        case "saveDraft": #"{"text": "Begun"}"#
        case "changeLeadSource": #"{"name": "Other"}"#
        case "changeContactGroup": #"{"name": "Other"}"#
        case "setMessagePrice": #"{"category": "service", "region": "all", "from": "2026-01-01", "amount": "0.01", "currency": "EUR"}"#
        case "noteConsent": #"{"change": "opt-out", "reason": "x"}"#
        case "changeLabel": #"{"name": "Other"}"#
        case "changeTemplate": #"{"pinned": true}"#
        case "addTemplateDraftFromTemplate": "{}"
        case "changeTemplateDraft":
            #"{"version": 1, "template": {"name": "a", "language": "en", "category": "UTILITY", "components": []}}"#
        case "previewTemplate": #"{"values": {}}"#
        case "setTemplateMapping": #"{"variables": {}}"#
        case "fillTemplate": #"{"contact": "con_01jz3c4m5n6p7q8r9s0t1v2w3x", "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x"}"#
        case "snoozeConversation": #"{"until": "2026-12-01T09:00:00Z"}"#
        case "addPushSubscription":
            #"{"endpoint": "https://push.example.com/x", "keys": {"p256dh": "\#(TestWeb.browserKey)", "auth": "BTBZMqHH6r4Tts7J_aSIgg"}}"#
        case "setNotificationRules":
            #"{"bell": [], "places": [], "push": [], "pushNames": false, "digest": {"pace": "off", "hour": 9, "zone": "UTC"}}"#
        case "changeRole": #"{"visibility": "all"}"#
        case "setReception": Self.reception
        case "giveWindowCode": #"{"code": "AQ"}"#
        case "giveWindowEnd": #"{"event": "FINISH"}"#
        case "decideSignUp": #"{"decision": "start-over"}"#
        case "requestSignUpCode": #"{"method": "sms"}"#
        case "verifySignUp": #"{"code": "123456"}"#
        case "giveSignUpPIN": #"{"pin": "824613"}"#
        case "activateSubscription": #"{"price": 10}"#
        case "changeProfile": #"{"about": "Coffee"}"#
        case "requestDisplayName": #"{"displayName": "Acme Two"}"#
        case "scheduleCampaign": #"{"startsAt": "2027-12-01T09:00:00Z"}"#
        case "testCampaign": #"{"to": "+15550199001"}"#
        case "setReceiptsWebhook", "testReceiptsWebhook": #"{"address": "https://example.com/receipts"}"#
        default: declaration.method == .get ? nil : "{}"
        }
    }

    /// One of everything that a tenant has.
    static func ids(of tenant: TestWeb.Tenant, _ web: TestWeb) async throws -> [String: String] {
        let hub = tenant.hub
        // With cards, so that all that a message can be asked for is there.
        try await hub.receive(hub.message(.contacts([ContactCard(name: .init(formattedName: "Kim"))])))
        try await hub.receive(hub.text("for nobody"), senderProviderID: "999")
        let conversation = try #require(try await hub.list().first)
        let message = try #require(
            try await hub.conversations.messages(of: conversation.id, before: nil, limit: 1, access: hub.access).data.first)
        let upload = try await web.call(
            .post, "/api/v1/media?filename=a.txt", .key(tenant.key) + [.contentType: "text/plain"], body: "hello")
        let entry = try #require(
            try await web.services.journal.list(of: hub.connection.id, after: nil, limit: 1, access: hub.access).data.first)
        let key = try #require(try await web.services.keys.list(access: hub.access).first)
        let person = try #require(tenant.people[.agent])
        let job = try await hub.deadJob("walk")
        let team = try await web.services.teams.create(name: "Team", members: [person.account], access: hub.access)
        let label = try await web.services.labels.create(name: "Label", color: .grey, access: hub.access)
        let template = try #require(try await hub.have(TestHub.template("hello")).first)
        let draft = try await web.services.templateDrafts.create(from: template.id, access: hub.access)
        let access = Access(
            workspaceID: hub.workspaceID, actor: .member(person.account), grants: Role.agent.grants, visibility: .all, address: nil)
        let view = try await web.services.views.create(name: "View", filter: "", access: access)
        let note = try await web.services.notes.create("Note", in: conversation.id, access: hub.access)
        let reply = try await web.services.quickReplies.create(shortcut: "hours", text: "9 to 18", access: hub.access)
        let notification = try #require(try await hub.notify(person.account, of: conversation.id))
        let subscription = try await web.subscribe(person, in: hub)
        let delivery = try await web.told(of: message.id, in: hub)
        let signup = try await web.signUp(in: hub)
        for set in [web.services.profiles.setPicture, web.services.profiles.setBanner] {
            _ = try await set(FakeProfiles.png(192, 192), hub.sender.id, hub.access)
        }
        let group = try await web.services.groups.create(name: "Walked", description: nil, access: hub.access)
        let file = try await web.call(
            .post, "/api/v1/contact-imports", .key(tenant.key) + [.contentType: "text/csv"], body: "name,phonenumber\nKim,+15550107777\n")
        let campaign = try await web.services.campaigns.create(try CampaignPlan(name: "Walked", template: template.id), access: hub.access)
        let lead = try await web.services.leads.create(.init(fields: try LeadFields(name: "Walked")), access: hub.access)
        let client = try await web.services.clients.create(
            .init(fields: try LeadFields(name: "Walked"), owner: nil, contacts: []), access: hub.access)
        let lists = try await web.services.leadLists.lists(access: hub.access)
        // Somebody who merely wrote: seen along with the conversation.
        return [
            "lead": lead.id.text, "client": client.id.text, "leadStatus": try #require(lists.statuses.first).id.text,
            "leadSource": try #require(lists.sources.first).id.text,
            "contact": conversation.contact.id.text, "group": group.id.text, "import": try #require(file.json["id"]?.text),
            "campaign": campaign.id.text,
            "signup": signup.text, "delivery": delivery.text, "subscription": subscription.text, "notification": notification.text,
            "template": template.id.text, "draft": draft.id.text, "view": view.id.text, "note": note.id.text, "label": label.id.text,
            "message": message.id.text,
            "conversation": conversation.id.text, "quickReply": reply.id.text,
            "sender": hub.sender.id.text,
            "media": try #require(upload.json["id"]?.text), "key": key.id.text, "member": person.account.text,
            "session": person.session.text,
            "entry": entry.id.text, "connection": hub.connection.id.text, "job": job.text, "team": team.id.text, "role": "nobody",
        ]
    }
}
