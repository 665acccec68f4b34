package import Domain
internal import Store

internal import struct Foundation.Date

/// A file in a thread.
package struct ThreadFile: Sendable {
    package let message: Message
    package let content: MediaContent
    /// Nil for one that was sent by its web address and never passed through here.
    package let media: MediaFile?

    package init(message: Message, content: MediaContent, media: MediaFile?) {
        (self.message, self.content, self.media) = (message, content, media)
    }
}

/// What stands beside a thread: what was done with it, its files, and where else the same person writes.
extension ConversationService {
    /// A page of what was done with a conversation, newest first; `before` is ``Page/next`` of the page after it in time.
    package func activity(of id: Identifier<Conversation>, before: String?, limit: Int, access: Access) async throws -> Page<Activity> {
        let place = try before.map { try ThreadPlace(parsing: $0) }
        let rows = try await database.read { transaction in
            guard try ConversationTable(transaction, access).find(id) != nil else { throw ConversationProblem.missing }
            return try ActivityTable(transaction, access).thread(id, before: place?.values, limit: limit + 1)
        }
        return Page(rows: rows, limit: limit) { ThreadPlace(at: $0.at, sequence: $0.sequence).cursor }
    }

    /// A page of the files of a conversation, newest first, without those that the customer took back.
    package func files(of id: Identifier<Conversation>, before: String?, limit: Int, access: Access) async throws -> Page<ThreadFile> {
        let place = try before.map { try ThreadPlace(parsing: $0) }
        let rows = try await database.read { transaction in
            guard try ConversationTable(transaction, access).find(id) != nil else { throw ConversationProblem.missing }
            let messages = try MessageTable(transaction, access).files(of: id, before: place?.values, limit: limit + 1)
            let media = try MediaTable(transaction, access).list(messages.compactMap { $0.content.attachment?.id })
            let byID = Dictionary(media.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
            return messages.compactMap { message -> ThreadFile? in
                guard case .media(let content) = message.content else { return nil }
                return ThreadFile(message: message, content: content, media: content.id.flatMap { byID[$0] })
            }
        }
        return Page(rows: rows, limit: limit) { ThreadPlace(at: $0.message.at, sequence: $0.message.sequence).cursor }
    }

    /// The other conversations with the same person which the caller may see, newest first; `after` is ``Page/next`` of the page before.
    package func others(besides id: Identifier<Conversation>, after: String?, limit: Int, access: Access) async throws -> Page<Conversation>
    {
        let cursor = try after.map { try TimeCursor($0) }
        let rows = try await database.read { transaction in
            let table = ConversationTable(transaction, access)
            guard let conversation = try table.find(id) else { throw ConversationProblem.missing }
            return try table.list(with: conversation.contact.id, besides: id, after: cursor, limit: limit + 1)
        }
        return Page(rows: rows, limit: limit) { PageCursor($0) }
    }
}

extension TimeCursor {
    /// Reads the cursor of a list of conversations. Throws ``PageProblem/cursorMalformed``.
    init(_ text: String) throws(PageProblem) {
        let cursor = try PageCursor(parsing: text)
        self.init(milliseconds: cursor.first, id: cursor.second)
    }
}

extension PageCursor {
    /// The place of a conversation in a list by its newest message.
    init(_ conversation: Conversation) {
        let at = conversation.last?.at ?? conversation.createdAt
        self.init(first: at.milliseconds, second: conversation.id.text)
    }
}
