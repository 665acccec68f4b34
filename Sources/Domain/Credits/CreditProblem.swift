package enum CreditProblem: Problem, Equatable {
    case amountOutOfRange
    case noteTooLong(count: Int)
    case priceNegative
    /// Not a whole number.
    case priceMalformed
    case priceTooHigh
    case creditsMissing(price: Credits, balance: Credits)
    /// What was confirmed isn't what it costs now.
    case priceChanged(Credits)
    case alreadyOn
    case alreadyOff
    case termsMissing([Terms])
    case termsAddressMalformed(TermsDocument)
    case termsVersionMalformed(TermsDocument)
    /// The same key with another amount.
    case topUpKeyTaken

    package var kind: ProblemKind {
        switch self {
        case .amountOutOfRange, .noteTooLong, .priceNegative, .priceMalformed, .priceTooHigh, .termsAddressMalformed,
            .termsVersionMalformed:
            .invalid
        case .creditsMissing, .priceChanged, .alreadyOn, .alreadyOff, .termsMissing, .topUpKeyTaken: .conflict
        }
    }

    package var code: String {
        switch self {
        case .amountOutOfRange: "credits.amount-out-of-range"
        case .noteTooLong: "credits.note-too-long"
        case .priceNegative: "credits.price-negative"
        case .priceMalformed: "credits.price-malformed"
        case .priceTooHigh: "credits.price-too-high"
        case .creditsMissing: "credits.missing"
        case .priceChanged: "credits.price-changed"
        case .alreadyOn: "subscription.already-on"
        case .alreadyOff: "subscription.already-off"
        case .termsMissing: "terms.not-accepted"
        case .termsAddressMalformed: "terms.address-malformed"
        case .termsVersionMalformed: "terms.version-malformed"
        case .topUpKeyTaken: "credits.key-taken"
        }
    }

    package var detail: String {
        switch self {
        case .amountOutOfRange: "A top-up is a whole number of credits, from 1 to \(Credits(Credits.limit).figures)."
        case .noteTooLong(let count): "The note has \(count) characters or more, and \(LedgerPosting.noteLimit) is the most."
        case .priceNegative: "A price can\u{2019}t be below zero. 0 means that numbers of this kind cost nothing."
        case .priceMalformed: "A price is a whole number of credits, such as 10. 0 costs nothing."
        case .priceTooHigh: "A price is at most \(Credits(Credits.limit).words)."
        case .creditsMissing(let price, let balance):
            "A month of this number costs \(price.words), and the balance is \(balance.figures). Top up \((price - balance).words) or more."
        case .priceChanged(let price):
            "A month of this number costs \(price.words) now. Nothing was charged. Look at the price and confirm it again."
        case .alreadyOn: "This number is active already."
        case .alreadyOff: "This number is switched off already."
        case .termsMissing(let terms):
            "Agree to \(terms.map { "\($0.document.title), version \($0.version)" }.joined(separator: ", and to ")) first."
        case .termsAddressMalformed(let document):
            "The address of \(document.title) isn\u{2019}t one. It looks like https://example.com/terms."
        case .termsVersionMalformed(let document):
            "The version of \(document.title) has 1 to \(Terms.versionLimit) characters, such as 2026-11-01."
        case .topUpKeyTaken: "This key was used for another top-up. Use a new one."
        }
    }

    package var field: String? {
        switch self {
        case .amountOutOfRange: "amount"
        case .noteTooLong: "note"
        case .priceNegative, .priceMalformed, .priceTooHigh, .priceChanged: "price"
        case .termsMissing: "accepts"
        case .termsAddressMalformed: "address"
        case .termsVersionMalformed: "version"
        case .topUpKeyTaken: "key"
        case .creditsMissing, .alreadyOn, .alreadyOff: nil
        }
    }
}
