package import Domain

package import struct Foundation.Date

/// What people let the business send them: how it stands, and the ledger of what they said.
package struct ConsentTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    // MARK: Reading

    /// Of somebody whom the caller may see; nil when there is no such contact.
    package func find(_ contact: Identifier<Contact>) throws -> Consent? {
        try access.require(.contactsView)
        return try transaction.rows(
            """
            SELECT k.marketing, k.is_stopped, k.changed_at FROM contacts c
            LEFT JOIN consents k ON k.workspace_id = c.workspace_id AND k.contact_id = c.id
            WHERE c.workspace_id = \(access.workspaceID) AND c.id = \(contact)\(sql: access.andKnows(contact: "c"))
            """
        ).first.map { try $0.textOrNil(0) == nil ? .unknown : Self.consent($0) }
    }

    /// The ledger of somebody whom the caller may see, newest first.
    package func entries(of contact: Identifier<Contact>, before id: Identifier<ConsentEntry>?, limit: Int) throws -> [ConsentEntry] {
        try access.require(.contactsView)
        let place: SQL = id.map { " AND e.id < \($0)" } ?? ""
        return try transaction.rows(
            """
            SELECT e.id, e.contact_id, e.change, e.source, e.text, e.actor, e.at, e.recorded_at, e.is_applied
            FROM consent_entries e JOIN contacts c ON c.workspace_id = e.workspace_id AND c.id = e.contact_id
            WHERE e.workspace_id = \(access.workspaceID) AND e.contact_id = \(contact)\(sql: place)\(sql: access.andKnows(contact: "c"))
            ORDER BY e.id DESC LIMIT \(limit)
            """
        ).map(Self.entry)
    }

    /// Those of the people who have opted out of anything, and how they stand.
    package func optedOut(among contacts: Set<Identifier<Contact>>) throws -> [Identifier<Contact>: Consent] {
        try access.require(.messagesSend)
        var found: [Identifier<Contact>: Consent] = [:]
        try transaction.forEachChunk(of: contacts.sorted().map { [SQLValue($0)] }) { chunk in
            let rows = try transaction.rows(
                """
                SELECT marketing, is_stopped, changed_at, contact_id FROM consents
                WHERE workspace_id = \(access.workspaceID) AND contact_id IN (\(list: chunk.map { $0[0] })) AND marketing = 'opted-out'
                """)
            for row in rows { found[try row.id(3)] = try Self.consent(row) }
        }
        return found
    }

    /// Those of the people who may not be sent a template of a category, and why: for whoever writes to many at once.
    package func excluded(
        contacts: [Identifier<Contact>], category: TemplateDraft.Category?
    ) throws -> [Identifier<Contact>: ConsentReason] {
        try optedOut(among: Set(contacts)).compactMapValues { $0.forbids(category) }
    }

    /// How often they changed it by a word since then, counted up to `most`.
    package func changesByWord(of contact: Identifier<Contact>, since: Date, most: Int) throws -> Int {
        try access.require(.contactsView)
        return try transaction.rows(
            """
            SELECT COUNT(*) FROM (
                SELECT e.source, e.at, e.is_applied FROM consent_entries e
                WHERE e.workspace_id = \(access.workspaceID) AND e.contact_id = \(contact) ORDER BY e.id DESC LIMIT \(most)
            ) AS counted WHERE counted.source = 'word' AND counted.is_applied = 1 AND counted.at >= \(since)
            """)[0].integer(0)
    }

    // MARK: Writing

    /// Notes what was said, and whether it changes how things stand.
    package func record(
        _ change: ConsentChange, of contact: Identifier<Contact>, source: ConsentSource, text: String, at moment: Date, now: Date
    ) throws -> ConsentEntry {
        try access.require(.contactsEdit)
        let entry = ConsentEntry(
            id: .make(at: now), contactID: contact, change: change, source: source, text: String(text.prefix(ConsentEntry.textLimit)),
            actor: access.actor.text, at: moment, recordedAt: now,
            isApplied: try apply(change, to: contact, at: moment))
        try transaction.run(
            """
            INSERT INTO consent_entries (workspace_id, id, contact_id, change, source, text, actor, at, recorded_at, is_applied)
            VALUES (\(access.workspaceID), \(entry.id), \(contact), \(change.rawValue), \(source.rawValue), \(entry.text), \(entry.actor),
                \(moment), \(now), \(entry.isApplied))
            """)
        return entry
    }

    private func apply(_ change: ConsentChange, to contact: Identifier<Contact>, at moment: Date) throws -> Bool {
        guard let first = Consent.unknown.applying(change, at: moment) else { return false }
        // The row is held from here on: two who say something at once are taken one after the other.
        let isFirst = try !transaction.rows(
            """
            INSERT INTO consents (workspace_id, contact_id, marketing, is_stopped, changed_at)
            VALUES (\(access.workspaceID), \(contact), \(first.marketing.rawValue), \(first.isStopped), \(first.changedAt))
            ON CONFLICT (workspace_id, contact_id) DO NOTHING RETURNING contact_id
            """
        ).isEmpty
        if isFirst { return true }
        let before = try transaction.rows(
            """
            SELECT marketing, is_stopped, changed_at FROM consents
            WHERE workspace_id = \(access.workspaceID) AND contact_id = \(contact)\(sql: transaction.dialect.forUpdate)
            """)[0]
        guard let after = try Self.consent(before).applying(change, at: moment) else { return false }
        try transaction.run(
            """
            UPDATE consents SET marketing = \(after.marketing.rawValue), is_stopped = \(after.isStopped), changed_at = \(after.changedAt)
            WHERE workspace_id = \(access.workspaceID) AND contact_id = \(contact)
            """)
        return true
    }

    private static func consent(_ row: Row) throws -> Consent {
        guard let marketing = Consent.Marketing(rawValue: try row.text(0)) else { throw StoreError.columnMismatch(0) }
        return Consent(marketing: marketing, isStopped: try row.bool(1), changedAt: try row.date(2))
    }

    private static func entry(_ row: Row) throws -> ConsentEntry {
        guard let change = ConsentChange(rawValue: try row.text(2)) else { throw StoreError.columnMismatch(2) }
        guard let source = ConsentSource(rawValue: try row.text(3)) else { throw StoreError.columnMismatch(3) }
        return ConsentEntry(
            id: try row.id(0), contactID: try row.id(1), change: change, source: source, text: try row.text(4), actor: try row.text(5),
            at: try row.date(6), recordedAt: try row.date(7), isApplied: try row.bool(8))
    }
}
