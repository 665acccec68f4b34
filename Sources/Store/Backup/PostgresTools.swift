internal import CLibPQ
package import Domain
internal import Foundation

/// PostgreSQL's own programs, which write and read its dumps: `pg_dump`, `pg_restore`, `psql`.
package struct PostgresTools: Sendable {
    private let folder: String
    private let connectionString: String

    /// - Parameter folder: where the programs are; found by itself when nil. Throws ``PostgresToolProblem/missing(_:)``.
    package init(connectionString: String, folder: String? = nil) throws(PostgresToolProblem) {
        self.connectionString = connectionString
        let search = folder.map { [$0] } ?? Self.folders
        guard
            let found = search.first(where: { folder in
                Self.names.allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
            })
        else { throw .missing(Self.names.joined(separator: ", ")) }
        self.folder = found
    }

    private static let names = ["pg_dump", "pg_restore", "psql"]

    /// The newest version first; then wherever the shell would look.
    private static var folders: [String] {
        let debian = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []).compactMap(Int.init).sorted(by: >)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return versions.map { "\(debian)/\($0)/bin" } + path.split(separator: ":").map(String.init)
    }

    // MARK: Writing

    /// Dumps one snapshot to `target`, and lets `look` read the same one.
    package func dump<T: Sendable>(
        _ database: any Database, to target: String, look: @escaping @Sendable (any Transaction) throws -> T
    ) async throws -> T {
        try await withService { service in
            // The dump runs inside the closure, because the snapshot ends with its transaction; run again it begins anew.
            try await database.read { transaction in
                try transaction.script("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
                let snapshot = try transaction.rows("SELECT pg_export_snapshot()")[0].text(0)
                try? FileManager.default.removeItem(atPath: target)
                let dump = try start(
                    "pg_dump",
                    [
                        "--dbname=service=\(Self.serviceName)", "--format=custom", "--no-owner", "--no-privileges", "--no-password",
                        "--snapshot=\(snapshot)", "--file=\(target)",
                    ], service: service)
                let value = try look(transaction)
                try dump.finish()
                return value
            }
        }
    }

    // MARK: Reading

    /// Brings the tables and rows of a dump into an empty database and runs `script` after them, all in one transaction.
    package func restore(_ dump: String, then script: String) async throws {
        try await withService { service in
            try await Task.detached {
                // Whoever has ended by an error reads no more, and says so itself.
                signal(SIGPIPE, SIG_IGN)
                let (source, rows) = try Self.pipe()
                let server = try start(
                    "psql",
                    [
                        "--dbname=service=\(Self.serviceName)", "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1",
                        "--output=/dev/null", "--file=-",
                    ], service: service, input: source)
                try source.close()
                // Only the COMMIT behind the script makes any of it true: rows without the script would be a hub that sends.
                try rows.write(contentsOf: Data("BEGIN;\n".utf8))
                let reader: RunningTool
                do {
                    reader = try start("pg_restore", ["--no-owner", "--no-privileges", "--file=-", dump], service: service, output: rows)
                } catch {
                    server.kill()
                    throw error
                }
                do {
                    try reader.finish()
                } catch {
                    server.kill()
                    throw server.failed(first: error)
                }
                try? rows.write(contentsOf: Data("\n\(script)\nCOMMIT;\n".utf8))
                try rows.close()
                try server.finish()
            }.value
        }
    }

    // MARK: Running

    private static let serviceName = "switchboard"

    /// Lets the tools find the server by a file that only we can read: flags are seen by every account of the machine.
    private func withService<T: Sendable>(_ body: @Sendable (String) async throws -> T) async throws -> T {
        let path = NSTemporaryDirectory() + "switchboard-service-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: path, contents: Data(try serviceText().utf8), attributes: [.posixPermissions: 0o600])
        else { throw PostgresToolProblem.failed("a file in \(NSTemporaryDirectory())", "it can't be written") }
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    private func serviceText() throws -> String {
        guard let options = PQconninfoParse(connectionString, nil) else { throw PostgresToolProblem.connectionString }
        defer { PQconninfoFree(options) }
        var lines = ["[\(Self.serviceName)]"]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { lines.append("\(String(cString: keyword))=\(String(cString: value))") }
            option += 1
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Both ends stay ours, which Foundation's own pipe doesn't promise.
    private static func pipe() throws -> (FileHandle, FileHandle) {
        var ends: [Int32] = [0, 0]
        guard Foundation.pipe(&ends) == 0 else { throw PostgresToolProblem.failed("a pipe", String(cString: strerror(errno))) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (FileHandle(fileDescriptor: ends[0], closeOnDealloc: true), FileHandle(fileDescriptor: ends[1], closeOnDealloc: true))
    }

    private func start(
        _ name: String, _ arguments: [String], service: String, input: FileHandle? = nil, output: FileHandle? = nil
    ) throws -> RunningTool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(folder)/\(name)")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["PGSERVICEFILE": service]) { $1 }
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = output ?? FileHandle.nullDevice
        return try RunningTool(name, process)
    }
}

/// One of PostgreSQL's programs at work.
private final class RunningTool {
    private static let errorLimit = 600

    private let name: String
    private let process: Process
    private let errors: String

    init(_ name: String, _ process: Process) throws {
        (self.name, self.process) = (name, process)
        // A file and not a pipe: nobody needs to read it meanwhile.
        errors = NSTemporaryDirectory() + "switchboard-\(name)-\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: errors, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw PostgresToolProblem.failed(name, "\(errors) can't be written")
        }
        process.standardError = FileHandle(forWritingAtPath: errors)
        do { try process.run() } catch { throw PostgresToolProblem.failed(name, "it can't be started") }
    }

    deinit { try? FileManager.default.removeItem(atPath: errors) }

    /// Waits for its end. Throws what it said when it failed.
    func finish() throws {
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PostgresToolProblem.failed(name, said) }
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Of two that failed together, the one whose error explains the other's.
    func failed(first: any Error) -> any Error { said.contains("ERROR") ? PostgresToolProblem.failed(name, said) : first }

    private var said: String {
        let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").filter { !$0.isEmpty }.prefix(3).joined(separator: " ")
        return line.isEmpty ? "it ended with status \(process.terminationStatus)" : String(line.prefix(Self.errorLimit))
    }
}

package enum PostgresToolProblem: Problem, Equatable {
    case missing(String)
    case connectionString
    case failed(String, String)

    package var kind: ProblemKind { .unavailable }

    package var code: String {
        switch self {
        case .missing: "postgres-tools.missing"
        case .connectionString: "postgres-tools.connection-string"
        case .failed: "postgres-tools.failed"
        }
    }

    package var detail: String {
        switch self {
        case .missing(let names):
            "Backups of PostgreSQL are written by its own tools (\(names)), which aren't here. Install the package postgresql-client in the version of your server, then try again."
        case .connectionString: "The connection string of the database can't be read."
        case .failed(let tool, let said): "\(tool) didn't do its work: \(said)"
        }
    }
}
