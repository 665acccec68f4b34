internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Choosing a template for one conversation, filling it in and sending it: pages by themselves, and parts of the composer for scripts.
struct TemplatePickerPages: Sendable {
    /// Templates of one look; who has more searches.
    private static let rowLimit = 60

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let templates = "/app/{workspace}/whatsapp/{conversation}/templates"
        let sending = RouteDeclaration.Callers.grant(.messagesSend)
        return RouteSet(member: [
            Route(.get, templates, allows: sending, respond: list),
            Route(.get, "\(templates)/{template}", allows: sending, respond: fill),
            Route(.post, "\(templates)/{template}", allows: sending, respond: send),
            Route(.post, "\(templates)/{template}/preview", allows: sending, respond: preview),
        ])
    }

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let conversation = try await conversation(context)
        let words = request.query["q"] ?? ""
        let filter = TemplateFilter(connection: try await connection(of: conversation, context), isSendable: true, text: words)
        let page = try await services.templates.list(filter, after: nil, limit: Self.rowLimit, access: access(context))
        let frame = printer.frame(request, context)
        return show(TemplateChoicesView(page, words: words, for: conversation, in: frame), conversation, request, frame)
    }

    @Sendable private func fill(request: Request, context: MemberContext) async throws -> Response {
        let conversation = try await conversation(context)
        let (template, languages) = try await template(for: conversation, context)
        let frame = printer.frame(request, context)
        let values = try await services.templates.values(
            of: template, for: conversation.contact.id, from: conversation.senderID, access: access(context))
        let view = TemplateFormView(
            template, languages: languages, values: values, problems: [], for: conversation, clientID: UUID().uuidString, in: frame)
        return show(view, conversation, request, frame)
    }

    /// A form without scripts: sends, or shows what it would look like. What is refused stands beside its field, with all that was filled in.
    @Sendable private func send(request: Request, context: MemberContext) async throws -> Response {
        let conversation = try await conversation(context)
        let (template, languages) = try await template(for: conversation, context)
        let form = try await request.form()
        let values = Self.values(of: template, form)
        let frame = printer.frame(request, context)
        func again(_ problems: [TemplateProblem], notice: PageNotice? = nil, status: HTTPResponse.Status) -> Response {
            let view = TemplateFormView(
                template, languages: languages, values: values, problems: problems, notice: notice, for: conversation,
                clientID: form["clientId"] ?? UUID().uuidString, in: frame)
            return show(view, conversation, request, frame, status: status)
        }
        if form["action"] == "preview" { return again([], status: .ok) }
        let problems = template.parts.problems(values)
        guard problems.isEmpty else { return again(problems, status: .unprocessableContent) }
        do {
            _ = try await services.sending.submit(
                MessageDraft(
                    senderID: conversation.senderID, recipient: .contact(conversation.contact.id), clientID: form["clientId"],
                    draft: .template(template.id, values: values), replyTo: nil), access: context.access)
        } catch let problem as any Problem where problem.kind != .missing && problem.kind != .refused {
            return again([], notice: PageNotice(problem.detail, tone: .danger), status: problem.kind.status)
        }
        return .seeOther("\(frame.base)/whatsapp/\(conversation.id)")
    }

    /// What the customer would see with the values so far, and what is still missing or wrong.
    @Sendable private func preview(request: Request, context: MemberContext) async throws -> Response {
        let conversation = try await conversation(context)
        let (template, _) = try await template(for: conversation, context)
        let values = Self.values(of: template, try await request.form())
        return printer.page(TemplatePreviewView(template, values: values, frame: printer.frame(request, context).frame))
    }

    // MARK: Parts

    private func show(
        _ view: some RenderedView, _ conversation: Conversation, _ request: Request, _ frame: WorkspaceFrame,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        if request.query["part"] == "picker" { return printer.page(view, status: status) }
        return printer.page(TemplatePickerPage(view, of: conversation, in: frame), status: status)
    }

    private func conversation(_ context: MemberContext) async throws -> Conversation {
        let id = try context.id("conversation", of: Conversation.self)
        // Who may write to somebody may see whom they write to.
        return try await services.conversations.conversation(id, access: access(context))
    }

    /// Whoever may send may choose what.
    private func access(_ context: MemberContext) -> Access {
        let access = context.access
        return Access(
            workspaceID: access.workspaceID, actor: access.actor, grants: access.grants.union([.conversationsView, .templatesView]),
            visibility: access.visibility, address: access.address)
    }

    private func connection(of conversation: Conversation, _ context: MemberContext) async throws -> Identifier<Connection> {
        let access = Access.system("pages", in: context.access.workspaceID)
        return try await services.senders.sender(conversation.senderID, access: access).connectionID
    }

    /// The one in the path, which has to be of the conversation's own account, and the others of its name that can be sent.
    private func template(for conversation: Conversation, _ context: MemberContext) async throws -> (Template, [Template]) {
        let template = try await services.templates.template(context.id("template", of: Template.self), access: access(context))
        guard template.connectionID == (try await connection(of: conversation, context)) else { throw TemplateProblem.missing }
        let languages = try await services.templates.languages(of: template, access: access(context))
        return (template, languages.filter { $0.status.isSendable || $0.id == template.id })
    }

    private static func values(of template: Template, _ form: FormFields) -> [String: String] {
        Dictionary(
            template.parts.variables.map { ($0.key, (form[TemplateFormView.field(for: $0.key)] ?? "").trimmed) },
            uniquingKeysWith: { one, _ in one })
    }
}
