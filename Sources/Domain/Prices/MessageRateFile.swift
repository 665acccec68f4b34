/// A list of prices as a file of separated values: a row for each country with a column for each category, or a row for each price.
package struct MessageRateFile: Sendable, Equatable {
    package static let byteLimit = 1_024 * 1_024
    /// Rows that can't be read of which a person is told.
    package static let refusalLimit = 50

    package let rates: [MessageRate]
    /// The first ones.
    package let refusals: [Refusal]
    package let refusedCount: Int

    package struct Refusal: Sendable, Equatable {
        /// From 1, as editors count.
        package let line: Int
        package let reason: String
    }

    private enum Column: Hashable {
        case region, category, price, currency, from
        case priceOf(MessageRate.Category)
    }

    /// Throws ``ImportFileProblem`` and ``MessageRateProblem``.
    /// - Parameters:
    ///   - currency: of rows that name none.
    ///   - from: the day from which rows hold that name none.
    ///   - countries: their codes by their names in small letters.
    package init(_ bytes: [UInt8], currency: String, from: String, countries: [String: String]) throws {
        guard bytes.count <= Self.byteLimit else { throw MessageRateProblem.fileTooLarge }
        var intake = TextIntake()
        var kept = try intake.take(bytes)
        let end = try intake.finish()
        kept += end.bytes
        let form: CSVForm
        do throws(ImportFileProblem) {
            form = try CSVForm(beginning: kept, isWhole: true, encoding: end.encoding)
        } catch {
            if case .oneColumn = error { throw MessageRateProblem.fileColumns }
            throw error
        }
        let columns = form.header.map(Self.column)
        let known = Set(columns.compactMap(\.self))
        let wide = MessageRate.Category.allCases.filter { known.contains(.priceOf($0)) }
        guard known.contains(.region), !wide.isEmpty || known.isSuperset(of: [.category, .price]) else {
            throw MessageRateProblem.fileColumns
        }

        var (rates, refusals, refused) = ([MessageRate](), [Refusal](), 0)
        let codes = Set(countries.values)
        var scanner = CSVScanner(separator: form.separator.rawValue, encoding: end.encoding)
        scanner.append(kept)
        _ = scanner.next(isEnd: true)
        while let row = scanner.next(isEnd: true) {
            if row.isBlank { continue }
            func refuse(_ reason: String) {
                refused += 1
                if refusals.count < Self.refusalLimit { refusals.append(Refusal(line: row.line, reason: reason)) }
            }
            guard row.problem == nil else {
                refuse("This row can\u{2019}t be read.")
                continue
            }
            func cell(_ column: Column) -> String? {
                columns.firstIndex(of: column).flatMap { $0 < row.cells.count ? row.cells[$0].trimmed.nonBlank : nil }
            }
            guard let place = cell(.region), let region = Self.region(place, countries, codes) else {
                refuse(
                    "No country is called \u{201C}\((cell(.region) ?? "").line(60))\u{201D}. Write a row for each country, or * for all others."
                )
                continue
            }
            let prices = wide.isEmpty ? [(cell(.category) ?? "", cell(.price))] : wide.map { ($0.rawValue, cell(.priceOf($0))) }
            for (category, amount) in prices {
                // A list says with nothing, or a word such as n/a, that there is no such price.
                guard let amount, wide.isEmpty || amount.contains(where: \.isNumber) else {
                    if wide.isEmpty { refuse(MessageRateProblem.amountMalformed.detail) }
                    continue
                }
                do throws(MessageRateProblem) {
                    rates.append(
                        try MessageRate(
                            category: category, region: region, from: cell(.from) ?? from, amount: amount,
                            currency: cell(.currency) ?? currency,
                            isKnown: { codes.contains($0) }))
                } catch {
                    refuse(error.detail)
                }
            }
        }
        (self.rates, self.refusals, refusedCount) = (rates, refusals, refused)
    }

    private static func column(_ title: String) -> Column? {
        let word = title.trimmed.lowercased()
        switch word {
        case "country", "market", "region": return .region
        case "category": return .category
        case "price", "amount", "rate": return .price
        case "currency": return .currency
        case "from", "effective", "effective from", "effective date", "valid from": return .from
        default: return MessageRate.Category(rawValue: word).map(Column.priceOf)
        }
    }

    private static func region(_ place: String, _ countries: [String: String], _ codes: Set<String>) -> String? {
        if codes.contains(place.uppercased()) { return place.uppercased() }
        let word = place.lowercased()
        return [MessageRate.elsewhere, "other", "others", "all other countries"].contains(word) ? MessageRate.elsewhere : countries[word]
    }
}
