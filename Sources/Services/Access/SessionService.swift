package import Domain
package import Store

package import struct Foundation.Date

/// A person's own sessions, to look at and to end.
package struct SessionService: Sendable {
    private let database: any Database
    private let revocations: AccessRevocations
    private let now: @Sendable () -> Date

    package init(database: any Database, revocations: AccessRevocations, now: @escaping @Sendable () -> Date) {
        (self.database, self.revocations, self.now) = (database, revocations, now)
    }

    package func list(of signedIn: SignedIn) async throws -> [Session] {
        let (id, now) = (signedIn.account.id, now())
        return try await database.read { try SessionTable($0).all(of: id, at: now) }
    }

    /// Throws ``SessionProblem/missing`` for somebody else's session as for one that ended.
    package func end(_ id: Identifier<Session>, of signedIn: SignedIn) async throws {
        let (account, now) = (signedIn.account.id, now())
        try await database.write { transaction in
            guard try SessionTable(transaction).delete(id, of: account) else { throw SessionProblem.missing }
            try AccessEvents(transaction: transaction).append(.sessionEnded, id, of: account, address: signedIn.session.address, at: now)
        }
        revocations.end(.session(id))
    }
}
