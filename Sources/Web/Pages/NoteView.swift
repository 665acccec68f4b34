internal import Domain

/// A note with the name of who wrote it; nil when nobody knows it any more.
struct ShownNote: Sendable {
    let note: Note
    let writer: String?
    /// Who can be called by `@`.
    let callable: [String]

    init(_ note: Note, writer: String?, callable: [String]) { (self.note, self.writer, self.callable) = (note, writer, callable) }
}

/// What colleagues tell each other, between the bubbles. Template `note`.
struct NoteView: View {
    let names: [String: any Sendable]

    init(_ shown: ShownNote, in place: MessageView.Place) {
        let note = shown.note
        let writer = shown.writer ?? MessageView.someWriter
        let isOwn = writer == MessageView.selfWriter && place.writesNotes
        var fullTime = place.times.full(note.at)
        if let editedAt = note.editedAt { fullTime += ", changed \(place.times.full(editedAt))" }
        names = [
            "noteID": note.id.text, "noteAddress": "\(place.base)/whatsapp/\(note.conversationID.text)/notes/\(note.id.text)",
            "noteWriter": writer, "noteText": note.text,
            "noteHTML": MessageMarkup.html(
                note.text, numbersLead: place.canSend ? NewConversationView.address(base: place.base) : nil, callable: shown.callable),
            "noteAt": String(note.at.milliseconds), "noteSequence": String(note.sequence), "noteDay": place.times.day(note.at),
            "noteTime": place.times.time(note.at), "noteTimestamp": place.times.timestamp(note.at), "noteFullTime": fullTime,
            "noteIsEdited": note.editedAt != nil, "noteCallsReader": place.reader.map { note.mentions.contains($0) } ?? false,
            "noteIsOwn": isOwn, "noteCanGo": isOwn || (place.writesNotes && place.deletesConversations),
        ]
    }
}

/// A note by itself, as scripts fetch it. Template `note-fragment`.
struct NoteFragmentView: RenderedView {
    static let template = "note-fragment"
    let names: [String: any Sendable]

    init(_ note: NoteView, frame: PageFrame) { names = frame.names(title: "").with(["note": note]) }
}
