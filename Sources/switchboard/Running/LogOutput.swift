internal import Foundation
internal import Logging
internal import Synchronization

/// Log lines on standard error: `2026-11-21T06:10:00.123Z info intake: Message received message.id=msg_…`.
struct LogOutput: LogHandler {
    private let label: String
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    /// One line at a time, whole.
    private static let turn = Mutex(())

    /// Called once, before the first logger is made.
    static func start(level: Logger.Level) {
        LoggingSystem.bootstrap { label in LogOutput(label: label, logLevel: level) }
    }

    private init(label: String, logLevel: Logger.Level) { (self.label, self.logLevel) = (label, logLevel) }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
        let line = "\(Date.now.formatted(Self.time)) \(event.level) \(label): \(event.message)\(pairs)\n"
        Self.turn.withLock { _ in FileHandle.standardError.tell(line) }
    }

    /// A line is one line, whatever a value holds.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
        return isPlain && !text.isEmpty ? text : String(reflecting: text)
    }
}
