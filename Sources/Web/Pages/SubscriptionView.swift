internal import Domain
internal import Foundation
internal import Services

/// What a number costs and until when it is paid. Template `subscription`.
struct SubscriptionView: RenderedView {
    static let template = "subscription"
    let names: [String: any Sendable]

    /// - Parameter agreed: boxes that are ticked already.
    init(
        _ overview: SubscriptionService.Overview, names colleagues: ColleagueNames, agreed: Set<TermsDocument> = [], notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        let times = workspace.frame.times
        let words = SubscriptionWords(overview.subscription, price: overview.price, times)
        let address = "\(workspace.base)/whatsapp/senders/\(overview.sender.id.text)/subscription"
        let until = times.day(of: overview.nextPaidUntil)
        let price = overview.price
        let own: [String: any Sendable] = [
            "subscriptionAddress": address, "subscriptionStatus": words.title, "subscriptionTone": words.tone,
            "subscriptionMeaning": words.meaning, "subscriptionPrice": price == .zero ? "Nothing" : "\(price.words) a month",
            "subscriptionBalance": overview.balance.words, "subscriptionDate": words.date.orFalse, "subscriptionDateLabel": words.dateLabel,
            "shortfall": Self.shortfall(overview, times).orFalse, "isOn": overview.subscription.isOn,
            "hasTerms": !overview.missingTerms.isEmpty,
            "missingTerms": overview.missingTerms.map { TermsChoiceView($0, isAgreed: agreed.contains($0.document)) },
            "activationPrice": String(price.count), "activationCosts": overview.costsNow,
            "activationWords": Self.activation(overview, until: until),
            "activationButton": overview.costsNow ? "Activate for \(price.words)" : "Activate",
            "activationQuestion": "Spend \(price.words) now? The number is paid until \(until).",
            "deactivationWords": Self.deactivation(overview.subscription, times),
            "hasAcceptances": !overview.acceptances.isEmpty,
            "acceptances": overview.acceptances.map { AcceptanceView($0, colleagues, times) },
        ]
        names = own.with(SenderTabs(overview.sender, .subscription, in: workspace).names).with(
            workspace.names(title: "Subscription of \(overview.sender.name)", place: .senders, notice: notice))
    }

    /// What lacks for the next renewal.
    private static func shortfall(_ overview: SubscriptionService.Overview, _ times: PageTimes) -> String? {
        let one = overview.subscription
        guard one.isOn else { return nil }
        switch one.state {
        case .grace, .lapsed:
            guard overview.balance < overview.price else { return nil }
            return "\((overview.price - overview.balance).words) more are needed. As soon as they are topped up, it goes on by itself."
        case .paid:
            guard overview.price > .zero, overview.balance < overview.needed else { return nil }
            let others = overview.needed > overview.price ? ", for this number and those that are renewed before it" : ""
            return
                "\((overview.needed - overview.balance).words) are missing for the next renewal\(others). Without them the number works for three more days and then goes offline."
        case .idle, .reserved, .free: return nil
        }
    }

    private static func activation(_ overview: SubscriptionService.Overview, until: String) -> String {
        let one = overview.subscription
        if overview.price == .zero, !overview.costsNow, one.state != .paid { return "It costs nothing." }
        guard overview.costsNow else { return "Its month is paid. Until it ends, switching it on costs nothing, and the date stays." }
        if overview.balance < overview.price {
            return
                "A month costs \(overview.price.words), and the balance is \(overview.balance.figures). Top up \((overview.price - overview.balance).words) or more first."
        }
        return
            "\(overview.price.words) are spent now, and the number is paid until \(until). Then it is renewed each month by itself, for what a month costs then."
    }

    private static func deactivation(_ one: Subscription, _ times: PageTimes) -> String {
        let now = "From now on nothing is sent, and what customers write is kept and not shown."
        return switch one.state {
        case .paid where one.paidUntil != nil:
            "\(now) It isn\u{2019}t renewed any more. It stays paid until \(one.paidUntil.map { times.day(of: $0) } ?? ""); nothing is given back, and switching it on again before costs nothing."
        case .free: "\(now) It costs nothing to switch it on again."
        default: "\(now) It isn\u{2019}t renewed any more. Switching it on again costs a month."
        }
    }

    struct TermsChoiceView: View {
        let names: [String: any Sendable]

        init(_ terms: Terms, isAgreed: Bool) {
            names = [
                "termsDocument": terms.document.rawValue, "termsTitle": terms.document.title, "termsAddress": terms.address.text,
                "termsVersion": terms.version, "termsIsAgreed": isAgreed,
            ]
        }
    }

    struct AcceptanceView: View {
        let names: [String: any Sendable]

        init(_ acceptance: TermsAcceptance, _ colleagues: ColleagueNames, _ times: PageTimes) {
            let terms = acceptance.terms
            names = [
                "acceptedTitle": terms.document.title.prefix(1).uppercased() + terms.document.title.dropFirst(),
                "acceptedVersion": terms.version, "acceptedAddress": terms.address.text,
                "acceptedBy": colleagues.words(forActor: acceptance.actor), "acceptedTime": times.full(acceptance.at),
                "acceptedTimestamp": times.timestamp(acceptance.at), "acceptedFrom": acceptance.clientAddress.orFalse,
            ]
        }
    }
}

/// How a subscription stands, in words; for its page and the page of credits.
struct SubscriptionWords {
    let title: String
    let tone: String
    let meaning: String
    /// A renewal or an end; nil when there is none.
    let date: String?
    let dateLabel: String

    init(_ one: Subscription, price: Credits, _ times: PageTimes) {
        let until = one.paidUntil.map { times.day(of: $0) }
        switch one.state {
        case .idle:
            (title, tone, date, dateLabel) = ("Not active", "", nil, "")
            meaning = "It was never activated, or its month has ended while it was switched off."
        case .reserved:
            (title, tone, date, dateLabel) = ("Being activated", "info", until, "Paid until")
            meaning = "Its credits are put aside and are charged in a moment."
        case .free:
            (title, tone, date, dateLabel) = ("Free", "ok", nil, "")
            meaning = "Numbers of this kind cost nothing."
        case .paid where one.isOn:
            (title, tone, date, dateLabel) = ("Paid", "ok", until, "Next renewal")
            meaning = price == .zero ? "From its next month on it costs nothing." : "It is renewed by itself."
        case .paid:
            (title, tone, date, dateLabel) = ("Switched off", "", until, "Paid until")
            meaning = "It isn\u{2019}t renewed."
        case .grace:
            (title, tone, date, dateLabel) = ("Not paid", "warn", one.graceEndsAt.map { times.day(of: $0) }, "Works until")
            meaning = "Credits didn\u{2019}t suffice for its renewal. It still works."
        case .lapsed:
            (title, tone, date, dateLabel) = ("Stopped", "danger", nil, "")
            meaning = "Credits didn\u{2019}t suffice for its renewal."
        }
    }
}

extension ColleagueNames {
    /// Who did something, as a statement or proof names them.
    func words(forActor text: String) -> String {
        switch Actor(parsing: text) {
        case .member(let id): name(of: id) ?? "Somebody who has left"
        case .key: "An API key"
        case .system, nil: "By itself"
        }
    }
}

extension PageTimes {
    /// `21 November 2026, 10:42`: for dates that something is paid until.
    func day(of date: Date) -> String { String(full(date).dropLast(3)) }
}
