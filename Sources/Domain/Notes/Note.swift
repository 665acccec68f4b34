package import struct Foundation.Date

/// What colleagues tell each other in a conversation. A customer never gets it.
package struct Note: Sendable, Equatable, Identified {
    package static let identifierPrefix = "nte"
    /// Characters.
    package static let textLimit = 4_096
    /// People whom one note calls, teams counted by their members.
    package static let mentionLimit = 50

    package let id: Identifier<Note>
    package let conversationID: Identifier<Conversation>
    /// ``Actor/text`` of who wrote it.
    package let author: String
    package let text: String
    /// Whom it calls, in no order.
    package let mentions: Set<Identifier<Account>>
    package let at: Date
    /// Orders the conversation among what has the same time.
    package let sequence: Int64
    package let editedAt: Date?

    /// When its text became what it is.
    package var writtenAt: Date { editedAt ?? at }

    /// Throws ``NoteProblem``.
    package init(
        id: Identifier<Note>, conversationID: Identifier<Conversation>, author: String, text: String, mentions: Set<Identifier<Account>>,
        at: Date, sequence: Int64, editedAt: Date? = nil
    ) throws(NoteProblem) {
        let text = text.trimmed
        guard !text.isEmpty else { throw .textEmpty }
        guard text.unicodeScalars.count <= Self.textLimit else { throw .textTooLong(count: text.unicodeScalars.count) }
        guard mentions.count <= Self.mentionLimit else { throw .tooManyMentions(count: mentions.count) }
        (self.id, self.conversationID, self.author, self.text) = (id, conversationID, author, text)
        (self.mentions, self.at, self.sequence, self.editedAt) = (mentions, at, sequence, editedAt)
    }
}

package enum NoteProblem: Problem, Equatable {
    case missing
    case textEmpty
    case textTooLong(count: Int)
    case tooManyMentions(count: Int)
    /// Who is called couldn't read the note.
    case mentionBlind(name: String)
    /// It is somebody else's.
    case notYours

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .notYours: .refused
        case .textEmpty, .textTooLong, .tooManyMentions, .mentionBlind: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "note.missing"
        case .textEmpty: "note.text-empty"
        case .textTooLong: "note.text-too-long"
        case .tooManyMentions: "note.too-many-mentions"
        case .mentionBlind: "note.mention-blind"
        case .notYours: "note.not-yours"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such note in this conversation. Load the conversation again."
        case .textEmpty: "Write something before you save the note."
        case .textTooLong(let count):
            "The note has \(count) characters, and \(Note.textLimit) is the most. Shorten it, or make two of it."
        case .tooManyMentions(let count):
            "The note calls \(count) people, and \(Note.mentionLimit) is the most. Name fewer of them, or a smaller team."
        case .mentionBlind(let name):
            "\(name) can't see this conversation and would not get the note. Assign it first, or leave out the @."
        case .notYours: "Only who wrote a note can change it. An owner or admin can delete it."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .notYours: nil
        case .textEmpty, .textTooLong, .tooManyMentions, .mentionBlind: "text"
        }
    }
}
