internal import Domain
internal import Hummingbird
internal import Services

/// What becomes of campaigns, and of each of their recipients.
struct CampaignReportRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let one = "/api/v1/campaigns/{campaign}"
        let filter: [Operation.Parameter] = [
            .init("state", Schema.choice(CampaignRecipient.State.self), "Only those who stand there."),
            .init("reason", Schema.text(), "With a state: why they are left out, or the code of the failure."),
            .init("replied", Schema.bool(), "Only those who answered."),
            .init("clicked", Schema.bool(), "Only those who tapped a quick reply."),
        ]
        return [
            Route(
                .get, "\(one)/report", allows: .grant(.campaignsView),
                operation: Operation(
                    "getCampaignReport", tag: "Campaigns", "What became of a campaign",
                    answer: .one(CampaignReportBody.self, "The report."),
                    problems: [CampaignProblem.missing]), respond: report),
            Route(
                .get, "\(one)/estimate", allows: .grant(.campaignsView),
                operation: Operation(
                    "estimateCampaign", tag: "Campaigns",
                    "What those who are still to be written to are likely to cost, and how long it takes",
                    answer: .one(CampaignEstimateBody.self, "The estimate."), problems: [CampaignProblem.missing]), respond: estimate),
            Route(
                .get, "\(one)/previews", allows: .grant(.campaignsView),
                operation: Operation(
                    "previewCampaign", tag: "Campaigns", "What the first recipients would get",
                    answer: .list(of: CampaignPreviewBody.self, "At most five."),
                    problems: [CampaignProblem.missing, CampaignProblem.templateMissing]), respond: previews),
            Route(
                .get, "\(one)/recipients", allows: .grant(.campaignsView),
                operation: Operation(
                    "listCampaignRecipients", tag: "Campaigns", "Who gets it, in the order of the audience",
                    query: [.limit, .after] + filter,
                    answer: .list(of: CampaignRecipientBody.self, "A page of recipients."), problems: [CampaignProblem.missing]),
                respond: recipients),
            Route(
                .get, "\(one)/recipients/export", allows: .grant(.contactsExport),
                operation: Operation(
                    "exportCampaignRecipients", tag: "Campaigns", "The recipients as CSV", query: filter,
                    answer: .other("text/csv", "A line each, behind a line of names."), problems: [CampaignProblem.missing]),
                respond: export),
        ]
    }

    @Sendable private func report(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(CampaignReportBody(try await services.campaigns.report(try id(context), access: context.access)))
    }

    @Sendable private func estimate(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(CampaignEstimateBody(try await services.campaigns.estimate(try id(context), access: context.access)))
    }

    @Sendable private func previews(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let previews = try await services.campaigns.previews(try id(context), access: context.access)
        return try JSONText.response(ListBody(data: previews.map(CampaignPreviewBody.init)))
    }

    private static let filters: Set<String> = ["state", "reason", "replied", "clicked"]

    @Sendable private func recipients(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.filters.union(["limit", "after"]))
        let page = try await services.campaigns.recipients(
            of: try id(context), try Self.filter(query), after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, CampaignRecipientBody.init))
    }

    @Sendable private func export(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.filters)
        return try await CampaignExport(services: services, access: context.access, signedIn: context.signedIn)
            .file(of: try id(context), try Self.filter(query), request)
    }

    static func filter(_ query: Query) throws -> CampaignRecipientFilter {
        let state = try query.choice("state", of: CampaignRecipient.State.self)
        if query["reason"] != nil, state == nil { throw RequestProblem.fieldMalformed("reason", expected: "given with a state") }
        return .init(
            state: state, reason: query["reason"], onlyReplied: try query.flag("replied"), onlyClicked: try query.flag("clicked"))
    }

    private func id(_ context: APIContext) throws -> Identifier<Campaign> { try context.id("campaign", of: Campaign.self) }
}
