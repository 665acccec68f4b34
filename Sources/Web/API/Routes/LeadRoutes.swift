internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// `/api/v1/leads`: who may buy.
struct LeadRoutes: Sendable {
    let services: WebServices

    private static let filters: [Operation.Parameter] = [
        .init("text", Schema.text(), "Beginnings of words of the name or company. What is found comes in the order of the words."),
        .init("statuses", Schema.text(), "Ids of statuses with commas between: only those that have one of them."),
        .init("sources", Schema.text(), "Ids of sources with commas between."),
        .init("owner", Schema.text(), "Id of a member, or nobody."),
        .init("currency", Schema.text(), "Only those with a value in this currency."),
        .init("from", Schema.integer(), "Only those worth at least so much, in the smallest part of the currency."),
        .init("to", Schema.integer(), "Only those worth at most so much."),
        .init("createdFrom", Schema.instant(), "Only those made then or later."),
        .init("createdBefore", Schema.instant(), "Only those made before."),
        .init("hasContact", Schema.bool(), "true for those with a contact, false for the others."),
    ]
    private static let filterNames = Set(filters.map(\.name))
    private static let order = Operation.Parameter(
        "order", Schema.choice(LeadOrder.self), "What was changed last comes first, unless given.")

    private static let drafts: [any Problem] = [
        LeadProblem.nameEmpty, LeadProblem.fieldTooLong("name", count: 0, limit: 0), LeadProblem.valueOutOfRange,
        LeadProblem.currencyUnknown,
        LeadProblem.contactTaken(nil), LeadProblem.contactMissing, LeadProblem.ownerMissing, LeadListProblem.missing(.status),
        LeadListProblem.missing(.source),
    ]

    var routes: [Route<APIContext>] {
        let (all, one) = ("/api/v1/leads", "/api/v1/leads/{lead}")
        return [
            Route(
                .get, all, allows: .grant(.leadsView),
                operation: Operation(
                    "listLeads", tag: "Leads", "Leads; a page may have fewer than asked for and go on nevertheless",
                    query: Self.filters + [Self.order, .limit, .after], answer: .list(of: LeadBody.self, "A page of leads."),
                    problems: [PageProblem.cursorMalformed]), respond: list),
            Route(
                .post, all, allows: .grant(.leadsCreate),
                operation: Operation(
                    "addLead", tag: "Leads", "Makes a lead", body: LeadDraftBody.self,
                    answer: .one(LeadBody.self, status: 201, "The lead."), problems: Self.drafts), respond: add),
            Route(
                .get, "\(all)/board", allows: .grant(.leadsView),
                operation: Operation(
                    "showLeadBoard", tag: "Leads", "A column for each status, with its first leads", query: Self.filters,
                    answer: .list(of: LeadColumnBody.self, "The columns.")), respond: board),
            Route(
                .get, "\(all)/export", allows: .grant(.leadsExport),
                operation: Operation(
                    "exportLeads", tag: "Leads",
                    "What the list shows as CSV in UTF-8; what begins like a formula has an apostrophe in front",
                    query: Self.filters + [Self.order], answer: .other("text/csv", "A line each, behind a line of names.")), respond: export
            ),
            Route(
                .post, "\(all)/changes", allows: .grant(.leadsEdit),
                operation: Operation(
                    "changeLeads", tag: "Leads", "Gives several leads a status, an owner or both", body: LeadChangesBody.self,
                    answer: .one(LeadsChangedBody.self, "How many there were."),
                    problems: [
                        LeadProblem.missing, LeadProblem.noneChosen, LeadProblem.tooManyChosen(count: 0), LeadProblem.nothingChosen,
                        LeadProblem.ownerMissing,
                    ]), respond: changeSeveral),
            Route(
                .post, "\(all)/removal", allows: .grant(.leadsDelete),
                operation: Operation(
                    "deleteLeads", tag: "Leads", "Deletes several leads", body: LeadChoiceBody.self,
                    answer: .one(LeadsChangedBody.self, "How many there were."),
                    problems: [LeadProblem.missing, LeadProblem.noneChosen, LeadProblem.tooManyChosen(count: 0)]), respond: removeSeveral),
            Route(
                .get, one, allows: .grant(.leadsView),
                operation: Operation(
                    "showLead", tag: "Leads", "One lead", answer: .one(LeadBody.self, "The lead."), problems: [LeadProblem.missing]),
                respond: show),
            Route(
                .patch, one, allows: .grant(.leadsEdit),
                operation: Operation(
                    "changeLead", tag: "Leads", "Changes a lead; what isn't given stays", body: LeadDraftBody.self,
                    answer: .one(LeadBody.self, "The lead."), problems: Self.drafts + [LeadProblem.missing]), respond: change),
            Route(
                .delete, one, allows: .grant(.leadsDelete),
                operation: Operation(
                    "deleteLead", tag: "Leads", "Deletes a lead; its contact and conversations stay", answer: .nothing("It is gone."),
                    problems: [LeadProblem.missing]), respond: remove),
            Route(
                .get, "\(one)/history", allows: .grant(.leadsView),
                operation: Operation(
                    "showLeadHistory", tag: "Leads", "What was done with a lead, the newest first", query: [.limit, .after],
                    answer: .list(of: LeadDeedBody.self, "A page of it."), problems: [LeadProblem.missing, PageProblem.cursorMalformed]),
                respond: history),
            Route(
                .post, "\(one)/conversion", allows: .grant(.clientsCreate),
                operation: Operation(
                    "convertLead", tag: "Leads", "Makes a client of a lead, or finds the one that its contact belongs to; the lead is won",
                    answer: .one(ClientBody.self, "The client."),
                    problems: [LeadProblem.missing, LeadProblem.converted, ClientProblem.contactTaken(nil)]), respond: convert),
        ]
    }

    private static func filter(_ query: Query) throws -> LeadFilter {
        func ids<Entity: Identified>(_ name: String, of _: Entity.Type) throws(RequestProblem) -> [Identifier<Entity>] {
            var ids: [Identifier<Entity>] = []
            for text in query[name]?.split(separator: ",") ?? [] {
                guard let id = Identifier<Entity>(parsing: String(text)) else {
                    throw .fieldMalformed(name, expected: "ids that begin with \(Entity.identifierPrefix)_, with commas between")
                }
                ids.append(id)
            }
            return ids
        }
        func instant(_ name: String) throws(RequestProblem) -> Date? {
            guard let text = query[name] else { return nil }
            guard let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))) else {
                throw .fieldMalformed(name, expected: "an instant such as 2026-11-20T08:00:00Z")
            }
            return date
        }
        func amount(_ name: String) throws(RequestProblem) -> Int64? {
            guard let text = query[name] else { return nil }
            guard let amount = Int64(text), amount >= 0 else { throw .fieldMalformed(name, expected: "a whole number, not below 0") }
            return amount
        }
        var filter = LeadFilter(
            statuses: try ids("statuses", of: LeadStatus.self), sources: try ids("sources", of: LeadSource.self),
            createdFrom: try instant("createdFrom"), createdBefore: try instant("createdBefore"),
            hasContact: query["hasContact"] == nil ? nil : try query.flag("hasContact"), text: query["text"] ?? "")
        if let text = query["owner"] {
            guard let owner = LeadFilter.Owner(parsing: text) else {
                throw RequestProblem.fieldMalformed("owner", expected: "nobody or the id of a member")
            }
            filter.owner = owner
        }
        let (from, to) = (try amount("from"), try amount("to"))
        if let code = query["currency"] {
            guard let currency = Currency(parsing: code) else { throw LeadProblem.currencyUnknown }
            filter.value = .init(currency: currency, from: from, to: to)
        } else if from != nil || to != nil {
            throw RequestProblem.fieldMissing("currency")
        }
        return filter
    }

    private static func order(_ query: Query) throws -> LeadOrder { try query.choice("order", of: LeadOrder.self) ?? .changed }

    private func currency(_ context: APIContext) async throws -> Currency {
        try await services.leadLists.lists(access: .system("api", in: context.access.workspaceID)).settings.currency
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.filterNames.union(["limit", "after", "order"]))
        let answer = try await services.leads.list(
            try Self.filter(query), order: try Self.order(query), after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(answer.page, LeadBody.init))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let draft = try write.decode(LeadDraftBody.self).draft(currency: try await currency(context))
        let (leads, access) = (services.leads, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            (try KeptAnswer(LeadBody(try leads.create(draft, access: access, in: transaction)), status: .created), true)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func board(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.filterNames)
        let columns = try await services.leads.board(try Self.filter(query), access: context.access)
        return try JSONText.response(ListBody(data: columns.map(LeadColumnBody.init)))
    }

    @Sendable private func export(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.filterNames.union(["order"]))
        return try await LeadExport(services: services, access: context.access, signedIn: context.signedIn).file(
            try Self.filter(query), order: try Self.order(query), request)
    }

    @Sendable private func changeSeveral(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(LeadChangesBody.self)
        let owner: Identifier<Account>?? = input.owner == nil ? nil : .some(try RecordValue.id(input.owner, "owner"))
        let changed = try await services.leads.change(
            input.leads, status: try RecordValue.id(input.status, "status"), owner: owner, access: context.access)
        return try JSONText.response(LeadsChangedBody(changed: changed))
    }

    @Sendable private func removeSeveral(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(LeadChoiceBody.self)
        return try JSONText.response(LeadsChangedBody(changed: try await services.leads.remove(input.leads, access: context.access)))
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(LeadBody(try await services.leads.lead(context.id("lead", of: Lead.self), access: context.access)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("lead", of: Lead.self)
        let input = try await APIWrite(request).decode(LeadDraftBody.self)
        let usual = try await currency(context)
        let lead = try await services.leads.change(id, access: context.access) { try input.change($0, currency: usual) }
        return try JSONText.response(LeadBody(lead))
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        _ = try await services.leads.remove([context.id("lead", of: Lead.self)], access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func history(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let page = try await services.leads.deeds(
            of: context.id("lead", of: Lead.self), before: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, LeadDeedBody.init))
    }

    @Sendable private func convert(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let id = try context.id("lead", of: Lead.self)
        let (leads, access) = (services.leads, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            (try KeptAnswer(ClientBody(try leads.convert(id, access: access, in: transaction)), status: .ok), true)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }
}
