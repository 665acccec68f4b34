internal import Logging
internal import ServiceLifecycle
internal import Services
internal import Store
internal import Web

/// The hub while it runs: workers and web server. They stop in reverse order, so that calls in flight end first and their answers are recorded.
/// Whoever opened the database closes it after that.
struct HubServer: Service {
    private let services: HubServices
    private let configuration: WebConfiguration
    private let metrics: PrometheusRegistry
    private let onListening: @Sendable (_ port: Int) async -> Void

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
        let pages = try Pages(services: services.web, configuration: configuration)
        let router = try WebRouter(
            services.web, pages: pages.routes, configuration: configuration, readiness: readiness, metrics: metrics,
            version: programVersion, problemPage: pages.problemPage)
        let server = try WebServer(router, configuration: configuration, logger: Logger(label: "web"), onRunning: onListening)
        try await ServiceGroup(configuration: .init(together: services.workers + [server], logger: Logger(label: "hub"))).run()
    }

    private var readiness: Readiness {
        Readiness([
            (
                "database",
                { [database = services.database] in
                    do {
                        try await Migrator(database).requireCurrent()
                        return nil
                    } catch StoreError.schema(let advice) {
                        return advice
                    } catch {
                        return "can't be used"
                    }
                }
            )
        ])
    }
}
