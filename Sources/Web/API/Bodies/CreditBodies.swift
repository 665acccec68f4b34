internal import Domain
internal import Services

internal import struct Foundation.Date

/// By kind of number.
struct CreditPricesBody: Encodable {
    let meta, twilio, linkedDevice: Int

    init(_ prices: [ChannelKind: Credits]) {
        func price(_ kind: ChannelKind) -> Int { prices[kind]?.count ?? 0 }
        (meta, twilio, linkedDevice) = (price(.meta), price(.twilio), price(.linkedDevice))
    }
}

extension CreditPricesBody: APISchema {
    static let schemaName = "CreditPrices"
    static let schema = Schema.object([
        "meta": Schema.integer("Credits a month for a number of WhatsApp\u{2019}s Cloud API; 0 costs nothing."),
        "twilio": Schema.integer("Credits a month for a number of Twilio."),
        "linkedDevice": Schema.integer("Credits a month for a phone linked by QR code."),
    ])
    static let example: JSONValue = ["meta": 10, "twilio": 10, "linkedDevice": 0]
}

struct NewCreditPricesBody: Decodable {
    let meta, twilio, linkedDevice: Int?

    /// Throws ``CreditProblem/priceNegative`` and ``CreditProblem/priceTooHigh``.
    var prices: [ChannelKind: CreditPrice] {
        get throws {
            var prices: [ChannelKind: CreditPrice] = [:]
            for (kind, price) in [(ChannelKind.meta, meta), (.twilio, twilio), (.linkedDevice, linkedDevice)] {
                if let price { prices[kind] = try CreditPrice(price) }
            }
            return prices
        }
    }
}

extension NewCreditPricesBody: APISchema {
    static let schemaName = "NewCreditPrices"
    static let schema = Schema.object(
        [
            "meta": Schema.integer("Not below zero. What isn\u{2019}t named stays."), "twilio": Schema.integer(),
            "linkedDevice": Schema.integer(),
        ], optional: ["meta", "twilio", "linkedDevice"], isRequest: true)
    static let example: JSONValue = ["meta": 10]
}

struct CreditsBody: Encodable {
    let balance, reserved, spent: Int
    let prices: CreditPricesBody

    init(_ overview: CreditService.Overview) {
        (balance, reserved, spent) = (overview.balance.count, overview.reserved.count, overview.spent.count)
        prices = CreditPricesBody(overview.prices)
    }
}

extension CreditsBody: APISchema {
    static let schemaName = "Credits"
    static let schema = Schema.object([
        "balance": Schema.integer("What can be spent."), "reserved": Schema.integer("Put aside for numbers that are being activated."),
        "spent": Schema.integer("Since the beginning."), "prices": Schema.reference(CreditPricesBody.self),
    ])
    static let example: JSONValue = ["balance": 40, "reserved": 0, "spent": 60, "prices": CreditPricesBody.example]
}

struct TopUpBody: Decodable {
    let amount: Int
    let note, key: String?
}

extension TopUpBody: APISchema {
    static let schemaName = "TopUp"
    static let schema = Schema.object(
        [
            "amount": Schema.integer("Whole credits, from 1 to \(Credits.limit)."),
            "note": Schema.text("For the statement, at most \(LedgerPosting.noteLimit) characters."),
            "key": Schema.text(
                "What makes it one, such as the number of an invoice: the same key never tops up twice, however long ago the first was. 1 to \(Idempotency.keyLimit) visible ASCII characters or blanks."
            ),
        ], optional: ["note", "key"], isRequest: true)
    static let example: JSONValue = ["amount": 100, "note": "Invoice 2026-117", "key": "invoice-2026-117"]
}

struct LedgerPostingBody: Encodable {
    let id: Identifier<LedgerPosting>
    let kind: LedgerPosting.Kind
    let amount: Int
    let from, to: LedgerAccount
    let balanceAfter: Int
    let senderId: Identifier<Sender>?
    let senderName: String?
    let paidUntil: Date?
    let note: String?
    let actor: String
    let at: Date

    init(_ stored: StatementLine) {
        (id, kind, amount, from, to) = (stored.id, stored.kind, stored.amount.count, stored.source, stored.target)
        (balanceAfter, senderId, senderName) = (stored.balanceAfter.count, stored.senderID, stored.senderName)
        (paidUntil, note, actor, at) = (stored.paidUntil, stored.note, stored.actor, stored.at)
    }
}

extension LedgerPostingBody: APISchema {
    static let schemaName = "LedgerPosting"
    static let schema = Schema.object(
        [
            "id": Schema.id(LedgerPosting.self), "kind": Schema.choice(LedgerPosting.Kind.self),
            "amount": Schema.integer("What moved, above zero."), "from": Schema.choice(LedgerAccount.self, "What it left."),
            "to": Schema.choice(LedgerAccount.self, "Where it went. All accounts together are always zero."),
            "balanceAfter": Schema.integer(), "senderId": Schema.id(Sender.self, "The number it is for."),
            "senderName": Schema.text("What the number was called then."), "paidUntil": Schema.instant("The end of the month it is for."),
            "note": Schema.text(), "actor": Schema.text("Who caused it, as in events."), "at": Schema.instant(),
        ], optional: ["senderId", "senderName", "paidUntil", "note"])
    static let example: JSONValue = [
        "id": "pst_01kaeqqs7sfd7b9fx1b6kzy3vw", "kind": "topUp", "amount": 100, "from": "income", "to": "balance", "balanceAfter": 100,
        "note": "Invoice 2026-117", "actor": "member:acc_01kaeqqs7sfd7b9fx1b6kzy3vw", "at": "2026-11-20T08:00:00.000Z",
    ]
}

struct TermsBody: Encodable {
    let document: TermsDocument
    let address: String
    let version: String

    init(_ terms: Terms) { (document, address, version) = (terms.document, terms.address.text, terms.version) }
}

extension TermsBody: APISchema {
    static let schemaName = "Terms"
    static let schema = Schema.object([
        "document": Schema.choice(TermsDocument.self, "WhatsApp\u{2019}s terms, or the privacy policy of whoever runs this server."),
        "address": Schema.text("Where it can be read."), "version": Schema.text("As its owner calls it."),
    ])
    static let example: JSONValue = ["document": "privacy", "address": "https://example.com/privacy", "version": "2026-11-01"]
}

struct NewTermsBody: Decodable {
    let document, address, version: String

    var terms: Terms {
        get throws { try Terms(TermsDocument(body: document), address: address, version: version) }
    }
}

extension NewTermsBody: APISchema {
    static let schemaName = "NewTerms"
    static let schema = Schema.object(
        [
            "document": Schema.choice(TermsDocument.self), "address": Schema.text("Where it can be read."),
            "version": Schema.text(
                "1 to \(Terms.versionLimit) characters. Another version is asked for again when a number is next activated."),
        ], isRequest: true)
    static let example: JSONValue = TermsBody.example
}

struct TermsRemovalBody: Decodable { let document: String }

extension TermsRemovalBody: APISchema {
    static let schemaName = "TermsRemoval"
    static let schema = Schema.object(["document": Schema.choice(TermsDocument.self)], isRequest: true)
    static let example: JSONValue = ["document": "privacy"]
}

extension TermsDocument {
    init(body text: String) throws(RequestProblem) {
        guard let document = TermsDocument(rawValue: text) else {
            throw .fieldMalformed("document", expected: "one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = document
    }
}

struct TermsAcceptanceBody: Encodable {
    let document: TermsDocument
    let version, address, actor: String
    let at: Date
    let clientAddress: String?

    init(_ acceptance: TermsAcceptance) {
        (document, version, address) = (acceptance.terms.document, acceptance.terms.version, acceptance.terms.address.text)
        (actor, at, clientAddress) = (acceptance.actor, acceptance.at, acceptance.clientAddress)
    }
}

extension TermsAcceptanceBody: APISchema {
    static let schemaName = "TermsAcceptance"
    static let schema = Schema.object(
        [
            "document": Schema.choice(TermsDocument.self), "version": Schema.text(), "address": Schema.text("Where it could be read."),
            "actor": Schema.text("Who agreed, as in events."), "at": Schema.instant(),
            "clientAddress": Schema.text("From where."),
        ], optional: ["clientAddress"])
    static let example: JSONValue = [
        "document": "whatsapp", "version": "1", "address": "https://www.whatsapp.com/legal/business-terms",
        "actor": "member:acc_01kaeqqs7sfd7b9fx1b6kzy3vw", "at": "2026-11-20T08:00:00.000Z", "clientAddress": "192.0.2.7",
    ]
}

/// A number's subscription in a list of all.
struct SubscriptionRowBody: Encodable {
    let senderId: Identifier<Sender>
    let senderName: String
    let standing: Subscription.Standing
    let state: Subscription.State
    let on: Bool
    let price: Int
    let paidUntil, graceEndsAt: Date?

    init(_ current: PricedSubscription) {
        let one = current.subscription
        (senderId, senderName, standing) = (one.senderID, current.senderName, one.standing(price: current.price))
        (state, on, price) = (one.state, one.isOn, current.price.count)
        (paidUntil, graceEndsAt) = (one.paidUntil, one.graceEndsAt)
    }
}

extension SubscriptionRowBody: APISchema {
    static let schemaName = "SubscriptionRow"
    static let schema = Schema.object(
        [
            "senderId": Schema.id(Sender.self), "senderName": Schema.text(),
            "standing": Schema.choice(Subscription.Standing.self, "Whether the number may work: it may not when it has lapsed."),
            "state": Schema.choice(
                Subscription.State.self, "idle was never activated or has ended; reserved has its credits put aside and is charged next."),
            "on": Schema.bool("Whether it is to be renewed."), "price": Schema.integer("Credits for a month from the next one on."),
            "paidUntil": Schema.instant("The next renewal when it is on."),
            "graceEndsAt": Schema.instant("When it goes offline unless credits come."),
        ], optional: ["paidUntil", "graceEndsAt"])
    static let example: JSONValue = [
        "senderId": "snd_01kaeqqs7sfd7b9fx1b6kzy3vw", "senderName": "Support", "standing": "paid", "state": "paid", "on": true, "price": 10,
        "paidUntil": "2026-12-20T08:00:00.000Z",
    ]
}

struct SubscriptionBody: Encodable {
    let number: SubscriptionRowBody
    let balance, needed: Int
    let missingTerms: [TermsBody]
    let acceptances: [TermsAcceptanceBody]

    init(_ overview: SubscriptionService.Overview) {
        number = SubscriptionRowBody(overview.current)
        (balance, needed) = (overview.balance.count, overview.needed.count)
        missingTerms = overview.missingTerms.map(TermsBody.init)
        acceptances = overview.acceptances.map(TermsAcceptanceBody.init)
    }
}

extension SubscriptionBody: APISchema {
    static let schemaName = "Subscription"
    static let schema = Schema.object(
        [
            "number": Schema.reference(SubscriptionRowBody.self), "balance": Schema.integer("What can be spent."),
            "needed": Schema.integer("Credits for all renewals up to this one."),
            "missingTerms": Schema.list(Schema.reference(TermsBody.self)),
            "acceptances": Schema.list(Schema.reference(TermsAcceptanceBody.self)),
        ])
    static let example: JSONValue = [
        "number": SubscriptionRowBody.example, "balance": 40, "needed": 10, "missingTerms": [TermsBody.example],
        "acceptances": [TermsAcceptanceBody.example],
    ]
}

struct ActivationBody: Decodable {
    struct Accepted: Decodable { let document, version: String }

    let price: Int
    let accepts: [Accepted]?

    var versions: [TermsDocument: String] {
        get throws {
            try (accepts ?? []).reduce(into: [:]) { $0[try TermsDocument(body: $1.document)] = $1.version }
        }
    }
}

extension ActivationBody: APISchema {
    static let schemaName = "Activation"
    static let schema = Schema.object(
        [
            "price": Schema.integer(
                "Credits that may be spent, as the subscription says; nothing is charged when the price is another one. Within a month that is paid nothing is charged at all."
            ),
            "accepts": Schema.list(
                Schema.object(
                    ["document": Schema.choice(TermsDocument.self), "version": Schema.text("The version that was read.")], isRequest: true)),
        ], optional: ["accepts"], isRequest: true)
    static let example: JSONValue = ["price": 10, "accepts": [["document": "whatsapp", "version": "1"]]]
}
