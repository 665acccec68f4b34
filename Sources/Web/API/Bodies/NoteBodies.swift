internal import Domain

internal import struct Foundation.Date

struct NoteBody: Encodable {
    let id: Identifier<Note>
    let conversation: Identifier<Conversation>
    let author, text: String
    let mentions: [Identifier<Account>]
    let at: Date
    let editedAt: Date?

    init(_ note: Note) {
        (id, conversation, author, text) = (note.id, note.conversationID, note.author, note.text)
        (mentions, at, editedAt) = (note.mentions.sorted(), note.at, note.editedAt)
    }
}

extension NoteBody: APISchema {
    static let schemaName = "Note"
    static let schema = Schema.object(
        [
            "id": Schema.id(Note.self), "conversation": Schema.id(Conversation.self),
            "author": Schema.text("Who wrote it: member:acc_… or key:key_…"), "text": Schema.text(),
            "mentions": Schema.list(Schema.id(Account.self, "Somebody whom the text calls by @ and their name, or their team's.")),
            "at": Schema.instant(), "editedAt": Schema.instant("When it was changed last."),
        ], optional: ["editedAt"])
    static let example: JSONValue = [
        "id": "nte_01jz3c4m5n6p7q8r9s0t1v2w3x", "conversation": "cnv_01jz3c4m5n6p7q8r9s0t1v2w3y",
        "author": "member:acc_01jz3c4m5n6p7q8r9s0t1v2w3z", "text": "@Kim Lee, can you check the stock?",
        "mentions": ["acc_01jz3c4m5n6p7q8r9s0t1v2w40"], "at": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewNoteBody: Decodable { let text: String }

extension NewNoteBody: APISchema {
    static let schemaName = "NewNote"
    static let schema = Schema.object(
        ["text": Schema.text("At most \(Note.textLimit) characters. @ and a colleague's or team's name calls them.")], isRequest: true)
    static let example: JSONValue = ["text": "@Kim Lee, can you check the stock?"]
}
