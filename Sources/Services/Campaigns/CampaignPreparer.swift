internal import Domain
internal import Logging
internal import Store

internal import struct Foundation.Date

/// Reads an audience and makes recipients of it, some hundred at a time. What was made, and how far it has come, commit together.
struct CampaignPreparer: Sendable {
    private let database: any Database
    private let files: CampaignFileReader
    private let numbers: PhoneNumbers
    private let signals: Signals
    private let now: @Sendable () -> Date

    init(
        database: any Database, storage: any MediaStorage, numbers: PhoneNumbers, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.numbers, self.signals, self.now) = (database, numbers, signals, now)
        files = CampaignFileReader(database: database, storage: storage)
    }

    private struct Stopped: Error {}

    func run(_ id: Identifier<Campaign>, _ access: Access) async throws {
        do {
            while try await step(id, access) { signals.eventsAppended(in: access.workspaceID) }
        } catch is Stopped {
        } catch CampaignProblem.fileMissing {
            try await fail(id, .fileUnreadable, access)
        } catch CampaignProblem.groupMissing {
            try await fail(id, .groupMissing, access)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func fail(_ id: Identifier<Campaign>, _ halt: CampaignHalt, _ access: Access) async throws {
        try await database.write { transaction in
            let table = CampaignTable(transaction, access)
            guard var campaign = try table.find(id, holding: true), campaign.preparation == .running else { return }
            (campaign.preparation, campaign.halt) = (.failed, halt)
            try table.save(campaign)
            try tell(id, "unprepared", access, in: transaction)
        }
    }

    private func tell(_ id: Identifier<Campaign>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.campaignUpdated, subject: id.text, cause: cause), at: now())
    }

    // MARK: One step

    /// False when there is no more to do.
    private func step(_ id: Identifier<Campaign>, _ access: Access) async throws -> Bool {
        let (campaign, from) = try await database.read { transaction in
            let table = CampaignTable(transaction, access)
            guard let campaign = try table.find(id), campaign.preparation == .running else { throw Stopped() }
            return (campaign, try table.progress(of: id))
        }
        if from.place == CampaignTable.clearing { return try await clear(id, from, access) }
        guard campaign.plan.audience.sources.indices.contains(from.source) else { return try await end(id, from, access) }
        let source = campaign.plan.audience.sources[from.source]
        let part = try await read(source, after: from.place, access)
        let moment = now()
        try await database.write { transaction in
            var to = from
            let recipients = try CampaignPeople(transaction, access, of: campaign, now: moment).recipients(part.people, after: from.count)
            to.count += recipients.count
            if let next = part.next { to.place = next } else { (to.source, to.place) = (from.source + 1, "") }
            guard try CampaignTable(transaction, access).advance(id, from: from, to: to) else { throw Stopped() }
            try CampaignRecipientTable(transaction, access, of: id).insert(recipients)
            try tell(id, CampaignFollower.progress, access, in: transaction)
        }
        return true
    }

    /// Removes what an earlier audience left.
    private func clear(_ id: Identifier<Campaign>, _ from: CampaignTable.Progress, _ access: Access) async throws -> Bool {
        try await database.write { transaction in
            // Held and compared first: what another process has read meanwhile stays.
            let table = CampaignTable(transaction, access)
            guard let campaign = try table.find(id, holding: true), campaign.preparation == .running, try table.progress(of: id) == from
            else { throw Stopped() }
            let recipients = CampaignRecipientTable(transaction, access, of: id)
            let gone = try recipients.holdFirst(Campaign.stepLimit)
            try recipients.remove(gone)
            guard gone.count < Campaign.stepLimit else { return }
            guard try table.advance(id, from: from, to: .init()) else { throw Stopped() }
        }
        return true
    }

    private func end(_ id: Identifier<Campaign>, _ from: CampaignTable.Progress, _ access: Access) async throws -> Bool {
        let people = try await database.read { try DirectoryTable($0, access).countAll(most: CampaignReport.peopleLimit) }
        try await database.write { transaction in
            let table = CampaignTable(transaction, access)
            guard var campaign = try table.find(id, holding: true), campaign.preparation == .running, try table.progress(of: id) == from
            else {
                throw Stopped()
            }
            campaign.preparation = .done
            try table.save(campaign)
            try table.setPeople(people, of: id)
            try tell(id, "prepared", access, in: transaction)
        }
        Logger(label: "campaigns").info("A campaign is prepared", metadata: ["campaign.id": "\(id)", "audience": "\(from.count)"])
        return false
    }

    // MARK: Reading sources

    private struct Part: Sendable {
        var people: [CampaignPeople.Person]
        /// Where it goes on; nil at the end of the source.
        var next: String?
    }

    private func read(_ source: CampaignSource, after place: String, _ access: Access) async throws -> Part {
        switch source {
        case .group(let group):
            let exists = try await database.read { try ContactGroupTable($0, access).find(group) != nil }
            guard exists else { throw CampaignProblem.groupMissing }
            return try await directory(ContactFilter(group: group, order: .newest), after: place, access)
        case .directory(let filter): return try await directory(filter, after: place, access)
        case .contacts(let ids):
            let begin = Int(place) ?? 0
            let some = Array(ids.dropFirst(begin).prefix(Campaign.stepLimit))
            let found = try await database.read { try DirectoryTable($0, access).find(some) }
            let end = begin + some.count
            return Part(people: found.map { .init($0.contact) }, next: end < ids.count ? String(end) : nil)
        case .file(let file):
            let begin = CampaignFileReader.Place(place)
            let part = try await files.rows(of: file, after: begin, limit: Campaign.stepLimit, access)
            return Part(people: part.records.map { .init($0, of: file, numbers) }, next: part.next?.text)
        }
    }

    private func directory(_ filter: ContactFilter, after place: String, _ access: Access) async throws -> Part {
        let cursor = place.isEmpty ? nil : try PageCursor(parsing: place)
        let begin = cursor.map { DirectoryTable.Place(time: $0.first, id: Identifier($0.second)) }
        let part = try await database.read { try DirectoryTable($0, access).list(filter, after: begin, limit: Campaign.stepLimit) }
        return Part(
            people: part.contacts.map { .init($0.contact) }, next: part.next.map { PageCursor(first: $0.time, second: $0.id.text).text })
    }
}

/// Makes recipients of people: each once, with a number of ours, and with the reason when they are left out.
struct CampaignPeople {
    /// Somebody whom a source names.
    struct Person: Sendable {
        var contact: Identifier<Contact>?
        var number: PhoneNumber?
        var columns: [String: String] = [:]
        var exclusion: CampaignExclusion?
        /// Of a row that can't be read.
        var text = ""

        init(_ contact: Contact) {
            self.contact = contact.id
            if contact.phoneNumber == nil, contact.businessScopedID == nil { exclusion = .unreachable }
        }

        init(_ record: CSVRecord, of file: CampaignFile, _ numbers: PhoneNumbers) {
            columns = file.columns(record.cells)
            text = "line:\(record.line)"
            let fields: [ContactField?] = record.cells.indices.map { $0 == file.phoneColumn ? .phone : nil }
            guard let only = try? ImportColumns(fields),
                case .contact(let number, _) = ImportReader(columns: only, region: file.region, numbers: numbers).read(record)
            else {
                exclusion = .numberUnreadable
                return
            }
            self.number = number
        }

        var key: String { contact?.text ?? number.map { "phone:\(MatchKey($0).text)" } ?? text }
    }

    private let transaction: any Transaction
    private let access: Access
    private let campaign: Campaign
    private let now: Date

    init(_ transaction: any Transaction, _ access: Access, of campaign: Campaign, now: Date) {
        (self.transaction, self.access, self.campaign, self.now) = (transaction, access, campaign, now)
    }

    /// - Parameter position: of the last one before them.
    func recipients(_ people: [Person], after position: Int) throws -> [CampaignRecipient] {
        guard !people.isEmpty else { return [] }
        var people = people
        try recognize(&people)
        let contacts = people.compactMap(\.contact)
        let exclusions = try CampaignExclusions(transaction, access, of: campaign, now: now).findLasting(contacts)
        let senders = try CampaignMessageTable(transaction, access).newestSenders(of: contacts, among: campaign.plan.senders)
        var known = try CampaignRecipientTable(transaction, access, of: campaign.id).known(people.map(\.key))
        return people.enumerated().map { index, person in
            let isFirst = known.insert(person.key).inserted
            let exclusion = isFirst ? person.exclusion ?? person.contact.flatMap { exclusions[$0] } : .duplicate
            return CampaignRecipient(
                position: position + index + 1, contactID: person.contact, number: person.contact == nil ? person.number : nil,
                personKey: person.key, senderID: person.contact.flatMap { senders[$0] } ?? sender(of: person),
                state: exclusion == nil ? .pending : .excluded, exclusion: exclusion, columns: person.columns)
        }
    }

    /// Whose numbers those of a file are.
    private func recognize(_ people: inout [Person]) throws {
        let keys = people.compactMap { person in person.contact == nil ? person.number.map { MatchKey($0).text } : nil }
        let owners = try CampaignMessageTable(transaction, access).contacts(byMatchKeys: keys)
        for index in people.indices where people[index].contact == nil {
            people[index].contact = people[index].number.flatMap { owners[MatchKey($0).text] }
        }
    }

    /// The same for one person, whenever they are asked about.
    private func sender(of person: Person) -> Identifier<Sender> {
        let senders = campaign.plan.senders.sorted()
        // FNV-1a: Swift's own hashes differ from process to process.
        let hash = person.key.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return senders[Int(hash % UInt64(senders.count))]
    }
}
