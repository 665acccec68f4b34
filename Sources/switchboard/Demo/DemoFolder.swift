internal import Foundation

/// The data directory of a demo, to begin anew in.
struct DemoFolder {
    private let url: URL

    init(_ url: URL) { self.url = url }

    /// What a demo leaves behind; nothing else is removed.
    private static let leftovers = [
        "switchboard.db", "switchboard.db-wal", "switchboard.db-shm", "secret.key", "media", "demo.json", ".demo.json", ".demo.json.draft",
    ]

    /// Throws unless the folder is a demo's, or has none of these files.
    func empty(isSQLite: Bool) throws {
        guard isSQLite else { throw DemoProblem.freshNeedsSQLite }
        let files = Self.leftovers.map { url.appending(path: $0) }.filter { FileManager.default.fileExists(atPath: $0.path) }
        guard !files.isEmpty else { return }
        guard FileManager.default.fileExists(atPath: DemoFacts.memory(in: url).path) else { throw DemoProblem.freshNeedsFolder(url.path) }
        // The facts last: without them a half-emptied folder couldn't be emptied again.
        for file in files where file.lastPathComponent != ".demo.json" { try FileManager.default.removeItem(at: file) }
        try FileManager.default.removeItem(at: DemoFacts.memory(in: url))
    }
}
