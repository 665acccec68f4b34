internal import Domain

internal import struct Foundation.Date

/// What arrived and couldn't be shown. The body itself isn't given out: it holds what customers wrote.
struct JournalBody: Encodable {
    struct Item: Encodable { let path, reason: String }

    let id: Identifier<JournalEntry>
    let connection: Identifier<Connection>
    let items: [Item]
    let receivedAt: Date
    let replayedAt: Date?

    init(_ entry: JournalEntry) {
        (id, connection, receivedAt, replayedAt) = (entry.id, entry.connectionID, entry.receivedAt, entry.replayedAt)
        items = entry.items.map { Item(path: $0.path, reason: $0.reason) }
    }
}

extension JournalBody: APISchema {
    static let schemaName = "JournalEntry"
    static let schema = Schema.object(
        [
            "id": Schema.id(JournalEntry.self), "connection": Schema.id(Connection.self),
            "items": Schema.list(Schema.object(["path": Schema.text("Where in the webhook's body it stands."), "reason": Schema.text()])),
            "receivedAt": Schema.instant(), "replayedAt": Schema.instant(),
        ], optional: ["replayedAt"])
    static let example: JSONValue = [
        "id": "jnl_01jz3c4m5n6p7q8r9s0t1v2w3x", "connection": "cnn_01jz3c4m5n6p7q8r9s0t1v2w3x",
        "items": [["path": "entry[0].changes[0].value.messages[1]", "reason": "no sender has this phone number id"]],
        "receivedAt": "2026-11-21T08:00:00.000Z",
    ]
}
