internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The queue of one number: what waits and why, and what can be done about it.
struct QueuePages: Sendable {
    /// Messages of a page.
    static let rowLimit = 50
    /// Messages of unknown outcome that are shown; the API has them all.
    static let unknownLimit = 20

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let queue = "/app/{workspace}/whatsapp/senders/{sender}/queue"
        return RouteSet(member: [
            Route(.get, queue, allows: .grant(.sendersView), respond: show),
            Route(.post, "\(queue)/pause", allows: .grant(.sendersManage), respond: pause),
            Route(.post, "\(queue)/resume", allows: .grant(.sendersManage), respond: resume),
            Route(.post, "\(queue)/clear", allows: .grant(.sendersManage), respond: clear),
            Route(.post, "\(queue)/retry", allows: .grant(.sendersManage), respond: retry),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let (id, access) = (try context.id("sender", of: Sender.self), context.access)
        let after = request.uri.queryParameters["after"].map(String.init)
        let overview = try await services.queues.summary(of: id, access: access)
        let mayRead = access.permits(.conversationsView)
        let waiting = mayRead ? try await services.queues.waiting(in: id, after: after, limit: Self.rowLimit, access: access) : nil
        let unknown =
            mayRead && overview.queue.unknown.count > 0
            ? try await services.queues.unknown(in: id, after: nil, limit: Self.unknownLimit, access: access).data : []
        let frame = printer.frame(request, context)
        let state = QueueStateView(
            overview, waiting: waiting, unknown: unknown, after: after,
            pausedBy: try await name(of: overview.queue.hold.pausedBy, access),
            in: frame)
        if request.uri.queryParameters["part"] == "state" { return printer.page(state) }
        return printer.page(QueueView(overview.sender, state, notice: Self.notice(request), in: frame))
    }

    // MARK: Changes

    @Sendable private func pause(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("sender", of: Sender.self)
        _ = try await services.queues.set(paused: true, id, access: context.access)
        return .done(request, next: Self.address(of: id, context))
    }

    @Sendable private func resume(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("sender", of: Sender.self)
        _ = try await services.queues.set(paused: false, id, access: context.access)
        return .done(request, next: Self.address(of: id, context))
    }

    /// Scripts get figures and go on by themselves; a browser without them comes back to the page, which says what remains.
    @Sendable private func clear(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("sender", of: Sender.self)
        let form = try await request.form()
        let lane = try form["lane"].flatMap { $0.isEmpty ? nil : $0 }.map { text in
            guard let name = Lane.Name(rawValue: text) else {
                throw RequestProblem.fieldMalformed("lane", expected: "reply, notification or campaign")
            }
            return name.lane
        }
        let end = try form["upTo"].flatMap { $0.isEmpty ? nil : $0 }.map { try SenderQueue.End(parsing: $0) }
        let done = try await services.queues.clear(id, lane: lane, upTo: end, access: context.access)
        guard request.acceptsPage else { return try JSONText.response(QueueClearanceBody(done)) }
        return .seeOther("\(Self.address(of: id, context))?done=cleared&count=\(done.cancelled)&more=\(done.hasMore)")
    }

    @Sendable private func retry(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("sender", of: Sender.self)
        let form = try await request.form()
        let done = try await services.queues.retryFailed(
            of: id, after: form["after"].flatMap { $0.isEmpty ? nil : $0 }, access: context.access)
        guard request.acceptsPage else { return try JSONText.response(QueueRetriedBody(done)) }
        return .seeOther(
            "\(Self.address(of: id, context))?done=retried&count=\(done.requeued)&refused=\(done.refused)&more=\(done.next != nil)")
    }

    private static func address(of id: Identifier<Sender>, _ context: MemberContext) -> String {
        "/app/\(context.workspace.slug.text)/whatsapp/senders/\(id.text)/queue"
    }

    /// What a form did, as the address says: figures only, so that nobody can put words on the page.
    private static func notice(_ request: Request) -> PageNotice? {
        let parameters = request.uri.queryParameters
        func figure(_ name: Substring) -> Int { parameters[name].flatMap { Int($0) } ?? 0 }
        let (count, hasMore) = (Figures.messages(figure("count")), parameters["more"] == "true")
        switch parameters["done"] {
        case "cleared":
            return hasMore
                ? PageNotice("\(count) cancelled. More remain; clear the queue again to go on.", tone: .warn)
                : PageNotice("\(count) cancelled.")
        case "retried":
            let refused = figure("refused")
            let rest = refused > 0 ? " \(Figures.messages(refused)) can't be sent any more as they are." : ""
            return PageNotice(
                "\(count) put back into the queue.\(rest)\(hasMore ? " More remain; send again to go on." : "")",
                tone: hasMore ? .warn : .ok)
        default: return nil
        }
    }

    /// Whoever may see the queue may know which colleague paused it.
    private func name(of actor: String?, _ access: Access) async throws -> String? {
        guard let actor else { return nil }
        if actor == access.actor.text { return "you" }
        switch Actor(parsing: actor) {
        case .key: return "a program"
        case .member(let id):
            let members = try await services.members.list(access: .system("pages", in: access.workspaceID))
            return members.first { $0.account.id == id }?.account.name ?? "somebody who has left"
        case .system, nil: return "Switchboard"
        }
    }
}
