internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/templates`: the texts that WhatsApp approved beforehand.
struct TemplateRoutes: Sendable {
    let services: WebServices

    private static let parameters: Set<String> = [
        "connection", "status", "category", "language", "hidden", "sendable", "q", "limit", "after",
    ]

    private enum Flag: String, CaseIterable {
        case yes = "true"
        case no = "false"
    }

    var routes: [Route<APIContext>] {
        let templates = "/api/v1/templates"
        let looking = RouteDeclaration.Callers.grant(.templatesView)
        return [
            Route(
                .get, templates, allows: looking,
                operation: Operation(
                    "listTemplates", tag: "Templates", "The templates that WhatsApp has, pinned ones first, then by name and language",
                    query: [
                        .init("connection", Schema.id(Connection.self), "Only those of one connection."),
                        .init("status", Schema.text(), "WhatsApp's word, such as APPROVED."),
                        .init("category", Schema.text(), "Such as UTILITY."), .init("language", Schema.text(), "Such as en_US."),
                        .init(
                            "hidden", Schema.choice(Flag.self), "true for those that are hidden, false for the others; both, unless given."),
                        .init("sendable", Schema.choice(Flag.self), "true for those that can be sent now."),
                        .init("q", Schema.text(), "Words in the name or the text."), .limit, .after,
                    ], answer: .list(of: TemplateBody.self, "A page of templates.")), respond: list),
            Route(
                .get, "\(templates)/sync", allows: looking,
                operation: Operation(
                    "getTemplateSyncs", tag: "Templates", "How asking WhatsApp for the templates of each connection went",
                    answer: .list(of: TemplateSyncBody.self, "One for each connection.")), respond: syncs),
            Route(
                .post, "\(templates)/sync", allows: .grant(.templatesManage),
                operation: Operation(
                    "syncTemplates", tag: "Templates",
                    "Asks WhatsApp for all templates now, in the background; by itself that happens every hour and after news",
                    answer: .list(of: TemplateSyncBody.self, status: 202, "One for each connection.")), respond: sync),
            Route(
                .get, "\(templates)/{template}", allows: looking,
                operation: Operation(
                    "getTemplate", tag: "Templates", "One template with its variables", answer: .one(TemplateBody.self, "The template."),
                    problems: [TemplateProblem.missing]), respond: get),
            Route(
                .patch, "\(templates)/{template}", allows: .grant(.templatesManage),
                operation: Operation(
                    "changeTemplate", tag: "Templates", "Pins a template, or hides it from those who send", body: TemplateChangeBody.self,
                    answer: .one(TemplateBody.self, "The template."), problems: [TemplateProblem.missing]), respond: change),
            Route(
                .post, "\(templates)/{template}/preview", allows: looking,
                operation: Operation(
                    "previewTemplate", tag: "Templates", "What the customer would see with these values, and what is missing or wrong",
                    body: TemplateValuesBody.self, answer: .one(TemplatePreviewBody.self, "The texts and the refusals."),
                    problems: [TemplateProblem.missing]), respond: preview),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.parameters)
        let hidden = try query.choice("hidden", of: Flag.self)
        let filter = TemplateFilter(
            connection: try query.id("connection", of: Connection.self),
            visibility: hidden.map { $0 == .yes ? .hidden : .shown } ?? .all,
            isSendable: try query.choice("sendable", of: Flag.self) == .yes, status: query["status"].map { TemplateStatus($0) },
            category: query["category"]?.uppercased(), language: query["language"], text: query["q"])
        let page = try await services.templates.list(filter, after: query["after"], limit: query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, TemplateBody.init))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(TemplateBody(try await template(context)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("template", of: Template.self)
        let input = try await APIWrite(request).decode(TemplateChangeBody.self)
        let template = try await services.templates.change(id, isPinned: input.pinned, isHidden: input.hidden, access: context.access)
        return try JSONText.response(TemplateBody(template))
    }

    @Sendable private func preview(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(TemplateValuesBody.self)
        return try JSONText.response(TemplatePreviewBody(try await template(context), values: input.values))
    }

    private func template(_ context: APIContext) async throws -> Template {
        try await services.templates.template(context.id("template", of: Template.self), access: context.access)
    }

    @Sendable private func syncs(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.templates.syncs(access: context.access).map(TemplateSyncBody.init)))
    }

    @Sendable private func sync(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        let syncs = try await services.templates.sync(access: context.access)
        return try JSONText.response(ListBody(data: syncs.map(TemplateSyncBody.init)), status: .accepted)
    }
}
