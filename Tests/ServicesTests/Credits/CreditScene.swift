import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Services

/// A workspace with numbers that cost credits, and what renews them.
struct CreditScene {
    let hub: TestHub
    let credits: CreditService
    let subscriptions: SubscriptionService
    let outbox = FakeMail()
    let mail: MailService
    let renewal: RenewalJob
    let letters: CreditMailJob
    /// An owner at an address.
    let owner: Access

    /// - Parameter price: of a month of a number of Meta.
    init(_ engine: TestEngine, price: Int = 10) async throws {
        hub = try await TestHub(TestDatabase.make(engine))
        let clock = hub.clock
        let now: @Sendable () -> Date = { clock.now }
        credits = CreditService(database: hub.database, signals: hub.signals, now: now)
        subscriptions = SubscriptionService(database: hub.database, signals: hub.signals, now: now)
        mail = MailService(
            database: hub.database, sealing: SecretBox(SecretKey.make().key), sender: outbox, signals: hub.signals, now: now)
        renewal = RenewalJob(now: now)
        letters = CreditMailJob(
            database: hub.database, mail: mail, sender: outbox, publicURL: "https://chat.example.com", now: now)
        let person = try await hub.member("Olga", role: .owner)
        owner = Access(
            workspaceID: hub.workspaceID, actor: .member(person), grants: Role.owner.grants, visibility: .all, address: "192.0.2.7")
        // A number that was there before anything cost credits has a free month; here it begins without one.
        if price > 0 {
            _ = try await subscriptions.deactivate(hub.sender.id, access: owner)
            _ = try await credits.setPrices([.meta: CreditPrice(price)], access: owner)
            try await drain()
        }
    }

    /// Another number of the same kind, never activated.
    func addSender(_ index: Int) async throws -> Identifier<Sender> {
        let one = hub.sender
        let sender = Sender(
            id: .make(at: hub.clock.now), workspaceID: one.workspaceID, connectionID: one.connectionID, channel: .meta,
            name: "Number \(index)",
            displayName: nil, phoneNumber: try PhoneNumber(parsing: "+155501002\(10 + index)"), providerID: "5\(index)",
            quality: nil, messagingLimit: nil, readReceipts: .onOpen, createdAt: hub.clock.now)
        try await hub.database.write { [access = hub.access] in try SenderTable($0, access).insert(sender, throughput: nil) }
        return sender.id
    }

    func activate(_ sender: Identifier<Sender>? = nil, price: Int = 10) async throws -> SubscriptionService.Overview {
        let terms = try await credits.terms(access: owner)
        return try await subscriptions.activate(
            sender ?? hub.sender.id, price: price,
            accepting: Dictionary(terms.map { ($0.document, $0.version) }, uniquingKeysWith: { $1 }), access: owner)
    }

    func topUp(_ amount: Int, key: String = UUID().uuidString) async throws {
        _ = try await credits.topUp(amount, note: nil, key: key, access: owner)
    }

    func overview(_ sender: Identifier<Sender>? = nil) async throws -> SubscriptionService.Overview {
        try await subscriptions.overview(of: sender ?? hub.sender.id, access: owner)
    }

    /// As the number's status reads it.
    func standing(_ sender: Identifier<Sender>? = nil) async throws -> Subscription.Standing? {
        let id = sender ?? hub.sender.id
        return try await hub.database.read { [access = hub.access] in try SubscriptionTable($0, access).standing(of: id) }
    }

    func totals() async throws -> [LedgerAccount: Credits] {
        try await hub.database.read { [access = hub.access] in try LedgerTable($0, access).totals() }
    }

    func balance() async throws -> Int { try await totals()[.balance]?.count ?? 0 }

    /// What happened to subscriptions, in order.
    func changes() async throws -> [String] {
        try await hub.allEvents().compactMap { event in
            event.cause.flatMap { $0.hasPrefix("subscription-") ? String($0.dropFirst("subscription-".count)) : nil }
        }
    }

    // MARK: Jobs

    func take(_ kind: String = RenewalJob.kind) async throws -> [Job] {
        try await hub.database.write { [now = hub.clock.now] in
            try JobTable($0).take(kind: kind, now: now, leaseSeconds: 60, limit: 20)
        }
    }

    /// False when somebody else has done it.
    @discardableResult
    func complete(_ job: Job) async throws -> Bool {
        let completion = try await (job.kind == RenewalJob.kind ? renewal.run(job) : letters.run(job))
        do {
            try await hub.database.write { transaction in
                guard try JobTable(transaction).complete(job) else { throw Taken() }
                try completion.write(transaction)
            }
        } catch is Taken {
            return false
        }
        return true
    }

    private struct Taken: Error {}

    /// All that is due now.
    func drain() async throws {
        for _ in 0..<50 {
            let jobs = try await take() + (try await take(CreditMailJob.kind))
            guard !jobs.isEmpty else { return }
            for job in jobs { try await complete(job) }
        }
        Issue.record("The jobs never end.")
    }

    /// From job to job until a moment, with nothing in between.
    func advance(to end: Date) async throws {
        while true {
            try await drain()
            let next = try await hub.database.read { [workspaceID = hub.workspaceID] in
                try $0.rows(
                    "SELECT MIN(run_at) FROM jobs WHERE workspace_id = \(workspaceID) AND kind = 'renewal' AND state = 'pending'")[0]
                    .dateOrNil(0)
            }
            let to = min(end, next ?? end)
            hub.clock.advance(by: max(0, to.timeIntervalSince(hub.clock.now)))
            if to == end { return try await drain() }
        }
    }

    /// The accounts add up to zero, to what the postings come to, and no month was charged twice.
    func check(_ what: String = "") async throws {
        let postings = try await hub.database.read { [access = hub.access] in
            try LedgerTable($0, access).statement(before: nil, limit: 10_000)
        }.reversed()
        let totals = try await totals()
        #expect(totals.values.reduce(.zero, +) == .zero, "\(what)")
        var (sums, balance): ([LedgerAccount: Credits], Credits) = ([:], .zero)
        for one in postings {
            sums[one.source] = (sums[one.source] ?? .zero) - one.amount
            sums[one.target] = (sums[one.target] ?? .zero) + one.amount
            balance = balance + one.change
            #expect(one.balanceAfter == balance && balance >= .zero, "\(what)")
        }
        for account in LedgerAccount.allCases { #expect(totals[account] ?? .zero == sums[account] ?? .zero, "\(what) \(account)") }
        let months = postings.filter { $0.kind == .charge }.map { "\($0.senderID!) \($0.paidUntil!)" }
        #expect(Set(months).count == months.count, "a month was charged twice; \(what)")
    }
}
