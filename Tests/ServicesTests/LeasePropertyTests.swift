import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

/// Owners that stand still, come back, lose their leases and answer late, in an order drawn from a seed; after each step what they did is compared with a
/// record that knows nothing of leases.
@Suite("Owners of a number, as a model")
struct LeasePropertyTests {
    private struct Owner {
        let id: String
        /// How far its idea of the database's clock is off, in seconds.
        let skew: Double
        var lease: LeaseTable.Lease?
        /// Calls under way.
        var calls: [(attempt: AttemptReference, message: Message)] = []
    }

    private static let leaseSeconds = 7.0
    private static let marginSeconds = 3.0

    @Test(
        "no two owners ever start the same attempt, none starts without its lease, and each answer is recorded once",
        arguments: TestEngine.allCases, UInt64(1)...6)
    func model(engine: TestEngine, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let hub = try await TestHub(TestDatabase.make(engine))
        var owners = (0..<3).map { Owner(id: "prc_\($0)", skew: [0, -0.5, 0.5][$0]) }
        var messages: [Identifier<Message>: Message] = [:]
        for number in 0..<6 {
            try await hub.receive(hub.text("Hello", from: "1555019900\(number)"))
            for _ in 0..<3 {
                let message = try await hub.submit("Hi", to: "+1555019900\(number)")
                messages[message.id] = message
            }
        }
        var now = hub.clock.now
        var started: [AttemptReference: String] = [:]
        var answered: [AttemptReference: Bool] = [:]

        for _ in 0..<250 {
            now.addTimeInterval(Double.random(in: 0...2.5, using: &random))
            let index = Int.random(in: 0..<owners.count, using: &random)
            let owner = owners[index]
            let theirs = now.addingTimeInterval(owner.skew)
            switch Int.random(in: 0..<5, using: &random) {
            case 0:  // Looks: renews what it has, takes what nobody has.
                owners[index].lease = try await hub.database.write { transaction in
                    let leases = LeaseTable(transaction)
                    let until = theirs.addingTimeInterval(Self.leaseSeconds)
                    if let kept = try leases.renew(owner: owner.id, now: theirs, until: until).first { return kept }
                    guard
                        let taken = try leases.take(hub.sender.id, in: hub.workspaceID, owner: owner.id, now: theirs, until: until)
                    else { return owner.lease }
                    _ = try QueueTable(transaction).recover(taken, now: theirs)
                    return taken
                }
            case 1, 2:  // Starts what may leave, with a lease that it may have lost.
                guard let lease = owner.lease else { continue }
                let attempts = try await hub.database.write { transaction -> [Identifier<Message>: AttemptReference] in
                    guard try LeaseTable(transaction).holds(lease, beyond: theirs.addingTimeInterval(Self.marginSeconds)) else {
                        return [:]
                    }
                    let queue = QueueTable(transaction)
                    let page = try queue.page(of: hub.sender.id, in: hub.workspaceID, after: .start, now: theirs, limit: 4)
                    return try queue.start(
                        page.heads.map(\.messageID), from: .queued, sender: hub.sender.id, epoch: lease.epoch, in: hub.workspaceID,
                        now: theirs)
                }
                let holder = try await hub.database.read {
                    try $0.rows("SELECT owner FROM sender_leases WHERE sender_id = \(hub.sender.id)").first?.textOrNil(0)
                }
                if !attempts.isEmpty { #expect(holder == owner.id) }
                for attempt in attempts.values {
                    #expect(started[attempt] == nil)
                    started[attempt] = owner.id
                    owners[index].calls.append((attempt, try #require(messages[attempt.messageID])))
                }
            case 3:  // One of its calls is answered, perhaps long after the number has gone to another.
                guard let call = owner.calls.randomElement(using: &random) else { continue }
                owners[index].calls.removeAll { $0.attempt == call.attempt }
                let outcome: AnswerTable.Outcome =
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: .again(.sample, notBefore: theirs)
                    case 1: .failed(.sample)
                    default: .accepted(providerID: "wamid.\(call.attempt.text)")
                    }
                if case .accepted = outcome { answered[call.attempt] = true } else { answered[call.attempt] = false }
                try await hub.database.write { transaction in
                    try AnswerTable(transaction).record(
                        [
                            .init(
                                attempt: call.attempt, workspaceID: hub.workspaceID, conversationID: call.message.conversationID,
                                outcome: outcome)
                        ],
                        now: theirs)
                }
            default:  // Dies, and comes back as another without knowing its calls.
                guard Int.random(in: 0..<4, using: &random) == 0 else { continue }
                owners[index] = Owner(id: owner.id + "x", skew: owner.skew)
            }
            try await expect(answered, in: hub)
        }
        #expect(started.count > 5)
        #expect(Set(started.values).count > 1)
    }

    /// Whatever else happened, an attempt that was accepted says so, with its id, and one that was refused doesn't.
    private func expect(_ answered: [AttemptReference: Bool], in hub: TestHub) async throws {
        let rows = try await hub.database.read {
            try $0.rows("SELECT message_id, number, status, provider_id FROM attempts WHERE workspace_id = \(hub.workspaceID)")
        }
        var found: [AttemptReference: (status: String, providerID: String?)] = [:]
        for row in rows {
            let attempt = AttemptReference(messageID: try row.id(0), number: try row.integer(1))
            #expect(found[attempt] == nil)
            found[attempt] = (try row.text(2), try row.textOrNil(3))
        }
        for (attempt, wasAccepted) in answered {
            #expect(found[attempt]?.status == (wasAccepted ? "sent" : "failed"))
            #expect(found[attempt]?.providerID == (wasAccepted ? "wamid.\(attempt.text)" : nil))
        }
    }
}
