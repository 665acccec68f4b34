internal import Domain
package import Foundation
package import Store

/// Brings a backup into an empty place: looks at all of it first, then files, then rows. What comes out sends nothing until a person says go.
package struct BackupReader: Sendable {
    private let folder: String
    package let manifest: BackupManifest
    private let progress: BackupProgress

    /// Reads the manifest. Throws ``BackupProblem`` when it isn't one.
    package init(_ folder: String, progress: BackupProgress) throws {
        (self.folder, self.progress) = (folder, progress)
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(BackupManifest.filename)") else {
            throw BackupProblem.notABackup(folder)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let format = try? JSONText.decode(Format.self, from: text).format, format > BackupManifest.newestFormat {
            throw BackupProblem.newerFormat(format)
        }
        do { manifest = try JSONText.decode(from: text) } catch {
            throw BackupProblem.damaged(file: BackupManifest.filename, reason: "can't be read")
        }
        let newest = Migrations.all.map(\.number).max() ?? 0
        if manifest.migration > newest, let advice = SchemaState.newer(found: manifest.migration, known: newest).advice {
            throw StoreError.schema(advice)
        }
    }

    private struct Format: Decodable { let format: Int }

    /// Throws ``BackupProblem/damaged(file:reason:)`` unless every file is there and what it was.
    package func verify() async throws {
        try await Task.detached { [self] in
            progress.begin("Checking the backup")
            for file in [manifest.database, manifest.mediaList] + (manifest.key.map { [$0] } ?? []) { try verify(file) }
            let missing = Set(manifest.missing)
            let files = try MediaList.read("\(folder)/\(BackupManifest.mediaListName)")
            for (number, file) in files.enumerated() where !missing.contains("\(file.workspace)/\(file.sha256)") {
                progress.step(number, of: files.count, "files")
                let name = "\(BackupManifest.mediaName)/\(file.path)"
                guard BackupFiles.exists("\(folder)/\(name)") else { throw BackupProblem.damaged(file: name, reason: "is missing") }
                guard try BackupFiles.digest(of: "\(folder)/\(name)").sha256 == file.sha256 else {
                    throw BackupProblem.damaged(file: name, reason: "has other contents than it had")
                }
            }
        }.value
    }

    private func verify(_ file: BackupManifest.File) throws {
        guard BackupFiles.exists("\(folder)/\(file.name)") else { throw BackupProblem.damaged(file: file.name, reason: "is missing") }
        guard try BackupFiles.describe(file.name, in: folder) == file else {
            throw BackupProblem.damaged(file: file.name, reason: "has other contents than it had")
        }
    }

    /// Restores into a place that must be empty. Call ``verify()`` first.
    ///
    /// - Parameters:
    ///   - dataDirectory: where files and key go.
    ///   - instanceID: of the new installation.
    package func restore(to location: DatabaseLocation, dataDirectory: String, instanceID: String, now: Date) async throws {
        let engine: BackupManifest.Engine = if case .sqlite = location { .sqlite } else { .postgres }
        guard engine == manifest.engine else { throw BackupProblem.otherEngine(of: manifest.engine, into: engine) }
        let media = "\(dataDirectory)/\(BackupManifest.mediaName)"
        guard try FileCalls.names(in: media).allSatisfy({ $0.hasPrefix(".") }) else { throw BackupProblem.mediaTaken(media) }
        let keyPath = "\(dataDirectory)/\(SecretKey.filename)"
        if manifest.key != nil, BackupFiles.exists(keyPath) { throw BackupProblem.keyTaken(keyPath) }
        try await requireEmpty(location)

        // Files and key first: rows without them would be half a hub.
        let fresh = "\(dataDirectory)/media.restored"
        try await Task.detached { [self] in
            try? FileManager.default.removeItem(atPath: fresh)
            try copyFiles(to: fresh)
        }.value
        let script = try RestoreScript.text(
            for: engine == .sqlite ? .sqlite : .postgres, schema: manifest.schema, instanceID: instanceID, backupAt: manifest.createdAt,
            now: now)
        progress.begin("Bringing back the database")
        do {
            try await Task.detached { [self] in
                // An empty folder may be there already.
                try? FileManager.default.removeItem(atPath: media)
                try FileCalls.rename(fresh, to: media)
                if manifest.key != nil { _ = try BackupFiles.copy("\(folder)/\(SecretKey.filename)", to: keyPath) }
                try FileCalls.synchronizeDirectory(dataDirectory)
            }.value
            switch location {
            case .sqlite(let path): try await restoreSQLite(to: path, script: script)
            case .postgres(let connectionString):
                let tools = try PostgresTools(connectionString: connectionString)
                try await tools.restore("\(folder)/\(manifest.database.name)", then: script)
            }
        } catch {
            // So that the same call works once the reason is gone.
            try? FileManager.default.removeItem(atPath: media)
            if manifest.key != nil { try? FileManager.default.removeItem(atPath: keyPath) }
            throw error
        }
    }

    private func requireEmpty(_ location: DatabaseLocation) async throws {
        switch location {
        case .sqlite(let path):
            guard !BackupFiles.exists(path) else { throw BackupProblem.databaseTaken(path) }
        case .postgres(let connectionString):
            let database = PostgresDatabase(connectionString: connectionString, connections: 1)
            let isEmpty: Bool
            do {
                isEmpty = try await database.read { try BackupTable($0).isEmpty() }
            } catch {
                await database.close()
                throw error
            }
            await database.close()
            guard isEmpty else { throw BackupProblem.databaseTaken("it has tables") }
        }
    }

    private func copyFiles(to target: String) throws {
        let files = try MediaList.read("\(folder)/\(BackupManifest.mediaListName)")
        progress.begin("Copying \(manifest.mediaCount) files")
        try FileCalls.makeDirectory(target)
        let missing = Set(manifest.missing)
        var folders: Set<String> = []
        for (number, file) in files.enumerated() where !missing.contains("\(file.workspace)/\(file.sha256)") {
            progress.step(number, of: files.count, "files")
            for folder in ["\(target)/\(file.workspace)", "\(target)/\(file.workspace)/\(file.sha256.prefix(2))"]
            where folders.insert(folder).inserted { try FileCalls.makeDirectory(folder) }
            _ = try BackupFiles.copy("\(folder)/\(BackupManifest.mediaName)/\(file.path)", to: "\(target)/\(file.path)")
        }
        for folder in folders.sorted() + [target] { try FileCalls.synchronizeDirectory(folder) }
    }

    /// Under another name until it is what it shall be.
    private func restoreSQLite(to path: String, script: String) async throws {
        let fresh = "\(path).restored"
        for suffix in ["", "-wal", "-shm"] { try FileCalls.remove(fresh + suffix) }
        _ = try BackupFiles.copy("\(folder)/\(manifest.database.name)", to: fresh)
        let database = try SQLiteDatabase(path: fresh, readers: 1)
        do {
            try await database.write { try $0.script(script) }
        } catch {
            await database.close()
            throw error
        }
        await database.close()
        try BackupFiles.synchronize(fresh)
        try FileCalls.rename(fresh, to: path)
        try FileCalls.synchronizeDirectory((path as NSString).deletingLastPathComponent)
    }
}
