internal import Domain
internal import Foundation
internal import Services
internal import Simulator

/// What customers' phones showed before the demo was stopped, read from the hub's own conversations: people, chats, windows. The contents of files
/// are not among it.
struct PhoneMemory: Sendable {
    /// Newest conversations, and messages of each, that come back.
    private static let conversationLimit = 100
    private static let messageLimit = 50

    let services: HubServices
    let access: Access
    let senders: [Sender]

    /// The customers of the demo, and whoever else wrote in the meantime.
    func customers() async throws -> [SimulatorSeed.Customer] {
        let conversations = ConversationService(database: services.database, signals: services.signals, now: services.now)
        let page = try await conversations.list(ConversationFilter(), after: nil, limit: Self.conversationLimit, access: access)
        var customers = DemoShop.customers
        for conversation in page.data {
            guard let sender = senders.first(where: { $0.id == conversation.senderID }), let person = customer(conversation.contact) else {
                continue
            }
            let place = customers.firstIndex { $0.number == person.number && ($0.number != nil || $0.username == person.username) }
            if place == nil { customers.append(person) }
            let thread = try await conversations.messages(of: conversation.id, before: nil, limit: Self.messageLimit, access: access)
            customers[place ?? customers.count - 1].past += past(thread.data.reversed(), of: conversation, on: sender)
        }
        return customers
    }

    /// Groups have neither a number nor a username, and no phone.
    private func customer(_ contact: Contact) -> SimulatorSeed.Customer? {
        guard contact.phoneNumber != nil || contact.username != nil else { return nil }
        let country = contact.businessScopedID.flatMap { $0.split(separator: ".").first.map(String.init) }
        return SimulatorSeed.Customer(
            name: contact.title(\.text), number: contact.phoneNumber?.digits, username: contact.username, country: country)
    }

    private func past(_ messages: [Message], of conversation: Conversation, on sender: Sender) -> [SimulatorSeed.PastMessage] {
        let providerIDs = Dictionary(messages.map { ($0.id, $0.providerID) }, uniquingKeysWith: { $1 })
        let firstUnread = messages.filter { $0.direction == .inbound }.suffix(conversation.unread).first?.sequence
        return messages.compactMap { message in
            guard let id = message.providerID, message.revokedAt == nil, let (type, content) = shown(message.content) else { return nil }
            let isInbound = message.direction == .inbound
            guard isInbound || [.delivered, .read, .played].contains(message.status) else { return nil }
            let isRead = isInbound ? firstUnread.map { message.sequence < $0 } ?? true : message.status != .delivered
            return SimulatorSeed.PastMessage(
                number: sender.providerID, id: id, fromCustomer: isInbound, at: message.at, type: type, content: content,
                context: message.replyTo.flatMap { providerIDs[$0] ?? nil }, isRead: isRead)
        }
    }

    /// In the platform's form, as a phone shows it.
    private func shown(_ content: MessageContent) -> (type: String, JSON)? {
        switch content {
        case .text(let text): ("text", ["body": .string(text.body)])
        case .media(let media):
            // Without an id: the phone shows what it was, not what was in it.
            (
                media.kind.rawValue,
                .fields(("caption", media.caption.map { .string($0) }), ("filename", media.filename.map { .string($0) }))
            )
        case .location(let place):
            (
                "location",
                .fields(
                    ("latitude", .number(place.latitude)), ("longitude", .number(place.longitude)),
                    ("name", place.name.map { .string($0) }),
                    ("address", place.address.map { .string($0) }))
            )
        case .contacts(let cards):
            ("contacts", .array(cards.map { ["name": ["formatted_name": .string($0.name.formattedName)]] }))
        case .interactive(let interactive): ("interactive", shown(interactive))
        case .template(let template):
            ("template", ["name": .string(template.name), "body": .string(template.shown?.body ?? "Template \(template.name)")])
        case .button(let button): ("button", ["text": .string(button.text), "payload": .string(button.payload)])
        case .reply(let reply):
            (
                "interactive",
                [
                    "type": .string("\(reply.source.rawValue)_reply"),
                    "\(reply.source.rawValue)_reply": ["id": .string(reply.id), "title": .string(reply.title)],
                ]
            )
        case .reaction, .flowReply, .order, .call, .system, .unsupported: nil
        }
    }

    private func shown(_ interactive: InteractiveContent) -> JSON {
        let action: JSON
        let type: String
        if let list = interactive.list {
            type = "list"
            action = [
                "button": .string(list.button),
                "sections": .array(
                    list.sections.map { section in
                        .fields(
                            ("title", section.title.map { .string($0) }),
                            (
                                "rows",
                                .array(
                                    section.rows.map {
                                        .fields(
                                            ("id", .string($0.id)), ("title", .string($0.title)),
                                            ("description", $0.description.map { .string($0) }))
                                    })
                            ))
                    }),
            ]
        } else if let link = interactive.link {
            type = "cta_url"
            action = ["name": "cta_url", "parameters": ["display_text": .string(link.title), "url": .string(link.url)]]
        } else {
            type = "button"
            action = [
                "buttons": .array(
                    (interactive.buttons ?? []).map { ["type": "reply", "reply": ["id": .string($0.id), "title": .string($0.title)]] })
            ]
        }
        return .fields(
            ("type", .string(type)), ("header", interactive.header?.text.map { ["type": "text", "text": .string($0)] }),
            ("body", ["text": .string(interactive.body)]), ("footer", interactive.footer.map { ["text": .string($0)] }), ("action", action))
    }
}
