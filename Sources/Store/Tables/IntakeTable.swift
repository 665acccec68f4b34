package import Domain

package import struct Foundation.Date

/// The statements by which intake applies many items at once: each takes any number of rows and touches few tables, because this is the hottest
/// path of the product. Rows may belong to different workspaces, since several webhooks share a transaction; each carries its own.
package struct IntakeTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// One thing that the provider sends once but may deliver often.
    package struct ReceivedID: Hashable, Sendable {
        package let workspaceID: Identifier<Workspace>
        package let senderID: Identifier<Sender>
        /// `m:<provider id>` for a message, `s:<provider id>:<status>:<participant>` for a status.
        package let key: String

        package init(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>, key: String) {
            (self.workspaceID, self.senderID, self.key) = (workspaceID, senderID, key)
        }
    }

    /// Records the ids, sorted so that two processes can't wait for each other, and returns those that are new.
    package func claim(_ ids: Set<ReceivedID>, now: Date) throws -> Set<ReceivedID> {
        let sorted = ids.sorted { ($0.workspaceID.text, $0.senderID.text, $0.key) < ($1.workspaceID.text, $1.senderID.text, $1.key) }
        let rows = try transaction.insertIfFree(
            into: "received_ids (workspace_id, sender_id, key, received_at)",
            sorted.map { [SQLValue($0.workspaceID), SQLValue($0.senderID), .text($0.key), SQLValue(now)] },
            returning: "workspace_id, sender_id, key")
        return Set(try rows.map { ReceivedID(workspaceID: try $0.id(0), senderID: try $0.id(1), key: try $0.text(2)) })
    }

    /// Whom an identity names, and the conversation that the sender has with them.
    package struct Known: Sendable {
        package let contactID: Identifier<Contact>
        package let contactName: String?
        package let username: String?
        /// The business-scoped id that the contact has already.
        package let businessScopedID: String?
        package let phoneNumber: String?
        package let conversationID: Identifier<Conversation>?
        package let lastMessageAt: Date?
        package let lastInboundAt: Date?
    }

    package struct Sought: Hashable, Sendable {
        package let workspaceID: Identifier<Workspace>
        package let senderID: Identifier<Sender>
        package let kind: String
        package let matchKey: String

        package init(workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>, kind: String, matchKey: String) {
            (self.workspaceID, self.senderID, self.kind, self.matchKey) = (workspaceID, senderID, kind, matchKey)
        }
    }

    package func find(_ sought: [Sought]) throws -> [Sought: Known] {
        var known: [Sought: Known] = [:]
        let values = sought.map { [SQLValue($0.workspaceID), SQLValue($0.senderID), .text($0.kind), .text($0.matchKey)] }
        let dialect = transaction.dialect
        let identity = dialect.lookUp(
            "JOIN", "contact_identities", as: "i", by: "i.workspace_id = s.workspace_id AND i.kind = s.kind AND i.match_key = s.match_key")
        let contact = dialect.lookUp("JOIN", "contacts", as: "c", by: "c.workspace_id = i.workspace_id AND c.id = i.contact_id")
        let conversation = dialect.lookUp(
            "LEFT JOIN", "conversations", as: "v", by: "v.workspace_id = i.workspace_id AND v.contact_id = i.contact_id",
            and: "v.sender_id = s.sender_id")
        let rows = try transaction.bulk(
            "WITH sought (workspace_id, sender_id, kind, match_key) AS (VALUES ", values,
            """
            )
            SELECT s.workspace_id, s.sender_id, s.kind, s.match_key, i.contact_id,
                CASE WHEN c.given_name IS NULL THEN c.name ELSE c.profile_name END, c.username, c.business_scoped_id, c.phone_number, v.id,
                v.last_message_at, v.last_inbound_at
            FROM sought s
            \(identity)
            \(contact)
            \(conversation)
            """)
        for row in rows {
            let sought = Sought(workspaceID: try row.id(0), senderID: try row.id(1), kind: try row.text(2), matchKey: try row.text(3))
            known[sought] = Known(
                contactID: try row.id(4), contactName: try row.textOrNil(5), username: try row.textOrNil(6),
                businessScopedID: try row.textOrNil(7),
                phoneNumber: try row.textOrNil(8), conversationID: try row.idOrNil(9), lastMessageAt: try row.dateOrNil(10),
                lastInboundAt: try row.dateOrNil(11))
        }
        return known
    }

    /// A contact as it is to be after this transaction; new ones are inserted, changed ones updated.
    package struct ContactRow: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let contact: Contact

        package init(workspaceID: Identifier<Workspace>, contact: Contact) { (self.workspaceID, self.contact) = (workspaceID, contact) }
    }

    package func save(_ contacts: [ContactRow], now: Date) throws {
        try transaction.insert(
            into: "contacts (workspace_id, id, name, phone_number, username, business_scoped_id, created_at, updated_at)",
            contacts.sorted { $0.contact.id < $1.contact.id }.map { row in
                [
                    SQLValue(row.workspaceID), SQLValue(row.contact.id), SQLValue(row.contact.name),
                    SQLValue(row.contact.phoneNumber?.text),
                    SQLValue(row.contact.username), SQLValue(row.contact.businessScopedID), SQLValue(now), SQLValue(now),
                ]
            },
            suffix: """
                ON CONFLICT (workspace_id, id) DO UPDATE SET name = COALESCE(contacts.given_name, excluded.name),
                    profile_name = CASE WHEN contacts.given_name IS NULL THEN NULL ELSE excluded.name END, phone_number = excluded.phone_number, username = excluded.username,
                    business_scoped_id = excluded.business_scoped_id, updated_at = excluded.updated_at
                """)
    }

    package struct IdentityRow: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let identity: ContactIdentity
        package let contactID: Identifier<Contact>

        package init(workspaceID: Identifier<Workspace>, identity: ContactIdentity, contactID: Identifier<Contact>) {
            (self.workspaceID, self.identity, self.contactID) = (workspaceID, identity, contactID)
        }
    }

    /// Learns identities; one that named somebody else names this contact from now on. Returns whether every *new* one was still free, as it
    /// was when we looked: otherwise another process was faster and the whole transaction must be done again.
    package func learn(_ identities: [IdentityRow], moved: [IdentityRow], now: Date) throws -> Bool {
        func values(_ rows: [IdentityRow]) -> [[SQLValue]] {
            rows.sorted {
                ($0.workspaceID.text, $0.identity.kind.rawValue, $0.identity.matchKey) < (
                    $1.workspaceID.text, $1.identity.kind.rawValue, $1.identity.matchKey
                )
            }
            .map { row in
                [
                    SQLValue(row.workspaceID), .text(row.identity.kind.rawValue), .text(row.identity.matchKey), .text(row.identity.value),
                    SQLValue(row.contactID), SQLValue(now),
                ]
            }
        }
        let table = "contact_identities (workspace_id, kind, match_key, value, contact_id, created_at)"
        let made = try transaction.insertIfFree(into: table, values(identities), returning: "match_key")
        try transaction.insert(
            into: table, values(moved),
            suffix: "ON CONFLICT (workspace_id, kind, match_key) DO UPDATE SET contact_id = excluded.contact_id, value = excluded.value")
        return made.count == identities.count
    }

    /// What a conversation gained: its newest message, how many are unread, the newest sign of life from the customer.
    package struct ConversationRow: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let id: Identifier<Conversation>
        package let senderID: Identifier<Sender>
        package let contactID: Identifier<Contact>
        package var unread: Int
        package var last: Conversation.LastMessage?
        package var lastInboundAt: Date?
        /// Whose it is from the beginning; one that is there already stays whose it is.
        package let assignment: Assignment

        package init(
            workspaceID: Identifier<Workspace>, id: Identifier<Conversation>, senderID: Identifier<Sender>, contactID: Identifier<Contact>,
            unread: Int,
            last: Conversation.LastMessage?, lastInboundAt: Date?, assignment: Assignment = .nobody
        ) {
            self.assignment = assignment
            (self.workspaceID, self.id, self.senderID, self.contactID) = (workspaceID, id, senderID, contactID)
            (self.unread, self.last, self.lastInboundAt) = (unread, last, lastInboundAt)
        }
    }

    /// One conversation among those of all workspaces, in the order in which they are locked.
    package struct ConversationKey: Hashable, Comparable, Sendable {
        package let workspaceID: Identifier<Workspace>
        package let id: Identifier<Conversation>

        package init(workspaceID: Identifier<Workspace>, id: Identifier<Conversation>) { (self.workspaceID, self.id) = (workspaceID, id) }

        package static func < (one: Self, other: Self) -> Bool { (one.workspaceID, one.id) < (other.workspaceID, other.id) }
    }

    /// A message that something is about: by the provider's id, or by ours where the provider carried it for us.
    package struct Target: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let senderID: Identifier<Sender>
        package let providerID: String
        package let messageID: Identifier<Message>?

        package init(
            workspaceID: Identifier<Workspace>, senderID: Identifier<Sender>, providerID: String, messageID: Identifier<Message>?
        ) {
            (self.workspaceID, self.senderID, self.providerID, self.messageID) = (workspaceID, senderID, providerID, messageID)
        }
    }

    /// The conversations that these messages belong to, of those that are known.
    package func conversations(of targets: [Target]) throws -> Set<ConversationKey> {
        var found: Set<ConversationKey> = []
        let ours = targets.filter { $0.messageID != nil }
        let theirs = targets.filter { $0.messageID == nil }
        for (workspaceID, targets) in Dictionary(grouping: ours, by: \.workspaceID) {
            try transaction.forEachChunk(of: Set(targets.compactMap(\.messageID)).map { [SQLValue($0)] }) { chunk in
                found.formUnion(
                    try transaction.rows(
                        """
                        SELECT DISTINCT conversation_id FROM messages WHERE workspace_id = \(workspaceID) AND id IN (\(list: chunk.map { $0[0] }))
                        """
                    ).map { ConversationKey(workspaceID: workspaceID, id: try $0.id(0)) })
            }
        }
        for (sender, targets) in Dictionary(grouping: theirs, by: \.senderID) {
            let workspaceID = targets[0].workspaceID
            try transaction.forEachChunk(of: Set(targets.map(\.providerID)).map { [.text($0)] }) { chunk in
                found.formUnion(
                    try transaction.rows(
                        """
                        SELECT DISTINCT conversation_id FROM messages
                        WHERE workspace_id = \(workspaceID) AND sender_id = \(sender) AND provider_id IN (\(list: chunk.map { $0[0] }))
                        """
                    ).map { ConversationKey(workspaceID: workspaceID, id: try $0.id(0)) })
            }
        }
        return found
    }

    /// Holds these conversations until the transaction ends, taken in their order, so that two transactions that both need several can't
    /// wait for each other.
    package func lock(_ conversations: Set<ConversationKey>) throws {
        for (workspaceID, keys) in Dictionary(grouping: conversations, by: \.workspaceID).sorted(by: { $0.key < $1.key }) {
            try transaction.lockConversations(keys.map(\.id), in: workspaceID)
        }
    }

    /// Makes or raises conversations, in their order; an inbound message opens a closed one. The window never moves back.
    package func save(_ conversations: [ConversationRow], now: Date) throws {
        try transaction.insert(
            into: """
                conversations (workspace_id, id, sender_id, contact_id, state, unread, last_message_id, last_kind, last_direction, last_status,
                    last_preview, last_message_at, last_inbound_at, created_at, assignee_id, team_id)
                """,
            conversations.sorted { ($0.workspaceID, $0.id) < ($1.workspaceID, $1.id) }.map { row in
                [
                    SQLValue(row.workspaceID), SQLValue(row.id), SQLValue(row.senderID), SQLValue(row.contactID), .text("open"),
                    SQLValue(row.unread),
                    SQLValue(row.last?.id), SQLValue(row.last.map { LastKind($0).text }), SQLValue(row.last?.direction.rawValue),
                    SQLValue(row.last?.status.rawValue), SQLValue(row.last?.preview), SQLValue(row.last?.at ?? row.lastInboundAt ?? now),
                    SQLValue(row.lastInboundAt), SQLValue(now), SQLValue(row.assignment.assignee), SQLValue(row.assignment.team),
                ]
            },
            suffix: """
                ON CONFLICT (workspace_id, id) DO UPDATE SET
                    state = CASE WHEN excluded.last_message_id IS NULL THEN conversations.state ELSE 'open' END,
                    snoozed_until = CASE WHEN excluded.last_message_id IS NULL THEN conversations.snoozed_until ELSE NULL END,
                    unread = conversations.unread + excluded.unread,
                    last_inbound_at = CASE WHEN excluded.last_inbound_at IS NULL OR conversations.last_inbound_at > excluded.last_inbound_at
                        THEN conversations.last_inbound_at ELSE excluded.last_inbound_at END,
                    last_message_id = CASE WHEN \(Self.isNewer) THEN excluded.last_message_id ELSE conversations.last_message_id END,
                    last_kind = CASE WHEN \(Self.isNewer) THEN excluded.last_kind ELSE conversations.last_kind END,
                    last_direction = CASE WHEN \(Self.isNewer) THEN excluded.last_direction ELSE conversations.last_direction END,
                    last_status = CASE WHEN \(Self.isNewer) THEN excluded.last_status ELSE conversations.last_status END,
                    last_preview = CASE WHEN \(Self.isNewer) THEN excluded.last_preview ELSE conversations.last_preview END,
                    last_message_at = CASE WHEN \(Self.isNewer) THEN excluded.last_message_at ELSE conversations.last_message_at END
                """)
    }

    private static let isNewer = """
        (excluded.last_message_id IS NOT NULL AND (conversations.last_message_id IS NULL OR excluded.last_message_at >= conversations.last_message_at))
        """

    /// An inbound message, ready to be stored.
    package struct MessageRow: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let id: Identifier<Message>
        package let conversationID: Identifier<Conversation>
        package let senderID: Identifier<Sender>
        package let contactID: Identifier<Contact>
        package let kind: MessageContent.Kind
        package let content: String
        package let providerID: String
        package var replyTo: Identifier<Message>?
        package let at: Date
        package let sequence: Int64
        /// Who of a group wrote it.
        package let author: String?
        /// ``MessageOrigin`` as JSON.
        package let origin: String?

        package init(
            workspaceID: Identifier<Workspace>, id: Identifier<Message>, conversationID: Identifier<Conversation>,
            senderID: Identifier<Sender>,
            contactID: Identifier<Contact>, kind: MessageContent.Kind, content: String, providerID: String, replyTo: Identifier<Message>?,
            at: Date,
            sequence: Int64, author: String?, origin: String?
        ) {
            (self.author, self.origin) = (author, origin)
            (self.workspaceID, self.id, self.conversationID, self.senderID, self.contactID) = (
                workspaceID, id, conversationID, senderID, contactID
            )
            (self.kind, self.content, self.providerID, self.replyTo, self.at, self.sequence) = (
                kind, content, providerID, replyTo, at, sequence
            )
        }
    }

    package func insert(_ messages: [MessageRow]) throws {
        try transaction.insert(
            into: """
                messages (workspace_id, id, conversation_id, sender_id, contact_id, direction, kind, content, status, provider_id, reply_to, at, sequence,
                    author, origin)
                """,
            messages.map { row in
                [
                    SQLValue(row.workspaceID), SQLValue(row.id), SQLValue(row.conversationID), SQLValue(row.senderID),
                    SQLValue(row.contactID),
                    .text("inbound"), .text(row.kind.rawValue), .text(row.content), .text("received"), .text(row.providerID),
                    SQLValue(row.replyTo),
                    SQLValue(row.at), .integer(row.sequence), SQLValue(row.author), SQLValue(row.origin),
                ]
            })
    }

    /// Files that customers sent, to be fetched, each with the message that holds it.
    package func insert(media: [(file: MediaFile, kind: MediaContent.Kind, providerMediaID: String, message: MessageRow)], now: Date) throws
    {
        try transaction.insert(
            into: "media (workspace_id, id, state, kind, mime_type, filename, provider_media_id, sender_id, created_at)",
            media.map { entry in
                [
                    SQLValue(entry.message.workspaceID), SQLValue(entry.file.id), .text("pending"), .text(entry.kind.rawValue),
                    SQLValue(entry.file.mimeType), SQLValue(entry.file.filename), .text(entry.providerMediaID),
                    SQLValue(entry.message.senderID),
                    SQLValue(now),
                ]
            })
        try transaction.insert(
            into: "message_media (workspace_id, media_id, message_id)",
            media.map { [SQLValue($0.message.workspaceID), SQLValue($0.file.id), SQLValue($0.message.id)] })
    }

    /// Whether the contact has a business-scoped id of this portfolio already.
    package func hasBusinessScopedID(_ contact: Identifier<Contact>, portfolio: String, in workspaceID: Identifier<Workspace>) throws
        -> Bool
    {
        try transaction.rows(
            "SELECT match_key FROM contact_identities WHERE workspace_id = \(workspaceID) AND contact_id = \(contact) AND kind = 'businessScoped'"
        ).contains { try $0.text(0).hasPrefix(portfolio + ":") }
    }

    /// Our ids of messages by the provider's, of one sender.
    package func messages(_ providerIDs: [String], sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>) throws -> [String:
        Identifier<Message>]
    {
        guard !providerIDs.isEmpty else { return [:] }
        var found: [String: Identifier<Message>] = [:]
        try transaction.forEachChunk(of: providerIDs.map { [.text($0)] }) { chunk in
            for row in try transaction.rows(
                """
                SELECT provider_id, id FROM messages
                WHERE workspace_id = \(workspaceID) AND sender_id = \(sender) AND provider_id IN (\(list: chunk.map { $0[0] }))
                """)
            {
                found[try row.text(0)] = try row.id(1)
            }
        }
        return found
    }
}
