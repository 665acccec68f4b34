package import Domain
package import Store

package import struct Foundation.Date

/// The clients of a workspace: who bought.
package struct ClientService: Sendable {
    /// Leads that are shown with one.
    private static let leadLimit = 50

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// What is filled in for a client.
    package struct Draft: Sendable {
        package let fields: LeadFields
        package let owner: Identifier<Account>?
        package let contacts: [Identifier<Contact>]

        package init(fields: LeadFields, owner: Identifier<Account>?, contacts: [Identifier<Contact>]) {
            (self.fields, self.owner, self.contacts) = (fields, owner, contacts)
        }
    }

    package func list(
        text: String = "", owner: LeadFilter.Owner? = nil, order: LeadOrder = .name, after: String? = nil, limit: Int, access: Access
    ) async throws -> LeadService.Answer<Client> {
        let place = try after.map(RecordPlace.init(cursor:))
        let part = try await database.read { transaction in
            try ClientTable(transaction, access).list(text: text, owner: owner, order: order, after: place, limit: limit)
        }
        return LeadService.Answer(part.clients, next: part.next, limit: limit)
    }

    package func client(_ id: Identifier<Client>, access: Access) async throws -> Client {
        guard let client = try await database.read({ try ClientTable($0, access).find(id) }) else { throw ClientProblem.missing }
        return client
    }

    /// The leads that became it, as far as the caller may see them.
    package func leads(of id: Identifier<Client>, access: Access) async throws -> [Lead] {
        try await database.read { transaction in
            let ids = try ClientTable(transaction, access).leads(of: id, limit: Self.leadLimit)
            return ids.isEmpty ? [] : try LeadTable(transaction, access).find(ids)
        }
    }

    package func create(_ draft: Draft, access: Access) async throws -> Client {
        let client = try await database.write { try create(draft, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return client
    }

    /// Inside a transaction of the caller's. Throws ``ClientProblem``.
    package func create(_ draft: Draft, access: Access, in transaction: any Transaction) throws -> Client {
        try access.require(.clientsCreate)
        let moment = now()
        let owner = draft.owner ?? access.visibility.assigneeOfNew
        let client = Client(
            id: .make(at: moment), fields: draft.fields, owner: owner, contacts: Set(draft.contacts).sorted(), createdAt: moment,
            changedAt: moment)
        try check(client, nil, access, in: transaction)
        let table = ClientTable(transaction, access)
        try table.insert(client)
        try table.setContacts(client.contacts, of: client.id)
        try tell(client.id, "made", access, in: transaction)
        return client
    }

    /// Throws ``ClientProblem``.
    package func change(
        _ id: Identifier<Client>, access: Access, _ edit: @escaping @Sendable (Client) throws -> Draft
    ) async throws -> Client {
        let client = try await database.write { transaction in
            try access.require(.clientsEdit)
            let table = ClientTable(transaction, access.withGrant(.clientsView))
            guard let before = try table.find([id], forChange: true).first else { throw ClientProblem.missing }
            let draft = try edit(before)
            let client = Client(
                id: id, fields: draft.fields, owner: draft.owner, contacts: Set(draft.contacts).sorted(), createdAt: before.createdAt,
                changedAt: now())
            try check(client, before, access, in: transaction)
            try table.change(client)
            if client.contacts != before.contacts { try table.setContacts(client.contacts, of: id) }
            try tell(id, "changed", access, in: transaction)
            return client
        }
        signals.eventsAppended(in: access.workspaceID)
        return client
    }

    /// The leads that became it stay.
    package func remove(_ id: Identifier<Client>, access: Access) async throws {
        try await database.write { transaction in
            guard try ClientTable(transaction, access).delete(id) else { throw ClientProblem.missing }
            try tell(id, "deleted", access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func check(_ client: Client, _ before: Client?, _ access: Access, in transaction: any Transaction) throws {
        let rules = LeadRules(transaction, access)
        guard client.contacts.count <= Client.contactLimit else { throw ClientProblem.tooManyContacts }
        if client.owner != before?.owner {
            do { try rules.check(owner: client.owner) } catch LeadProblem.ownerMissing { throw ClientProblem.ownerMissing }
        }
        let known = Set(before?.contacts ?? [])
        for contact in client.contacts where !known.contains(contact) {
            do { try rules.check(contact: contact) } catch LeadProblem.contactMissing { throw ClientProblem.contactMissing }
        }
    }

    private func tell(_ id: Identifier<Client>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.clientUpdated, subject: id.text, cause: cause), at: now())
    }
}
