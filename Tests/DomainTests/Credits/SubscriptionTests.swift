import Domain
import Foundation
import Testing

@Suite("What numbers cost, and until when they are paid")
struct SubscriptionTests {
    private static let sender = Identifier<Sender>("snd_1")

    private static func date(_ text: String) -> Date {
        try! Date(text.contains("T") ? text : "\(text)T10:30:00Z", strategy: .iso8601)
    }

    @Test("10,000 random histories with kills: the accounts add up to zero, and no month is charged twice", arguments: 0..<20)
    func histories(part: Int) throws {
        var changes: Set<SubscriptionStep.Change> = []
        for seed in UInt64(part * 500 + 1)...UInt64(part * 500 + 500) {
            var history = CreditHistory(seed: seed)
            try history.run(steps: 40)
            changes.formUnion(history.changes)
        }
        #expect(changes == Set(SubscriptionStep.Change.allCases), "not all that can happen has happened")
    }

    @Test(
        "the next month ends on the same day, or on the last one of a month that has no such day",
        arguments: [
            ("2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
            ("2028-01-31", ["2028-02-29", "2028-03-31"]), ("2028-01-30", ["2028-02-29", "2028-03-30"]),
            ("2026-01-29", ["2026-02-28", "2026-03-29"]), ("2028-02-29", ["2028-03-29", "2028-04-29"]),
            ("2026-12-31", ["2027-01-31", "2027-02-28"]), ("2026-12-15", ["2027-01-15", "2027-02-15"]),
            ("2026-03-29T00:30:00Z", ["2026-04-29T00:30:00Z"]), ("2026-10-31T23:59:59Z", ["2026-11-30T23:59:59Z"]),
        ])
    func calendar(anchor: String, ends: [String]) {
        let anchor = Self.date(anchor)
        var at = anchor
        for (index, end) in ends.enumerated() {
            at = Months.next(after: at, from: anchor)
            #expect(at == Self.date(end))
            #expect(Months.date(index + 1, after: anchor) == at)
        }
        // A year, and four, with the leap day among them, come back to the day.
        #expect(CivilDate(Months.date(48, after: anchor)).day == CivilDate(anchor).day)
    }

    @Test("a year with credits: twelve charges, on the days of the calendar")
    func yearWithCredits() throws {
        let start = Self.date("2026-01-31")
        var (now, ledger) = (start, Ledger())
        _ = try ledger.post(.topUp(130, note: nil, key: "1"))
        var one = try Subscription(senderID: Self.sender).activated(at: start, price: Credits(10), balance: ledger[.balance])
        _ = try ledger.post(#require(one.posting))
        var ends: [String] = []
        while now < Self.date("2027-01-30") {
            while let step = one.subscription.due(at: now, price: Credits(10), balance: ledger[.balance], needed: Credits(10)) {
                #expect(step.change == (ends.isEmpty ? .paid : .renewed))
                #expect(try ledger.post(#require(step.posting)))
                one = step
                let end = CivilDate(try #require(one.subscription.paidUntil))
                ends.append("\(end.month)-\(end.day)")
            }
            #expect(one.subscription.standing(price: Credits(10)) == .paid)
            now.addTimeInterval(3_600)
        }
        #expect(ends == ["2-28", "3-31", "4-30", "5-31", "6-30", "7-31", "8-31", "9-30", "10-31", "11-30", "12-31", "1-31"])
        #expect(ledger[.spent] == Credits(120) && ledger[.balance] == Credits(10) && ledger[.reserved] == .zero)
    }

    @Test("a year whose credits end: reminded twice, three days of grace, stopped, and back by a top-up with months of its own")
    func yearWithout() throws {
        let (price, start) = (Credits(10), Self.date("2026-01-31"))
        var (now, ledger) = (start, Ledger())
        _ = try ledger.post(.topUp(20, note: nil, key: "1"))
        var one = try Subscription(senderID: Self.sender).activated(at: start, price: price, balance: ledger[.balance])
        _ = try ledger.post(#require(one.posting))
        var told: [String] = []
        while now < Self.date("2027-01-31") {
            let today = CivilDate(now)
            if (today.month, today.day) == (6, 10), ledger[.balance] == .zero { _ = try ledger.post(.topUp(13, note: nil, key: "2")) }
            while let step = one.subscription.due(at: now, price: price, balance: ledger[.balance], needed: price) {
                if let posting = step.posting { #expect(try ledger.post(posting)) }
                one = step
                told.append("\(today.month)-\(today.day) \(step.change.rawValue)")
            }
            now.addTimeInterval(3_600)
        }
        #expect(
            told == [
                "1-31 paid", "2-28 renewed", "3-24 reminded", "3-30 reminded", "3-31 grace", "4-3 lapsed", "6-10 back", "7-3 reminded",
                "7-9 reminded", "7-10 grace", "7-13 lapsed",
            ])
        #expect(one.subscription.standing(price: price) == .lapsed)
        #expect(ledger[.spent] == Credits(30) && ledger[.balance] == Credits(3))
    }

    @Test("credits that come in the days of grace keep the day of the month")
    func paidInGrace() throws {
        let price = Credits(10)
        let one = Subscription(
            senderID: Self.sender, state: .grace, isOn: true, price: price, month: 1, anchor: Self.date("2026-01-31"),
            paidUntil: Self.date("2026-02-28"), graceEndsAt: Self.date("2026-03-03"))
        let step = try #require(one.due(at: Self.date("2026-03-02"), price: price, balance: price, needed: price))
        #expect(step.subscription.state == .paid && step.subscription.graceEndsAt == nil)
        #expect(step.subscription.paidUntil == Self.date("2026-03-31"))
        #expect(step.posting?.key == "charge snd_1 2")
    }

    @Test("months in which nobody looked aren't charged")
    func late() throws {
        let price = Credits(10)
        let one = Subscription(
            senderID: Self.sender, state: .paid, isOn: true, price: price, month: 1, anchor: Self.date("2026-01-31"),
            paidUntil: Self.date("2026-02-28"))
        let step = try #require(one.due(at: Self.date("2026-06-15"), price: price, balance: Credits(100), needed: price))
        #expect(step.subscription.paidUntil == Self.date("2026-06-30") && step.posting?.amount == price)
        #expect(step.subscription.due(at: Self.date("2026-06-15"), price: price, balance: Credits(90), needed: price) == nil)
        // Without credits the days of grace begin when it is found.
        let poor = try #require(one.due(at: Self.date("2026-06-15"), price: price, balance: .zero, needed: price))
        #expect(poor.change == .grace && poor.subscription.graceEndsAt == Self.date("2026-06-18"))
    }

    @Test("off and on within the month costs nothing and keeps the date; after it, it is paid anew")
    func offAndOn() throws {
        let price = Credits(10)
        let paid = Subscription(
            senderID: Self.sender, state: .paid, isOn: true, price: price, month: 3, anchor: Self.date("2026-01-31"),
            paidUntil: Self.date("2026-04-30"))
        let off = try paid.deactivated(at: Self.date("2026-04-10"))
        #expect(off.posting == nil && off.subscription.standing(price: price) == .paid)
        let on = try off.subscription.activated(at: Self.date("2026-04-20"), price: Credits(99), balance: .zero)
        #expect(on.posting == nil && on.subscription == paid)

        // A renewal that nobody wants isn't made.
        let ended = try #require(off.subscription.due(at: Self.date("2026-04-30"), price: price, balance: Credits(50), needed: price))
        #expect(ended.change == .ended && ended.posting == nil)
        let anew = try ended.subscription.activated(at: Self.date("2026-05-05"), price: price, balance: Credits(50))
        #expect(anew.change == .reserved && anew.subscription.paidUntil == Self.date("2026-06-05"))
        #expect(anew.posting?.key == "reservation snd_1 4")
        let undone = try anew.subscription.deactivated(at: Self.date("2026-05-05"))
        #expect(undone.posting?.key == "release snd_1 4" && undone.subscription.state == .idle)
    }

    /// What each state makes of each thing that can happen, at one moment: paid until tomorrow, or for a past day where the state says so.
    @Test("every state and what can happen to it", arguments: Subscription.State.allCases)
    func pairs(state: Subscription.State) throws {
        let now = Self.date("2026-05-10")
        let isOn = state != .idle
        let hasMonth = [.paid, .grace, .reserved].contains(state)
        let one = Subscription(
            senderID: Self.sender, state: state, isOn: isOn, price: hasMonth ? Credits(10) : .zero, month: hasMonth ? 2 : 0,
            anchor: hasMonth ? Self.date("2026-03-10") : nil, paidUntil: hasMonth ? now : nil,
            graceEndsAt: state == .grace ? now.addingTimeInterval(60) : nil)
        func change(_ price: Int, _ balance: Int) -> SubscriptionStep.Change? {
            one.due(at: now, price: Credits(price), balance: Credits(balance), needed: Credits(price))?.change
        }
        let (rich, poor, free): (SubscriptionStep.Change?, SubscriptionStep.Change?, SubscriptionStep.Change?) =
            switch state {
            case .idle, .free: (nil, nil, nil)
            case .reserved: (.paid, .paid, .paid)
            case .paid: (.renewed, .grace, .free)
            case .grace: (.renewed, nil, .free)
            case .lapsed: (.back, nil, .back)
            }
        #expect(change(10, 10) == rich)
        #expect(change(10, 9) == poor)
        #expect(change(0, 0) == free)

        if isOn {
            #expect(throws: CreditProblem.alreadyOn) { try one.activated(at: now, price: Credits(10), balance: Credits(10)) }
            let off = try one.deactivated(at: now)
            #expect(off.change == .off && !off.subscription.isOn && off.subscription.state == .idle)
            #expect(off.posting?.kind == (state == .reserved ? .release : nil))
        } else {
            #expect(throws: CreditProblem.alreadyOff) { try one.deactivated(at: now) }
            #expect(try one.activated(at: now, price: .zero, balance: .zero).change == .free)
            #expect(throws: CreditProblem.creditsMissing(price: Credits(10), balance: Credits(9))) {
                try one.activated(at: now, price: Credits(10), balance: Credits(9))
            }
        }
        let standing: Subscription.Standing =
            switch state {
            case .free: .free
            case .paid: .paid
            case .grace: .grace
            case .idle, .lapsed, .reserved: .lapsed
            }
        #expect(one.standing(price: Credits(10)) == standing)
    }

    @Test("a number whose kind costs nothing needs no credits and is never charged")
    func free() throws {
        let start = Self.date("2026-05-10")
        let step = try Subscription(senderID: Self.sender).activated(at: start, price: .zero, balance: .zero)
        #expect(step.change == .free && step.posting == nil && step.subscription.standing(price: .zero) == .free)
        #expect(step.subscription.nextLook(after: start) == nil)
        #expect(Subscription(senderID: Self.sender).standing(price: .zero) == .free)
    }

    @Test("a reminder comes when all renewals together aren't covered, once for each of the two days")
    func reminders() throws {
        let (price, end) = (Credits(10), Self.date("2026-05-31"))
        let one = Subscription(
            senderID: Self.sender, state: .paid, isOn: true, price: price, month: 1, anchor: Self.date("2026-01-31"), paidUntil: end)
        func step(_ of: Subscription, daysBefore: Double, balance: Int) -> SubscriptionStep? {
            of.due(at: end.addingTimeInterval(-daysBefore * 86_400), price: price, balance: Credits(balance), needed: Credits(30))
        }
        #expect(step(one, daysBefore: 7.1, balance: 0) == nil)
        #expect(step(one, daysBefore: 7, balance: 30) == nil)
        let week = try #require(step(one, daysBefore: 7, balance: 29))
        #expect(week.subscription.reminder == .week)
        #expect(step(week.subscription, daysBefore: 2, balance: 0) == nil)
        let day = try #require(step(week.subscription, daysBefore: 1, balance: 0))
        #expect(day.subscription.reminder == .day)
        #expect(step(day.subscription, daysBefore: 0.5, balance: 0) == nil)
        // Found on the last day, it is told once.
        #expect(step(one, daysBefore: 0.5, balance: 0)?.subscription.reminder == .day)
        let off = try one.deactivated(at: end.addingTimeInterval(-86_400)).subscription
        #expect(step(off, daysBefore: 1, balance: 0) == nil)
    }

    @Test(
        "what isn't a sum, a price, a note or a version is refused with a sentence",
        arguments: [
            (0, "credits.amount-out-of-range"), (-5, "credits.amount-out-of-range"), (1_000_000_001, "credits.amount-out-of-range"),
        ])
    func refusals(amount: Int, code: String) {
        #expect { try LedgerPosting.topUp(amount, note: nil, key: "x") } throws: { ($0 as? CreditProblem)?.code == code }
        #expect(throws: CreditProblem.priceNegative) { try CreditPrice(-1) }
        #expect(throws: CreditProblem.priceTooHigh) { try CreditPrice(Credits.limit + 1) }
        #expect { try LedgerPosting.topUp(1, note: String(repeating: "x", count: 201), key: "x") } throws: {
            ($0 as? CreditProblem)?.code == "credits.note-too-long"
        }
        #expect(throws: CreditProblem.termsVersionMalformed(.privacy)) { try Terms(.privacy, address: "https://example.com", version: " ") }
        #expect(throws: CreditProblem.termsAddressMalformed(.privacy)) { try Terms(.privacy, address: "example", version: "1") }
        #expect(CreditProblem.priceNegative.detail.contains("can\u{2019}t be below zero"))
    }

    @Test("each posting is two entries that add up to zero, and an account can't be overdrawn")
    func postings() throws {
        var ledger = Ledger()
        let topUp = try LedgerPosting.topUp(5, note: "  a\nb ", key: "1")
        #expect(topUp.entries == [LedgerEntry(.income, Credits(-5)), LedgerEntry(.balance, Credits(5))])
        #expect(topUp.note == "a b")
        #expect(try ledger.post(topUp))
        #expect(try !ledger.post(topUp))
        let step = try Subscription(senderID: Self.sender).activated(at: .distantPast, price: Credits(5), balance: Credits(5))
        var poor = Ledger()
        let posting = try #require(step.posting)
        #expect(throws: CreditProblem.creditsMissing(price: Credits(5), balance: .zero)) { _ = try poor.post(posting) }
        #expect(poor == Ledger())
    }

    @Test("credits read as people write them")
    func words() {
        #expect(Credits(1).words == "1 credit" && Credits(0).words == "0 credits" && Credits(-1_234).figures == "\u{2212}1,234")
        #expect(Credits(1_234_567).figures == "1,234,567" && Credits(100).figures == "100")
    }
}
