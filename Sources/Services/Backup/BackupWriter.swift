internal import Domain
package import Foundation
package import Store

/// Writes a backup beside a running server: first the database at one moment, then the files that it knows.
///
/// It grows under another name and gets its own at the end, so whatever has a manifest under its name is whole.
package struct BackupWriter: Sendable {
    private let location: DatabaseLocation
    private let database: any Database
    private let mediaDirectory: String
    private let version: String
    private let progress: BackupProgress

    /// - Parameter database: the one at `location`, opened.
    package init(
        location: DatabaseLocation, database: any Database, mediaDirectory: String, version: String, progress: BackupProgress
    ) {
        (self.location, self.database, self.mediaDirectory) = (location, database, mediaDirectory)
        (self.version, self.progress) = (version, progress)
    }

    private struct Facts: Sendable {
        let migration: Int
        let instanceID: String?
        let schema: String?
        let rows: [String: Int]
        let fileCount: Int
    }

    /// - Parameter key: the text of the secret key, when it is to go along.
    package func write(to target: String, key: String?, now: Date) async throws -> BackupManifest {
        guard !BackupFiles.exists(target) else { throw BackupProblem.targetTaken(target) }
        let folder = "\(target).part-\(UUID().uuidString.prefix(8))"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw BackupProblem.unwritable(target, reason: "the folder can't be made")
        }
        do {
            let manifest = try await fill(folder, key: key, now: now)
            try FileCalls.rename(folder, to: target)
            try FileCalls.synchronizeDirectory((target as NSString).deletingLastPathComponent.nonEmpty)
            return manifest
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw (error as? MediaProblem).map { BackupProblem.unwritable(target, reason: $0.detail) } ?? error
        }
    }

    private func fill(_ folder: String, key: String?, now: Date) async throws -> BackupManifest {
        let engine = BackupManifest.Engine(database.dialect)
        progress.begin("Copying the database")
        let list = "\(folder)/\(BackupManifest.mediaListName)"
        let facts = try await copyDatabase(to: "\(folder)/\(engine.databaseFilename)", listing: list)
        return try await Task.detached { [self] in
            try BackupFiles.synchronize("\(folder)/\(engine.databaseFilename)")
            try BackupFiles.synchronize(list)
            let (bytes, missing) = try copyFiles(list: list, count: facts.fileCount, to: "\(folder)/\(BackupManifest.mediaName)")
            if let key { try BackupFiles.write(Array((key + "\n").utf8), to: "\(folder)/\(SecretKey.filename)") }
            progress.begin("Writing the manifest")
            let manifest = BackupManifest(
                format: BackupManifest.newestFormat, version: version, createdAt: now, engine: engine, schema: facts.schema,
                migration: facts.migration, instanceID: facts.instanceID,
                database: try BackupFiles.describe(engine.databaseFilename, in: folder),
                mediaList: try BackupFiles.describe(BackupManifest.mediaListName, in: folder), mediaCount: facts.fileCount - missing.count,
                mediaBytes: bytes, rows: facts.rows, missing: missing,
                key: key == nil ? nil : try BackupFiles.describe(SecretKey.filename, in: folder))
            try BackupFiles.write(Array(try JSONText.encode(manifest).utf8), to: "\(folder)/\(BackupManifest.filename)")
            try FileCalls.synchronizeDirectory(folder)
            return manifest
        }.value
    }

    private func copyDatabase(to path: String, listing list: String) async throws -> Facts {
        let look: @Sendable (any Transaction) throws -> Facts = { transaction in
            let table = BackupTable(transaction)
            // Written from inside the snapshot, because there may be millions; a closure that runs again begins the list anew.
            try FileCalls.remove(list)
            let descriptor = try FileCalls.open(list, O_WRONLY | O_CREAT | O_EXCL)
            defer { close(descriptor) }
            var count = 0
            try table.forEachFile { files in
                count += files.count
                try FileCalls.writeAll(Array(files.map { "\($0.workspace) \($0.sha256) \($0.byteCount)\n" }.joined().utf8), to: descriptor)
            }
            return Facts(
                migration: try table.migration(), instanceID: try table.instanceID(), schema: try table.schema(), rows: try table.counts(),
                fileCount: count)
        }
        switch location {
        case .sqlite(let source): return try await SQLiteCopy.write(of: source, to: path, look: look)
        case .postgres(let connectionString):
            return try await PostgresTools(connectionString: connectionString).dump(database, to: path, look: look)
        }
    }

    /// The bytes that were copied, and the files that couldn't be.
    private func copyFiles(list: String, count: Int, to target: String) throws -> (bytes: Int, missing: [String]) {
        progress.begin("Copying \(count) files")
        try FileCalls.makeDirectory(target)
        var (bytes, missing, done) = (0, [String](), 0)
        var folders: Set<String> = []
        for file in try MediaList.read(list) {
            done += 1
            progress.step(done, of: count, "files")
            let path = "\(target)/\(file.path)"
            for folder in ["\(target)/\(file.workspace)", "\(target)/\(file.workspace)/\(file.sha256.prefix(2))"]
            where folders.insert(folder).inserted { try FileCalls.makeDirectory(folder) }
            let source = "\(mediaDirectory)/\(file.path)"
            // Removed since, as files are that no message needs any more; or it isn't what it was.
            guard BackupFiles.exists(source), case let digest = try BackupFiles.copy(source, to: path), digest.sha256 == file.sha256 else {
                try FileCalls.remove(path)
                missing.append("\(file.workspace)/\(file.sha256)")
                continue
            }
            bytes += digest.byteCount
        }
        for folder in folders.sorted() + [target] { try FileCalls.synchronizeDirectory(folder) }
        return (bytes, missing)
    }
}

extension String {
    /// The folder that a bare name is in.
    fileprivate var nonEmpty: String { isEmpty ? "." : self }
}

/// The lines of `media.list`.
enum MediaList {
    static func read(_ path: String) throws -> [BackupFile] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        return try text.split(separator: "\n").map { line in
            let parts = line.split(separator: " ")
            guard parts.count == 3, let bytes = Int(parts[2]), isPlain(parts[0]), isPlain(parts[1]), parts[1].utf8.count == 64 else {
                throw BackupProblem.damaged(file: BackupManifest.mediaListName, reason: "has a line that can't be read")
            }
            return BackupFile(workspace: String(parts[0]), sha256: String(parts[1]), byteCount: bytes)
        }
    }

    /// A name that can't lead out of its folder.
    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { (48...57).contains($0) || (97...122).contains($0) || $0 == 95 }
    }
}
