internal import Foundation
internal import Services

/// The texts of all keys, each with where it came from: flags before variables before the file before the table's own values.
struct ConfigurationValues: Sendable {
    struct Value: Sendable, Equatable {
        let text: String
        let source: ConfigurationSource
    }

    /// Adds a route that only measurements use.
    static var isBench: Bool { ProcessInfo.processInfo.environment[benchVariable] != nil }

    private let values: [ConfigurationKey: Value]

    /// Variables with our prefix that are no keys: the file's place, and what our own tests and measurements set.
    static let otherVariables: Set<String> = [
        fileVariable, benchVariable, "SWITCHBOARD_BINARY", "SWITCHBOARD_GOLDEN", "SWITCHBOARD_TEST_POSTGRES",
        CrashPoint.environmentName,
    ]
    static let fileVariable = "SWITCHBOARD_CONFIG"
    static let benchVariable = "SWITCHBOARD_BENCH"

    /// - Parameter file: path of the file, as `--config` gave it.
    init(flags: [ConfigurationKey: String], file: String?, environment: [String: String]) throws(ConfigurationProblem) {
        var values: [ConfigurationKey: Value] = [:]
        if let path = file ?? environment[Self.fileVariable], !path.isEmpty {
            for (key, entry) in try ConfigurationFile(path: path).entries {
                values[key] = Value(text: entry.text, source: .file(path, line: entry.line))
            }
        }
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix(ConfigurationKey.variablePrefix) {
            if let key = ConfigurationKey(variable: name) {
                values[key] = Value(text: text, source: .variable)
            } else if !Self.otherVariables.contains(name) {
                throw .unknownVariable(name)
            }
        }
        for (key, text) in flags { values[key] = Value(text: text, source: .flag) }
        self.values = values
    }

    /// The text, or the table's own; nil when neither is there.
    subscript(key: ConfigurationKey) -> Value? {
        values[key] ?? key.setting.initial.map { Value(text: $0, source: .initial) }
    }

    func source(of key: ConfigurationKey) -> ConfigurationSource { values[key]?.source ?? .initial }
}

/// Lines of `key = value`. A line that begins with `#` is a comment; a value goes to the end of its line.
struct ConfigurationFile {
    struct Entry: Equatable {
        let text: String
        let line: Int
    }

    let entries: [ConfigurationKey: Entry]

    /// Bytes; a larger file isn't a configuration.
    static let sizeLimit = 256 * 1_024

    init(path: String) throws(ConfigurationProblem) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            let isMissing = !FileManager.default.fileExists(atPath: path)
            throw .fileUnreadable(path, reason: isMissing ? "there is no such file" : "reading is not permitted")
        }
        guard data.count <= Self.sizeLimit else { throw .fileUnreadable(path, reason: "it is larger than \(Self.sizeLimit / 1_024) KiB") }
        guard let text = String(data: data, encoding: .utf8) else { throw .fileUnreadable(path, reason: "it isn't UTF-8 text") }
        try self.init(text: text, path: path)
    }

    init(text: String, path: String) throws(ConfigurationProblem) {
        var entries: [ConfigurationKey: Entry] = [:]
        for (index, content) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = content.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw .lineMalformed(file: path, line: index + 1) }
            guard let key = ConfigurationKey(rawValue: parts[0]) else { throw .unknownKey(parts[0], file: path, line: index + 1) }
            guard entries[key] == nil else { throw .keyTwice(key, file: path, line: index + 1) }
            entries[key] = Entry(text: parts[1], line: index + 1)
        }
        self.entries = entries
    }
}
