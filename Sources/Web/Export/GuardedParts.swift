internal import Domain

/// The parts of a file that take a while, as long as whoever asked may have them: before each it is looked at again. Throws
/// ``AccessProblem/signInNeeded`` once they may not, so that the file breaks off.
struct GuardedParts<Parts: AsyncSequence & Sendable>: AsyncSequence, Sendable {
    let parts: Parts
    let guardian: StreamGuard

    func makeAsyncIterator() -> Iterator { Iterator(parts: parts.makeAsyncIterator(), guardian: guardian) }

    struct Iterator: AsyncIteratorProtocol {
        fileprivate var parts: Parts.AsyncIterator
        fileprivate let guardian: StreamGuard

        mutating func next() async throws -> Parts.Element? {
            guard let part = try await parts.next() else { return nil }
            guard await !guardian.hasEnded() else { throw AccessProblem.signInNeeded }
            return part
        }
    }
}
