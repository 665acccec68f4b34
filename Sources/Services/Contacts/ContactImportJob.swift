package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Goes through a file of contacts, some hundred rows at a time. What it took, and how far it has come, commit together, so it goes on behind the last row
/// after a crash; and when the import is cancelled, it takes back what came in.
package struct ContactImportJob: JobHandler {
    package static let kind = JobKind.contactImport
    package static let concurrency = 2
    /// Times that a step is done again because somebody got a number meanwhile.
    private static let raceLimit = 5

    private let database: any Database
    private let storage: any MediaStorage
    private let numbers: PhoneNumbers
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, storage: any MediaStorage, numbers: PhoneNumbers, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.storage, self.numbers, self.signals, self.now) = (database, storage, numbers, signals, now)
    }

    struct Payload: Codable { let `import`: Identifier<ContactImport> }

    static func request(
        _ id: Identifier<ContactImport>, of workspaceID: Identifier<Workspace>, in transaction: any Transaction, now: Date
    ) throws {
        try JobTable(transaction).request(
            .init(workspaceID: workspaceID, kind: kind, key: id.text, payload: try JSONText.encode(Payload(import: id)), runAt: now),
            now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let access = Access.system("import", in: job.workspaceID)
        guard let entry = try await database.read({ try ContactImportTable($0, access).find(payload.import) }) else { return .done }
        if entry.state == .running { try await takeAll(entry, access) }
        return try await finish(entry.id, access)
    }

    /// In the transaction that ends the job: a cancellation that came at the last moment gets a job of its own.
    private func finish(_ id: Identifier<ContactImport>, _ access: Access) async throws -> JobCompletion {
        if try await database.read({ try ContactImportTable($0, access).find(id) })?.state == .cancelling { try await takeBack(id, access) }
        return JobCompletion { [now] transaction in
            let table = ContactImportTable(transaction, access)
            guard var entry = try table.find(id, holding: true) else { return }
            switch entry.state {
            case .uploaded, .done, .cancelled: return
            case .running: entry.state = .done
            case .cancelling:
                let members = try ContactGroupTable(transaction, access).takeBack(id, limit: ContactImport.stepLimit)
                guard try members < ContactImport.stepLimit && table.contacts(of: id, limit: 1).isEmpty else {
                    return try Self.request(id, of: access.workspaceID, in: transaction, now: now())
                }
                entry.state = .cancelled
            }
            entry.endedAt = now()
            try table.save(entry)
            try EventTable(transaction, access).append(NewEvent(.importUpdated, subject: id.text, cause: entry.state.rawValue), at: now())
        }
    }

    // MARK: Taking

    /// Rows that are taken together.
    private struct Step: Sendable {
        var rows: [ContactImportTable.NewContact] = []
        var refused: [RefusedRow] = []
        var lines: ClosedRange<Int>?
        /// The records themselves, for rows that turn out to be refused.
        var cells: [Int: [String]] = [:]
        /// Behind the last row.
        var offset = 0
        var line = 1

        var isFull: Bool { rows.count + refused.count >= ContactImport.stepLimit }
        var isEmpty: Bool { rows.isEmpty && refused.isEmpty }
    }

    private func takeAll(_ entry: ContactImport, _ access: Access) async throws {
        var progress = entry.progress
        let reader = ImportReader(columns: entry.columns, region: entry.region, numbers: numbers)
        var scanner = CSVScanner(
            separator: entry.separator.rawValue, encoding: entry.encoding, line: progress.line, offset: progress.offset)
        var step = Step()
        let bytes = progress.offset..<entry.file.byteCount
        var isHeader = progress.offset == 0
        func read(isEnd: Bool) async throws -> Bool {
            while let record = scanner.next(isEnd: isEnd) {
                if isHeader {
                    isHeader = false
                } else if !record.isBlank {
                    add(record, reader.read(record), to: &step)
                }
                (step.offset, step.line) = (scanner.offset, scanner.line)
                if step.isFull {
                    guard try await commit(step, of: entry, &progress, access) else { return false }
                    step = Step()
                }
            }
            return true
        }
        for try await piece in try await storage.read(entry.file.sha256, in: access.workspaceID, bytes: bytes) {
            scanner.append(piece)
            guard try await read(isEnd: false) else { return }
        }
        guard try await read(isEnd: true) else { return }
        (step.offset, step.line) = (scanner.offset, scanner.line)
        if step.offset > progress.offset { _ = try await commit(step, of: entry, &progress, access) }
    }

    private func add(_ record: CSVRecord, _ row: ImportRow, to step: inout Step) {
        step.lines = (step.lines?.lowerBound ?? record.line)...record.line
        switch row {
        case .refused(let refusal):
            step.refused.append(RefusedRow(line: record.line, reason: refusal.detail, cells: record.cells.kept))
        case .contact(let number, let fields):
            step.cells[record.line] = record.cells
            step.rows.append(
                .init(
                    line: record.line, id: .make(at: now()), number: number, matchKey: MatchKey(number).text, fields: fields,
                    region: numbers.region(of: number)))
        }
    }

    /// False when the import isn't under way any more.
    private func commit(
        _ step: Step, of entry: ContactImport, _ progress: inout ContactImport.Progress, _ access: Access
    ) async throws -> Bool {
        let before = progress
        for race in 1... {
            do {
                let after = try await database.write { try write(step, of: entry, from: before, access, in: $0) }
                progress = after
                signals.eventsAppended(in: access.workspaceID)
                return true
            } catch is ImportStopped {
                return false
            } catch is ImportRace where race < Self.raceLimit {
                continue
            }
        }
        return false
    }

    private func write(
        _ step: Step, of entry: ContactImport, from before: ContactImport.Progress, _ access: Access, in transaction: any Transaction
    ) throws -> ContactImport.Progress {
        let (table, moment) = (ContactImportTable(transaction, access), now())
        let taken = try table.take(step.rows, into: entry.groups, of: entry.id, now: moment)
        let repeated = taken.repeated.map { row in
            RefusedRow(line: row.line, reason: ImportRefusal.repeated(line: row.other).detail, cells: (step.cells[row.line] ?? []).kept)
        }
        try table.refuse(step.refused + repeated, of: entry.id)
        var after = before
        (after.offset, after.line) = (step.offset, step.line)
        after.created += taken.created
        after.existing += taken.existing
        after.refused += step.refused.count + repeated.count
        guard try table.advance(entry.id, from: before, to: after) else { throw ImportStopped() }
        if let lines = step.lines {
            try EventTable(transaction, access).append(
                NewEvent(.importUpdated, subject: entry.id.text, cause: "\(lines.lowerBound)-\(lines.upperBound)"), at: moment)
        }
        return after
    }

    private struct ImportStopped: Error {}

    // MARK: Taking back

    private func takeBack(_ id: Identifier<ContactImport>, _ access: Access) async throws {
        while try await database.write({ try ContactGroupTable($0, access).takeBack(id, limit: ContactImport.stepLimit) }) > 0 {}
        while true {
            let count = try await database.write { transaction in
                let contacts = try ContactImportTable(transaction, access).contacts(of: id, limit: ContactImport.stepLimit)
                // Those who stay are found by their other names from now on.
                let kept = try DirectoryTable(transaction, access).remove(contacts, now: now()).kept
                try EventTable(transaction, access).append(
                    kept.map { NewEvent(.contactUpdated, subject: $0.text, cause: "removed") }, at: now())
                return contacts.count
            }
            signals.eventsAppended(in: access.workspaceID)
            if count == 0 { return }
        }
    }
}

extension [String] {
    /// As much of a row as is kept to be corrected.
    fileprivate var kept: [String] { prefix(CSVScanner.columnLimit).map { String($0.prefix(2_000)) } }
}
