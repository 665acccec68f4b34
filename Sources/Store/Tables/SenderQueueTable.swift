package import Domain

package import struct Foundation.Date

/// A sender's queue as people look at it: how much waits, what and since when. The dispatcher's own statements are in
/// ``QueueTable``.
package struct SenderQueueTable {
    /// Rows that a count of an index looks at, at most.
    package static let countLimit = 10_000
    /// Failed messages looked at for a count, at most: each is read, and not only its index.
    package static let failedLimit = 2_000

    let transaction: any Transaction
    let access: Access
    let senderID: Identifier<Sender>

    package init(_ transaction: any Transaction, of senderID: Identifier<Sender>, _ access: Access) {
        (self.transaction, self.senderID, self.access) = (transaction, senderID, access)
    }

    /// Of this sender, under another name of the table.
    func ours(_ alias: String) -> SQL {
        "\(raw: alias).workspace_id = \(access.workspaceID) AND \(raw: alias).sender_id = \(senderID)"
    }

    // MARK: How it stands

    /// Counts and ages.
    /// - Parameters:
    ///   - standing: of this sender.
    ///   - hasDispatcher: whether any process sends.
    package func summary(_ standing: SenderHoldTable.Standing, hasDispatcher: Bool, now: Date) throws -> SenderQueue {
        try access.require(.sendersView)
        let claimed = try claimed()
        let waiting = try Lane.allCases.map { lane in
            let queued = try count("FROM messages m WHERE \(sql: ours("m")) AND m.status = 'queued' AND m.lane = \(lane.rawValue)")
            let held = claimed[lane] ?? Claimed()
            let oldest = [try queued.count > 0 ? queuedAt(lane) : nil, held.oldestAt].compactMap { $0 }.min()
            return SenderQueue.Waiting(lane: lane, count: queued + BoundedCount(held.count), oldestAt: oldest)
        }
        return SenderQueue(
            waiting: waiting,
            scheduled: try count("FROM messages m WHERE \(sql: ours("m")) AND m.status = 'scheduled'"),
            // As the partial index on open attempts has it.
            sending: try count("FROM attempts m WHERE \(sql: ours("m")) AND m.status IN ('sending', 'unknown') AND m.status = 'sending'"),
            unknown: try count("FROM messages m WHERE \(sql: ours("m")) AND m.status = 'unknown'"),
            retryable: try retryable(now: now), hold: standing.hold, pace: standing.pace, owner: try owner(now: now),
            hasDispatcher: hasDispatcher, end: try end())
    }

    /// Senders of one workspace, at most; a business has tens.
    private static let listLimit = 500
    /// How much of each queue is counted where all senders are shown.
    private static let glanceLimit = 99

    /// How much is queued at each sender of the workspace, and whether it is paused.
    package static func glances(_ transaction: any Transaction, _ access: Access) throws -> [Identifier<Sender>: SenderQueue.Glance] {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT s.id, (SELECT COUNT(*) FROM (
                    SELECT 1 FROM messages m WHERE m.workspace_id = s.workspace_id AND m.sender_id = s.id AND m.status = 'queued'
                    LIMIT \(glanceLimit + 1)) p),
                h.paused_at
            FROM senders s LEFT JOIN sender_holds h ON h.workspace_id = s.workspace_id AND h.sender_id = s.id
            WHERE s.workspace_id = \(access.workspaceID) ORDER BY s.id LIMIT \(listLimit)
            """
        ).reduce(into: [:]) { glances, row in
            glances[try row.id(0)] = SenderQueue.Glance(
                waiting: BoundedCount(try row.integer(1), limit: glanceLimit), isPaused: try row.dateOrNil(2) != nil)
        }
    }

    /// All that can still be stopped, as ``SenderQueue/stoppable``.
    package func stoppable() throws -> BoundedCount {
        try access.require(.sendersView)
        return try Self.stoppable.reduce(BoundedCount.none) {
            $0 + (try count("FROM messages m WHERE \(sql: ours("m")) AND \(sql: Self.condition($1))"))
        }
    }

    private func count(_ source: SQL) throws -> BoundedCount {
        let rows = try transaction.rows("SELECT COUNT(*) FROM (SELECT 1 \(sql: source) LIMIT \(Self.countLimit + 1)) p")
        return BoundedCount(try rows[0].integer(0), limit: Self.countLimit)
    }

    private func queuedAt(_ lane: Lane) throws -> Date? {
        try transaction.rows(
            "SELECT m.at FROM messages m WHERE \(sql: ours("m")) AND m.status = 'queued' AND m.lane = \(lane.rawValue) ORDER BY m.sequence LIMIT 1"
        ).first?.date(0)
    }

    private struct Claimed {
        var count = 0
        var oldestAt: Date?
    }

    /// Whose file is being handed over: no more than there are call slots.
    private func claimed() throws -> [Lane: Claimed] {
        try transaction.rows(
            "SELECT m.lane, COUNT(*), MIN(m.at) FROM messages m WHERE \(sql: ours("m")) AND m.status = 'claimed' GROUP BY m.lane ORDER BY m.lane LIMIT 3"
        ).reduce(into: [:]) { result, row in
            guard let lane = Lane(rawValue: try row.integer(0)) else { throw StoreError.columnMismatch(0) }
            result[lane] = Claimed(count: try row.integer(1), oldestAt: try row.dateOrNil(2))
        }
    }

    /// The greatest sequence of what can be stopped.
    package func end() throws -> SenderQueue.End? {
        try access.require(.sendersView)
        var last: Int64?
        for status in Self.stoppable {
            for lane in Lane.allCases {
                let rows = try transaction.rows(
                    """
                    SELECT m.sequence FROM messages m WHERE \(sql: ours("m")) AND \(sql: Self.condition(status)) AND m.lane = \(lane.rawValue)
                    ORDER BY m.sequence DESC LIMIT 1
                    """)
                if let row = rows.first { last = max(last ?? 0, Int64(try row.integer(0))) }
            }
        }
        return last.map(SenderQueue.End.init)
    }

    private func owner(now: Date) throws -> SenderQueue.Owner? {
        try transaction.rows(
            """
            SELECT l.owner, n.host FROM sender_leases l LEFT JOIN processes n ON n.id = l.owner
            WHERE l.workspace_id = \(access.workspaceID) AND l.sender_id = \(senderID) AND l.owner IS NOT NULL AND l.expires_at > \(now)
            """
        ).first.map { SenderQueue.Owner(processID: try $0.text(0), host: try $0.textOrNil(1)) }
    }

    // MARK: What waits

    /// A message that hasn't left, or of which nobody knows, with what is around it.
    package struct Entry: Sendable {
        package let message: Message
        package let contact: Contact
        package let lane: Lane
        package let notBefore: Date?
        package let lastInboundAt: Date?
        /// An earlier message of its conversation and lane hasn't left yet.
        package let isBehind: Bool
        /// An earlier message of its conversation and lane is of unknown outcome since then.
        package let unknownAheadSince: Date?
        /// Since when its own outcome is unknown.
        package let unknownSince: Date?
        /// Messages of its conversation that began to leave within ``pairSeconds``, of the newest ``pairLimit``.
        package let recentStarts: Int

        package var place: QueueTable.Place { QueueTable.Place(lane: lane.rawValue, sequence: message.sequence) }
    }

    /// How long ago a start may still count against the limit between two numbers, in seconds.
    private static let pairSeconds = 270.0
    /// Messages of a conversation looked at for that limit, at most.
    private static let pairLimit = 60

    /// When the newest messages of a conversation began to leave, oldest first.
    package func starts(in conversation: Identifier<Conversation>, now: Date) throws -> [Date] {
        try transaction.rows(
            """
            SELECT b.started_at FROM (
                SELECT e.workspace_id, e.id, e.attempt FROM messages e WHERE e.workspace_id = \(access.workspaceID) AND e.conversation_id = \(conversation)
                ORDER BY e.at DESC, e.sequence DESC LIMIT \(Self.pairLimit)) n
            JOIN attempts b ON b.workspace_id = n.workspace_id AND b.message_id = n.id AND b.number = n.attempt
            WHERE b.started_at > \(now.addingTimeInterval(-Self.pairSeconds)) ORDER BY b.started_at, b.message_id LIMIT \(Self.pairLimit)
            """
        ).map { try $0.date(0) }
    }

    private var seen: SQL { access.andSees(conversation: "m.conversation_id") }

    /// What waits behind a place, by lane and in order.
    package func waiting(after place: QueueTable.Place, now: Date, limit: Int) throws -> [Entry] {
        try access.require(.sendersView)
        try access.require(.conversationsView)
        let found = try Self.stoppable.flatMap { status in
            try entries(
                """
                SELECT m.* FROM messages m WHERE \(sql: ours("m")) AND \(sql: Self.condition(status))
                    AND (m.lane, m.sequence) > (CAST(\(place.lane) AS BIGINT), CAST(\(place.sequence) AS BIGINT))\(sql: seen)
                ORDER BY m.lane, m.sequence LIMIT \(limit)
                """, now: now)
        }
        return Array(found.sorted { ($0.lane.rawValue, $0.message.sequence) < ($1.lane.rawValue, $1.message.sequence) }.prefix(limit))
    }

    /// What is of unknown outcome, oldest first, behind a place.
    package func unknown(after sequence: Int64, now: Date, limit: Int) throws -> [Entry] {
        try access.require(.sendersView)
        try access.require(.conversationsView)
        return try entries(
            """
            SELECT m.* FROM messages m WHERE \(sql: ours("m")) AND m.status = 'unknown' AND m.sequence > CAST(\(sequence) AS BIGINT)\(sql: seen)
            ORDER BY m.sequence LIMIT \(limit)
            """, now: now)
    }

    /// How many wait before a place, to tell how long one of them has to wait.
    package func ahead(of place: QueueTable.Place) throws -> BoundedCount {
        try count(
            """
            FROM messages m WHERE \(sql: ours("m")) AND m.status = 'queued'
                AND (m.lane, m.sequence) <= (CAST(\(place.lane) AS BIGINT), CAST(\(place.sequence) AS BIGINT))
            """)
    }

    private func entries(_ page: SQL, now: Date) throws -> [Entry] {
        let dialect = transaction.dialect
        let contact = dialect.lookUp("JOIN", "contacts", as: "c", by: "c.workspace_id = p.workspace_id AND c.id = p.contact_id")
        let conversation = dialect.lookUp(
            "JOIN", "conversations", as: "v", by: "v.workspace_id = p.workspace_id AND v.id = p.conversation_id")
        let attempt = dialect.lookUp(
            "LEFT JOIN", "attempts", as: "a", by: "a.workspace_id = p.workspace_id AND a.message_id = p.id AND a.number = p.attempt")
        let rows = try transaction.rows(
            """
            SELECT \(raw: MessageTable.columns(of: "p")), c.name, c.phone_number, c.username, c.business_scoped_id, p.lane, p.not_before,
                v.last_inbound_at,
                EXISTS (
                    SELECT 1 FROM messages e WHERE e.workspace_id = p.workspace_id AND e.conversation_id = p.conversation_id AND e.lane = p.lane
                        AND e.sequence < p.sequence AND e.status IN ('queued', 'claimed', 'sending')),
                (SELECT MAX(b.answered_at) FROM messages e
                    JOIN attempts b ON b.workspace_id = e.workspace_id AND b.message_id = e.id AND b.number = e.attempt
                    WHERE e.workspace_id = p.workspace_id AND e.conversation_id = p.conversation_id AND e.status = 'unknown'
                        AND e.sequence < p.sequence AND e.lane = p.lane),
                a.answered_at, a.started_at,
                (SELECT COUNT(*) FROM (
                    SELECT e.workspace_id, e.id, e.attempt FROM messages e
                    WHERE e.workspace_id = p.workspace_id AND e.conversation_id = p.conversation_id
                    ORDER BY e.at DESC, e.sequence DESC LIMIT \(Self.pairLimit)) n
                    JOIN attempts b ON b.workspace_id = n.workspace_id AND b.message_id = n.id AND b.number = n.attempt
                    WHERE b.started_at > \(now.addingTimeInterval(-Self.pairSeconds)))
            FROM (\(sql: page)) p \(raw: contact) \(raw: conversation) \(raw: attempt)
            ORDER BY p.lane, p.sequence
            """)
        return try rows.map { row in
            let message = try MessageTable.message(row)
            let next = MessageTable.columnCount
            guard let lane = Lane(rawValue: try row.integer(next + 4)) else { throw StoreError.columnMismatch(next + 4) }
            let contact = Contact(
                id: message.contactID, name: try row.textOrNil(next),
                phoneNumber: try row.textOrNil(next + 1).flatMap { try? PhoneNumber(parsing: $0) }, username: try row.textOrNil(next + 2),
                businessScopedID: try row.textOrNil(next + 3))
            let answeredAt = try row.dateOrNil(next + 9) ?? row.dateOrNil(next + 10)
            return Entry(
                message: message, contact: contact, lane: lane, notBefore: try row.dateOrNil(next + 5),
                lastInboundAt: try row.dateOrNil(next + 6), isBehind: try row.bool(next + 7),
                unknownAheadSince: try row.dateOrNil(next + 8), unknownSince: message.status == .unknown ? answeredAt : nil,
                recentStarts: try row.integer(next + 11))
        }
    }

    /// What haven't left, each with the condition of its index.
    static let stoppable: [MessageStatus] = [.queued, .scheduled, .claimed]

    /// Spelt out, so that the partial index is found.
    static func condition(_ status: MessageStatus) -> SQL { "m.status = '\(raw: status.rawValue)'" }
}
