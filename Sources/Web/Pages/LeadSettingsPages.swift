internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The lists that the workspace keeps for its leads, and which are made by themselves.
struct LeadSettingsPages: Sendable {
    let leads: LeadPages

    private var printer: PagePrinter { leads.printer }
    private var lists: LeadListService { leads.services.leadLists }

    var routes: RouteSet {
        let all = "/app/{workspace}/settings/leads"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return RouteSet(member: [
            Route(.get, all, allows: managing, respond: show), Route(.post, all, allows: managing, respond: save),
            Route(.post, "\(all)/statuses", allows: managing, respond: addStatus),
            Route(.post, "\(all)/statuses/{leadStatus}", allows: managing, respond: changeStatus),
            Route(.post, "\(all)/statuses/{leadStatus}/removal", allows: managing, respond: deleteStatus),
            Route(.post, "\(all)/sources", allows: managing, respond: addSource),
            Route(.post, "\(all)/sources/{leadSource}", allows: managing, respond: changeSource),
            Route(.post, "\(all)/sources/{leadSource}/removal", allows: managing, respond: deleteSource),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        try await page(request.uri.queryParameters["done"] == nil ? nil : PageNotice("Saved."), request, context)
    }

    private func page(
        _ notice: PageNotice?, status: HTTPResponse.Status = .ok, draft: LeadSettingsView.Draft? = nil, _ request: Request,
        _ context: MemberContext
    ) async throws -> Response {
        let view = LeadSettingsView(
            try await leads.words(context), draft: draft, notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    /// What is refused is told on top, with what was filled in still there.
    private func perform(
        _ request: Request, _ context: MemberContext, draft: LeadSettingsView.Draft? = nil, _ work: () async throws -> Void
    ) async throws -> Response {
        do {
            try await work()
        } catch let problem as any Problem where LeadForm.shows(problem) && problem.kind != .missing {
            return try await page(
                PageNotice(problem.detail, tone: .danger), status: problem.kind.status, draft: draft, request, context)
        }
        return .seeOther("/app/\(context.workspace.slug.text)/settings/leads?done=saved")
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        return try await perform(request, context) {
            guard let currency = Currency(parsing: form["currency"] ?? "") else { throw LeadProblem.currencyUnknown }
            let settings = LeadSettings(
                isAutomatic: form["automatic"] == "yes", status: form["status"].flatMap { Identifier<LeadStatus>(parsing: $0) },
                source: form["source"].flatMap { Identifier<LeadSource>(parsing: $0) },
                owner: form["owner"].flatMap(LeadSettings.NewOwner.init(parsing:)) ?? .nobody, currency: currency)
            try await lists.save(settings, access: context.access)
        }
    }

    @Sendable private func addStatus(request: Request, context: MemberContext) async throws -> Response {
        let draft = LeadSettingsView.Draft(id: nil, try await request.form())
        let (lists, access) = (lists, context.access)
        return try await perform(request, context, draft: draft) {
            _ = try await lists.create(access: access) { transaction in
                try lists.create(status: draft.name, color: draft.color, kind: draft.kind, access: access, in: transaction)
            }
        }
    }

    @Sendable private func changeStatus(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("leadStatus", of: LeadStatus.self)
        let form = try await request.form()
        let draft = LeadSettingsView.Draft(id: id.text, form)
        return try await perform(request, context, draft: draft) {
            _ = try await lists.change(
                status: id, name: draft.name, color: draft.color, kind: draft.kind, place: form["place"].flatMap(Int.init),
                access: context.access)
        }
    }

    @Sendable private func deleteStatus(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("leadStatus", of: LeadStatus.self)
        let into = try await request.form()["into"].flatMap { Identifier<LeadStatus>(parsing: $0) }
        return try await perform(request, context) { try await lists.delete(status: id, into: into, access: context.access) }
    }

    @Sendable private func addSource(request: Request, context: MemberContext) async throws -> Response {
        let draft = LeadSettingsView.Draft(id: "source", try await request.form())
        let (lists, access) = (lists, context.access)
        return try await perform(request, context, draft: draft) {
            _ = try await lists.create(access: access) { try lists.create(source: draft.name, access: access, in: $0) }
        }
    }

    @Sendable private func changeSource(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("leadSource", of: LeadSource.self)
        let draft = LeadSettingsView.Draft(id: id.text, try await request.form())
        return try await perform(request, context, draft: draft) {
            _ = try await lists.change(source: id, name: draft.name, access: context.access)
        }
    }

    @Sendable private func deleteSource(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("leadSource", of: LeadSource.self)
        return try await perform(request, context) { try await lists.delete(source: id, access: context.access) }
    }
}

/// Statuses, sources and what happens by itself. Template `lead-settings`.
struct LeadSettingsView: RenderedView {
    static let template = "lead-settings"
    let names: [String: any Sendable]

    /// A status or a source as it was filled in: a new status without an id, a new source under `source`.
    struct Draft: Sendable {
        let id: String?
        let name: String
        let color: Label.Color
        let kind: LeadStatus.Kind

        init(id: String?, _ form: FormFields) {
            (self.id, name) = (id, form["name"] ?? "")
            color = form["color"].flatMap(Label.Color.init(rawValue:)) ?? .grey
            kind = form["kind"].flatMap(LeadStatus.Kind.init(rawValue:)) ?? .open
        }
    }

    init(_ words: LeadWords, draft: Draft?, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let (lists, settings) = (words.lists, words.lists.settings)
        let owners =
            [("assignee", "Whoever is given the conversation first"), ("nobody", "Nobody")]
            + words.colleagues.people.filter(\.isActive).map { ($0.account.id.text, $0.account.name) }
        let own: [String: any Sendable] = [
            "settingsAddress": "\(workspace.base)/settings/leads", "isAutomatic": settings.isAutomatic,
            "statusChoices": ChoiceView.list("The first that is open", lists.statuses.map { ($0.id, $0.name) }, chosen: settings.status),
            "sourceChoices": words.sourceChoices(chosen: settings.source),
            "ownerChoices": owners.map { ChoiceView(value: $0.0, label: $0.1, isSelected: $0.0 == settings.owner.text) },
            "currencyChoices": Currency.all.map { ChoiceView(value: $0.code, label: $0.code, isSelected: $0 == settings.currency) },
            "statuses": lists.statuses.map { StatusView($0, draft?.id == $0.id.text ? draft : nil, among: lists.statuses) },
            "newStatus": [StatusView(nil, draft?.id == nil ? draft : nil, among: lists.statuses)],
            "sources": lists.sources.map { source in SourceView(source, draft?.id == source.id.text ? draft : nil) },
            "newSourceName": draft?.id == "source" ? draft?.name ?? "" : "",
        ]
        names = own.with(SettingsTab.leads.names).with(workspace.names(title: "Leads", place: .settings, notice: notice))
    }

    struct StatusView: View {
        let names: [String: any Sendable]

        init(_ status: LeadStatus?, _ refused: Draft?, among statuses: [LeadStatus]) {
            let color = refused?.color ?? status?.color ?? .grey
            let kind = refused?.kind ?? status?.kind ?? .open
            names = [
                "statusID": (status?.id.text).orFalse, "statusKey": status?.id.text ?? "new", "statusTitle": status?.name ?? "",
                "statusName": refused?.name ?? status?.name ?? "", "statusIsOpen": refused != nil,
                "statusChip": status.map { [ChipView($0.name, tone: "label \($0.color.tone)")] } ?? [ChipView](),
                "statusKind": status?.kind.label ?? "",
                "colorChoices": Label.Color.allCases.map { ChoiceView(value: $0.rawValue, label: $0.name, isSelected: $0 == color) },
                "kindChoices": LeadStatus.Kind.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: $0 == kind) },
                "placeChoices": statuses.indices.map { place in
                    ChoiceView(value: String(place), label: String(place + 1), isSelected: statuses[place].id == status?.id)
                },
                "otherStatuses": statuses.filter { $0.id != status?.id }.map {
                    ChoiceView(value: $0.id.text, label: $0.name, isSelected: false)
                },
            ]
        }
    }

    struct SourceView: View {
        let names: [String: any Sendable]

        init(_ source: LeadSource, _ refused: Draft?) {
            names = [
                "sourceID": source.id.text, "sourceTitle": source.name, "sourceName": refused?.name ?? source.name,
                "sourceIsOpen": refused != nil,
            ]
        }
    }
}
