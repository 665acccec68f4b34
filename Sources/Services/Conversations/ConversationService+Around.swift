package import Domain
internal import Store

/// Part of a thread that needn't reach to its end.
package struct ThreadPart: Sendable {
    /// Newest first.
    package let entries: [ThreadEntry]
    /// Where older ones go on; nil at the beginning of the thread.
    package let older: String?
    /// Where newer ones go on; nil when the end of the thread is here.
    package let newer: String?

    package init(entries: [ThreadEntry], older: String?, newer: String?) {
        (self.entries, self.older, self.newer) = (entries, older, newer)
    }
}

extension ConversationService {
    /// What stands around a message, half of it before and half after. Throws ``SendingProblem/messageMissing`` when it isn't one of this thread.
    package func thread(
        of id: Identifier<Conversation>, around message: Identifier<Message>, limit: Int, access: Access
    ) async throws -> ThreadPart {
        try await thread(of: id, limit: limit, access: access) { transaction in
            guard let middle = try MessageTable(transaction, access).find(message), middle.conversationID == id else {
                throw SendingProblem.messageMissing
            }
            return .message(middle)
        }
    }

    /// What stands around a note. Throws ``NoteProblem/missing`` when it isn't one of this thread.
    package func thread(
        of id: Identifier<Conversation>, around note: Identifier<Note>, limit: Int, access: Access
    ) async throws -> ThreadPart {
        try await thread(of: id, limit: limit, access: access) { transaction in
            guard let middle = try NoteTable(transaction, access).find(note), middle.conversationID == id else { throw NoteProblem.missing }
            return .note(middle)
        }
    }

    private func thread(
        of id: Identifier<Conversation>, limit: Int, access: Access,
        around find: @escaping @Sendable (any Transaction) throws -> ThreadEntry
    ) async throws -> ThreadPart {
        try await database.read { transaction in
            guard try ConversationTable(transaction, access).find(id) != nil else { throw ConversationProblem.missing }
            let middle = try find(transaction)
            let place = ThreadPlace(at: middle.at, sequence: middle.sequence)
            let half = limit / 2
            let newer = try Self.entries(of: id, after: place, limit: half + 1, transaction, access)
            let older = try Self.entries(of: id, before: place, limit: half + 1, transaction, access)
            let shown = newer.prefix(half).reversed() + [middle] + older.prefix(half)
            return ThreadPart(
                entries: Array(shown), older: older.count > half ? shown.last?.place.cursor.text : nil,
                newer: newer.count > half ? shown.first?.place.cursor.text : nil)
        }
    }

    /// What stands after a place, ``ThreadPart/newer`` of the part before it.
    package func thread(of id: Identifier<Conversation>, after: String, limit: Int, access: Access) async throws -> ThreadPart {
        let place = try ThreadPlace(parsing: after)
        let rows = try await database.read { transaction in
            guard try ConversationTable(transaction, access).find(id) != nil else { throw ConversationProblem.missing }
            return try Self.entries(of: id, after: place, limit: limit + 1, transaction, access)
        }
        let shown = rows.prefix(limit)
        return ThreadPart(entries: shown.reversed(), older: nil, newer: rows.count > limit ? shown.last?.place.cursor.text : nil)
    }

    /// Oldest first.
    static func entries(
        of id: Identifier<Conversation>, after place: ThreadPlace, limit: Int, _ transaction: any Transaction, _ access: Access
    ) throws -> [ThreadEntry] {
        let messages = try MessageTable(transaction, access).thread(id, after: place.values, limit: limit).map(ThreadEntry.message)
        let notes = try NoteTable(transaction, access).thread(id, after: place.values, limit: limit).map(ThreadEntry.note)
        return Array((messages + notes).sorted(by: ThreadEntry.precedes).prefix(limit))
    }

    /// Newest first, from the end of the thread without a place.
    static func entries(
        of id: Identifier<Conversation>, before place: ThreadPlace?, limit: Int, _ transaction: any Transaction, _ access: Access
    ) throws -> [ThreadEntry] {
        let messages = try MessageTable(transaction, access).thread(id, before: place?.values, limit: limit).map(ThreadEntry.message)
        let notes = try NoteTable(transaction, access).thread(id, before: place?.values, limit: limit).map(ThreadEntry.note)
        return Array((messages + notes).sorted { ThreadEntry.precedes($1, $0) }.prefix(limit))
    }
}

extension ThreadEntry {
    fileprivate var place: ThreadPlace { ThreadPlace(at: at, sequence: sequence) }
}
