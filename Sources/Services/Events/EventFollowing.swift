internal import Domain
internal import Logging
internal import ServiceLifecycle
internal import Store

/// How a part of the program follows the event log: it is woken when something happens, looks each second without being woken, because another
/// process may have written, and rests between two looks, so that many events cost few of them.
struct EventFollowing: Sendable {
    private static let pollInterval: Duration = .seconds(1)
    private static let rest: Duration = .milliseconds(100)

    private static let workspaceLimit = 10_000

    private let database: any Database
    private let wakeUp = WakeUp()
    private let logger: Logger

    /// - Parameter name: of who follows, in the log.
    init(_ name: String, _ database: any Database, _ signals: Signals) {
        self.database = database
        logger = Logger(label: name)
        signals.onAllEvents { [wakeUp] in wakeUp.wake() }
    }

    /// Whether the program stops: who has more to do leaves it for the next start.
    var isOver: Bool { wakeUp.isFinished }

    /// Reads on in the log of each of these workspaces until a step says that there is no more. One that can't be read keeps no other waiting.
    func readOn(
        in workspaces: @Sendable @escaping (any Transaction, _ limit: Int) throws -> [Identifier<Workspace>],
        _ step: @Sendable (Identifier<Workspace>) async throws -> Bool
    ) async throws {
        for workspaceID in try await database.read({ try workspaces($0, Self.workspaceLimit) }) {
            do {
                while try await step(workspaceID), !isOver {}
            } catch {
                logger.warning(
                    "Events can't be read", metadata: ["workspace.id": "\(workspaceID)", "error": "\(String(reflecting: error))"])
            }
        }
    }

    /// Until the program stops. What a look throws is logged, and the next one tries again.
    func run(_ look: @Sendable () async throws -> Void) async {
        await withGracefulShutdownHandler {
            while !wakeUp.isFinished {
                do {
                    try await look()
                } catch {
                    logger.warning("The event log can't be followed now", metadata: ["error": "\(String(reflecting: error))"])
                }
                await wakeUp.wait(for: Self.pollInterval)
                try? await Task.sleep(for: Self.rest)
            }
        } onGracefulShutdown: {
            wakeUp.finish()
        }
    }
}
