internal import HTTPTypes
package import Hummingbird
internal import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// The stand-in for the outside world, as a service: the Graph API under `/vNN.N/`, customers' phones at `/`, the control API at `/control/v1`.
package struct SimulatorServer: Service {
    let core: SimulatorCore
    private let configuration: SimulatorConfiguration
    private let listening = Listening()

    /// `transport` replaces the HTTP client that calls callbacks; `clock` gives the time without the offset of the control API.
    package init(
        configuration: SimulatorConfiguration = SimulatorConfiguration(), clock: SimulatorClock = .system,
        transport: WebhookTransport? = nil
    ) {
        self.configuration = configuration
        core = SimulatorCore(
            seed: configuration.seed, settings: configuration.settings, clock: clock, transport: transport ?? WebhookClient.transport(),
            logger: Logger(label: "simulator"))
    }

    /// The whole server, for tests that go through it without a socket.
    package var application: some ApplicationProtocol {
        Application(
            responder: SimulatorResponder(core: core, isOnLoopback: SimulatorResponder.isLoopback(configuration.host)),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "Simulator", reuseAddress: true),
            services: [core.outbox],
            onServerRunning: { [core, listening, host = configuration.host] channel in
                let port = channel.localAddress?.port ?? 0
                core.update { $0.address = "http://\(host):\(port)" }
                listening.succeed(port)
            },
            logger: core.logger)
    }

    package func run() async throws {
        do {
            try await application.run()
        } catch {
            listening.fail(error)
            throw error
        }
        listening.fail(CancellationError())
    }

    /// The port it listens on. Waits until it does; throws when it can't.
    package func port() async throws -> Int {
        try await listening.port()
    }

    /// The simulated time is ahead of the source by this much.
    package var clockOffset: Duration {
        .milliseconds(core.clockOffset)
    }
}

/// The port, once there is one.
private final class Listening: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Int, any Error>])
        case settled(Result<Int, any Error>)
    }

    private let state = Mutex(State.waiting([]))

    func port() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let settled: Result<Int, any Error>? = state.withLock { state in
                switch state {
                case .settled(let result): return result
                case .waiting(let others):
                    state = .waiting(others + [continuation])
                    return nil
                }
            }
            if let settled { continuation.resume(with: settled) }
        }
    }

    func succeed(_ port: Int) { settle(.success(port)) }
    func fail(_ error: any Error) { settle(.failure(error)) }

    private func settle(_ result: Result<Int, any Error>) {
        let waiting: [CheckedContinuation<Int, any Error>] = state.withLock { state in
            guard case .waiting(let waiting) = state else { return [] }
            state = .settled(result)
            return waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
