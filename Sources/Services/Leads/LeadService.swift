package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// The leads of a workspace: who may become a client, and how far each has come.
package struct LeadService: Sendable {
    /// Leads of a part of an export.
    private static let exportPart = 500
    /// Leads of one column of the board that are shown at once.
    package static let columnPage = 30
    /// What was done with one, as far as its page tells it.
    package static let deedLimit = 100
    /// Conversations that are shown with one.
    private static let conversationLimit = 20

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// What is filled in for a new lead. Without a status it has the first that is open.
    package struct Draft: Sendable {
        package let fields: LeadFields
        package let contact: Identifier<Contact>?
        package let status: Identifier<LeadStatus>?
        package let source: Identifier<LeadSource>?
        package let owner: Identifier<Account>?

        package init(
            fields: LeadFields, contact: Identifier<Contact>? = nil, status: Identifier<LeadStatus>? = nil,
            source: Identifier<LeadSource>? = nil, owner: Identifier<Account>? = nil
        ) {
            (self.fields, self.contact, self.status, self.source, self.owner) = (fields, contact, status, source, owner)
        }
    }

    // MARK: Reading

    /// A page of records.
    package struct Answer<Record: Sendable>: Sendable {
        package let page: Page<Record>
        /// Whether the page ended before it was full, because so many had to be looked through.
        package let isPart: Bool

        init(_ records: [Record], next: RecordPlace?, limit: Int) {
            page = Page(data: records, next: next?.cursor)
            isPart = next != nil && records.count < limit
        }
    }

    package func list(
        _ filter: LeadFilter, order: LeadOrder = .changed, after: String? = nil, limit: Int, access: Access
    ) async throws -> Answer<Lead> {
        let place = try after.map(RecordPlace.init(cursor:))
        let part = try await database.read { try LeadTable($0, access).list(filter, order: order, after: place, limit: limit) }
        return Answer(part.leads, next: part.next, limit: limit)
    }

    package func lead(_ id: Identifier<Lead>, access: Access) async throws -> Lead {
        guard let lead = try await database.read({ try LeadTable($0, access).find(id) }) else { throw LeadProblem.missing }
        return lead
    }

    /// What was done with one, the newest first.
    package func deeds(of id: Identifier<Lead>, before: String? = nil, limit: Int, access: Access) async throws -> Page<LeadDeed> {
        let cursor = try before.map(PageCursor.init(parsing:))
        let place = try cursor.map { cursor in
            guard let sequence = Int64(cursor.second) else { throw PageProblem.cursorMalformed }
            return (at: cursor.first, sequence: sequence)
        }
        let deeds = try await database.read { transaction in
            let table = LeadTable(transaction, access)
            guard try table.find(id) != nil else { throw LeadProblem.missing }
            return try table.deeds(of: id, before: place, limit: limit + 1)
        }
        let page = Page(rows: deeds, limit: limit) { PageCursor(first: $0.deed.at.milliseconds, second: String($0.sequence)) }
        return Page(data: page.data.map(\.deed), next: page.next)
    }

    /// What a contact is to the business, as far as the caller may see it.
    package struct Standing: Sendable {
        package let lead: Lead?
        package let client: Client?
        /// Whether there is a lead or a client that somebody else looks after.
        package let isHidden: Bool
    }

    package func standing(of contact: Identifier<Contact>, access: Access) async throws -> Standing {
        try await database.read { transaction in
            let lead = access.permits(.leadsView) ? try LeadTable(transaction, access).find(of: contact) : (nil, false)
            let client = access.permits(.clientsView) ? try ClientTable(transaction, access).find(of: contact) : (nil, false)
            return Standing(
                lead: lead.0, client: client.0, isHidden: (lead.1 && lead.0 == nil) || (client.1 && client.0 == nil && lead.0 == nil))
        }
    }

    /// Who stands behind records, and the conversations with them that the caller may see, the newest first.
    package func people(
        _ contacts: [Identifier<Contact>], access: Access
    ) async throws -> (contacts: [DirectoryContact], conversations: [Conversation]) {
        let reading = access.withGrant(.contactsView)
        return try await database.read { transaction in
            let table = DirectoryTable(transaction, reading)
            let found = try table.find(contacts)
            let ids = try found.flatMap { try table.conversations(of: $0.id, limit: Self.conversationLimit) }
            let known = ids.isEmpty ? [] : try ConversationTable(transaction, access).find(Array(ids.prefix(Self.conversationLimit)))
            return (found, known)
        }
    }

    /// Whoever has a number, also somebody whom not everybody may see: what is done with them asks that.
    package func contact(with number: PhoneNumber, in workspaceID: Identifier<Workspace>) async throws -> Identifier<Contact>? {
        try await database.read { try ContactTable($0, .system("leads", in: workspaceID)).find(.phone(number)) }
    }

    /// A column of the board with its first leads.
    package struct BoardColumn: Sendable {
        package let status: LeadStatus
        /// How many there are.
        package let count: BoundedCount
        /// What those that were counted are worth together, by currency.
        package let sums: [Money]
        package let leads: Answer<Lead>
    }

    /// A column for each status that the filter has.
    package func board(_ filter: LeadFilter, access: Access) async throws -> [BoardColumn] {
        try await database.read { transaction in
            let table = LeadTable(transaction, access)
            return try LeadListTable(transaction, access).statuses().filter {
                filter.statuses.isEmpty || filter.statuses.contains($0.id)
            }.map { status in
                var own = filter
                own.statuses = [status.id]
                let part = try table.list(own, after: nil, limit: Self.columnPage)
                let column = try table.column(status.id, filter)
                return BoardColumn(
                    status: status, count: column.count, sums: column.sums,
                    leads: Answer(part.leads, next: part.next, limit: Self.columnPage))
            }
        }
    }

    // MARK: Writing

    package func create(_ draft: Draft, access: Access) async throws -> Lead {
        let lead = try await database.write { try create(draft, access: access, in: $0) }
        announce(lead.id, "made", access)
        return lead
    }

    /// Inside a transaction of the caller's. Throws ``LeadProblem``.
    package func create(_ draft: Draft, access: Access, in transaction: any Transaction) throws -> Lead {
        try access.require(.leadsCreate)
        let moment = now()
        let rules = LeadRules(transaction, access)
        let status = try rules.status(draft.status)
        try rules.check(source: draft.source)
        // Who sees only what is theirs would never see it again.
        let owner = draft.owner ?? access.visibility.assigneeOfNew
        try rules.check(owner: owner)
        try rules.check(contact: draft.contact)
        let lead = Lead(
            id: .make(at: moment), fields: draft.fields, contactID: draft.contact, statusID: status.id, sourceID: draft.source,
            owner: owner,
            clientID: nil, createdAt: moment, changedAt: moment, closedAt: status.kind.closing(nil, at: moment))
        let table = LeadTable(transaction, access)
        try table.insert(lead)
        try table.append([(lead.id, .made, nil, status.id.text)], at: moment)
        try tell(lead.id, "made", access, in: transaction)
        return lead
    }

    /// What isn't named stays. Throws ``LeadProblem``.
    package func change(_ id: Identifier<Lead>, access: Access, _ edit: @escaping @Sendable (Lead) throws -> LeadChange) async throws
        -> Lead
    {
        let lead = try await database.write { transaction in
            try access.require(.leadsEdit)
            guard let before = try Self.reading(transaction, access).find([id], forChange: true).first else { throw LeadProblem.missing }
            return try apply(try edit(before), to: before, access, in: transaction)
        }
        announce(id, "changed", access)
        return lead
    }

    /// Gives several another status, owner or both; returns how many there were.
    package func change(
        _ ids: [Identifier<Lead>], status: Identifier<LeadStatus>? = nil, owner: Identifier<Account>?? = nil, access: Access
    ) async throws -> Int {
        try access.require(.leadsEdit)
        try Self.check(ids)
        guard status != nil || owner != nil else { throw LeadProblem.nothingChosen }
        let count = try await database.write { transaction in
            let found = try Self.reading(transaction, access).find(ids, forChange: true)
            guard !found.isEmpty else { throw LeadProblem.missing }
            for lead in found { _ = try apply(LeadChange(status: status, owner: owner), to: lead, access, in: transaction) }
            return found.count
        }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "leads").info("Leads are changed", metadata: ["count": "\(count)", "actor": "\(access.actor.text)"])
        return count
    }

    private func apply(_ change: LeadChange, to before: Lead, _ access: Access, in transaction: any Transaction) throws -> Lead {
        let (rules, moment) = (LeadRules(transaction, access), now())
        let status = change.status == before.statusID ? nil : try change.status.map { try rules.status($0) }
        let source = change.source ?? before.sourceID
        if source != before.sourceID { try rules.check(source: source) }
        let owner = change.owner ?? before.owner
        if owner != before.owner { try rules.check(owner: owner) }
        let contact = change.contact ?? before.contactID
        if contact != before.contactID { try rules.check(contact: contact) }
        let closedAt = if let status { status.kind.closing(before.closedAt, at: moment) } else { before.closedAt }
        let after = Lead(
            id: before.id, fields: change.fields ?? before.fields, contactID: contact, statusID: status?.id ?? before.statusID,
            sourceID: source, owner: owner, clientID: before.clientID, createdAt: before.createdAt, changedAt: moment, closedAt: closedAt)
        try save(after, before, access, in: transaction)
        return after
    }

    private func save(_ after: Lead, _ before: Lead, _ access: Access, in transaction: any Transaction) throws {
        let table = LeadTable(transaction, access.withGrant(.leadsEdit))
        try table.change(after)
        var deeds: [(lead: Identifier<Lead>, kind: LeadDeed.Kind, former: String?, present: String?)] = []
        if after.statusID != before.statusID { deeds.append((after.id, .status, before.statusID.text, after.statusID.text)) }
        if after.owner != before.owner { deeds.append((after.id, .owner, before.owner?.text, after.owner?.text)) }
        let (former, present) = (before.fields.value, after.fields.value)
        if former != present { deeds.append((after.id, .value, former?.deedText, present?.deedText)) }
        if after.clientID != before.clientID { deeds.append((after.id, .client, nil, after.clientID?.text)) }
        try table.append(deeds, at: after.changedAt)
        try tell(after.id, "changed", access, in: transaction)
    }

    /// Makes a client of a lead, or finds the one that its contact belongs to already. The lead is won, and stays. Throws ``LeadProblem/converted``.
    package func convert(_ id: Identifier<Lead>, access: Access) async throws -> Client {
        let client = try await database.write { try convert(id, access: access, in: $0) }
        announce(id, "converted", access)
        return client
    }

    /// Inside a transaction of the caller's.
    package func convert(_ id: Identifier<Lead>, access: Access, in transaction: any Transaction) throws -> Client {
        try access.require(.leadsEdit)
        try access.require(.clientsCreate)
        guard let before = try Self.reading(transaction, access).find([id], forChange: true).first else { throw LeadProblem.missing }
        guard before.clientID == nil else { throw LeadProblem.converted }
        let (table, moment) = (ClientTable(transaction, access.withGrant(.clientsView)), now())
        let known: (client: Client?, exists: Bool) = if let contact = before.contactID { try table.find(of: contact) } else { (nil, false) }
        if known.exists, known.client == nil { throw ClientProblem.contactTaken(nil) }
        let client =
            known.client
            ?? Client(
                id: .make(at: moment), fields: before.fields, owner: before.owner, contacts: before.contactID.map { [$0] } ?? [],
                createdAt: moment, changedAt: moment)
        if known.client == nil {
            try table.insert(client)
            try table.setContacts(client.contacts, of: client.id)
            try EventTable(transaction, access).append(NewEvent(.clientUpdated, subject: client.id.text, cause: "made"), at: moment)
        }
        let statuses = try LeadListTable(transaction, access.withGrant(.leadsView)).statuses()
        let isWon = statuses.contains { $0.id == before.statusID && $0.kind == .won }
        // A workspace without a status for what is won leaves it where it is.
        let won = isWon ? nil : statuses.first { $0.kind == .won }
        let after = Lead(
            id: id, fields: before.fields, contactID: before.contactID, statusID: won?.id ?? before.statusID, sourceID: before.sourceID,
            owner: before.owner, clientID: client.id, createdAt: before.createdAt, changedAt: moment,
            closedAt: won.map { $0.kind.closing(before.closedAt, at: moment) } ?? before.closedAt)
        try save(after, before, access, in: transaction)
        return client
    }

    /// Returns how many there were.
    package func remove(_ ids: [Identifier<Lead>], access: Access) async throws -> Int {
        try Self.check(ids)
        let count = try await database.write { transaction in
            let gone = try LeadTable(transaction, access).delete(ids)
            guard !gone.isEmpty else { throw LeadProblem.missing }
            try EventTable(transaction, access).append(
                gone.map { NewEvent(.leadUpdated, subject: $0.text, cause: "deleted") }, at: now())
            return gone.count
        }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "leads").info("Leads are deleted", metadata: ["count": "\(count)", "actor": "\(access.actor.text)"])
        return count
    }

    private static func check(_ ids: [Identifier<Lead>]) throws(LeadProblem) {
        guard !ids.isEmpty else { throw .noneChosen }
        guard ids.count <= LeadProblem.choiceLimit else { throw .tooManyChosen(count: ids.count) }
    }

    // MARK: Taking a copy away

    /// A lead with the number of who it is, for a file.
    package struct Copy: Sendable {
        package let lead: Lead
        package let contact: DirectoryContact?
    }

    /// What the list shows, in its order.
    package func export(_ filter: LeadFilter, order: LeadOrder, access: Access) async throws -> ExportParts<Copy> {
        try access.require(.leadsExport)
        let reading = access.withGrant(.leadsView)
        try await database.write { transaction in
            try EventTable(transaction, access).append(NewEvent(.leadUpdated, cause: "exported"), at: now())
        }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "leads").info("Leads are exported", metadata: ["actor": "\(access.actor.text)"])
        return try await ExportParts { after in
            let page = try await list(filter, order: order, after: after, limit: Self.exportPart, access: reading).page
            let contacts = page.data.compactMap(\.contactID)
            let known = try await database.read { try DirectoryTable($0, reading.withGrant(.contactsView)).find(contacts) }
            let byID = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
            return Page(data: page.data.map { lead in Copy(lead: lead, contact: lead.contactID.flatMap { byID[$0] }) }, next: page.next)
        }
    }

    // MARK: Telling

    private static func reading(_ transaction: any Transaction, _ access: Access) -> LeadTable {
        LeadTable(transaction, access.withGrant(.leadsView))
    }

    private func tell(_ id: Identifier<Lead>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.leadUpdated, subject: id.text, cause: cause), at: now())
    }

    private func announce(_ id: Identifier<Lead>, _ what: String, _ access: Access) {
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "leads").info(
            "A lead is changed", metadata: ["lead.id": "\(id)", "change": "\(what)", "actor": "\(access.actor.text)"])
    }
}

/// What a lead or a client may refer to.
struct LeadRules {
    private let transaction: any Transaction
    private let access: Access

    init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// The status that is meant; without one the first that is open.
    func status(_ id: Identifier<LeadStatus>?) throws -> LeadStatus {
        let statuses = try LeadListTable(transaction, access.withGrant(.leadsView)).statuses()
        guard let status = statuses.first(where: { id == nil ? $0.kind == .open : $0.id == id }) else {
            throw LeadListProblem.missing(.status)
        }
        return status
    }

    func check(source: Identifier<LeadSource>?) throws {
        guard let source else { return }
        let sources = try LeadListTable(transaction, access.withGrant(.leadsView)).sources()
        guard sources.contains(where: { $0.id == source }) else { throw LeadListProblem.missing(.source) }
    }

    func check(owner: Identifier<Account>?) throws {
        guard let owner else { return }
        guard try MemberTable(transaction, access.withGrant(.membersManage)).member(owner)?.isActive == true else {
            throw LeadProblem.ownerMissing
        }
    }

    func check(contact: Identifier<Contact>?) throws {
        guard let contact else { return }
        guard try DirectoryTable(transaction, access.withGrant(.contactsView)).find(contact) != nil else {
            throw LeadProblem.contactMissing
        }
    }
}

extension Money {
    /// As a deed holds it: `125050 EUR`.
    fileprivate var deedText: String { "\(minorUnits) \(currency.code)" }

    /// Reads what a deed holds.
    package init?(deedText: String) {
        let parts = deedText.split(separator: " ")
        guard parts.count == 2, let units = Int64(parts[0]), let currency = Currency(parsing: String(parts[1])) else { return nil }
        self.init(sum: units, currency: currency)
    }
}

extension RecordPlace {
    /// Opaque outside.
    var cursor: String { PageCursor(first: number, second: "\(id) \(skipped) \(key)").text }

    init(cursor text: String) throws(PageProblem) {
        let cursor = try PageCursor(parsing: text)
        let parts = cursor.second.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let skipped = Int(parts[1]), (0...Self.skipLimit).contains(skipped) else { throw .cursorMalformed }
        self.init(key: String(parts[2]), number: cursor.first, id: String(parts[0]), skipped: skipped)
    }
}
