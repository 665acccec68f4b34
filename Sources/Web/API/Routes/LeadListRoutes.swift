internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/lead-statuses`, `/lead-sources` and `/lead-settings`: what a workspace keeps for its leads.
struct LeadListRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let (status, source) = ("/api/v1/lead-statuses/{leadStatus}", "/api/v1/lead-sources/{leadSource}")
        let (viewing, managing) = (RouteDeclaration.Callers.grant(.leadsView), RouteDeclaration.Callers.grant(.settingsManage))
        return [
            Route(
                .get, "/api/v1/lead-statuses", allows: viewing,
                operation: Operation(
                    "listLeadStatuses", tag: "Leads", "The statuses of leads, in their order",
                    answer: .list(of: LeadStatusBody.self, "All statuses.")), respond: listStatuses),
            Route(
                .post, "/api/v1/lead-statuses", allows: managing,
                operation: Operation(
                    "addLeadStatus", tag: "Leads", "Makes a status at the end of the list", body: LeadStatusDraftBody.self,
                    answer: .one(LeadStatusBody.self, status: 201, "The status."),
                    problems: [LeadListProblem.nameEmpty(.status), LeadListProblem.nameTaken(.status), LeadListProblem.tooMany(.status)]),
                respond: addStatus),
            Route(
                .patch, status, allows: managing,
                operation: Operation(
                    "changeLeadStatus", tag: "Leads", "Changes a status or its place", body: LeadStatusDraftBody.self,
                    answer: .one(LeadStatusBody.self, "The status."),
                    problems: [LeadListProblem.missing(.status), LeadListProblem.nameTaken(.status), LeadListProblem.lastOpen]),
                respond: changeStatus),
            Route(
                .delete, status, allows: managing,
                operation: Operation(
                    "deleteLeadStatus", tag: "Leads", "Deletes a status; leads that have it get another",
                    query: [.init("into", Schema.id(LeadStatus.self), "The status that they get.")], answer: .nothing("It is gone."),
                    problems: [LeadListProblem.missing(.status), LeadListProblem.lastOpen, LeadListProblem.replacementMissing]),
                respond: deleteStatus),
            Route(
                .get, "/api/v1/lead-sources", allows: viewing,
                operation: Operation(
                    "listLeadSources", tag: "Leads", "Where leads come from, by name",
                    answer: .list(of: LeadSourceBody.self, "All sources.")), respond: listSources),
            Route(
                .post, "/api/v1/lead-sources", allows: managing,
                operation: Operation(
                    "addLeadSource", tag: "Leads", "Makes a source", body: LeadSourceDraftBody.self,
                    answer: .one(LeadSourceBody.self, status: 201, "The source."),
                    problems: [LeadListProblem.nameEmpty(.source), LeadListProblem.nameTaken(.source), LeadListProblem.tooMany(.source)]),
                respond: addSource),
            Route(
                .patch, source, allows: managing,
                operation: Operation(
                    "changeLeadSource", tag: "Leads", "Changes the name of a source", body: LeadSourceDraftBody.self,
                    answer: .one(LeadSourceBody.self, "The source."),
                    problems: [LeadListProblem.missing(.source), LeadListProblem.nameTaken(.source)]), respond: changeSource),
            Route(
                .delete, source, allows: managing,
                operation: Operation(
                    "deleteLeadSource", tag: "Leads", "Deletes a source; leads that have it have none", answer: .nothing("It is gone."),
                    problems: [LeadListProblem.missing(.source)]), respond: deleteSource),
            Route(
                .get, "/api/v1/lead-settings", allows: viewing,
                operation: Operation(
                    "showLeadSettings", tag: "Leads", "What is done with leads by themselves",
                    answer: .one(LeadSettingsBody.self, "The settings.")), respond: showSettings),
            Route(
                .put, "/api/v1/lead-settings", allows: managing,
                operation: Operation(
                    "setLeadSettings", tag: "Leads", "Says what is done with leads by themselves", body: LeadSettingsBody.self,
                    answer: .one(LeadSettingsBody.self, "The settings."),
                    problems: [
                        LeadListProblem.missing(.status), LeadListProblem.missing(.source), LeadProblem.ownerMissing,
                        LeadProblem.currencyUnknown,
                    ]), respond: setSettings),
        ]
    }

    // MARK: Statuses

    @Sendable private func listStatuses(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let lists = try await services.leadLists.lists(access: context.access)
        return try JSONText.response(ListBody(data: lists.statuses.map(LeadStatusBody.init)))
    }

    @Sendable private func addStatus(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(LeadStatusDraftBody.self)
        let (lists, access) = (services.leadLists, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let status = try lists.create(
                status: input.name ?? "", color: input.color ?? .grey, kind: input.kind ?? .open, access: access, in: transaction)
            return (try KeptAnswer(LeadStatusBody(status), status: .created), true)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func changeStatus(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(LeadStatusDraftBody.self)
        let status = try await services.leadLists.change(
            status: context.id("leadStatus", of: LeadStatus.self), name: input.name, color: input.color, kind: input.kind,
            place: input.place,
            access: context.access)
        return try JSONText.response(LeadStatusBody(status))
    }

    @Sendable private func deleteStatus(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["into"])
        try await services.leadLists.delete(
            status: context.id("leadStatus", of: LeadStatus.self), into: try query.id("into", of: LeadStatus.self), access: context.access)
        return KeptAnswer.nothing.response
    }

    // MARK: Sources

    @Sendable private func listSources(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let lists = try await services.leadLists.lists(access: context.access)
        return try JSONText.response(ListBody(data: lists.sources.map(LeadSourceBody.init)))
    }

    @Sendable private func addSource(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(LeadSourceDraftBody.self)
        let (lists, access) = (services.leadLists, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let source = try lists.create(source: input.name, access: access, in: transaction)
            return (try KeptAnswer(LeadSourceBody(source), status: .created), true)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func changeSource(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(LeadSourceDraftBody.self)
        let source = try await services.leadLists.change(
            source: context.id("leadSource", of: LeadSource.self), name: input.name, access: context.access)
        return try JSONText.response(LeadSourceBody(source))
    }

    @Sendable private func deleteSource(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.leadLists.delete(source: context.id("leadSource", of: LeadSource.self), access: context.access)
        return KeptAnswer.nothing.response
    }

    // MARK: Settings

    @Sendable private func showSettings(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(LeadSettingsBody(try await services.leadLists.lists(access: context.access).settings))
    }

    @Sendable private func setSettings(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let settings = try await APIWrite(request).decode(LeadSettingsBody.self).settings()
        try await services.leadLists.save(settings, access: context.access)
        return try JSONText.response(LeadSettingsBody(settings))
    }
}
