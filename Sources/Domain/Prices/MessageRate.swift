/// What one delivered message of a category costs to the numbers of a country, from a day on. The workspace's people enter it; the program knows no prices.
package struct MessageRate: Sendable, Equatable {
    /// In one workspace: four categories in every country, on some ten days.
    package static let countLimit = 10_000
    /// Stands for all countries that have no price of their own.
    package static let elsewhere = "*"

    /// What providers charge for apart (Meta, "Pricing", read 2026-11).
    package enum Category: String, Sendable, CaseIterable, Codable {
        case marketing, utility, authentication, service

        package var name: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

        /// Of a template; nil for what Meta may add.
        package init?(template category: String) { self.init(rawValue: category.lowercased()) }
    }

    package let key: Key
    package let price: MessageCost

    /// What a price is for; a workspace has one for each.
    package struct Key: Sendable, Hashable {
        package let category: Category
        /// ISO 3166-1, or ``MessageRate/elsewhere``.
        package let region: String
        package let from: CalendarDay

        package init(category: Category, region: String, from: CalendarDay) {
            (self.category, self.region, self.from) = (category, region, from)
        }

        /// `marketing.IT.2026-10-01`, or `marketing.all.2026-10-01` for ``MessageRate/elsewhere``, as addresses have it.
        package var text: String { "\(category.rawValue).\(region == MessageRate.elsewhere ? "all" : region).\(from.text)" }

        /// Reads a ``text``.
        package init?(parsing text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, let category = Category(rawValue: parts[0]), let from = CalendarDay(parsing: parts[2]) else {
                return nil
            }
            guard parts[1] == "all" || parts[1].utf8.count == 2 && parts[1].utf8.allSatisfy({ (65...90).contains($0) }) else { return nil }
            self.init(category: category, region: parts[1] == "all" ? MessageRate.elsewhere : parts[1], from: from)
        }
    }

    package init(_ key: Key, _ price: MessageCost) { (self.key, self.price) = (key, price) }

    /// From what a form or a program gave. Throws ``MessageRateProblem``.
    /// - Parameter isKnown: whether there is a country of such a code.
    package init(
        category: String, region: String, from: String, amount: String, currency: String, isKnown: (String) -> Bool
    ) throws(MessageRateProblem) {
        guard let category = Category(template: category.trimmed) else { throw .categoryUnknown }
        let word = region.trimmed.uppercased()
        let region = word == "ALL" ? Self.elsewhere : word
        guard region == Self.elsewhere || isKnown(region) else { throw .regionUnknown }
        guard let from = CalendarDay(parsing: from.trimmed) else { throw .dayMalformed }
        self.init(Key(category: category, region: region, from: from), try MessageCost(parsing: amount, currency: currency))
    }
}

/// The prices of one category that hold on a day.
package struct RateList: Sendable {
    private let rates: [String: MessageCost]

    /// - Parameter rates: also older and later ones.
    package init(_ rates: [MessageRate], category: MessageRate.Category, on day: CalendarDay) {
        var newest: [String: MessageRate] = [:]
        for rate in rates where rate.key.category == category && rate.key.from <= day {
            if let known = newest[rate.key.region], known.key.from > rate.key.from { continue }
            newest[rate.key.region] = rate
        }
        self.rates = newest.mapValues(\.price)
    }

    package var isEmpty: Bool { rates.isEmpty }

    /// Nil when nobody entered one.
    package func price(region: String?) -> MessageCost? { region.flatMap { rates[$0] } ?? rates[MessageRate.elsewhere] }
}

package enum MessageRateProblem: Problem, Equatable {
    case categoryUnknown
    case regionUnknown
    case dayMalformed
    case amountMalformed
    case currencyMalformed
    case tooMany
    case missing
    case fileTooLarge
    case fileColumns

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .tooMany: .conflict
        case .fileTooLarge: .tooLarge
        default: .invalid
        }
    }

    package var code: String {
        switch self {
        case .categoryUnknown: "price.category-unknown"
        case .regionUnknown: "price.region-unknown"
        case .dayMalformed: "price.day-malformed"
        case .amountMalformed: "price.amount-malformed"
        case .currencyMalformed: "price.currency-malformed"
        case .tooMany: "price.too-many"
        case .missing: "price.missing"
        case .fileTooLarge: "price.file-too-large"
        case .fileColumns: "price.file-columns"
        }
    }

    package var detail: String {
        switch self {
        case .categoryUnknown: "There is no such category. Choose marketing, utility, authentication or service."
        case .regionUnknown: "There is no such country. Give its two letters, such as IT, or all for those without a price of their own."
        case .dayMalformed: "This can\u{2019}t be read as a day. Write it as 2026-10-01."
        case .amountMalformed:
            "This can\u{2019}t be read as a price. Write it as 0.0691, below \(MessageCost.unitLimit.grouped) and with at most six decimals."
        case .currencyMalformed: "Give the currency by its three letters, such as EUR or USD."
        case .tooMany: "A workspace has at most \(MessageRate.countLimit.grouped) prices. Delete those that are over."
        case .missing: "There is no such price any more. Load the list again."
        case .fileTooLarge: "The file is larger than \(MessageRateFile.byteLimit / 1_024) kB, the most for a list of prices."
        case .fileColumns:
            "The columns can\u{2019}t be told apart. Name them in the first row: country, currency, and one for each category; "
                + "or country, category, price, currency, from."
        }
    }

    package var field: String? {
        switch self {
        case .categoryUnknown: "category"
        case .regionUnknown: "region"
        case .dayMalformed: "from"
        case .amountMalformed: "amount"
        case .currencyMalformed: "currency"
        case .fileTooLarge, .fileColumns: "file"
        case .tooMany, .missing: nil
        }
    }
}
