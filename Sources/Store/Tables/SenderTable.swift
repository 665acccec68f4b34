package import Domain

package struct SenderTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Senders of one workspace, at most; a business has tens.
    private static let listLimit = 500

    private static let columns = """
        workspace_id, id, connection_id, channel, name, display_name, phone_number, provider_id, status, status_reason, quality, messaging_limit,
        read_receipts, created_at
        """

    /// Throws ``SenderProblem/phoneNumberTaken(_:)`` when the number is a sender already.
    package func insert(_ sender: Sender, throughput: String?, isCoexistence: Bool = false) throws {
        try access.require(.sendersManage)
        do {
            try transaction.run(
                """
                INSERT INTO senders (\(raw: Self.columns), throughput, is_coexistence)
                VALUES (\(access.workspaceID), \(sender.id), \(sender.connectionID), \(sender.channel.rawValue), \(sender.name), \(sender.displayName),
                    \(sender.phoneNumber.text), \(sender.providerID), \(sender.status.rawValue), \(sender.statusReason), \(sender.quality),
                    \(sender.messagingLimit), \(sender.readReceipts.rawValue), \(sender.createdAt), \(throughput), \(isCoexistence))
                """)
        } catch StoreError.duplicate {
            // Ends the transaction: the unique index decides, not a check before.
            throw SenderProblem.phoneNumberTaken(sender.phoneNumber.text)
        }
    }

    /// Writes what may change of a number, by name, report and status. Throws ``SenderProblem/phoneNumberTaken(_:)`` as ``insert(_:throughput:isCoexistence:)``.
    package func update(_ sender: Sender, throughput: String?, isCoexistence: Bool) throws {
        try access.require(.sendersManage)
        do {
            try transaction.run(
                """
                UPDATE senders SET name = \(sender.name), display_name = \(sender.displayName), phone_number = \(sender.phoneNumber.text),
                    provider_id = \(sender.providerID), status = \(sender.status.rawValue), status_reason = \(sender.statusReason),
                    quality = \(sender.quality), messaging_limit = \(sender.messagingLimit), throughput = \(throughput),
                    is_coexistence = \(isCoexistence)
                WHERE workspace_id = \(access.workspaceID) AND id = \(sender.id)
                """)
        } catch StoreError.duplicate {
            throw SenderProblem.phoneNumberTaken(sender.phoneNumber.text)
        }
    }

    package func list() throws -> [Sender] {
        try access.require(.sendersView)
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM senders WHERE workspace_id = \(access.workspaceID) ORDER BY id LIMIT \(Self.listLimit)"
        ).map(Self.sender)
    }

    package func find(_ id: Identifier<Sender>) throws -> Sender? {
        try access.require(.sendersView)
        return try transaction.rows("SELECT \(raw: Self.columns) FROM senders WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
            .first
            .map(Self.sender)
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

    package func setStatus(_ status: Sender.Status, reason: String?, _ id: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try transaction.run(
            """
            UPDATE senders SET status = \(status.rawValue), status_reason = \(reason) WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
    }

    package func setReadReceipts(_ setting: Sender.ReadReceipts, _ id: Identifier<Sender>) throws -> Bool {
        try access.require(.sendersManage)
        return try transaction.run(
            "UPDATE senders SET read_receipts = \(setting.rawValue) WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    private static func sender(_ row: Row) throws -> Sender {
        guard let channel = ChannelKind(rawValue: try row.text(3)), let number = try? PhoneNumber(parsing: row.text(6)),
            let status = Sender.Status(rawValue: try row.text(8)), let receipts = Sender.ReadReceipts(rawValue: try row.text(12))
        else { throw StoreError.columnMismatch(3) }
        return Sender(
            id: try row.id(1), workspaceID: try row.id(0), connectionID: try row.id(2), channel: channel, name: try row.text(4),
            displayName: try row.textOrNil(5), phoneNumber: number, providerID: try row.text(7), status: status,
            statusReason: try row.textOrNil(9),
            quality: try row.textOrNil(10), messagingLimit: try row.textOrNil(11), readReceipts: receipts, createdAt: try row.date(13))
    }
}
