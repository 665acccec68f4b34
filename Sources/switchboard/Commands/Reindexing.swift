internal import Domain
internal import Foundation
internal import Services
internal import Store

/// Makes the search indexes of all workspaces anew, also beside a running server, which searches the former ones until then.
struct Reindexing {
    /// Workspaces in one go.
    private static let workspaceLimit = 10_000
    /// Seconds between two lines on how far it is.
    private static let pauseSeconds = 2.0

    let database: any Database
    /// Whether nobody else works with the database.
    var isAlone = false

    func run() async throws {
        let indexer = SearchIndexer(
            database: database, stepLimit: isAlone ? SearchIndexer.bulkStepLimit : SearchIndexer.usualStepLimit, restsBetween: !isAlone,
            now: { Date() })
        for workspace in try await database.read({ try WorkspaceTable($0).all(limit: Self.workspaceLimit) }) {
            var (count, toldAt) = (0, Date())
            FileHandle.standardError.tell("Making the search index of \(workspace.slug.text) anew\n")
            try await indexer.rebuild(workspace.id) { walked in
                count = walked
                guard Date().timeIntervalSince(toldAt) > Self.pauseSeconds else { return }
                toldAt = Date()
                FileHandle.standardError.tell("  \(walked) messages, notes and contacts read\n")
            }
            print("\(workspace.slug.text): \(count) messages, notes and contacts can be searched.")
        }
    }
}
