package import struct Foundation.Date

/// What can happen. Readers load the row behind the ids under their own rights.
package enum EventKind: String, Sendable, CaseIterable {
    case messageReceived = "message.received"
    case messageQueued = "message.queued"
    case messageUpdated = "message.updated"
    case conversationUpdated = "conversation.updated"
    /// Given to those who could see a conversation before it was assigned to somebody else, and now can't.
    case conversationWithdrawn = "conversation.withdrawn"
    /// The subject is how it was assigned.
    case conversationDeleted = "conversation.deleted"
    /// Somebody took a copy: of this conversation, or, without one, of a list whose filter is the cause.
    case conversationExported = "conversation.exported"
    /// About a note, which the subject names.
    case noteCreated = "note.created"
    case noteUpdated = "note.updated"
    case noteDeleted = "note.deleted"
    case teamUpdated = "team.updated"
    case labelUpdated = "label.updated"
    /// Made, changed, added to the directory or taken out of it; without a subject, several at once.
    case contactUpdated = "contact.updated"
    case groupUpdated = "group.updated"
    /// An import of contacts, which the subject names; its cause is the lines it has just taken, as `2-501`, or what became of it.
    case importUpdated = "import.updated"
    /// A campaign, which the subject names; its cause is what was done, `progress` when recipients came further, or why it was paused.
    case campaignUpdated = "campaign.updated"
    /// Made, changed or deleted; without a subject, several at once.
    case leadUpdated = "lead.updated"
    case clientUpdated = "client.updated"
    /// The lists of statuses and sources, or what is done with leads.
    case leadSettingsUpdated = "lead-settings.updated"
    case templateUpdated = "template.updated"
    case quickReplyUpdated = "quick-reply.updated"
    /// The server by which e-mail is sent was set or removed.
    case mailUpdated = "mail.updated"
    case senderUpdated = "sender.updated"
    /// A top-up, other prices, or other terms.
    case creditsUpdated = "credits.updated"
    /// What messages cost was entered or taken away; the cause is which price, or how many.
    case pricesUpdated = "prices.updated"
    case connectionUpdated = "connection.updated"
    /// A number on its way through the provider's sign-up, which the subject names.
    case signupUpdated = "sign-up.updated"
    case memberUpdated = "member.updated"
    case keyUpdated = "key.updated"
    case sessionStarted = "session.started"
    case sessionEnded = "session.ended"
    case journalUpdated = "journal.updated"
    case jobUpdated = "job.updated"
    /// These three concern one person, whom the cause names, and nobody else ever learns of them.
    case notificationCreated = "notification.created"
    /// One that was unread already grew.
    case notificationUpdated = "notification.updated"
    /// One was read, or without a subject several were.
    case notificationRead = "notification.read"
}

/// What an event about a member is about, as its cause.
package enum MemberChange: String, Sendable, CaseIterable {
    case added, role, removed, deactivated, activated, availability, name
    case passwordLink = "password-link"

    /// Whether the member may see or do something else from then on.
    package var changesAccess: Bool {
        switch self {
        case .role, .removed, .deactivated: true
        case .added, .activated, .availability, .name, .passwordLink: false
        }
    }
}

/// One change, about to be appended.
package struct NewEvent: Sendable, Equatable {
    package let kind: EventKind
    package let conversationID: Identifier<Conversation>?
    package let messageID: Identifier<Message>?
    /// Id of any other thing it is about.
    package let subjectID: String?
    /// Why, when it wasn't asked for by the actor: a provider's message id, a status.
    package let cause: String?
    /// What the conversation's own activity tells of it, for as long as the conversation is there.
    package let deed: Activity.Deed?

    package init(
        _ kind: EventKind, conversation: Identifier<Conversation>? = nil, message: Identifier<Message>? = nil, subject: String? = nil,
        cause: String? = nil, deed: Activity.Deed? = nil
    ) {
        (self.kind, conversationID, messageID, subjectID, self.cause) = (kind, conversation, message, subject, cause)
        self.deed = deed
    }
}

package struct Event: Sendable, Equatable {
    package let cursor: EventCursor
    package let kind: String
    package let conversationID: Identifier<Conversation>?
    package let messageID: Identifier<Message>?
    package let subjectID: String?
    package let actor: String
    package let cause: String?
    package let at: Date

    package init(
        cursor: EventCursor, kind: String, conversationID: Identifier<Conversation>?, messageID: Identifier<Message>?, subjectID: String?,
        actor: String,
        cause: String?, at: Date
    ) {
        (self.cursor, self.kind, self.conversationID, self.messageID) = (cursor, kind, conversationID, messageID)
        (self.subjectID, self.actor, self.cause, self.at) = (subjectID, actor, cause, at)
    }
}

extension Event {
    /// Whether this actor may see or do something else from then on.
    package func changesAccess(of actor: Actor) -> Bool {
        switch actor {
        case .member(let id):
            kind == EventKind.memberUpdated.rawValue && subjectID == id.text
                && cause.flatMap(MemberChange.init(rawValue:))?.changesAccess == true
        case .key(let id): kind == EventKind.keyUpdated.rawValue && subjectID == id.text && cause == "revoked"
        case .system: false
        }
    }

    /// Whether the activity of its conversation may tell of it.
    package var mayBeActivity: Bool {
        switch EventKind(rawValue: kind) {
        case .conversationUpdated: cause != "read" && cause != "unread"
        case .conversationExported, .noteDeleted: conversationID != nil
        default: false
        }
    }

    /// Whether nobody may learn of it but the person whom its cause names.
    package var isPersonal: Bool { kind.hasPrefix("notification.") }

    /// That the conversation is gone for a reader, without who has it now.
    package var withdrawn: Event {
        Event(
            cursor: cursor, kind: EventKind.conversationWithdrawn.rawValue, conversationID: conversationID, messageID: nil, subjectID: nil,
            actor: actor, cause: nil, at: at)
    }

    /// That something of this kind changed, for a reader who may not see what: neither which, nor what was done, nor by whom.
    package var bare: Event {
        Event(
            cursor: cursor, kind: kind, conversationID: nil, messageID: nil, subjectID: nil, actor: Actor.system("switchboard").text,
            cause: nil, at: at)
    }
}

/// A place in the event log. Opaque outside: `12-345`.
package struct EventCursor: Sendable, Hashable, Comparable {
    /// The writer's transaction on PostgreSQL, 0 on SQLite.
    package let tx: Int64
    package let id: Int64

    package static let start = EventCursor(tx: 0, id: 0)

    package init(tx: Int64, id: Int64) { (self.tx, self.id) = (tx, id) }

    package init(parsing text: String) throws(EventProblem) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let tx = Int64(parts[0]), let id = Int64(parts[1]), tx >= 0, id >= 0 else { throw .cursorMalformed }
        self.init(tx: tx, id: id)
    }

    package var text: String { "\(tx)-\(id)" }

    package static func < (one: EventCursor, other: EventCursor) -> Bool { (one.tx, one.id) < (other.tx, other.id) }
}

package enum EventProblem: Problem, Equatable {
    case cursorMalformed
    case cursorExpired

    package var kind: ProblemKind {
        switch self {
        case .cursorMalformed: .invalid
        case .cursorExpired: .gone
        }
    }

    package var code: String {
        switch self {
        case .cursorMalformed: "event.cursor-malformed"
        case .cursorExpired: "event.cursor-expired"
        }
    }

    package var detail: String {
        switch self {
        case .cursorMalformed:
            "This isn't a cursor of the event log. Pass the value of next from an earlier answer, or none to begin at the oldest event."
        case .cursorExpired: "The events after this cursor are no longer kept. Load what you need afresh, then continue without a cursor."
        }
    }

    package var field: String? { "after" }
}
