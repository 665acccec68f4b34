internal import Domain

/// Finds the addresses of a host in time. The system's look can't be ended: one that takes too long goes on, and nobody waits for it.
enum HostLook {
    private struct TooLate: Error {}

    static func addresses(
        of name: String, by resolve: @escaping GuardedClient.Resolver, within limit: Duration
    ) async throws -> [IPAddress] {
        let (looks, continuation) = AsyncThrowingStream<[IPAddress], any Error>.makeStream()
        let look = Task {
            do {
                continuation.yield(try await resolve(name))
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        let clock = Task {
            try await Task.sleep(for: limit)
            continuation.finish()
        }
        defer {
            look.cancel()
            clock.cancel()
        }
        for try await found in looks { return found }
        throw TooLate()
    }
}
