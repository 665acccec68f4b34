internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/senders/{sender}/profile`: what customers see of a number.
struct ProfileRoutes: Sendable {
    let services: WebServices

    private static let profile = "/api/v1/senders/{sender}/profile"
    private static let tag = "Profiles"
    private static let answer = Operation.Answer.one(ProfileBody.self, "The profile.")
    private static let asking: [any Problem] = [
        SenderProblem.missing, ProfileProblem.unsupported, ChannelProblem.temporary(""), ChannelProblem.credentials(""),
    ]

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, Self.profile, allows: .grant(.sendersView),
                operation: Operation(
                    "getProfile", tag: Self.tag, "The profile of a number, as it was last read from WhatsApp", answer: Self.answer,
                    problems: [SenderProblem.missing]), respond: get),
            Route(
                .patch, Self.profile, allows: .grant(.sendersManage),
                operation: Operation(
                    "changeProfile", tag: Self.tag, "Writes what is given to WhatsApp and reads it back; what is left out stays",
                    body: ProfileChangeBody.self, answer: Self.answer,
                    problems: Self.asking + [
                        ProfileProblem.tooLong(.about, count: 0, limit: 0), ProfileProblem.tooMany(.websites, count: 0, limit: 0),
                        ProfileProblem.aboutEmpty, ProfileProblem.categoryUnknown, ProfileProblem.websiteMalformed(""),
                        ProfileProblem.emailMalformed(""), ProfileProblem.phoneMalformed(""), ProfileProblem.refused(.about, ""),
                    ]), respond: change),
            Route(
                .post, "\(Self.profile)/refresh", allows: .grant(.sendersManage),
                operation: Operation(
                    "refreshProfile", tag: Self.tag, "Asks WhatsApp for the profile now", answer: Self.answer, problems: Self.asking),
                respond: refresh),
            Route(
                .put, "\(Self.profile)/display-name", allows: .grant(.sendersManage),
                operation: Operation(
                    "requestDisplayName", tag: Self.tag, "Asks WhatsApp for another display name, which is reviewed",
                    body: DisplayNameBody.self, answer: Self.answer,
                    problems: Self.asking + [
                        ProfileProblem.nameEmpty, ProfileProblem.nameLength(count: 0), ProfileProblem.nameMalformed,
                        ProfileProblem.nameUnchanged, ProfileProblem.refused(.displayName, ""),
                    ]), respond: rename),
        ] + pictures("picture", .picture, "logo") + pictures("banner", .banner, "banner")
    }

    private func pictures(_ name: String, _ field: ProfileField, _ words: String) -> [Route<APIContext>] {
        let id = name.prefix(1).uppercased() + name.dropFirst()
        return [
            Route(
                .get, "\(Self.profile)/\(name)", allows: .grant(.sendersView),
                operation: Operation(
                    "getProfile\(id)", tag: Self.tag, "The bytes of the \(words)", answer: .other("image/*", "The \(words)."),
                    problems: [SenderProblem.missing, ProfileProblem.pictureMissing(field)])
            ) { request, context in
                _ = try Query(request)
                return MediaResponse.make(
                    try await services.profiles.open(
                        field, of: sender(context), range: request.headers[.range], access: context.access), request)
            },
            Route(
                .put, "\(Self.profile)/\(name)", allows: .grant(.sendersManage),
                operation: Operation(
                    "setProfile\(id)", tag: Self.tag, "Another \(words); the body is the file itself", bodyType: "image/*",
                    answer: Self.answer,
                    problems: Self.asking + [
                        ProfileProblem.pictureTypeWrong(field), ProfileProblem.pictureTooLarge(field),
                        ProfileProblem.pictureUnreadable(field), ProfileProblem.pictureNotSquare(.init(width: 0, height: 0)),
                        ProfileProblem.pictureTooSmall(.init(width: 0, height: 0)), ProfileProblem.refused(field, ""),
                    ])
            ) { request, context in
                _ = try Query(request)
                let bytes = Array(buffer: try await request.bytes(upTo: ProfilePicture.byteLimit))
                return try await set(bytes, as: field, context)
            },
            Route(
                .delete, "\(Self.profile)/\(name)", allows: .grant(.sendersManage),
                operation: Operation(
                    "deleteProfile\(id)", tag: Self.tag, "Takes the \(words) away", answer: Self.answer, problems: Self.asking)
            ) { request, context in
                _ = try Query(request)
                return try await set(nil, as: field, context)
            },
        ]
    }

    private func set(_ bytes: [UInt8]?, as field: ProfileField, _ context: APIContext) async throws -> Response {
        let (id, access) = (try sender(context), context.access)
        let profile =
            field == .banner
            ? try await services.profiles.setBanner(bytes, of: id, access: access)
            : try await services.profiles.setPicture(bytes, of: id, access: access)
        return try JSONText.response(ProfileBody(profile))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ProfileBody(try await services.profiles.profile(of: sender(context), access: context.access)))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let (change, problems) = try await APIWrite(request).decode(ProfileChangeBody.self).draft.check()
        if let problem = problems.first { throw problem }
        return try JSONText.response(
            ProfileBody(try await services.profiles.change(change, of: sender(context), access: context.access)))
    }

    @Sendable private func refresh(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let access = context.access
        // WhatsApp is asked before the transaction, so a repeat is looked for before that too.
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        let profile = try await services.profiles.refresh(sender(context), access: access)
        let answer = try KeptAnswer(ProfileBody(profile), status: .ok)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in (answer, true) }.answer.response
    }

    @Sendable private func rename(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(DisplayNameBody.self)
        return try JSONText.response(
            ProfileBody(try await services.profiles.rename(input.displayName, of: sender(context), access: context.access)))
    }

    private func sender(_ context: APIContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }
}
