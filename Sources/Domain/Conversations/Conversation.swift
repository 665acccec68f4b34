package import struct Foundation.Date

/// All that was said between one sender and one contact, for ever.
package struct Conversation: Sendable, Equatable, Identified {
    package static let identifierPrefix = "cnv"

    package enum State: String, Sendable, CaseIterable, Codable { case open, snoozed, closed, archived }

    package let id: Identifier<Conversation>
    package let workspaceID: Identifier<Workspace>
    package let senderID: Identifier<Sender>
    package let contact: Contact
    package let state: State
    /// Of a snoozed one: when it comes back.
    package let snoozedUntil: Date?
    package let assignment: Assignment
    /// In no order.
    package let labels: [Identifier<Label>]
    /// Whether bots and assistants may answer in it. A person's reply ends that.
    package let aiActive: Bool
    /// Inbound messages that nobody has read or answered.
    package let unread: Int
    package let last: LastMessage?
    /// Greatest provider time of an inbound message, clamped to receipt.
    package let lastInboundAt: Date?
    package let createdAt: Date

    package init(
        id: Identifier<Conversation>, workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>, contact: Contact, state: State,
        snoozedUntil: Date? = nil, assignment: Assignment, labels: [Identifier<Label>] = [], aiActive: Bool = true, unread: Int,
        last: LastMessage?,
        lastInboundAt: Date?, createdAt: Date
    ) {
        (self.id, self.workspaceID, self.senderID, self.contact, self.state) = (id, workspaceID, senderID, contact, state)
        (self.snoozedUntil, self.assignment, self.labels) = (snoozedUntil, assignment, labels)
        (self.unread, self.last, self.lastInboundAt, self.createdAt) = (unread, last, lastInboundAt, createdAt)
        self.aiActive = aiActive
    }

    package var window: MessagingWindow { MessagingWindow(lastInboundAt: lastInboundAt) }

    /// What the list shows of the newest message.
    package struct LastMessage: Sendable, Equatable {
        package let id: Identifier<Message>
        package let kind: MessageContent.Kind
        /// Of files only.
        package let media: MediaContent.Form?
        package let direction: MessageDirection
        package let status: MessageStatus
        package let preview: String
        package let at: Date

        package init(
            id: Identifier<Message>, kind: MessageContent.Kind, media: MediaContent.Form? = nil, direction: MessageDirection,
            status: MessageStatus, preview: String, at: Date
        ) {
            self.media = media
            (self.id, self.kind, self.direction, self.status, self.preview, self.at) = (id, kind, direction, status, preview, at)
        }
    }
}

/// The time in which anything may be sent, and not only templates: 24 hours from the customer's last message (Meta, "Customer service window").
package struct MessagingWindow: Sendable, Equatable {
    package static let length: Duration = .seconds(24 * 60 * 60)
    /// What is about to leave needs this much of the window left, so that it doesn't arrive behind its end.
    package static let margin: Duration = .seconds(60)
    /// Before its end, in which a window is said to close soon.
    package static let soon: Duration = .seconds(2 * 60 * 60)

    package let closesAt: Date?

    package init(lastInboundAt: Date?) {
        closesAt = lastInboundAt?.addingTimeInterval(Self.length / .seconds(1))
    }

    package func isOpen(at now: Date) -> Bool {
        guard let closesAt else { return false }
        return now < closesAt
    }

    package func closesSoon(at now: Date) -> Bool {
        guard let closesAt else { return false }
        return now < closesAt && closesAt < now.addingTimeInterval(Self.soon / .seconds(1))
    }

    package func allowsSending(at now: Date) -> Bool { isOpen(at: now.addingTimeInterval(Self.margin / .seconds(1))) }
}
