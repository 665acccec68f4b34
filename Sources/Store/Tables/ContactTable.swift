package import Domain

package import struct Foundation.Date

package struct ContactTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    package func find(_ id: Identifier<Contact>) throws -> Contact? {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT id, name, phone_number, username, business_scoped_id FROM contacts WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """
        ).first.map(Self.contact)
    }

    package func find(_ identity: ContactIdentity) throws -> Identifier<Contact>? {
        try access.require(.conversationsView)
        return try transaction.rows(
            """
            SELECT contact_id FROM contact_identities
            WHERE workspace_id = \(access.workspaceID) AND kind = \(identity.kind.rawValue) AND match_key = \(identity.matchKey)
            """
        ).first.map { try $0.id(0) }
    }

    /// The group that the contact stands for, if it is one.
    package func group(of id: Identifier<Contact>) throws -> String? {
        try access.require(.conversationsView)
        return try transaction.rows(
            "SELECT value FROM contact_identities WHERE workspace_id = \(access.workspaceID) AND contact_id = \(id) AND kind = 'group'"
        ).first.map { try $0.text(0) }
    }

    /// The contact with this identity, made when there is none.
    package func findOrMake(_ identity: ContactIdentity, now: Date) throws -> Identifier<Contact> {
        try access.require(.messagesSend)
        if let found = try find(identity) { return found }
        let id = Identifier<Contact>.make(at: now)
        let (phone, bsuid): (String?, String?) =
            switch identity {
            case .phone(let number): (number.text, nil)
            case .businessScoped(let id, _): (nil, id)
            case .username, .group: (nil, nil)
            }
        try transaction.run(
            """
            INSERT INTO contacts (workspace_id, id, phone_number, business_scoped_id, created_at, updated_at)
            VALUES (\(access.workspaceID), \(id), \(phone), \(bsuid), \(now), \(now))
            """)
        let learned = try transaction.rows(
            """
            INSERT INTO contact_identities (workspace_id, kind, match_key, value, contact_id, created_at)
            VALUES (\(access.workspaceID), \(identity.kind.rawValue), \(identity.matchKey), \(identity.value), \(id), \(now))
            ON CONFLICT (workspace_id, kind, match_key) DO NOTHING RETURNING contact_id
            """)
        guard learned.isEmpty else { return id }
        // Another transaction made the person between our two looks: keep theirs.
        try transaction.run("DELETE FROM contacts WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
        guard let theirs = try find(identity) else {
            throw StoreError.unavailable("The contact was made by another transaction; try again.")
        }
        return theirs
    }

    static func contact(_ row: Row) throws -> Contact {
        Contact(
            id: try row.id(0), name: try row.textOrNil(1), phoneNumber: try row.textOrNil(2).flatMap { try? PhoneNumber(parsing: $0) },
            username: try row.textOrNil(3), businessScopedID: try row.textOrNil(4))
    }
}
