internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Logging
internal import Services
internal import Store

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Make big databases to measure with.",
        discussion: "Example:\n  switchboard bench seed --conversations 100000 --messages 1000000 --data-directory big",
        subcommands: [Seed.self])

    struct Seed: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fill an empty database with conversations and messages, and their search index.",
            discussion: """
                The same numbers make the same database. It is for looking and measuring: its numbers are connected to nothing, and nothing is ever sent.

                Examples:
                  switchboard bench seed --data-directory big
                  switchboard bench seed --conversations 1000000 --messages 10000000 --data-directory bigger
                """)

        @OptionGroup var options: DatabaseOptions
        @Option(help: "Conversations, with a contact each.") var conversations = 100_000
        @Option(help: "Messages, about; at most 100 times as many as conversations.") var messages = 1_000_000
        @Option(help: "Another number makes another database.") var seed = 1
        @Option(help: "The moment at which the newest message came, such as 2026-11-21T08:00:00Z; now when none is given.") var at: String?

        func validate() throws {
            guard (1...3_000_000).contains(conversations) else { throw ValidationError("--conversations is from 1 to 3000000.") }
            guard (conversations...(conversations * 100)).contains(messages) else {
                throw ValidationError("--messages is from as many as there are conversations to 100 times as many.")
            }
            guard (0...1_000_000).contains(seed) else { throw ValidationError("--seed is from 0 to 1000000.") }
            if let at, (try? Date(at, strategy: .iso8601)) == nil {
                throw ValidationError("--at is a moment such as 2026-11-21T08:00:00Z.")
            }
        }

        func run() async throws {
            let configuration = try options.configuration()
            LogOutput.start(level: .error)
            _ = try DataDirectory(configuration.dataDirectory)
            let database = try await OpenedDatabase.forServing(configuration)
            let now = try at.map { try Date($0, strategy: .iso8601) } ?? Date()
            do {
                let account = try await BenchAccount.make(in: database, configuration, now: now)
                try await BenchSeed(
                    database: database, account: account, conversations: conversations, messages: messages, seed: seed, now: now
                )
                .run()
                try await Reindexing(database: database, isAlone: true).run()
                try await database.write { try BenchSeedTable($0, account.spread(conversations, messages, seed, now)).gatherStatistics() }
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(account.facts), as: UTF8.self))
            } catch {
                await database.close()
                throw error
            }
            await database.close()
        }
    }
}
