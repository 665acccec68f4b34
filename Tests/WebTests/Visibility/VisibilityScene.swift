import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

/// A workspace with two teams, and a conversation for each way in which one can be somebody's. Each has one of everything that can tell of it, under names
/// that stand nowhere else.
struct VisibilityScene: Sendable {
    /// Whose a conversation is, as the agent who looks sees it.
    enum Holder: String, CaseIterable, Sendable {
        case mine, ours, oursWithColleague, colleagues, theirs, nobodys

        /// Told here once more, and not taken from the code that is tested.
        func isSeen(_ level: VisibilityLevel) -> Bool {
            switch level {
            case .own: self == .mine
            case .team: [.mine, .ours, .oursWithColleague, .nobodys].contains(self)
            case .all: true
            }
        }
    }

    /// A conversation, and what is known of it.
    struct Told: Sendable {
        let holder: Holder
        let conversation: Conversation
        let message, scheduled, cards: Identifier<Message>
        let media: Identifier<MediaFile>
        let note: Identifier<Note>
        let notification: Identifier<PersonalNotification>

        /// Stands in its texts, and in no other conversation.
        var word: String { "zq\(holder.rawValue.lowercased())" }
        var name: String { VisibilityScene.name(holder) }

        /// Whatever would give it away.
        var marks: [String] {
            [
                word, name, conversation.id.text, conversation.contact.id.text, message.text, scheduled.text, cards.text, media.text,
                note.text,
                notification.text, conversation.contact.phoneNumber?.digits ?? "-",
            ]
        }

        /// By the names that addresses have for them.
        var ids: [String: String] {
            [
                "conversation": conversation.id.text, "message": message.text, "media": media.text, "note": note.text,
                "notification": notification.text, "contact": conversation.contact.id.text,
            ]
        }
    }

    let web: TestWeb
    let me: TestWeb.Person
    let colleague: Identifier<Account>
    let ours, theirs: Team
    let label: Identifier<Label>
    let template: Identifier<Template>
    private(set) var told: [Told] = []

    /// Of what is no part of a conversation, by the names that addresses have for it.
    var ids: [String: String] {
        [
            "workspace": "acme", "sender": hub.sender.id.text, "team": ours.id.text, "label": label.text, "template": template.text,
            "member": me.account.text, "session": me.session.text,
        ].merging(RouteWalkTests.nothing) { one, _ in one }
    }

    var hub: TestHub { web.acme.hub }
    var headers: HTTPFields { .person(me) }

    init(_ engine: TestEngine) async throws {
        web = try await TestWeb(engine)
        me = try #require(web.acme.people[.agent])
        let (hub, services) = (web.acme.hub, web.services)
        colleague = try await services.members.add(
            email: "kim@acme.example", name: "Kim", role: .agent, password: TestWeb.password, access: hub.access
        ).account.id
        ours = try await services.teams.create(name: "Ours", members: [me.account], access: hub.access)
        theirs = try await services.teams.create(name: "Theirs", members: [colleague], access: hub.access)
        label = try await services.labels.create(name: "Label", color: .grey, access: hub.access).id
        template = try #require(try await hub.have(TestHub.template("hello")).first).id
        try await services.notifications.setRules(
            .init(bell: Set(PersonalNotification.Kind.allCases), places: [.all]), access: access(.all))
        for holder in Holder.allCases { told.append(try await tell(holder)) }
        try await index()
    }

    private func assignment(_ holder: Holder) -> Assignment {
        switch holder {
        case .mine: Assignment(assignee: me.account)
        case .ours: Assignment(team: ours.id)
        case .oursWithColleague: Assignment(assignee: colleague, team: ours.id)
        case .colleagues: Assignment(assignee: colleague)
        case .theirs: Assignment(team: theirs.id)
        case .nobodys: .nobody
        }
    }

    /// One that is seen always has nearly the name of one that often isn't: a search must find it as if that weren't there.
    static func name(_ holder: Holder) -> String {
        "Namezq\(holder.rawValue.lowercased())" + (holder == .mine ? " Namezqtheirt" : "")
    }

    /// Digits of the customer's number.
    static func phone(_ holder: Holder) -> String { "1555017\(1_000 + (Holder.allCases.firstIndex(of: holder) ?? 0))" }

    private func tell(_ holder: Holder) async throws -> Told {
        let (services, system) = (web.services, hub.access)
        let word = "zq\(holder.rawValue.lowercased())"
        hub.clock.advance(by: 1)
        try await hub.receive(hub.text("common \(word)", from: Self.phone(holder), name: Self.name(holder)))
        let begun = try #require(try await hub.list().first { $0.contact.name == Self.name(holder) })
        try await hub.conversations.change(begun.id, .assign(assignment(holder)), access: system)
        try await hub.conversations.change(begun.id, .addLabel(label), access: system)
        let upload = try await web.call(
            .post, "/api/v1/media?filename=file-\(word).txt", .key(web.acme.key) + [.contentType: "text/plain"], body: "file \(word)")
        let media = Identifier<MediaFile>(try #require(upload.json["id"]?.text))
        func submit(_ content: MessageContent, clientID: String, sendAt: Date? = nil) async throws -> Identifier<Message> {
            try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .contact(begun.contact.id), clientID: clientID, content: content, replyTo: nil,
                    sendAt: sendAt), access: system
            ).id
        }
        _ = try await submit(.media(MediaContent(kind: .document, id: media, caption: "common \(word)")), clientID: "file-\(word)")
        let scheduled = try await submit(
            .text(TextContent(body: "later \(word)")), clientID: "later-\(word)", sendAt: hub.clock.now.addingTimeInterval(3_600))
        let note = try await services.notes.create("common note \(word)", in: begun.id, access: system)
        _ = try await services.drafts.save("draft \(word)", of: begun.id, seen: 0, access: access(.all))
        try await services.presence.report(.viewing, in: begun.id, access: system.of(colleague))
        hub.clock.advance(by: 1)
        try await hub.receive(
            hub.message(
                .contacts([ContactCard(name: .init(formattedName: "Card \(word)"))]), from: Self.phone(holder), name: Self.name(holder)))
        let cards = try #require(try await hub.conversations.conversation(begun.id, access: system).last).id
        // Written last, so that it is the newest and unread.
        hub.clock.advance(by: 1)
        try await hub.receive(hub.text("common newest \(word)", from: Self.phone(holder), name: Self.name(holder)))
        let conversation = try await hub.conversations.conversation(begun.id, access: system)
        let notification = try #require(try await hub.notify(me.account, of: begun.id))
        return Told(
            holder: holder, conversation: conversation, message: try #require(conversation.last).id, scheduled: scheduled, cards: cards,
            media: media,
            note: note.id, notification: notification)
    }

    /// As the agent with so much of the inbox, by the services.
    func access(_ level: VisibilityLevel, grants: Set<Grant> = Role.agent.grants) -> Access {
        Access(
            workspaceID: hub.workspaceID, actor: .member(me.account), grants: grants,
            visibility: Visibility(level, of: me.account, teams: [ours.id]), address: nil)
    }

    func look(_ level: VisibilityLevel) async throws {
        try await web.services.teams.setVisibility(level, of: .agent, access: hub.access)
    }

    func seen(_ level: VisibilityLevel) -> [Told] { told.filter { $0.holder.isSeen(level) } }
    func hidden(_ level: VisibilityLevel) -> [Told] { told.filter { !$0.holder.isSeen(level) } }
    func told(_ holder: Holder) -> Told { told.first { $0.holder == holder }! }

    /// Until the index has read all events. On PostgreSQL it may have to wait for writers elsewhere in the server.
    private func index() async throws {
        let clock = hub.clock
        let indexer = SearchIndexer(database: hub.database, restsBetween: false, now: { clock.now })
        var found = 0
        repeat {
            try await indexer.finish()
            found = try await web.services.search.messages("newest", SearchFilter(), limit: 50, access: hub.access).data.count
        } while found < told.count
    }

    /// What an admin would notice: nothing of what is tried may change it.
    func state(of told: Told) async throws -> [String] {
        let conversation = try await hub.conversations.conversation(told.conversation.id, access: hub.access)
        let thread = try await hub.conversations.thread(of: told.conversation.id, before: nil, limit: 100, access: hub.access).data
        let draft = try await web.services.drafts.draft(of: told.conversation.id, access: access(.all))
        return ["\(conversation)", "\(thread)", "\(String(describing: draft))"]
    }
}

extension Access {
    /// The same as this person would have it.
    func of(_ account: Identifier<Account>) -> Access {
        Access(workspaceID: workspaceID, actor: .member(account), grants: grants, visibility: visibility, address: nil)
    }
}
