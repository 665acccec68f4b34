internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// What happens in a workspace, for its open pages: what changed, never what it says. Pages fetch the pieces that they show.
struct LiveStream: Sendable {
    let services: WebServices

    var routes: RouteSet {
        RouteSet(member: [Route(.get, "/app/{workspace}/live", allows: .grant(.eventsView), respond: live)])
    }

    @Sendable private func live(request: Request, context: MemberContext) async throws -> Response {
        // A browser that reconnects by itself says where it was; it knows better than the address, which is from the first time.
        let header = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        let since = [header, request.uri.queryParameters["since"].map(String.init)].compactMap(\.self).first { !$0.isEmpty }
        let guardian = StreamGuard(services: services, access: context.access, signedIn: context.signedIn)
        let presence = services.presence.changes(access: context.access).map { LiveFrames.Frame.presence($0) }
        return EventStreamResponse.make(request, guardian, try await frames(since: since, access: context.access), passing: presence) {
            try $0.bytes
        }
    }

    func frames(since: String?, access: Access) async throws -> LiveFrames {
        do {
            return LiveFrames(first: .hello, events: try await services.events.stream(after: since, access: access))
        } catch is EventProblem {
            // What the page missed is no longer kept, or it is of another database.
            let end = try await services.events.end(access: access)
            return LiveFrames(first: .resync(end), events: try await services.events.stream(after: end.text, access: access))
        }
    }
}

/// Batches of events as they go over the wire, behind a greeting.
struct LiveFrames: AsyncSequence, Sendable {
    /// Changes at once from which fetching anew is less work than following.
    private static let followLimit = 100

    let first: Frame
    let events: EventStream

    func makeAsyncIterator() -> Iterator { Iterator(first: first, events: events.makeAsyncIterator()) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var first: Frame?
        fileprivate var events: EventStream.Iterator

        mutating func next() async -> Frame? {
            if let first {
                self.first = nil
                return first
            }
            guard let batch = await events.next(), let last = batch.last else { return nil }
            return batch.count > LiveFrames.followLimit ? .resync(last.cursor) : .changes(batch)
        }
    }

    enum Frame: Sendable {
        case hello
        /// Too much was missed: fetch anew what is shown.
        case resync(EventCursor)
        case changes([Event])
        /// Somebody came into a conversation, left it, or began to write.
        case presence(PresenceChange)

        var bytes: ByteBuffer {
            get throws {
                var buffer = ByteBuffer()
                switch self {
                case .hello: buffer.writeString(Self.retry)
                case .resync(let cursor):
                    buffer.writeString(Self.retry)
                    ServerSentEvent(id: cursor.text, name: "resync", data: Array("{}".utf8)).write(to: &buffer)
                case .presence(let change):
                    let sign = Sign(conversation: change.conversation.text, writing: change.isOfWriters)
                    ServerSentEvent(id: nil, name: "presence", data: try JSONText.bytes(of: sign)).write(to: &buffer)
                case .changes(let events):
                    for event in events {
                        let change = Change(
                            kind: event.kind, conversation: event.conversationID?.text, message: event.messageID?.text,
                            note: event.kind.hasPrefix("note.") ? event.subjectID : nil, isActivity: event.mayBeActivity ? true : nil,
                            named: event.cause == MemberChange.name.rawValue && event.kind == EventKind.memberUpdated.rawValue ? true : nil)
                        ServerSentEvent(id: event.cursor.text, name: "change", data: try JSONText.bytes(of: change)).write(to: &buffer)
                    }
                }
                return buffer
            }
        }

        /// How long a browser waits before it connects again, in milliseconds.
        private static let retry = "retry: 2000\n\n"

        private struct Sign: Encodable {
            let conversation: String
            let writing: Bool
        }

        private struct Change: Encodable {
            let kind: String
            let conversation, message, note: String?
            /// That a thread may have a new line about what was done.
            let isActivity: Bool?
            /// Whether somebody has another name now, wherever it stands.
            let named: Bool?
        }
    }
}
