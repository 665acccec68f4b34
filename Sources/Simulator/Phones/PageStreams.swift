internal import Synchronization

/// What an open page has to draw anew.
enum PageChange: Sendable {
    case everything
    case phone(String)
    /// The messages and calls to business numbers.
    case codes
}

/// The open pages, told what changed.
final class PageStreams: Sendable {
    /// Changes that a page may be behind; it draws everything anew when it missed some.
    private static let bufferLimit = 64

    private struct State {
        var next = 0
        var pages: [Int: AsyncStream<PageChange>.Continuation] = [:]
    }

    private let state = Mutex(State())

    func subscribe() -> AsyncStream<PageChange> {
        let (stream, continuation) = AsyncStream.makeStream(of: PageChange.self, bufferingPolicy: .bufferingNewest(Self.bufferLimit))
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

    func publish(_ change: PageChange) {
        state.withLock { state in
            for page in state.pages.values {
                if case .dropped = page.yield(change) { page.yield(.everything) }
            }
        }
    }
}
