package import Domain
package import Store

package import struct Foundation.Date

/// The groups of contacts of a workspace.
package struct ContactGroupService: Sendable {
    /// Contacts that leave a group in one transaction.
    private static let stepLimit = 500

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// By name.
    package func list(access: Access) async throws -> [ContactGroup] { try await database.read { try ContactGroupTable($0, access).all() } }

    /// Throws ``ContactGroupProblem``.
    package func create(name: String, description: String?, access: Access) async throws -> ContactGroup {
        let group = try await database.write { try create(name: name, description: description, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return group
    }

    /// Inside a transaction of the caller's.
    package func create(name: String, description: String?, access: Access, in transaction: any Transaction) throws -> ContactGroup {
        try access.require(.groupsCreate)
        let moment = now()
        let group = try ContactGroup(id: .make(at: moment), name: name, description: description, memberCount: 0, createdAt: moment)
        guard try ContactGroupTable(transaction, access.withGrant(.groupsView)).all().count < ContactGroup.countLimit else {
            throw ContactGroupProblem.tooMany
        }
        try ContactGroupTable(transaction, access).insert(group)
        try tell(group.id, "added", access, in: transaction)
        return group
    }

    /// What isn't given stays; an empty description is none. Throws ``ContactGroupProblem``.
    package func change(
        _ id: Identifier<ContactGroup>, name: String? = nil, description: String? = nil, access: Access
    ) async throws -> ContactGroup {
        let group = try await database.write { transaction in
            try access.require(.groupsEdit)
            guard let before = try ContactGroupTable(transaction, access.withGrant(.groupsView)).find(id) else {
                throw ContactGroupProblem.missing
            }
            let group = try ContactGroup(
                id: id, name: name ?? before.name, description: description ?? before.description, memberCount: before.memberCount,
                createdAt: before.createdAt)
            try ContactGroupTable(transaction, access).change(group)
            try tell(id, "changed", access, in: transaction)
            return group
        }
        signals.eventsAppended(in: access.workspaceID)
        return group
    }

    /// Takes everybody out of it first, some at a time. The contacts stay.
    package func delete(_ id: Identifier<ContactGroup>, access: Access) async throws {
        try access.require(.groupsDelete)
        var isOver = false
        while !isOver {
            isOver = try await database.write { transaction in
                let table = ContactGroupTable(transaction, access)
                guard try table.empty(id, limit: Self.stepLimit) < Self.stepLimit else { return false }
                guard try table.delete(id) else { throw ContactGroupProblem.missing }
                try tell(id, "deleted", access, in: transaction)
                return true
            }
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func tell(_ id: Identifier<ContactGroup>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.groupUpdated, subject: id.text, cause: cause), at: now())
    }
}
