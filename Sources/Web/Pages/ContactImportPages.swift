internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// Files of contacts: uploading one, looking at what it would do, and following it into the directory.
struct ContactImportPages: Sendable {
    /// Imports and refused rows that a page shows.
    private static let limit = 20

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let (all, one) = ("/app/{workspace}/contacts/import", "/app/{workspace}/contacts/import/{import}")
        let creating = RouteDeclaration.Callers.grant(.contactsCreate)
        return RouteSet(member: [
            Route(.get, all, allows: creating, respond: list), Route(.post, all, allows: creating, respond: upload),
            Route(.get, one, allows: creating, respond: show), Route(.post, one, allows: creating, respond: start),
            Route(.post, "\(one)/cancellation", allows: creating, respond: cancel),
            Route(.get, "\(one)/refused", allows: creating, respond: refused),
        ])
    }

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        try await list(request, context, problem: nil)
    }

    private func list(_ request: Request, _ context: MemberContext, problem: (any Problem)?) async throws -> Response {
        let after = request.uri.queryParameters["after"].map(String.init)
        let page = try await services.imports.list(after: after, limit: Self.limit, access: context.access)
        let view = ContactImportsView(page, problem: problem, at: services.now(), in: printer.frame(request, context))
        return printer.page(view, status: problem?.kind.status ?? .ok)
    }

    /// A script sends the file itself, of any size; a form sends one of a few megabytes.
    @Sendable private func upload(request: Request, context: MemberContext) async throws -> Response {
        guard MultipartForm.isMultipart(request) else {
            let entry = try await services.imports.upload(
                BodyPieces(body: request.body), filename: request.query["filename"],
                announced: request.headers[.contentLength].flatMap(Int.init), access: context.access)
            return try JSONText.response(ContactImportBody(entry, at: services.now()), status: .created)
        }
        guard let bytes = try await request.multipart().bytes("file") else { throw RequestProblem.fieldMissing("file") }
        do {
            let pieces = AsyncStream([UInt8].self) { stream in
                stream.yield(bytes)
                stream.finish()
            }
            let entry = try await services.imports.upload(pieces, filename: nil, access: context.access)
            return .seeOther("\(base(context))/\(entry.id)")
        } catch let problem as any Problem where problem is ImportFileProblem || problem is ContactImportProblem {
            return try await list(request, context, problem: problem)
        }
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        try await page(request, context)
    }

    /// - Parameter form: what was filled in, to be looked at or refused.
    private func page(
        _ request: Request, _ context: MemberContext, form: ContactImportView.Form? = nil, problem: (any Problem)? = nil
    ) async throws -> Response {
        let access = context.access
        let entry = try await services.imports.entry(context.id("import", of: ContactImport.self), access: access)
        let columns = form.flatMap { try? ImportColumns($0.columns) }
        let preview = try await services.imports.preview(entry, columns: columns, region: form?.region, access: access)
        let refused = try await services.imports.refused(entry.id, limit: Self.limit, access: access).data
        let groups = access.permits(.groupsView) ? try await services.groups.list(access: access) : []
        let view = ContactImportView(
            entry, preview, form ?? .init(entry), refused: refused, groups: groups, problem: problem, at: services.now(),
            in: printer.frame(request, context))
        return printer.page(view, status: problem?.kind.status ?? .ok)
    }

    /// Begins, or with `what=look` only shows what would become of the first rows.
    @Sendable private func start(request: Request, context: MemberContext) async throws -> Response {
        let fields = try await request.form()
        let entry = try await services.imports.entry(context.id("import", of: ContactImport.self), access: context.access)
        let form = ContactImportView.Form(fields)
        guard fields["what"] != "look" else { return try await page(request, context, form: form) }
        do {
            _ = try await services.imports.start(
                entry.id, columns: try ImportColumns(form.columns), region: form.region, groups: form.groups, access: context.access)
            return .seeOther("\(base(context))/\(entry.id)")
        } catch let problem as any Problem where problem is ContactImportProblem || problem is ContactGroupProblem {
            return try await page(request, context, form: form, problem: problem)
        }
    }

    @Sendable private func cancel(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("import", of: ContactImport.self)
        do {
            _ = try await services.imports.cancel(id, access: context.access)
        } catch ContactImportProblem.over {
            // It ended meanwhile, which its page shows.
        }
        return .seeOther("\(base(context))/\(id)")
    }

    @Sendable private func refused(request: Request, context: MemberContext) async throws -> Response {
        let entry = try await services.imports.entry(context.id("import", of: ContactImport.self), access: context.access)
        let header = try await services.imports.preview(entry, access: context.access).header
        return try await ContactExport(services: services, access: context.access, signedIn: context.signedIn)
            .refused(entry, header: header, request)
    }

    private func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/contacts/import" }
}
