package import Domain
package import Store

package import struct Foundation.Date

/// What colleagues tell each other in a conversation, and whom they call by it.
package struct NoteService: Sendable {
    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// A page of the notes of a conversation, newest first.
    package func list(_ conversation: Identifier<Conversation>, before: String?, limit: Int, access: Access) async throws -> Page<Note> {
        let place = try before.map { try ThreadPlace(parsing: $0) }
        let rows = try await database.read { transaction in
            guard try ConversationTable(transaction, access).find(conversation) != nil else { throw ConversationProblem.missing }
            return try NoteTable(transaction, access).thread(conversation, before: place?.values, limit: limit + 1)
        }
        return Page(rows: rows, limit: limit) { ThreadPlace(at: $0.at, sequence: $0.sequence).cursor }
    }

    package func note(_ id: Identifier<Note>, in conversation: Identifier<Conversation>, access: Access) async throws -> Note {
        try await database.read { try find(id, in: conversation, access, $0) }
    }

    private func find(
        _ id: Identifier<Note>, in conversation: Identifier<Conversation>, _ access: Access, _ transaction: any Transaction
    ) throws -> Note {
        guard let note = try NoteTable(transaction, access).find(id), note.conversationID == conversation else {
            throw NoteProblem.missing
        }
        return note
    }

    /// Throws ``NoteProblem``.
    package func create(_ text: String, in conversation: Identifier<Conversation>, access: Access) async throws -> Note {
        let note = try await database.write { try create(text, in: conversation, access: access, transaction: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return note
    }

    /// Inside a transaction of the caller's.
    package func create(
        _ text: String, in conversationID: Identifier<Conversation>, access: Access, transaction: any Transaction
    ) throws -> Note {
        try access.require(.notesWrite)
        guard let conversation = try ConversationTable(transaction, access.withGrant(.conversationsView)).find(conversationID) else {
            throw ConversationProblem.missing
        }
        let moment = now()
        let note = try Note(
            id: .make(at: moment), conversationID: conversationID, author: access.actor.text, text: text,
            mentions: try people(calledBy: text, conversation, access, transaction), at: moment,
            sequence: SequenceClock.shared.next(at: moment))
        guard try NoteTable(transaction, access).insert(note) else { throw ConversationProblem.missing }
        try tell(.noteCreated, note, at: note.writtenAt, access, transaction)
        return note
    }

    /// Throws ``NoteProblem/notYours`` to all but its author.
    package func change(
        _ id: Identifier<Note>, in conversationID: Identifier<Conversation>, text: String, access: Access
    ) async throws -> Note {
        let note = try await database.write { transaction in
            try access.require(.notesWrite)
            let reading = access.withGrant(.conversationsView)
            let before = try find(id, in: conversationID, reading, transaction)
            guard let conversation = try ConversationTable(transaction, reading).find(conversationID) else { throw NoteProblem.missing }
            guard before.author == access.actor.text else { throw NoteProblem.notYours }
            let note = try Note(
                id: id, conversationID: conversationID, author: before.author, text: text,
                mentions: try people(calledBy: text, conversation, access, transaction), at: before.at, sequence: before.sequence,
                editedAt: now())
            guard try NoteTable(transaction, access).update(note) else { throw NoteProblem.missing }
            try tell(.noteUpdated, note, at: note.writtenAt, access, transaction)
            return note
        }
        signals.eventsAppended(in: access.workspaceID)
        return note
    }

    /// For its author, and for who may delete conversations.
    package func delete(_ id: Identifier<Note>, in conversation: Identifier<Conversation>, access: Access) async throws {
        try await database.write { transaction in
            try access.require(.notesWrite)
            let reading = access.withGrant(.conversationsView)
            let note = try find(id, in: conversation, reading, transaction)
            guard note.author == access.actor.text || access.permits(.conversationsDelete) else { throw NoteProblem.notYours }
            guard try NoteTable(transaction, access).delete(id) else { throw NoteProblem.missing }
            try tell(.noteDeleted, note, at: now(), access, transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func tell(_ kind: EventKind, _ note: Note, at moment: Date, _ access: Access, _ transaction: any Transaction) throws {
        try EventTable(transaction, access).append(
            NewEvent(kind, conversation: note.conversationID, subject: note.id.text, deed: kind == .noteDeleted ? .noteDeleted : nil),
            at: moment)
    }

    /// Who is called is told, so they must be able to read it. Of a team, those are called who can.
    private func people(
        calledBy text: String, _ conversation: Conversation, _ access: Access, _ transaction: any Transaction
    ) throws -> Set<Identifier<Account>> {
        guard text.contains("@") else { return [] }
        let reading = access.withGrant(.membersManage).withGrant(.conversationsView)
        let members = try MemberTable(transaction, reading).all().filter(\.isActive)
        let teams = try TeamTable(transaction, reading).all()
        let names =
            members.map { Mentions.Name($0.account.name, .person($0.account.id)) } + teams.map { Mentions.Name($0.name, .team($0.id)) }
        let targets = Mentions(in: text, among: names).targets
        guard !targets.isEmpty else { return [] }
        let levels = try VisibilityTable(transaction, reading).levels()
        func sees(_ member: Member) -> Bool {
            let own = teams.filter { $0.members.contains(member.account.id) }.map(\.id)
            return Visibility(levels[member.role] ?? .all, of: member.account.id, teams: Set(own)).includes(conversation.assignment)
        }
        var called: Set<Identifier<Account>> = []
        for member in members {
            let isInTeam = teams.contains { targets.contains(.team($0.id)) && $0.members.contains(member.account.id) }
            let isNamed = targets.contains(.person(member.account.id))
            guard isNamed || isInTeam else { continue }
            if sees(member) {
                called.insert(member.account.id)
            } else if isNamed {
                throw NoteProblem.mentionBlind(name: member.account.name)
            }
        }
        return called
    }
}
