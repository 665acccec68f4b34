internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Simulator

/// `switchboard simulate`: the stand-in for WhatsApp on its own, for trying out and for tests of any program that talks to the Cloud API.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run a stand-in for the WhatsApp Cloud API with customers' phones.",
        discussion: """
            Prints one line of JSON with its address once it listens. Everything is kept in memory and gone when it ends.

            Examples:
              switchboard simulate
              switchboard simulate --port 0 --callback-url http://127.0.0.1:9000/webhook
            """)

    @Option(help: "The address to listen on. The control API has no password, so keep it to this machine.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 lets the system choose.")
    var port = 8090

    @Option(help: "Where the sample app gets its webhooks. It can be set later, as on the real platform.")
    var callbackURL: String?

    @Option(help: "The least important lines that are still logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel = "warning"

    /// Seconds that calls in flight may take to end.
    private static let shutdownSeconds = 2

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("A port is a number from 0 to 65535.") }
        guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level takes a level such as info.") }
    }

    func run() async throws {
        LogOutput.start(level: Logger.Level(rawValue: logLevel) ?? .warning)
        FileLimit.raise()
        var seed = SimulatorSeed.sample
        seed.apps[0].callbackURL = callbackURL
        let app = seed.apps[0]
        let account = seed.accounts[0]
        if !Configuration.isLoopback(host) {
            Logger(label: "switchboard").warning(
                "Others can reach this simulator and change everything in it, since it has no password; without --host only this machine can",
                metadata: ["host": "\(host)"])
        }
        let server = SimulatorServer(configuration: SimulatorConfiguration(host: host, port: port, seed: seed))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await Shutdown.run([server], seconds: Self.shutdownSeconds) }
            let address = "http://\(host):\(try await server.port())"
            let line = Ready(
                url: address, accessToken: seed.accessTokens.keys.sorted().first ?? "", appId: app.id, appSecret: app.secret,
                verifyToken: app.verifyToken,
                accountId: account.id, phoneNumberIds: account.numbers.map(\.id),
                signup: .init(
                    appId: SimulatorSeed.App.signup.id, appSecret: SimulatorSeed.App.signup.secret,
                    configurationId: SimulatorSeed.App.signup.configurationID ?? "", sdkAddress: "\(address)/en_US/sdk.js"))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            FileHandle.standardOutput.tell(String(decoding: try encoder.encode(line), as: UTF8.self) + "\n")
            try await tasks.next()
        }
    }

    private struct Ready: Encodable {
        let url, accessToken, appId, appSecret, verifyToken, accountId: String
        let phoneNumberIds: [String]
        let signup: Signup

        /// What a hub needs to open the window of Embedded Signup.
        struct Signup: Encodable {
            let appId, appSecret, configurationId, sdkAddress: String
        }
    }
}
