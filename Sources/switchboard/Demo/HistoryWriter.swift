internal import Domain
internal import Foundation
internal import Services
internal import Simulator
internal import Store
internal import Synchronization
internal import Web

/// Writes the past: what came in goes through intake and what went out through sending, each at its own time, so that every row is as if it had
/// happened. Only the calls to the provider are left out.
struct HistoryWriter: Sendable {
    let services: HubServices
    let workspaceID: Identifier<Workspace>
    let connectionID: Identifier<Connection>
    /// In the order of ``DemoShop/numbers``.
    let senders: [Sender]
    /// The owner, then the agents.
    let people: [Access]
    /// Looks after what comes to the second number.
    let orders: Team

    /// A message of a story, once it is written.
    private struct Written: Sendable {
        let providerID: String
        let messageID: Identifier<Message>?
        let conversationID: Identifier<Conversation>
    }

    private struct Occasion {
        let at: Date
        let story: Int
        let step: DemoStory.Step
    }

    /// All stories together, in the order in which things happened.
    func write(_ stories: [DemoStory], now: Date) async throws {
        let occasions = stories.enumerated().flatMap { index, story in
            story.moments.map { Occasion(at: now.addingTimeInterval(-$0.minutesAgo * 60), story: index, step: $0.step) }
        }.sorted { $0.at < $1.at }
        var written = [[Written]](repeating: [], count: stories.count)
        for (number, occasion) in occasions.enumerated() {
            let story = stories[occasion.story]
            if let new = try await perform(occasion.step, of: story, at: occasion.at, number: number, after: written[occasion.story]) {
                written[occasion.story].append(new)
            }
        }
        for (index, story) in stories.enumerated() {
            guard let last = written[index].last else { continue }
            try await assign(last.conversationID, of: story)
        }
    }

    /// To the agent who answered in it, and the second number's to its team.
    private func assign(_ id: Identifier<Conversation>, of story: DemoStory) async throws {
        let writers = story.moments.compactMap { if case .ours(_, _, let person, _) = $0.step, person > 0 { person } else { nil } }
        let assignee: Identifier<Account>? = writers.last.flatMap { if case .member(let id) = people[$0].actor { id } else { nil } }
        let assignment = Assignment(assignee: assignee, team: story.number == 1 ? orders.id : nil)
        try await services.web.conversations.change(id, .assign(assignment), access: people[0])
    }

    private func perform(
        _ step: DemoStory.Step, of story: DemoStory, at moment: Date, number: Int, after earlier: [Written]
    ) async throws -> Written? {
        let customer = DemoShop.customers[story.customer]
        let party = InboundParty(
            phone: customer.number.flatMap(PhoneNumber.init(providerDigits:)), businessScopedID: customer.businessScopedID,
            username: customer.username, name: customer.name)
        let providerID = "wamid.demo.\(Int(moment.timeIntervalSince1970)).\(number)"
        let conversations = ConversationService(database: services.database, signals: services.signals, now: { moment })
        switch step {
        case .theirs(let content, let place):
            let message = InboundMessage(
                providerID: providerID, from: party, at: moment, content: content,
                replyToProviderID: place.map { earlier[earlier.count - $0].providerID })
            try await tell(.message(message), to: story.number, at: moment)
            let stored = try await services.database.read { [senders, workspaceID] in
                try MessageTable($0, .system("demo", in: workspaceID)).find(providerID: providerID, sender: senders[story.number].id)
            }
            guard let stored else { throw DemoProblem.seedingFailed("a message wasn't stored") }
            return Written(providerID: providerID, messageID: stored.id, conversationID: stored.conversationID)
        case .ours(let content, let fate, let person, let place):
            let message = try await send(
                content, to: customer, from: senders[story.number], by: people[person], at: moment,
                answering: place.flatMap { earlier[earlier.count - $0].messageID }, providerID: providerID)
            try await meet(fate, providerID, on: story.number, at: moment)
            return Written(providerID: providerID, messageID: message.id, conversationID: message.conversationID)
        case .reaction(let emoji, let place):
            let reaction = InboundReaction(
                providerID: providerID, from: party, at: moment, targetProviderID: earlier[earlier.count - place].providerID, emoji: emoji)
            try await tell(.reaction(reaction), to: story.number, at: moment)
        case .opened:
            guard let last = earlier.last else { break }
            try await conversations.markRead(last.conversationID, access: people[1])
        case .closed:
            guard let last = earlier.last else { break }
            try await conversations.change(last.conversationID, .close, access: people[1])
        }
        return nil
    }

    private func send(
        _ content: MessageContent, to customer: SimulatorSeed.Customer, from sender: Sender, by person: Access, at moment: Date,
        answering target: Identifier<Message>?, providerID: String
    ) async throws -> Message {
        let sending = SendingService(database: services.database, signals: services.signals, now: { moment })
        let recipient: DraftRecipient =
            if let number = customer.number.flatMap(PhoneNumber.init(providerDigits:)) {
                .phone(number)
            } else {
                .businessScoped(customer.businessScopedID)
            }
        let draft = MessageDraft(senderID: sender.id, recipient: recipient, clientID: nil, content: content, replyTo: target)
        return try await services.database.write { [workspaceID] transaction in
            let message = try sending.submit(draft, access: person, in: transaction)
            let queue = QueueTable(transaction)
            let attempts = try queue.start([message.id], from: .queued, sender: sender.id, epoch: 0, in: workspaceID, now: moment)
            guard let attempt = attempts[message.id] else { throw DemoProblem.seedingFailed("a message wasn't sent") }
            let answer = AnswerTable.Answer(
                attempt: attempt, workspaceID: workspaceID, conversationID: message.conversationID,
                outcome: .accepted(providerID: providerID))
            try AnswerTable(transaction).record([answer], now: moment)
            return message
        }
    }

    private func meet(_ fate: DemoStory.Fate, _ providerID: String, on number: Int, at moment: Date) async throws {
        let reports: [(AttemptStatus, seconds: Double, MessageError?)] =
            switch fate {
            case .sent: [(.sent, 1, nil)]
            case .delivered: [(.sent, 1, nil), (.delivered, 2, nil)]
            case .read: [(.sent, 1, nil), (.delivered, 2, nil), (.read, 40, nil)]
            case .failed(let error): [(.sent, 1, nil), (.failed, 4, error)]
            }
        for (status, seconds, error) in reports {
            let at = moment.addingTimeInterval(seconds)
            let report = InboundStatus(providerID: providerID, status: status, at: at, error: error)
            try await tell(.status(report), to: number, at: at)
        }
    }

    /// As if a webhook had said it at that time.
    private func tell(_ event: InboundEvent, to number: Int, at moment: Date) async throws {
        let item = InboundItem(senderProviderID: DemoShop.numbers[number].id, path: "demo", event: event)
        let intake = IntakeService(
            database: services.database, directory: services.directory, receivers: [.meta: Remembered(item: item)],
            signals: services.signals,
            now: { moment })
        try await intake.receive([], header: { _ in nil }, connectionID: connectionID.text)
    }

    /// Stands in for the decoder of a webhook's body. Only this file can make one, and no route leads here.
    private struct Remembered: WebhookReceiver {
        let item: InboundItem

        func verify(_ body: [UInt8], header: (String) -> String?, secrets: ConnectionSecrets) -> Bool { true }
        func decode(_ body: [UInt8]) -> InboundBatch { InboundBatch(items: [item], unreadable: []) }
        func split(_ body: [UInt8]) -> [WebhookPart]? { nil }
    }
}
