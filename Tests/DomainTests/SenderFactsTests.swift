import Domain
import Testing

import struct Foundation.Date

@Suite("How a number stands")
struct SenderFactsTests {
    /// Each state that a number can be in, by its name here.
    private static let states: [(name: String, facts: SenderFacts)] = [
        ("online", facts { _ in }),
        ("restricted", facts { $0.policy = .restricted }),
        ("renewal due", facts { $0.subscription = .grace }),
        ("asked", facts { $0.isChecking = true }),
        ("asked after a refusal", facts { ($0.isChecking, $0.trouble) = (true, .tokenRefused) }),
        ("signing up", facts { $0.setUp = .signup }),
        ("unverified", facts { $0.setUp = .verification }),
        ("unregistered", facts { $0.setUp = .registration }),
        ("unapproved", facts { $0.setUp = .approval }),
        ("set-up failed", facts { $0.setUp = .failed }),
        ("token refused", facts { $0.trouble = .tokenRefused }),
        ("number missing", facts { $0.trouble = .numberMissing }),
        ("unpaid at Meta", facts { $0.trouble = .paymentMissing }),
        ("suspended", facts { $0.policy = .suspended }),
        ("suspended and refused", facts { ($0.policy, $0.trouble) = (.suspended, .tokenRefused) }),
        ("lapsed", facts { $0.subscription = .lapsed }),
        ("switched off", facts { $0.isActive = false }),
        ("off and suspended", facts { ($0.isActive, $0.policy) = (false, .suspended) }),
        ("off while signing up", facts { ($0.isActive, $0.setUp) = (false, .signup) }),
    ]

    /// What a word of the table below stands for.
    private static let words: [String: (status: Sender.Status, reason: SenderReason?)] = [
        "fine": (.online, nil), "restricted": (.online, .restricted), "due": (.online, .renewalDue), "checking": (.connecting, .checking),
        "signup": (.pending, .signupUnfinished), "verify": (.pending, .verificationMissing),
        "register": (.pending, .registrationMissing), "name": (.pending, .nameUnapproved), "failed": (.failed, .setUpFailed),
        "token": (.failed, .tokenRefused), "number": (.failed, .numberMissing), "payment": (.failed, .paymentMissing),
        "suspended": (.suspended, .suspended), "credits": (.offline, .creditsMissing), "off": (.offline, .switchedOff),
    ]

    /// How each state looks, and what every event makes of it; `-` is a command that is refused.
    private static let table = """
        online is fine
            activated -, deactivated off, retried -, signup-finished fine, unverified verify, verified fine
            unregistered register, name-refused name, name-approved fine, set-up-failed failed, confirmed fine, restricted restricted
            suspended suspended, reinstated fine, token-refused token, number-missing number, payment-missing payment, check-failed fine
            subscription-free fine, subscription-paid fine, grace-began due, subscription-lapsed credits
        restricted is restricted
            activated -, deactivated off, retried -, signup-finished restricted, unverified verify, verified restricted
            unregistered register, name-refused name, name-approved restricted, set-up-failed failed, confirmed restricted, restricted restricted
            suspended suspended, reinstated fine, token-refused token, number-missing number, payment-missing payment, check-failed restricted
            subscription-free restricted, subscription-paid restricted, grace-began restricted, subscription-lapsed credits
        renewal due is due
            activated -, deactivated off, retried -, signup-finished due, unverified verify, verified due
            unregistered register, name-refused name, name-approved due, set-up-failed failed, confirmed due, restricted restricted
            suspended suspended, reinstated due, token-refused token, number-missing number, payment-missing payment, check-failed due
            subscription-free fine, subscription-paid fine, grace-began due, subscription-lapsed credits
        asked is checking
            activated -, deactivated off, retried -, signup-finished checking, unverified verify, verified checking
            unregistered register, name-refused name, name-approved checking, set-up-failed failed, confirmed fine, restricted checking
            suspended suspended, reinstated checking, token-refused token, number-missing number, payment-missing payment, check-failed fine
            subscription-free checking, subscription-paid checking, grace-began checking, subscription-lapsed credits
        asked after a refusal is checking
            activated -, deactivated off, retried -, signup-finished checking, unverified verify, verified checking
            unregistered register, name-refused name, name-approved checking, set-up-failed failed, confirmed fine, restricted checking
            suspended suspended, reinstated checking, token-refused token, number-missing number, payment-missing payment, check-failed token
            subscription-free checking, subscription-paid checking, grace-began checking, subscription-lapsed credits
        signing up is signup
            activated -, deactivated off, retried -, signup-finished verify, unverified verify, verified register
            unregistered register, name-refused name, name-approved signup, set-up-failed failed, confirmed fine, restricted signup
            suspended suspended, reinstated signup, token-refused signup, number-missing signup, payment-missing signup, check-failed signup
            subscription-free signup, subscription-paid signup, grace-began signup, subscription-lapsed credits
        unverified is verify
            activated -, deactivated off, retried checking, signup-finished verify, unverified verify, verified register
            unregistered register, name-refused name, name-approved verify, set-up-failed failed, confirmed fine, restricted verify
            suspended suspended, reinstated verify, token-refused token, number-missing number, payment-missing payment, check-failed verify
            subscription-free verify, subscription-paid verify, grace-began verify, subscription-lapsed credits
        unregistered is register
            activated -, deactivated off, retried checking, signup-finished register, unverified verify, verified register
            unregistered register, name-refused name, name-approved register, set-up-failed failed, confirmed fine, restricted register
            suspended suspended, reinstated register, token-refused token, number-missing number, payment-missing payment, check-failed register
            subscription-free register, subscription-paid register, grace-began register, subscription-lapsed credits
        unapproved is name
            activated -, deactivated off, retried checking, signup-finished name, unverified verify, verified name
            unregistered register, name-refused name, name-approved fine, set-up-failed failed, confirmed fine, restricted name
            suspended suspended, reinstated name, token-refused token, number-missing number, payment-missing payment, check-failed name
            subscription-free name, subscription-paid name, grace-began name, subscription-lapsed credits
        set-up failed is failed
            activated -, deactivated off, retried checking, signup-finished failed, unverified verify, verified failed
            unregistered register, name-refused name, name-approved failed, set-up-failed failed, confirmed fine, restricted failed
            suspended suspended, reinstated failed, token-refused failed, number-missing failed, payment-missing failed, check-failed failed
            subscription-free failed, subscription-paid failed, grace-began failed, subscription-lapsed credits
        token refused is token
            activated -, deactivated off, retried checking, signup-finished token, unverified verify, verified token
            unregistered register, name-refused name, name-approved token, set-up-failed failed, confirmed fine, restricted token
            suspended suspended, reinstated token, token-refused token, number-missing number, payment-missing payment, check-failed token
            subscription-free token, subscription-paid token, grace-began token, subscription-lapsed credits
        number missing is number
            activated -, deactivated off, retried checking, signup-finished number, unverified verify, verified number
            unregistered register, name-refused name, name-approved number, set-up-failed failed, confirmed fine, restricted number
            suspended suspended, reinstated number, token-refused token, number-missing number, payment-missing payment, check-failed number
            subscription-free number, subscription-paid number, grace-began number, subscription-lapsed credits
        unpaid at Meta is payment
            activated -, deactivated off, retried checking, signup-finished payment, unverified verify, verified payment
            unregistered register, name-refused name, name-approved payment, set-up-failed failed, confirmed fine, restricted payment
            suspended suspended, reinstated payment, token-refused token, number-missing number, payment-missing payment, check-failed payment
            subscription-free payment, subscription-paid payment, grace-began payment, subscription-lapsed credits
        suspended is suspended
            activated -, deactivated off, retried suspended, signup-finished suspended, unverified suspended, verified suspended
            unregistered suspended, name-refused suspended, name-approved suspended, set-up-failed suspended, confirmed suspended, restricted restricted
            suspended suspended, reinstated fine, token-refused suspended, number-missing suspended, payment-missing suspended, check-failed suspended
            subscription-free suspended, subscription-paid suspended, grace-began suspended, subscription-lapsed credits
        suspended and refused is suspended
            activated -, deactivated off, retried suspended, signup-finished suspended, unverified suspended, verified suspended
            unregistered suspended, name-refused suspended, name-approved suspended, set-up-failed suspended, confirmed suspended, restricted token
            suspended suspended, reinstated token, token-refused suspended, number-missing suspended, payment-missing suspended, check-failed suspended
            subscription-free suspended, subscription-paid suspended, grace-began suspended, subscription-lapsed credits
        lapsed is credits
            activated -, deactivated off, retried -, signup-finished credits, unverified credits, verified credits
            unregistered credits, name-refused credits, name-approved credits, set-up-failed credits, confirmed credits, restricted credits
            suspended credits, reinstated credits, token-refused credits, number-missing credits, payment-missing credits, check-failed credits
            subscription-free fine, subscription-paid fine, grace-began due, subscription-lapsed credits
        switched off is off
            activated checking, deactivated -, retried -, signup-finished off, unverified off, verified off
            unregistered off, name-refused off, name-approved off, set-up-failed off, confirmed off, restricted off
            suspended off, reinstated off, token-refused off, number-missing off, payment-missing off, check-failed off
            subscription-free off, subscription-paid off, grace-began off, subscription-lapsed off
        off and suspended is off
            activated suspended, deactivated -, retried -, signup-finished off, unverified off, verified off
            unregistered off, name-refused off, name-approved off, set-up-failed off, confirmed off, restricted off
            suspended off, reinstated off, token-refused off, number-missing off, payment-missing off, check-failed off
            subscription-free off, subscription-paid off, grace-began off, subscription-lapsed off
        off while signing up is off
            activated signup, deactivated -, retried -, signup-finished off, unverified off, verified off
            unregistered off, name-refused off, name-approved off, set-up-failed off, confirmed off, restricted off
            suspended off, reinstated off, token-refused off, number-missing off, payment-missing off, check-failed off
            subscription-free off, subscription-paid off, grace-began off, subscription-lapsed off
        """

    private struct Row: CustomTestStringConvertible {
        let state: String
        let look: String
        /// By the event's raw value.
        let after: [String: String]

        var testDescription: String { state }
    }

    private static let rows: [Row] = table.split(separator: "\n").reduce(into: []) { rows, line in
        guard line.hasPrefix(" ") else {
            let parts = line.components(separatedBy: " is ")
            return rows.append(Row(state: parts[0], look: parts[1], after: [:]))
        }
        let cells = line.split(separator: ",").map { $0.split(separator: " ").map(String.init) }
        let row = rows.removeLast()
        rows.append(Row(state: row.state, look: row.look, after: row.after.merging(cells.map { ($0[0], $0[1]) }) { one, _ in one }))
    }

    private static func facts(_ change: (inout SenderFacts) -> Void) -> SenderFacts {
        var facts = SenderFacts()
        change(&facts)
        return facts
    }

    @Test("every event leads from every state where the table says", arguments: rows)
    private func transitions(row: Row) throws {
        let facts = try #require(Self.states.first { $0.name == row.state }).facts
        try expect(facts, row.look, "at first")
        for event in SenderEvent.allCases {
            let expected = try #require(row.after[event.rawValue], "The table says nothing of \(event) on \(row.state).")
            guard expected != "-" else {
                #expect(throws: SenderProblem.self, "\(event) on \(row.state)") { try facts.after(event) }
                continue
            }
            try expect(try facts.after(event), expected, "after \(event)")
        }
    }

    private func expect(_ facts: SenderFacts, _ word: String, _ comment: Comment) throws {
        let expected = try #require(Self.words[word])
        #expect(facts.condition == SenderCondition(status: expected.status, reason: expected.reason), comment)
    }

    @Test("the table has each state and each reason")
    func complete() {
        #expect(Self.rows.map(\.state) == Self.states.map(\.name))
        #expect(Set(Self.words.values.compactMap(\.reason)) == Set(SenderReason.allCases))
        #expect(Set(Self.rows.map(\.look)) == Set(Self.words.keys))
    }

    /// All that there can be.
    private static let everything: [SenderFacts] = SenderFacts.SetUp.allCases.flatMap { setUp in
        SenderFacts.Policy.allCases.flatMap { policy in
            SenderFacts.Trouble.allCases.flatMap { trouble in
                SenderFacts.Subscription.allCases.flatMap { subscription in
                    [true, false].flatMap { isActive in
                        [true, false].map { isChecking in
                            facts { one in
                                (one.setUp, one.policy, one.trouble) = (setUp, policy, trouble)
                                (one.subscription, one.isActive, one.isChecking) = (subscription, isActive, isChecking)
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("of whatever is known, what is off is offline, what is forbidden isn't online, and only what lacks nothing is without a reason")
    func properties() {
        for facts in Self.everything {
            let condition = facts.condition
            #expect(facts.isActive || condition == SenderCondition(status: .offline, reason: .switchedOff))
            if facts.policy == .suspended || facts.subscription == .lapsed || facts.trouble != .none || facts.setUp != .done {
                #expect(condition.status != .online)
            }
            #expect((condition.reason == nil) == (condition.status == .online && facts.policy == .fine && facts.subscription != .grace))
        }
    }

    @Test("a number that is switched off and on and confirmed is as it would be had it stayed on")
    func offAndOn() throws {
        for facts in Self.everything where facts.isActive && facts.setUp != .signup {
            let stayed = try facts.after(.confirmed)
            #expect(try facts.after(.deactivated).after(.activated).after(.confirmed) == stayed)
        }
    }

    @Test("what the provider said is told of the reason that it explains, and of no other")
    func explanations() throws {
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        var sender = try Sender(
            id: .make(at: now), workspaceID: .make(at: now), connectionID: .make(at: now), channel: .meta, name: "Shop", displayName: nil,
            phoneNumber: PhoneNumber(parsing: "+15550100200"), providerID: "111", quality: nil, messagingLimit: nil, readReceipts: .never,
            createdAt: now)
        let later = now.addingTimeInterval(60)
        sender = try sender.after(.tokenRefused, saying: "It has expired.", at: later)
        #expect((sender.statusReason, sender.statusSince) == ("It has expired.", later))
        // Seen again, it is the same trouble as before.
        sender = try sender.after(.tokenRefused, at: later.addingTimeInterval(60))
        #expect((sender.statusReason, sender.statusSince) == ("It has expired.", later))
        sender = try sender.after(.deactivated, at: later.addingTimeInterval(120))
        #expect(sender.statusReason == SenderReason.switchedOff.sentence)
        // Nobody sees it behind the switch, so it explains nothing.
        sender = try sender.after(.suspended, saying: "Spam.", at: later.addingTimeInterval(180))
        #expect(sender.statusReason == SenderReason.switchedOff.sentence)
        sender = try sender.after(.activated, at: later.addingTimeInterval(240))
        #expect(sender.statusReason == SenderReason.suspended.sentence)
        sender = try sender.after(.reinstated, at: later).after(.confirmed, at: later)
        #expect((sender.status, sender.statusReason) == (.online, nil))
    }
}
