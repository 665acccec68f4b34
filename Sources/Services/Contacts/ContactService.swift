package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// The directory of a workspace.
package struct ContactService: Sendable {
    /// Contacts of a part of an export.
    private static let exportPart = 500
    /// Conversations that are shown with one.
    private static let conversationLimit = 50

    private let database: any Database
    private let search: SearchService
    private let numbers: PhoneNumbers
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, search: SearchService, numbers: PhoneNumbers, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.search, self.numbers, self.signals, self.now) = (database, search, numbers, signals, now)
    }

    /// What is filled in for a contact. Of a change, groups that aren't given stay.
    package struct Draft: Sendable {
        package let number: PhoneNumber?
        package let fields: ContactFields
        package let groups: [Identifier<ContactGroup>]?

        package init(number: PhoneNumber?, fields: ContactFields, groups: [Identifier<ContactGroup>]? = nil) {
            (self.number, self.fields, self.groups) = (number, fields, groups)
        }
    }

    // MARK: Reading

    /// A page of contacts.
    package struct Answer: Sendable {
        package let page: Page<DirectoryContact>
        /// Whether the page ended before it was full, because so many had to be looked through.
        package let isPart: Bool
        /// Whether nothing was spelt so, and similar words were found instead.
        package let isSimilar: Bool
    }

    /// - Parameter text: words of the name or the company, or the end of the number; those that were found come the newest first.
    package func list(
        _ filter: ContactFilter, text: String = "", after: String? = nil, limit: Int, access: Access
    ) async throws -> Answer {
        let filter = Self.narrowed(filter, access)
        guard text.isBlank else {
            let found = try await search.directory(text, filter, after: after, limit: limit, access: access)
            return Answer(
                page: Page(data: found.data, next: found.next), isPart: found.isPart,
                isSimilar: found.spelling == .similar && !found.data.isEmpty)
        }
        let place = try after.map(DirectoryTable.Place.init(cursor:))
        let part = try await database.read { try DirectoryTable($0, access).list(filter, after: place, limit: limit) }
        return Answer(
            page: Page(data: part.contacts, next: part.next?.cursor), isPart: part.next != nil && part.contacts.count < limit,
            isSimilar: false)
    }

    /// Who may see no conversation learns of none.
    private static func narrowed(_ filter: ContactFilter, _ access: Access) -> ContactFilter {
        guard !access.permits(.conversationsView) else { return filter }
        var filter = filter
        (filter.scope, filter.hasConversation) = (.directory, nil)
        return filter
    }

    package func contact(_ id: Identifier<Contact>, access: Access) async throws -> DirectoryContact {
        guard let contact = try await database.read({ try DirectoryTable($0, access).find(id) }) else { throw ContactProblem.missing }
        return contact
    }

    /// All that is shown of one contact.
    package struct Details: Sendable {
        package let contact: DirectoryContact
        package let identities: [ContactIdentity]
        /// With whom the caller may see conversations, the newest first.
        package let conversations: [Conversation]
    }

    package func details(_ id: Identifier<Contact>, access: Access) async throws -> Details {
        try await database.read { transaction in
            let table = DirectoryTable(transaction, access)
            guard let contact = try table.find(id) else { throw ContactProblem.missing }
            let ids = try table.conversations(of: id, limit: Self.conversationLimit)
            let known = ids.isEmpty ? [] : try ConversationTable(transaction, access).find(ids)
            let byID = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
            return Details(contact: contact, identities: try table.identities(of: id), conversations: ids.compactMap { byID[$0] })
        }
    }

    /// How many are in the directory, and of which countries their numbers are.
    package func overview(access: Access) async throws -> (count: BoundedCount, regions: [String]) {
        try await database.read { transaction in
            let table = DirectoryTable(transaction, access)
            let count = try table.count(most: Self.countLimit + 1)
            return (BoundedCount(count, limit: Self.countLimit), try table.regions())
        }
    }

    /// Counted up to so many.
    private static let countLimit = 1_000

    // MARK: Writing

    /// Makes a contact, or takes somebody into the directory who merely wrote from the number. Throws ``ContactProblem/phoneTaken(_:)``.
    package func create(_ draft: Draft, access: Access) async throws -> DirectoryContact {
        let made = try await database.write { try create(draft, access: access, in: $0) }
        announce(made.id, "added", access)
        return made
    }

    /// Inside a transaction of the caller's.
    package func create(_ draft: Draft, access: Access, in transaction: any Transaction) throws -> DirectoryContact {
        try access.require(.contactsCreate)
        guard let number = draft.number else { throw ContactProblem.phoneMissing }
        try numbers.check(number)
        let (table, moment) = (DirectoryTable(transaction, access), now())
        let region = numbers.region(of: number)
        let id: Identifier<Contact>
        if let owner = try table.owner(of: number) {
            id = owner.id
            guard try table.add(id, draft.fields, number: number, region: region, now: moment) else { throw ContactProblem.phoneTaken(id) }
        } else {
            id = .make(at: moment)
            try table.insert(id, number, draft.fields, region: region, now: moment)
        }
        try setGroups(draft.groups, of: id, access, in: transaction)
        try tell(id, "added", access, in: transaction)
        return try found(id, access, in: transaction)
    }

    /// Takes somebody into the directory who merely wrote; those who are in it stay as they are.
    package func add(_ id: Identifier<Contact>, access: Access) async throws -> DirectoryContact {
        let contact = try await database.write { transaction in
            try access.require(.contactsCreate)
            let before = try found(id, access, in: transaction)
            let number = before.contact.phoneNumber
            guard
                try DirectoryTable(transaction, access).add(
                    id, try ContactFields(before.contact.name.map { [.name: $0] } ?? [:]), number: number,
                    region: number.flatMap(numbers.region), now: now())
            else { return before }
            try tell(id, "added", access, in: transaction)
            return try found(id, access, in: transaction)
        }
        announce(id, "added", access)
        return contact
    }

    /// Throws ``ContactProblem/phoneTaken(_:)``, ``ContactProblem/phoneHasConversations`` and ``ContactProblem/phoneMissing``.
    package func change(_ id: Identifier<Contact>, access: Access, _ edit: @escaping @Sendable (DirectoryContact) throws -> Draft)
        async throws
        -> DirectoryContact
    {
        let contact = try await database.write { transaction in
            try access.require(.contactsEdit)
            let before = try found(id, access, in: transaction)
            guard before.isListed else { throw ContactProblem.missing }
            let draft = try edit(before)
            try setNumber(draft.number, of: before, access, in: transaction)
            let number = draft.number
            _ = try DirectoryTable(transaction, access).change(
                id, draft.fields, number: number, region: number.flatMap(numbers.region), now: now())
            try setGroups(draft.groups, of: id, access, in: transaction)
            try tell(id, "changed", access, in: transaction)
            return try found(id, access, in: transaction)
        }
        announce(id, "changed", access)
        return contact
    }

    private func setNumber(_ number: PhoneNumber?, of before: DirectoryContact, _ access: Access, in transaction: any Transaction) throws {
        let former = before.contact.phoneNumber
        guard number != former else { return }
        let table = DirectoryTable(transaction, access)
        guard let number else { throw ContactProblem.phoneMissing }
        try numbers.check(number)
        // Another writing of the same number reaches the same person.
        if let former, MatchKey(former) == MatchKey(number) { return }
        if former != nil, try table.hasConversations(before.id) { throw ContactProblem.phoneHasConversations }
        if let owner = try DirectoryTable(transaction, access.withGrant(.contactsCreate)).owner(of: number) {
            throw owner.isListed ? ContactProblem.phoneTaken(owner.id) : .phoneWrote
        }
        try table.replace(former, with: number, of: before.id, now: now())
    }

    private func setGroups(
        _ groups: [Identifier<ContactGroup>]?, of id: Identifier<Contact>, _ access: Access, in transaction: any Transaction
    ) throws {
        guard let groups else { return }
        let before = Set(try found(id, access, in: transaction).groups)
        let wanted = Set(groups)
        guard wanted != before else { return }
        let table = ContactGroupTable(transaction, access.withGrant(.contactsEdit))
        let held = Set(try table.hold(wanted.union(before).sorted()))
        guard wanted.isSubset(of: held) else { throw ContactGroupProblem.missing }
        for group in held.sorted() {
            if wanted.contains(group) { _ = try table.join(group, [id]) } else { _ = try table.leave(group, [id]) }
        }
    }

    /// What became of contacts that were taken out of the directory.
    package struct Removed: Sendable, Equatable {
        package let deleted: Int
        /// Those with conversations: they left the directory, and the conversations stay.
        package let kept: Int
    }

    package func remove(_ ids: [Identifier<Contact>], access: Access) async throws -> Removed {
        try Self.check(ids)
        let removed = try await database.write { transaction in
            let removed = try DirectoryTable(transaction, access).remove(ids, now: now())
            guard !removed.deleted.isEmpty || !removed.kept.isEmpty else { throw ContactProblem.missing }
            try EventTable(transaction, access).append(
                (removed.deleted + removed.kept).map { NewEvent(.contactUpdated, subject: $0.text, cause: "removed") }, at: now())
            return Removed(deleted: removed.deleted.count, kept: removed.kept.count)
        }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "contacts").info(
            "Contacts left the directory",
            metadata: ["deleted": "\(removed.deleted)", "kept": "\(removed.kept)", "actor": "\(access.actor.text)"])
        return removed
    }

    /// Puts contacts of the directory into groups; returns how many weren't in all of them yet.
    package func assign(_ ids: [Identifier<Contact>], to groups: [Identifier<ContactGroup>], access: Access) async throws -> Int {
        try await move(ids, groups, access) { try $0.join($1, ids) }
    }

    /// Takes contacts out of groups; returns how many were in one.
    package func takeOut(_ ids: [Identifier<Contact>], of groups: [Identifier<ContactGroup>], access: Access) async throws -> Int {
        try await move(ids, groups, access) { try $0.leave($1, ids) }
    }

    private func move(
        _ ids: [Identifier<Contact>], _ groups: [Identifier<ContactGroup>], _ access: Access,
        _ body: @escaping @Sendable (ContactGroupTable, Identifier<ContactGroup>) throws -> [Identifier<Contact>]
    ) async throws -> Int {
        try access.require(.contactsEdit)
        try Self.check(ids)
        guard !groups.isEmpty else { throw ContactGroupProblem.noneChosen }
        let moved = try await database.write { transaction in
            let table = ContactGroupTable(transaction, access)
            let held = try table.hold(groups)
            guard held.count == Set(groups).count else { throw ContactGroupProblem.missing }
            var moved: Set<Identifier<Contact>> = []
            for group in held { moved.formUnion(try body(table, group)) }
            if !moved.isEmpty {
                try EventTable(transaction, access).append(
                    held.map { NewEvent(.groupUpdated, subject: $0.text, cause: "members") }, at: now())
            }
            return moved.count
        }
        signals.eventsAppended(in: access.workspaceID)
        return moved
    }

    private static func check(_ ids: [Identifier<Contact>]) throws(ContactProblem) {
        guard !ids.isEmpty else { throw .noneChosen }
        guard ids.count <= ContactProblem.choiceLimit else { throw .tooManyChosen(count: ids.count) }
    }

    // MARK: Taking a copy away

    /// What the list shows, in its order.
    package func export(_ filter: ContactFilter, text: String, access: Access) async throws -> ExportParts<DirectoryContact> {
        try access.require(.contactsExport)
        let reading = access.withGrant(.contactsView)
        try await database.write { transaction in
            try EventTable(transaction, access).append(NewEvent(.contactUpdated, cause: "exported"), at: now())
        }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "contacts").info("Contacts are exported", metadata: ["actor": "\(access.actor.text)"])
        return try await ExportParts { after in
            try await list(filter, text: text, after: after, limit: Self.exportPart, access: reading).page
        }
    }

    // MARK: Telling

    private func found(_ id: Identifier<Contact>, _ access: Access, in transaction: any Transaction) throws -> DirectoryContact {
        guard let contact = try DirectoryTable(transaction, access.withGrant(.contactsView)).find(id) else { throw ContactProblem.missing }
        return contact
    }

    private func tell(_ id: Identifier<Contact>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.contactUpdated, subject: id.text, cause: cause), at: now())
    }

    private func announce(_ id: Identifier<Contact>, _ what: String, _ access: Access) {
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "contacts").info(
            "A contact is changed", metadata: ["contact.id": "\(id)", "change": "\(what)", "actor": "\(access.actor.text)"])
    }
}

extension DirectoryTable.Place {
    /// Opaque outside.
    fileprivate var cursor: String { PageCursor(first: time, second: "\(id.text) \(key)").text }

    fileprivate init(cursor text: String) throws(PageProblem) {
        let cursor = try PageCursor(parsing: text)
        let parts = cursor.second.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let id = Identifier<Contact>(parsing: String(parts[0])) else { throw .cursorMalformed }
        self.init(key: String(parts[1]), time: cursor.first, id: id)
    }
}
