internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The templates of the workspace: looking, pinning, hiding, and asking WhatsApp for them.
struct TemplatePages: Sendable {
    private static let rowLimit = 50

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let templates = "/app/{workspace}/templates"
        return RouteSet(member: [
            Route(.get, templates, allows: .grant(.templatesView), respond: show),
            Route(.post, "\(templates)/sync", allows: .grant(.templatesManage), respond: sync),
            Route(.post, "\(templates)/{template}", allows: .grant(.templatesManage), respond: change),
        ])
    }

    /// The page, or with `part=list` what of it changes by itself.
    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let query = TemplatesView.Query(
            text: request.query["q"] ?? "", isHidden: request.query["hidden"] == "true", after: request.query["after"])
        let frame = printer.frame(request, context)
        let filter = TemplateFilter(visibility: query.isHidden ? .hidden : .shown, text: query.text)
        let page = try await services.templates.list(filter, after: query.after, limit: Self.rowLimit, access: context.access)
        let syncs = try await services.templates.syncs(access: context.access)
        let list = TemplateListView(page, syncs: syncs, query: query, in: frame)
        if request.query["part"] == "list" { return printer.page(list) }
        let notice: PageNotice? =
            switch request.query["done"] {
            case "submitted":
                PageNotice("WhatsApp has it. It looks at it in minutes as a rule, a day at most, and the list shows what comes of it.")
            case "mapped": PageNotice("What the variables stand for is kept. Chats and campaigns use it from now on.")
            case "deleted": PageNotice("WhatsApp has deleted it.")
            default: nil
            }
        return printer.page(TemplatesView(list, query: query, notice: notice, in: frame))
    }

    @Sendable private func sync(request: Request, context: MemberContext) async throws -> Response {
        _ = try await services.templates.sync(access: context.access)
        return .done(request, next: "/app/\(context.workspace.slug.text)/templates")
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("template", of: Template.self)
        let form = try await request.form()
        _ = try await services.templates.change(
            id, isPinned: form["pinned"].map { $0 == "true" }, isHidden: form["hidden"].map { $0 == "true" }, access: context.access)
        // Only a query of ours: another address would lead elsewhere.
        let query = form["query"].flatMap { $0.hasPrefix("?") ? $0 : nil } ?? ""
        return .done(request, next: "/app/\(context.workspace.slug.text)/templates\(Self.clean(query))#\(id)")
    }

    /// Without what could end a header or the address.
    private static func clean(_ query: String) -> String {
        String(query.unicodeScalars.filter { (0x21...0x7E).contains($0.value) && $0 != "#" })
    }
}
