internal import Domain
internal import Foundation
internal import Services

/// The imports of a workspace, and the form for another. Template `contact-imports`.
struct ContactImportsView: RenderedView {
    static let template = "contact-imports"
    let names: [String: any Sendable]

    init(_ page: Page<ContactImport>, problem: (any Problem)?, at now: Date, in workspace: WorkspaceFrame) {
        let address = "\(workspace.base)/contacts/import"
        names = [
            "contactTabs": ContactTab.imports.links(in: workspace), "importsAddress": address, "hasImports": !page.data.isEmpty,
            "fileError": (problem?.detail).orFalse, "fileLimit": "\(ImportFileProblem.byteLimit / 1_048_576) MB",
            "fixedColumns": ContactField.allCases.map(\.rawValue).joined(separator: ", "),
            "imports": page.data.map { ImportRowView($0, address, workspace.frame.times) },
            "nextAddress": (page.next.map { "\(address)?after=\($0)" }).orFalse,
        ].with(workspace.names(title: "Import contacts", place: .contacts))
    }

    struct ImportRowView: View {
        let names: [String: any Sendable]

        init(_ entry: ContactImport, _ address: String, _ times: PageTimes) {
            let (word, tone) = ContactImportView.words(for: entry.state)
            names = [
                "importAddress": "\(address)/\(entry.id)", "importName": entry.filename, "importWord": word, "importTone": tone,
                "importTime": times.short(entry.createdAt), "importOutcome": ContactImportView.outcome(entry),
            ]
        }
    }
}

/// One import: what it would do, how far it is, or what became of it. Template `contact-import`.
struct ContactImportView: RenderedView {
    static let template = "contact-import"
    let names: [String: any Sendable]

    /// How the file is to be taken.
    struct Form: Sendable {
        let columns: [ContactField?]
        let region: String?
        let groups: [Identifier<ContactGroup>]

        init(_ entry: ContactImport) { (columns, region, groups) = (entry.columns.fields, entry.region, entry.groups) }

        init(_ fields: FormFields) {
            columns = fields.all("column").prefix(CSVScanner.columnLimit).map(ContactField.init(rawValue:))
            region = fields["region"].flatMap { $0.isEmpty ? nil : $0 }
            groups = fields.all("group").compactMap { Identifier(parsing: $0) }
        }
    }

    init(
        _ entry: ContactImport, _ preview: ContactImportService.Preview, _ form: Form, refused: [RefusedRow], groups: [ContactGroup],
        problem: (any Problem)?, at now: Date, in workspace: WorkspaceFrame
    ) {
        let address = "\(workspace.base)/contacts/import/\(entry.id)"
        let (word, tone) = Self.words(for: entry.state)
        let own: [String: any Sendable] = [
            "importsAddress": "\(workspace.base)/contacts/import", "importAddress": address,
            "contactsAddress": "\(workspace.base)/contacts",
            "importName": entry.filename, "importWord": word, "importTone": tone, "importOutcome": Self.outcome(entry),
            "isWaiting": entry.state == .uploaded, "isMoving": entry.state == .running || entry.state == .cancelling,
            "isRunning": entry.state == .running, "isDone": entry.state == .done,
            "importPercent": "\(entry.percent)", "importTimeLeft": (entry.secondsLeft(at: now).map(Self.duration)).orFalse,
            "importForm":
                "\(entry.lineCount.grouped) lines, separated by \(entry.separator.name), \(entry.encoding == .utf8 ? "UTF-8" : "Windows-1252")",
            "importError": (problem?.detail).orFalse,
            "importColumns": preview.header.enumerated().map { place, title in
                ColumnView(place, title, chosen: place < form.columns.count ? form.columns[place] : nil)
            },
            "regionChoices": CountryNames.choices("Numbers have their country code", chosen: form.region),
            "hasGroups": !groups.isEmpty,
            "groupChoices": groups.map { ChoiceView(value: $0.id.text, label: $0.name, isSelected: form.groups.contains($0.id)) },
            "previewRows": preview.rows.map(PreviewRowView.init),
            "hasRefused": !refused.isEmpty, "refusedRows": refused.map(RefusedRowView.init),
            "hasMoreRefused": entry.progress.refused > refused.count,
        ]
        names = own.with(workspace.names(title: "Import contacts", place: .contacts))
    }

    static func words(for state: ContactImport.State) -> (word: String, tone: String) {
        switch state {
        case .uploaded: ("Not begun", "info")
        case .running: ("Under way", "info")
        case .cancelling: ("Taking back", "warn")
        case .done: ("Done", "ok")
        case .cancelled: ("Cancelled", "warn")
        }
    }

    static func outcome(_ entry: ContactImport) -> String {
        let progress = entry.progress
        switch entry.state {
        case .uploaded: return "Nothing is taken from it yet."
        case .cancelled: return "Nothing of it is in the directory."
        case .cancelling: return "What came in is taken back."
        case .running, .done:
            return [
                "\(progress.created.grouped) added", progress.existing > 0 ? "\(progress.existing.grouped) were there already" : nil,
                "\(progress.refused.grouped) refused",
            ].compactMap(\.self).joined(separator: ", ") + "."
        }
    }

    private static func duration(_ seconds: Int) -> String {
        seconds < 60 ? "less than a minute" : seconds < 120 ? "about a minute" : "about \(seconds / 60) minutes"
    }

    struct ColumnView: View {
        let names: [String: any Sendable]

        init(_ place: Int, _ title: String, chosen: ContactField?) {
            names = [
                "columnKey": "\(place + 1)", "columnTitle": title.isBlank ? "Column \(place + 1)" : title,
                "fieldChoices": [ChoiceView(value: "", label: "Leave out", isSelected: chosen == nil)]
                    + ContactField.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: $0 == chosen) },
            ]
        }
    }

    struct PreviewRowView: View {
        let names: [String: any Sendable]

        init(_ row: ContactImportService.Preview.Row) {
            let (word, tone): (String, String) =
                switch row.outcome {
                case .created: ("Is added", "ok")
                case .existing: ("In the directory already: only gets the groups", "info")
                case .refused(let refusal): (refusal.detail, "danger")
                }
            names = [
                "previewLine": row.record.line.grouped, "previewCells": row.record.cells.map(TagView.init), "previewWord": word,
                "previewTone": tone,
            ]
        }
    }

    struct RefusedRowView: View {
        let names: [String: any Sendable]

        init(_ row: RefusedRow) {
            names = [
                "refusedLine": row.line.grouped, "refusedReason": row.reason, "refusedText": row.cells.joined(separator: " · ").line(200),
            ]
        }
    }
}
