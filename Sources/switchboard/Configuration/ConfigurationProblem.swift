internal import Domain

/// Why the program doesn't start with this configuration.
enum ConfigurationProblem: Problem, Equatable {
    case unknownVariable(String)
    case unknownKey(String, file: String, line: Int)
    case lineMalformed(file: String, line: Int)
    case keyTwice(ConfigurationKey, file: String, line: Int)
    case fileUnreadable(String, reason: String)
    /// `expected` names what would work.
    case valueWrong(ConfigurationKey, ConfigurationSource, expected: String)
    case partnerMissing(ConfigurationKey, needs: ConfigurationKey)
    /// On SQLite nobody else could do what is left out.
    case rolesIncomplete(ConfigurationSource)

    var kind: ProblemKind { .invalid }

    var code: String {
        switch self {
        case .unknownVariable: "configuration.variable-unknown"
        case .unknownKey: "configuration.key-unknown"
        case .lineMalformed: "configuration.line-malformed"
        case .keyTwice: "configuration.key-twice"
        case .fileUnreadable: "configuration.file-unreadable"
        case .valueWrong: "configuration.value-wrong"
        case .partnerMissing: "configuration.partner-missing"
        case .rolesIncomplete: "configuration.roles-incomplete"
        }
    }

    var detail: String {
        switch self {
        case .unknownVariable(let name):
            "Nobody knows the variable \(name). \(Self.suggestion(for: name, among: ConfigurationKey.allCases.map(\.variable)))"
        case .unknownKey(let name, let file, let line):
            """
            \(file), line \(line): nobody knows the key “\(name)”. \
            \(Self.suggestion(for: name, among: ConfigurationKey.allCases.map(\.name)))
            """
        case .lineMalformed(let file, let line):
            """
            \(file), line \(line): write a key, an equals sign and a value, such as port = 8080, \
            or start the line with # for a comment.
            """
        case .keyTwice(let key, let file, let line):
            "\(file), line \(line): \(key.name) stands in this file already. Remove one of the two."
        case .fileUnreadable(let file, let reason): "The configuration file \(file) can't be read: \(reason)."
        case .valueWrong(let key, let source, let expected): "\(source.name(of: key)) isn't right: \(expected)."
        case .rolesIncomplete(let source):
            """
            \(source.name(of: .roles)) isn't right: on SQLite there is one process, which does all of web, dispatch and jobs. Leave it out, \
            or name a PostgreSQL database.
            """
        case .partnerMissing(let key, let needed): "\(key.name) is set and \(needed.name) isn't: they go together. Set both, or neither."
        }
    }

    /// Whether the command line is at fault, rather than the environment or the file.
    var isOfCommandLine: Bool {
        switch self {
        case .valueWrong(_, .flag, _), .rolesIncomplete(.flag): true
        default: false
        }
    }

    private static func suggestion(for name: String, among known: [String]) -> String {
        let nearest = known.map { (name: $0, distance: editDistance(Array(name.utf8), Array($0.utf8))) }.min { $0.distance < $1.distance }
        if let nearest, nearest.distance <= 3 { return "Did you mean \(nearest.name)?" }
        return "The known ones are \(known.joined(separator: ", "))."
    }

    /// Letters to insert, remove or replace to come from one to the other.
    private static func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var row = Array(0...other.count)
        for (i, letter) in one.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, otherLetter) in other.enumerated() {
                let replaced = diagonal + (letter == otherLetter ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[other.count]
    }
}

/// Where a value was found.
enum ConfigurationSource: Sendable, Equatable {
    case flag
    case variable
    case file(String, line: Int)
    case initial

    /// For the table that `switchboard config` prints.
    func label(of key: ConfigurationKey) -> String {
        switch self {
        case .flag: "flag"
        case .variable: key.variable
        case .file(let path, let line): "\(path), line \(line)"
        case .initial: "default"
        }
    }

    /// What to look at when the value is wrong.
    func name(of key: ConfigurationKey) -> String {
        switch self {
        case .flag: "--\(key.name)"
        case .variable: key.variable
        case .file(let path, let line): "\(key.name) (\(path), line \(line))"
        case .initial: key.name
        }
    }
}
