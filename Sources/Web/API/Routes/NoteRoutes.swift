internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/conversations/{conversation}/notes`: what colleagues tell each other, which no customer gets.
struct NoteRoutes: Sendable {
    let services: WebServices

    private static let notes = "/api/v1/conversations/{conversation}/notes"

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, Self.notes, allows: .grant(.conversationsView),
                operation: Operation(
                    "listNotes", tag: "Notes", "The notes of a conversation, newest first",
                    query: [.limit, .init("before", Schema.text(), "The value of next from the page before: older notes.")],
                    answer: .list(of: NoteBody.self, "A page of notes."), problems: [ConversationProblem.missing]), respond: list),
            Route(
                .post, Self.notes, allows: .grant(.notesWrite),
                operation: Operation(
                    "addNote", tag: "Notes", "Writes a note for colleagues", body: NewNoteBody.self,
                    answer: .one(NoteBody.self, status: 201, "The note."),
                    problems: [ConversationProblem.missing, NoteProblem.textEmpty, NoteProblem.mentionBlind(name: "Kim Lee")]), respond: add
            ),
            Route(
                .patch, "\(Self.notes)/{note}", allows: .grant(.notesWrite),
                operation: Operation(
                    "changeNote", tag: "Notes", "Changes what a note says; for who wrote it", body: NewNoteBody.self,
                    answer: .one(NoteBody.self, "The note."), problems: [NoteProblem.missing, NoteProblem.notYours]), respond: change),
            Route(
                .delete, "\(Self.notes)/{note}", allows: .grant(.notesWrite),
                operation: Operation(
                    "deleteNote", tag: "Notes", "Deletes a note; for who wrote it, and for who may delete conversations",
                    answer: .nothing("It is gone."), problems: [NoteProblem.missing, NoteProblem.notYours]), respond: delete),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["before", "limit"])
        let id = try context.id("conversation", of: Conversation.self)
        let page = try await services.notes.list(id, before: query["before"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, NoteBody.init))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("conversation", of: Conversation.self)
        let write = try await APIWrite(request)
        let input = try write.decode(NewNoteBody.self)
        let (notes, access) = (services.notes, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let note = try notes.create(input.text, in: id, access: access, transaction: transaction)
            return (try KeptAnswer(NoteBody(note), status: .created), note)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let (conversation, note) = try ids(context)
        let input = try await APIWrite(request).decode(NewNoteBody.self)
        return try JSONText.response(
            NoteBody(try await services.notes.change(note, in: conversation, text: input.text, access: context.access)))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let (conversation, note) = try ids(context)
        try await services.notes.delete(note, in: conversation, access: context.access)
        return KeptAnswer.nothing.response
    }

    private func ids(_ context: APIContext) throws -> (Identifier<Conversation>, Identifier<Note>) {
        (try context.id("conversation", of: Conversation.self), try context.id("note", of: Note.self))
    }
}
