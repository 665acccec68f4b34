package import Domain
internal import Logging
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Takes files of contacts into the directory.
package struct ContactImportService: Sendable {
    /// Bytes from which the form of a file is read.
    private static let sampleLength = 256 * 1_024
    /// Rows that a preview shows.
    package static let previewLimit = 10

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

    // MARK: Uploading

    /// Keeps a file and reads its form; nothing is taken from it yet. Throws ``ImportFileProblem``.
    /// - Parameter announced: bytes that are said to come, when somebody says so.
    package func upload<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, filename: String?, announced: Int? = nil, access: Access
    ) async throws -> ContactImport where Pieces.Element == [UInt8] {
        try access.require(.contactsCreate)
        if let announced, announced > ImportFileProblem.byteLimit { throw ImportFileProblem.tooLarge }
        let open = try await database.read { try ContactImportTable($0, access).openCount(most: ContactImport.openLimit) }
        guard open < ContactImport.openLimit else { throw ContactImportProblem.tooManyOpen }
        let state = Mutex(Upload())
        let digest = try await storage.write(in: access.workspaceID) { append in
            for try await piece in pieces { try await append(state.withLock { upload in try upload.take(piece) }) }
            try await append(state.withLock { upload in try upload.finish() })
        }
        let upload = state.withLock { $0 }
        let form = try CSVForm(
            beginning: upload.sample, isWhole: upload.sample.count == digest.byteCount, encoding: upload.encoding)
        let moment = now()
        let entry = ContactImport(
            id: .make(at: moment), filename: MediaFile.filename(from: filename) ?? "contacts.csv", file: digest, encoding: upload.encoding,
            separator: form.separator, lineCount: upload.intake.lineCount, columns: ImportColumns(guessing: form.header), createdAt: moment)
        try await database.write { transaction in
            try ContactImportTable(transaction, access).insert(entry)
            try tell(entry.id, "uploaded", access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
        return entry
    }

    private struct Upload {
        var intake = TextIntake()
        var encoding = TextEncoding.utf8
        var sample: [UInt8] = []
        var byteCount = 0

        mutating func keep(_ bytes: [UInt8]) -> [UInt8] {
            if sample.count < ContactImportService.sampleLength {
                sample += bytes.prefix(ContactImportService.sampleLength - sample.count)
            }
            return bytes
        }

        mutating func take(_ piece: [UInt8]) throws(ImportFileProblem) -> [UInt8] {
            byteCount += piece.count
            guard byteCount <= ImportFileProblem.byteLimit else { throw .tooLarge }
            return keep(try intake.take(piece))
        }

        mutating func finish() throws(ImportFileProblem) -> [UInt8] {
            guard byteCount > 0 else { throw .empty }
            let (bytes, encoding) = try intake.finish()
            self.encoding = encoding
            return keep(bytes)
        }
    }

    // MARK: Reading

    package func list(after: String? = nil, limit: Int, access: Access) async throws -> Page<ContactImport> {
        let place = try after.map { text in
            guard let id = Identifier<ContactImport>(parsing: try PageCursor(parsing: text).second) else {
                throw PageProblem.cursorMalformed
            }
            return id
        }
        let rows = try await database.read { try ContactImportTable($0, access).list(after: place, limit: limit + 1) }
        return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.id.text) }
    }

    package func entry(_ id: Identifier<ContactImport>, access: Access) async throws -> ContactImport {
        guard let entry = try await database.read({ try ContactImportTable($0, access).find(id) }) else {
            throw ContactImportProblem.missing
        }
        return entry
    }

    /// What would become of the first rows.
    package struct Preview: Sendable {
        package let header: [String]
        package let rows: [Row]

        package struct Row: Sendable {
            package let record: CSVRecord
            package let outcome: Outcome
        }

        package enum Outcome: Sendable, Equatable {
            case created
            /// The number is in the directory: only the groups are added.
            case existing(Identifier<Contact>)
            case refused(ImportRefusal)
        }
    }

    package func preview(
        _ entry: ContactImport, columns: ImportColumns? = nil, region: String? = nil, access: Access
    ) async throws -> Preview {
        var beginning: [UInt8] = []
        let length = min(entry.file.byteCount, Self.sampleLength)
        for try await piece in try await storage.read(entry.file.sha256, in: access.workspaceID, bytes: 0..<length) { beginning += piece }
        var scanner = CSVScanner(separator: entry.separator.rawValue, encoding: entry.encoding)
        scanner.append(beginning)
        let header = scanner.next(isEnd: true)?.cells ?? []
        let reader = ImportReader(columns: columns ?? entry.columns, region: region ?? entry.region, numbers: numbers)
        var records: [CSVRecord] = []
        while records.count < Self.previewLimit, let record = scanner.next(isEnd: length == entry.file.byteCount) {
            if !record.isBlank { records.append(record) }
        }
        let rows = records.map { (record: $0, row: reader.read($0)) }
        return try await database.read { transaction in
            let table = DirectoryTable(transaction, access)
            var lines: [MatchKey: Int] = [:]
            return Preview(
                header: header,
                rows: try rows.map { record, row in
                    guard case .contact(let number, _) = row else {
                        guard case .refused(let refusal) = row else { return .init(record: record, outcome: .created) }
                        return .init(record: record, outcome: .refused(refusal))
                    }
                    if let line = lines[MatchKey(number)] { return .init(record: record, outcome: .refused(.repeated(line: line))) }
                    lines[MatchKey(number)] = record.line
                    let owner = try table.owner(of: number)
                    return .init(record: record, outcome: owner?.isListed == true ? .existing(owner!.id) : .created)
                })
        }
    }

    /// The rows that weren't taken, in the order of the file.
    package func refused(
        _ id: Identifier<ContactImport>, after: String? = nil, limit: Int, access: Access
    ) async throws -> Page<RefusedRow> {
        _ = try await entry(id, access: access)
        let line = try after.map { Int(try PageCursor(parsing: $0).first) } ?? 0
        let rows = try await database.read { try ContactImportTable($0, access).refused(id, after: line, limit: limit + 1) }
        return Page(rows: rows, limit: limit) { PageCursor(first: Int64($0.line), second: "") }
    }

    package func exportRefused(_ id: Identifier<ContactImport>, access: Access) async throws -> ExportParts<RefusedRow> {
        try await ExportParts { try await refused(id, after: $0, limit: 500, access: access) }
    }

    // MARK: Beginning and cancelling

    /// Throws ``ContactImportProblem``.
    package func start(
        _ id: Identifier<ContactImport>, columns: ImportColumns, region: String?, groups: [Identifier<ContactGroup>], access: Access
    ) async throws -> ContactImport {
        try access.require(.contactsCreate)
        if let region, !numbers.countries.contains(where: { $0.region == region }) { throw ContactImportProblem.regionUnknown(region) }
        let moment = now()
        let entry = try await database.write { transaction in
            let table = ContactImportTable(transaction, access)
            guard var entry = try table.find(id, holding: true) else { throw ContactImportProblem.missing }
            guard entry.state == .uploaded else { throw ContactImportProblem.notWaiting }
            if !groups.isEmpty {
                let held = try ContactGroupTable(transaction, access).hold(groups)
                guard held.count == Set(groups).count else { throw ContactGroupProblem.missing }
            }
            (entry.columns, entry.region, entry.groups) = (columns, region, groups)
            (entry.state, entry.startedAt) = (.running, moment)
            try table.save(entry)
            try tell(id, "started", access, in: transaction)
            try ContactImportJob.request(id, of: access.workspaceID, in: transaction, now: moment)
            return entry
        }
        announce(id, "started", access)
        return entry
    }

    /// Takes back what came in, and ends it. Throws ``ContactImportProblem/over``.
    package func cancel(_ id: Identifier<ContactImport>, access: Access) async throws -> ContactImport {
        let moment = now()
        let entry = try await database.write { transaction in
            let table = ContactImportTable(transaction, access)
            // The job first, as its end does it, so that neither waits for the other.
            try JobTable(transaction).hold(kind: ContactImportJob.kind, key: id.text, in: access.workspaceID)
            guard var entry = try table.find(id, holding: true) else { throw ContactImportProblem.missing }
            // It deletes what came in, which somebody else's import isn't everybody's to.
            if try !table.isOwn(id) { try access.require(.contactsDelete) }
            switch entry.state {
            case .done, .cancelled: throw ContactImportProblem.over
            case .cancelling: return entry
            case .uploaded: (entry.state, entry.endedAt) = (.cancelled, moment)
            case .running:
                entry.state = .cancelling
                try ContactImportJob.request(id, of: access.workspaceID, in: transaction, now: moment)
            }
            try table.save(entry)
            try tell(id, entry.state.rawValue, access, in: transaction)
            return entry
        }
        announce(id, "cancelled", access)
        return entry
    }

    private func announce(_ id: Identifier<ContactImport>, _ what: String, _ access: Access) {
        signals.eventsAppended(in: access.workspaceID)
        signals.jobsAdded()
        Logger(label: "contacts").info(
            "An import is \(what)", metadata: ["import.id": "\(id)", "actor": "\(access.actor.text)"])
    }

    private func tell(_ id: Identifier<ContactImport>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.importUpdated, subject: id.text, cause: cause), at: now())
    }
}
