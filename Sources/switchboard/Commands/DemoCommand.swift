internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Logging
internal import Metrics
internal import ServiceLifecycle
internal import Simulator
internal import Store
internal import Web

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Start a hub with a sample shop, and a simulator in which you play its customers.",
        discussion: """
            Needs no WhatsApp account and reaches nothing outside this machine. It reads flags only, no variables and no file, so that it can't
            meet the database of a real installation by accident. demo.json in the data directory holds addresses, password and API key.

            Examples:
              switchboard demo
              switchboard demo --fresh
              switchboard demo --port 0 --simulator-port 0 --data-directory /tmp/demo
            """)

    @Option(help: "Port of the hub; 0 lets the system choose.")
    var port = 8080

    @Option(help: "Port of the simulator; 0 lets the system choose.")
    var simulatorPort = 8090

    @Option(help: "Folder of everything that the demo keeps; made when it is missing.")
    var dataDirectory = "demo-data"

    @Option(help: "Connection string of an empty PostgreSQL database, instead of a file in the data directory.")
    var database: String?

    @Option(help: "How long calls in flight may take to end when the demo is told to stop, in seconds.")
    var shutdownSeconds = 10

    @Option(help: "The least important lines that are still logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = "warning"

    @Flag(help: "Throw away what an earlier demo left in the data directory.")
    var fresh = false

    func validate() throws {
        for port in [port, simulatorPort] where !(0...65_535).contains(port) {
            throw ValidationError("A port is a number from 0 to 65535.")
        }
        guard (1...300).contains(shutdownSeconds) else { throw ValidationError("--shutdown-seconds takes a number from 1 to 300.") }
        guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level takes a level such as info.") }
    }

    func run() async throws {
        LogOutput.start(level: Logger.Level(rawValue: logLevel) ?? .warning)
        let metrics = PrometheusRegistry()
        MetricsSystem.bootstrap(metrics)
        FileLimit.raise()
        let folder = URL(filePath: dataDirectory, directoryHint: .isDirectory)
        let directory = try DataDirectory(folder)
        let lock = try directory.lock()
        if fresh { try DemoFolder(folder).empty(isSQLite: database == nil) }

        let database = try await OpenedDatabase.open(self.database ?? Configuration.defaultDatabase(in: folder), postgresConnections: 12)
        try await Migrator(database).migrate()
        let (seed, facts, customers, signedUp) = try await prepare(database, directory)
        let simulator = SimulatorServer(
            configuration: SimulatorConfiguration(port: simulatorPort, seed: seed.simulatorSeed(customers: customers, signedUp: signedUp)))
        let demo = DemoServer(
            simulator: simulator, database: database, dataDirectory: directory, port: port,
            isBench: ConfigurationValues.isBench, metrics: metrics, seed: seed, signedUp: signedUp, facts: facts,
            onReady: Self.welcome)
        // The simulator is the last to stop: calls in flight get their answers.
        try await Shutdown.run([simulator, demo], seconds: shutdownSeconds)
        await database.close()
        lock.release()
    }

    /// The shop, its facts, its customers and the numbers that were signed up: of the earlier start, or new.
    private func prepare(
        _ database: any Database, _ directory: DataDirectory
    ) async throws -> (DemoSeed, DemoFacts, [SimulatorSeed.Customer], SignupMemory) {
        // Nothing is called before the simulator runs, so no address is needed yet.
        let services = try await HubServices(
            database: database, dataDirectory: directory, secretKey: nil, graphURL: "http://127.0.0.1:9", graphVersion: "v26.0",
            now: { Date() })
        do {
            let prepared = try await prepare(services, directory)
            await services.close()
            return prepared
        } catch {
            await services.close()
            throw error
        }
    }

    private func prepare(
        _ services: HubServices, _ directory: DataDirectory
    ) async throws -> (DemoSeed, DemoFacts, [SimulatorSeed.Customer], SignupMemory) {
        let known = try DemoFacts.read(in: directory.url)
        let seed: DemoSeed
        let facts: DemoFacts
        if let found = try await DemoSeed(finding: known, in: services), let known {
            (seed, facts) = (found, known)
        } else {
            try DemoFacts.unfinished.remember(in: directory.url)
            (seed, facts) = try await DemoSeed.make(in: services, now: Date())
        }
        try facts.remember(in: directory.url)
        let access = Access.system("demo", in: seed.workspaceID)
        let signedUp = try await SignupMemory(services, access: access)
        let memory = PhoneMemory(services: services, access: access, senders: seed.senders + signedUp.senders)
        return (seed, facts, try await memory.customers(), signedUp)
    }

    private static let welcome: @Sendable (DemoFacts) -> Void = { facts in
        let text = """

            The demo is running.

              Inbox      \(facts.url)
                         sign in as \(facts.email) with the password \(facts.password)
              Customers  \(facts.simulatorUrl)
                         write as a customer here, and watch it arrive in the inbox

            Ctrl-C stops it.

            """
        FileHandle.standardOutput.tell(text)
    }
}
