internal import Domain

internal import struct Foundation.Date

struct SavedViewBody: Encodable {
    let id: Identifier<SavedView>
    let name, filter: String
    let createdAt: Date

    init(_ view: SavedView) { (id, name, filter, createdAt) = (view.id, view.name, view.filter, view.createdAt) }
}

extension SavedViewBody: APISchema {
    static let schemaName = "SavedView"
    static let schema = Schema.object([
        "id": Schema.id(SavedView.self), "name": Schema.text(),
        "filter": Schema.text("What the list shows, as in the address of the inbox."), "createdAt": Schema.instant(),
    ])
    static let example: JSONValue = [
        "id": "viw_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Unread returns", "filter": "label=lbl_01jz3c4m5n6p7q8r9s0t1v2w3x&attention=unread",
        "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewSavedViewBody: Decodable { let name, filter: String }

extension NewSavedViewBody: APISchema {
    static let schemaName = "NewSavedView"
    static let schema = Schema.object(
        [
            "name": Schema.text("At most \(SavedView.nameLimit) characters."),
            "filter": Schema.text(
                "As in the address of the inbox: view (open, mine, unassigned, snoozed, closed, archived, all), sender, assignee, team, label, attention."
            ),
        ], isRequest: true)
    static let example: JSONValue = ["name": "Unread returns", "filter": "label=lbl_01jz3c4m5n6p7q8r9s0t1v2w3x&attention=unread"]
}
