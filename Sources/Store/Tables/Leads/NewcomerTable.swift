package import Domain

package import struct Foundation.Date

/// The leads that intake makes of people who weren't known and wrote.
package struct NewcomerTable {
    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// Somebody whose conversation begins.
    package struct Newcomer: Sendable {
        package let workspaceID: Identifier<Workspace>
        package let contact: Identifier<Contact>
        package let conversation: Identifier<Conversation>
        package let assignee: Identifier<Account>?

        package init(
            workspaceID: Identifier<Workspace>, contact: Identifier<Contact>, conversation: Identifier<Conversation>,
            assignee: Identifier<Account>?
        ) {
            (self.workspaceID, self.contact, self.conversation, self.assignee) = (workspaceID, contact, conversation, assignee)
        }
    }

    /// Those of these workspaces that want leads made by themselves, with the status that these begin with.
    package func settings(
        of workspaces: Set<Identifier<Workspace>>
    ) throws -> [Identifier<Workspace>: (settings: LeadSettings, status: LeadStatus)] {
        var found: [Identifier<Workspace>: (LeadSettings, LeadStatus)] = [:]
        for (workspace, settings) in try LeadListTable.settings(of: workspaces.sorted(), isAutomatic: true, transaction) {
            let statuses = try LeadListTable(transaction, .system("intake", in: workspace)).statuses()
            let chosen = statuses.first { $0.id == settings.status } ?? statuses.first { $0.kind == .open }
            if let chosen { found[workspace] = (settings, chosen) }
        }
        return found
    }

    /// Makes leads of those whom nobody knows yet: neither in the directory, nor a lead or a client, nor with another conversation. Returns them.
    package func insert(
        _ newcomers: [Newcomer], _ settings: LeadSettings, status: LeadStatus, in workspaceID: Identifier<Workspace>,
        at now: Date
    ) throws -> [Identifier<Lead>] {
        let byContact = Dictionary(newcomers.map { ($0.contact, $0) }, uniquingKeysWith: { one, _ in one })
        let unknown = try transaction.rows(
            """
            SELECT c.id, c.name, c.phone_number, c.username FROM contacts c
            WHERE c.workspace_id = \(workspaceID) AND c.id IN (\(list: byContact.keys.sorted().map { SQLValue($0) })) AND c.listed_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM client_contacts x WHERE x.workspace_id = c.workspace_id AND x.contact_id = c.id)
                AND NOT EXISTS (SELECT 1 FROM contact_identities g
                    WHERE g.workspace_id = c.workspace_id AND g.contact_id = c.id AND g.kind = 'group')
                AND NOT EXISTS (SELECT 1 FROM conversations v WHERE v.workspace_id = c.workspace_id AND v.contact_id = c.id
                    AND v.id NOT IN (\(list: newcomers.map { SQLValue($0.conversation) })))
            ORDER BY c.id
            """
        ).map { (id: try $0.id(0) as Identifier<Contact>, name: try $0.textOrNil(1) ?? $0.textOrNil(2) ?? $0.textOrNil(3)) }
        guard !unknown.isEmpty else { return [] }
        var fields: [Identifier<Lead>: LeadFields] = [:]
        let access = Access.system("intake", in: workspaceID)
        let rows: [[SQLValue]] = try unknown.map { contact in
            let id = Identifier<Lead>.make(at: now)
            let name = contact.name.map { $0.line(LeadFields.nameLimit) }.flatMap(\.nonBlank) ?? "WhatsApp"
            let lead = try LeadFields(name: name)
            fields[id] = lead
            let (owner, waits): (Identifier<Account>?, Bool) =
                switch settings.owner {
                case .nobody: (nil, false)
                case .member(let member): (member, false)
                case .assignee: (byContact[contact.id]?.assignee, byContact[contact.id]?.assignee == nil)
                }
            return [
                SQLValue(workspaceID), SQLValue(id), .text(lead.name), .text(lead.sortKey), SQLValue(contact.id), SQLValue(status.id),
                SQLValue(settings.source), SQLValue(owner), SQLValue(waits), SQLValue(now), SQLValue(now),
                SQLValue(status.kind.closing(nil, at: now)),
            ]
        }
        let made: [Identifier<Lead>] = try transaction.insertIfFree(
            into: """
                leads (workspace_id, id, name, sort_key, contact_id, status_id, source_id, owner_id, awaits_owner, created_at, changed_at,
                    closed_at)
                """, rows, returning: "id"
        ).map { try $0.id(0) }
        try RecordList.leads(transaction, access).learn(made.map { ($0.text, fields[$0]?.words ?? []) }, isNew: true)
        try LeadTable.append(made.map { (access, $0, .made, nil, status.id.text) }, transaction, at: now)
        return made
    }
}
