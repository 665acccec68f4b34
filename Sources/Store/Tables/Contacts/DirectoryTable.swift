package import Domain

package import struct Foundation.Date

/// The contacts of a workspace with what its directory keeps of them.
package struct DirectoryTable {
    /// Contacts that are looked through for one page, when no index follows all of a filter.
    package static let lookLimit = 2_000

    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// A place in a list of contacts.
    package struct Place: Sendable, Equatable {
        /// By name: the sort key. By time: milliseconds, or nothing where the id tells it.
        package let key: String
        package let time: Int64
        package let id: Identifier<Contact>

        package init(key: String = "", time: Int64 = 0, id: Identifier<Contact>) { (self.key, self.time, self.id) = (key, time, id) }
    }

    /// Part of a list, and where it goes on. It may have fewer contacts than were asked for, and go on nevertheless: then the rest of the list has to be looked
    /// through for more.
    package struct Part: Sendable {
        package let contacts: [DirectoryContact]
        package let next: Place?
    }

    fileprivate enum Walk { case name, time, id, groupName, groupID }

    // MARK: Reading

    package func list(_ filter: ContactFilter, after place: Place?, limit: Int) throws -> Part {
        try access.require(.contactsView)
        let walk = walk(of: filter)
        // The index by country has the order of names, too.
        let followsRegion = walk == .name && filter.region != nil
        var besides = filter
        if filter.group != nil { besides.group = nil }
        if followsRegion { besides.region = nil }
        let condition = besides.condition(on: "c", access, besides: true)
        // Whatever else is asked, each contact has to be looked at.
        let isPlain =
            besides.region == nil && filter.hasConversation == nil && filter.consent == nil
            && (filter.scope == .directory || filter.group != nil || access.seesAll)
        let look = isPlain ? limit + 1 : Self.lookLimit
        let region: SQL = if followsRegion, let region = filter.region { " AND c.region = \(region)" } else { "" }
        let found = try transaction.rows(
            """
            SELECT c.id, \(raw: walk.key), \(raw: walk.time), CASE WHEN TRUE\(sql: condition) THEN 1 ELSE 0 END
            \(sql: source(walk, filter))\(sql: region)\(sql: behind(place, walk))
            ORDER BY \(raw: walk.order) LIMIT \(look)
            """
        ).map { row in
            (
                place: Place(key: try row.text(1), time: Int64(try row.integer(2)), id: try row.id(0)),
                fits: try row.bool(3)
            )
        }
        let fitting = found.filter(\.fits)
        let kept = fitting.prefix(limit).map(\.place)
        var next = fitting.count > limit ? kept.last : nil
        if next == nil, found.count == look { next = isPlain ? kept.last : found.last?.place }
        return Part(contacts: try find(kept.map(\.id)), next: next)
    }

    private func walk(of filter: ContactFilter) -> Walk {
        if filter.group != nil { return filter.order == .name ? .groupName : .groupID }
        if filter.scope == .all { return .id }
        return filter.order == .name ? .name : .time
    }

    private func source(_ walk: Walk, _ filter: ContactFilter) -> SQL {
        switch walk {
        case .name, .time: "FROM contacts c WHERE c.workspace_id = \(access.workspaceID) AND c.listed_at IS NOT NULL"
        case .id: "FROM contacts c WHERE c.workspace_id = \(access.workspaceID)"
        case .groupName, .groupID:
            """
            FROM contact_group_members m JOIN contacts c ON c.workspace_id = m.workspace_id AND c.id = m.contact_id
            WHERE m.workspace_id = \(access.workspaceID) AND m.group_id = \(filter.group)
            """
        }
    }

    private func behind(_ place: Place?, _ walk: Walk) -> SQL {
        guard let place else { return "" }
        return switch walk {
        case .name: " AND (c.sort_key, c.id) > (\(place.key), \(place.id))"
        case .time: " AND (c.listed_at, c.id) < (\(place.time), \(place.id))"
        case .id: " AND c.id < \(place.id)"
        case .groupName: " AND (m.sort_key, m.contact_id) > (\(place.key), \(place.id))"
        case .groupID: " AND m.contact_id < \(place.id)"
        }
    }

    /// Those of these that the caller may see, in this order.
    package func find(_ ids: [Identifier<Contact>]) throws -> [DirectoryContact] {
        try access.require(.contactsView)
        guard !ids.isEmpty else { return [] }
        let shares: SQL = access.seesAll ? "TRUE" : access.sharesConversation(contact: "c")
        let rows = try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM (
                SELECT c.*, CASE WHEN \(sql: shares) THEN 1 ELSE 0 END AS is_shared FROM contacts c
                WHERE c.workspace_id = \(access.workspaceID) AND c.id IN (\(list: ids.map { SQLValue($0) }))\(sql: access.andKnows(contact: "c"))
            ) AS c
            """
        ).map(Self.contact)
        let groups = try self.groups(of: rows.map(\.id))
        let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
        return ids.compactMap { byID[$0] }.map { contact in
            var contact = contact
            contact.groups = groups[contact.id] ?? []
            return contact
        }
    }

    package func find(_ id: Identifier<Contact>) throws -> DirectoryContact? { try find([id]).first }

    /// How many are in the directory, counted up to `most`.
    package func count(most: Int) throws -> Int {
        try access.require(.contactsView)
        return try transaction.rows(
            """
            SELECT COUNT(*) FROM (
                SELECT 1 FROM contacts c WHERE c.workspace_id = \(access.workspaceID) AND c.listed_at IS NOT NULL ORDER BY c.sort_key, c.id LIMIT \(most)
            ) AS counted
            """)[0].integer(0)
    }

    /// How many people the workspace knows, in the directory or not, counted up to `most`.
    package func countAll(most: Int) throws -> Int {
        try access.require(.contactsView)
        return try transaction.rows(
            "SELECT COUNT(*) FROM (SELECT 1 FROM contacts c WHERE c.workspace_id = \(access.workspaceID) LIMIT \(most)) AS counted"
        )[0].integer(0)
    }

    /// The countries whose numbers are in the directory: two letters each. Steps over the index from one to the next.
    package func regions() throws -> [String] {
        try access.require(.contactsView)
        return try transaction.rows(
            """
            WITH RECURSIVE turns (region) AS (
                SELECT MIN(c.region) FROM contacts c WHERE c.workspace_id = \(access.workspaceID) AND c.listed_at IS NOT NULL
                UNION ALL
                SELECT (SELECT MIN(d.region) FROM contacts d
                    WHERE d.workspace_id = \(access.workspaceID) AND d.listed_at IS NOT NULL AND d.region > turns.region)
                FROM turns WHERE turns.region IS NOT NULL
            )
            SELECT region FROM turns WHERE region IS NOT NULL LIMIT 300
            """
        ).map { try $0.text(0) }
    }

    /// All identities of one; of somebody with whom the caller shares no conversation, the number alone.
    package func identities(of id: Identifier<Contact>) throws -> [ContactIdentity] {
        try access.require(.contactsView)
        let kinds: SQL = access.seesAll ? "" : " AND (i.kind = 'phone' OR \(sql: access.sharesConversation(contact: "c")))"
        return try transaction.rows(
            """
            SELECT i.kind, i.value, i.match_key FROM contact_identities i JOIN contacts c ON c.workspace_id = i.workspace_id AND c.id = i.contact_id
            WHERE i.workspace_id = \(access.workspaceID) AND i.contact_id = \(id)\(sql: access.andKnows(contact: "c"))\(sql: kinds)
            ORDER BY i.kind, i.match_key LIMIT 100
            """
        ).compactMap { row in
            let value = try row.text(1)
            return switch ContactIdentity.Kind(rawValue: try row.text(0)) {
            case .phone: (try? PhoneNumber(parsing: value)).map { .phone($0) }
            // The key begins with the portfolio.
            case .businessScoped: .businessScoped(id: value, portfolio: String(try row.text(2).dropLast(value.count + 1)))
            case .username: .username(value)
            case .group: .group(value)
            case nil: nil
            }
        }
    }

    /// The conversations with one that the caller may see, the newest first.
    package func conversations(of id: Identifier<Contact>, limit: Int) throws -> [Identifier<Conversation>] {
        try access.require(.contactsView)
        guard access.permits(.conversationsView) else { return [] }
        return try transaction.rows(
            """
            SELECT v.id FROM conversations v WHERE v.workspace_id = \(access.workspaceID) AND v.contact_id = \(id)\(sql: access.andSees("v"))
            ORDER BY v.last_message_at DESC, v.id DESC LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// Whether anybody has a conversation with one, whoever may see it.
    package func hasConversations(_ id: Identifier<Contact>) throws -> Bool {
        try access.require(.contactsEdit)
        return try !transaction.rows(
            "SELECT 1 FROM conversations WHERE workspace_id = \(access.workspaceID) AND contact_id = \(id) LIMIT 1"
        ).isEmpty
    }

    private func groups(of ids: [Identifier<Contact>]) throws -> [Identifier<Contact>: [Identifier<ContactGroup>]] {
        guard !ids.isEmpty else { return [:] }
        return try transaction.rows(
            """
            SELECT contact_id, group_id FROM contact_group_members
            WHERE workspace_id = \(access.workspaceID) AND contact_id IN (\(list: ids.map { SQLValue($0) })) ORDER BY contact_id, group_id
            """
        ).reduce(into: [:]) { $0[try $1.id(0), default: []].append(try $1.id(1)) }
    }

    // MARK: Writing

    /// Who has a number, whoever may see them, and whether they are in the directory. Holds their row.
    package func owner(of number: PhoneNumber) throws -> (id: Identifier<Contact>, isListed: Bool)? {
        try access.require(.contactsCreate)
        return try transaction.rows(
            """
            SELECT c.id, c.listed_at FROM contact_identities i JOIN contacts c ON c.workspace_id = i.workspace_id AND c.id = i.contact_id
            WHERE i.workspace_id = \(access.workspaceID) AND i.kind = 'phone' AND i.match_key = \(MatchKey(number).text)
            """
        ).first.map { (try $0.id(0), try $0.dateOrNil(1) != nil) }
    }

    /// Makes a contact in the directory. Throws `StoreError.duplicate` when somebody got the number meanwhile.
    package func insert(_ id: Identifier<Contact>, _ number: PhoneNumber, _ fields: ContactFields, region: String?, now: Date) throws {
        try access.require(.contactsCreate)
        try transaction.run(
            """
            INSERT INTO contacts (workspace_id, id, name, given_name, phone_number, company, address, city, state, country, description,
                listed_at, sort_key, region, created_at, updated_at)
            VALUES (\(access.workspaceID), \(id), \(fields.name), \(fields.name), \(number.text), \(fields.company), \(fields.address),
                \(fields.city), \(fields.state), \(fields.country), \(fields.description), \(now), \(fields.sortKey(number)), \(region), \(now), \(now))
            """)
        try learn(number, for: id, now: now)
    }

    private func learn(_ number: PhoneNumber, for id: Identifier<Contact>, now: Date) throws {
        try transaction.run(
            """
            INSERT INTO contact_identities (workspace_id, kind, match_key, value, contact_id, created_at)
            VALUES (\(access.workspaceID), 'phone', \(MatchKey(number).text), \(number.text), \(id), \(now))
            """)
    }

    /// Takes somebody who merely wrote into the directory. False when they are in it already, or not there.
    package func add(_ id: Identifier<Contact>, _ fields: ContactFields, number: PhoneNumber?, region: String?, now: Date) throws -> Bool {
        try access.require(.contactsCreate)
        return try transaction.run(
            """
            UPDATE contacts SET profile_name = CASE WHEN \(fields.name) IS NULL THEN NULL ELSE name END, name = COALESCE(\(fields.name), name),
                given_name = \(fields.name), company = \(fields.company), address = \(fields.address), city = \(fields.city),
                state = \(fields.state), country = \(fields.country), description = \(fields.description), listed_at = \(now),
                sort_key = \(fields.sortKey(number)), region = \(region), updated_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND listed_at IS NULL
            """) == 1
    }

    /// Changes what the directory keeps. False when the contact isn't in it.
    package func change(_ id: Identifier<Contact>, _ fields: ContactFields, number: PhoneNumber?, region: String?, now: Date) throws -> Bool
    {
        try access.require(.contactsEdit)
        let profile: SQL = "CASE WHEN given_name IS NULL THEN name ELSE profile_name END"
        let changed = try transaction.run(
            """
            UPDATE contacts SET name = COALESCE(\(fields.name), \(sql: profile)),
                profile_name = CASE WHEN \(fields.name) IS NULL THEN NULL ELSE \(sql: profile) END,
                given_name = \(fields.name), phone_number = \(number?.text), company = \(fields.company), address = \(fields.address),
                city = \(fields.city), state = \(fields.state), country = \(fields.country), description = \(fields.description),
                sort_key = \(fields.sortKey(number)), region = \(region), updated_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id) AND listed_at IS NOT NULL
            """)
        guard changed == 1 else { return false }
        try transaction.run(
            """
            UPDATE contact_group_members SET sort_key = \(fields.sortKey(number))
            WHERE workspace_id = \(access.workspaceID) AND contact_id = \(id)
            """)
        return true
    }

    /// Gives a contact another number in the place of its former one. Throws `StoreError.duplicate` when somebody has it.
    package func replace(_ former: PhoneNumber?, with number: PhoneNumber?, of id: Identifier<Contact>, now: Date) throws {
        try access.require(.contactsEdit)
        if let former {
            try transaction.run(
                """
                DELETE FROM contact_identities
                WHERE workspace_id = \(access.workspaceID) AND kind = 'phone' AND match_key = \(MatchKey(former).text) AND contact_id = \(id)
                """)
        }
        if let number { try learn(number, for: id, now: now) }
    }

    /// Takes contacts out of the directory, with their groups and all that it kept of them. Whoever has conversations, or said what may be sent to them,
    /// stays as somebody who wrote; the others are gone. Returns both.
    package func remove(_ ids: [Identifier<Contact>], now: Date) throws -> (deleted: [Identifier<Contact>], kept: [Identifier<Contact>]) {
        try access.require(.contactsDelete)
        guard !ids.isEmpty else { return ([], []) }
        let listed: [(id: Identifier<Contact>, stays: Bool)] = try transaction.rows(
            """
            SELECT c.id, CASE WHEN EXISTS (SELECT 1 FROM conversations v WHERE v.workspace_id = c.workspace_id AND v.contact_id = c.id)
                OR EXISTS (SELECT 1 FROM consent_entries k WHERE k.workspace_id = c.workspace_id AND k.contact_id = c.id)
                OR EXISTS (SELECT 1 FROM contact_restrictions r WHERE r.workspace_id = c.workspace_id AND r.contact_id = c.id) THEN 1 ELSE 0 END
            FROM contacts c WHERE c.workspace_id = \(access.workspaceID) AND c.id IN (\(list: ids.map { SQLValue($0) })) AND c.listed_at IS NOT NULL
            ORDER BY c.id\(sql: transaction.dialect.forUpdate)
            """
        ).map { (try $0.id(0), try $0.bool(1)) }
        guard !listed.isEmpty else { return ([], []) }
        try ContactGroupTable(transaction, access).leaveAll(listed.map(\.id))
        let (kept, deleted) = (listed.filter(\.stays).map(\.id), listed.filter { !$0.stays }.map(\.id))
        if !deleted.isEmpty {
            let list: [SQLValue] = deleted.map { SQLValue($0) }
            try LeadUpkeepTable(transaction, access).forget(deleted)
            try transaction.run(
                "DELETE FROM contact_identities WHERE workspace_id = \(access.workspaceID) AND contact_id IN (\(list: list))")
            try transaction.run("DELETE FROM contacts WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: list))")
        }
        if !kept.isEmpty {
            try transaction.run(
                """
                UPDATE contacts SET name = CASE WHEN given_name IS NULL THEN name ELSE profile_name END, given_name = NULL, profile_name = NULL,
                    company = NULL, address = NULL, city = NULL, state = NULL, country = NULL, description = NULL, listed_at = NULL, sort_key = '',
                    region = NULL, import_id = NULL, import_line = NULL, updated_at = \(now)
                WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: kept.map { SQLValue($0) }))
                """)
        }
        return (deleted, kept)
    }

    // MARK: Rows

    /// How somebody calls themself on WhatsApp, and when they came, is told along with a conversation; the rest is the business's own.
    private static let columns = """
        c.id, CASE WHEN c.is_shared = 1 THEN c.name ELSE c.given_name END, c.phone_number, CASE WHEN c.is_shared = 1 THEN c.username END,
        CASE WHEN c.is_shared = 1 THEN c.business_scoped_id END, c.given_name, c.company, c.address, c.city, c.state, c.country, c.description,
        CASE WHEN c.is_shared = 1 THEN c.profile_name END, c.listed_at, c.region,
        CASE WHEN c.is_shared = 1 THEN c.created_at ELSE COALESCE(c.listed_at, c.created_at) END
        """

    static func contact(_ row: Row) throws -> DirectoryContact {
        var texts: [ContactField: String] = [:]
        for (index, field) in [ContactField.name, .company, .address, .city, .state, .country, .description].enumerated() {
            texts[field] = try row.textOrNil(5 + index)
        }
        return DirectoryContact(
            contact: try ContactTable.contact(row), fields: try ContactFields(texts), profileName: try row.textOrNil(12),
            listedAt: try row.dateOrNil(13), region: try row.textOrNil(14), createdAt: try row.date(15))
    }
}

extension DirectoryTable.Walk {
    fileprivate var key: String {
        switch self {
        case .name: "c.sort_key"
        case .groupName: "m.sort_key"
        case .time, .id, .groupID: "''"
        }
    }

    fileprivate var time: String { self == .time ? "c.listed_at" : "0" }

    fileprivate var order: String {
        switch self {
        case .name: "c.sort_key, c.id"
        case .time: "c.listed_at DESC, c.id DESC"
        case .id: "c.id DESC"
        case .groupName: "m.sort_key, m.contact_id"
        case .groupID: "m.contact_id DESC"
        }
    }
}
