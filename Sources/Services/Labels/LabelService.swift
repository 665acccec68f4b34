package import Domain
package import Store

package import struct Foundation.Date

/// The labels of a workspace.
package struct LabelService: Sendable {
    /// Conversations that lose a label in one transaction.
    private static let stepLimit = 500

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// By name.
    package func list(access: Access) async throws -> [Label] { try await database.read { try LabelTable($0, access).all() } }

    /// Throws ``LabelProblem``.
    package func create(name: String, color: Label.Color, access: Access) async throws -> Label {
        let label = try await database.write { try create(name: name, color: color, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return label
    }

    /// Inside a transaction of the caller's.
    package func create(name: String, color: Label.Color, access: Access, in transaction: any Transaction) throws -> Label {
        try access.require(.labelsManage)
        let moment = now()
        let label = try Label(id: .make(at: moment), name: name, color: color, createdAt: moment)
        guard try LabelTable(transaction, access.withGrant(.conversationsView)).all().count < Label.countLimit else {
            throw LabelProblem.tooMany
        }
        try LabelTable(transaction, access).save(label)
        try tell(label.id, "added", access, in: transaction)
        return label
    }

    /// What isn't given stays. Throws ``LabelProblem``.
    package func change(_ id: Identifier<Label>, name: String? = nil, color: Label.Color? = nil, access: Access) async throws -> Label {
        let label = try await database.write { transaction in
            try access.require(.labelsManage)
            guard let before = try LabelTable(transaction, access.withGrant(.conversationsView)).find(id) else {
                throw LabelProblem.missing
            }
            let label = try Label(id: id, name: name ?? before.name, color: color ?? before.color, createdAt: before.createdAt)
            try LabelTable(transaction, access).save(label)
            try tell(id, "changed", access, in: transaction)
            return label
        }
        signals.eventsAppended(in: access.workspaceID)
        return label
    }

    /// Takes it off every conversation first, some at a time.
    package func delete(_ id: Identifier<Label>, access: Access) async throws {
        try access.require(.labelsManage)
        var isOver = false
        while !isOver {
            isOver = try await database.write { transaction in
                let table = LabelTable(transaction, access)
                let conversations = try table.takeOff(id, limit: Self.stepLimit)
                try EventTable(transaction, access).append(
                    conversations.map { NewEvent(.conversationUpdated, conversation: $0, cause: "labels") }, at: now())
                guard conversations.count < Self.stepLimit else { return false }
                guard try table.delete(id) else { throw LabelProblem.missing }
                try tell(id, "deleted", access, in: transaction)
                return true
            }
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func tell(_ id: Identifier<Label>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.labelUpdated, subject: id.text, cause: cause), at: now())
    }
}
