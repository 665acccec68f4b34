internal import Domain
internal import Hummingbird
internal import Services

/// Who looks at a conversation: a page says that it does, and gets who else does.
struct PresencePages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let presence = "/app/{workspace}/whatsapp/{conversation}/presence"
        return RouteSet(member: [
            Route(.get, presence, allows: .grant(.conversationsView), respond: show),
            Route(.post, presence, allows: .grant(.conversationsView), respond: report),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let people = try await services.presence.people(in: id, access: context.access)
            .filter { $0.account != context.signedIn.account.id }
        let system = Access.system("pages", in: context.access.workspaceID)
        let members = people.isEmpty ? [] : try await services.conversations.assignees(access: system).people
        return printer.page(PresenceView(people, members: members, in: printer.frame(request, context)))
    }

    @Sendable private func report(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let form = try await request.form()
        let text = try form.require("activity")
        let activity = Presence.Activity(rawValue: text)
        guard activity != nil || text == "left" else {
            throw RequestProblem.fieldMalformed("activity", expected: "viewing, writing or left")
        }
        try await services.presence.report(activity, page: PresencePage.parse(form["page"]), in: id, access: context.access)
        return try await show(request: request, context: context)
    }
}

/// Who else is here. Template `presence`.
struct PresenceView: RenderedView {
    static let template = "presence"
    let names: [String: any Sendable]

    /// People by name, whoever writes first.
    init(_ people: [Presence], members: [Member], in workspace: WorkspaceFrame) {
        let shown = people.compactMap { presence in
            members.first { $0.account.id == presence.account }.map { (name: $0.account.name, isWriting: presence.activity == .writing) }
        }.sorted { ($0.isWriting ? 0 : 1, $0.name) < ($1.isWriting ? 0 : 1, $1.name) }
        names = workspace.frame.names(title: "").with(["people": shown.map { PersonView($0.name, isWriting: $0.isWriting) }])
    }

    struct PersonView: View {
        let names: [String: any Sendable]

        init(_ name: String, isWriting: Bool) {
            names = [
                "personName": name, "personHue": Initials.hue(of: name), "personInitials": Initials.of(name), "personWrites": isWriting,
                "personDoes": isWriting ? "is writing" : "is looking at this conversation",
            ]
        }
    }
}
