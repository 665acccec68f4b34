internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/campaigns`: one template to many people. What becomes of it is in ``CampaignReportRoutes``.
struct CampaignRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] { drafts + steps }

    private static let all = "/api/v1/campaigns"
    private static let one = "/api/v1/campaigns/{campaign}"

    private static let untimely: [any Problem] = [
        CampaignScheduleProblem.startMalformed, CampaignScheduleProblem.zoneUnknown, CampaignScheduleProblem.past,
        CampaignScheduleProblem.tooFar, CampaignScheduleProblem.quietHoursMalformed,
    ]

    private var drafts: [Route<APIContext>] {
        let (all, one) = (Self.all, Self.one)
        return [
            Route(
                .get, all, allows: .grant(.campaignsView),
                operation: Operation(
                    "listCampaigns", tag: "Campaigns", "Campaigns, the newest first",
                    query: [.limit, .after, .init("state", Schema.choice(CampaignState.self), "Only those that stand there.")],
                    answer: .list(of: CampaignBody.self, "A page of campaigns."), problems: [PageProblem.cursorMalformed]), respond: list),
            Route(
                .post, all, allows: .grant(.campaignsCreate),
                operation: Operation(
                    "addCampaign", tag: "Campaigns", "Makes a draft", body: CampaignPlanBody.self,
                    answer: .one(CampaignBody.self, status: 201, "The draft."),
                    problems: [
                        CampaignProblem.nameEmpty, CampaignProblem.nameTooLong(count: 0), CampaignProblem.tooMany,
                        CampaignProblem.tooManySenders(count: 0), CampaignProblem.tooManySources(count: 0),
                        CampaignProblem.tooManyPicked(count: 0), CampaignProblem.stopRuleMalformed, CampaignProblem.fileMissing,
                        CampaignProblem.phoneColumnMissing, CampaignProblem.regionUnknown(""),
                    ] + Self.untimely), respond: add),
            Route(
                .get, one, allows: .grant(.campaignsView),
                operation: Operation(
                    "getCampaign", tag: "Campaigns", "One campaign and what is counted of it",
                    answer: .one(CampaignBody.self, "The campaign."),
                    problems: [CampaignProblem.missing]), respond: show),
            Route(
                .patch, one, allows: .grant(.campaignsEdit),
                operation: Operation(
                    "changeCampaign", tag: "Campaigns", "Changes a draft or a scheduled campaign; what isn't given stays",
                    body: CampaignPlanBody.self, answer: .one(CampaignBody.self, "The campaign."),
                    problems: [CampaignProblem.missing, CampaignProblem.notNow(.edit, .running), CampaignProblem.nameEmpty] + Self.untimely),
                respond: change),
            Route(
                .delete, one, allows: .grant(.campaignsDelete),
                operation: Operation(
                    "deleteCampaign", tag: "Campaigns", "Deletes a campaign and its recipients; messages stay in their conversations",
                    answer: .nothing("It is gone."), problems: [CampaignProblem.missing, CampaignProblem.notNow(.delete, .running)]),
                respond: delete),
            Route(
                .post, "\(one)/copy", allows: .grant(.campaignsCreate),
                operation: Operation(
                    "copyCampaign", tag: "Campaigns", "Makes a draft with the same plan",
                    answer: .one(CampaignBody.self, status: 201, "The draft."),
                    problems: [CampaignProblem.missing, CampaignProblem.tooMany]),
                respond: copy),
            Route(
                .delete, "\(one)/file", allows: .grant(.campaignsEdit),
                operation: Operation(
                    "removeCampaignFile", tag: "Campaigns", "Takes the file of the template's header away",
                    answer: .one(CampaignBody.self, "The campaign."),
                    problems: [CampaignProblem.missing, CampaignProblem.noFile, CampaignProblem.notNow(.edit, .running)]),
                respond: step { try await $0.removeFile($1, access: $2) }),
        ]
    }

    private var steps: [Route<APIContext>] {
        let one = Self.one
        let unfit: [any Problem] = [
            CampaignProblem.missing, CampaignProblem.sendersMissing, CampaignProblem.templateMissing, CampaignProblem.otherAccount,
            TemplateProblem.fallbackMissing(key: ""), TemplateProblem.gone(name: ""),
        ]
        func operation(_ id: String, _ what: String, _ problems: [any Problem]) -> Operation {
            Operation(id, tag: "Campaigns", what, answer: .one(CampaignBody.self, "The campaign."), problems: problems)
        }
        return [
            Route(
                .post, "\(one)/preparation", allows: .grant(.campaignsEdit),
                operation: operation(
                    "prepareCampaign", "Finds out who gets it; the counts are exact once preparation is done",
                    unfit + [CampaignProblem.audienceMissing, CampaignProblem.groupMissing, CampaignProblem.contactMissing]),
                respond: step { try await $0.prepare($1, access: $2) }),
            Route(
                .put, "\(one)/schedule", allows: .grant(.campaignsEdit),
                operation: Operation(
                    "scheduleCampaign", tag: "Campaigns", "Has it begin by itself", body: CampaignTimeBody.self,
                    answer: .one(CampaignBody.self, "The campaign."),
                    problems: unfit + [CampaignProblem.startPast, CampaignProblem.notPrepared, CampaignProblem.audienceEmpty]),
                respond: schedule),
            Route(
                .delete, "\(one)/schedule", allows: .grant(.campaignsEdit),
                operation: operation(
                    "unscheduleCampaign", "Makes a draft of it again",
                    [CampaignProblem.missing, CampaignProblem.notNow(.unschedule, .draft)]),
                respond: step { try await $0.unschedule($1, access: $2) }),
            Route(
                .post, "\(one)/start", allows: .grant(.campaignsEdit),
                operation: operation(
                    "startCampaign", "Begins to send",
                    unfit + [CampaignProblem.notPrepared, CampaignProblem.audienceEmpty, CampaignProblem.notNow(.start, .running)]),
                respond: step { try await $0.start($1, access: $2) }),
            Route(
                .post, "\(one)/pause", allows: .grant(.campaignsEdit),
                operation: operation(
                    "pauseCampaign", "Nothing more of it leaves until it is resumed",
                    [CampaignProblem.missing, CampaignProblem.notNow(.pause, .draft)]),
                respond: step { try await $0.pause($1, access: $2) }),
            Route(
                .post, "\(one)/resumption", allows: .grant(.campaignsEdit),
                operation: operation("resumeCampaign", "Goes on where it was", unfit + [CampaignProblem.notNow(.resume, .draft)]),
                respond: step { try await $0.resume($1, access: $2) }),
            Route(
                .post, "\(one)/cancellation", allows: .grant(.campaignsEdit),
                operation: operation(
                    "cancelCampaign", "Ends it: whoever hasn't been written to won't be",
                    [CampaignProblem.missing, CampaignProblem.notNow(.cancel, .draft)]),
                respond: step { try await $0.cancel($1, access: $2) }),
            Route(
                .post, "\(one)/retry", allows: .grant(.campaignsEdit),
                operation: Operation(
                    "retryCampaign", tag: "Campaigns", "Gives those another attempt who failed for a reason that can pass",
                    body: CampaignRetryBody.self, answer: .one(CampaignBody.self, "The campaign."),
                    problems: unfit + [CampaignProblem.reasonUnknown(""), CampaignProblem.notNow(.retry, .draft)]), respond: retry),
            Route(
                .post, "\(one)/test", allows: .grant(.campaignsEdit),
                operation: Operation(
                    "testCampaign", tag: "Campaigns", "Sends it to one person; that counts nowhere", body: CampaignTestBody.self,
                    answer: .one(MessageBody.self, status: 201, "The message."),
                    problems: unfit + [SendingProblem.contactMissing, SendingProblem.contactUnreachable]), respond: test),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after", "state"])
        let state = try query.choice("state", of: CampaignState.self)
        let page = try await services.campaigns.list(
            state.map { [$0] }, after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, CampaignBody.init))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let (campaigns, access) = (services.campaigns, context.access)
        let plan = try await campaigns.completed(try write.decode(CampaignPlanBody.self).plan(now: services.now()), access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let campaign = try campaigns.create(plan, access: access, in: transaction)
            return (try KeptAnswer(CampaignBody(campaign, counts: .init()), status: .created), campaign.id)
        }
        if let id = done.made { campaigns.announce(id, "created", access) }
        return done.answer.response
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try await answer(try id(context), context)
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try id(context)
        let input = try await APIWrite(request).decode(CampaignPlanBody.self)
        let viewing = try await services.campaigns.plan(of: id, access: context.access)
        _ = try await services.campaigns.change(id, to: try input.plan(over: viewing, now: services.now()), access: context.access)
        return try await answer(id, context)
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.campaigns.delete(try id(context), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func copy(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        let copy = try await services.campaigns.duplicate(try id(context), access: context.access)
        return try JSONText.response(CampaignBody(copy, counts: .init()), status: .created)
    }

    @Sendable private func schedule(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try id(context)
        let input = try await APIWrite(request).decode(CampaignTimeBody.self)
        _ = try await services.campaigns.schedule(id, at: input.startsAt, access: context.access)
        return try await answer(id, context)
    }

    @Sendable private func retry(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try id(context)
        let write = try await APIWrite(request)
        let reasons = write.body.isEmpty ? nil : try write.decode(CampaignRetryBody.self).reasons
        _ = try await services.campaigns.retry(id, reasons: reasons, access: context.access)
        return try await answer(id, context)
    }

    @Sendable private func test(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try id(context)
        let write = try await APIWrite(request)
        let to = try write.decode(CampaignTestBody.self).to.recipient
        let (campaigns, access) = (services.campaigns, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let message = try campaigns.test(id, to: to, access: access, in: transaction)
            return (try KeptAnswer(MessageBody(message), status: .created), message)
        }
        if let message = done.made { services.sending.announce(message) }
        return done.answer.response
    }

    /// One that takes no words.
    private func step(
        _ body: @Sendable @escaping (CampaignService, Identifier<Campaign>, Access) async throws -> Campaign
    ) -> @Sendable (Request, APIContext) async throws -> Response {
        { request, context in
            _ = try Query(request)
            if request.method == .post { try await APIWrite(request).expectEmpty() }
            let id = try id(context)
            _ = try await body(services.campaigns, id, context.access)
            return try await answer(id, context)
        }
    }

    /// What was changed is shown to whoever changed it.
    private func answer(_ id: Identifier<Campaign>, _ context: APIContext) async throws -> Response {
        try JSONText.response(CampaignBody(try await services.campaigns.changed(id, access: context.access)))
    }

    private func id(_ context: APIContext) throws -> Identifier<Campaign> { try context.id("campaign", of: Campaign.self) }
}
