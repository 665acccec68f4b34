internal import Domain
internal import Hummingbird
internal import Services

/// Notes in a thread. Scripts get the note, forms the thread.
struct NotePages: Sendable {
    let inbox: InboxPages
    let services: WebServices

    var routes: RouteSet {
        let notes = "/app/{workspace}/whatsapp/{conversation}/notes"
        return RouteSet(member: [
            Route(.post, notes, allows: .grant(.notesWrite), respond: create),
            Route(.get, "\(notes)/{note}", allows: .grant(.conversationsView), respond: show),
            Route(.post, "\(notes)/{note}", allows: .grant(.notesWrite), respond: change),
            Route(.post, "\(notes)/{note}/deletion", allows: .grant(.notesWrite), respond: delete),
        ])
    }

    @Sendable private func create(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let text = try await request.form()["text"] ?? ""
        return try await answer(try await services.notes.create(text, in: id, access: context.access), request, context)
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let (conversation, id) = try ids(context)
        return try await inbox.bubble(of: try await services.notes.note(id, in: conversation, access: context.access), request, context)
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let (conversation, id) = try ids(context)
        let text = try await request.form()["text"] ?? ""
        let note = try await services.notes.change(id, in: conversation, text: text, access: context.access)
        return try await answer(note, request, context)
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        let (conversation, id) = try ids(context)
        try await services.notes.delete(id, in: conversation, access: context.access)
        return .done(request, next: address(of: conversation, context))
    }

    private func ids(_ context: MemberContext) throws -> (Identifier<Conversation>, Identifier<Note>) {
        (try context.id("conversation", of: Conversation.self), try context.id("note", of: Note.self))
    }

    private func answer(_ note: Note, _ request: Request, _ context: MemberContext) async throws -> Response {
        if request.acceptsPage { return .seeOther(address(of: note.conversationID, context)) }
        return try await inbox.bubble(of: note, request, context)
    }

    private func address(of id: Identifier<Conversation>, _ context: MemberContext) -> String {
        "/app/\(context.workspace.slug.text)/whatsapp/\(id.text)"
    }
}
