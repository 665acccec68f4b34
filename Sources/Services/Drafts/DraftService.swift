package import Domain
package import Store

package import struct Foundation.Date

/// What members have begun to write, kept so that it follows them to another browser. Only their own, and never in the event log: a draft is
/// nobody else's business.
package struct DraftService: Sendable {
    private let database: any Database
    private let now: @Sendable () -> Date

    package init(database: any Database, now: @escaping @Sendable () -> Date) { (self.database, self.now) = (database, now) }

    /// nil when nothing is begun.
    package func draft(of id: Identifier<Conversation>, access: Access) async throws -> Draft? {
        try await database.read { transaction in
            try Self.look(id, access, in: transaction)
            return try DraftTable(transaction, access).find(id)
        }
    }

    /// Those of the conversations in which the caller has begun something, with what.
    package func texts(in conversations: [Identifier<Conversation>], access: Access) async throws -> [Identifier<Conversation>: String] {
        try await database.read { try DraftTable($0, access).texts(conversations) }
    }

    /// Keeps a text; a blank one takes the draft away.
    ///
    /// - Parameter seen: the version that the caller has before them, 0 for none. Throws ``DraftProblem/changedElsewhere`` when another is kept
    ///   by now; one that is gone is simply made anew.
    package func save(
        _ text: String, of id: Identifier<Conversation>, seen: Int64, access: Access
    ) async throws -> Draft? {
        try Draft.check(text)
        return try await database.write { transaction in
            try Self.look(id, access, in: transaction)
            let table = DraftTable(transaction, access)
            let before = try table.find(id)
            guard before == nil || before?.version == seen else { throw DraftProblem.changedElsewhere }
            if text.isBlank {
                if before != nil { _ = try table.delete(id, version: seen) }
                return nil
            }
            if let before, before.text == text { return before }
            let moment = now()
            // A time, so that a version of a draft that is gone never comes back.
            let version = max(moment.milliseconds, max(before?.version ?? 0, seen) + 1)
            let draft = Draft(text: text, version: version, updatedAt: moment)
            guard try table.save(draft, of: id, seen: seen) else { throw DraftProblem.changedElsewhere }
            return draft
        }
    }

    /// Takes the draft away; with a version only that one.
    package func delete(_ id: Identifier<Conversation>, version: Int64? = nil, access: Access) async throws {
        try await database.write { transaction in
            try Self.look(id, access, in: transaction)
            let table = DraftTable(transaction, access)
            guard try !table.delete(id, version: version), version != nil else { return }
            if try table.find(id) != nil { throw DraftProblem.changedElsewhere }
        }
    }

    private static func look(_ id: Identifier<Conversation>, _ access: Access, in transaction: any Transaction) throws {
        try access.require(.messagesSend)
        guard try ConversationTable(transaction, access.withGrant(.conversationsView)).find(id) != nil else {
            throw ConversationProblem.missing
        }
    }
}
