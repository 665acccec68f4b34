internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/templates/{template}/mapping`: what a template's variables stand for.
struct TemplateMappingRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let template = "/api/v1/templates/{template}"
        return [
            Route(
                .get, "/api/v1/merge-fields", allows: .grant(.templatesView),
                operation: Operation(
                    "listMergeFields", tag: "Templates", "What variables can stand for that differs from person to person",
                    answer: .list(of: MergeFieldBody.self, "All of them.")), respond: fields),
            Route(
                .put, "\(template)/mapping", allows: .grant(.templatesManage),
                operation: Operation(
                    "setTemplateMapping", tag: "Templates", "Keeps what a template's variables stand for, wherever it is used from now on",
                    body: TemplateMappingInput.self, answer: .one(TemplateBody.self, "The template."),
                    problems: [
                        TemplateProblem.missing, TemplateProblem.valueMissing(key: ""), TemplateProblem.fallbackMissing(key: ""),
                        TemplateProblem.fieldUnknown(key: "", field: ""), TemplateProblem.fieldUnfit(key: ""),
                        TemplateProblem.formatUnknown(key: "", format: ""), TemplateProblem.columnMissing(key: "", column: ""),
                    ]), respond: set),
            Route(
                .post, "\(template)/values", allows: .grant(.messagesSend),
                operation: Operation(
                    "fillTemplate", tag: "Templates", "What the variables stand for in a message to one person, to be sent or changed",
                    body: TemplateFillingInput.self, answer: .one(FilledTemplateBody.self, "The values."),
                    problems: [TemplateProblem.missing, ContactProblem.missing, SenderProblem.missing]), respond: fill),
        ]
    }

    @Sendable private func fields(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: MergeField.Known.allCases.map(MergeFieldBody.init)))
    }

    @Sendable private func set(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("template", of: Template.self)
        let input = try await APIWrite(request).decode(TemplateMappingInput.self)
        return try JSONText.response(TemplateBody(try await services.templates.setMapping(input.variables, of: id, access: context.access)))
    }

    @Sendable private func fill(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("template", of: Template.self)
        let input = try await APIWrite(request).decode(TemplateFillingInput.self)
        // Whoever may send may choose what.
        let access = context.access
        let choosing = Access(
            workspaceID: access.workspaceID, actor: access.actor, grants: access.grants.union([.templatesView]),
            visibility: access.visibility, address: access.address)
        let template = try await services.templates.template(id, access: choosing)
        let values = try await services.templates.values(of: template, for: input.contact, from: input.sender, access: access)
        return try JSONText.response(FilledTemplateBody(values: values))
    }
}
