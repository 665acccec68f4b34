internal import Synchronization

/// Makes directories that are still there after a crash; asks the disk once per directory and process.
final class DirectoryMaker: Sendable {
    private let made = Mutex<Set<String>>([])

    /// Runs `work` with a directory that is there, within another that is made first. After an error all are looked at anew: somebody may
    /// have taken them away.
    func with<T>(_ path: String, in parent: String, _ work: (_ path: String) throws -> T) throws -> T {
        do {
            try make(parent)
            try make(path)
            return try work(path)
        } catch {
            made.withLock { $0 = [] }
            throw error
        }
    }

    private func make(_ path: String) throws {
        guard !made.withLock({ $0.contains(path) }) else { return }
        try FileCalls.makeDirectory(path)
        try FileCalls.synchronizeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        made.withLock { _ = $0.insert(path) }
    }
}
