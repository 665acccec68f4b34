internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Services
internal import Store

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Make, list and revoke API keys.",
        discussion: """
            Works beside a running server. A program sends a key as `Authorization: Bearer sb_…`.

            Examples:
              switchboard key create --name "Web shop" --scopes read,send
              switchboard key list
              switchboard key revoke key_01hzy3k5v8w9x2a4b6c8d0e2f4
            """, subcommands: [Create.self, List.self, Revoke.self])

    private static func service(_ database: any Database) -> APIKeyService {
        APIKeyService(database: database, revocations: AccessRevocations(), signals: Signals(), now: { Date() })
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and print it, this once.",
            discussion: "Example:\n  switchboard key create --name \"Web shop\" --scopes read,send")

        @OptionGroup var options: WorkspaceOptions
        @Option(help: "What the key is for.") var name: String
        @Option(help: "What it may do: read, send and manage, with commas between.") var scopes = "read,send"

        func validate() throws {
            if let wrong = names.first(where: { KeyScope(rawValue: $0) == nil }) {
                throw ValidationError("“\(wrong)” is no scope. --scopes takes read, send and manage, with commas between.")
            }
        }

        func run() async throws {
            let new = try await options.perform { database, access in
                try await KeyCommand.service(database).create(name: name, scopes: Set(names.compactMap(KeyScope.init)), access: access)
            }
            // The key alone on standard output, for scripts.
            FileHandle.standardError.tell("Keep this key, it isn't shown again. Its id is \(new.key.id).\n")
            print(new.token.text)
        }

        private var names: [String] { scopes.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys of a workspace.", discussion: "Example:\n  switchboard key list --workspace acme")

        @OptionGroup var options: WorkspaceOptions

        func run() async throws {
            let keys = try await options.perform { database, access in try await KeyCommand.service(database).list(access: access) }
            Columns.print(
                keys.map { key in
                    let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: ",")
                    return [key.id.text, scopes, key.revokedAt == nil ? "active" : "revoked", key.name]
                })
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a key for good.", discussion: "Example:\n  switchboard key revoke key_01hzy3k5v8w9x2a4b6c8d0e2f4")

        @OptionGroup var options: WorkspaceOptions
        @Argument(help: "The key's id, as `key list` prints it.") var id: String

        func run() async throws {
            guard let id = Identifier<APIKey>(parsing: id) else { throw APIKeyProblem.missing }
            try await options.perform { database, access in try await KeyCommand.service(database).revoke(id, access: access) }
            print("\(id) is revoked.")
        }
    }
}
