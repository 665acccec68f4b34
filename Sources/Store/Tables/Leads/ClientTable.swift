package import Domain

import struct Foundation.Date

/// The clients of a workspace, of which each caller reaches those that they may see.
package struct ClientTable {
    private let transaction: any Transaction
    private let access: Access
    private let list: RecordList

    package init(_ transaction: any Transaction, _ access: Access) {
        (self.transaction, self.access) = (transaction, access)
        list = .clients(transaction, access)
    }

    /// Part of a list, and where it goes on.
    package struct Part: Sendable {
        package let clients: [Client]
        package let next: RecordPlace?
    }

    // MARK: Reading

    /// - Parameter text: beginnings of words of the name or the company.
    package func list(
        text: String = "", owner: LeadFilter.Owner? = nil, order: LeadOrder = .name, after place: RecordPlace?, limit: Int
    ) throws -> Part {
        try access.require(.clientsView)
        let words = LeadFilter.words(of: text)
        if words.isEmpty, !text.isBlank { return Part(clients: [], next: nil) }
        let seen = access.andLooksAfter("r")
        let owned: SQL = owner.map { " AND \(sql: $0.condition(on: "r"))" } ?? ""
        let (walk, condition): (RecordList.Walk, SQL) =
            if let word = words.first {
                (.word(word), "\(sql: list.begins(with: words.dropFirst()))\(sql: owned)\(sql: seen)")
            } else if let owner, order == .changed {
                (.owner(owner), seen)
            } else if let only = access.onlyOwner, order == .changed {
                (.owner(only), owned)
            } else {
                (order.walk, "\(sql: owned)\(sql: seen)")
            }
        let page = try list.page(walk, condition.text.isEmpty ? nil : condition, seen: seen, after: place, limit: limit)
        return Part(clients: try find(page.found.map { Identifier($0.id) }), next: page.next)
    }

    /// Those of these that the caller may see, in this order.
    package func find(_ ids: [Identifier<Client>], forChange: Bool = false) throws -> [Client] {
        try access.require(.clientsView)
        return try load(ids, forChange: forChange)
    }

    private func load(_ ids: [Identifier<Client>], forChange: Bool = false) throws -> [Client] {
        guard !ids.isEmpty else { return [] }
        let lock: SQL = forChange ? transaction.dialect.forUpdate : ""
        let found = try transaction.rows(
            """
            SELECT r.id, r.name, r.company, r.amount, r.currency, r.description, r.owner_id, r.created_at, r.changed_at FROM clients r
            WHERE r.workspace_id = \(access.workspaceID) AND r.id IN (\(list: ids.map { SQLValue($0) }))\(sql: access.andLooksAfter("r"))
            ORDER BY r.id\(sql: lock)
            """
        ).map { row in
            Client(
                id: try row.id(0), fields: try LeadFields(row, at: 1), owner: try row.idOrNil(6), createdAt: try row.date(7),
                changedAt: try row.date(8))
        }
        let contacts: [Identifier<Client>: [Identifier<Contact>]] = try transaction.rows(
            """
            SELECT client_id, contact_id FROM client_contacts
            WHERE workspace_id = \(access.workspaceID) AND client_id IN (\(list: found.map { SQLValue($0.id) })) ORDER BY client_id, contact_id
            """
        ).reduce(into: [:]) { $0[try $1.id(0), default: []].append(try $1.id(1)) }
        let byID = Dictionary(uniqueKeysWithValues: found.map { ($0.id, $0) })
        return ids.compactMap { byID[$0] }.map { client in
            var client = client
            client.contacts = contacts[client.id] ?? []
            return client
        }
    }

    package func find(_ id: Identifier<Client>) throws -> Client? { try find([id]).first }

    /// The client that a contact belongs to, if the caller may see it, and whether there is one at all.
    package func find(of contact: Identifier<Contact>) throws -> (client: Client?, exists: Bool) {
        try access.require(.clientsView)
        let id: Identifier<Client>? = try transaction.rows(
            "SELECT client_id FROM client_contacts WHERE workspace_id = \(access.workspaceID) AND contact_id = \(contact)"
        ).first.map { try $0.id(0) }
        guard let id else { return (nil, false) }
        return (try find(id), true)
    }

    /// The leads that became it, as far as the caller may see them, the newest first.
    package func leads(of id: Identifier<Client>, limit: Int) throws -> [Identifier<Lead>] {
        try access.require(.clientsView)
        guard access.permits(.leadsView) else { return [] }
        return try transaction.rows(
            """
            SELECT r.id FROM leads r WHERE r.workspace_id = \(access.workspaceID) AND r.client_id = \(id)\(sql: access.andLooksAfter("r"))
            ORDER BY r.id DESC LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }

    /// Contacts that belong to clients, in the order of their ids. There may be fewer than were asked for and more behind them: it is over when `next` is nil.
    package func contacts(after: Identifier<Contact>?, limit: Int) throws -> (contacts: [Identifier<Contact>], next: Identifier<Contact>?) {
        try access.require(.clientsView)
        let seesAll = access.visibility == .all
        let look = seesAll ? limit : RecordList.lookLimit
        let behind: SQL = if let after { " AND x.contact_id > \(after)" } else { "" }
        let found: [(id: Identifier<Contact>, fits: Bool)] = try transaction.rows(
            """
            SELECT x.contact_id, CASE WHEN TRUE\(sql: access.andLooksAfter("r")) THEN 1 ELSE 0 END
            FROM client_contacts x JOIN clients r ON r.workspace_id = x.workspace_id AND r.id = x.client_id
            WHERE x.workspace_id = \(access.workspaceID)\(sql: behind) ORDER BY x.contact_id LIMIT \(look + 1)
            """
        ).map { (try $0.id(0), try $0.bool(1)) }
        let fitting = found.filter(\.fits).map(\.id)
        if fitting.count > limit { return (Array(fitting.prefix(limit)), fitting[limit - 1]) }
        return (fitting, found.count > look ? found.last?.id : nil)
    }

    // MARK: Writing

    package func insert(_ client: Client) throws {
        try access.require(.clientsCreate)
        try transaction.run(
            """
            INSERT INTO clients (workspace_id, id, name, company, sort_key, owner_id, amount, currency, description, created_at, changed_at)
            VALUES (\(access.workspaceID), \(client.id), \(client.fields.name), \(client.fields.company), \(client.fields.sortKey),
                \(client.owner), \(client.fields.value?.minorUnits ?? 0), \(client.fields.value?.currency.code),
                \(client.fields.description), \(client.createdAt), \(client.changedAt))
            """)
        try list.learn([(client.id.text, client.fields.words)], isNew: true)
    }

    /// The caller has found it, and so may see it.
    package func change(_ client: Client) throws {
        try access.require(.clientsEdit)
        try transaction.run(
            """
            UPDATE clients SET name = \(client.fields.name), company = \(client.fields.company), sort_key = \(client.fields.sortKey),
                owner_id = \(client.owner), amount = \(client.fields.value?.minorUnits ?? 0), currency = \(client.fields.value?.currency.code),
                description = \(client.fields.description), changed_at = \(client.changedAt)
            WHERE workspace_id = \(access.workspaceID) AND id = \(client.id)
            """)
        try list.learn([(client.id.text, client.fields.words)], isNew: false)
    }

    /// Gives a client exactly these contacts. Throws ``ClientProblem/contactTaken(_:)``.
    package func setContacts(_ contacts: [Identifier<Contact>], of id: Identifier<Client>) throws {
        guard access.permits(.clientsCreate) || access.permits(.clientsEdit) else { throw AccessProblem.notPermitted(.clientsEdit) }
        try transaction.run(
            """
            DELETE FROM client_contacts WHERE workspace_id = \(access.workspaceID) AND client_id = \(id)
                AND contact_id NOT IN (SELECT contact_id FROM client_contacts WHERE workspace_id = \(access.workspaceID) AND client_id = \(id)
                    AND contact_id IN (\(list: contacts.map { SQLValue($0) })))
            """)
        for contact in Set(contacts).sorted() {
            let owner: Identifier<Client>? = try transaction.rows(
                """
                INSERT INTO client_contacts (workspace_id, contact_id, client_id) VALUES (\(access.workspaceID), \(contact), \(id))
                ON CONFLICT (workspace_id, contact_id) DO UPDATE SET client_id = client_contacts.client_id RETURNING client_id
                """
            ).first.map { try $0.id(0) }
            guard owner != id, let owner else { continue }
            throw ClientProblem.contactTaken(try load([owner]).first?.id)
        }
    }

    /// False when there is none that the caller may see. Leads that became it stay.
    package func delete(_ id: Identifier<Client>) throws -> Bool {
        try access.require(.clientsDelete)
        guard try !load([id], forChange: true).isEmpty else { return false }
        try transaction.run("UPDATE leads SET client_id = NULL WHERE workspace_id = \(access.workspaceID) AND client_id = \(id)")
        try transaction.run("DELETE FROM client_contacts WHERE workspace_id = \(access.workspaceID) AND client_id = \(id)")
        try transaction.run("DELETE FROM clients WHERE workspace_id = \(access.workspaceID) AND id = \(id)")
        return true
    }
}
