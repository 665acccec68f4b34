internal import AsyncHTTPClient
internal import Domain
internal import Foundation
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import ServiceLifecycle
internal import Services
internal import Simulator
internal import Store
internal import Web

/// The hub of a demo. Starts once the simulator listens, then has the simulator send its webhooks here.
struct DemoServer: Service {
    let simulator: SimulatorServer
    let database: any Database
    let dataDirectory: DataDirectory
    let port: Int
    let isBench: Bool
    let metrics: PrometheusRegistry
    let seed: DemoSeed
    let signedUp: SignupMemory
    let facts: DemoFacts
    let onReady: @Sendable (DemoFacts) -> Void

    private static let host = "127.0.0.1"

    func run() async throws {
        let simulatorURL = "http://\(Self.host):\(try await simulator.port())"
        let services = try await HubServices(
            database: database, dataDirectory: dataDirectory, secretKey: nil, graphURL: simulatorURL, graphVersion: Self.graphVersion,
            signupApp: Self.signupApp(simulatorURL),
            // Programs on this machine may take receipts, so that they can be tried.
            outsideRules: OutsideRules(permitting: [IPNetwork(parsing: "127.0.0.1")!]), now: now)
        let (ports, feed) = AsyncStream.makeStream(of: Int.self)
        let hub = HubServer(
            services: services, configuration: WebConfiguration(host: Self.host, port: port, isBench: isBench), metrics: metrics,
            onListening: { feed.yield($0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await port in ports.prefix(1) { try await announce(port, simulatorURL: simulatorURL, services) }
            }
            group.addTask {
                defer { feed.finish() }
                try await hub.run()
            }
            try await group.waitForAll()
        }
    }

    /// The simulator's time, which tests may set ahead.
    private var now: @Sendable () -> Date {
        { [simulator] in Date().addingTimeInterval(simulator.clockOffset / .seconds(1)) }
    }

    /// The simulator's app for sign-ups, whose window it plays.
    private static func signupApp(_ simulatorURL: String) -> SignupApp? {
        let app = SimulatorSeed.App.signup
        return app.configurationID.map {
            SignupApp(appID: app.id, appSecret: app.secret, configurationID: $0, scriptServer: simulatorURL, graphVersion: graphVersion)
        }
    }

    private static let graphVersion = ConfigurationKey.graphVersion.setting.initial ?? ""

    /// Writes down where everything is, once the simulator has shaken hands with the hub.
    private func announce(_ port: Int, simulatorURL: String, _ services: HubServices) async throws {
        var facts = facts
        facts.url = "http://\(Self.host):\(port)"
        facts.simulatorUrl = simulatorURL
        try await subscribe(
            DemoShop.appID, secret: seed.secrets.appSecret, callback: facts.url + facts.connection.webhookPath,
            verifyToken: seed.secrets.verifyToken, simulatorURL: simulatorURL)
        if let app = Self.signupApp(simulatorURL) {
            try await subscribe(
                app.appID, secret: app.appSecret, callback: facts.url + SignupApp.webhookPath, verifyToken: app.verifyToken,
                simulatorURL: simulatorURL)
        }
        await signedUp.subscribe(to: facts.url, through: services)
        try facts.publish(in: dataDirectory.url)
        onReady(facts)
    }

    /// As a person does it on Meta's page: the address of the webhook and the verify token, which the hub must answer for.
    private func subscribe(
        _ app: String, secret: String, callback: String, verifyToken: String, simulatorURL: String
    ) async throws {
        var request = HTTPClientRequest(url: "\(simulatorURL)/\(Self.graphVersion)/\(app)/subscriptions")
        request.method = .POST
        request.headers = [
            "Authorization": "Bearer \(app)|\(secret)", "Content-Type": "application/json",
        ]
        let body = [
            "object": "whatsapp_business_account", "callback_url": callback, "verify_token": verifyToken,
        ]
        request.body = .bytes(try JSONEncoder().encode(body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        guard response.status == .ok else { throw DemoProblem.webhookRefused }
    }
}
