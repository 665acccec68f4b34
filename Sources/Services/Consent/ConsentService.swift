package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// What people let the business send them: shown, noted, brought in from files, and the words by which they say it themselves.
package struct ConsentService: Sendable {
    /// Lines of a file that are written in one transaction.
    private static let importPart = 250

    private let database: any Database
    private let numbers: PhoneNumbers
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, numbers: PhoneNumbers, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.numbers, self.signals, self.now) = (database, numbers, signals, now)
    }

    // MARK: One person

    /// How it stands with somebody, and a page of the ledger, newest first. Throws ``ContactProblem/missing``.
    package func standing(
        of contact: Identifier<Contact>, after: String? = nil, limit: Int, access: Access
    ) async throws -> (consent: Consent, entries: Page<ConsentEntry>) {
        let place = try after.map { Identifier<ConsentEntry>(try PageCursor(parsing: $0).second) }
        return try await database.read { transaction in
            let table = ConsentTable(transaction, access)
            guard let consent = try table.find(contact) else { throw ContactProblem.missing }
            let rows = try table.entries(of: contact, before: place, limit: limit + 1)
            return (consent, Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.id.text) })
        }
    }

    /// Notes what somebody said otherwise than by a word. Throws ``ContactProblem/missing`` or ``ConsentProblem``.
    package func note(
        _ change: ConsentChange, of contact: Identifier<Contact>, reason: String, access: Access
    ) async throws -> ConsentEntry {
        let entry = try await database.write { try note(change, of: contact, reason: reason, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return entry
    }

    /// Inside a transaction of the caller's.
    package func note(
        _ change: ConsentChange, of contact: Identifier<Contact>, reason: String, access: Access, in transaction: any Transaction
    ) throws -> ConsentEntry {
        try access.require(.contactsEdit)
        guard try ConsentTable(transaction, access.withGrant(.contactsView)).find(contact) != nil else { throw ContactProblem.missing }
        let moment = now()
        let (entry, events) = try ConsentRecorder(transaction, access, now: moment).record(
            change, of: contact, source: access.actor.member == nil ? .api : .person, text: try ConsentEntry.reason(reason), at: moment)
        try EventTable(transaction, access).append(events, at: moment)
        return entry
    }

    // MARK: Words

    package func words(access: Access) async throws -> ConsentWords {
        try await database.read { try ConsentWordsTable($0, access).find() }
    }

    /// - Parameter words: nil brings the standard ones back.
    package func setWords(_ words: ConsentWords?, access: Access) async throws -> ConsentWords {
        try access.require(.settingsManage)
        let moment = now()
        try await database.write { transaction in
            let table = ConsentWordsTable(transaction, access)
            if let words { try table.save(words, now: moment) } else { try table.remove() }
        }
        Logger(label: "consent").info("The words of consent changed", metadata: ["workspace.id": "\(access.workspaceID)"])
        return words ?? .standard
    }

    /// What a customer's message would mean, and what would be answered.
    package struct Trial: Sendable {
        /// Nil when it is no word.
        package let meaning: ConsentWords.Meaning?
        package let confirmation: String?

        package init(meaning: ConsentWords.Meaning?, confirmation: String?) { (self.meaning, self.confirmation) = (meaning, confirmation) }
    }

    package func tried(_ text: String, access: Access) async throws -> Trial {
        let words = try await words(access: access)
        guard let meaning = words.meaning(of: text) else { return Trial(meaning: nil, confirmation: nil) }
        return Trial(meaning: meaning, confirmation: words.confirmation(of: meaning.change, in: meaning.languages))
    }

    // MARK: Files

    package struct Imported: Sendable {
        /// Who agreed by it.
        package var applied = 0
        /// Who had agreed already.
        package var known = 0
        package var refusals: [ConsentFile.Refusal] = []

        package init() {}
    }

    /// Notes all opt-ins of a file with their proofs; people whom nobody knows are taken into the directory. Who has opted out since a line's time
    /// stays so, and the line is refused. A file that is taken in twice changes nothing the second time.
    package func takeIn(_ bytes: [UInt8], region: String?, access: Access) async throws -> Imported {
        for grant in [Grant.contactsCreate, .contactsEdit] { try access.require(grant) }
        let file = try ConsentFile(bytes, region: region, numbers: numbers, now: now())
        var imported = Imported()
        imported.refusals = file.refusals
        var rest = file.optIns[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(Self.importPart))
            rest = rest.dropFirst(part.count)
            let (applied, refused) = try await database.write { try takeIn(part, access: access, in: $0) }
            imported.applied += applied
            imported.known += part.count - applied - refused.count
            imported.refusals += refused
            signals.eventsAppended(in: access.workspaceID)
        }
        imported.refusals.sort { $0.line < $1.line }
        return imported
    }

    private func takeIn(
        _ part: [(line: Int, optIn: ConsentFile.OptIn)], access: Access, in transaction: any Transaction
    ) throws -> (applied: Int, refused: [ConsentFile.Refusal]) {
        let moment = now()
        let consents = ConsentTable(transaction, access.withGrant(.contactsView))
        let directory = DirectoryTable(transaction, access)
        let recorder = ConsentRecorder(transaction, access, now: moment)
        var (applied, refused, events): (Int, [ConsentFile.Refusal], [NewEvent]) = (0, [], [])
        for (line, optIn) in part {
            let contact: Identifier<Contact>
            let region = numbers.region(of: optIn.number)
            if let owner = try directory.owner(of: optIn.number) {
                contact = owner.id
                // Somebody who wrote to others: as when a contact is made, they are in the directory from then on, and seen.
                if try consents.find(contact) == nil {
                    _ = try directory.add(contact, .none, number: optIn.number, region: region, now: moment)
                }
            } else {
                contact = .make(at: moment)
                try directory.insert(contact, optIn.number, .none, region: region, now: moment)
            }
            guard let before = try consents.find(contact) else { throw ContactProblem.missing }
            if before.marketing == .optedIn { continue }
            let (entry, told) = try recorder.record(.optIn, of: contact, source: .file, text: optIn.proof, at: optIn.at)
            events += told
            if entry.isApplied {
                applied += 1
            } else {
                refused.append(.init(line: line, code: "opted-out-since", detail: "They have opted out after this time, so it stays so."))
            }
        }
        try EventTable(transaction, access).append(events, at: moment)
        return (applied, refused)
    }
}
