package import Domain

package import struct Foundation.Date

package struct SenderTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Senders of one workspace, at most; a business has tens.
    private static let listLimit = 500

    private static let columns = """
        workspace_id, id, connection_id, channel, name, display_name, phone_number, provider_id, quality, messaging_limit, read_receipts,
        created_at, is_active, is_checking, set_up, policy, trouble, subscription, explained_reason, explanation, status_since, removed_at,
        handler_account_id, handler_team_id
        """

    /// Throws ``SenderProblem/phoneNumberTaken(_:)`` when the number is a sender already.
    package func insert(_ sender: Sender, throughput: String?, isCoexistence: Bool = false) throws {
        try access.require(.sendersManage)
        let facts = sender.facts
        do {
            try transaction.run(
                """
                INSERT INTO senders (\(raw: Self.columns), throughput, is_coexistence, status, reason, status_reason)
                VALUES (\(access.workspaceID), \(sender.id), \(sender.connectionID), \(sender.channel.rawValue), \(sender.name), \(sender.displayName),
                    \(sender.phoneNumber.text), \(sender.providerID), \(sender.quality), \(sender.messagingLimit), \(sender.readReceipts.rawValue),
                    \(sender.createdAt), \(facts.isActive), \(facts.isChecking), \(facts.setUp.rawValue), \(facts.policy.rawValue),
                    \(facts.trouble.rawValue), \(facts.subscription.rawValue), \(sender.explanation?.reason.rawValue), \(sender.explanation?.text),
                    \(sender.statusSince), NULL, NULL, NULL, \(throughput), \(isCoexistence), \(sender.status.rawValue), \(sender.reason?.rawValue),
                    \(sender.statusReason))
                """)
        } catch StoreError.duplicate {
            // Ends the transaction: the unique index decides, not a check before.
            throw SenderProblem.phoneNumberTaken(sender.phoneNumber.text)
        }
    }

    /// Writes what a provider tells of a number beside its state. Throws ``SenderProblem/phoneNumberTaken(_:)`` as ``insert(_:throughput:isCoexistence:)``.
    package func update(_ sender: Sender, throughput: String?, isCoexistence: Bool) throws {
        try access.require(.sendersManage)
        do {
            try transaction.run(
                """
                UPDATE senders SET connection_id = \(sender.connectionID), name = \(sender.name), display_name = \(sender.displayName), phone_number = \(sender.phoneNumber.text),
                    provider_id = \(sender.providerID), quality = \(sender.quality), messaging_limit = \(sender.messagingLimit),
                    throughput = \(throughput), is_coexistence = \(isCoexistence)
                WHERE workspace_id = \(access.workspaceID) AND id = \(sender.id)
                """)
        } catch StoreError.duplicate {
            throw SenderProblem.phoneNumberTaken(sender.phoneNumber.text)
        }
    }

    /// Those that weren't removed.
    package func list() throws -> [Sender] {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM senders WHERE workspace_id = \(access.workspaceID) AND removed_at IS NULL
            ORDER BY id LIMIT \(Self.listLimit)
            """
        ).map(Self.sender)
    }

    /// The names of all, also of those that were removed, whose conversations are still there.
    package func names() throws -> [Identifier<Sender>: String] {
        try access.require(.sendersView)
        return try transaction.rows(
            "SELECT id, name FROM senders WHERE workspace_id = \(access.workspaceID) ORDER BY id LIMIT \(Self.listLimit)"
        )
        .reduce(into: [:]) { $0[try $1.id(0)] = try $1.text(1) }
    }

    /// What the numbers of ``list()`` have used.
    package func usages() throws -> [Identifier<Sender>: SenderUsage] { try usages(of: "") }

    /// What one of them has used; nil for one that isn't there, or was removed.
    package func usage(of id: Identifier<Sender>) throws -> SenderUsage? { try usages(of: " AND s.id = \(id)")[id] }

    private func usages(of which: SQL) throws -> [Identifier<Sender>: SenderUsage] {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT s.id, s.messaging_limit, c.last_webhook_at, c.is_subscribed,
                COALESCE((SELECT p.people FROM portfolios p
                    WHERE p.workspace_id = s.workspace_id AND p.id = COALESCE(c.portfolio_id, c.business_account_id)), 0)
            FROM senders s JOIN connections c ON c.workspace_id = s.workspace_id AND c.id = s.connection_id
            WHERE s.workspace_id = \(access.workspaceID) AND s.removed_at IS NULL\(sql: which) ORDER BY s.id LIMIT \(Self.listLimit)
            """
        ).reduce(into: [:]) { usages, row in
            usages[try row.id(0)] = SenderUsage(
                people: try row.integer(4), tier: try row.textOrNil(1), lastWebhookAt: try row.dateOrNil(2), isSubscribed: try row.bool(3))
        }
    }

    package func find(_ id: Identifier<Sender>) throws -> Sender? { try find(id, locking: false) }

    /// Of a number in whichever form; also one that was removed: a number belongs to one sender.
    package func find(_ number: PhoneNumber) throws -> Sender? {
        try access.require(.sendersView)
        let forms = MatchKey(number).forms.map(SQLValue.text)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM senders WHERE workspace_id = \(access.workspaceID) AND phone_number IN (\(list: forms))
            ORDER BY removed_at IS NOT NULL, phone_number <> \(number.text), id LIMIT 1
            """
        ).first.map(Self.sender)
    }

    private func find(_ id: Identifier<Sender>, locking: Bool) throws -> Sender? {
        try access.require(.sendersView)
        // Whatever only refers to the number needn't wait.
        let lock: SQL = locking && transaction.dialect == .postgres ? " FOR NO KEY UPDATE" : ""
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM senders WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: lock)"
        ).first.map(Self.sender)
    }

    /// One that is in use. Throws ``SenderProblem/missing``, also for one that was removed.
    package func present(_ id: Identifier<Sender>) throws -> Sender {
        guard let sender = try find(id), sender.removedAt == nil else { throw SenderProblem.missing }
        return sender
    }

    package func list(of connection: Identifier<Connection>) throws -> [Sender] {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM senders WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection)
            ORDER BY id LIMIT \(Self.listLimit)
            """
        ).map(Self.sender)
    }

    /// What happened to a number, one event after the other; each is judged on what the one before left. Nil when there is no such number.
    /// Throws as ``SenderFacts/after(_:)``.
    package func apply(
        _ events: [SenderEvent], saying text: String? = nil, to id: Identifier<Sender>, at now: Date
    ) throws -> (before: Sender, after: Sender)? {
        try access.require(.sendersManage)
        // Two who change one number go one after the other.
        guard let before = try find(id, locking: true) else { return nil }
        let after = try events.reduce(before) { try $0.after($1, saying: text, at: now) }
        if after != before { try write(after) }
        return (before, after)
    }

    private func write(_ sender: Sender) throws {
        let facts = sender.facts
        try transaction.run(
            """
            UPDATE senders SET is_active = \(facts.isActive), is_checking = \(facts.isChecking), set_up = \(facts.setUp.rawValue),
                policy = \(facts.policy.rawValue), trouble = \(facts.trouble.rawValue), subscription = \(facts.subscription.rawValue),
                explained_reason = \(sender.explanation?.reason.rawValue), explanation = \(sender.explanation?.text),
                status_since = \(sender.statusSince), status = \(sender.status.rawValue), reason = \(sender.reason?.rawValue),
                status_reason = \(sender.statusReason)
            WHERE workspace_id = \(access.workspaceID) AND id = \(sender.id)
            """)
    }

    package func setReadReceipts(_ setting: Sender.ReadReceipts, _ id: Identifier<Sender>) throws -> Bool {
        try access.require(.sendersManage)
        return try transaction.run(
            "UPDATE senders SET read_receipts = \(setting.rawValue) WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    /// Who is given new conversations from now on.
    package func setHandler(_ handler: Assignment, _ id: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try transaction.run(
            """
            UPDATE senders SET handler_account_id = \(handler.assignee), handler_team_id = \(handler.team)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    package func rename(_ id: Identifier<Sender>, to name: String) throws -> Bool {
        try access.require(.sendersManage)
        return try transaction.run(
            "UPDATE senders SET name = \(name) WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    /// Hides a number from lists; what it said and heard stays. False when there is none that could be removed.
    package func remove(_ id: Identifier<Sender>, at now: Date) throws -> Bool {
        try access.require(.sendersManage)
        return try transaction.run(
            "UPDATE senders SET removed_at = \(now) WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND removed_at IS NULL") == 1
    }

    /// Brings one back that was removed.
    package func restore(_ id: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try transaction.run("UPDATE senders SET removed_at = NULL WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    /// When what the provider forbids ends by itself; nil when it doesn't.
    package func setPolicyEnd(_ end: Date?, _ id: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try transaction.run("UPDATE senders SET policy_ends_at = \(end) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    package func policyEnd(of id: Identifier<Sender>) throws -> Date? {
        try access.require(.sendersView)
        return try transaction.rows("SELECT policy_ends_at FROM senders WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
            .first?.dateOrNil(0)
    }

    /// Those of a connection whose restriction or suspension has ended.
    package func released(of connection: Identifier<Connection>, at now: Date) throws -> [Identifier<Sender>] {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT id FROM senders WHERE workspace_id = \(access.workspaceID) AND connection_id = \(connection) AND policy_ends_at <= \(now)
            ORDER BY id LIMIT \(Self.listLimit)
            """
        ).map { try $0.id(0) }
    }

    private static func sender(_ row: Row) throws -> Sender {
        guard let channel = ChannelKind(rawValue: try row.text(3)), let number = try? PhoneNumber(parsing: row.text(6)),
            let receipts = Sender.ReadReceipts(rawValue: try row.text(10))
        else { throw StoreError.columnMismatch(3) }
        return Sender(
            id: try row.id(1), workspaceID: try row.id(0), connectionID: try row.id(2), channel: channel, name: try row.text(4),
            displayName: try row.textOrNil(5), phoneNumber: number, providerID: try row.text(7), facts: try facts(row),
            explanation: try explanation(row), statusSince: try row.dateOrNil(20), quality: try row.textOrNil(8),
            messagingLimit: try row.textOrNil(9), readReceipts: receipts, createdAt: try row.date(11), removedAt: try row.dateOrNil(21),
            handler: Assignment(assignee: try row.idOrNil(22), team: try row.idOrNil(23)))
    }

    private static func facts(_ row: Row) throws -> SenderFacts {
        guard let setUp = SenderFacts.SetUp(rawValue: try row.text(14)), let policy = SenderFacts.Policy(rawValue: try row.text(15)),
            let trouble = SenderFacts.Trouble(rawValue: try row.text(16)),
            let subscription = SenderFacts.Subscription(rawValue: try row.text(17))
        else { throw StoreError.columnMismatch(14) }
        var facts = SenderFacts()
        (facts.isActive, facts.isChecking) = (try row.bool(12), try row.bool(13))
        (facts.setUp, facts.policy, facts.trouble, facts.subscription) = (setUp, policy, trouble, subscription)
        return facts
    }

    private static func explanation(_ row: Row) throws -> SenderExplanation? {
        guard let reason = try row.textOrNil(18).flatMap(SenderReason.init(rawValue:)), let text = try row.textOrNil(19) else { return nil }
        return SenderExplanation(reason: reason, text: text)
    }
}
