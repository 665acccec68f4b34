package import Domain

package import struct Foundation.Date

/// Files of contacts on their way into the directory.
package struct ContactImportTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    // MARK: Imports

    private static let columns = """
        id, state, filename, sha256, byte_count, encoding, separator, line_count, columns, region, groups, byte_offset, line, created_count,
        existing_count, refused_count, created_at, started_at, ended_at
        """

    /// The newest first, behind the one given.
    package func list(after id: Identifier<ContactImport>?, limit: Int) throws -> [ContactImport] {
        try access.require(.contactsCreate)
        let place: SQL = if let id { " AND id < \(id)" } else { "" }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM contact_imports WHERE workspace_id = \(access.workspaceID)\(sql: place)
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Self.contactImport)
    }

    /// - Parameter holding: whether it stays as it is until this transaction ends.
    package func find(_ id: Identifier<ContactImport>, holding: Bool = false) throws -> ContactImport? {
        try access.require(.contactsCreate)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM contact_imports
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: holding ? transaction.dialect.forUpdate : "")
            """
        ).first.map(Self.contactImport)
    }

    /// Whether the caller began it.
    package func isOwn(_ id: Identifier<ContactImport>) throws -> Bool {
        try access.require(.contactsCreate)
        return try transaction.rows(
            """
            SELECT 1 FROM contact_imports WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND actor = \(access.actor.text)
            """
        ).first != nil
    }

    package func insert(_ entry: ContactImport) throws {
        try access.require(.contactsCreate)
        try transaction.run(
            """
            INSERT INTO contact_imports (workspace_id, id, state, filename, sha256, byte_count, encoding, separator, line_count, columns, region,
                groups, actor, created_at)
            VALUES (\(access.workspaceID), \(entry.id), \(entry.state.rawValue), \(entry.filename), \(entry.file.sha256), \(entry.file.byteCount),
                \(entry.encoding.rawValue), \(Int(entry.separator.rawValue)), \(entry.lineCount), \(try JSONText.encode(entry.columns)),
                \(entry.region), \(try JSONText.encode(entry.groups)), \(access.actor.text), \(entry.createdAt))
            """)
    }

    /// All but how far it has come.
    package func save(_ entry: ContactImport) throws {
        try access.require(.contactsCreate)
        try transaction.run(
            """
            UPDATE contact_imports SET state = \(entry.state.rawValue), columns = \(try JSONText.encode(entry.columns)), region = \(entry.region),
                groups = \(try JSONText.encode(entry.groups)), started_at = \(entry.startedAt), ended_at = \(entry.endedAt)
            WHERE workspace_id = \(access.workspaceID) AND id = \(entry.id)
            """)
    }

    /// False when it isn't under way any more, or somebody else has gone on from there: then nothing of the step may stay.
    package func advance(_ id: Identifier<ContactImport>, from: ContactImport.Progress, to: ContactImport.Progress) throws -> Bool {
        try access.require(.contactsCreate)
        return try transaction.run(
            """
            UPDATE contact_imports SET byte_offset = \(to.offset), line = \(to.line), created_count = \(to.created), existing_count = \(to.existing),
                refused_count = \(to.refused)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND state = 'running' AND byte_offset = \(from.offset)
            """) == 1
    }

    /// Imports that aren't over, at most `most`.
    package func openCount(most: Int) throws -> Int {
        try access.require(.contactsCreate)
        return try transaction.rows(
            """
            SELECT id FROM contact_imports
            WHERE workspace_id = \(access.workspaceID) AND state IN ('uploaded', 'running', 'cancelling') ORDER BY id DESC LIMIT \(most)
            """
        ).count
    }

    // MARK: Rows

    /// A row of the file that is to be a contact.
    package struct NewContact: Sendable {
        package let line: Int
        package let id: Identifier<Contact>
        package let number: PhoneNumber
        package let matchKey: String
        package let fields: ContactFields
        package let region: String?

        package init(line: Int, id: Identifier<Contact>, number: PhoneNumber, matchKey: String, fields: ContactFields, region: String?) {
            (self.line, self.id, self.number, self.matchKey) = (line, id, number, matchKey)
            (self.fields, self.region) = (fields, region)
        }
    }

    /// What became of rows.
    package struct Taken: Sendable {
        package var created = 0
        package var existing = 0
        /// Rows whose number an earlier line of the same file has: their lines, and those.
        package var repeated: [(line: Int, other: Int)] = []
    }

    private struct Known {
        let id: Identifier<Contact>
        let isListed: Bool
        /// The line that made it, when it was this import's.
        let line: Int?
    }

    /// Takes rows in. Whoever is in the directory only gets the groups; who merely wrote comes into it. Throws ``ImportRace`` when somebody got one of the
    /// numbers meanwhile: then the step has to be done again.
    package func take(
        _ rows: [NewContact], into groups: [Identifier<ContactGroup>], of id: Identifier<ContactImport>, now: Date
    ) throws -> Taken {
        try access.require(.contactsCreate)
        var taken = Taken()
        let known = try find(rows.map(\.matchKey), of: id)
        var lines: [String: Int] = [:]
        var (new, listed, members): ([NewContact], [NewContact], [Identifier<Contact>]) = ([], [], [])
        for row in rows {
            if let other = lines[row.matchKey] ?? known[row.matchKey]?.line {
                taken.repeated.append((row.line, other))
                continue
            }
            lines[row.matchKey] = row.line
            switch known[row.matchKey] {
            case nil:
                new.append(row)
                members.append(row.id)
            case .some(let known):
                members.append(known.id)
                if known.isListed {
                    taken.existing += 1
                } else {
                    listed.append(
                        NewContact(
                            line: row.line, id: known.id, number: row.number, matchKey: row.matchKey, fields: row.fields, region: row.region
                        ))
                }
            }
        }
        try insert(new, of: id, now: now)
        for row in listed { try list(row, of: id, now: now) }
        taken.created = new.count + listed.count
        let table = ContactGroupTable(transaction, access)
        for group in try table.hold(groups) { _ = try table.join(group, members, importID: id) }
        return taken
    }

    private func find(_ keys: [String], of id: Identifier<ContactImport>) throws -> [String: Known] {
        let dialect = transaction.dialect
        let identity = dialect.lookUp(
            "JOIN", "contact_identities", as: "i", by: "i.workspace_id = s.workspace_id AND i.kind = 'phone' AND i.match_key = s.match_key")
        let contact = dialect.lookUp("JOIN", "contacts", as: "c", by: "c.workspace_id = i.workspace_id AND c.id = i.contact_id")
        return try transaction.bulk(
            "WITH sought (workspace_id, match_key) AS (VALUES ", Set(keys).sorted().map { [SQLValue(access.workspaceID), .text($0)] },
            """
            )
            SELECT s.match_key, i.contact_id, c.listed_at, c.import_id, c.import_line FROM sought s
            \(identity)
            \(contact)
            """
        ).reduce(into: [:]) { known, row in
            let isOurs = try row.textOrNil(3) == id.text
            known[try row.text(0)] = Known(
                id: try row.id(1), isListed: try row.dateOrNil(2) != nil, line: isOurs ? try row.integerOrNil(4) : nil)
        }
    }

    private func insert(_ rows: [NewContact], of id: Identifier<ContactImport>, now: Date) throws {
        guard !rows.isEmpty else { return }
        try transaction.insert(
            into: """
                contacts (workspace_id, id, name, given_name, phone_number, company, address, city, state, country, description, listed_at, sort_key,
                region, import_id, import_line, created_at, updated_at)
                """,
            rows.map { row in
                [
                    SQLValue(access.workspaceID), SQLValue(row.id), SQLValue(row.fields.name), SQLValue(row.fields.name),
                    .text(row.number.text),
                    SQLValue(row.fields.company), SQLValue(row.fields.address), SQLValue(row.fields.city), SQLValue(row.fields.state),
                    SQLValue(row.fields.country), SQLValue(row.fields.description), SQLValue(now), .text(row.fields.sortKey(row.number)),
                    SQLValue(row.region), SQLValue(id), SQLValue(row.line), SQLValue(now), SQLValue(now),
                ]
            })
        let learned = try transaction.insertIfFree(
            into: "contact_identities (workspace_id, kind, match_key, value, contact_id, created_at)",
            rows.sorted { $0.matchKey < $1.matchKey }.map { row in
                [
                    SQLValue(access.workspaceID), .text("phone"), .text(row.matchKey), .text(row.number.text), SQLValue(row.id),
                    SQLValue(now),
                ]
            }, returning: "match_key")
        guard learned.count == rows.count else { throw ImportRace() }
    }

    private func list(_ row: NewContact, of id: Identifier<ContactImport>, now: Date) throws {
        guard try DirectoryTable(transaction, access).add(row.id, row.fields, number: row.number, region: row.region, now: now) else {
            throw ImportRace()
        }
        try transaction.run(
            """
            UPDATE contacts SET import_id = \(id), import_line = \(row.line) WHERE workspace_id = \(access.workspaceID) AND id = \(row.id)
            """)
    }

    /// Contacts that an import made, at most `limit`.
    package func contacts(of id: Identifier<ContactImport>, limit: Int) throws -> [Identifier<Contact>] {
        try access.require(.contactsCreate)
        return try transaction.rows(
            """
            SELECT id FROM contacts WHERE workspace_id = \(access.workspaceID) AND import_id = \(id) ORDER BY import_line LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    // MARK: Refusals

    package func refuse(_ rows: [RefusedRow], of id: Identifier<ContactImport>) throws {
        try access.require(.contactsCreate)
        try transaction.insert(
            into: "contact_import_refusals (workspace_id, import_id, line, reason, cells)",
            try rows.map { row in
                [SQLValue(access.workspaceID), SQLValue(id), SQLValue(row.line), .text(row.reason), .text(try JSONText.encode(row.cells))]
            })
    }

    /// In the order of the file, behind a line.
    package func refused(_ id: Identifier<ContactImport>, after line: Int, limit: Int) throws -> [RefusedRow] {
        try access.require(.contactsCreate)
        return try transaction.rows(
            """
            SELECT line, reason, cells FROM contact_import_refusals
            WHERE workspace_id = \(access.workspaceID) AND import_id = \(id) AND line > \(line) ORDER BY line LIMIT \(limit)
            """
        ).map { RefusedRow(line: try $0.integer(0), reason: try $0.text(1), cells: try JSONText.decode(from: $0.text(2))) }
    }

    // MARK: Upkeep

    /// Removes what became of imports that began before a time, at most `limit` rows; returns how many went.
    package func remove(before: Date, limit: Int) throws -> Int {
        try access.require(.contactsCreate)
        // Ids tell when they were made, so the oldest come first.
        let old = try transaction.rows(
            """
            SELECT id, created_at FROM contact_imports
            WHERE workspace_id = \(access.workspaceID) AND state IN ('uploaded', 'done', 'cancelled') ORDER BY id LIMIT 1
            """
        ).first
        guard let old, try old.date(1) < before else { return 0 }
        let id: Identifier<ContactImport> = try old.id(0)
        let lines: [SQLValue] = try transaction.rows(
            """
            SELECT line FROM contact_import_refusals WHERE workspace_id = \(access.workspaceID) AND import_id = \(id) ORDER BY line LIMIT \(limit)
            """
        ).map { SQLValue(try $0.integer(0)) }
        if !lines.isEmpty {
            try transaction.run(
                """
                DELETE FROM contact_import_refusals
                WHERE workspace_id = \(access.workspaceID) AND import_id = \(id) AND line IN (\(list: lines))
                """)
        }
        if lines.count < limit {
            try transaction.run("DELETE FROM contact_imports WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
        }
        return max(1, lines.count)
    }

    private static func contactImport(_ row: Row) throws -> ContactImport {
        guard let state = ContactImport.State(rawValue: try row.text(1)), let encoding = TextEncoding(rawValue: try row.text(5)),
            let separator = UInt8(exactly: try row.integer(6)).flatMap(CSVForm.Separator.init(rawValue:))
        else { throw StoreError.columnMismatch(1) }
        return ContactImport(
            id: try row.id(0), filename: try row.text(2), file: MediaDigest(sha256: try row.text(3), byteCount: try row.integer(4)),
            encoding: encoding, separator: separator, lineCount: try row.integer(7), columns: try JSONText.decode(from: row.text(8)),
            region: try row.textOrNil(9), groups: try JSONText.decode(from: row.text(10)), state: state,
            progress: .init(
                offset: try row.integer(11), line: try row.integer(12), created: try row.integer(13), existing: try row.integer(14),
                refused: try row.integer(15)),
            createdAt: try row.date(16), startedAt: try row.dateOrNil(17), endedAt: try row.dateOrNil(18))
    }
}

/// Somebody got a number of the step between our look and our writing.
package struct ImportRace: Error {}
