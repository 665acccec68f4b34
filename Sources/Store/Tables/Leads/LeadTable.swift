package import Domain

package import struct Foundation.Date

/// The leads of a workspace, of which each caller reaches those that they may see.
package struct LeadTable {
    private let transaction: any Transaction
    private let access: Access
    private let list: RecordList

    package init(_ transaction: any Transaction, _ access: Access) {
        (self.transaction, self.access) = (transaction, access)
        list = .leads(transaction, access)
    }

    /// - Parameter look: rows that are looked through for one page, instead of the usual.
    package init(_ transaction: any Transaction, _ access: Access, look: Int) {
        (self.transaction, self.access) = (transaction, access)
        list = .leads(transaction, access, look: look)
    }

    /// Part of a list, and where it goes on. It may have fewer than were asked for, and go on nevertheless.
    package struct Part: Sendable {
        package let leads: [Lead]
        package let next: RecordPlace?
    }

    // MARK: Reading

    package func list(_ filter: LeadFilter, order: LeadOrder = .changed, after place: RecordPlace?, limit: Int) throws -> Part {
        try access.require(.leadsView)
        let words = filter.words
        // Signs alone are no words, and nothing has them.
        if words.isEmpty, !filter.text.isBlank { return Part(leads: [], next: nil) }
        let (walk, condition) = self.walk(filter, words, order)
        let page = try list.page(walk, condition, seen: access.andLooksAfter("r"), after: place, limit: limit)
        return Part(leads: try find(page.found.map { Identifier($0.id) }), next: page.next)
    }

    /// The index that follows most of a filter, and what is left of it.
    private func walk(_ filter: LeadFilter, _ words: [String], _ order: LeadOrder) -> (RecordList.Walk, SQL?) {
        var rest = filter
        let only = access.onlyOwner
        let owner = only ?? filter.owner
        func left(_ more: SQL = "", isSeen: Bool = false) -> SQL? {
            let condition: SQL = "\(sql: rest.condition(on: "r"))\(sql: more)\(sql: isSeen ? "" : access.andLooksAfter("r"))"
            return condition.text.isEmpty ? nil : condition
        }
        if let word = words.first { return (.word(word), left(list.begins(with: words.dropFirst()))) }
        guard order == .changed else { return (order.walk, left()) }
        let status = filter.statuses.count == 1 ? filter.statuses[0] : nil
        // Another's than the one whose leads are seen is looked for among these, and isn't there.
        if owner != nil, only == nil || filter.owner == nil || filter.owner == only { rest.owner = nil }
        if status != nil { rest.statuses = [] }
        return switch (owner, status) {
        case (let owner?, let status?): (.ownerAndStatus(owner, status), left(isSeen: only != nil))
        case (let owner?, nil): (.owner(owner), left(isSeen: only != nil))
        case (nil, let status?): (.status(status), left())
        case (nil, nil): (.changed, left())
        }
    }

    /// Those of these that the caller may see, in this order.
    package func find(_ ids: [Identifier<Lead>], forChange: Bool = false) throws -> [Lead] {
        try access.require(.leadsView)
        return try load(ids, forChange: forChange)
    }

    private func load(_ ids: [Identifier<Lead>], forChange: Bool = false) throws -> [Lead] {
        guard !ids.isEmpty else { return [] }
        let lock: SQL = forChange ? transaction.dialect.forUpdate : ""
        let found = try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM leads r WHERE r.workspace_id = \(access.workspaceID)
                AND r.id IN (\(list: ids.map { SQLValue($0) }))\(sql: access.andLooksAfter("r")) ORDER BY r.id\(sql: lock)
            """
        ).map(Self.lead)
        let byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        return ids.compactMap { byID[$0] }
    }

    package func find(_ id: Identifier<Lead>) throws -> Lead? { try find([id]).first }

    /// What a contact is: their lead, if the caller may see it, and whether there is one at all.
    package func find(of contact: Identifier<Contact>) throws -> (lead: Lead?, exists: Bool) {
        try access.require(.leadsView)
        guard let id = try holder(of: contact) else { return (nil, false) }
        return (try find(id), true)
    }

    /// Whoever may see it.
    private func holder(of contact: Identifier<Contact>) throws -> Identifier<Lead>? {
        try transaction.rows(
            "SELECT id FROM leads WHERE workspace_id = \(access.workspaceID) AND contact_id = \(contact)"
        ).first.map { try $0.id(0) }
    }

    /// What stands above a column of the board.
    package struct Column: Sendable, Equatable {
        package let status: Identifier<LeadStatus>
        package let count: BoundedCount
        /// Of those that were counted, by currency.
        package let sums: [Money]
    }

    /// Leads that are looked through, counted and added up for one column.
    package static let countLimit = 10_000
    /// Currencies of one column that are shown.
    private static let currencyLimit = 5

    /// How many have a status, and what they are worth together. There may be more when not all that have it were looked through.
    package func column(_ status: Identifier<LeadStatus>, _ filter: LeadFilter) throws -> Column {
        try access.require(.leadsView)
        var filter = filter
        filter.statuses = []
        if filter.words.isEmpty, !filter.text.isBlank { return Column(status: status, count: .none, sums: []) }
        let condition: SQL = "\(sql: filter.condition(on: "r"))\(sql: list.begins(with: filter.words))\(sql: access.andLooksAfter("r"))"
        let owner: SQL = (access.onlyOwner ?? filter.owner).map { " AND \(sql: $0.condition(on: "r"))" } ?? ""
        // Along the index of columns, which follows one owner; whatever else is asked is asked of each row, so that few fitting ones don't
        // mean that the whole status is looked through.
        let sums = try transaction.rows(
            """
            SELECT counted.currency, COUNT(*), CAST(SUM(counted.fits) AS \(raw: integer)),
                CAST(SUM(CASE WHEN counted.fits = 1 THEN counted.amount ELSE 0 END) AS \(raw: integer))
            FROM (
                SELECT r.currency, r.amount, CASE WHEN TRUE\(sql: condition) THEN 1 ELSE 0 END AS fits FROM leads r
                WHERE r.workspace_id = \(access.workspaceID) AND r.status_id = \(status)\(sql: owner)
                ORDER BY r.owner_id, r.currency, r.amount LIMIT \(Self.countLimit + 1)
            ) AS counted GROUP BY counted.currency ORDER BY counted.currency
            """
        ).map { row in
            (
                currency: try row.textOrNil(0), looked: try row.integer(1), fitting: try row.integer(2), amount: Int64(try row.integer(3))
            )
        }
        let fitting = sums.reduce(0) { $0 + $1.fitting }
        return Column(
            status: status,
            count: BoundedCount(min(fitting, Self.countLimit), isMore: sums.reduce(0) { $0 + $1.looked } > Self.countLimit),
            sums: sums.filter { $0.fitting > 0 }.compactMap { sum in
                sum.currency.flatMap(Currency.init(parsing:)).map { Money(sum: sum.amount, currency: $0) }
            }.prefix(Self.currencyLimit).map(\.self))
    }

    private var integer: String { transaction.dialect == .postgres ? "BIGINT" : "INTEGER" }

    /// What was done with one, the newest first.
    package func deeds(of id: Identifier<Lead>, before place: (at: Int64, sequence: Int64)?, limit: Int) throws
        -> [(deed: LeadDeed, sequence: Int64)]
    {
        guard try find(id) != nil else { return [] }
        let behind: SQL = if let place { " AND (at, sequence) < (\(place.at), \(place.sequence))" } else { "" }
        return try transaction.rows(
            """
            SELECT id, kind, former, present, actor, at, sequence FROM lead_deeds
            WHERE workspace_id = \(access.workspaceID) AND lead_id = \(id)\(sql: behind) ORDER BY at DESC, sequence DESC LIMIT \(limit)
            """
        ).map { row in
            guard let kind = LeadDeed.Kind(rawValue: try row.text(1)) else { throw StoreError.columnMismatch(1) }
            return (
                LeadDeed(
                    id: try row.id(0), kind: kind, former: try row.textOrNil(2), present: try row.textOrNil(3), actor: try row.text(4),
                    at: try row.date(5)), Int64(try row.integer(6))
            )
        }
    }

    // MARK: For messages to many

    /// Contacts of the leads that fit, in the order of their ids. There may be fewer than were asked for and more behind them: it is over when `next` is nil.
    package func contacts(_ filter: LeadFilter, after: Identifier<Contact>?, limit: Int) throws
        -> (contacts: [Identifier<Contact>], next: Identifier<Contact>?)
    {
        try access.require(.leadsView)
        let words = filter.words
        if words.isEmpty, !filter.text.isBlank { return ([], nil) }
        let condition: SQL = "\(sql: filter.condition(on: "r"))\(sql: list.begins(with: words))\(sql: access.andLooksAfter("r"))"
        let page = try list.page(
            .contact, condition.text.isEmpty ? nil : condition, after: after.map { RecordPlace(id: $0.text) }, limit: limit)
        return (page.found.map { Identifier($0.id) }, page.next.map { Identifier($0.id) })
    }

    /// What is known of those of these contacts who are leads or clients, as far as the caller may see them. Of somebody who is both, the client.
    package func facts(of contacts: [Identifier<Contact>]) throws -> [Identifier<Contact>: LeadFacts] {
        guard !contacts.isEmpty else { return [:] }
        let ids: [SQLValue] = contacts.map { SQLValue($0) }
        var facts: [Identifier<Contact>: LeadFacts] = [:]
        if access.permits(.leadsView) {
            for row in try transaction.rows(
                """
                SELECT r.contact_id, r.name, r.company, s.name, o.name, a.name, r.amount, r.currency
                FROM leads r JOIN lead_statuses s ON s.workspace_id = r.workspace_id AND s.id = r.status_id
                LEFT JOIN lead_sources o ON o.workspace_id = r.workspace_id AND o.id = r.source_id
                LEFT JOIN accounts a ON a.id = r.owner_id
                WHERE r.workspace_id = \(access.workspaceID) AND r.contact_id IN (\(list: ids))\(sql: access.andLooksAfter("r"))
                """)
            {
                let fact = LeadFacts(
                    contactID: try row.id(0), isClient: false, name: try row.text(1), company: try row.textOrNil(2),
                    status: try row.text(3), source: try row.textOrNil(4), ownerName: try row.textOrNil(5), value: try row.money(6))
                facts[fact.contactID] = fact
            }
        }
        if access.permits(.clientsView) {
            for row in try transaction.rows(
                """
                SELECT x.contact_id, r.name, r.company, a.name, r.amount, r.currency
                FROM client_contacts x JOIN clients r ON r.workspace_id = x.workspace_id AND r.id = x.client_id
                LEFT JOIN accounts a ON a.id = r.owner_id
                WHERE x.workspace_id = \(access.workspaceID) AND x.contact_id IN (\(list: ids))\(sql: access.andLooksAfter("r"))
                """)
            {
                let id: Identifier<Contact> = try row.id(0)
                facts[id] = LeadFacts(
                    contactID: id, isClient: true, name: try row.text(1), company: try row.textOrNil(2), status: facts[id]?.status,
                    source: facts[id]?.source, ownerName: try row.textOrNil(3), value: try row.money(4))
            }
        }
        return facts
    }

    // MARK: Writing

    /// Throws ``LeadProblem/contactTaken(_:)``.
    package func insert(_ lead: Lead) throws {
        try access.require(.leadsCreate)
        let made = try transaction.rows(
            """
            INSERT INTO leads (workspace_id, id, name, company, sort_key, contact_id, status_id, source_id, owner_id, amount, currency,
                description, client_id, created_at, changed_at, closed_at)
            VALUES (\(access.workspaceID), \(lead.id), \(lead.fields.name), \(lead.fields.company), \(lead.fields.sortKey),
                \(lead.contactID), \(lead.statusID), \(lead.sourceID), \(lead.owner), \(lead.fields.value?.minorUnits ?? 0),
                \(lead.fields.value?.currency.code), \(lead.fields.description), \(lead.clientID), \(lead.createdAt), \(lead.changedAt),
                \(lead.closedAt))
            ON CONFLICT DO NOTHING RETURNING id
            """)
        guard !made.isEmpty else { throw try taken(lead.contactID) }
        try list.learn([(lead.id.text, lead.fields.words)], isNew: true)
    }

    private func taken(_ contact: Identifier<Contact>?) throws -> LeadProblem {
        .contactTaken(try contact.flatMap { try holder(of: $0) }.flatMap { try load([$0]).first?.id })
    }

    /// Throws ``LeadProblem/contactTaken(_:)``. The caller has found it, and so may see it.
    package func change(_ lead: Lead) throws {
        try access.require(.leadsEdit)
        if let contact = lead.contactID, let other = try holder(of: contact), other != lead.id { throw try taken(contact) }
        do {
            try transaction.run(
                """
                UPDATE leads SET name = \(lead.fields.name), company = \(lead.fields.company), sort_key = \(lead.fields.sortKey),
                    contact_id = \(lead.contactID), status_id = \(lead.statusID), source_id = \(lead.sourceID), owner_id = \(lead.owner),
                    awaits_owner = CASE WHEN \(lead.owner) IS NULL THEN awaits_owner ELSE 0 END,
                    amount = \(lead.fields.value?.minorUnits ?? 0), currency = \(lead.fields.value?.currency.code),
                    description = \(lead.fields.description), client_id = \(lead.clientID), changed_at = \(lead.changedAt),
                    closed_at = \(lead.closedAt)
                WHERE workspace_id = \(access.workspaceID) AND id = \(lead.id)
                """)
        } catch StoreError.duplicate {
            // Somebody gave the contact to another lead a moment ago; the index decides.
            throw LeadProblem.contactTaken(nil)
        }
        try list.learn([(lead.id.text, lead.fields.words)], isNew: false)
    }

    /// Of these, those that were there and that the caller may see.
    package func delete(_ ids: [Identifier<Lead>]) throws -> [Identifier<Lead>] {
        try access.require(.leadsDelete)
        guard !ids.isEmpty else { return [] }
        return try transaction.rows(
            """
            DELETE FROM leads AS r WHERE r.workspace_id = \(access.workspaceID) AND r.id IN (\(list: ids.map { SQLValue($0) }))
                \(sql: access.andLooksAfter("r")) RETURNING id
            """
        ).map { try $0.id(0) }
    }

    package func append(_ deeds: [(lead: Identifier<Lead>, kind: LeadDeed.Kind, former: String?, present: String?)], at now: Date) throws {
        try Self.append(deeds.map { (access, $0.lead, $0.kind, $0.former, $0.present) }, transaction, at: now)
    }

    static func append(
        _ deeds: [(access: Access, lead: Identifier<Lead>, kind: LeadDeed.Kind, former: String?, present: String?)],
        _ transaction: any Transaction, at now: Date
    ) throws {
        guard !deeds.isEmpty else { return }
        try transaction.insert(
            into: "lead_deeds (workspace_id, id, lead_id, kind, former, present, actor, at, sequence)",
            deeds.map { deed in
                [
                    SQLValue(deed.access.workspaceID), SQLValue(Identifier<LeadDeed>.make(at: now)), SQLValue(deed.lead),
                    .text(deed.kind.rawValue), SQLValue(deed.former), SQLValue(deed.present), .text(deed.access.actor.text), SQLValue(now),
                    .integer(SequenceClock.shared.next(at: now)),
                ]
            })
    }

    // MARK: Rows

    private static let columns = """
        r.id, r.name, r.company, r.amount, r.currency, r.description, r.contact_id, r.status_id, r.source_id, r.owner_id, r.client_id,
        r.created_at, r.changed_at, r.closed_at
        """

    private static func lead(_ row: Row) throws -> Lead {
        Lead(
            id: try row.id(0), fields: try LeadFields(row, at: 1), contactID: try row.idOrNil(6), statusID: try row.id(7),
            sourceID: try row.idOrNil(8), owner: try row.idOrNil(9), clientID: try row.idOrNil(10), createdAt: try row.date(11),
            changedAt: try row.date(12), closedAt: try row.dateOrNil(13))
    }
}

extension LeadFields {
    /// From name, company, amount, currency and description.
    init(_ row: Row, at index: Int) throws {
        try self.init(
            name: row.text(index), company: row.textOrNil(index + 1), value: row.money(index + 2), description: row.textOrNil(index + 4))
    }
}

extension LeadFilter {
    /// All but the words, as ` AND …` on the row of a lead under this name.
    func condition(on name: String) -> SQL {
        var condition: SQL = ""
        if !statuses.isEmpty {
            condition = "\(sql: condition) AND \(raw: name).status_id IN (\(list: statuses.map { SQLValue($0) }))"
        }
        if !sources.isEmpty { condition = "\(sql: condition) AND \(raw: name).source_id IN (\(list: sources.map { SQLValue($0) }))" }
        if let owner { condition = "\(sql: condition) AND \(sql: owner.condition(on: name))" }
        if let value {
            condition = "\(sql: condition) AND \(raw: name).currency = \(value.currency.code)"
            if let from = value.from { condition = "\(sql: condition) AND \(raw: name).amount >= \(from)" }
            if let to = value.to { condition = "\(sql: condition) AND \(raw: name).amount <= \(to)" }
        }
        if let createdFrom { condition = "\(sql: condition) AND \(raw: name).created_at >= \(createdFrom)" }
        if let createdBefore { condition = "\(sql: condition) AND \(raw: name).created_at < \(createdBefore)" }
        if let hasContact { condition = "\(sql: condition) AND \(raw: name).contact_id IS \(raw: hasContact ? "NOT NULL" : "NULL")" }
        return condition
    }
}
