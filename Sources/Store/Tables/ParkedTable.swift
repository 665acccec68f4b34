package import Domain

package import struct Foundation.Date

/// A status, reaction, edit or deletion that came before the message it is about.
package struct ParkedEvent: Sendable, Identified {
    package static let identifierPrefix = "prk"

    package let id: Identifier<ParkedEvent>
    package let workspaceID: Identifier<Workspace>
    package let connectionID: Identifier<Connection>
    package let senderID: Identifier<Sender>
    package let targetProviderID: String
    /// As JSON: what an earlier version wrote may no longer be readable, and that mustn't keep its neighbours from being taken.
    package let eventText: String
    package let receivedAt: Date
    package let looks: Int
    package let deadline: Date

    package init(
        id: Identifier<ParkedEvent>, workspaceID: Identifier<Workspace>, connectionID: Identifier<Connection>, senderID: Identifier<Sender>,
        targetProviderID: String, eventText: String, receivedAt: Date, looks: Int, deadline: Date
    ) {
        (self.id, self.workspaceID, self.connectionID, self.senderID) = (id, workspaceID, connectionID, senderID)
        (self.targetProviderID, self.eventText, self.receivedAt, self.looks, self.deadline) = (
            targetProviderID, eventText, receivedAt, looks, deadline
        )
    }

    package func event() throws -> InboundEvent { try JSONText.decode(from: eventText) }
}

package struct ParkedTable {
    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    private static let columns = "id, workspace_id, connection_id, sender_id, target_provider_id, event, received_at, looks, deadline"

    package func insert(_ parked: ParkedEvent, nextLookAt: Date) throws {
        try transaction.run(
            """
            INSERT INTO parked (\(raw: Self.columns), next_look_at)
            VALUES (\(parked.id), \(workspaceID), \(parked.connectionID), \(parked.senderID), \(parked.targetProviderID), \(parked.eventText),
                \(parked.receivedAt), \(parked.looks), \(parked.deadline), \(nextLookAt))
            """)
    }

    /// How many a sender has, counted no further than `limit`.
    package func count(of sender: Identifier<Sender>, limit: Int) throws -> Int {
        try transaction.rows(
            "SELECT COUNT(*) FROM (SELECT 1 FROM parked WHERE workspace_id = \(workspaceID) AND sender_id = \(sender) LIMIT \(limit)) n"
        ).first?.integer(0) ?? 0
    }

    /// Takes out what waits for these messages, oldest first. Nothing waits for most of them, so that costs one look for all.
    package func take(for targets: [(sender: Identifier<Sender>, providerID: String)]) throws -> [ParkedEvent] {
        let parked = transaction.dialect.lookUp(
            "JOIN", "parked", as: "p",
            by: "p.workspace_id = k.workspace_id AND p.sender_id = k.sender_id AND p.target_provider_id = k.target_provider_id")
        let found = try transaction.bulk(
            "WITH k (workspace_id, sender_id, target_provider_id) AS (VALUES ",
            targets.map { [SQLValue(workspaceID), SQLValue($0.sender), .text($0.providerID)] }, ") SELECT p.id FROM k \(parked)")
        var taken: [ParkedEvent] = []
        try transaction.forEachChunk(of: found.map { [.text(try $0.text(0))] }) { chunk in
            taken += try transaction.rows(
                """
                DELETE FROM parked WHERE workspace_id = \(workspaceID) AND id IN (\(list: chunk.map { $0[0] })) RETURNING \(raw: Self.columns)
                """
            ).map(Self.parked)
        }
        return taken.sorted { $0.id < $1.id }
    }

    /// Takes out what is to be looked at again, at most `limit`.
    package func takeDue(now: Date, limit: Int) throws -> [ParkedEvent] {
        try transaction.rows(
            """
            DELETE FROM parked WHERE workspace_id = \(workspaceID) AND id IN (
                SELECT id FROM parked WHERE workspace_id = \(workspaceID) AND next_look_at <= \(now) ORDER BY next_look_at, id LIMIT \(limit))
            RETURNING \(raw: Self.columns)
            """
        ).map(Self.parked).sorted { $0.id < $1.id }
    }

    private static func parked(_ row: Row) throws -> ParkedEvent {
        ParkedEvent(
            id: try row.id(0), workspaceID: try row.id(1), connectionID: try row.id(2), senderID: try row.id(3),
            targetProviderID: try row.text(4),
            eventText: try row.text(5), receivedAt: try row.date(6), looks: try row.integer(7), deadline: try row.date(8)
        )
    }
}
