package import Domain
internal import Synchronization

/// Tells open streams that whom they serve may no longer see anything: the session ended, the key was revoked, the role changed.
///
/// In this process at once. Streams also ask ``Authenticator/isCurrent(_:)`` now and then, for what another process did.
package final class AccessRevocations: Sendable {
    package enum Ended: Sendable, Hashable {
        case session(Identifier<Session>)
        /// All that the person has open.
        case account(Identifier<Account>)
        case key(Identifier<APIKey>)
    }

    private struct Watchers {
        var next = 0
        var byNumber: [Int: (subjects: Set<Ended>, end: AsyncStream<Void>.Continuation)] = [:]
    }

    private let watchers = Mutex(Watchers())

    package init() {}

    /// A stream that yields once when one of these has ended.
    package func watch(_ subjects: Set<Ended>) -> AsyncStream<Void> {
        let (stream, end) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = watchers.withLock { watchers in
            watchers.next += 1
            watchers.byNumber[watchers.next] = (subjects, end)
            return watchers.next
        }
        end.onTermination = { [weak self] _ in self?.watchers.withLock { _ = $0.byNumber.removeValue(forKey: number) } }
        return stream
    }

    func end(_ subject: Ended) {
        let ending = watchers.withLock { watchers in watchers.byNumber.values.filter { $0.subjects.contains(subject) }.map(\.end) }
        for end in ending {
            end.yield()
            end.finish()
        }
    }
}
