package import struct Foundation.Date

/// One person of a campaign's audience, and what became of their message.
package struct CampaignRecipient: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable, Codable {
        /// Not written to yet.
        case pending
        /// Won't be written to; ``CampaignRecipient/exclusion`` says why.
        case excluded
        /// In the queue of its number, or being sent.
        case queued
        case sent, delivered, read, failed, cancelled
        /// Nobody knows whether it left.
        case unknown
    }

    /// In the order of the audience, from 1; with the campaign it names the recipient.
    package let position: Int
    /// Nil for a row of a file whose number nobody had, until they are written to.
    package var contactID: Identifier<Contact>?
    /// Of a row of a file, as it is written to; of others the contact's is.
    package let number: PhoneNumber?
    /// What makes two of them one person: the contact's id, or the number.
    package let personKey: String
    /// By whom they are written to.
    package let senderID: Identifier<Sender>
    package var state: State
    /// Of those left out.
    package var exclusion: CampaignExclusion?
    /// Of those who failed.
    package var error: MessageError?
    /// Of a file's row, by headings.
    package let columns: [String: String]
    /// Not before then.
    package var notBefore: Date?
    package var messageID: Identifier<Message>?
    package var conversationID: Identifier<Conversation>?
    package var queuedAt: Date?
    package var sentAt: Date?
    package var deliveredAt: Date?
    package var readAt: Date?
    package var failedAt: Date?
    /// When they first answered, within ``Campaign/replyDays``.
    package var repliedAt: Date?
    /// When they first tapped one of the template's quick replies.
    package var clickedAt: Date?

    package init(
        position: Int, contactID: Identifier<Contact>?, number: PhoneNumber? = nil, personKey: String, senderID: Identifier<Sender>,
        state: State = .pending, exclusion: CampaignExclusion? = nil, columns: [String: String] = [:]
    ) {
        (self.position, self.contactID, self.number, self.personKey, self.senderID) = (position, contactID, number, personKey, senderID)
        (self.state, self.exclusion, self.columns) = (state, exclusion, columns)
    }

    /// What a filter and the counts know: an exclusion's name, or a failure's code.
    package var reason: String? {
        switch state {
        case .excluded: exclusion?.rawValue
        case .failed: error?.code
        default: nil
        }
    }

    /// The key under which its message is accepted once, however often it is tried.
    package static func clientID(_ campaign: Identifier<Campaign>, _ position: Int) -> String { "\(campaign.text).\(position)" }
}

/// Why somebody of an audience isn't written to.
package enum CampaignExclusion: String, Sendable, CaseIterable, Codable {
    /// An earlier one of the audience is the same person.
    case duplicate
    /// Neither a number nor a user id is known.
    case unreachable
    /// A row of a file whose number can't be read.
    case numberUnreadable = "number-unreadable"
    case optedOut = "opted-out"
    case blocked
    /// WhatsApp withholds marketing from them.
    case restricted
    /// Another campaign wrote to them in the last 24 hours.
    case contactedToday = "contacted-today"

    /// As pages call it.
    package var label: String {
        switch self {
        case .duplicate: "Twice in the audience"
        case .unreachable: "No number or user id"
        case .numberUnreadable: "Number can’t be read"
        case .optedOut: "Opted out"
        case .blocked: "Blocked"
        case .restricted: "WhatsApp withholds marketing from them"
        case .contactedToday: "In another campaign in the last 24 hours"
        }
    }
}
