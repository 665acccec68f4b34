internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Logging
internal import Services
internal import Store
internal import Web

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look whether all is well: server, database, disk, numbers, webhooks, and what waits.",
        discussion: """
            Works beside a running server, and when it is down. Exit status 1 when something needs a person. Give it the configuration and the
            account that the server has.

            Examples:
              switchboard doctor
              switchboard doctor --json
              switchboard doctor --ask-whatsapp
              switchboard doctor --reindex
              switchboard doctor --config /etc/switchboard/switchboard.conf --data-directory /var/lib/switchboard
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print the findings as JSON.")
    var json = false

    @Flag(
        name: .customLong("ask-whatsapp"),
        help: "Ask WhatsApp whether it still accepts the access tokens; otherwise its last answer is told.")
    var asksWhatsApp = false

    @Flag(help: "Make the search index anew instead, also beside a running server. Until it is whole, the one before is searched.")
    var reindex = false

    /// Workspaces that are looked at.
    private static let workspaceLimit = 100

    func run() async throws {
        let configuration = try Configuration(options.values())
        LogOutput.start(level: .error)
        if reindex { return try await makeIndexes(configuration) }
        let findings = await examine(configuration)
        if json { try print(DoctorReport(findings)) } else { print(findings) }
        if findings.contains(where: { $0.finding.state != .ok }) { throw ExitCode(1) }
    }

    private func makeIndexes(_ configuration: Configuration) async throws {
        let database = try await OpenedDatabase.forCommand(configuration)
        do {
            try await Reindexing(database: database).run()
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// Never throws: what can't be looked at is a finding.
    private func examine(_ configuration: Configuration) async -> [DoctorFinding] {
        let place = configuration.healthPlace
        let database: any Database
        do {
            if let file = place.databaseFile, !FileManager.default.fileExists(atPath: file) { throw DatabaseProblem.missing(file) }
            database = try await OpenedDatabase.open(configuration.database, postgresConnections: 2)
        } catch {
            return ([HealthService.unusable(error)] + (await HealthService.diskFindings(place))).map { DoctorFinding($0) }
        }
        let clock = DatabaseClock(database, now: { Date() })
        try? await clock.synchronize()
        let service = HealthService(database: database, place: place, now: { clock.now })
        let host = await service.hostFindings()
        var findings = host.map { DoctorFinding($0) }
        if host.contains(where: { $0.check == .schema && $0.state == .ok }) {
            do {
                findings += try await examineApp(database, configuration)
                findings += try await examineWorkspaces(service, database, configuration)
            } catch {
                findings.append(DoctorFinding(HealthService.unusable(error)))
            }
        }
        await database.close()
        return findings
    }

    /// What Meta wants to know of the operator's own app, and what came to its address for nobody.
    private func examineApp(_ database: any Database, _ configuration: Configuration) async throws -> [DoctorFinding] {
        guard let app = configuration.signupApp else { return [] }
        let address = "\(configuration.publicURL?.text ?? "https://this-server")\(SignupApp.webhookPath)"
        let strays = try await database.read { try StrayWebhookTable($0).counts() }
        let stray = strays.isEmpty ? "" : " Kept of what was for nobody here: \(strays.values.reduce(0) { $0 + $1.count })."
        return [
            DoctorFinding(
                HealthFinding(
                    .webhooks, "Meta app \(app.appID)", .ok,
                    "Its callback URL at Meta, under WhatsApp, Configuration: \(address), with the verify token \(app.verifyToken).\(stray)"
                ))
        ]
    }

    private func examineWorkspaces(
        _ service: HealthService, _ database: any Database, _ configuration: Configuration
    ) async throws -> [DoctorFinding] {
        let workspaces = try await database.read { try WorkspaceTable($0).all(limit: Self.workspaceLimit) }
        var findings: [DoctorFinding] = []
        if asksWhatsApp { findings += try await ask(workspaces, database, configuration) }
        for workspace in workspaces {
            findings += try await service.workspaceFindings(access: .system("doctor", in: workspace.id)).map {
                DoctorFinding($0, workspace: workspace.slug.text)
            }
        }
        return findings
    }

    /// What WhatsApp answers is written down and told with the rest; here is only that it can't be asked.
    private func ask(
        _ workspaces: [Workspace], _ database: any Database, _ configuration: Configuration
    ) async throws -> [DoctorFinding] {
        let services = try await HubServices(
            database: database, dataDirectory: try DataDirectory(configuration.dataDirectory), secretKey: configuration.secretKey,
            graphURL: configuration.graphURL, graphVersion: configuration.graphVersion, now: { Date() })
        var findings: [DoctorFinding] = []
        do {
            for workspace in workspaces {
                let access = Access.system("doctor", in: workspace.id)
                for connection in try await services.web.senders.connections(access: access) {
                    do {
                        _ = try await services.web.senders.check(connection.id, access: access)
                    } catch let problem as ConnectionProblem {
                        let finding = HealthFinding(.accessToken, connection.name, .attention, problem.detail)
                        findings.append(DoctorFinding(finding, workspace: workspace.slug.text))
                    }
                }
            }
        } catch {
            await services.close()
            throw error
        }
        await services.close()
        return findings
    }

    // MARK: Printing

    private func print(_ findings: [DoctorFinding]) {
        let width = HealthState.allCases.map(\.rawValue.count).max()! + 2
        for (finding, workspace) in findings.map({ ($0.finding, $0.workspace) }) {
            let state = finding.state.rawValue + String(repeating: " ", count: width - finding.state.rawValue.count)
            let place = [workspace, finding.check.title, finding.subject].compactMap(\.self).joined(separator: ", ")
            Swift.print("\(state)\(place): \(finding.detail)")
            if let advice = finding.advice { Swift.print(String(repeating: " ", count: width) + advice) }
        }
        let count = findings.count { $0.finding.state != .ok }
        Swift.print("")
        Swift.print(count == 0 ? "All is well." : count == 1 ? "1 thing needs a person." : "\(count) things need a person.")
    }

    private func print(_ report: DoctorReport) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        Swift.print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}

/// A finding, and whose workspace it is about; nil for the installation.
private struct DoctorFinding {
    let finding: HealthFinding
    let workspace: String?

    init(_ finding: HealthFinding, workspace: String? = nil) { (self.finding, self.workspace) = (finding, workspace) }
}

private struct DoctorReport: Encodable {
    struct Entry: Encodable {
        let check: HealthCheck
        let workspace: String?
        let subject: String?
        let state: HealthState
        let detail: String
        let advice: String?
        let value: Double?
        let unit: HealthFinding.Unit?
    }

    let state: HealthState
    let at: Date
    let findings: [Entry]

    init(_ findings: [DoctorFinding]) {
        state = findings.map(\.finding.state).max() ?? .ok
        at = Date()
        self.findings = findings.map { item in
            let finding = item.finding
            return Entry(
                check: finding.check, workspace: item.workspace, subject: finding.subject, state: finding.state, detail: finding.detail,
                advice: finding.advice, value: finding.value, unit: finding.unit)
        }
    }
}

extension Configuration {
    /// What of this process is on disk.
    var healthPlace: HealthService.Place {
        let file: String? = if case .sqlite(let path) = DatabaseLocation(database) { path } else { nil }
        return HealthService.Place(dataDirectory: dataDirectory.path, databaseFile: file)
    }
}
