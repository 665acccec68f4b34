package import Domain
package import Store

package import struct Foundation.Date

/// What a backup holds, as `manifest.json` says it.
package struct BackupManifest: Sendable, Codable, Equatable {
    /// Of the shape of a backup; one with a greater number is for a newer program.
    package static let newestFormat = 1
    package static let filename = "manifest.json"
    package static let mediaListName = "media.list"
    package static let mediaName = "media"

    package enum Engine: String, Sendable, Codable {
        case sqlite, postgres

        package init(_ dialect: SQLDialect) { self = dialect == .sqlite ? .sqlite : .postgres }

        /// As people call it.
        package var name: String { self == .sqlite ? "SQLite" : "PostgreSQL" }
        var databaseFilename: String { self == .sqlite ? "database.sqlite" : "database.dump" }
    }

    /// A file of the backup, by which it is known again.
    package struct File: Sendable, Codable, Equatable {
        package let name: String
        package let byteCount: Int
        /// Lower-case hex.
        package let sha256: String
    }

    package let format: Int
    /// Of the program that wrote it.
    package let version: String
    package let createdAt: Date
    package let engine: Engine
    /// PostgreSQL's schema of the tables.
    package let schema: String?
    /// The newest migration of the tables.
    package let migration: Int
    package let instanceID: String?
    package let database: File
    /// Lists the files, one a line: workspace, digest, bytes.
    package let mediaList: File
    package let mediaCount: Int
    package let mediaBytes: Int
    /// Rows of each table.
    package let rows: [String: Int]
    /// Files that the database knows and that weren't there, or weren't whole, when the backup was made.
    package let missing: [String]
    /// Nil without the key.
    package let key: File?
}

package enum BackupProblem: Problem, Equatable {
    case targetTaken(String)
    case unwritable(String, reason: String)
    case notABackup(String)
    case newerFormat(Int)
    case damaged(file: String, reason: String)
    case otherEngine(of: BackupManifest.Engine, into: BackupManifest.Engine)
    case databaseTaken(String)
    case mediaTaken(String)
    case keyTaken(String)
    case keyMissing

    package var kind: ProblemKind { .conflict }

    package var code: String {
        switch self {
        case .targetTaken: "backup.target-taken"
        case .unwritable: "backup.unwritable"
        case .notABackup: "backup.not-a-backup"
        case .newerFormat: "backup.newer-format"
        case .damaged: "backup.damaged"
        case .otherEngine: "backup.other-engine"
        case .databaseTaken: "restore.database-taken"
        case .mediaTaken: "restore.media-taken"
        case .keyTaken: "restore.key-taken"
        case .keyMissing: "backup.key-missing"
        }
    }

    package var detail: String {
        switch self {
        case .targetTaken(let path): "There is something at \(path) already. Name a folder that doesn't exist yet."
        case .unwritable(let path, let reason): "The backup can't be written to \(path) (\(reason))."
        case .notABackup(let path): "There is no backup in \(path): a backup is a folder with a \(BackupManifest.filename) in it."
        case .newerFormat(let format):
            "This backup was written by a newer version of Switchboard (format \(format)). Restore it with that version or a newer one."
        case .damaged(let file, let reason): "The backup is damaged: \(file) \(reason). Nothing was restored. Please take another backup."
        case .otherEngine(let engine, let target):
            "This backup is of \(engine.name) and can't be brought into \(target.name). Restore it into an empty \(engine.name) database."
        case .databaseTaken(let place):
            "There is a database already: \(place). A backup is restored into an empty place only, so that it can't destroy anything. Name another with --data-directory or --database."
        case .mediaTaken(let path): "There are files in \(path) already. A backup is restored into an empty data directory only."
        case .keyTaken(let path): "There is another secret key at \(path) already. Move it away, then restore again."
        case .keyMissing: "There is no secret key here that could go into the backup. Leave out --include-key."
        }
    }
}
