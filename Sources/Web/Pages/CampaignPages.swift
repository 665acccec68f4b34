internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Campaigns: their list, what is chosen for one, and what became of it.
struct CampaignPages: Sendable {
    private static let rowLimit = 50
    /// Templates and groups that the form offers.
    private static let choiceLimit = 200

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let (all, one) = ("/app/{workspace}/campaigns", "/app/{workspace}/campaigns/{campaign}")
        let (viewing, editing) = (RouteDeclaration.Callers.grant(.campaignsView), RouteDeclaration.Callers.grant(.campaignsEdit))
        return RouteSet(member: [
            Route(.get, all, allows: viewing, respond: list),
            Route(.get, "\(all)/new", allows: .grant(.campaignsCreate), respond: blank),
            Route(.post, "\(all)/new", allows: .grant(.campaignsCreate), respond: create),
            Route(.get, one, allows: viewing, respond: show), Route(.post, one, allows: editing, respond: act),
            Route(.get, "\(one)/edit", allows: editing, respond: edit), Route(.post, "\(one)/edit", allows: editing, respond: change),
            Route(.post, "\(one)/test", allows: editing, respond: test),
            Route(.post, "\(one)/removal", allows: .grant(.campaignsDelete), respond: delete),
            Route(.get, "\(one)/recipients", allows: viewing, respond: recipients),
            Route(.get, "\(one)/export", allows: .grant(.contactsExport), respond: export),
        ])
    }

    // MARK: The list

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let which = CampaignsView.Which(rawValue: request.query["show"] ?? "") ?? .all
        let page = try await services.campaigns.list(
            which.states, after: request.query["after"], limit: Self.rowLimit, access: context.access)
        let notice = request.query["done"] == "deleted" ? PageNotice("The campaign is gone. What it sent stays in the conversations.") : nil
        return printer.page(
            CampaignsView(page, which, isFirst: request.query["after"] == nil, notice: notice, in: printer.frame(request, context)))
    }

    // MARK: What is chosen

    @Sendable private func blank(request: Request, context: MemberContext) async throws -> Response {
        try await page(request, context, CampaignForm(zone: printer.frame(request, context).frame.times.zone.identifier), of: nil)
    }

    @Sendable private func edit(request: Request, context: MemberContext) async throws -> Response {
        let campaign = try await campaign(context).campaign
        return try await page(
            request, context, CampaignForm(campaign.plan, zone: printer.frame(request, context).frame.times.zone.identifier), of: campaign)
    }

    private func page(
        _ request: Request, _ context: MemberContext, _ form: CampaignForm, of campaign: Campaign?, problem: (any Problem)? = nil
    ) async throws -> Response {
        let access = context.access
        var templates = try await services.templates.list(
            TemplateFilter(visibility: .all, isSendable: true), after: nil, limit: Self.choiceLimit, access: access
        ).data
        // What is chosen stays a choice while WhatsApp holds it back, or it would be lost by saving.
        if let id = form.template, !templates.contains(where: { $0.id == id }),
            let chosen = try? await services.templates.template(id, access: access)
        {
            templates.insert(chosen, at: 0)
        }
        let view = CampaignFormView(
            form, campaign, senders: try await services.senders.list(access: access).filter { $0.removedAt == nil },
            templates: templates, groups: access.permits(.groupsView) ? try await services.groups.list(access: access) : [],
            problem: problem,
            in: printer.frame(request, context))
        return printer.page(view, status: problem?.kind.status ?? .ok)
    }

    @Sendable private func create(request: Request, context: MemberContext) async throws -> Response {
        try await save(request, context, nil)
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        try await save(request, context, try await campaign(context).campaign)
    }

    private func save(_ request: Request, _ context: MemberContext, _ campaign: Campaign?) async throws -> Response {
        let fields = try await request.form()
        var form = CampaignForm(fields)
        // What was made before a refusal stays a draft, which the next attempt changes.
        var saved = campaign
        do {
            var template: Template?
            if let id = form.template { template = try await services.templates.template(id, access: context.access) }
            form.mapping = try Self.mapping(fields, template, campaign)
            let plan = try form.plan(now: services.now(), keeping: campaign?.plan, choosesGroups: context.access.permits(.groupsView))
            let done =
                if let campaign {
                    try await services.campaigns.change(campaign.id, to: plan, access: context.access)
                } else {
                    try await services.campaigns.create(plan, access: context.access)
                }
            saved = done
            let place = address(context, done.id)
            // A template that was just chosen has variables to be filled in.
            let isNew = template != nil && template?.id != campaign?.plan.template && template?.parts.variables.isEmpty == false
            if isNew || fields["what"] == "stay" { return .seeOther("\(place)/edit#variables") }
            _ = try await services.campaigns.prepare(done.id, access: context.access)
            return .seeOther(place)
        } catch let problem as any Problem where [.invalid, .conflict, .missing].contains(problem.kind) {
            return try await page(request, context, form, of: saved, problem: problem)
        }
    }

    private static func mapping(_ fields: FormFields, _ template: Template?, _ campaign: Campaign?) throws -> TemplateMapping {
        guard let template else { return TemplateMapping() }
        guard fields["mapped"] == template.id.text else { return template.defaultMapping }
        return try MappingFieldsView.mapping(of: template.parts, in: fields)
    }

    // MARK: One campaign

    /// The page, or with `part=state` what of it changes by itself.
    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        try await show(request, context, notice: Self.notice(request.query["done"]))
    }

    private static func notice(_ done: String?) -> PageNotice? {
        switch done {
        case "tested": PageNotice("The test is on its way. It counts nowhere.")
        case "copied": PageNotice("This is a copy, which nobody gets before you start it.")
        default: nil
        }
    }

    private func show(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, problem: (any Problem)? = nil, testNumber: String = ""
    ) async throws -> Response {
        let (id, access) = (try context.id("campaign", of: Campaign.self), context.access)
        let report = try await services.campaigns.report(id, access: access)
        let isPart = request.method == .get && request.query["part"] == "state"
        // Both are counted from all recipients: too much for what is asked for again and again.
        let isReady = !isPart && report.campaign.state.isEditable && report.campaign.preparation == .done
        let previews = isReady ? (try? await services.campaigns.previews(id, access: access)) ?? [] : []
        let estimate = isReady ? try await services.campaigns.estimate(id, access: access) : nil
        let frame = printer.frame(request, context)
        let senders = access.permits(.sendersView) ? try await services.senders.names(access: access) : [:]
        var template: Template?
        if let id = report.campaign.plan.template { template = try? await services.templates.template(id, access: access) }
        let state = CampaignStateView(report, senders: senders, template: template, in: frame)
        if isPart { return printer.page(state) }
        let told = problem.map { PageNotice($0.detail, tone: .danger) } ?? notice
        return printer.page(
            CampaignView(
                state, report.campaign, previews: previews, estimate: estimate, testNumber: testNumber, notice: told, in: frame),
            status: problem?.kind.status ?? .ok)
    }

    @Sendable private func act(request: Request, context: MemberContext) async throws -> Response {
        let (id, access, form) = (try context.id("campaign", of: Campaign.self), context.access, try await request.form())
        let campaigns = services.campaigns
        do {
            switch form["what"] {
            case "prepare": _ = try await campaigns.prepare(id, access: access)
            case "start": _ = try await campaigns.start(id, access: access)
            case "schedule":
                let plan = try await campaign(context).campaign.plan
                try plan.timing?.check(now: services.now())
                guard let moment = plan.timing?.beginning(after: services.now()) else { throw CampaignProblem.startMissing }
                _ = try await campaigns.schedule(id, at: moment, access: access)
            case "unschedule": _ = try await campaigns.unschedule(id, access: access)
            case "pause": _ = try await campaigns.pause(id, access: access)
            case "resume": _ = try await campaigns.resume(id, access: access)
            case "cancel": _ = try await campaigns.cancel(id, access: access)
            case "retry": _ = try await campaigns.retry(id, reasons: form["reason"].map { [$0] }, access: access)
            case "duplicate":
                let copy = try await campaigns.duplicate(id, access: access)
                return .seeOther("\(address(context, copy.id))?done=copied")
            default:
                throw RequestProblem.fieldMalformed(
                    "what", expected: "one of prepare, start, schedule, unschedule, pause, resume, cancel, retry, duplicate")
            }
        } catch let problem as any Problem where problem.kind == .invalid || problem.kind == .conflict {
            return try await show(request, context, problem: problem)
        }
        return .seeOther(address(context, id))
    }

    @Sendable private func test(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("campaign", of: Campaign.self)
        let text = try await request.form()["to"] ?? ""
        do {
            let number = try PhoneNumber(parsing: text)
            _ = try await services.campaigns.test(id, to: .phone(number), access: context.access)
        } catch let problem as any Problem where problem.kind == .invalid || problem.kind == .conflict {
            return try await show(request, context, problem: problem, testNumber: text)
        }
        return .seeOther("\(address(context, id))?done=tested")
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        do {
            try await services.campaigns.delete(context.id("campaign", of: Campaign.self), access: context.access)
        } catch let problem as CampaignProblem where problem.kind == .conflict {
            return try await show(request, context, problem: problem)
        }
        return .seeOther("/app/\(context.workspace.slug.text)/campaigns?done=deleted")
    }

    // MARK: Recipients

    @Sendable private func recipients(request: Request, context: MemberContext) async throws -> Response {
        let campaign = try await campaign(context)
        let query = CampaignRecipientsView.Query(request.query["state"], request.query["reason"])
        let page = try await services.campaigns.recipients(
            of: campaign.campaign.id, query.filter, after: request.query["after"], limit: Self.rowLimit, access: context.access)
        return printer.page(CampaignRecipientsView(page, campaign, query, in: printer.frame(request, context)))
    }

    @Sendable private func export(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("campaign", of: Campaign.self)
        let filter = CampaignRecipientsView.Query(request.query["state"], request.query["reason"]).filter
        return try await CampaignExport(services: services, access: context.access, signedIn: context.signedIn).file(
            of: id, filter, request)
    }

    // MARK: Parts

    private func campaign(_ context: MemberContext) async throws -> CampaignSummary {
        try await services.campaigns.campaign(context.id("campaign", of: Campaign.self), access: context.access)
    }

    private func address(_ context: MemberContext, _ id: Identifier<Campaign>) -> String {
        "/app/\(context.workspace.slug.text)/campaigns/\(id)"
    }
}
