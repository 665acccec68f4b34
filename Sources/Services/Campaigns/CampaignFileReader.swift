internal import Domain
internal import Store

/// Reads the files of audiences.
struct CampaignFileReader: Sendable {
    /// Bytes in which the first line ends.
    private static let headerLength = 256 * 1_024

    let database: any Database
    let storage: any MediaStorage

    /// What the first line says. Throws ``CampaignProblem/fileMissing``.
    func headings(of id: Identifier<ContactImport>, _ access: Access) async throws -> [String] {
        let upload = try await upload(id, access)
        var scanner = CSVScanner(separator: upload.separator.rawValue, encoding: upload.encoding)
        let length = min(upload.file.byteCount, Self.headerLength)
        for try await piece in try await storage.read(upload.file.sha256, in: access.workspaceID, bytes: 0..<length) {
            scanner.append(piece)
        }
        return (scanner.next(isEnd: true)?.cells ?? []).map { $0.line(MergeField.columnLimit).trimmed }
    }

    /// Some rows of it.
    struct Part: Sendable {
        var records: [CSVRecord] = []
        /// Behind the last of them; nil at the end of the file.
        var next: Place?
    }

    struct Place: Sendable {
        var offset: Int
        var line: Int

        /// As it is kept: `4096 17`.
        var text: String { "\(offset) \(line)" }

        init(offset: Int, line: Int) { (self.offset, self.line) = (offset, line) }

        init?(_ text: String) {
            let parts = text.split(separator: " ").compactMap { Int($0) }
            guard parts.count == 2 else { return nil }
            self.init(offset: parts[0], line: parts[1])
        }
    }

    /// The next rows behind a place, without the first line and blank ones.
    func rows(of file: CampaignFile, after place: Place?, limit: Int, _ access: Access) async throws -> Part {
        let upload = try await upload(file.upload, access)
        let begin = place ?? Place(offset: 0, line: 1)
        var scanner = CSVScanner(separator: upload.separator.rawValue, encoding: upload.encoding, line: begin.line, offset: begin.offset)
        var isHeader = place == nil
        var part = Part()
        /// False once there are enough.
        func take(isEnd: Bool) -> Bool {
            while part.records.count < limit, let record = scanner.next(isEnd: isEnd) {
                if isHeader { isHeader = false } else if !record.isBlank { part.records.append(record) }
            }
            return part.records.count < limit
        }
        let bytes = begin.offset..<upload.file.byteCount
        guard !bytes.isEmpty else { return part }
        for try await piece in try await storage.read(upload.file.sha256, in: access.workspaceID, bytes: bytes) {
            scanner.append(piece)
            guard take(isEnd: false) else {
                part.next = Place(offset: scanner.offset, line: scanner.line)
                return part
            }
        }
        if !take(isEnd: true) { part.next = Place(offset: scanner.offset, line: scanner.line) }
        return part
    }

    private func upload(_ id: Identifier<ContactImport>, _ access: Access) async throws -> ContactImport {
        let found = try await database.read { try ContactImportTable($0, access.withGrant(.contactsCreate)).find(id) }
        guard let found else { throw CampaignProblem.fileMissing }
        return found
    }
}
