package import Domain

package import struct Foundation.Date

/// What becomes of leads and clients when something else changes: whoever they belong to, whoever may see them.
package struct LeadUpkeepTable {
    /// Rows changed in one go.
    package static let stepLimit = 500

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Contacts are going: leads and clients stay, without them.
    func forget(_ contacts: [Identifier<Contact>]) throws {
        guard !contacts.isEmpty else { return }
        let ids: [SQLValue] = contacts.map { SQLValue($0) }
        try transaction.run(
            "UPDATE leads SET contact_id = NULL WHERE workspace_id = \(access.workspaceID) AND contact_id IN (\(list: ids))")
        try transaction.run("DELETE FROM client_contacts WHERE workspace_id = \(access.workspaceID) AND contact_id IN (\(list: ids))")
    }

    /// Two contacts become one: what the first has goes to the other, unless that has its own; then the lead stays without a contact.
    package func merge(_ contact: Identifier<Contact>, into other: Identifier<Contact>) throws {
        try access.require(.contactsEdit)
        try transaction.run(
            """
            UPDATE leads SET contact_id = CASE WHEN EXISTS (
                SELECT 1 FROM leads o WHERE o.workspace_id = \(access.workspaceID) AND o.contact_id = \(other)) THEN NULL ELSE \(other) END
            WHERE workspace_id = \(access.workspaceID) AND contact_id = \(contact)
            """)
        try transaction.run(
            """
            INSERT INTO client_contacts (workspace_id, contact_id, client_id)
            SELECT workspace_id, \(other), client_id FROM client_contacts WHERE workspace_id = \(access.workspaceID) AND contact_id = \(contact)
            ON CONFLICT DO NOTHING
            """)
        try transaction.run("DELETE FROM client_contacts WHERE workspace_id = \(access.workspaceID) AND contact_id = \(contact)")
    }

    /// Somebody leaves: what they looked after is nobody's, some at a time; returns how many leads and clients that was.
    package func release(_ owner: Identifier<Account>, at now: Date) throws -> (leads: Int, clients: Int) {
        try access.require(.membersManage)
        func released(_ table: String) throws -> [Row] {
            try transaction.rows(
                """
                UPDATE \(raw: table) SET owner_id = NULL WHERE workspace_id = \(access.workspaceID) AND id IN (
                    SELECT id FROM \(raw: table) WHERE workspace_id = \(access.workspaceID) AND owner_id = \(owner)
                    ORDER BY changed_at DESC, id DESC LIMIT \(Self.stepLimit))
                RETURNING id
                """)
        }
        let leads: [Identifier<Lead>] = try released("leads").map { try $0.id(0) }
        let clients = try released("clients").count
        try LeadTable(transaction, access).append(leads.map { ($0, .owner, owner.text, nil) }, at: now)
        try transaction.run(
            """
            UPDATE lead_settings SET owner_id = NULL WHERE workspace_id = \(access.workspaceID) AND owner_id = \(owner)
            """)
        return (leads.count, clients)
    }

    /// A status goes: some of the leads that have it, at most ``stepLimit``, get another; returns which.
    package func move(
        from status: Identifier<LeadStatus>, to other: Identifier<LeadStatus>, isClosed: Bool, now: Date
    ) throws -> [Identifier<Lead>] {
        try access.require(.settingsManage)
        let closed: SQL = isClosed ? "COALESCE(closed_at, \(now))" : "NULL"
        let moved: [Identifier<Lead>] = try transaction.rows(
            """
            UPDATE leads SET status_id = \(other), closed_at = \(sql: closed) WHERE workspace_id = \(access.workspaceID) AND id IN (
                SELECT id FROM leads WHERE workspace_id = \(access.workspaceID) AND status_id = \(status)
                ORDER BY changed_at DESC, id DESC LIMIT \(Self.stepLimit))
            RETURNING id
            """
        ).map { try $0.id(0) }
        try LeadTable(transaction, access).append(moved.map { ($0, .status, status.text, other.text) }, at: now)
        return moved
    }

    /// A conversation was given to somebody: the lead that came with it, and waits for who that will be, is theirs. Returns it.
    package func follow(
        _ conversation: Identifier<Conversation>, to assignee: Identifier<Account>, at now: Date
    ) throws -> Identifier<Lead>? {
        try access.require(.conversationsAssign)
        let lead: Identifier<Lead>? = try transaction.rows(
            """
            UPDATE leads SET owner_id = \(assignee), awaits_owner = 0 WHERE workspace_id = \(access.workspaceID) AND awaits_owner = 1
                AND contact_id = (SELECT contact_id FROM conversations WHERE workspace_id = \(access.workspaceID) AND id = \(conversation))
            RETURNING id
            """
        ).first.map { try $0.id(0) }
        if let lead { try LeadTable(transaction, access).append([(lead, .owner, nil, assignee.text)], at: now) }
        return lead
    }

    /// The lists that a new workspace begins with.
    static func insertUsual(in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, at now: Date) throws {
        try transaction.insert(
            into: "lead_statuses (workspace_id, id, name, name_key, color, kind, position)",
            LeadStatus.usual.enumerated().map { position, status in
                [
                    SQLValue(workspaceID), SQLValue(Identifier<LeadStatus>.make(at: now)), .text(status.name),
                    .text(status.name.lowercased()), .text(status.color.rawValue), .text(status.kind.rawValue), SQLValue(position),
                ]
            })
        try transaction.insert(
            into: "lead_sources (workspace_id, id, name, name_key)",
            LeadSource.usual.map { name in
                [SQLValue(workspaceID), SQLValue(Identifier<LeadSource>.make(at: now)), .text(name), .text(name.lowercased())]
            })
    }
}
