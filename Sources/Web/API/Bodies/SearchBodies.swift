internal import Domain
internal import Services

internal import struct Foundation.Date

/// Something that was found: a message or a note with its conversation, or the conversations with a contact.
struct SearchHitBody: Encodable {
    let message: MessageBody?
    let note: NoteBody?
    let conversations: [ConversationBody]

    init(_ found: SearchService.FoundMessage, at now: Date) {
        (message, note, conversations) = (MessageBody(found.message), nil, [ConversationBody(found.conversation, at: now)])
    }

    init(_ found: SearchService.FoundNote, at now: Date) {
        (message, note, conversations) = (nil, NoteBody(found.note), [ConversationBody(found.conversation, at: now)])
    }

    init(_ conversations: [Conversation], at now: Date) {
        (message, note, self.conversations) = (nil, nil, conversations.map { ConversationBody($0, at: now) })
    }

    private enum Keys: String, CodingKey { case message, note, conversations }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(message, forKey: .message)
        try container.encode(note, forKey: .note)
        try container.encode(conversations, forKey: .conversations)
    }
}

/// A page of what was found.
struct SearchBody: Encodable {
    let data: [SearchHitBody]
    let next: String?
    let spelling: SearchSpelling
    let isIndexComplete: Bool
    let isPart: Bool

    init<Element>(_ answer: SearchService.Answer<Element>, _ hit: (Element) -> SearchHitBody) {
        (data, next, spelling) = (answer.data.map(hit), answer.next, answer.spelling)
        (isIndexComplete, isPart) = (answer.isIndexComplete, answer.isPart)
    }

    private enum Keys: String, CodingKey { case data, next, spelling, isIndexComplete, isPart }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(data, forKey: .data)
        try container.encode(next, forKey: .next)
        try container.encode(spelling, forKey: .spelling)
        try container.encode(isIndexComplete, forKey: .isIndexComplete)
        try container.encode(isPart, forKey: .isPart)
    }
}

extension SearchBody: APISchema {
    static let schemaName = "SearchResult"
    static var schema: JSONValue {
        let hit = Schema.object([
            "message": Schema.orNull(Schema.reference(MessageBody.self)),
            "note": Schema.orNull(Schema.reference(NoteBody.self)),
            "conversations": Schema.list(Schema.reference(ConversationBody.self)),
        ])
        return Schema.object([
            "data": Schema.list(hit), "next": Schema.orNull(Schema.text("Cursor of the next page.")),
            "spelling": Schema.choice(SearchSpelling.self, "similar: nothing was spelled exactly so, or similar spellings were asked for."),
            "isIndexComplete": Schema.bool("False while the index is being made: older ones may be missing."),
            "isPart": Schema.bool("Whether the page ended early because much had to be looked through. Go on with next."),
        ])
    }

    static let example: JSONValue = [
        "data": [["message": MessageBody.example, "note": nil, "conversations": [ConversationBody.example]]], "next": nil,
        "spelling": "exact",
        "isIndexComplete": true, "isPart": false,
    ]
}
