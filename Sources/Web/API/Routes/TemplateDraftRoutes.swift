internal import Domain
internal import Hummingbird
internal import Services

internal import struct Foundation.Date

/// `/api/v1/template-drafts`: templates as people write them, until WhatsApp has them.
struct TemplateDraftRoutes: Sendable {
    let services: WebServices

    private enum Languages: String, CaseIterable { case one, all }

    private static let refusals: [TemplateProblem] = [
        .draftMissing, .faults([TemplateFault(.bodyText, "body.text", "Write the text of the message.")]),
        .nameTaken(name: "order_update", language: "en_US"), .nameBlocked(until: Date(timeIntervalSince1970: 1_800_000_000)),
        .doubled(name: "order_update"), .notEditable(.pending), .keyFixed, .categoryFixed,
        .editTooSoon(until: Date(timeIntervalSince1970: 1_800_000_000)), .sampleMissing, .sampleTooLarge(limit: 16_777_216), .accountFull,
        .refused("Variables may not open the text."), .outcomeUnknown, .unsupported,
    ]

    var routes: [Route<APIContext>] {
        let (drafts, templates) = ("/api/v1/template-drafts", "/api/v1/templates")
        let writing = RouteDeclaration.Callers.grant(.templatesManage)
        return [
            Route(
                .get, drafts, allows: writing,
                operation: Operation(
                    "listTemplateDrafts", tag: "Templates", "Templates that aren't submitted yet, the newest first",
                    query: [.limit, .after],
                    answer: .list(of: TemplateDraftBody.self, "A page of drafts.")), respond: list),
            Route(
                .post, drafts, allows: writing,
                operation: Operation(
                    "addTemplateDraft", tag: "Templates", "Keeps a draft, which may break rules until it is submitted",
                    body: NewTemplateDraftBody.self, answer: .one(TemplateDraftBody.self, status: 201, "The draft."),
                    problems: [
                        TemplateProblem.connectionMissing, TemplateProblem.categoryUnknown, TemplateProblem.draftsFull,
                        TemplateProblem.faults([TemplateFault(.shape, "components.0", "Give each component its type, such as BODY.")]),
                    ]), respond: add),
            Route(
                .post, "\(drafts)/check", allows: writing,
                operation: Operation(
                    "checkTemplateDraft", tag: "Templates", "What the customer would see of a template, and the rules that it breaks",
                    body: TemplateDraftInput.self, answer: .one(TemplateCheckBody.self, "The texts and the faults."),
                    problems: [TemplateProblem.categoryUnknown]), respond: check),
            Route(
                .get, "\(drafts)/{draft}", allows: writing,
                operation: Operation(
                    "getTemplateDraft", tag: "Templates", "One draft with the rules that it breaks",
                    answer: .one(TemplateDraftBody.self, "The draft."), problems: [TemplateProblem.draftMissing]), respond: get),
            Route(
                .put, "\(drafts)/{draft}", allows: writing,
                operation: Operation(
                    "changeTemplateDraft", tag: "Templates", "Puts another text in a draft's place, unless somebody was faster",
                    body: TemplateDraftChangeBody.self, answer: .one(TemplateDraftBody.self, "The draft."),
                    problems: [TemplateProblem.draftMissing, TemplateProblem.draftChanged, TemplateProblem.categoryUnknown]),
                respond: change),
            Route(
                .delete, "\(drafts)/{draft}", allows: writing,
                operation: Operation(
                    "deleteTemplateDraft", tag: "Templates", "Deletes a draft", answer: .nothing("It is gone."),
                    problems: [TemplateProblem.draftMissing]), respond: delete),
            Route(
                .post, "\(drafts)/{draft}/submission", allows: writing,
                operation: Operation(
                    "submitTemplateDraft", tag: "Templates", "Has WhatsApp review a draft; then it is gone from the drafts",
                    answer: .one(
                        TemplateSubmissionBody.self, "The new template; null for a new version, which WhatsApp tells of when it has looked."
                    ),
                    problems: Self.refusals), respond: submit),
            Route(
                .post, "\(templates)/{template}/drafts", allows: writing,
                operation: Operation(
                    "addTemplateDraftFromTemplate", tag: "Templates",
                    "Makes a draft that begins as a template is: its next version, a copy, or another language",
                    body: TemplateDraftBeginningBody.self, answer: .one(TemplateDraftBody.self, status: 201, "The draft."),
                    problems: [TemplateProblem.missing, TemplateProblem.categoryUnknown, TemplateProblem.draftsFull]), respond: begin),
            Route(
                .delete, "\(templates)/{template}", allows: writing,
                operation: Operation(
                    "deleteTemplate", tag: "Templates", "Has WhatsApp delete a template; the name of an approved one is kept for 30 days",
                    query: [.init("languages", Schema.choice(Languages.self), "all for every language of the name; one, unless given.")],
                    answer: .nothing("WhatsApp has deleted it."),
                    problems: [TemplateProblem.missing, TemplateProblem.disabledStays, TemplateProblem.refused("It is in use.")]),
                respond: deleteTemplate),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let page = try await services.templateDrafts.list(after: query["after"], limit: query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, TemplateDraftBody.init))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewTemplateDraftBody.self)
        let (drafts, access) = (services.templateDrafts, context.access)
        let saved = try await drafts.planned(input.template.draft(), connection: input.connection, access: access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            try drafts.insert(saved, access: access, in: transaction)
            return (try KeptAnswer(TemplateDraftBody(saved), status: .created), saved)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func check(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let reading = try await APIWrite(request).decode(TemplateDraftInput.self).reading()
        return try JSONText.response(TemplateCheckBody(reading.draft, shape: reading.faults))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(TemplateDraftBody(try await services.templateDrafts.draft(id(context), access: context.access)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(TemplateDraftChangeBody.self)
        let saved = try await services.templateDrafts.save(
            input.template.draft(), as: id(context), version: input.version, access: context.access)
        return try JSONText.response(TemplateDraftBody(saved))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.templateDrafts.delete(id(context), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func submit(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        let template = try await services.templateDrafts.submit(id(context), access: context.access)
        return try JSONText.response(TemplateSubmissionBody(template: template.map(TemplateBody.init)))
    }

    @Sendable private func begin(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(TemplateDraftBeginningBody.self)
        let saved = try await services.templateDrafts.create(
            from: context.id("template", of: Template.self), asCopy: input.copy ?? false, language: input.language, access: context.access)
        return try JSONText.response(TemplateDraftBody(saved), status: .created)
    }

    @Sendable private func deleteTemplate(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["languages"])
        let all = try query.choice("languages", of: Languages.self) == .all
        try await services.templateDrafts.deleteTemplate(
            context.id("template", of: Template.self), allLanguages: all, access: context.access)
        return KeptAnswer.nothing.response
    }

    private func id(_ context: APIContext) throws -> Identifier<SavedTemplateDraft> {
        try context.id("draft", of: SavedTemplateDraft.self)
    }
}
