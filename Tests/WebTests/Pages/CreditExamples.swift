import Domain
import Foundation

@testable import Services
@testable import Web

/// Credits of a workspace, and subscriptions of its numbers in each state.
enum CreditExamples {
    static let full = CreditsView(
        overview(
            balance: 40, reserved: 10,
            numbers: [
                current(.init(senderID: sender.id, state: .paid, isOn: true, price: Credits(10), month: 2, anchor: now, paidUntil: later)),
                current(
                    .init(
                        senderID: sender.id, state: .grace, isOn: true, price: Credits(10), month: 2, anchor: now, paidUntil: now,
                        graceEndsAt: later)), current(.init(senderID: sender.id, state: .lapsed, isOn: true), name: "<i>Shop</i>"),
                current(.init(senderID: sender.id)),
            ]), terms, .init(page: Page(data: postings, next: "abc"), isFirst: true), names: .none, draft: draft(),
        notice: PageNotice("The prices are saved."), in: PageExamples.workspace())

    static let empty = CreditsView(
        overview(balance: 0, numbers: []), [terms[0]], .init(page: Page(data: [], next: nil), isFirst: false), names: .none,
        draft: draft(), notice: nil, in: PageExamples.workspace(.dark))

    static let refused = CreditsView(
        overview(balance: 0, numbers: []), terms, .init(page: Page(data: [], next: nil), isFirst: true), names: .none,
        draft: draft(amount: "<b>", problem: .amountOutOfRange, prices: [.meta: "-1"], priceProblems: [.meta: .priceNegative]), notice: nil,
        in: PageExamples.workspace())

    static let termsRefused = CreditsView(
        overview(balance: 0, numbers: []), terms, .init(page: Page(data: [], next: nil), isFirst: true), names: .none,
        draft: draft(problem: .termsAddressMalformed(.privacy), terms: (.privacy, "example", "")), notice: nil, in: PageExamples.workspace()
    )

    static let topUpRefused = CreditsView(
        overview(balance: 0, numbers: []), terms, .init(page: Page(data: [], next: nil), isFirst: true), names: .none,
        draft: draft(amount: "5", problem: .topUpKeyTaken), notice: nil, in: PageExamples.workspace())

    static let versionRefused = CreditsView(
        overview(balance: 0, numbers: []), terms, .init(page: Page(data: [], next: nil), isFirst: true), names: .none,
        draft: draft(problem: .termsVersionMalformed(.privacy), terms: (.privacy, "https://example.com/", "")), notice: nil,
        in: PageExamples.workspace())

    /// In every state, on and off.
    static let subscriptions: [(name: String, view: any RenderedView)] = [
        ("subscription-idle", subscription(.init(senderID: sender.id), balance: 40, missing: terms)),
        ("subscription-poor", subscription(.init(senderID: sender.id), balance: 4, missing: [])),
        ("subscription-free", subscription(.init(senderID: sender.id, state: .free, isOn: true), price: 0, balance: 0, missing: [])),
        ("subscription-free-off", subscription(.init(senderID: sender.id), price: 0, balance: 0, missing: terms)),
        ("subscription-paid", subscription(paid(isOn: true), balance: 40, missing: [])),
        ("subscription-short", subscription(paid(isOn: true), balance: 4, missing: [])),
        ("subscription-off", subscription(paid(isOn: false), balance: 4, missing: [terms[1]])),
        (
            "subscription-grace",
            subscription(
                .init(
                    senderID: sender.id, state: .grace, isOn: true, price: Credits(10), month: 2, anchor: now, paidUntil: now,
                    graceEndsAt: later), balance: 4, missing: [])
        ),
        ("subscription-lapsed", subscription(.init(senderID: sender.id, state: .lapsed, isOn: true), balance: 4, missing: [])),
        (
            "subscription-reserved",
            subscription(
                .init(
                    senderID: sender.id, state: .reserved, isOn: true, price: Credits(10), month: 1, anchor: now, paidUntil: later),
                balance: 4, missing: [])
        ),
    ]

    private static let now = PageExamples.now
    private static let later = now.addingTimeInterval(2_600_000)
    private static let sender = PageExamples.senders[0]
    private static let terms = [
        try! Terms(.whatsApp, address: "https://www.whatsapp.com/legal/business-terms", version: "1"),
        try! Terms(.privacy, address: "https://example.com/privacy?a=1&b=2", version: "2 <draft>"),
    ]

    private static func draft(
        amount: String = "", problem: CreditProblem? = nil, prices: [ChannelKind: String] = [:],
        priceProblems: [ChannelKind: CreditProblem] = [:], terms: (document: TermsDocument, address: String, version: String)? = nil
    ) -> CreditsView.Draft {
        var draft = CreditsView.Draft()
        (draft.amount, draft.problem, draft.prices, draft.priceProblems) = (amount, problem, prices, priceProblems)
        (draft.terms, draft.key) = (terms, "5F0C0E9A-0000-4000-8000-000000000001")
        return draft
    }

    private static func current(_ one: Subscription, price: Int = 10, name: String = "Support") -> PricedSubscription {
        .init(subscription: one, price: Credits(price), senderName: name)
    }

    private static func overview(
        balance: Int, reserved: Int = 0, numbers: [PricedSubscription]
    ) -> CreditService.Overview {
        .init(
            balance: Credits(balance), reserved: Credits(reserved), spent: Credits(1_060),
            prices: numbers.isEmpty ? [:] : [.meta: Credits(10)],
            subscriptions: numbers)
    }

    private static func paid(isOn: Bool) -> Subscription {
        Subscription(
            senderID: sender.id, state: .paid, isOn: isOn, price: Credits(10), month: 1, anchor: now.addingTimeInterval(-86_400),
            paidUntil: later)
    }

    private static func subscription(
        _ one: Subscription, price: Int = 10, balance: Int, missing: [Terms]
    ) -> SubscriptionView {
        SubscriptionView(
            .init(
                sender: sender, current: current(one, price: price), balance: Credits(balance), needed: Credits(20), missingTerms: missing,
                acceptances: missing.isEmpty
                    ? [
                        TermsAcceptance(
                            terms: terms[0], actor: "member:acc_01k00000000000000000000009", at: now, clientAddress: "192.0.2.7"),
                        TermsAcceptance(terms: terms[1], actor: "key:key_01k00000000000000000000009", at: now, clientAddress: nil),
                    ] : [], at: now), names: .none, agreed: [.privacy], notice: nil, in: PageExamples.workspace(one.isOn ? .light : .dark))
    }

    private static let postings: [StatementLine] = [
        posting(4, .charge, .balance, .spent, note: nil, balance: 40), posting(3, .charge, .reserved, .spent, note: nil, balance: 50),
        posting(2, .reservation, .balance, .reserved, note: nil, balance: 50),
        posting(1, .topUp, .income, .balance, note: "<b>117</b>", balance: 60),
    ]

    private static func posting(
        _ number: Int64, _ kind: LedgerPosting.Kind, _ source: LedgerAccount, _ target: LedgerAccount, note: String?, balance: Int
    ) -> StatementLine {
        .init(
            id: Identifier("pst_0000000000000000000000000\(number)"), sequence: number, kind: kind, amount: Credits(10), source: source,
            target: target, senderID: kind == .topUp ? nil : sender.id, senderName: kind == .topUp ? nil : "Support",
            paidUntil: kind == .topUp ? nil : later, note: note, balanceAfter: Credits(balance), actor: "system:renewal",
            at: now.addingTimeInterval(-60))
    }
}
