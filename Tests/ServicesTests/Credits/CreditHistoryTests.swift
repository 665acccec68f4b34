import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Services

/// The histories of the pure rules once more, through the store and the engine of jobs, with kills wherever one transaction has ended and the next not begun.
@Suite("Credits, as random histories over the store")
struct CreditHistoryTests {
    @Test(
        "whatever is killed, repeated or done by two: the ledger adds up, and no month is charged twice",
        arguments: TestEngine.allCases, UInt64(1)...20)
    func histories(engine: TestEngine, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let scene = try await CreditScene(engine)
        let senders = [scene.hub.sender.id, try await scene.addSender(1), try await scene.addSender(2)]
        var toppedUp = 0
        for step in 0..<80 {
            let sender = senders.randomElement(using: &random)!
            switch Int.random(in: 0..<12, using: &random) {
            case 0, 1:
                let amount = Int.random(in: 1...40, using: &random)
                try await scene.topUp(amount, key: "\(step)")
                // The answer was lost.
                if Bool.random(using: &random) { try await scene.topUp(amount, key: "\(step)") }
                toppedUp += amount
            case 2, 3, 4: try await activate(sender, isKilled: Bool.random(using: &random), scene)
            case 5: _ = try? await scene.subscriptions.deactivate(sender, access: scene.owner)
            case 6:
                let price = try CreditPrice([0, 5, 10, 30].randomElement(using: &random)!)
                _ = try await scene.credits.setPrices([.meta: price], access: scene.owner)
            default: scene.hub.clock.advance(by: Double.random(in: 0...(20 * 86_400), using: &random))
            }
            try await work(scene, &random)
            try await scene.check("seed \(seed), step \(step)")
        }
        try await scene.drain()
        scene.hub.clock.advance(by: 61)
        try await scene.drain()
        try await scene.check("seed \(seed)")
        let totals = try await scene.totals()
        #expect(totals[.income]?.count == -toppedUp && totals[.reserved] == .zero, "seed \(seed)")
        for sender in senders {
            let overview = try await scene.overview(sender)
            switch overview.subscription.state {
            case .paid: #expect(overview.subscription.paidUntil.map { $0 > scene.hub.clock.now } == true, "seed \(seed)")
            case .grace, .lapsed: #expect(overview.balance < overview.price, "seed \(seed)")
            case .reserved: Issue.record("It was never charged; seed \(seed).")
            case .idle, .free: break
            }
        }
    }

    private func activate(_ sender: Identifier<Sender>, isKilled: Bool, _ scene: CreditScene) async throws {
        let price = try await scene.overview(sender).price.count
        do {
            if isKilled {
                let (service, owner, now) = (scene.subscriptions, scene.owner, scene.hub.clock.now)
                try await scene.hub.database.write {
                    try service.begin(sender, price: price, accepting: [.whatsApp: "1"], owner, $0, now)
                }
            } else {
                _ = try await scene.activate(sender, price: price)
            }
        } catch let problem as CreditProblem {
            switch problem {
            case .alreadyOn, .creditsMissing: break
            default: throw problem
            }
        }
    }

    /// Two processes, of which one is killed now and then.
    private func work(_ scene: CreditScene, _ random: inout SeededGenerator) async throws {
        for _ in 0..<4 {
            let jobs = try await scene.take()
            for job in jobs {
                switch Int.random(in: 0..<5, using: &random) {
                case 0: break  // Killed with the job in its hands: the lease runs out.
                case 1:
                    // Killed before it wrote, and another takes over at once while the first wakes up again.
                    scene.hub.clock.advance(by: 61)
                    guard let again = try await scene.take().first(where: { $0.id == job.id }) else { continue }
                    let done = try await withThrowingTaskGroup(of: Bool.self) { group in
                        for one in [job, again] { group.addTask { try await scene.complete(one) } }
                        return try await group.reduce(into: []) { $0.append($1) }
                    }
                    #expect(done.filter(\.self).count == 1)
                case 2:
                    // Killed behind the commit: whoever comes next finds the job gone.
                    if try await scene.complete(job) { #expect(try await !scene.complete(job)) }
                default: try await scene.complete(job)
                }
            }
            if Bool.random(using: &random) { return }
        }
    }
}
