internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// What a template's variables stand for, wherever it is used.
struct TemplateMappingPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let mapping = "/app/{workspace}/templates/{template}/mapping"
        return RouteSet(member: [
            Route(.get, mapping, allows: .grant(.templatesManage), respond: show),
            Route(.post, mapping, allows: .grant(.templatesManage), respond: save),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let template = try await template(context)
        let view = TemplateMappingView(template, mapping: template.defaultMapping, in: printer.frame(request, context))
        return printer.page(view)
    }

    /// Keeps it, or shows what is wrong beside its variable, with all that was filled in.
    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let template = try await template(context)
        let mapping = try MappingFieldsView.mapping(of: template.parts, in: try await request.form())
        let problems = mapping.problems(for: template.parts)
        guard problems.isEmpty else {
            let view = TemplateMappingView(template, mapping: mapping, problems: problems, in: printer.frame(request, context))
            return printer.page(view, status: .unprocessableContent)
        }
        _ = try await services.templates.setMapping(mapping, of: template.id, access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)/templates?done=mapped#\(template.id)")
    }

    private func template(_ context: MemberContext) async throws -> Template {
        try await services.templates.template(context.id("template", of: Template.self), access: context.access)
    }
}

/// Template `template-mapping`.
struct TemplateMappingView: RenderedView {
    static let template = "template-mapping"
    let names: [String: any Sendable]

    init(_ template: Template, mapping: TemplateMapping, problems: [TemplateProblem] = [], in workspace: WorkspaceFrame) {
        names = workspace.names(title: "Variables of \(template.name)", place: .templates).with([
            "templateID": template.id.text, "templateName": template.name, "templateLanguage": template.language,
            "templateText": TemplateTextView(TemplateWords.text(template.parts, [:])),
            "mapping": MappingFieldsView(template.parts, mapping: mapping, problems: problems),
            "mappingProblem": (problems.first { $0.key == nil }?.detail).orFalse,
        ])
    }
}
