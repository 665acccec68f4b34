package import Domain

/// What is agreed to before a number is activated, in which version, and who agreed.
package struct TermsTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// What has to be agreed to: WhatsApp's terms always, as somebody set them or as they were when this was written; the privacy policy once it is set.
    package func inForce() throws -> [Terms] {
        let set = try all()
        return (set.contains { $0.document == .whatsApp } ? [] : [Terms.standardWhatsApp].compactMap(\.self)) + set
    }

    /// Those that somebody set.
    package func all() throws -> [Terms] {
        try access.require(.sendersManage)
        return try transaction.rows(
            "SELECT document, address, version FROM terms WHERE workspace_id = \(access.workspaceID) ORDER BY document LIMIT 10"
        ).map { try Self.terms($0, at: 0) }
    }

    package func set(_ terms: Terms) throws {
        try access.require(.settingsManage)
        try transaction.run(
            """
            INSERT INTO terms (workspace_id, document, address, version)
            VALUES (\(access.workspaceID), \(terms.document.rawValue), \(terms.address.text), \(terms.version))
            ON CONFLICT (workspace_id, document) DO UPDATE SET address = excluded.address, version = excluded.version
            """)
    }

    /// False when it wasn't set.
    package func remove(_ document: TermsDocument) throws -> Bool {
        try access.require(.settingsManage)
        return try transaction.run(
            "DELETE FROM terms WHERE workspace_id = \(access.workspaceID) AND document = \(document.rawValue)") == 1
    }

    /// Writes down that it was agreed to; the first time stays.
    package func accept(_ acceptance: TermsAcceptance, for sender: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        let terms = acceptance.terms
        try transaction.run(
            """
            INSERT INTO terms_acceptances (workspace_id, sender_id, document, version, address, actor, at, client_address)
            VALUES (\(access.workspaceID), \(sender), \(terms.document.rawValue), \(terms.version), \(terms.address.text), \(acceptance.actor),
                \(acceptance.at), \(acceptance.clientAddress))
            ON CONFLICT (workspace_id, sender_id, document, version, address) DO NOTHING
            """)
    }

    /// Newest first, of all versions; `limit` of them at most.
    package func acceptances(for sender: Identifier<Sender>, limit: Int) throws -> [TermsAcceptance] {
        try access.require(.sendersManage)
        return try transaction.rows(
            """
            SELECT document, address, version, actor, at, client_address FROM terms_acceptances
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            ORDER BY at DESC, document, version, address LIMIT \(limit)
            """
        ).map { row in
            TermsAcceptance(
                terms: try Self.terms(row, at: 0), actor: try row.text(3), at: try row.date(4), clientAddress: try row.textOrNil(5))
        }
    }

    /// Which of these were agreed to for a number, in exactly this version and place.
    package func accepted(_ terms: [Terms], for sender: Identifier<Sender>) throws -> [Terms] {
        try access.require(.sendersManage)
        return try terms.filter { one in
            try !transaction.rows(
                """
                SELECT 1 FROM terms_acceptances
                WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND document = \(one.document.rawValue)
                    AND version = \(one.version) AND address = \(one.address.text)
                """
            ).isEmpty
        }
    }

    /// What is in force and wasn't agreed to for a number.
    package func missing(for sender: Identifier<Sender>) throws -> [Terms] {
        let terms = try inForce()
        let accepted = try accepted(terms, for: sender)
        return terms.filter { !accepted.contains($0) }
    }

    private static func terms(_ row: Row, at index: Int) throws -> Terms {
        guard let document = TermsDocument(rawValue: try row.text(index)) else { throw StoreError.columnMismatch(index) }
        return try Terms(document, address: row.text(index + 1), version: row.text(index + 2))
    }
}
