package import Domain

package import struct Foundation.Date

/// The groups of contacts of a workspace, and who is in them. Their counts change along with their members.
package struct ContactGroupTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// By name.
    package func all() throws -> [ContactGroup] {
        try access.require(.groupsView)
        return try transaction.rows(
            """
            SELECT id, name, description, member_count, created_at FROM contact_groups WHERE workspace_id = \(access.workspaceID)
            ORDER BY name_key, id LIMIT \(ContactGroup.countLimit)
            """
        ).map(Self.group)
    }

    package func find(_ id: Identifier<ContactGroup>) throws -> ContactGroup? {
        try access.require(.groupsView)
        return try transaction.rows(
            """
            SELECT id, name, description, member_count, created_at FROM contact_groups WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """
        ).first.map(Self.group)
    }

    /// Throws ``ContactGroupProblem/nameTaken``.
    package func insert(_ group: ContactGroup) throws {
        try access.require(.groupsCreate)
        let made = try transaction.rows(
            """
            INSERT INTO contact_groups (workspace_id, id, name, name_key, description, created_at)
            VALUES (\(access.workspaceID), \(group.id), \(group.name), \(group.nameKey), \(group.description), \(group.createdAt))
            ON CONFLICT (workspace_id, name_key) DO NOTHING RETURNING id
            """)
        guard !made.isEmpty else { throw ContactGroupProblem.nameTaken }
    }

    /// Throws ``ContactGroupProblem/nameTaken`` and ``ContactGroupProblem/missing``.
    package func change(_ group: ContactGroup) throws {
        try access.require(.groupsEdit)
        do {
            let changed = try transaction.run(
                """
                UPDATE contact_groups SET name = \(group.name), name_key = \(group.nameKey), description = \(group.description)
                WHERE workspace_id = \(access.workspaceID) AND id = \(group.id)
                """)
            guard changed == 1 else { throw ContactGroupProblem.missing }
        } catch StoreError.duplicate {
            throw ContactGroupProblem.nameTaken
        }
    }

    /// Takes some contacts out of a group that is going, at most `limit`; returns how many.
    package func empty(_ id: Identifier<ContactGroup>, limit: Int) throws -> Int {
        try access.require(.groupsDelete)
        let contacts: [SQLValue] = try transaction.rows(
            """
            SELECT contact_id FROM contact_group_members WHERE workspace_id = \(access.workspaceID) AND group_id = \(id)
            ORDER BY contact_id LIMIT \(limit)
            """
        ).map { .text(try $0.text(0)) }
        guard !contacts.isEmpty else { return 0 }
        let gone = try transaction.run(
            """
            DELETE FROM contact_group_members
            WHERE workspace_id = \(access.workspaceID) AND group_id = \(id) AND contact_id IN (\(list: contacts))
            """)
        try count(id, by: -gone)
        return contacts.count
    }

    /// False when there was none.
    package func delete(_ id: Identifier<ContactGroup>) throws -> Bool {
        try access.require(.groupsDelete)
        return try transaction.run("DELETE FROM contact_groups WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    /// Those of these groups that there are, by id; none of them goes or changes its count before this transaction ends.
    package func hold(_ ids: [Identifier<ContactGroup>]) throws -> [Identifier<ContactGroup>] {
        try access.require(.contactsEdit)
        guard !ids.isEmpty else { return [] }
        return try transaction.rows(
            """
            SELECT id FROM contact_groups WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids.map { SQLValue($0) }))
            ORDER BY id\(sql: transaction.dialect.forUpdate)
            """
        ).map { try $0.id(0) }
    }

    /// Puts contacts of the directory into a group; those that are in it stay. Returns which came in.
    package func join(
        _ id: Identifier<ContactGroup>, _ contacts: [Identifier<Contact>], importID: Identifier<ContactImport>? = nil
    ) throws -> [Identifier<Contact>] {
        try access.require(.contactsEdit)
        guard !contacts.isEmpty else { return [] }
        let joined: [Identifier<Contact>] = try transaction.rows(
            """
            INSERT INTO contact_group_members (workspace_id, group_id, contact_id, sort_key, import_id)
            SELECT c.workspace_id, \(id), c.id, c.sort_key, \(importID) FROM contacts c
            WHERE c.workspace_id = \(access.workspaceID) AND c.id IN (\(list: contacts.map { SQLValue($0) })) AND c.listed_at IS NOT NULL
            ON CONFLICT DO NOTHING RETURNING contact_id
            """
        ).map { try $0.id(0) }
        try count(id, by: joined.count)
        return joined
    }

    /// Takes contacts out of a group. Returns which were in it.
    package func leave(_ id: Identifier<ContactGroup>, _ contacts: [Identifier<Contact>]) throws -> [Identifier<Contact>] {
        try access.require(.contactsEdit)
        guard !contacts.isEmpty else { return [] }
        let left: [Identifier<Contact>] = try transaction.rows(
            """
            DELETE FROM contact_group_members
            WHERE workspace_id = \(access.workspaceID) AND group_id = \(id) AND contact_id IN (\(list: contacts.map { SQLValue($0) }))
            RETURNING contact_id
            """
        ).map { try $0.id(0) }
        try count(id, by: -left.count)
        return left
    }

    /// Takes contacts out of every group.
    func leaveAll(_ contacts: [Identifier<Contact>]) throws {
        try take("contact_id IN (\(list: contacts.map { SQLValue($0) }))")
    }

    /// Takes out again what an import put in, at most `limit`; returns how many.
    package func takeBack(_ id: Identifier<ContactImport>, limit: Int) throws -> Int {
        try access.require(.contactsEdit)
        let members = try transaction.rows(
            """
            SELECT group_id, contact_id FROM contact_group_members WHERE workspace_id = \(access.workspaceID) AND import_id = \(id)
            ORDER BY group_id, contact_id LIMIT \(limit)
            """
        ).map { (try $0.id(0) as Identifier<ContactGroup>, try $0.id(1) as Identifier<Contact>) }
        for (group, contacts) in Dictionary(grouping: members, by: \.0).sorted(by: { $0.key < $1.key }) {
            _ = try leave(group, contacts.map(\.1))
        }
        return members.count
    }

    private func take(_ condition: SQL) throws {
        let groups: [Identifier<ContactGroup>] = try transaction.rows(
            "DELETE FROM contact_group_members WHERE workspace_id = \(access.workspaceID) AND \(sql: condition) RETURNING group_id"
        ).map { try $0.id(0) }
        for (group, times) in Dictionary(grouping: groups, by: \.self).sorted(by: { $0.key < $1.key }) {
            try count(group, by: -times.count)
        }
    }

    private func count(_ id: Identifier<ContactGroup>, by change: Int) throws {
        guard change != 0 else { return }
        try transaction.run(
            "UPDATE contact_groups SET member_count = member_count + \(change) WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
    }

    private static func group(_ row: Row) throws -> ContactGroup {
        try ContactGroup(
            id: row.id(0), name: row.text(1), description: row.textOrNil(2), memberCount: row.integer(3), createdAt: row.date(4))
    }
}
