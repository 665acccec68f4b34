internal import ArgumentParser
internal import Domain
internal import Foundation
internal import Services
internal import Store

struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send a text to somebody.",
        discussion: """
            Puts the message into the queue, which a running server empties, and prints its id. WhatsApp takes a text only within 24 hours of
            the person's last message.

            Examples:
              switchboard send --to +15550199001 --text "Your order is ready."
              switchboard send --sender +15550100200 --to +15550199001 --text "Hello" --client-id order-1042
            """)

    @OptionGroup var options: WorkspaceOptions
    @Option(help: "Phone number of the person, such as +15550199001.") var to: String
    @Option(help: "What to say.") var text: String
    @Option(help: "Our number or its id; needed when there are several.") var sender: String?
    @Option(help: "A name of yours for this message: the same again sends nothing twice.") var clientId: String?

    func run() async throws {
        let recipient = try PhoneNumber(parsing: to)
        let message = try await options.perform { database, access in
            let senders = try await database.read { try SenderTable($0, access).list() }
            let draft = MessageDraft(
                senderID: try choose(from: senders).id, recipient: .phone(recipient), clientID: clientId,
                content: .text(TextContent(body: text)), replyTo: nil, lane: .notification)
            return try await SendingService(database: database, signals: Signals(), now: { Date() }).submit(draft, access: access)
        }
        print(message.id)
    }

    private func choose(from senders: [Sender]) throws -> Sender {
        guard let sender else {
            guard let first = senders.first else { throw SenderChoiceProblem.none }
            guard senders.count == 1 else { throw SenderChoiceProblem.several(senders.map(\.phoneNumber.text)) }
            return first
        }
        let number = try? PhoneNumber(parsing: sender)
        guard let found = senders.first(where: { $0.id.text == sender || $0.phoneNumber == number }) else {
            throw SenderChoiceProblem.unknown(sender, known: senders.map(\.phoneNumber.text))
        }
        return found
    }
}

enum SenderChoiceProblem: Problem, Equatable {
    case none
    case several([String])
    case unknown(String, known: [String])

    var kind: ProblemKind { .missing }

    var code: String {
        switch self {
        case .none: "sender.none"
        case .several: "sender.several"
        case .unknown: "sender.missing"
        }
    }

    var detail: String {
        switch self {
        case .none: "This workspace has no number to send from yet. Connect one on its Senders page."
        case .several(let numbers): "There are several numbers to send from. Name one with --sender: \(numbers.joined(separator: ", "))."
        case .unknown(let text, let known):
            "“\(text)” is no number of this workspace. Its numbers are: \(known.isEmpty ? "none yet" : known.joined(separator: ", "))."
        }
    }
}
