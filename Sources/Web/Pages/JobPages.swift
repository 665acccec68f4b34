internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The work in the background, in the settings.
struct JobPages: Sendable {
    /// Rows of a page.
    private static let limit = 25

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let jobs = "/app/{workspace}/settings/jobs"
        return RouteSet(member: [
            Route(.get, jobs, allows: .grant(.settingsManage), respond: list),
            Route(.post, "\(jobs)/requeue", allows: .grant(.settingsManage), respond: requeueAll),
            Route(.post, "\(jobs)/{job}/requeue", allows: .grant(.settingsManage), respond: requeue),
            Route(.post, "\(jobs)/{job}/discard", allows: .grant(.settingsManage), respond: discard),
        ])
    }

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let parameters = request.uri.queryParameters
        let notice: PageNotice? =
            switch parameters["done"] {
            case "requeued": PageNotice("It is tried again now.")
            case "all": PageNotice(Self.told(of: parameters))
            case "discarded": PageNotice("It is discarded.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    @Sendable private func requeueAll(request: Request, context: MemberContext) async throws -> Response {
        let result = try await services.jobs.requeueAll(access: context.access)
        return .seeOther("\(Self.address(context))?done=all&requeued=\(result.requeued)&left=\(result.left)")
    }

    @Sendable private func requeue(request: Request, context: MemberContext) async throws -> Response {
        try await decide(request, context, done: "requeued") { _ = try await services.jobs.requeue($0, access: context.access) }
    }

    @Sendable private func discard(request: Request, context: MemberContext) async throws -> Response {
        try await decide(request, context, done: "discarded") { try await services.jobs.discard($0, access: context.access) }
    }

    /// What can't be done any more is told on the page, which shows how things are now.
    private func decide(
        _ request: Request, _ context: MemberContext, done: String, _ change: (Identifier<Job>) async throws -> Void
    ) async throws -> Response {
        do {
            try await change(context.id("job", of: Job.self))
            return .seeOther("\(Self.address(context))?done=\(done)")
        } catch let problem as JobEntryProblem where problem != .missing {
            return try await page(request, context, notice: PageNotice(problem.detail, tone: .warn), status: problem.kind.status)
        }
    }

    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice?, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let (jobs, access) = (services.jobs, context.access)
        let after = request.method == .get ? request.uri.queryParameters["after"].map(String.init) : nil
        let dead = try await jobs.list(.dead, after: after, limit: Self.limit, access: access)
        let pending = try await jobs.list(.pending, after: nil, limit: Self.limit, access: access)
        let view = JobsView(dead: dead, isFirst: after == nil, pending: pending, notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    private static func address(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/settings/jobs" }

    private static func told(of parameters: Parameters) -> String {
        let requeued = parameters["requeued"].flatMap { Int($0) } ?? 0
        let left = parameters["left"].flatMap { Int($0) } ?? 0
        let first = requeued == 1 ? "1 piece of work is tried again now." : "\(requeued) pieces of work are tried again now."
        return left == 0 ? first : first + " \(left == 1 ? "1 stays" : "\(left) stay"), because the same work waits already."
    }
}
