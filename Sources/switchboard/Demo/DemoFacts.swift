internal import Domain
internal import Foundation

/// What programs and people need to use a demo: `demo.json` in its data directory, readable by its owner alone.
struct DemoFacts: Codable, Equatable {
    struct Connection: Codable, Equatable {
        var id: String
        var appSecret: String
        var verifyToken: String
        var webhookPath: String
    }

    struct Sender: Codable, Equatable {
        var id: String
        var phoneNumber: String
        var phoneNumberId: String
    }

    var url: String
    var simulatorUrl: String
    var email: String
    var password: String
    var apiKey: String
    var connection: Connection
    var senders: [Sender]

    /// For others: there only while the demo runs, so that whoever waits for it finds addresses that answer.
    static func file(in directory: URL) -> URL { directory.appending(path: "demo.json") }

    /// For the next start.
    static func memory(in directory: URL) -> URL { directory.appending(path: ".demo.json") }

    /// What stands there while the first start is at work: the folder is a demo's already, and can be emptied.
    static let unfinished = DemoFacts(
        url: "", simulatorUrl: "", email: "", password: "", apiKey: "",
        connection: Connection(id: "", appSecret: "", verifyToken: "", webhookPath: ""), senders: [])

    /// Nil when there was no demo in this directory yet.
    static func read(in directory: URL) throws -> DemoFacts? {
        let file = memory(in: directory)
        guard let data = FileManager.default.contents(atPath: file.path) else { return nil }
        guard let facts = try? JSONDecoder().decode(DemoFacts.self, from: data) else { throw DemoProblem.factsUnreadable(file.path) }
        return facts
    }

    /// Remembers the facts for the next start; what an earlier one left for others is out of date.
    func remember(in directory: URL) throws {
        try? FileManager.default.removeItem(at: Self.file(in: directory))
        try write(Self.memory(in: directory))
    }

    /// Tells others that the demo is there.
    func publish(in directory: URL) throws { try write(Self.file(in: directory)) }

    /// Whole or not at all: whoever waits for the file may read it as soon as it is there.
    private func write(_ file: URL) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let draft = file.deletingLastPathComponent().appending(path: ".demo.json.draft")
        let data = try encoder.encode(self) + Data("\n".utf8)
        guard FileManager.default.createFile(atPath: draft.path, contents: data, attributes: [.posixPermissions: 0o600]),
            rename(draft.path, file.path) == 0
        else { throw DemoProblem.factsUnwritable(file.path) }
    }
}

enum DemoProblem: Problem, Equatable {
    case factsUnreadable(String)
    case factsUnwritable(String)
    case databaseIsNotADemo
    case interrupted
    case freshNeedsFolder(String)
    case freshNeedsSQLite
    case seedingFailed(String)
    case webhookRefused

    var kind: ProblemKind { .conflict }

    var code: String {
        switch self {
        case .factsUnreadable: "demo.facts-unreadable"
        case .factsUnwritable: "demo.facts-unwritable"
        case .databaseIsNotADemo: "demo.database-is-not-a-demo"
        case .interrupted: "demo.interrupted"
        case .freshNeedsFolder: "demo.fresh-needs-folder"
        case .freshNeedsSQLite: "demo.fresh-needs-sqlite"
        case .seedingFailed: "demo.seeding-failed"
        case .webhookRefused: "demo.webhook-refused"
        }
    }

    var detail: String {
        switch self {
        case .factsUnreadable(let file): "\(file) can't be read as a demo's facts. Start anew with --fresh."
        case .factsUnwritable(let file): "\(file) can't be written."
        case .databaseIsNotADemo:
            "This database belongs to something else than this demo: it has a workspace, and demo.json doesn't name it. Choose another --data-directory or --database."
        case .interrupted: "An earlier start was interrupted while it made the demo. Start anew with --fresh."
        case .freshNeedsFolder(let path):
            "\(path) doesn't look like a demo's folder, so --fresh leaves it alone. Choose another --data-directory."
        case .freshNeedsSQLite: "--fresh empties a folder, not a PostgreSQL database. Make a new database and name it with --database."
        case .seedingFailed(let reason): "The demo's history couldn't be written: \(reason). Start anew with --fresh."
        case .webhookRefused: "The simulator couldn't reach the hub's webhook address."
        }
    }
}
