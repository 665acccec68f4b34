internal import ArgumentParser
internal import Foundation
internal import Store

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Print the configuration as `serve` would use it, and where each value comes from.",
        discussion: """
            Flags come before SWITCHBOARD_… variables, and those before the file. Secrets are masked.

            Examples:
              switchboard config
              switchboard config --config /etc/switchboard/switchboard.conf
              SWITCHBOARD_PORT=9000 switchboard config
              switchboard config --example > switchboard.conf
            """)

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print a commented file with every key instead.")
    var example = false

    func run() throws {
        if example {
            print(ConfigurationExample.text, terminator: "")
            return
        }
        let values = try options.values()
        let configuration = try Configuration(values)
        let rows = ConfigurationKey.allCases.map { key in
            [key.name, configuration.shown(key, values[key]?.text), values.source(of: key).label(of: key)]
        }
        Columns.print(rows)
    }
}

extension Configuration {
    /// What stands in the table for a key: secrets are masked, and what depends on other keys is worked out.
    fileprivate func shown(_ key: ConfigurationKey, _ text: String?) -> String {
        switch key {
        case .database where !databaseHasPassword: database
        case _ where key.setting.isSecret && text != nil: "••••••••"
        case .secretKey: dataDirectory.appending(path: "secret.key").path
        case .dataDirectory: dataDirectory.path
        default: text ?? "none"
        }
    }

    /// Connection strings of PostgreSQL may hold a password; paths don't.
    private var databaseHasPassword: Bool {
        if case .postgres = DatabaseLocation(database) { true } else { false }
    }
}

/// The text of packaging/switchboard.conf.example.
enum ConfigurationExample {
    static var text: String {
        let entries = ConfigurationKey.allCases.map { key in
            let setting = key.setting
            let unit = setting.unit.map { ", in \($0)" } ?? ""
            return """
                # \(setting.summary)
                # Value: \(setting.type)\(unit). Default: \(setting.initialDescription)
                # \(key.name) = \(setting.example)
                """
        }
        return """
            # Switchboard's configuration. Put it in /etc/switchboard/switchboard.conf and remove the “# ” in front of what you set.
            # Flags and SWITCHBOARD_… variables come before this file. `switchboard config` shows what holds.

            \(entries.joined(separator: "\n\n"))

            """
    }
}
