package import Domain
package import Store

package import struct Foundation.Date

/// The lists that a workspace keeps for its leads, and what it wants done with them.
package struct LeadListService: Sendable {
    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// The lists and the settings, as whoever sees leads needs them.
    package struct Lists: Sendable {
        package let statuses: [LeadStatus]
        package let sources: [LeadSource]
        package let settings: LeadSettings
    }

    package func lists(access: Access) async throws -> Lists {
        try await database.read { transaction in
            let table = LeadListTable(transaction, access)
            return try Lists(statuses: table.statuses(), sources: table.sources(), settings: table.settings())
        }
    }

    // MARK: Statuses

    /// Made at the end of the list. Throws ``LeadListProblem``.
    package func create(
        status name: String, color: Label.Color, kind: LeadStatus.Kind, access: Access, in transaction: any Transaction
    ) throws -> LeadStatus {
        try access.require(.settingsManage)
        let (table, known) = try statuses(access, in: transaction)
        guard known.count < LeadStatus.countLimit else { throw LeadListProblem.tooMany(.status) }
        let position = (known.map(\.position).max() ?? -1) + 1
        let status = try LeadStatus(id: .make(at: now()), name: name, color: color, kind: kind, position: position)
        try table.save(status)
        try tell(status.id.text, "added", access, in: transaction)
        return status
    }

    /// What isn't given stays. A place is counted from 0; the others make room.
    package func change(
        status id: Identifier<LeadStatus>, name: String? = nil, color: Label.Color? = nil, kind: LeadStatus.Kind? = nil, place: Int? = nil,
        access: Access
    ) async throws -> LeadStatus {
        try await write(access) { transaction in
            let (table, known) = try statuses(access, in: transaction)
            guard let before = known.first(where: { $0.id == id }) else { throw LeadListProblem.missing(.status) }
            let kind = kind ?? before.kind
            if kind != .open, !known.contains(where: { $0.kind == .open && $0.id != id }) { throw LeadListProblem.lastOpen }
            var order = known.map(\.id)
            if let place {
                order.removeAll { $0 == id }
                order.insert(id, at: min(max(place, 0), order.count))
            }
            var changed = before
            for (position, other) in order.enumerated() {
                guard let old = known.first(where: { $0.id == other }) else { continue }
                let isMeant = other == id
                let new = try LeadStatus(
                    id: other, name: isMeant ? name ?? old.name : old.name, color: isMeant ? color ?? old.color : old.color,
                    kind: isMeant ? kind : old.kind, position: position)
                if new != old { try table.save(new) }
                if isMeant { changed = new }
            }
            try tell(id.text, "changed", access, in: transaction)
            return changed
        }
    }

    /// Leads that have it get another, some at a time. Throws ``LeadListProblem``.
    package func delete(status id: Identifier<LeadStatus>, into other: Identifier<LeadStatus>?, access: Access) async throws {
        var isOver = false
        while !isOver {
            isOver = try await write(access) { transaction in
                let (table, known) = try statuses(access, in: transaction)
                guard known.contains(where: { $0.id == id }) else { throw LeadListProblem.missing(.status) }
                guard known.contains(where: { $0.kind == .open && $0.id != id }) else { throw LeadListProblem.lastOpen }
                if try table.isUsed(id) {
                    guard let into = known.first(where: { $0.id == other }), into.id != id else { throw LeadListProblem.replacementMissing }
                    let moved = try LeadUpkeepTable(transaction, access).move(
                        from: id, to: into.id, isClosed: into.kind != .open, now: now())
                    try EventTable(transaction, access).append(
                        moved.map { NewEvent(.leadUpdated, subject: $0.text, cause: "changed") }, at: now())
                    guard moved.count < LeadUpkeepTable.stepLimit else { return false }
                }
                try table.delete(id)
                try tell(id.text, "deleted", access, in: transaction)
                return true
            }
        }
    }

    private func statuses(_ access: Access, in transaction: any Transaction) throws -> (LeadListTable, [LeadStatus]) {
        let table = LeadListTable(transaction, access.withGrant(.leadsView))
        return (table, try table.statuses())
    }

    // MARK: Sources

    /// Throws ``LeadListProblem``.
    package func create(source name: String, access: Access, in transaction: any Transaction) throws -> LeadSource {
        try access.require(.settingsManage)
        let table = LeadListTable(transaction, access.withGrant(.leadsView))
        guard try table.sources().count < LeadSource.countLimit else { throw LeadListProblem.tooMany(.source) }
        let source = try LeadSource(id: .make(at: now()), name: name)
        try table.save(source)
        try tell(source.id.text, "added", access, in: transaction)
        return source
    }

    package func change(source id: Identifier<LeadSource>, name: String, access: Access) async throws -> LeadSource {
        try await write(access) { transaction in
            let table = LeadListTable(transaction, access.withGrant(.leadsView))
            guard try table.sources().contains(where: { $0.id == id }) else { throw LeadListProblem.missing(.source) }
            let source = try LeadSource(id: id, name: name)
            try table.save(source)
            try tell(id.text, "changed", access, in: transaction)
            return source
        }
    }

    /// Leads that have it have none from then on.
    package func delete(source id: Identifier<LeadSource>, access: Access) async throws {
        var isOver = false
        while !isOver {
            isOver = try await write(access) { transaction in
                let table = LeadListTable(transaction, access.withGrant(.leadsView))
                guard try table.sources().contains(where: { $0.id == id }) else { throw LeadListProblem.missing(.source) }
                guard try table.takeOff(id, limit: LeadUpkeepTable.stepLimit) < LeadUpkeepTable.stepLimit else { return false }
                try table.delete(id)
                try tell(id.text, "deleted", access, in: transaction)
                return true
            }
        }
    }

    // MARK: Settings

    package func save(_ settings: LeadSettings, access: Access) async throws {
        try await write(access) { transaction in
            let rules = LeadRules(transaction, access)
            if let status = settings.status { _ = try rules.status(status) }
            try rules.check(source: settings.source)
            if case .member(let owner) = settings.owner { try rules.check(owner: owner) }
            try LeadListTable(transaction, access).save(settings)
            try tell(nil, "settings", access, in: transaction)
        }
    }

    /// Makes a status or a source in a transaction of its own.
    package func create<Made: Sendable>(
        access: Access, _ make: @escaping @Sendable (any Transaction) throws -> Made
    ) async throws -> Made { try await write(access, make) }

    private func write<Result: Sendable>(
        _ access: Access, _ body: @escaping @Sendable (any Transaction) throws -> Result
    ) async throws -> Result {
        try access.require(.settingsManage)
        let result = try await database.write(body)
        signals.eventsAppended(in: access.workspaceID)
        return result
    }

    private func tell(_ subject: String?, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.leadSettingsUpdated, subject: subject, cause: cause), at: now())
    }
}
