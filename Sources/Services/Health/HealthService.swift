package import Domain
package import Foundation
package import Store

/// How a workspace, and the server under it, stand: for the page, the API and `switchboard doctor` alike.
package struct HealthService: Sendable {
    /// A process that hasn't been seen for so long has gone. Longer than the others wait before they share its numbers: one slow beat is no news.
    static let goneSeconds = 10.0

    let database: any Database
    let place: Place
    let now: @Sendable () -> Date
    /// The machine's clock, also where `now` is another.
    let machineTime: @Sendable () -> Date

    /// Where this process keeps what it has on disk.
    package struct Place: Sendable {
        package let dataDirectory: String
        /// The file of SQLite; nil on PostgreSQL.
        package let databaseFile: String?

        package init(dataDirectory: String, databaseFile: String?) {
            (self.dataDirectory, self.databaseFile) = (dataDirectory, databaseFile)
        }
    }

    package init(
        database: any Database, place: Place, now: @escaping @Sendable () -> Date,
        machineTime: @escaping @Sendable () -> Date = { Date() }
    ) {
        (self.database, self.place) = (database, place)
        (self.now, self.machineTime) = (now, machineTime)
    }

    /// The caller's workspace; and the server, when the workspace is that of the people who run it: the first of the installation.
    package func report(access: Access) async throws -> HealthReport {
        try access.require(.settingsManage)
        let isOperators = try await database.read { try HealthTable($0, access).isFirstWorkspace() }
        return HealthReport(
            at: now(), workspace: try await workspaceFindings(access: access), host: isOperators ? await hostFindings() : nil)
    }

    /// The server, its database and its machine. Never throws: what can't be looked at is a finding.
    package func hostFindings() async -> [HealthFinding] {
        var findings: [HealthFinding] = []
        do {
            let schema = try await schemaFinding()
            findings.append(schema)
            // Without the tables of this version there is nothing more to ask the database.
            if schema.state == .ok { findings += try await databaseFindings() }
        } catch {
            findings.append(Self.unusable(error))
        }
        return findings + (await Self.diskFindings(place))
    }

    /// A database that can't be asked.
    package static func unusable(_ error: any Error) -> HealthFinding {
        let reason =
            switch error {
            case StoreError.unavailable(let reason): " \(reason)"
            case StoreError.schema(let advice): " \(advice)"
            case let problem as any Problem: " \(problem.detail)"
            default: ""
            }
        return HealthFinding(
            .database, .trouble, "The database can't be used right now.\(reason)",
            advice:
                "Look whether the database server runs and whether its disk has room. Nothing is lost: webhooks are repeated, and sending goes on by itself."
        )
    }
}
