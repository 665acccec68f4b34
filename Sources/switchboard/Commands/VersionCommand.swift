internal import ArgumentParser
internal import Store

/// The program's own version; CHANGELOG.md tells what is in each.
let programVersion = "0.1.0"

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version of the program and of the database that it works with.")

    func run() {
        print("switchboard \(programVersion) (database \(Migrations.newest))")
    }
}
