package import Domain
internal import Services

/// Ends a stream once whoever it serves may no longer see it: at once for what happens in this process, by a look now and then for another's.
package struct StreamGuard: Sendable {
    private let authenticator: Authenticator
    private let revocations: AccessRevocations
    private let interval: Duration
    private let access: Access
    private let session: Identifier<Session>?

    /// - Parameter signedIn: the person, unless it is an API key that listens.
    package init(services: WebServices, access: Access, signedIn: SignedIn?) {
        (authenticator, revocations, interval) = (services.authenticator, services.revocations, services.lookInterval)
        (self.access, session) = (access, signedIn?.session.id)
    }

    /// One look whether access has ended. While the database is away there is nothing to stream either.
    func hasEnded() async -> Bool { (try? await authenticator.isCurrent(access, session: session)) == false }

    /// Returns when access has ended.
    func wait() async {
        var subjects: Set<AccessRevocations.Ended> = []
        if let session { subjects.insert(.session(session)) }
        switch access.actor {
        case .member(let account): subjects.insert(.account(account))
        case .key(let key): subjects.insert(.key(key))
        case .system: break
        }
        let ended = revocations.watch(subjects)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in ended { return } }
            group.addTask {
                while !Task.isCancelled {
                    guard (try? await Task.sleep(for: interval)) != nil else { return }
                    if await hasEnded() { return }
                }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
