import ArgumentParser

@main
struct Switchboard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "switchboard", abstract: "A self-hosted WhatsApp hub.", subcommands: [SimulateCommand.self])
}
