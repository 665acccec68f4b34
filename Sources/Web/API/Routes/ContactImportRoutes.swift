internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/contact-imports`: files of contacts on their way into the directory.
struct ContactImportRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let (all, one) = ("/api/v1/contact-imports", "/api/v1/contact-imports/{import}")
        let creating = RouteDeclaration.Callers.grant(.contactsCreate)
        return [
            Route(
                .get, all, allows: creating,
                operation: Operation(
                    "listContactImports", tag: "Contacts", "Imports of the last \(Int(ContactImport.keptDays)) days, the newest first",
                    query: [.limit, .after], answer: .list(of: ContactImportBody.self, "A page of imports."),
                    problems: [PageProblem.cursorMalformed]), respond: list),
            Route(
                .post, all, allows: creating,
                operation: Operation(
                    "uploadContacts", tag: "Contacts", "Uploads a file; nothing is taken from it before it is started",
                    query: [.init("filename", Schema.text(), "As people call it.")], bodyType: "text/csv",
                    answer: .one(ContactImportBody.self, status: 201, "The import."),
                    problems: [
                        ImportFileProblem.empty, ImportFileProblem.tooLarge, ImportFileProblem.notText,
                        ImportFileProblem.encodingMixed(line: 0, other: 0), ImportFileProblem.oneColumn,
                        ImportFileProblem.tooManyColumns(count: 0), ImportFileProblem.noRows, ContactImportProblem.tooManyOpen,
                    ]), respond: upload),
            Route(
                .get, one, allows: creating,
                operation: Operation(
                    "getContactImport", tag: "Contacts", "One import and how far it has come",
                    answer: .one(ContactImportBody.self, "The import."), problems: [ContactImportProblem.missing]), respond: show),
            Route(
                .post, "\(one)/preview", allows: creating,
                operation: Operation(
                    "previewContactImport", tag: "Contacts", "What would become of the first rows", body: ImportStartBody.self,
                    answer: .one(ImportPreviewBody.self, "The first rows."),
                    problems: [ContactImportProblem.missing, ContactImportProblem.phoneColumnMissing]), respond: preview),
            Route(
                .post, "\(one)/start", allows: creating,
                operation: Operation(
                    "startContactImport", tag: "Contacts", "Begins to take the rows in", body: ImportStartBody.self,
                    answer: .one(ContactImportBody.self, "The import."),
                    problems: [
                        ContactImportProblem.missing, ContactImportProblem.phoneColumnMissing, ContactImportProblem.columnTwice(.name),
                        ContactImportProblem.regionUnknown(""), ContactImportProblem.notWaiting, ContactGroupProblem.missing,
                    ]), respond: start),
            Route(
                .post, "\(one)/cancellation", allows: creating,
                operation: Operation(
                    "cancelContactImport", tag: "Contacts", "Ends an import and takes back what it brought in",
                    answer: .one(ContactImportBody.self, "The import."),
                    problems: [ContactImportProblem.missing, ContactImportProblem.over]), respond: cancel),
            Route(
                .get, "\(one)/refusals", allows: creating,
                operation: Operation(
                    "listRefusedRows", tag: "Contacts", "The rows that weren't taken, in the order of the file", query: [.limit, .after],
                    answer: .list(of: RefusedRowBody.self, "A page of rows."), problems: [ContactImportProblem.missing]), respond: refused),
            Route(
                .get, "\(one)/refusals/export", allows: creating,
                operation: Operation(
                    "exportRefusedRows", tag: "Contacts", "The rows that weren't taken as CSV, with line and reason in front",
                    answer: .other("text/csv", "A line each, behind a line of names."), problems: [ContactImportProblem.missing]),
                respond: exportRefused),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let page = try await services.imports.list(after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page) { body($0) })
    }

    @Sendable private func upload(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["filename"])
        if let type = request.headers[.contentType], type.lowercased().hasPrefix("multipart/") {
            throw RequestProblem.contentTypeWrong(expected: "the file itself, with Content-Type text/csv")
        }
        let entry = try await services.imports.upload(
            BodyPieces(body: request.body), filename: query["filename"], announced: request.headers[.contentLength].flatMap(Int.init),
            access: context.access)
        return try JSONText.response(body(entry), status: .created)
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(body(try await entry(context)))
    }

    @Sendable private func preview(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let entry = try await entry(context)
        let input = try await APIWrite(request).decode(ImportStartBody.self)
        let columns = try input.columns.map { try ImportColumns($0) }
        let preview = try await services.imports.preview(entry, columns: columns, region: input.region, access: context.access)
        return try JSONText.response(ImportPreviewBody(preview))
    }

    @Sendable private func start(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let entry = try await entry(context)
        let input = try await APIWrite(request).decode(ImportStartBody.self)
        let columns = try ImportColumns(input.columns ?? entry.columns.fields)
        let started = try await services.imports.start(
            entry.id, columns: columns, region: input.region, groups: input.groups ?? [], access: context.access)
        return try JSONText.response(body(started))
    }

    @Sendable private func cancel(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("import", of: ContactImport.self)
        return try JSONText.response(body(try await services.imports.cancel(id, access: context.access)))
    }

    @Sendable private func refused(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let page = try await services.imports.refused(
            context.id("import", of: ContactImport.self), after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, RefusedRowBody.init))
    }

    @Sendable private func exportRefused(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let entry = try await entry(context)
        let header = try await services.imports.preview(entry, access: context.access).header
        return try await ContactExport(services: services, access: context.access, signedIn: context.signedIn)
            .refused(entry, header: header, request)
    }

    private func entry(_ context: APIContext) async throws -> ContactImport {
        try await services.imports.entry(context.id("import", of: ContactImport.self), access: context.access)
    }

    private func body(_ entry: ContactImport) -> ContactImportBody { ContactImportBody(entry, at: services.now()) }
}
