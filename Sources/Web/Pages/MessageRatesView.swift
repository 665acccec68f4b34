internal import Domain
internal import Services

/// What messages cost. Template `message-rates`.
struct MessageRatesView: RenderedView {
    static let template = "message-rates"
    let names: [String: any Sendable]

    /// What was filled in, and what became of it.
    struct Draft: Sendable {
        var category = ""
        var region = ""
        var from = ""
        var amount = ""
        var currency = ""
        var listCurrency = ""
        var listFrom = ""
        var problem: (any Problem)?
        /// Whether the problem is one of a list.
        var isOfList = false
        var file: MessageRateFile?

        init() {}

        init(_ form: FormFields) {
            (category, region, from) = (form["category"] ?? "", form["region"] ?? "", form["from"] ?? "")
            (amount, currency) = (form["amount"] ?? "", form["currency"] ?? "")
        }
    }

    init(
        _ page: Page<MessageRate>, _ draft: Draft, isFirst: Bool, notice: PageNotice?, on day: CalendarDay, in workspace: WorkspaceFrame
    ) {
        let address = "\(workspace.base)/settings/prices"
        let problem = draft.isOfList ? nil : draft.problem
        // What was entered last is the likeliest to be meant again.
        let currency = draft.currency.nonBlank ?? page.data.first?.price.currency ?? ""
        func field(_ name: String, _ label: String, _ help: String, _ value: String, hint: String? = nil, type: String = "text")
            -> FieldView
        {
            FieldView(
                name, label: label, help: help, value: value, hint: hint, error: problem?.field == name ? problem?.detail : nil, type: type)
        }
        let own: [String: any Sendable] = [
            "pricesAddress": address, "hasNoPrices": page.data.isEmpty && isFirst,
            "prices": page.data.map { RateView($0, on: day, address) },
            "priceCategories": MessageRate.Category.allCases.map {
                ChoiceView(value: $0.rawValue, label: $0.name, isSelected: $0.rawValue == draft.category)
            },
            "priceRegions": ([(MessageRate.elsewhere, Self.elsewhere)] + Self.countries).map {
                ChoiceView(value: $0.0, label: $0.1, isSelected: $0.0 == draft.region)
            },
            "priceFields": [
                field("amount", "Price", "Of one delivered message, such as 0.05.", draft.amount, hint: "0.05"),
                field("currency", "Currency", "Three letters.", currency, hint: "EUR"),
                field("from", "From", "The day from which it holds.", draft.from.nonBlank ?? day.text, type: "date"),
            ],
            "priceError": (problem.flatMap { ["amount", "currency", "from"].contains($0.field ?? "") ? nil : $0.detail }).orFalse,
            "listCurrency": draft.listCurrency.nonBlank ?? currency, "listFrom": draft.listFrom.nonBlank ?? day.text,
            "listError": (draft.isOfList ? draft.problem?.detail : nil).orFalse,
            "listOutcome": (draft.file.map { [OutcomeView($0)] } ?? []) as [OutcomeView],
            "nextAddress": (page.next.map { "\(address)?after=\($0)#prices-title" }).orFalse,
            "firstAddress": (isFirst ? nil : "\(address)#prices-title").orFalse,
        ]
        names = own.with(SettingsTab.prices.names).with(workspace.names(title: "Prices of messages", place: .settings, notice: notice))
    }

    private static let elsewhere = "All other countries"
    private static let countries: [(String, String)] = PhoneNumbers.embedded.countries.compactMap { country in
        country.region.map { ($0, country.name) }
    }
    private static let names = Dictionary(countries) { one, _ in one }

    static func name(of region: String) -> String { region == MessageRate.elsewhere ? elsewhere : names[region] ?? region }

    struct RateView: View {
        let names: [String: any Sendable]

        init(_ rate: MessageRate, on day: CalendarDay, _ address: String) {
            let place = MessageRatesView.name(of: rate.key.region)
            names = [
                "rateCategory": rate.key.category.name, "rateRegion": place, "rateFrom": rate.key.from.text,
                "ratePrice": "\(rate.price.currency) \(rate.price.figures)", "rateIsLater": rate.key.from > day,
                "rateRemoval": "\(address)/\(rate.key.text)/removal",
                "rateWords": "\(rate.key.category.name.lowercased()) in \(place) from \(rate.key.from.text)",
            ]
        }
    }

    struct OutcomeView: View {
        let names: [String: any Sendable]

        init(_ file: MessageRateFile) {
            let refused = file.refusedCount
            names = [
                "outcomeWords": "\(file.rates.count.grouped) \(file.rates.count == 1 ? "price was" : "prices were") entered"
                    + (refused == 0 ? "." : ", and \(refused.grouped) couldn\u{2019}t be read."),
                "outcomeRefusals": file.refusals.map { RefusalView($0) },
                "outcomeHasMore": refused > file.refusals.count, "outcomeTone": file.rates.isEmpty ? "warn" : "ok",
            ]
        }
    }

    struct RefusalView: View {
        let names: [String: any Sendable]

        init(_ refusal: MessageRateFile.Refusal) { names = ["refusalLine": String(refusal.line), "refusalReason": refusal.reason] }
    }
}
