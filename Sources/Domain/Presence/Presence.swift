package import struct Foundation.Date

/// That somebody has a conversation before their eyes, and whether they write in it.
package struct Presence: Sendable, Hashable {
    package enum Activity: String, Sendable, CaseIterable, Codable { case viewing, writing }

    /// After a sign of life, so long somebody is taken to be there. Pages give one every 20 seconds.
    package static let viewingSeconds = 45.0
    /// The same of writing. Pages say it every 3 seconds while keys are pressed.
    package static let writingSeconds = 7.0

    package let account: Identifier<Account>
    package let activity: Activity

    package init(account: Identifier<Account>, activity: Activity) { (self.account, self.activity) = (account, activity) }
}

/// A sign of life, as processes tell it each other.
package struct PresenceSign: Sendable, Hashable {
    package let workspaceID: Identifier<Workspace>
    package let conversationID: Identifier<Conversation>
    package let account: Identifier<Account>
    /// Until when they count as viewing.
    package let viewingUntil: Date
    /// Until when they count as writing; nil when they don't.
    package let writingUntil: Date?

    package init(
        workspaceID: Identifier<Workspace>, conversationID: Identifier<Conversation>, account: Identifier<Account>, viewingUntil: Date,
        writingUntil: Date?
    ) {
        (self.workspaceID, self.conversationID, self.account) = (workspaceID, conversationID, account)
        (self.viewingUntil, self.writingUntil) = (viewingUntil, writingUntil)
    }

    /// Of two pages of one person: there as long as either is.
    package func merged(_ other: PresenceSign) -> PresenceSign {
        PresenceSign(
            workspaceID: workspaceID, conversationID: conversationID, account: account, viewingUntil: max(viewingUntil, other.viewingUntil),
            writingUntil: [writingUntil, other.writingUntil].compactMap(\.self).max())
    }

    /// What it says at a moment; nil when it is too old.
    package func presence(at now: Date) -> Presence? {
        guard viewingUntil > now else { return nil }
        return Presence(account: account, activity: writingUntil.map { $0 > now } == true ? .writing : .viewing)
    }
}

/// That in a conversation somebody came, went, or began or stopped to write.
package struct PresenceChange: Sendable, Equatable {
    package let conversation: Identifier<Conversation>
    /// Whether others write there now than before.
    package let isOfWriters: Bool

    package init(_ conversation: Identifier<Conversation>, isOfWriters: Bool) {
        (self.conversation, self.isOfWriters) = (conversation, isOfWriters)
    }
}
