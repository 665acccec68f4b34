internal import HTTPTypes
package import Hummingbird
package import NIOCore
internal import ServiceLifecycle

/// An answer of server-sent events that lasts until the client leaves, the server stops, or access ends.
package enum EventStreamResponse {
    /// A line that means nothing, so that proxies keep the connection and a client that has gone is noticed.
    private static let heartbeat: Duration = .seconds(15)
    /// Parts that wait for a slow client, at most; then it is cut off and resumes behind its last event.
    private static let bufferLimit = 64

    /// - Parameters:
    ///   - source: what to tell, as it comes.
    ///   - passing: what else to tell, which a client that was away doesn't need.
    ///   - render: makes one or more whole events of it, by ``ServerSentEvent``.
    package static func make<Source: AsyncSequence & Sendable, Passing: AsyncSequence & Sendable>(
        _ request: Request, _ guardian: StreamGuard, _ source: Source, passing: Passing,
        render: @escaping @Sendable (Source.Element) throws -> ByteBuffer
    ) -> Response where Source.Element: Sendable, Passing.Element == Source.Element {
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", HTTPField.Name("X-Accel-Buffering")!: "no",
        ]
        return Response(
            status: .ok, headers: headers,
            body: .init { writer in
                let (parts, feed) = AsyncStream.makeStream(of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(bufferLimit))
                // Sent at once, so that the client knows that it is connected.
                feed.yield(ByteBuffer(string: ":\n\n"))
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            defer { feed.finish() }
                            for try await element in source {
                                guard case .enqueued = feed.yield(try render(element)) else { return }
                            }
                        }
                        group.addTask {
                            for try await element in passing { feed.yield(try render(element)) }
                        }
                        group.addTask {
                            await guardian.wait()
                            feed.finish()
                        }
                        group.addTask {
                            while true {
                                try await Task.sleep(for: heartbeat)
                                feed.yield(ByteBuffer(string: ":\n\n"))
                            }
                        }
                        for await part in parts.cancelOnGracefulShutdown() { try await writer.write(part) }
                        group.cancelAll()
                    }
                }
                try await writer.finish(nil)
            })
    }
}

extension EventStreamResponse {
    package static func make<Source: AsyncSequence & Sendable>(
        _ request: Request, _ guardian: StreamGuard, _ source: Source, render: @escaping @Sendable (Source.Element) throws -> ByteBuffer
    ) -> Response where Source.Element: Sendable {
        make(request, guardian, source, passing: AsyncStream<Source.Element> { $0.finish() }, render: render)
    }
}

/// One event as it goes over the wire (HTML standard, "Server-sent events").
package struct ServerSentEvent: Sendable {
    private let id: String?
    private let name: String
    private let data: [UInt8]

    /// - Parameter data: without a line break, as JSON is.
    package init(id: String?, name: String, data: [UInt8]) { (self.id, self.name, self.data) = (id, name, data) }

    package func write(to buffer: inout ByteBuffer) {
        if let id { buffer.writeString("id: \(id)\n") }
        buffer.writeString("event: \(name)\ndata: ")
        buffer.writeBytes(data)
        buffer.writeString("\n\n")
    }
}
