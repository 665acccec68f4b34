package import Store
internal import Synchronization

/// A database with trouble on its way: what a test lets happen after a write, or instead of anything.
package final class TroubledDatabase: Database {
    package typealias Trouble = @Sendable () async throws -> Void

    private struct State {
        var before: Trouble?
        var afterWrite: Trouble?
    }

    private let inner: any Database
    private let state = Mutex(State())

    package init(_ inner: any Database) { self.inner = inner }

    /// Called before each transaction; what it throws is thrown instead of anything happening. nil ends the trouble.
    package func before(_ trouble: Trouble?) { state.withLock { $0.before = trouble } }

    /// Called after each commit; what it throws is thrown although the commit took place, as by a connection that is cut then.
    package func afterWrite(_ trouble: Trouble?) { state.withLock { $0.afterWrite = trouble } }

    package var dialect: SQLDialect { inner.dialect }

    package func read<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await state.withLock { $0.before }?()
        return try await inner.read(body)
    }

    @discardableResult
    package func write<T: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> T) async throws -> T {
        try await state.withLock { $0.before }?()
        let value = try await inner.write(body)
        try await state.withLock { $0.afterWrite }?()
        return value
    }

    package func notifier(heard: @escaping @Sendable (Set<Nudge>) -> Void) -> (any Notifier)? { inner.notifier(heard: heard) }

    package func close() async { await inner.close() }
}
