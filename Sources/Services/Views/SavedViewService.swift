package import Domain
package import Store

package import struct Foundation.Date

/// The lists that people save for themselves.
package struct SavedViewService: Sendable {
    private let database: any Database
    private let now: @Sendable () -> Date

    package init(database: any Database, now: @escaping @Sendable () -> Date) { (self.database, self.now) = (database, now) }

    /// In the order in which they were saved; none for who isn't a person.
    package func list(access: Access) async throws -> [SavedView] {
        guard case .member = access.actor else { return [] }
        return try await database.read { try SavedViewTable($0, access).all() }
    }

    /// Throws ``SavedViewProblem``.
    package func create(name: String, filter: String, access: Access) async throws -> SavedView {
        try await database.write { try create(name: name, filter: filter, access: access, in: $0) }
    }

    /// Inside a transaction of the caller's.
    package func create(name: String, filter: String, access: Access, in transaction: any Transaction) throws -> SavedView {
        let moment = now()
        let view = try SavedView(id: .make(at: moment), name: name, filter: filter, createdAt: moment)
        let table = try SavedViewTable(transaction, access)
        guard try table.all().count < SavedView.countLimit else { throw SavedViewProblem.tooMany }
        guard try table.insert(view) else { throw SavedViewProblem.nameTaken }
        return view
    }

    package func delete(_ id: Identifier<SavedView>, access: Access) async throws {
        guard try await database.write({ try SavedViewTable($0, access).delete(id) }) else { throw SavedViewProblem.missing }
    }
}
