package import Domain
package import Foundation

/// Files in a directory: `<root>/<workspace>/<first two of sha256>/<sha256>`. Several processes, also on several hosts, may share it.
///
/// A file is written under another name in `<workspace>/incoming`, synchronised, then renamed: whatever stands under a digest is whole.
/// `<workspace>/lock` keeps renaming and sweeping apart.
package struct FileMediaStorage: MediaStorage {
    /// Bytes of one piece that is read.
    private static let pieceLength = 64 * 1_024
    /// Digests that a sweep asks about at once.
    private static let sweepBatch = 500

    private let root: String
    private let queues = FileQueue.Pool()
    private let directories: DirectoryMaker

    /// Makes the directory when there is none yet.
    package init(root: String) throws {
        self.root = root
        directories = DirectoryMaker()
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    package func write(
        in workspace: Identifier<Workspace>, _ body: @Sendable (_ append: @Sendable ([UInt8]) async throws -> Void) async throws -> Void
    ) async throws -> MediaDigest {
        let folder = try folder(of: workspace)
        let queue = queues.next()
        let file = try await queue.run { [directories] in
            try directories.with("\(folder)/incoming", in: folder) { try IncomingFile(path: "\($0)/\(UUID().uuidString)") }
        }
        do {
            try await body { piece in try await queue.run { try file.append(piece) } }
            return try await queue.run { [directories] in
                let digest = try file.finish()
                try directories.with("\(folder)/\(digest.sha256.prefix(2))", in: folder) { shard in
                    // Also when the same bytes lie there already: the new file's time keeps a sweep from taking them before the row commits.
                    try FileCalls.locked(by: "\(folder)/lock") { try FileCalls.rename(file.path, to: "\(shard)/\(digest.sha256)") }
                    try FileCalls.synchronizeDirectory(shard)
                }
                return digest
            }
        } catch {
            try? await queue.run { try file.discard() }
            throw error
        }
    }

    package func read(
        _ sha256: String, in workspace: Identifier<Workspace>, bytes: Range<Int>
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        let path = try path(of: sha256, in: workspace)
        let queue = queues.next()
        let file = try await queue.run {
            guard try FileCalls.writtenAt(path) != nil else { throw MediaProblem.missing }
            return try OutgoingFile(path: path)
        }
        guard bytes.upperBound <= file.byteCount else { throw MediaProblem.storageUnavailable("a file is shorter than it was") }
        let place = ReadingPlace(bytes.lowerBound)
        return AsyncThrowingStream {
            let offset = place.value
            let count = min(Self.pieceLength, bytes.upperBound - offset)
            guard count > 0 else { return nil }
            let piece = try await queue.run { try FileCalls.read(count, at: offset, from: file.descriptor) }
            guard piece.count == count else { throw MediaProblem.storageUnavailable("a file became shorter while it was read") }
            place.value = offset + count
            return piece
        }
    }

    package func sweep(
        before date: Date, referenced: @Sendable (_ digests: [String], _ workspace: Identifier<Workspace>) async throws -> Set<String>
    ) async throws -> Int {
        let queue = queues.next()
        var removed = 0
        for name in try await queue.run({ [root] in try FileCalls.names(in: root) }) where Self.isPlain(name) {
            let folder = "\(root)/\(name)"
            removed += try await queue.run { try Self.removeStale(in: "\(folder)/incoming", before: date) }
            for shard in try await queue.run({ try FileCalls.names(in: folder) }) where shard.utf8.count == 2 {
                let old = try await queue.run { try Self.old(in: "\(folder)/\(shard)", before: date) }
                for start in stride(from: 0, to: old.count, by: Self.sweepBatch) {
                    let batch = Array(old[start..<min(old.count, start + Self.sweepBatch)])
                    let orphans = Set(batch).subtracting(try await referenced(batch, Identifier(name)))
                    for orphan in orphans {
                        removed += try await queue.run {
                            try Self.remove("\(folder)/\(shard)/\(orphan)", writtenBefore: date, lock: "\(folder)/lock")
                        }
                    }
                }
            }
        }
        return removed
    }

    private static func removeStale(in directory: String, before date: Date) throws -> Int {
        let stale = try FileCalls.names(in: directory).filter { try FileCalls.writtenAt("\(directory)/\($0)").map { $0 < date } == true }
        for name in stale { try FileCalls.remove("\(directory)/\(name)") }
        return stale.count
    }

    private static func old(in shard: String, before date: Date) throws -> [String] {
        try FileCalls.names(in: shard).filter { name in
            try isDigest(name) && FileCalls.writtenAt("\(shard)/\(name)").map { $0 < date } == true
        }
    }

    /// Looks at the time once more under the lock: the same bytes may have been stored again since.
    private static func remove(_ path: String, writtenBefore date: Date, lock: String) throws -> Int {
        try FileCalls.locked(by: lock) {
            guard let written = try FileCalls.writtenAt(path), written < date else { return 0 }
            try FileCalls.remove(path)
            return 1
        }
    }

    private func folder(of workspace: Identifier<Workspace>) throws -> String {
        guard Self.isPlain(workspace.text) else { throw MediaProblem.missing }
        return "\(root)/\(workspace.text)"
    }

    private func path(of sha256: String, in workspace: Identifier<Workspace>) throws -> String {
        guard Self.isDigest(sha256) else { throw MediaProblem.missing }
        return "\(try folder(of: workspace))/\(sha256.prefix(2))/\(sha256)"
    }

    private static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// A name that can't lead out of its directory.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 95 }
    }
}
