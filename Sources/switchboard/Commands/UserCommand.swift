internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Services
internal import Store

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Add people, list them, and give somebody a new password.",
        discussion: """
            Works beside a running server.

            Examples:
              switchboard user add --email ana@example.com --name "Ana Silva" --role admin
              switchboard user list
              switchboard user password --email ana@example.com
            """, subcommands: [Add.self, List.self, Password.self])

    /// The place where a link leads. Its port is the one of the configuration: the server may run anywhere.
    private static func link(_ token: SecretToken, _ configuration: Configuration) -> String {
        "\(configuration.address(port: configuration.port))/set-up/\(token.text)"
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a person, and print a link under which they choose a password.",
            discussion: """
                Examples:
                  switchboard user add --email ana@example.com --name "Ana Silva"
                  switchboard user add --email ben@example.com --name Ben --role owner --password-stdin < password.txt
                """)

        @OptionGroup var options: WorkspaceOptions
        @OptionGroup var address: AddressOptions
        @Option(help: "The address to sign in with.") var email: String
        @Option(help: "The name that others see.") var name: String
        @Option(help: "owner, admin or agent.") var role = "agent"
        @Flag(help: "Read the password from standard input instead of printing a link.") var passwordStdin = false

        func validate() throws {
            guard Role(rawValue: role) != nil else { throw ValidationError("--role is one of owner, admin and agent.") }
        }

        func run() async throws {
            let role = Role(rawValue: role) ?? .agent
            let password = passwordStdin ? readLine(strippingNewline: true) ?? "" : nil
            try await options.perform { database, access in
                let members = MemberService(
                    database: database, hasher: PasswordHasher(), revocations: AccessRevocations(), signals: Signals(), now: { Date() })
                if let password {
                    let member = try await members.add(email: email, name: name, role: role, password: password, access: access)
                    print("\(member.account.email.text) is \(role.rawValue) now.")
                } else {
                    let new = try await members.add(email: email, name: name, role: role, actor: nil, access: access)
                    print("\(new.member.account.email.text) is \(role.rawValue) now.")
                    guard let token = new.link else { return print("They sign in with the password that they have already.") }
                    print("They choose a password here, within a week; the link works once:")
                    print("  \(UserCommand.link(token, try address.configuration(options.place)))")
                }
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the people of a workspace.", discussion: "Example:\n  switchboard user list --workspace acme")

        @OptionGroup var options: WorkspaceOptions

        func run() async throws {
            let people = try await options.perform { database, access in
                try await MemberService(
                    database: database, hasher: PasswordHasher(), revocations: AccessRevocations(), signals: Signals(), now: { Date() }
                ).list(access: access)
            }
            Columns.print(people.map { [$0.account.email.text, $0.role.rawValue, $0.account.name] })
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a link under which a person chooses a new password.",
            discussion: "Example:\n  switchboard user password --email ana@example.com")

        @OptionGroup var place: DatabaseOptions
        @OptionGroup var address: AddressOptions
        @Option(help: "The address that they sign in with.") var email: String

        func run() async throws {
            let configuration = try address.configuration(place)
            let database = try await OpenedDatabase.forCommand(configuration)
            let members = MemberService(
                database: database, hasher: PasswordHasher(), revocations: AccessRevocations(), signals: Signals(), now: { Date() })
            let token = try await members.passwordLink(email: email)
            await database.close()
            print("They choose a new password here, within a week; the link works once:")
            print("  \(UserCommand.link(token, configuration))")
        }
    }
}

/// Where the server is reached, for commands that print links.
struct AddressOptions: ParsableArguments {
    @Option(key: .publicURL) var publicURL: String?
    @Option(key: .host) var host: String?
    @Option(key: .port) var port: String?

    func configuration(_ place: DatabaseOptions) throws -> Configuration {
        try Configuration(place.values(and: [.publicURL: publicURL, .host: host, .port: port]))
    }
}
