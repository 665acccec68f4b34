internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/jobs`: the work in the background.
struct JobRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/jobs", allows: .grant(.settingsManage),
                operation: Operation(
                    "listJobs", tag: "Operation", "Work in the background: what was given up, newest first, or what is pending",
                    query: [.init("state", Schema.choice(JobState.self), "dead unless given."), .limit, .after],
                    answer: .list(of: JobBody.self, "A page of jobs.")), respond: list),
            Route(
                .post, "/api/v1/jobs/requeue", allows: .grant(.settingsManage),
                operation: Operation(
                    "requeueAllJobs", tag: "Operation", "Has everything that was given up done again",
                    answer: .one(RequeuedJobsBody.self, "How many.")), respond: requeueAll),
            Route(
                .get, "/api/v1/jobs/{job}", allows: .grant(.settingsManage),
                operation: Operation(
                    "getJob", tag: "Operation", "One job, as long as it isn't done", answer: .one(JobBody.self, "The job."),
                    problems: [JobEntryProblem.missing]), respond: get),
            Route(
                .post, "/api/v1/jobs/{job}/requeue", allows: .grant(.settingsManage),
                operation: Operation(
                    "requeueJob", tag: "Operation", "Has a job that was given up done again, from its first try",
                    answer: .one(JobBody.self, "The job, pending."),
                    problems: [JobEntryProblem.missing, JobEntryProblem.notDead, JobEntryProblem.samePending]), respond: requeue),
            Route(
                .delete, "/api/v1/jobs/{job}", allows: .grant(.settingsManage),
                operation: Operation(
                    "discardJob", tag: "Operation", "Removes a job that was given up, for good", answer: .nothing("It is gone."),
                    problems: [JobEntryProblem.missing, JobEntryProblem.notDead]), respond: discard),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["state", "limit", "after"])
        let state = try query.choice("state", of: JobState.self) ?? .dead
        let page = try await services.jobs.list(state, after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, JobBody.init))
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(JobBody(try await services.jobs.job(context.id("job", of: Job.self), access: context.access)))
    }

    @Sendable private func requeueAll(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let access = context.access
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        // In several transactions, and safe to repeat: what is done again is dead no more.
        let result = try await services.jobs.requeueAll(access: access)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in
            (try KeptAnswer(RequeuedJobsBody(result), status: .ok), true)
        }.answer.response
    }

    @Sendable private func requeue(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("job", of: Job.self)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let (jobs, access) = (services.jobs, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let entry = try jobs.requeue(id, access: access, in: transaction)
            return (try KeptAnswer(JobBody(entry), status: .ok), entry)
        }
        if done.made != nil { jobs.announce(access) }
        return done.answer.response
    }

    @Sendable private func discard(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await services.jobs.discard(context.id("job", of: Job.self), access: context.access)
        return KeptAnswer.nothing.response
    }
}
