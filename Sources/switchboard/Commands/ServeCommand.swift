internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Logging
internal import Metrics
internal import Services
internal import Store
internal import Web

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the hub.",
        discussion: """
            Every flag can also be a SWITCHBOARD_… variable or a line in a file; see `switchboard config --help`. The first start makes the
            database and prints a link, good for once, under which you set up your account. SIGTERM and Ctrl-C stop it.

            Examples:
              switchboard serve
              switchboard serve --data-directory /var/lib/switchboard --public-url https://chat.example.com --trusted-proxies 127.0.0.1
              switchboard serve --database postgresql://switchboard@localhost/switchboard
              switchboard serve --config /etc/switchboard/switchboard.conf --roles dispatch,jobs --port 8081
            """)

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let configuration = try Configuration(options.values())
        try CrashPoint.arm(ProcessInfo.processInfo.environment[CrashPoint.environmentName])
        LogOutput.start(level: configuration.logLevel)
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        FileLimit.raise()
        let directory = try DataDirectory(configuration.dataDirectory)
        let lock = try directory.lock()
        let database = try await OpenedDatabase.forServing(configuration)
        let services = try await HubServices(
            database: database, dataDirectory: directory, secretKey: configuration.secretKey, graphURL: configuration.graphURL,
            graphVersion: configuration.graphVersion, signupApp: configuration.signupApp, mediaQuota: configuration.mediaGigabytes << 30,
            publicURL: configuration.publicURL?.text,
            outsideRules: configuration.outsideRules, roles: configuration.roles,
            now: { Date() })
        warnIfExposed(configuration)
        let hub = HubServer(
            services: services, configuration: configuration.web(isBench: ConfigurationValues.isBench), metrics: metrics,
            onListening: { await welcome(configuration.address(port: $0), services) })
        try await Shutdown.run([hub], seconds: configuration.shutdownSeconds)
        await database.close()
        lock.release()
    }

    /// Passwords and sessions would cross the network in clear.
    private func warnIfExposed(_ configuration: Configuration) {
        let isEncrypted = configuration.tlsCertificate != nil || configuration.publicURL?.isSecure == true
        guard !Configuration.isLoopback(configuration.host), !isEncrypted else { return }
        Logger(label: "switchboard").warning(
            "Others can reach this server without encryption; set public-url to the https address of a reverse proxy, or tls-certificate and tls-key",
            metadata: ["host": "\(configuration.host)"])
    }

    private func welcome(_ address: String, _ services: HubServices) async {
        var lines = ["Switchboard listens on \(address)"]
        let roles = services.process.roles
        if roles.count < ProcessRole.allCases.count { lines.append("This process does: \(ProcessRole.text(of: roles))") }
        defer { FileHandle.standardOutput.tell(lines.joined(separator: "\n") + "\n") }
        guard roles.contains(.web) else { return }
        do {
            if let link = try await services.web.setUp.issueLink() {
                lines += [
                    "", "Nobody has an account yet. Set yours up here, within a day; the link works once:",
                    "  \(address)/set-up/\(link.text)", "",
                ]
            }
        } catch {
            Logger(label: "switchboard").error("The set-up link can't be made", metadata: ["error": "\(String(reflecting: error))"])
        }
    }
}
