internal import Foundation
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Runs services until SIGTERM or SIGINT, and sees to it that the end comes.
enum Shutdown {
    /// - Parameter seconds: how long calls in flight may take once the signal has come; then they are cancelled.
    static func run(_ services: [any Service], seconds: Int) async throws {
        var configuration = ServiceGroupConfiguration(
            together: services + [ShutdownLimit(seconds: seconds)], logger: Logger(label: "switchboard"))
        configuration.gracefulShutdownSignals = [.sigterm, .sigint]
        configuration.maximumGracefulShutdownDuration = .seconds(seconds)
        try await ServiceGroup(configuration: configuration).run()
    }
}

extension ServiceGroupConfiguration {
    /// Services that stop in reverse order, by a signal or because one of them failed: also then what is under way is finished and recorded.
    init(together services: [any Service], logger: Logger) {
        self.init(
            services: services.map { ServiceConfiguration(service: $0, failureTerminationBehavior: .gracefullyShutdownGroup) },
            logger: logger)
    }
}

/// Ends the process when even cancelled work doesn't end, such as a call whose answer must be recorded and doesn't come. What was under way
/// has been committed as such, and is settled after the next start.
private struct ShutdownLimit: Service {
    /// Seconds that cancelled work has for ending by itself.
    private static let cancellationSeconds = 1

    let seconds: Int

    /// Stands last in its group, so it is stopped first and its clock runs while the others stop.
    func run() async throws {
        try? await gracefulShutdown()
        let limit = Duration.seconds(seconds + Self.cancellationSeconds)
        Task.detached {
            try await Task.sleep(for: limit)
            Logger(label: "switchboard").warning("Stopped with calls still in flight; the next start settles them")
            exit(1)
        }
    }
}
