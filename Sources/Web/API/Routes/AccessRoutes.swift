internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/keys`, `/api/v1/members` and `/api/v1/sessions`: who may do what.
struct AccessRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] { keyRoutes + memberRoutes + sessionRoutes }

    private var keyRoutes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/keys", allows: .grant(.keysManage),
                operation: Operation("listKeys", tag: "Access", "API keys, newest first", answer: .list(of: APIKeyBody.self, "All keys.")),
                respond: listKeys),
            Route(
                .post, "/api/v1/keys", allows: .grant(.keysManage),
                operation: Operation(
                    "createKey", tag: "Access", "Makes an API key; its token is in this answer and nowhere else", body: NewAPIKeyBody.self,
                    answer: .one(APIKeyBody.self, status: 201, "The key, with its token."),
                    problems: [APIKeyProblem.nameEmpty, APIKeyProblem.scopeNotHeld(.send)]), respond: createKey),
            Route(
                .delete, "/api/v1/keys/{key}", allows: .grant(.keysManage),
                operation: Operation(
                    "revokeKey", tag: "Access", "Revokes an API key", answer: .nothing("It no longer works."),
                    problems: [APIKeyProblem.missing]),
                respond: revokeKey),
        ]
    }

    private var memberRoutes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/members", allows: .grant(.membersManage),
                operation: Operation(
                    "listMembers", tag: "Access", "The members of the workspace", answer: .list(of: MemberBody.self, "All members.")),
                respond: listMembers),
            Route(
                .post, "/api/v1/members", allows: .grant(.membersManage),
                operation: Operation(
                    "addMember", tag: "Access", "Adds a member; who has no account yet gets a link under which to choose a password",
                    body: NewMemberBody.self, answer: .one(MemberBody.self, status: 201, "The member."),
                    problems: [
                        AccountProblem.emailMalformed, AccountProblem.emailTaken, MemberProblem.ownersOnly, MemberProblem.invitationPending,
                    ]), respond: addMember),
            Route(
                .patch, "/api/v1/members/{member}", allows: .grant(.membersManage),
                operation: Operation(
                    "changeMember", tag: "Access", "Changes a member's role", body: MemberChangeBody.self,
                    answer: .one(MemberBody.self, "The member."),
                    problems: [MemberProblem.missing, MemberProblem.ownersOnly, MemberProblem.lastOwner]), respond: changeMember),
            Route(
                .post, "/api/v1/members/{member}/password-link", allows: .grant(.membersManage),
                operation: Operation(
                    "makePasswordLink", tag: "Access", "Makes a link under which a member chooses a new password, once, within a week",
                    answer: .one(PasswordLinkBody.self, "The link; it is in this answer and nowhere else."),
                    problems: [MemberProblem.missing, MemberProblem.ownersOnly, MemberProblem.elsewhereToo]), respond: makePasswordLink),
            Route(
                .delete, "/api/v1/members/{member}", allows: .grant(.membersManage),
                operation: Operation(
                    "removeMember", tag: "Access", "Takes a member out of the workspace", answer: .nothing("They are no longer a member."),
                    problems: [MemberProblem.missing, MemberProblem.ownersOnly, MemberProblem.lastOwner]), respond: removeMember),
            Route(
                .post, "/api/v1/members/{member}/deactivation", allows: .grant(.membersManage),
                operation: Operation(
                    "deactivateMember", tag: "Access",
                    "Closes the workspace to a member: what they have open ends, and their conversations are unassigned",
                    answer: .nothing("They can't come in any more."),
                    problems: [MemberProblem.missing, MemberProblem.ownersOnly, MemberProblem.lastOwner])
            ) { try await deactivate($0, $1) },
            Route(
                .delete, "/api/v1/members/{member}/deactivation", allows: .grant(.membersManage),
                operation: Operation(
                    "activateMember", tag: "Access", "Opens the workspace again to a member who was deactivated",
                    answer: .nothing("They can come in."), problems: [MemberProblem.missing, MemberProblem.ownersOnly])
            ) { try await activate($0, $1) },
            Route(
                .patch, "/api/v1/me", allows: .person,
                operation: Operation(
                    "changeMe", tag: "Access", "Gives the person who asks another name, in all their workspaces", body: OwnChangeBody.self,
                    answer: .one(MemberBody.self, "The person, as a member."),
                    problems: [AccountProblem.nameEmpty, AccountProblem.nameTooLong(count: 81)]), respond: changeMe),
            Route(
                .put, "/api/v1/availability", allows: .person,
                operation: Operation(
                    "setAvailability", tag: "Access", "Whether the person who asks takes new conversations", body: AvailabilityBody.self,
                    answer: .nothing("It is so.")), respond: setAvailability),
        ]
    }

    private var sessionRoutes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/sessions", allows: .person,
                operation: Operation(
                    "listSessions", tag: "Access", "The sessions of the person who asks",
                    answer: .list(of: SessionBody.self, "All sessions.")),
                respond: listSessions),
            Route(
                .delete, "/api/v1/sessions/{session}", allows: .person,
                operation: Operation(
                    "endSession", tag: "Access", "Ends one of the own sessions", answer: .nothing("It has ended."),
                    problems: [SessionProblem.missing]),
                respond: endSession),
        ]
    }

    @Sendable private func listKeys(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.keys.list(access: context.access).map { APIKeyBody($0) }))
    }

    @Sendable private func createKey(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewAPIKeyBody.self)
        let (keys, access) = (services.keys, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let new = try keys.create(name: input.name, scopes: Set(input.scopes), access: access, in: transaction)
            return (try KeptAnswer(APIKeyBody(new), status: .created), true)
        }
        services.signals.eventsAppended(in: access.workspaceID)
        return done.answer.response
    }

    @Sendable private func revokeKey(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.keys.revoke(context.id("key", of: APIKey.self), access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func listMembers(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ListBody(data: try await services.members.list(access: context.access).map { MemberBody($0) }))
    }

    @Sendable private func addMember(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(NewMemberBody.self)
        let (members, access, role) = (services.members, context.access, context.role)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let new = try members.add(email: input.email, name: input.name, role: input.role, actor: role, access: access, in: transaction)
            return (try KeptAnswer(MemberBody(new.member, link: new.link), status: .created), new)
        }
        if let new = done.made { members.announce(new, access: access) }
        return done.answer.response
    }

    @Sendable private func changeMember(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("member", of: Account.self)
        let input = try await APIWrite(request).decode(MemberChangeBody.self)
        let member = try await services.members.setRole(input.role, of: id, actor: context.role, access: context.access)
        return try JSONText.response(MemberBody(member))
    }

    @Sendable private func makePasswordLink(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        let id = try context.id("member", of: Account.self)
        let link = try await services.members.passwordLink(for: id, actor: context.role, access: context.access)
        return try JSONText.response(PasswordLinkBody(link))
    }

    @Sendable private func removeMember(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.members.remove(context.id("member", of: Account.self), actor: context.role, access: context.access)
        return KeptAnswer.nothing.response
    }

    private func deactivate(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        try await services.members.deactivate(context.id("member", of: Account.self), actor: context.role, access: context.access)
        return KeptAnswer.nothing.response
    }

    private func activate(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.members.activate(context.id("member", of: Account.self), actor: context.role, access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func changeMe(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(OwnChangeBody.self)
        return try JSONText.response(MemberBody(try await services.members.rename(to: input.name, access: context.access)))
    }

    @Sendable private func setAvailability(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(AvailabilityBody.self)
        try await services.members.setAvailability(input.availability, access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func listSessions(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        guard let signedIn = context.signedIn else { throw AccessProblem.personNeeded }
        let sessions = try await services.sessions.list(of: signedIn)
        return try JSONText.response(ListBody(data: sessions.map { SessionBody($0, current: signedIn.session.id) }))
    }

    @Sendable private func endSession(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        guard let signedIn = context.signedIn else { throw AccessProblem.personNeeded }
        try await services.sessions.end(context.id("session", of: Session.self), of: signedIn)
        return KeptAnswer.nothing.response
    }
}
