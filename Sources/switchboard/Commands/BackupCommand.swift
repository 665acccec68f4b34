internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Services
internal import Store

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy database and files to a folder, also while the server runs.",
        discussion: """
            The folder holds the database as it was at one moment, all files that it knows, and a manifest with their digests. The secret key is not in
            it: keep that apart, because with it whoever has the backup can read the tokens of your connections. PostgreSQL is copied by its own
            pg_dump (package postgresql-client).

            Examples:
              switchboard backup /var/backups/switchboard/2026-11-21
              switchboard backup --data-directory /var/lib/switchboard --include-key /mnt/safe/switchboard
            """)

    @OptionGroup var options: DatabaseOptions
    @Flag(help: "Put the secret key into the backup as well.") var includeKey = false
    @Argument(help: "The folder to make; nothing may be there yet.") var directory: String

    func run() async throws {
        let configuration = try options.configuration()
        let data = configuration.dataDirectory
        let key = try includeKey ? secretKey(configuration, data) : nil
        let database = try await OpenedDatabase.forCommand(configuration)
        let manifest: BackupManifest
        do {
            let writer = BackupWriter(
                location: DatabaseLocation(configuration.database), database: database,
                mediaDirectory: data.appending(path: "media").path, version: programVersion, progress: .onStandardError)
            manifest = try await writer.write(to: directory.absolutePath, key: key, now: Date())
            await database.close()
        } catch {
            await database.close()
            throw error
        }
        report(manifest, configuration)
    }

    private func secretKey(_ configuration: Configuration, _ data: URL) throws -> String {
        if let key = configuration.secretKey, !key.isEmpty { return key }
        let file = data.appending(path: SecretKey.filename).path
        guard let bytes = FileManager.default.contents(atPath: file) else { throw BackupProblem.keyMissing }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func report(_ manifest: BackupManifest, _ configuration: Configuration) {
        let messages = manifest.rows["messages"] ?? 0
        print(
            "The backup is in \(directory.absolutePath): \(messages) messages, \(manifest.mediaCount) files, \(manifest.mediaBytes) bytes of files."
        )
        if !manifest.missing.isEmpty {
            print("\(manifest.missing.count) files weren't there any more, or weren't whole, and aren't in it:")
            for name in manifest.missing.prefix(Self.namesShown) { print("  \(name)") }
            if manifest.missing.count > Self.namesShown {
                print("  and \(manifest.missing.count - Self.namesShown) more; the manifest names all")
            }
        }
        if manifest.key != nil {
            print("The secret key is in it (\(SecretKey.filename)). Keep the backup where nobody else can read it.")
        } else if let key = configuration.secretKey, !key.isEmpty {
            print(
                "The secret key is not in it. Keep the value of \(SecretKey.environmentName) apart: without it the tokens of your connections are lost."
            )
        } else {
            let file = configuration.dataDirectory.appending(path: SecretKey.filename).path
            print("The secret key is not in it. Keep a copy of \(file) apart: without it the tokens of your connections are lost.")
        }
    }

    private static let namesShown = 20
}

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring a backup into an empty data directory and an empty database.",
        discussion: """
            All of the backup is checked first. Afterwards nothing is sent until you say so, on any page or with `switchboard resume`: what waits in the
            backup may have been sent since. Put the secret key back before you start the server, unless the backup holds it.

            Examples:
              switchboard restore /var/backups/switchboard/2026-11-21 --data-directory /var/lib/switchboard
              switchboard restore backup --database postgresql://switchboard@localhost/switchboard
            """)

    @OptionGroup var options: DatabaseOptions
    @Argument(help: "The folder that `switchboard backup` made.") var directory: String

    func run() async throws {
        let configuration = try options.configuration()
        let reader = try BackupReader(directory.absolutePath, progress: .onStandardError)
        try await reader.verify()
        let data = try DataDirectory(configuration.dataDirectory)
        let lock = try data.lock()
        let location = DatabaseLocation(configuration.database)
        try await reader.restore(to: location, dataDirectory: data.url.path, instanceID: Installation.makeID(), now: Date())
        let database = try await OpenedDatabase.open(configuration.database, postgresConnections: 1)
        do {
            try await Migrator(database).migrate()
            await database.close()
        } catch {
            await database.close()
            throw error
        }
        lock.release()
        report(reader.manifest, configuration)
    }

    private func report(_ manifest: BackupManifest, _ configuration: Configuration) {
        print(
            "Restored: \(manifest.rows["messages"] ?? 0) messages, \(manifest.mediaCount) files, as of \(manifest.createdAt.formatted(.iso8601))."
        )
        if !manifest.missing.isEmpty { print("\(manifest.missing.count) files weren't in the backup; the manifest names them.") }
        if manifest.key == nil, configuration.secretKey?.isEmpty ?? true {
            let file = configuration.dataDirectory.appending(path: SecretKey.filename).path
            print("Now put the secret key back, as \(file) or in \(SecretKey.environmentName).")
        }
        print("Nothing is sent yet. Start the server, look at what waits, then start sending on any page, or run: switchboard resume")
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Start sending again after a restore.",
        discussion: """
            Without --yes it only says what waits.

            Examples:
              switchboard resume
              switchboard resume --yes
            """)

    @OptionGroup var options: DatabaseOptions
    @Flag(help: "Start sending.") var yes = false

    func run() async throws {
        let database = try await OpenedDatabase.forCommand(options.configuration())
        do {
            try await resume(database)
            await database.close()
        } catch {
            await database.close()
            throw error
        }
    }

    private func resume(_ database: any Database) async throws {
        let (halt, waiting) = try await database.read { (try SettingTable($0).sendingHalt(), try QueueTable($0).count(in: nil)) }
        let count = waiting < QueueTable.countLimit ? "\(waiting)" : "More than \(waiting - 1)"
        guard let halt else { return print("Nothing holds messages back. \(count) wait in queues.") }
        print("Nothing has been sent since \(halt.since.formatted(.iso8601)). \(count) messages wait in queues.")
        if let backupAt = halt.backupAt {
            print("The backup was made at \(backupAt.formatted(.iso8601)); what was sent since may wait here once more.")
        }
        guard yes else { return print("To send what waits, run: switchboard resume --yes") }
        let workspaces = try await database.read { try WorkspaceTable($0).all(limit: 1) }
        let sending = SendingService(database: database, signals: Signals(), now: { Date() })
        guard let workspace = workspaces.first else { return print("There is no workspace yet.") }
        _ = try await sending.liftHalt(access: .system("command-line", in: workspace.id))
        print("Sending has started.")
    }
}

extension BackupProgress {
    /// So that standard output has only what came of it.
    static var onStandardError: BackupProgress { BackupProgress { FileHandle.standardError.tell("\($0)\n") } }
}

extension String {
    fileprivate var absolutePath: String { URL(filePath: self).standardizedFileURL.path }
}
