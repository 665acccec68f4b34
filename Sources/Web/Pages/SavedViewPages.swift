internal import Domain
internal import Hummingbird
internal import Services

/// Saving the list as it is, and deleting what was saved.
struct SavedViewPages: Sendable {
    let services: WebServices

    var routes: RouteSet {
        let views = "/app/{workspace}/whatsapp/views"
        return RouteSet(member: [
            Route(.post, views, allows: .grant(.conversationsView), respond: save),
            Route(.post, "\(views)/{view}/deletion", allows: .grant(.conversationsView), respond: delete),
        ])
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let query = InboxPages.query(text: form["filter"] ?? "")
        _ = try await services.views.create(name: form["name"] ?? "", filter: String(query.text.dropFirst()), access: context.access)
        return .done(request, next: "/app/\(context.workspace.slug.text)/whatsapp\(query.text)")
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        try await services.views.delete(context.id("view", of: SavedView.self), access: context.access)
        return .done(request, next: "/app/\(context.workspace.slug.text)/whatsapp")
    }
}
