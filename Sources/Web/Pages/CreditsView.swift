internal import Domain
internal import Foundation
internal import Services

/// Credits of the workspace. Template `credits`.
struct CreditsView: RenderedView {
    static let template = "credits"
    let names: [String: any Sendable]

    /// What was typed, with what is wrong with it.
    struct Draft: Sendable {
        var amount = ""
        var note = ""
        var problem: CreditProblem?
        var prices: [ChannelKind: String] = [:]
        var priceProblems: [ChannelKind: CreditProblem] = [:]
        var terms: (document: TermsDocument, address: String, version: String)?
        /// Of the form for topping up: sent twice, it tops up once.
        var key = UUID().uuidString
    }

    /// The part of the statement that is shown.
    struct Statement: Sendable {
        let page: Page<StatementLine>
        let isFirst: Bool
    }

    init(
        _ overview: CreditService.Overview, _ terms: [Terms], _ statement: Statement, names colleagues: ColleagueNames, draft: Draft,
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let times = workspace.frame.times
        let address = "\(workspace.base)/settings/credits"
        let hasCosts = overview.prices.values.contains { $0 > .zero }
        let topUpProblem = draft.terms == nil ? draft.problem : nil
        let own: [String: any Sendable] = [
            "creditsAddress": address, "creditsBalance": overview.balance.figures,
            "creditsReserved": (overview.reserved == .zero ? nil : overview.reserved.words).orFalse,
            "creditsSpent": overview.spent.words, "creditsCosts": hasCosts, "topUpKey": draft.key,
            "topUpFields": [
                FieldView(
                    "amount", label: "Credits", help: "A whole number.", value: draft.amount, hint: "100",
                    error: topUpProblem?.field == "amount" ? topUpProblem?.detail : nil),
                FieldView(
                    "note", label: "Note", help: "Stands in the statement, such as the number of an invoice.", value: draft.note,
                    error: topUpProblem?.field == "note" ? topUpProblem?.detail : nil, isRequired: false),
            ],
            "topUpError": (topUpProblem.flatMap { ["amount", "note"].contains($0.field) ? nil : $0.detail }).orFalse,
            "hasNumbers": !overview.subscriptions.isEmpty,
            "creditNumbers": overview.subscriptions.map { NumberView($0, times, base: workspace.base) },
            "priceFields": ChannelKind.allCases.map { kind in
                FieldView(
                    "price-\(kind.rawValue)", label: Self.title(of: kind), help: "Credits a month; 0 costs nothing.",
                    value: draft.prices[kind] ?? String(overview.prices[kind]?.count ?? 0), error: draft.priceProblems[kind]?.detail)
            },
            "documents": TermsDocument.allCases.map { document in DocumentView(document, terms.first { $0.document == document }, draft) },
            "hasPostings": !statement.page.data.isEmpty, "postings": statement.page.data.map { PostingView($0, colleagues, times) },
            "isFirst": statement.isFirst,
            "olderAddress": (statement.page.next.map { "\(address)?after=\($0)#statement-title" }).orFalse,
            "newestAddress": "\(address)#statement-title",
        ]
        names = own.with(SettingsTab.credits.names).with(workspace.names(title: "Credits", place: .settings, notice: notice))
    }

    private static func title(of kind: ChannelKind) -> String {
        switch kind {
        case .meta: "WhatsApp\u{2019}s Cloud API"
        case .twilio: "Twilio"
        case .linkedDevice: "Phone linked by QR code"
        }
    }

    /// A number with what it costs and until when.
    struct NumberView: View {
        let names: [String: any Sendable]

        init(_ current: PricedSubscription, _ times: PageTimes, base: String) {
            let words = SubscriptionWords(current.subscription, price: current.price, times)
            names = [
                "numberName": current.senderName, "numberStatus": words.title, "numberTone": words.tone,
                "numberPrice": current.price == .zero ? "costs nothing" : "\(current.price.words) a month",
                "numberDate": (words.date.map { "\(words.dateLabel.lowercased()) \($0)" }).orFalse,
                "numberAddress": "\(base)/whatsapp/senders/\(current.subscription.senderID.text)/subscription",
            ]
        }
    }

    /// A document that is agreed to, with a form for its place and version.
    struct DocumentView: View {
        let names: [String: any Sendable]

        init(_ document: TermsDocument, _ terms: Terms?, _ draft: Draft) {
            let typed = draft.terms?.document == document ? draft.terms : nil
            let problem = typed == nil ? nil : draft.problem
            let name = document.rawValue
            names = [
                "documentName": name, "documentTitle": document.title.prefix(1).uppercased() + document.title.dropFirst(),
                "documentHelp": document == .privacy && terms == nil
                    ? "Not asked for yet. Give an address and a version to have it agreed to before a number is activated."
                    : document == .privacy
                        ? "Of whoever runs this server. Empty both fields to ask for it no more."
                        : "Asked for before a number is activated. Empty both fields to come back to those known here.",
                "documentAddress": typed?.address ?? terms?.address.text ?? "",
                "documentVersion": typed?.version ?? terms?.version ?? "",
                "documentAddressError": (problem?.field == "address" ? problem?.detail : nil).orFalse,
                "documentVersionError": (problem?.field == "version" ? problem?.detail : nil).orFalse,
            ]
        }
    }

    /// A line of the statement.
    struct PostingView: View {
        let names: [String: any Sendable]

        init(_ posting: StatementLine, _ colleagues: ColleagueNames, _ times: PageTimes) {
            let change = posting.change
            let month = posting.paidUntil.map { "month until \(times.day(of: $0))" }
            names = [
                "postingTitle": Self.title(of: posting.kind), "postingSender": posting.senderName.orFalse,
                "postingMonth": month.orFalse, "postingNote": posting.note.orFalse,
                "postingBy": colleagues.words(forActor: posting.actor), "postingTime": times.dayAndTime(posting.at),
                "postingFullTime": times.full(posting.at), "postingTimestamp": times.timestamp(posting.at),
                "postingChange": change == .zero ? "\u{2212}\(posting.amount.figures)" : (change > .zero ? "+" : "") + change.figures,
                "postingChangesBalance": change != .zero, "postingIsIncome": change > .zero,
                "postingBalance": posting.balanceAfter.figures,
            ]
        }

        private static func title(of kind: LedgerPosting.Kind) -> String {
            switch kind {
            case .topUp: "Top-up"
            case .reservation: "Put aside"
            case .release: "Given back"
            case .charge: "Month paid"
            }
        }
    }
}
