package import Domain
internal import Foundation
internal import Logging
internal import Synchronization

/// Makes voice messages of what browsers record: Opus in Ogg, one channel, by ffmpeg where it is installed.
///
/// The program runs as a process of its own, without a shell, with nothing of our environment, on files that only we can read. It is told the container
/// that the first bytes show, so that it can't take a recording for a list of other files or addresses.
package final class VoiceConverter: Sendable {
    /// Seconds of sound, at most; the rest is cut off.
    package static let durationLimit = 15 * 60
    /// At work at once in this process; each takes a core for a moment.
    private static let concurrency = 2
    /// At work and waiting for it.
    package static let waitingLimit = 16
    /// Hertz, as WhatsApp's own voice messages have it.
    private static let sampleRate = 16_000
    private static let bitRate = 32_000

    private let program: String?
    private let timeLimit: Double
    private let queue = OperationQueue()
    private let waiting = Mutex(0)

    /// - Parameters:
    ///   - path: the folders to look in, as the variable PATH has them; that of this process when nil.
    ///   - timeLimit: seconds for one recording.
    package init(path: String? = nil, timeLimit: Double = 30) {
        let folders = (path ?? ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        program = folders.map { "\($0)/ffmpeg" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        self.timeLimit = timeLimit
        queue.maxConcurrentOperationCount = Self.concurrency
    }

    package var isInstalled: Bool { program != nil }

    /// The containers in which browsers record, as ffmpeg calls them.
    static func container(of type: MediaType) -> String? {
        switch type {
        case .webM: "matroska"
        case .oggOpus, .ogg: "ogg"
        case .mp4, .m4a: "mov"
        default: nil
        }
    }

    /// Converts a file, and returns the path of the new one beside it. Throws ``VoiceProblem``.
    func convert(_ recording: String, from container: String) async throws -> String {
        let isFull = waiting.withLock { count in
            guard count < Self.waitingLimit else { return true }
            count += 1
            return false
        }
        if isFull { throw VoiceProblem.busy }
        defer { waiting.withLock { $0 -= 1 } }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { continuation.resume(with: Result { try self.run(recording, container) }) }
        }
    }

    /// Blocks its thread, which is one of the queue's.
    private func run(_ recording: String, _ container: String) throws -> String {
        guard let program else { throw VoiceProblem.unreadable }
        let target = recording + ".ogg"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = [
            "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file", "-f", container, "-i", recording,
            "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact",
            "-t", String(Self.durationLimit), "-fs", String(MediaContent.Kind.audio.byteLimit), "-threads", "1",
            "-ac", "1", "-ar", String(Self.sampleRate), "-c:a", "libopus", "-b:a", String(Self.bitRate), "-application", "voip",
            "-f", "ogg", "-y", target,
        ]
        process.environment = [:]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch {
            Logger(label: "media").error("ffmpeg can't be started", metadata: ["error": "\(String(reflecting: error))"])
            throw VoiceProblem.busy
        }
        let pid = process.processIdentifier
        let end = DispatchWorkItem { kill(pid, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + timeLimit, execute: end)
        process.waitUntilExit()
        end.cancel()
        if process.terminationReason == .uncaughtSignal {
            Logger(label: "media").warning("ffmpeg was stopped because it took too long")
            throw VoiceProblem.tooSlow
        }
        guard process.terminationStatus == 0 else { throw VoiceProblem.unreadable }
        return target
    }
}
