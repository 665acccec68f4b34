internal import CLibPQ
internal import Foundation
internal import Synchronization

/// LISTEN and NOTIFY on a session of its own, with a thread of its own that sleeps until the server or this process has something to tell.
final class PostgresNotifier: Notifier {
    /// Nudges of one kind leave at most once in this time.
    private static let pauseMilliseconds: Int32 = 10
    private static let reconnectPause = 1.0
    /// How often a silent session is looked after.
    private static let sleepMilliseconds: Int32 = 10_000

    private struct State {
        var untold: Set<Nudge> = []
        var isClosed = false
    }

    private let settings: PostgresSettings
    private let heard: @Sendable (Set<Nudge>) -> Void
    private let state = Mutex(State())
    /// A byte written to this pipe wakes the thread.
    private let bell = Pipe()

    init(_ settings: PostgresSettings, heard: @escaping @Sendable (Set<Nudge>) -> Void) {
        (self.settings, self.heard) = (settings, heard)
        for handle in [bell.fileHandleForReading, bell.fileHandleForWriting] {
            _ = fcntl(handle.fileDescriptor, F_SETFL, fcntl(handle.fileDescriptor, F_GETFL) | O_NONBLOCK)
        }
        let thread = Thread { [self] in run() }
        thread.name = "postgres.notifier"
        thread.start()
    }

    func tell(_ nudge: Nudge) {
        let isNew = state.withLock { !$0.isClosed && $0.untold.insert(nudge).inserted }
        if isNew { ring() }
    }

    func close() {
        let wasOpen = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        if wasOpen { ring() }
    }

    private func ring() {
        // A full pipe rings as well.
        _ = write(bell.fileHandleForWriting.fileDescriptor, "!", 1)
    }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: On the thread

    private func run() {
        while !isClosed {
            if let handle = open() {
                // Whatever happened while nobody listened.
                heard(Set(Nudge.allCases))
                serve(handle)
                PQfinish(handle)
            }
            if !isClosed { Thread.sleep(forTimeInterval: Self.reconnectPause) }
        }
    }

    private func open() -> OpaquePointer? {
        guard let handle = try? PostgresConnection.openSession(settings) else { return nil }
        PQexitPipelineMode(handle)
        let commands = Nudge.allCases.map { "LISTEN \(Self.name(of: $0))" }.joined(separator: "; ")
        guard execute(commands, handle) else {
            PQfinish(handle)
            return nil
        }
        return handle
    }

    private static func name(of nudge: Nudge) -> String { "switchboard_" + nudge.rawValue }

    private func execute(_ commands: String, _ handle: OpaquePointer) -> Bool {
        let result = PQexec(handle, commands)
        defer { PQclear(result) }
        return PQresultStatus(result) == PGRES_COMMAND_OK
    }

    /// Until the session is lost or nobody needs it any more.
    private func serve(_ handle: OpaquePointer) {
        while !isClosed {
            var places = [
                pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0),
            ]
            if poll(&places, nfds_t(places.count), Self.sleepMilliseconds) < 0, errno != EINTR { return }
            if places[1].revents != 0 {
                var rings = [UInt8](repeating: 0, count: 256)
                _ = read(bell.fileHandleForReading.fileDescriptor, &rings, rings.count)
            }
            guard PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK else { return }
            hear(handle)

            let untold = state.withLock { state in
                defer { state.untold = [] }
                return state.untold
            }
            guard !untold.isEmpty else { continue }
            let commands = untold.map { "NOTIFY \(Self.name(of: $0))" }.joined(separator: "; ")
            guard execute(commands, handle) else { return }
            hear(handle)
            // What comes within this time leaves together.
            _ = poll(nil, 0, Self.pauseMilliseconds)
        }
    }

    private func hear(_ handle: OpaquePointer) {
        var nudges: Set<Nudge> = []
        while let message = PQnotifies(handle) {
            defer { PQfreemem(message) }
            // Our own come back as well.
            guard message.pointee.be_pid != PQbackendPID(handle) else { continue }
            let name = String(cString: message.pointee.relname)
            if let nudge = Nudge.allCases.first(where: { Self.name(of: $0) == name }) { nudges.insert(nudge) }
        }
        if !nudges.isEmpty { heard(nudges) }
    }
}
