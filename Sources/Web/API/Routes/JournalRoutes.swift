internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/journal`: what arrived and couldn't be shown.
struct JournalRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/journal", allows: .grant(.journalView),
                operation: Operation(
                    "listJournal", tag: "Journal", "What arrived on a connection and couldn't be shown, newest first",
                    query: [.init("connection", Schema.id(Connection.self), "Needed."), .limit, .after],
                    answer: .list(of: JournalBody.self, "A page of entries.")), respond: list),
            Route(
                .post, "/api/v1/journal/{entry}/replay", allows: .grant(.journalReplay),
                operation: Operation(
                    "replayJournalEntry", tag: "Journal", "Brings the items of an entry in again, as if they had just come",
                    answer: .nothing("They were tried; what failed again is a new entry."), problems: [JournalProblem.missing]),
                respond: replay),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["connection", "limit", "after"])
        guard let connection = try query.id("connection", of: Connection.self) else { throw RequestProblem.fieldMissing("connection") }
        let page = try await services.journal.list(of: connection, after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, JournalBody.init))
    }

    @Sendable private func replay(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("entry", of: JournalEntry.self)
        let write = try await APIWrite(request)
        try write.expectEmpty()
        let access = context.access
        if let earlier = try await services.idempotentWrites.earlier(write.idempotency, access: access) { return earlier.response }
        // Replaying is safe to repeat by itself, so its answer may be kept after it and not with it.
        try await services.journal.replay(id, access: access)
        return try await services.idempotentWrites.perform(write.idempotency, access: access) { _ in (.nothing, true) }.answer.response
    }
}
