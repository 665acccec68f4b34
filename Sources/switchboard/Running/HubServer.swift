internal import Domain
internal import Logging
internal import ServiceLifecycle
internal import Services
internal import Store
internal import Web

/// The hub while it runs: workers and web server. They stop in reverse order, so that calls in flight end first and their answers are recorded.
/// Whoever opened the database closes it after that.
struct HubServer: Service, CustomStringConvertible {
    private let services: HubServices
    private let configuration: WebConfiguration
    private let metrics: PrometheusRegistry
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// What the log names it by, instead of all that it is made of.
    var description: String { "HubServer" }

    init(
        services: HubServices, configuration: WebConfiguration, metrics: PrometheusRegistry,
        onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        (self.services, self.configuration, self.metrics, self.onListening) = (services, configuration, metrics, onListening)
    }

    func run() async throws {
        do {
            try await serve()
        } catch {
            await services.close()
            throw error
        }
        await services.close()
    }

    private func serve() async throws {
        try await Installation.name(services.database)
        await services.web.sending.halts.refresh()
        let dispatcher = services.makeDispatcher()
        let server = try WebServer(
            try router(readiness(dispatcher)), configuration: configuration, logger: Logger(label: "web"), onRunning: onListening)
        let workers = services.workers(dispatcher)
        try await ServiceGroup(configuration: .init(together: workers + [server], logger: Logger(label: "hub"))).run()
    }

    /// Without the web role only what tells whoever runs the process how it is.
    private func router(_ readiness: Readiness) throws -> WebRouter {
        guard services.process.roles.contains(.web) else {
            return WebRouter(readiness: readiness, metrics: metrics, configuration: configuration)
        }
        let pages = try Pages(services: services.web, configuration: configuration)
        return try WebRouter(
            services.web, pages: pages.routes, configuration: configuration, readiness: readiness, metrics: metrics,
            version: programVersion, problemPage: pages.problemPage)
    }

    private func readiness(_ dispatcher: Dispatcher?) -> Readiness {
        Readiness(
            roles: services.process.roles, senders: { dispatcher?.senders.count ?? 0 },
            [("database", { [probe = StoreProbe(database: services.database, now: services.now)] in await probe.problem() })])
    }
}
