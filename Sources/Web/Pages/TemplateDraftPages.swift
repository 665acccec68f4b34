internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Writing templates: drafts, their editor, submitting them, and deleting templates.
struct TemplateDraftPages: Sendable {
    private static let rowLimit = 50
    private static let firstLanguage = "en_US"

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let templates = "/app/{workspace}/templates"
        let writing = RouteDeclaration.Callers.grant(.templatesManage)
        return RouteSet(member: [
            Route(.get, "\(templates)/drafts", allows: writing, respond: list),
            Route(.post, "\(templates)/drafts", allows: writing, respond: add),
            Route(.get, "\(templates)/drafts/{draft}", allows: writing, respond: edit),
            Route(.post, "\(templates)/drafts/{draft}", allows: writing, respond: act),
            Route(.post, "\(templates)/drafts/{draft}/removal", allows: writing, respond: remove),
            Route(.post, "\(templates)/{template}/drafts", allows: writing, respond: begin),
            Route(.post, "\(templates)/{template}/removal", allows: writing, respond: removeTemplate),
        ])
    }

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let page = try await services.templateDrafts.list(after: request.query["after"], limit: Self.rowLimit, access: context.access)
        let syncs = try await services.templates.syncs(access: context.access)
        let notice: PageNotice? = request.query["done"] == "deleted" ? PageNotice("The draft is gone.") : nil
        return printer.page(
            TemplateDraftsView(page, syncs: syncs, notice: notice, in: printer.frame(request, context)))
    }

    @Sendable private func add(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        guard let connection = Identifier<Connection>(parsing: try form.require("connection")) else {
            throw TemplateProblem.connectionMissing
        }
        let draft = TemplateDraft(name: "", language: Self.firstLanguage, category: .utility)
        let saved = try await services.templateDrafts.create(draft, connection: connection, access: context.access)
        return .seeOther(address(context, saved.id))
    }

    @Sendable private func begin(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let saved = try await services.templateDrafts.create(
            from: context.id("template", of: Template.self), asCopy: form["copy"] == "true", access: context.access)
        return .seeOther(address(context, saved.id))
    }

    @Sendable private func edit(request: Request, context: MemberContext) async throws -> Response {
        let saved = try await services.templateDrafts.draft(id(context), access: context.access)
        let notice: PageNotice? =
            request.query["done"] == "saved" ? PageNotice("The draft is kept. Nobody gets it before it is submitted and approved.") : nil
        return try await page(saved, saved.draft, isKept: true, notice: notice, request, context)
    }

    private func page(
        _ saved: SavedTemplateDraft, _ draft: TemplateDraft, version: String? = nil, isKept: Bool, notice: PageNotice?,
        status: HTTPResponse.Status = .ok,
        _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let syncs = try await services.templates.syncs(access: context.access)
        let account = syncs.first { $0.connectionID == saved.connectionID }?.connectionName ?? ""
        let view = TemplateEditorView(
            saved, draft, account: account, version: version, isKept: isKept, notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func act(request: Request, context: MemberContext) async throws -> Response {
        let saved = try await services.templateDrafts.draft(id(context), access: context.access)
        var file: [UInt8]?
        let form: TemplateDraftForm
        var version: String?
        if MultipartForm.isMultipart(request) {
            let fields = try await request.multipart()
            form = TemplateDraftForm { fields[$0] }
            (file, version) = (fields.bytes("file"), fields["version"])
        } else {
            let fields = try await request.form()
            form = TemplateDraftForm { fields[$0] }
            version = fields["version"]
        }
        var draft = form.draft(onto: saved.draft)
        if request.query["part"] == "check" { return printer.page(TemplateCheckView(draft, in: printer.frame(request, context))) }
        do {
            if form.action == .addSample, let file { draft.header = try await sample(file, of: draft.header, context.access) }
            switch form.action {
            case .check, .addButton, .removeButton:
                return try await page(saved, draft, version: version, isKept: false, notice: nil, request, context)
            case .save, .submit, .addSample:
                let kept = try await services.templateDrafts.save(
                    draft, as: saved.id, version: version.flatMap { Int64($0) } ?? saved.version, access: context.access)
                guard form.action == .submit else { return .seeOther("\(address(context, saved.id))?done=saved") }
                let template = try await services.templateDrafts.submit(kept.id, access: context.access)
                return .seeOther("/app/\(context.workspace.slug.text)/templates?done=submitted\(template.map { "#\($0.id)" } ?? "")")
            }
        } catch let problem as any Problem where problem is TemplateProblem || problem is ChannelProblem || problem is MediaProblem {
            let now = try await services.templateDrafts.draft(saved.id, access: context.access)
            return try await page(
                now, draft, isKept: false, notice: PageNotice(problem.detail, tone: .danger), status: problem.kind.status, request, context)
        }
    }

    /// The header with a file of ours as its example.
    private func sample(_ bytes: [UInt8], of header: TemplateDraft.Header?, _ access: Access) async throws -> TemplateDraft.Header? {
        guard case .file(let kind, _) = header, !bytes.isEmpty else { throw TemplateProblem.sampleMissing }
        let pieces = AsyncStream<[UInt8]> { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
        let file = try await services.media.store(pieces, filename: nil, mimeType: nil, access: access)
        return .file(kind, sample: file.id.text)
    }

    @Sendable private func remove(request: Request, context: MemberContext) async throws -> Response {
        try await services.templateDrafts.delete(id(context), access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)/templates/drafts?done=deleted")
    }

    @Sendable private func removeTemplate(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        try await services.templateDrafts.deleteTemplate(
            context.id("template", of: Template.self), allLanguages: form["languages"] == "all", access: context.access)
        return .done(request, next: "/app/\(context.workspace.slug.text)/templates?done=deleted")
    }

    private func id(_ context: MemberContext) throws -> Identifier<SavedTemplateDraft> {
        try context.id("draft", of: SavedTemplateDraft.self)
    }

    private func address(_ context: MemberContext, _ id: Identifier<SavedTemplateDraft>) -> String {
        "/app/\(context.workspace.slug.text)/templates/drafts/\(id)"
    }
}
