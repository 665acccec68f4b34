package import struct Foundation.Date

/// A file of contacts on its way into the directory.
package struct ContactImport: Sendable, Equatable, Identified {
    package static let identifierPrefix = "imp"
    /// Rows that are taken in one transaction.
    package static let stepLimit = 500
    /// Days for which what became of an import is kept.
    package static let keptDays = 30.0
    /// Imports of a workspace that aren't over.
    package static let openLimit = 20

    package enum State: String, Sendable, CaseIterable, Codable {
        /// The file is here, and nothing is taken from it yet.
        case uploaded
        case running
        /// What was taken is being given back.
        case cancelling
        case done, cancelled

        package var isOver: Bool { self == .done || self == .cancelled }
    }

    /// How far it has come.
    package struct Progress: Sendable, Equatable {
        /// Bytes of the file that are done, and the line behind them.
        package var offset = 0
        package var line = 1
        package var created = 0
        /// Those whose number was in the directory already: they only got the groups.
        package var existing = 0
        package var refused = 0

        package init() {}

        package init(offset: Int, line: Int, created: Int, existing: Int, refused: Int) {
            (self.offset, self.line) = (offset, line)
            (self.created, self.existing, self.refused) = (created, existing, refused)
        }
    }

    package let id: Identifier<ContactImport>
    package let filename: String
    package let file: MediaDigest
    package let encoding: TextEncoding
    package let separator: CSVForm.Separator
    package let lineCount: Int
    package var columns: ImportColumns
    /// Whose numbers those without a country code are.
    package var region: String?
    package var groups: [Identifier<ContactGroup>]
    package var state: State
    package var progress: Progress
    package let createdAt: Date
    package var startedAt: Date?
    package var endedAt: Date?

    package init(
        id: Identifier<ContactImport>, filename: String, file: MediaDigest, encoding: TextEncoding, separator: CSVForm.Separator,
        lineCount: Int, columns: ImportColumns, region: String? = nil, groups: [Identifier<ContactGroup>] = [], state: State = .uploaded,
        progress: Progress = Progress(), createdAt: Date, startedAt: Date? = nil, endedAt: Date? = nil
    ) {
        (self.id, self.filename, self.file, self.encoding, self.separator) = (id, filename, file, encoding, separator)
        (self.lineCount, self.columns, self.region, self.groups) = (lineCount, columns, region, groups)
        (self.state, self.progress, self.createdAt, self.startedAt, self.endedAt) = (state, progress, createdAt, startedAt, endedAt)
    }

    /// Hundredths of the file that are done.
    package var percent: Int { file.byteCount == 0 ? 100 : min(100, progress.offset * 100 / file.byteCount) }

    /// Seconds until the rest is done, at the pace so far; nil as long as that can't be told.
    package func secondsLeft(at now: Date) -> Int? {
        guard state == .running, let startedAt, progress.offset > 0 else { return nil }
        let spent = now.timeIntervalSince(startedAt)
        guard spent >= 1 else { return nil }
        return Int((spent * Double(file.byteCount - progress.offset) / Double(progress.offset)).rounded(.up))
    }
}

/// A row that wasn't taken.
package struct RefusedRow: Sendable, Equatable {
    package let line: Int
    package let reason: String
    /// The row as it stands in the file, its cells by the file's columns.
    package let cells: [String]

    package init(line: Int, reason: String, cells: [String]) { (self.line, self.reason, self.cells) = (line, reason, cells) }
}

package enum ContactImportProblem: Problem, Equatable {
    case missing
    case phoneColumnMissing
    case columnTwice(ContactField)
    case regionUnknown(String)
    /// It began, or is over, so it can't be begun or changed.
    case notWaiting
    /// It is over, so there is nothing to cancel.
    case over
    case tooManyOpen

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .notWaiting, .over, .tooManyOpen: .conflict
        case .phoneColumnMissing, .columnTwice, .regionUnknown: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "import.missing"
        case .phoneColumnMissing: "import.phone-column-missing"
        case .columnTwice: "import.column-twice"
        case .regionUnknown: "import.region-unknown"
        case .notWaiting: "import.not-waiting"
        case .over: "import.over"
        case .tooManyOpen: "import.too-many-open"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such import in this workspace. It may be older than \(Int(ContactImport.keptDays)) days."
        case .phoneColumnMissing: "Say which column has the phone number: a contact needs one."
        case .columnTwice(let field): "Two columns are chosen for \(field.label). Choose one of them."
        case .regionUnknown(let text): "“\(text.line(20))” is no country with phone numbers. Give its two letters, such as BR."
        case .notWaiting: "This import has begun already. Upload the file once more to begin another."
        case .over: "This import is over, so there is nothing to cancel any more."
        case .tooManyOpen: "\(ContactImport.openLimit) imports wait or are under way. Wait for one to end, or cancel one."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .notWaiting, .over, .tooManyOpen: nil
        case .phoneColumnMissing, .columnTwice: "columns"
        case .regionUnknown: "region"
        }
    }
}
