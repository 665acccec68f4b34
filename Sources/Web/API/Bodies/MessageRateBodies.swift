internal import Domain

struct MessageRateBody: Encodable {
    let id, category, region, from, amount, currency: String

    init(_ rate: MessageRate) {
        (id, category, region) = (rate.key.text, rate.key.category.rawValue, rate.key.region)
        (from, amount, currency) = (rate.key.from.text, rate.price.figures, rate.price.currency)
    }
}

extension MessageRateBody: APISchema {
    static let schemaName = "MessagePrice"
    static let schema = Schema.object([
        "id": Schema.text("Made of category, country and day."), "category": Schema.choice(MessageRate.Category.self),
        "region": Schema.text("ISO 3166-1, or * for all countries without a price of their own."),
        "from": Schema.text("The day from which it holds."),
        "amount": Schema.text("In units of the currency, with all its decimals."), "currency": Schema.text("ISO 4217."),
    ])
    static let example: JSONValue = [
        "id": "marketing.IT.2026-10-01", "category": "marketing", "region": "IT", "from": "2026-10-01", "amount": "0.05", "currency": "EUR",
    ]
}

struct NewMessageRateBody: Decodable { let category, region, from, amount, currency: String }

extension NewMessageRateBody: APISchema {
    static let schemaName = "NewMessagePrice"
    static let schema = Schema.object(
        [
            "category": Schema.choice(MessageRate.Category.self),
            "region": Schema.text("ISO 3166-1, or all for countries without a price of their own."),
            "from": Schema.text("A day, such as 2026-10-01."), "amount": Schema.text("Such as 0.05, with at most six decimals."),
            "currency": Schema.text("ISO 4217, such as EUR."),
        ], isRequest: true)
    static let example: JSONValue = ["category": "marketing", "region": "IT", "from": "2026-10-01", "amount": "0.05", "currency": "EUR"]
}

/// What became of a list of prices.
struct MessageRateFileBody: Encodable {
    struct Refusal: Encodable {
        let line: Int
        let reason: String
    }

    let taken, refused: Int
    let refusals: [Refusal]

    init(_ file: MessageRateFile) {
        (taken, refused) = (file.rates.count, file.refusedCount)
        refusals = file.refusals.map { Refusal(line: $0.line, reason: $0.reason) }
    }
}

extension MessageRateFileBody: APISchema {
    static let schemaName = "MessagePriceList"
    static let schema = Schema.object([
        "taken": Schema.integer("Prices that were entered."), "refused": Schema.integer("Those that couldn’t be read."),
        "refusals": Schema.list(Schema.object(["line": Schema.integer(), "reason": Schema.text()])),
    ])
    static let example: JSONValue = [
        "taken": 120, "refused": 1, "refusals": [["line": 7, "reason": "No country is called “Rest of the world”."]],
    ]
}
