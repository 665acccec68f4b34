package import Domain
package import Store

package import struct Foundation.Date

/// Reads conversations and their threads, and changes their state.
package struct ConversationService: Sendable {
    let database: any Database
    private let signals: Signals
    let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// Newest first; `after` is ``Page/next`` of the page before.
    package func list(_ filter: ConversationFilter, after: String?, limit: Int, access: Access) async throws -> Page<Conversation> {
        let cursor = try after.map { try PageCursor(parsing: $0) }
        let rows = try await database.read { transaction in
            try ConversationTable(transaction, access).list(
                filter, after: cursor.map { TimeCursor(milliseconds: $0.first, id: $0.second) }, limit: limit + 1, now: now())
        }
        return Page(rows: rows, limit: limit) { conversation in
            PageCursor(
                first: (conversation.last?.at ?? conversation.createdAt).milliseconds,
                second: conversation.id.text)
        }
    }

    /// How many there are of each, counted up to `most`.
    package func counts(_ filters: [ConversationFilter], most: Int, access: Access) async throws -> [Int] {
        try await database.read { transaction in
            try filters.map { try ConversationTable(transaction, access).count($0, most: most, now: now()) }
        }
    }

    package func conversation(_ id: Identifier<Conversation>, access: Access) async throws -> Conversation {
        guard let conversation = try await database.read({ try ConversationTable($0, access).find(id) }) else {
            throw ConversationProblem.missing
        }
        return conversation
    }

    /// Those of them that the caller may see, in no order.
    package func conversations(_ ids: [Identifier<Conversation>], access: Access) async throws -> [Conversation] {
        try await database.read { try ConversationTable($0, access).find(ids) }
    }

    /// A page of a thread, newest first; `before` is ``Page/next`` of the page after it in time.
    package func messages(
        of id: Identifier<Conversation>, before: String?, limit: Int, access: Access
    ) async throws -> Page<Message> {
        let place = try before.map { try ThreadPlace(parsing: $0) }
        let rows = try await database.read { transaction in
            guard try ConversationTable(transaction, access).find(id) != nil else { throw ConversationProblem.missing }
            return try MessageTable(transaction, access).thread(id, before: place?.values, limit: limit + 1)
        }
        return Page(rows: rows, limit: limit) { ThreadPlace(at: $0.at, sequence: $0.sequence).cursor }
    }

    /// As ``messages(of:before:limit:access:)``, with what colleagues noted between the messages.
    package func thread(of id: Identifier<Conversation>, before: String?, limit: Int, access: Access) async throws -> Page<ThreadEntry> {
        let place = try before.map { try ThreadPlace(parsing: $0) }
        let rows = try await database.read { transaction in
            guard try ConversationTable(transaction, access).find(id) != nil else { throw ConversationProblem.missing }
            return try Self.entries(of: id, before: place, limit: limit + 1, transaction, access)
        }
        return Page(rows: rows, limit: limit) { ThreadPlace(at: $0.at, sequence: $0.sequence).cursor }
    }

    package func message(_ id: Identifier<Message>, access: Access) async throws -> Message {
        guard let message = try await database.read({ try MessageTable($0, access).find(id) }) else { throw SendingProblem.messageMissing }
        return message
    }

    /// The messages of a thread with what a page shows beside them: reactions, quoted messages, the state of files.
    package func details(of messages: [Message], access: Access) async throws -> ThreadDetails {
        try await database.read { transaction in
            let table = MessageTable(transaction, access)
            let quoted = try table.list(Array(Set(messages.compactMap(\.replyTo))))
            let media = try MediaTable(transaction, access).list(messages.compactMap { $0.content.attachment?.id })
            return ThreadDetails(
                reactions: try table.reactions(on: messages.map(\.id)),
                quoted: Dictionary(quoted.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }),
                media: Dictionary(media.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }),
                unknownSince: try table.unknownSince(messages.filter { $0.status == .unknown }.map(\.id)))
        }
    }

    package func markRead(_ id: Identifier<Conversation>, access: Access) async throws { try await change(id, .markRead, access: access) }

    /// Clears what is unread and what the caller was notified of, and tells the customer when the sender's setting says so. Returns whether anything
    /// changed.
    func markRead(_ conversation: Conversation, access: Access, in transaction: any Transaction) throws -> Bool {
        let moment = now()
        let wasNotified = try NotificationService.markRead(of: conversation.id, access: access, in: transaction, at: moment)
        guard try ConversationTable(transaction, access).markRead(conversation.id) else { return wasNotified }
        if let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(conversation.senderID) {
            try ReadReceiptJob.request(for: conversation, of: sender, on: [.onOpen], in: transaction, now: moment)
        }
        try EventTable(transaction, access).append(NewEvent(.conversationUpdated, conversation: conversation.id, cause: "read"), at: moment)
        return true
    }

    /// Lets the rest of the program see a change.
    package func announce(_ access: Access) {
        signals.eventsAppended(in: access.workspaceID)
        signals.jobsAdded()
    }

    func write(_ access: Access, _ body: @escaping @Sendable (any Transaction) throws -> Bool) async throws {
        if try await database.write(body) { announce(access) }
    }
}

/// What stands beside the messages of a thread.
package struct ThreadDetails: Sendable {
    package let reactions: [Identifier<Message>: [Reaction]]
    package let quoted: [Identifier<Message>: Message]
    package let media: [Identifier<MediaFile>: MediaFile]
    /// When the outcome of a message became unknown.
    package let unknownSince: [Identifier<Message>: Date]
}
