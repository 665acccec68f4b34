import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("All that is known of one message")
struct MessageHistoryTests {
    private static let pricing: JSONValue = .object([
        "billable": .bool(true), "pricing_model": .string("PMP"), "type": .string("regular"), "category": .string("utility"),
    ])

    private func report(_ status: AttemptStatus, of message: Message, at: Date, pricing: JSONValue? = nil) throws -> InboundEvent {
        .status(
            InboundStatus(
                providerID: try #require(message.providerID), status: status, at: at, participant: nil,
                attempt: AttemptReference(messageID: message.id, number: message.attempt), pricing: pricing))
    }

    @Test("attempts stand in their order, each with its reports and its price", arguments: TestEngine.allCases)
    func attempts(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let message = try await hub.sent("Hi", until: .sent)
        let start = hub.clock.now
        // Out of order, and one twice.
        try await hub.receive(try report(.delivered, of: message, at: start.addingTimeInterval(2), pricing: Self.pricing))
        try await hub.receive(try report(.sent, of: message, at: start.addingTimeInterval(1), pricing: Self.pricing))
        try await hub.receive(try report(.read, of: message, at: start.addingTimeInterval(3)))
        try await hub.receive(try report(.read, of: message, at: start.addingTimeInterval(3)))
        let history = try await hub.conversations.history(of: message.id, access: hub.access)
        #expect(history.message.status == .read)
        let attempt = try #require(history.attempts.first)
        #expect(history.attempts.count == 1)
        #expect((attempt.number, attempt.status, attempt.providerID) == (1, .read, message.providerID))
        #expect(attempt.reports.map(\.status) == [.sent, .delivered, .read])
        #expect(attempt.price?.category == "utility")
        #expect(attempt.isBilled == true)
        let inbound = try #require(
            try await hub.conversations.messages(of: message.conversationID, before: nil, limit: 9, access: hub.access).data.last)
        #expect(try await hub.conversations.history(of: inbound.id, access: hub.access).attempts.isEmpty)
    }

    @Test("who can't see the conversation, and who is of another workspace, learns nothing", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let mine = work.access(.own(work.me.account.id))
        for one in work.cases {
            if mine.visibility.includes(one.assignment) {
                #expect(try await work.hub.conversations.history(of: one.message, access: mine).message.id == one.message)
            } else {
                await #expect(throws: SendingProblem.messageMissing) {
                    _ = try await work.hub.conversations.history(of: one.message, access: mine)
                }
                await #expect(throws: SendingProblem.messageMissing) {
                    _ = try await work.hub.conversations.contactCards(of: one.message, number: nil, access: mine)
                }
            }
        }
    }

    @Test("attempts of what the caller can't see aren't given either, and none without the grant", arguments: TestEngine.allCases)
    func table(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let message = try await hub.sent("Hi", until: .sent)
        let stranger = Access(
            workspaceID: hub.workspaceID, actor: hub.access.actor, grants: [.conversationsView], visibility: .own(Identifier("acc_x")),
            address: nil)
        let counts = try await hub.database.read { transaction in
            try [hub.access, stranger].map { try MessageTable(transaction, $0).attempts(of: message.id).count }
        }
        #expect(counts == [1, 0])
        let blind = Access(workspaceID: hub.workspaceID, actor: hub.access.actor, grants: [], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.conversationsView)) {
            _ = try await hub.database.read { try MessageTable($0, blind).attempts(of: message.id) }
        }
    }

    @Test("a card is found by its number, and nothing else has cards", arguments: TestEngine.allCases)
    func cards(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let cards = [ContactCard(name: .init(formattedName: "Ana")), ContactCard(name: .init(formattedName: "Bo"))]
        try await hub.receive(hub.text("Hello"))
        try await hub.receive(hub.message(.contacts(cards)))
        let conversation = try #require(try await hub.list().first)
        let messages = try await hub.conversations.messages(of: conversation.id, before: nil, limit: 9, access: hub.access).data
        let (card, text) = (try #require(messages.first).id, try #require(messages.last).id)
        #expect(try await hub.conversations.contactCards(of: card, number: nil, access: hub.access) == cards)
        #expect(try await hub.conversations.contactCards(of: card, number: 2, access: hub.access) == [cards[1]])
        for number in [Int.min, -1, 0, 3, Int.max] {
            await #expect(throws: ContactCardProblem.missing) {
                _ = try await hub.conversations.contactCards(of: card, number: number, access: hub.access)
            }
        }
        await #expect(throws: ContactCardProblem.missing) {
            _ = try await hub.conversations.contactCards(of: text, number: nil, access: hub.access)
        }
    }
}
