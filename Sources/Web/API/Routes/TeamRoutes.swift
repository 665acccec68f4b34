internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/teams`, `/api/v1/roles` and `/api/v1/assignees`: who looks after conversations together, and who sees which.
struct TeamRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] { teamRoutes + roleRoutes }

    private var teamRoutes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/teams", allows: .grant(.conversationsView),
                operation: Operation(
                    "listTeams", tag: "Teams", "The teams of the workspace, by name", answer: .list(of: TeamBody.self, "All teams.")),
                respond: list),
            Route(
                .post, "/api/v1/teams", allows: .grant(.membersManage),
                operation: Operation(
                    "addTeam", tag: "Teams", "Makes a team", body: NewTeamBody.self, answer: .one(TeamBody.self, status: 201, "The team."),
                    problems: [TeamProblem.nameEmpty, TeamProblem.nameTaken, TeamProblem.memberMissing]), respond: add),
            Route(
                .patch, "/api/v1/teams/{team}", allows: .grant(.membersManage),
                operation: Operation(
                    "changeTeam", tag: "Teams", "Changes a team's name or members", body: TeamChangeBody.self,
                    answer: .one(TeamBody.self, "The team."),
                    problems: [TeamProblem.missing, TeamProblem.nameTaken, TeamProblem.memberMissing]), respond: change),
            Route(
                .delete, "/api/v1/teams/{team}", allows: .grant(.membersManage),
                operation: Operation(
                    "deleteTeam", tag: "Teams", "Deletes a team; its conversations belong to no team afterwards",
                    answer: .nothing("It is gone."),
                    problems: [TeamProblem.missing]), respond: delete),
        ]
    }

    private var roleRoutes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/roles", allows: .grant(.membersManage),
                operation: Operation(
                    "listRoles", tag: "Teams", "The roles, and what their members see of the inbox",
                    answer: .list(of: RoleBody.self, "All roles.")),
                respond: roles),
            Route(
                .get, "/api/v1/distribution", allows: .grant(.membersManage),
                operation: Operation(
                    "getDistribution", tag: "Teams", "How conversations that no team has find a person",
                    answer: .one(DistributionBody.self, "How."))
            ) { try await distribution($0, $1) },
            Route(
                .put, "/api/v1/distribution", allows: .grant(.membersManage),
                operation: Operation(
                    "setDistribution", tag: "Teams", "Sets how conversations that no team has find a person", body: DistributionBody.self,
                    answer: .one(DistributionBody.self, "How."))
            ) { try await setDistribution($0, $1) },
            Route(
                .patch, "/api/v1/roles/{role}", allows: .grant(.membersManage),
                operation: Operation(
                    "changeRole", tag: "Teams", "Sets which conversations the members of a role see", body: RoleChangeBody.self,
                    answer: .one(RoleBody.self, "The role."), problems: [VisibilityProblem.fixed(.owner)]), respond: changeRole),
            Route(
                .get, "/api/v1/assignees", allows: .grant(.conversationsAssign),
                operation: Operation(
                    "listAssignees", tag: "Teams", "The people to whom a conversation can be given, by name",
                    answer: .list(of: AssigneeBody.self, "All of them.")), respond: assignees),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.teams.list(access: context.access).map(TeamBody.init)))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewTeamBody.self)
        let (teams, access) = (services.teams, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let team = try teams.create(
                name: input.name, members: input.members ?? [], distribution: input.distribution ?? .manual, access: access, in: transaction
            )
            return (try KeptAnswer(TeamBody(team), status: .created), team)
        }
        if let team = done.made { teams.announce(team, before: [], access: access) }
        return done.answer.response
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("team", of: Team.self)
        let input = try await APIWrite(request).decode(TeamChangeBody.self)
        let team = try await services.teams.change(
            id, name: input.name, members: input.members, distribution: input.distribution, access: context.access)
        return try JSONText.response(TeamBody(team))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.teams.delete(context.id("team", of: Team.self), access: context.access)
        return KeptAnswer.nothing.response
    }

    private func distribution(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(DistributionBody(distribution: try await services.teams.distribution(access: context.access)))
    }

    private func setDistribution(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(DistributionBody.self)
        try await services.teams.setDistribution(input.distribution, access: context.access)
        return try JSONText.response(input)
    }

    @Sendable private func roles(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        var bodies: [RoleBody] = []
        for role in Role.allCases { bodies.append(RoleBody(role, try await services.teams.visibility(of: role, access: context.access))) }
        return try JSONText.response(ListBody(data: bodies))
    }

    @Sendable private func changeRole(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        guard let role = Role(rawValue: try context.parameter("role")) else { throw RequestProblem.resourceMissing }
        let input = try await APIWrite(request).decode(RoleChangeBody.self)
        try await services.teams.setVisibility(input.visibility, of: role, access: context.access)
        return try JSONText.response(RoleBody(role, input.visibility))
    }

    @Sendable private func assignees(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(
            ListBody(
                data: try await services.conversations.assignees(access: context.access).people.filter(\.isActive).map(AssigneeBody.init)))
    }
}
