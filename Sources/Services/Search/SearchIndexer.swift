package import Domain
internal import Logging
internal import ServiceLifecycle
package import Store
internal import Synchronization

package import struct Foundation.Date

/// Keeps the search indexes of all workspaces up to date: a reader of the event log, and the one who makes them at first and anew.
package final class SearchIndexer: Service {
    package typealias Moment = Date

    /// Between two looks at the log.
    private static let lookInterval: Duration = .milliseconds(500)
    /// Steps on one index before the others have their turn.
    private static let turnLimit = 20
    private static let indexLimit = 10_000
    /// Words remembered as known, of all indexes together.
    private static let knownLimit = 200_000

    private let database: any Database
    private let stepLimit: Int
    private let restsBetween: Bool
    private let now: @Sendable () -> Date
    private let wakeUp = WakeUp()
    private let isTroubled = Mutex(false)
    private let known = Mutex<[Key: Set<String>]>([:])

    private struct Key: Hashable {
        let workspaceID: Identifier<Workspace>
        let generation: Int
        let kind: String
    }

    /// Things written in one transaction beside a server that works: SQLite has one writer, whom nobody must keep for long.
    package static let usualStepLimit = 100
    /// For databases that nobody works with meanwhile: the more in one go, the fewer times is each page of a word written.
    package static let bulkStepLimit = 40_000

    /// - Parameters:
    ///   - stepLimit: things written in one transaction.
    ///   - restsBetween: whether it leaves half of the time to others.
    package init(
        database: any Database, stepLimit: Int = SearchIndexer.usualStepLimit, restsBetween: Bool = true,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.stepLimit, self.restsBetween, self.now) = (database, stepLimit, restsBetween, now)
    }

    package func run() async throws {
        await withGracefulShutdownHandler {
            while !wakeUp.isFinished {
                var hasMore = false
                do {
                    hasMore = try await round()
                    isTroubled.withLock { $0 = false }
                } catch {
                    let isNew = isTroubled.withLock { isTroubled in
                        defer { isTroubled = true }
                        return !isTroubled
                    }
                    if isNew {
                        Logger(label: "search").warning("The search index has to wait", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                if !hasMore { await wakeUp.wait(for: Self.lookInterval) }
            }
        } onGracefulShutdown: {
            self.wakeUp.finish()
        }
    }

    /// Some work on each index; whether there is more to do at once.
    package func round() async throws -> Bool {
        let without = try await database.read { try SearchIndexTable($0).workspacesWithout(limit: Self.indexLimit) }
        for workspaceID in without { try await begin(in: workspaceID) }
        var hasMore = false
        for index in try await database.read({ try SearchIndexTable($0).all(limit: Self.indexLimit) }) {
            var (index, turn) = (index, 0)
            while try await hasWork(index), !wakeUp.isFinished {
                let start = ContinuousClock.now
                let outcome = try await step(index)
                if outcome.changesIndexes { hasMore = true }
                turn += 1
                if outcome.hasMore, turn == Self.turnLimit { hasMore = true }
                guard outcome.hasMore, turn < Self.turnLimit, let next = try await find(index) else { break }
                index = next
                // Others work here too: no more than half of the time.
                if restsBetween { await wakeUp.wait(for: ContinuousClock.now - start) }
            }
        }
        return hasMore
    }

    private func find(_ index: SearchIndexTable.Index) async throws -> SearchIndexTable.Index? {
        try await database.read { try SearchIndexTable($0).all(in: index.workspaceID, limit: Self.indexLimit) }
            .first { $0.generation == index.generation }
    }

    /// Everything that is to be done now; for tests and tools.
    package func finish() async throws {
        while try await round() {}
    }

    /// Makes the index of a workspace anew, also beside a server: until it is whole, the one before is searched.
    ///
    /// - Parameter progress: told how many things were read.
    package func rebuild(_ workspaceID: Identifier<Workspace>, progress: (Int) -> Void) async throws {
        try await begin(in: workspaceID)
        while true {
            let indexes = try await database.read { try SearchIndexTable($0).all(in: workspaceID, limit: Self.indexLimit) }
            guard let building = indexes.first(where: { $0.state == .building }) else { break }
            let outcome = try await step(building)
            if let walked = outcome.walked { progress(walked) }
            // Another process had it, or works on it too.
            if !outcome.hasMore, !outcome.changesIndexes { await wakeUp.wait(for: .milliseconds(50)) }
        }
        for index in try await database.read({ try SearchIndexTable($0).all(in: workspaceID, limit: Self.indexLimit) })
        where index.state == .retired {
            while try await step(index).hasMore {}
        }
    }

    private func begin(in workspaceID: Identifier<Workspace>) async throws {
        let moment = now()
        try await database.write { try SearchStep.begin(in: workspaceID, $0, now: moment) }
    }

    /// Nearly always there is nothing new, and reading costs less than a transaction that could write.
    private func hasWork(_ index: SearchIndexTable.Index) async throws -> Bool {
        guard index.state == .live, index.walkedKind.isEmpty else { return true }
        return try await database.read { transaction in
            let events = EventTable(transaction, .system("search", in: index.workspaceID))
            if let horizon = try events.horizon(), index.cursor < horizon { return true }
            return try events.page(after: index.cursor, limit: 1).end != nil
        }
    }

    private func step(_ index: SearchIndexTable.Index) async throws -> SearchStep.Outcome {
        let keys = SearchDocument.Kind.allCases.map { Key(workspaceID: index.workspaceID, generation: index.generation, kind: $0.rawValue) }
        let known = known.withLock { known in Dictionary(uniqueKeysWithValues: keys.map { ($0.kind, known[$0] ?? []) }) }
        let step = SearchStep(index: index, limit: stepLimit, known: known)
        let moment = now()
        let work = try await database.read { try step.read(in: $0) }
        let outcome = try await database.write { try step.write(work, in: $0, now: moment) }
        // Only what is committed is known.
        self.known.withLock { known in
            if known.values.reduce(0, { $0 + $1.count }) > Self.knownLimit { known = [:] }
            for key in keys {
                if let words = outcome.words[key.kind], !words.isEmpty { known[key, default: []].formUnion(words) }
            }
        }
        return outcome
    }
}
