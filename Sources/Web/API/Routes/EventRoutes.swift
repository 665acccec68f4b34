internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// `/api/v1/events`: every change, page by page or as it happens.
struct EventRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/events", allows: .grant(.eventsView),
                operation: Operation(
                    "listEvents", tag: "Events",
                    "Changes, oldest first. Keep next and ask again: it is null only while there has been no change at all",
                    query: [.limit, .after], answer: .list(of: EventBody.self, "A page of events."), problems: [EventProblem.cursorExpired]),
                respond: list),
            Route(
                .get, "/api/v1/events/stream", allows: .grant(.eventsView),
                operation: Operation(
                    "streamEvents", tag: "Events", "Changes as they happen, as server-sent events; resumes behind Last-Event-ID",
                    query: [.init("after", Schema.text(), "Begins behind this cursor; without it, with what comes.")],
                    answer: .other("text/event-stream", "Each event's id is its cursor, its name the kind, its data an Event."),
                    problems: [EventProblem.cursorExpired]), respond: stream),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let page = try await services.events.events(after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, EventBody.init))
    }

    @Sendable private func stream(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["after"])
        // What a browser remembers from before it was cut off is newer than what stood in the address.
        let after = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] } ?? query["after"]
        let events = try await services.events.stream(after: after, access: context.access)
        let guardian = StreamGuard(services: services, access: context.access, signedIn: context.signedIn)
        return EventStreamResponse.make(request, guardian, events) { batch in
            var buffer = ByteBuffer()
            for event in batch {
                ServerSentEvent(id: event.cursor.text, name: event.kind, data: try JSONText.bytes(of: EventBody(event))).write(to: &buffer)
            }
            return buffer
        }
    }
}
