internal import Synchronization

/// The open pages, told which phone changed.
final class PageStreams: Sendable {
    /// Changes that a page may be behind; it draws everything anew when it missed some.
    private static let bufferLimit = 64

    private struct State {
        var next = 0
        var pages: [Int: AsyncStream<String>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// The ids of phones that change; an empty text for "all of them".
    func subscribe() -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(Self.bufferLimit))
        let id = state.withLock { state in
            state.next += 1
            state.pages[state.next] = continuation
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            // Not at once: the stream may end while the lock is held by a publication.
            Task { self?.state.withLock { $0.pages[id] = nil } }
        }
        return stream
    }

    func publish(_ phone: String?) {
        state.withLock { state in
            for page in state.pages.values {
                if case .dropped = page.yield(phone ?? "") { page.yield("") }
            }
        }
    }
}
