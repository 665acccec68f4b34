package import Domain
package import Store

package import struct Foundation.Date

/// What messages cost: a table that the workspace's people keep, from which campaigns are estimated.
package struct MessageRateService: Sendable {
    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date
    /// By code, and their codes by their names in small letters.
    private let names: [String: String]
    private let codes: [String: String]

    package init(database: any Database, numbers: PhoneNumbers, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
        let countries = numbers.countries.compactMap { country in country.region.map { ($0, country.name) } }
        names = Dictionary(countries) { one, _ in one }
        codes = Dictionary(countries.map { ($0.1.lowercased(), $0.0) }) { one, _ in one }
    }

    /// By category, region and day. Throws ``PageProblem/cursorMalformed``.
    package func list(after: String? = nil, limit: Int, access: Access) async throws -> Page<MessageRate> {
        let place = try after.map { text in
            guard let key = MessageRate.Key(parsing: try PageCursor(parsing: text).second) else { throw PageProblem.cursorMalformed }
            return key
        }
        let rows = try await database.read { try MessageRateTable($0, access).list(after: place, limit: limit + 1) }
        return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.key.text) }
    }

    /// Enters a price, in place of the one there was for the same. Throws ``MessageRateProblem``.
    package func save(
        category: String, region: String, from: String, amount: String, currency: String, access: Access
    ) async throws -> MessageRate {
        try access.require(.settingsManage)
        let rate = try MessageRate(
            category: category, region: region, from: from, amount: amount, currency: currency, isKnown: { names[$0] != nil })
        try await save([rate], cause: rate.key.text, access)
        return rate
    }

    /// Enters those of a list that can be read, all or none. Throws ``MessageRateProblem`` and ``ImportFileProblem``.
    /// - Parameters:
    ///   - currency: of rows that name none.
    ///   - from: the day from which rows hold that name none.
    package func take(_ bytes: [UInt8], currency: String, from: String, access: Access) async throws -> MessageRateFile {
        try access.require(.settingsManage)
        guard CalendarDay(parsing: from.trimmed) != nil else { throw MessageRateProblem.dayMalformed }
        let file = try MessageRateFile(bytes, currency: currency, from: from.trimmed, countries: codes)
        if !file.rates.isEmpty { try await save(file.rates, cause: String(file.rates.count), access) }
        return file
    }

    private func save(_ rates: [MessageRate], cause: String, _ access: Access) async throws {
        try await database.write { transaction in
            let table = MessageRateTable(transaction, access)
            for rate in rates { try table.save(rate) }
            guard try table.count() <= MessageRate.countLimit else { throw MessageRateProblem.tooMany }
            try tell(cause, access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    /// Throws ``MessageRateProblem/missing``.
    package func delete(_ key: MessageRate.Key, access: Access) async throws {
        try await database.write { transaction in
            guard try MessageRateTable(transaction, access).delete(key) else { throw MessageRateProblem.missing }
            try tell(key.text, access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    /// The prices of a template's category that hold now; none for one that has no price.
    package func rates(template category: String, access: Access) async throws -> RateList {
        let day = CalendarDay(now())
        guard let category = MessageRate.Category(template: category) else { return RateList([], category: .service, on: day) }
        let rates = try await database.read { try MessageRateTable($0, access).all(of: category, until: day) }
        return RateList(rates, category: category, on: day)
    }

    private func tell(_ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.pricesUpdated, cause: cause), at: now())
    }
}
