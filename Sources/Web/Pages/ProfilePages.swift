internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The profile of one number: what customers see of it, and the forms that change it.
struct ProfilePages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let profile = "/app/{workspace}/whatsapp/senders/{sender}/profile"
        let pictures: [(name: String, field: ProfileField)] = [("picture", .picture), ("banner", .banner)]
        let (viewing, managing) = (RouteDeclaration.Callers.grant(.sendersView), RouteDeclaration.Callers.grant(.sendersManage))
        return RouteSet(
            member: [
                Route(.get, profile, allows: viewing, respond: show), Route(.post, profile, allows: managing, respond: save),
                Route(.post, "\(profile)/refresh", allows: managing, respond: refresh),
                Route(.post, "\(profile)/display-name", allows: managing, respond: rename),
            ]
                + pictures.flatMap { name, field -> [Route<MemberContext>] in
                    [
                        Route(.get, "\(profile)/\(name)", allows: viewing) { try await picture(field, $0, $1) },
                        Route(.post, "\(profile)/\(name)", allows: managing) { try await setPicture(field, $0, $1) },
                        Route(.post, "\(profile)/\(name)/removal", allows: managing) { try await removePicture(field, $0, $1) },
                    ]
                })
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("Saved. Customers see it like this from now on.")
            case "kept": PageNotice("Saved.")
            case "same": PageNotice("Nothing was changed.")
            case "fetched": PageNotice("Fetched from WhatsApp just now.")
            case "asked": PageNotice("WhatsApp reviews the name. Until then customers see the present one.")
            case "removed": PageNotice("Removed.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, form: ProfileView.Form? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let id = try sender(context)
        let sender = try await services.senders.sender(id, access: context.access)
        let profile = try await services.profiles.profile(of: id, access: context.access)
        let view = ProfileView(
            sender, profile, form ?? .init(profile.profile), notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func save(request: Request, context: MemberContext) async throws -> Response {
        _ = try await services.profiles.profile(of: sender(context), access: context.access)
        let fields = try await request.form()
        let draft = Self.draft(fields)
        // What the form showed when somebody began to write.
        let before = Self.draft(fields, before: "was-")
        let (change, problems) = draft.differing(from: before).check()
        let form = ProfileView.Form(draft, before: before)
        guard problems.isEmpty else { return try await refused(problems, form, request, context) }
        guard !change.isEmpty else { return try done("same", context) }
        return try await doing(form, request, context) {
            _ = try await services.profiles.change(change, of: sender(context), access: context.access)
            return change.remoteFields.isEmpty ? "kept" : "saved"
        }
    }

    private static func draft(_ fields: FormFields, before prefix: String = "") -> ProfileDraft {
        // Browsers write the ends of lines in two characters.
        func text(_ name: String) -> String? { fields[prefix + name]?.replacing("\r\n", with: "\n") }
        func rows(_ name: String) -> [String]? { text(name).map { $0.split(separator: "\n").map(String.init) } }
        let websites = fields.all("\(prefix)website")
        return ProfileDraft(
            about: text("about"), description: text("description"), address: text("address"), category: text("category"),
            websites: websites.isEmpty ? nil : websites, emails: rows("emails"), phones: rows("phones"))
    }

    @Sendable private func refresh(request: Request, context: MemberContext) async throws -> Response {
        try await doing(nil, request, context) {
            _ = try await services.profiles.refresh(sender(context), access: context.access)
            return "fetched"
        }
    }

    @Sendable private func rename(request: Request, context: MemberContext) async throws -> Response {
        let known = try await services.profiles.profile(of: sender(context), access: context.access)
        let fields = try await request.form()
        let name = try fields.require("displayName")
        // The form has a box to be ticked: a review can't be taken back.
        _ = try fields.require("confirmed")
        var form = ProfileView.Form(known.profile)
        form.name = name
        return try await doing(form, request, context) {
            _ = try await services.profiles.rename(name, of: sender(context), access: context.access)
            return "asked"
        }
    }

    private func picture(_ field: ProfileField, _ request: Request, _ context: MemberContext) async throws -> Response {
        MediaResponse.make(
            try await services.profiles.open(field, of: sender(context), range: request.headers[.range], access: context.access), request)
    }

    private func setPicture(_ field: ProfileField, _ request: Request, _ context: MemberContext) async throws -> Response {
        _ = try await services.profiles.profile(of: sender(context), access: context.access)
        guard let bytes = try await request.multipart().bytes("file") else { throw RequestProblem.fieldMissing("file") }
        return try await change(field, to: bytes, done: field == .banner ? "kept" : "saved", request, context)
    }

    private func removePicture(_ field: ProfileField, _ request: Request, _ context: MemberContext) async throws -> Response {
        try await change(field, to: nil, done: "removed", request, context)
    }

    private func change(
        _ field: ProfileField, to bytes: [UInt8]?, done: String, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        try await doing(nil, request, context) {
            let (id, profiles) = (try sender(context), services.profiles)
            _ =
                field == .banner
                ? try await profiles.setBanner(bytes, of: id, access: context.access)
                : try await profiles.setPicture(bytes, of: id, access: context.access)
            return done
        }
    }

    /// Does something with WhatsApp, which may say no: then the page comes back with what was written in it.
    private func doing(
        _ form: ProfileView.Form?, _ request: Request, _ context: MemberContext, _ deed: () async throws -> String
    ) async throws -> Response {
        do {
            return try done(try await deed(), context)
        } catch let problem as ProfileProblem {
            return try await refused([problem], form, request, context)
        } catch let problem as ChannelProblem {
            return try await page(
                request, context, notice: PageNotice(problem.detail, tone: .danger), form: form, status: problem.kind.status)
        }
    }

    private func refused(
        _ problems: [ProfileProblem], _ form: ProfileView.Form?, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let known = try await services.profiles.profile(of: sender(context), access: context.access)
        var form = form ?? .init(known.profile)
        form.problems = problems
        // What belongs to no field stands above all of them.
        let notice = problems.first { $0.about == nil }.map { PageNotice($0.detail, tone: .danger) }
        return try await page(request, context, notice: notice, form: form, status: problems[0].kind.status)
    }

    private func sender(_ context: MemberContext) throws -> Identifier<Sender> { try context.id("sender", of: Sender.self) }

    private func done(_ what: String, _ context: MemberContext) throws -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/whatsapp/senders/\(try sender(context))/profile?done=\(what)")
    }
}
