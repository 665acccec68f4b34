import Domain
import TestSupport
import Testing

import struct Foundation.Date

/// A workspace whose people, clock and processes do what a seed says, over the pure rules alone; after each step what came of it is compared with what
/// can be counted without them.
struct CreditHistory {
    private(set) var ledger = Ledger()
    private(set) var subscriptions: [Identifier<Sender>: Subscription] = [:]
    private var now = Date(timeIntervalSince1970: 1_790_000_000)
    private var price = Credits(0)
    private var random: SeededGenerator
    private var toppedUp = 0
    private var charges: [(sender: Identifier<Sender>, month: Int, amount: Int)] = []
    private var topUps = 0
    /// What has happened in it.
    private(set) var changes: Set<SubscriptionStep.Change> = []
    let seed: UInt64

    init(seed: UInt64) {
        (self.seed, random) = (seed, SeededGenerator(seed: seed))
        now.addTimeInterval(Double(Int.random(in: 0..<86_400 * 1_500, using: &random)))
        for number in 0..<3 {
            let id = Identifier<Sender>("snd_\(number)")
            subscriptions[id] = Subscription(senderID: id)
        }
    }

    mutating func run(steps: Int) throws {
        for _ in 0..<steps {
            switch Int.random(in: 0..<10, using: &random) {
            case 0: try topUp()
            case 1, 2: try activate()
            case 3: deactivate()
            case 4: setPrice()
            case 5: skip(days: 40)
            default: skip(days: 8)
            }
            checkSums()
            // No process lives: whatever was begun waits, also a month whose price is put aside, and a person goes on meanwhile.
            if Int.random(in: 0..<4, using: &random) == 0 { continue }
            try settle()
            checkStanding()
            checkSums()
        }
        try settle()
        checkStanding()
        checkSums()
        #expect(Set(charges.map { "\($0.sender) \($0.month)" }).count == charges.count, "a month was charged twice; seed \(seed)")
    }

    private var senders: [Identifier<Sender>] { subscriptions.keys.sorted() }

    private mutating func topUp() throws {
        topUps += 1
        let amount = Int.random(in: 1...60, using: &random)
        let posting = try LedgerPosting.topUp(amount, note: nil, key: "\(topUps)")
        #expect(try ledger.post(posting))
        // The answer was lost, and it is asked for again.
        if Bool.random(using: &random) { #expect(try !ledger.post(posting)) }
        toppedUp += amount
    }

    private mutating func setPrice() {
        let before = price
        price = Credits([0, 0, 5, 20, 35].randomElement(using: &random)!)
        guard before == .zero, price > .zero else { return }
        for (id, one) in subscriptions where one.state == .free {
            subscriptions[id] = Subscription(freeMonthOf: id, at: now, month: one.month)
        }
    }

    private mutating func activate() throws {
        let id = senders.randomElement(using: &random)!
        let before = subscriptions[id]!
        let (balance, spent) = (ledger[.balance], ledger[.spent])
        let step: SubscriptionStep
        do throws(CreditProblem) {
            step = try before.activated(at: now, price: price, balance: balance)
        } catch {
            switch error {
            case .alreadyOn: #expect(before.isOn)
            case .creditsMissing(let price, let held): #expect(held < price && held == balance && !before.isOn)
            default: Issue.record("\(error) of seed \(seed)")
            }
            return
        }
        try write(step)
        let after = subscriptions[id]!
        #expect(ledger[.spent] == spent, "nothing is spent before it is charged; seed \(seed)")
        if let paidUntil = before.paidUntil, before.state == .paid, now < paidUntil {
            #expect(after.paidUntil == paidUntil && after.anchor == before.anchor && ledger[.balance] == balance)
        } else {
            #expect(ledger[.balance] == balance - price)
        }
    }

    private mutating func deactivate() {
        let id = senders.randomElement(using: &random)!
        let before = subscriptions[id]!
        let spent = ledger[.spent]
        guard before.isOn else {
            #expect(throws: CreditProblem.alreadyOff) { try before.deactivated(at: now) }
            return
        }
        do { try write(before.deactivated(at: now)) } catch { Issue.record("\(error) of seed \(seed)") }
        #expect(ledger[.spent] == spent, "nothing is given back; seed \(seed)")
        if before.state == .paid, let paidUntil = before.paidUntil, now < paidUntil {
            #expect(subscriptions[id]?.paidUntil == paidUntil, "seed \(seed)")
        }
    }

    /// In steps that end where somebody would look, or in one that nobody looked during.
    private mutating func skip(days: Int) {
        now.addTimeInterval(Double(Int.random(in: 0..<86_400 * days, using: &random)))
    }

    /// What processes do: two of them, killed before they write, or both at the same thing.
    private mutating func settle() throws {
        for id in senders {
            var steps = 0
            while let step = due(id) {
                steps += 1
                try #require(steps < 5, "it never ends; seed \(seed)")
                let before = subscriptions[id]!
                switch Int.random(in: 0..<4, using: &random) {
                case 0: break  // Killed: what was decided is lost, and decided anew.
                case 1:
                    // Two that decided the same: the second finds the key posted.
                    try write(step)
                    let (once, sums) = (subscriptions[id], ledger.totals)
                    if step.posting != nil {
                        try write(step)
                        #expect(subscriptions[id] == once && ledger.totals == sums)
                    }
                default: try write(step)
                }
                if subscriptions[id] == before { steps -= 1 }
            }
            // Nobody needs to look before the time that was said.
            if let look = subscriptions[id]!.nextLook(after: now), look > now {
                let early = now.addingTimeInterval(look.timeIntervalSince(now) * 0.999)
                #expect(due(id, at: early) == nil, "seed \(seed)")
            }
        }
    }

    private func due(_ id: Identifier<Sender>, at moment: Date? = nil) -> SubscriptionStep? {
        subscriptions[id]!.due(at: moment ?? now, price: price, balance: ledger[.balance], needed: price)
    }

    private mutating func write(_ step: SubscriptionStep) throws {
        if let posting = step.posting {
            guard try ledger.post(posting) else { return }
            if posting.kind == .charge { charges.append((step.subscription.senderID, step.subscription.month, posting.amount.count)) }
        }
        changes.insert(step.change)
        let before = subscriptions[step.subscription.senderID]!
        if step.posting?.kind == .charge { checkMonth(step.subscription, before) }
        subscriptions[step.subscription.senderID] = step.subscription
    }

    /// What is charged covers now, ends a month or less away, and goes on where the month before ended.
    private func checkMonth(_ after: Subscription, _ before: Subscription) {
        guard let paidUntil = after.paidUntil, let anchor = after.anchor else {
            Issue.record("charged without a date; seed \(seed)")
            return
        }
        #expect(paidUntil > now && paidUntil.timeIntervalSince(now) <= 31 * 86_400, "seed \(seed)")
        #expect(CivilDate(paidUntil).day == min(CivilDate(anchor).day, CivilDate(paidUntil).daysInMonth), "seed \(seed)")
        if before.state == .grace || before.state == .paid { #expect(after.anchor == before.anchor) }
    }

    private func checkStanding() {
        for one in subscriptions.values {
            switch one.state {
            case .paid: #expect(one.paidUntil.map { now < $0 } == true, "seed \(seed)")
            case .grace:
                #expect(one.isOn && ledger[.balance] < price && one.graceEndsAt.map { now < $0 } == true, "seed \(seed)")
                #expect(one.paidUntil.map { now >= $0 } == true)
            case .lapsed: #expect(one.isOn && ledger[.balance] < price, "seed \(seed)")
            case .free: #expect(one.isOn)
            case .idle: #expect(!one.isOn)
            case .reserved: Issue.record("it was settled; seed \(seed)")
            }
        }
        #expect(ledger[.reserved] == .zero)
    }

    /// Holds at every moment, also behind a kill.
    private func checkSums() {
        #expect(LedgerAccount.allCases.reduce(Credits.zero) { $0 + ledger[$1] } == .zero, "seed \(seed)")
        #expect(ledger[.income].count == -toppedUp)
        #expect(ledger[.spent].count == charges.reduce(0) { $0 + $1.amount })
        #expect(ledger[.balance] >= .zero)
        let reserved = subscriptions.values.filter { $0.state == .reserved }.reduce(Credits.zero) { $0 + $1.price }
        #expect(ledger[.reserved] == reserved, "what is put aside is that of months that wait; seed \(seed)")
    }
}

/// A date worked out from the days since 1970 alone, in order not to ask the calendar whether the calendar is right (H. Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms").
struct CivilDate: Equatable {
    let year: Int
    let month: Int
    let day: Int

    init(_ date: Date) {
        let days = Int((date.timeIntervalSince1970 / 86_400).rounded(.down)) + 719_468
        let era = days / 146_097
        let ofEra = days - era * 146_097
        let years = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * years + years / 4 - years / 100)
        let shifted = (5 * ofYear + 2) / 153
        day = ofYear - (153 * shifted + 2) / 5 + 1
        month = shifted < 10 ? shifted + 3 : shifted - 9
        year = years + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysInMonth: Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
}
