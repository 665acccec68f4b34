package import Foundation

/// A file of people who have agreed to marketing, each with when and how: the columns phone, time and proof, told by the first line.
package struct ConsentFile: Sendable {
    /// Lines of one file.
    package static let lineLimit = 10_000
    /// Bytes of one file.
    package static let byteLimit = 4 * 1_024 * 1_024

    package struct OptIn: Sendable, Equatable {
        package let number: PhoneNumber
        /// When they agreed.
        package let at: Date
        package let proof: String
    }

    /// A line that isn't taken, counted as the file's own lines are.
    package struct Refusal: Sendable, Equatable {
        package let line: Int
        package let code: String
        package let detail: String

        package init(line: Int, code: String, detail: String) { (self.line, self.code, self.detail) = (line, code, detail) }
    }

    private(set) package var optIns: [(line: Int, optIn: OptIn)] = []
    private(set) package var refusals: [Refusal] = []

    /// Throws ``ImportFileProblem`` or ``ConsentProblem``.
    ///
    /// - Parameter region: whose numbers those without a country code are.
    package init(_ bytes: [UInt8], region: String?, numbers: PhoneNumbers, now: Date) throws {
        guard bytes.count <= Self.byteLimit else { throw ConsentProblem.fileTooLong }
        var intake = TextIntake()
        var text = try intake.take(bytes)
        let (rest, encoding) = try intake.finish()
        text += rest
        let form = try CSVForm(beginning: text, isWhole: true, encoding: encoding)
        let columns = try Columns(form.header)
        let fields: [ContactField?] = form.header.indices.map { $0 == columns.phone ? .phone : nil }
        let reader = ImportReader(columns: try ImportColumns(fields), region: region, numbers: numbers)
        var scanner = CSVScanner(separator: form.separator.rawValue, encoding: encoding)
        scanner.append(text)
        var isHeader = true
        while let record = scanner.next(isEnd: true) {
            if record.isBlank { continue }
            if isHeader {
                isHeader = false
                continue
            }
            guard optIns.count + refusals.count < Self.lineLimit else { throw ConsentProblem.fileTooLong }
            switch reader.read(record) {
            case .refused(let refusal): refusals.append(Refusal(line: record.line, code: refusal.code, detail: refusal.detail))
            case .contact(let number, _): take(number, record, columns, now: now)
            }
        }
    }

    private mutating func take(_ number: PhoneNumber, _ record: CSVRecord, _ columns: Columns, now: Date) {
        func cell(_ index: Int) -> String { index < record.cells.count ? CSVText.unescaped(record.cells[index]).trimmed : "" }
        func refuse(_ code: String, _ detail: String) { refusals.append(Refusal(line: record.line, code: code, detail: detail)) }
        let (time, proof) = (cell(columns.time), cell(columns.proof))
        guard !time.isEmpty else { return refuse("time-missing", "There is no time in this line. Write when they agreed.") }
        guard let at = Self.time(time) else {
            return refuse(
                "time-unreadable", "“\(time.line(40))” can’t be read as a time. Write it as 2026-03-31, or as 2026-03-31T14:30:00Z.")
        }
        guard at <= now else { return refuse("time-ahead", "The time lies ahead. Write when they agreed.") }
        do throws(ConsentProblem) {
            optIns.append((record.line, OptIn(number: number, at: at, proof: try ConsentEntry.reason(proof))))
        } catch {
            refuse("proof", error == .reasonMissing ? "There is no proof in this line: where and how they agreed." : error.detail)
        }
    }

    /// A day, or a moment; without a zone it is UTC.
    private static func time(_ text: String) -> Date? {
        guard (10...35).contains(text.utf8.count) else { return nil }
        var text = text.replacing(" ", with: "T")
        if text.utf8.count == 10 { text += "T00:00:00" }
        if text.utf8.count == 16 { text += ":00" }
        let hasZone = text.hasSuffix("Z") || text.dropFirst(10).contains { $0 == "+" || $0 == "-" }
        if !hasZone { text += "Z" }
        return (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    /// Where the three stand.
    private struct Columns {
        let phone, time, proof: Int

        init(_ header: [String]) throws(ConsentProblem) {
            let words = header.map { String($0.lowercased().filter(\.isLetter)) }
            let time = words.firstIndex { Self.times.contains($0) }
            let proof = words.firstIndex { Self.proofs.contains($0) }
            guard let phone = words.firstIndex(where: ImportColumns.isPhone), let time, let proof else { throw .fileUnreadable }
            (self.phone, self.time, self.proof) = (phone, time, proof)
        }

        private static let times: Set<String> = [
            "time", "date", "datetime", "timestamp", "at", "when", "optintime", "optindate", "data", "fecha", "datum", "ora", "hora",
        ]
        private static let proofs: Set<String> = [
            "proof", "source", "how", "text", "evidence", "prova", "prueba", "dovada", "nachweis", "fonte",
        ]
    }
}
