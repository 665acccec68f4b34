internal import Domain
internal import Services

internal import struct Foundation.Date

/// A file of contacts, and how far it has come.
struct ContactImportBody: Encodable {
    let id: Identifier<ContactImport>
    let state: ContactImport.State
    let filename: String
    let byteCount, lineCount: Int
    let encoding: TextEncoding
    let separator: String
    let columns: [ContactField?]
    let region: String?
    let groups: [Identifier<ContactGroup>]
    let percent, created, existing, refused: Int
    let secondsLeft: Int?
    let createdAt: Date
    let startedAt, endedAt: Date?

    init(_ entry: ContactImport, at now: Date) {
        (id, state, filename) = (entry.id, entry.state, entry.filename)
        (byteCount, lineCount, encoding) = (entry.file.byteCount, entry.lineCount, entry.encoding)
        (separator, columns, region, groups) = (entry.separator.name, entry.columns.fields, entry.region, entry.groups)
        (percent, created, existing) = (entry.percent, entry.progress.created, entry.progress.existing)
        (refused, secondsLeft) = (entry.progress.refused, entry.secondsLeft(at: now))
        (createdAt, startedAt, endedAt) = (entry.createdAt, entry.startedAt, entry.endedAt)
    }
}

extension ContactImportBody: APISchema {
    static let schemaName = "ContactImport"
    static let columns = Schema.list(["anyOf": [Schema.choice(ContactField.self), ["type": "null"]]])
    static let schema = Schema.object(
        [
            "id": Schema.id(ContactImport.self), "state": Schema.choice(ContactImport.State.self), "filename": Schema.text(),
            "byteCount": Schema.integer(), "lineCount": Schema.integer(), "encoding": Schema.choice(TextEncoding.self),
            "separator": Schema.choice(CSVForm.Separator.allCases.map(\.name)), "columns": columns,
            "region": Schema.text("Whose numbers those without a country code are, two letters."),
            "groups": Schema.list(Schema.id(ContactGroup.self)), "percent": Schema.integer(),
            "created": Schema.integer("Contacts that came into the directory."),
            "existing": Schema.integer("Rows whose number was in it already: they only got the groups."),
            "refused": Schema.integer("Rows that weren't taken."), "secondsLeft": Schema.integer("At the pace so far."),
            "createdAt": Schema.instant(), "startedAt": Schema.instant(), "endedAt": Schema.instant(),
        ], optional: ["region", "secondsLeft", "startedAt", "endedAt"])
    static let example: JSONValue = [
        "id": "imp_01jz3c4m5n6p7q8r9s0t1v2w3x", "state": "running", "filename": "contacts.csv", "byteCount": 480_000, "lineCount": 5_001,
        "encoding": "utf-8", "separator": "comma", "columns": ["name", "phonenumber"], "region": "BR", "groups": [], "percent": 40,
        "created": 1_960, "existing": 20, "refused": 16, "secondsLeft": 3, "createdAt": "2026-11-20T08:00:00.000Z",
        "startedAt": "2026-11-20T08:01:00.000Z",
    ]
}

struct ImportPreviewBody: Encodable {
    struct Row: Encodable {
        let line: Int
        let cells: [String]
        let outcome: String
        let contact: Identifier<Contact>?
        let reason: String?
    }

    let header: [String]
    let rows: [Row]

    init(_ preview: ContactImportService.Preview) {
        header = preview.header
        rows = preview.rows.map { row in
            let (line, cells) = (row.record.line, row.record.cells)
            return switch row.outcome {
            case .created: Row(line: line, cells: cells, outcome: "created", contact: nil, reason: nil)
            case .existing(let id): Row(line: line, cells: cells, outcome: "existing", contact: id, reason: nil)
            case .refused(let refusal): Row(line: line, cells: cells, outcome: "refused", contact: nil, reason: refusal.detail)
            }
        }
    }
}

extension ImportPreviewBody: APISchema {
    static let schemaName = "ImportPreview"
    static let schema = Schema.object([
        "header": Schema.list(Schema.text()),
        "rows": Schema.list(
            Schema.object(
                [
                    "line": Schema.integer(), "cells": Schema.list(Schema.text()),
                    "outcome": Schema.choice(["created", "existing", "refused"], "What would become of it."),
                    "contact": Schema.id(Contact.self, "Who has the number."), "reason": Schema.text("Why it would be refused."),
                ], optional: ["contact", "reason"])),
    ])
    static let example: JSONValue = [
        "header": ["name", "phonenumber"],
        "rows": [["line": 2, "cells": ["Ana Souza", "+5511991234567"], "outcome": "created"]],
    ]
}

/// How a file is to be taken.
struct ImportStartBody: Decodable {
    let columns: [ContactField?]?
    let region: String?
    let groups: [Identifier<ContactGroup>]?
}

extension ImportStartBody: APISchema {
    static let schemaName = "ImportStart"
    static let schema = Schema.object(
        [
            "columns": ContactImportBody.columns, "region": Schema.text("Whose numbers those without a country code are, two letters."),
            "groups": Schema.list(Schema.id(ContactGroup.self)),
        ], optional: ["columns", "region", "groups"], isRequest: true)
    static let example: JSONValue = ["columns": ["name", "phonenumber", nil], "region": "BR", "groups": []]
}

struct RefusedRowBody: Encodable {
    let line: Int
    let reason: String
    let cells: [String]

    init(_ row: RefusedRow) { (line, reason, cells) = (row.line, row.reason, row.cells) }
}

extension RefusedRowBody: APISchema {
    static let schemaName = "RefusedRow"
    static let schema = Schema.object(["line": Schema.integer(), "reason": Schema.text(), "cells": Schema.list(Schema.text())])
    static let example: JSONValue = ["line": 17, "reason": "There is no phone number in this line.", "cells": ["Ana Souza", ""]]
}
