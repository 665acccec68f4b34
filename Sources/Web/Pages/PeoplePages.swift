internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Who belongs to the workspace, in which teams, and what they see of the inbox.
struct PeoplePages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let people = "/app/{workspace}/settings/people"
        let managing = RouteDeclaration.Callers.grant(.membersManage)
        return RouteSet(member: [
            Route(.get, people, allows: managing, respond: show),
            Route(.post, people, allows: managing, respond: add),
            Route(.post, "\(people)/{member}/role", allows: managing, respond: setRole),
            Route(.post, "\(people)/{member}/password-link", allows: managing, respond: makePasswordLink),
            Route(.post, "\(people)/{member}/removal", allows: managing, respond: remove),
            Route(.post, "\(people)/{member}/deactivation", allows: managing, respond: deactivate),
            Route(.post, "\(people)/{member}/activation", allows: managing, respond: activate),
            Route(.post, "/app/{workspace}/availability", allows: .grant(.conversationsView), respond: setAvailability),
            Route(.post, "\(people)/distribution", allows: managing, respond: setDistribution),
            Route(.post, "\(people)/visibility", allows: managing, respond: setVisibility),
            Route(.post, "\(people)/teams", allows: managing, respond: addTeam),
            Route(.post, "\(people)/teams/{team}", allows: managing, respond: changeTeam),
            Route(.post, "\(people)/teams/{team}/removal", allows: managing, respond: deleteTeam),
        ])
    }

    // MARK: The page

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "role": PageNotice("The role is changed.")
            case "removed": PageNotice("They are no longer a member. What they looked after is unassigned.")
            case "deactivated": PageNotice("They can't come in any more. What they looked after is unassigned.")
            case "activated": PageNotice("They can come in again.")
            case "distribution": PageNotice("Saved. It holds for what comes from now on.")
            case "visibility": PageNotice("Saved. It holds from now on, also for what is open.")
            case "team": PageNotice("The team is saved.")
            case "team-deleted": PageNotice("The team is gone. Its conversations belong to no team.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    /// - Parameter draft: what was filled in and refused.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, link: PeopleView.Link? = nil,
        draft: PeopleView.Draft = .init(), teamDraft: PeopleView.TeamDraft? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let view = PeopleView(
            try await services.members.list(access: context.access), teams: try await services.teams.list(access: context.access),
            visibility: try await services.teams.visibility(of: .agent, access: context.access),
            distribution: try await services.teams.distribution(access: context.access), link: link, draft: draft,
            teamDraft: teamDraft, canMakeOwners: context.role == .owner, notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    private func refused(_ problem: any Problem, _ request: Request, _ context: MemberContext) async throws -> Response {
        try await page(request, context, notice: PageNotice(problem.detail, tone: .danger), status: problem.kind.status)
    }

    private func done(_ what: String, _ context: MemberContext) -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/settings/people?done=\(what)")
    }

    // MARK: Members

    /// Answers with the page itself and not with a redirect: the link is in no address and no store, so it can be shown only here.
    @Sendable private func add(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        var draft = PeopleView.Draft(name: form["name"] ?? "", email: form["email"] ?? "", role: try Self.role(form))
        do {
            let new = try await services.members.add(
                email: draft.email, name: draft.name, role: draft.role, actor: context.role, access: context.access)
            let name = new.member.account.name
            guard let link = new.link else { return try await page(request, context, notice: PageNotice("\(name) is a member now.")) }
            return try await page(request, context, link: .init(name: name, path: link.setUpPath))
        } catch let problem as AccountProblem {
            draft.problem = problem
            return try await page(request, context, draft: draft, status: problem.kind.status)
        } catch let problem as MemberProblem {
            return try await page(
                request, context, notice: PageNotice(problem.detail, tone: .danger), draft: draft, status: problem.kind.status)
        }
    }

    @Sendable private func setRole(request: Request, context: MemberContext) async throws -> Response {
        let role = try Self.role(try await request.form())
        return try await perform("role", request, context) {
            _ = try await services.members.setRole(role, of: $0, actor: context.role, access: context.access)
        }
    }

    @Sendable private func makePasswordLink(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("member", of: Account.self)
        do {
            let token = try await services.members.passwordLink(for: id, actor: context.role, access: context.access)
            let name = try await services.members.list(access: context.access).first { $0.account.id == id }?.account.name ?? ""
            return try await page(request, context, link: .init(name: name, path: token.setUpPath))
        } catch let problem as MemberProblem where problem != .missing {
            return try await refused(problem, request, context)
        }
    }

    @Sendable private func remove(request: Request, context: MemberContext) async throws -> Response {
        try await perform("removed", request, context) {
            try await services.members.remove($0, actor: context.role, access: context.access)
        }
    }

    @Sendable private func deactivate(request: Request, context: MemberContext) async throws -> Response {
        try await perform("deactivated", request, context) {
            try await services.members.deactivate($0, actor: context.role, access: context.access)
        }
    }

    @Sendable private func activate(request: Request, context: MemberContext) async throws -> Response {
        try await perform("activated", request, context) {
            try await services.members.activate($0, actor: context.role, access: context.access)
        }
    }

    private func perform(
        _ what: String, _ request: Request, _ context: MemberContext, _ work: (Identifier<Account>) async throws -> Void
    ) async throws -> Response {
        do {
            try await work(try context.id("member", of: Account.self))
        } catch let problem as MemberProblem where problem != .missing {
            return try await refused(problem, request, context)
        }
        return done(what, context)
    }

    /// Of one's own; back to where the menu was opened.
    @Sendable private func setAvailability(request: Request, context: MemberContext) async throws -> Response {
        guard let availability = Availability(rawValue: try await request.form().require("availability")) else {
            throw RequestProblem.fieldMalformed("availability", expected: "available or away")
        }
        try await services.members.setAvailability(availability, access: context.access)
        let base = "/app/\(context.workspace.slug.text)"
        return .done(request, next: request.formerPage(under: base) ?? "\(base)/whatsapp")
    }

    private static func role(_ form: FormFields) throws -> Role {
        guard let role = Role(rawValue: try form.require("role")) else {
            throw RequestProblem.fieldMalformed("role", expected: "one of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return role
    }

    // MARK: Teams

    @Sendable private func setDistribution(request: Request, context: MemberContext) async throws -> Response {
        guard let distribution = Distribution(rawValue: try await request.form().require("distribution")) else {
            throw RequestProblem.fieldMalformed("distribution", expected: "manual, round-robin or least-busy")
        }
        try await services.teams.setDistribution(distribution, access: context.access)
        return done("distribution", context)
    }

    @Sendable private func setVisibility(request: Request, context: MemberContext) async throws -> Response {
        guard let level = VisibilityLevel(rawValue: try await request.form().require("visibility")) else {
            throw RequestProblem.fieldMalformed("visibility", expected: "own, team or all")
        }
        try await services.teams.setVisibility(level, of: .agent, access: context.access)
        return done("visibility", context)
    }

    @Sendable private func addTeam(request: Request, context: MemberContext) async throws -> Response {
        let draft = PeopleView.TeamDraft(id: nil, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.teams.create(
                name: draft.name, members: draft.members, distribution: draft.distribution, access: context.access)
        }
    }

    @Sendable private func changeTeam(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("team", of: Team.self)
        let draft = PeopleView.TeamDraft(id: id, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.teams.change(
                id, name: draft.name, members: draft.members, distribution: draft.distribution, access: context.access)
        }
    }

    private func save(
        _ draft: PeopleView.TeamDraft, _ request: Request, _ context: MemberContext, _ work: () async throws -> Void
    ) async throws -> Response {
        do {
            try await work()
        } catch let problem as TeamProblem where problem != .missing {
            var draft = draft
            draft.problem = problem
            return try await page(request, context, teamDraft: draft, status: problem.kind.status)
        }
        return done("team", context)
    }

    @Sendable private func deleteTeam(request: Request, context: MemberContext) async throws -> Response {
        try await services.teams.delete(context.id("team", of: Team.self), access: context.access)
        return done("team-deleted", context)
    }
}
