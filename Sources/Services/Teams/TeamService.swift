package import Domain
package import Store

package import struct Foundation.Date

/// The teams of a workspace, and what the members of a role see of the inbox.
package struct TeamService: Sendable {
    private let database: any Database
    private let revocations: AccessRevocations
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, revocations: AccessRevocations, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.revocations, self.signals, self.now) = (database, revocations, signals, now)
    }

    /// By name.
    package func list(access: Access) async throws -> [Team] { try await database.read { try TeamTable($0, access).all() } }

    /// Throws ``TeamProblem``.
    package func create(
        name: String, members: [Identifier<Account>], distribution: Distribution = .manual, access: Access
    ) async throws -> Team {
        let team = try await database.write {
            try create(name: name, members: members, distribution: distribution, access: access, in: $0)
        }
        announce(team, before: [], access: access)
        return team
    }

    /// Inside a transaction of the caller's, who calls ``announce(_:before:access:)`` after its commit.
    package func create(
        name: String, members: [Identifier<Account>], distribution: Distribution = .manual, access: Access, in transaction: any Transaction
    ) throws -> Team {
        try access.require(.membersManage)
        let moment = now()
        let team = try Team(
            id: .make(at: moment), workspaceID: access.workspaceID, name: name, members: Self.each(members),
            distribution: distribution, createdAt: moment)
        guard try TeamTable(transaction, access.withGrant(.conversationsView)).all().count < Team.countLimit else {
            throw TeamProblem.tooMany
        }
        try save(team, "added", access, in: transaction)
        return team
    }

    /// What isn't given stays. Throws ``TeamProblem``.
    package func change(
        _ id: Identifier<Team>, name: String? = nil, members: [Identifier<Account>]? = nil, distribution: Distribution? = nil,
        access: Access
    ) async throws -> Team {
        let (team, before) = try await database.write { transaction in
            try access.require(.membersManage)
            guard let before = try TeamTable(transaction, access.withGrant(.conversationsView)).find(id) else { throw TeamProblem.missing }
            let team = try Team(
                id: id, workspaceID: access.workspaceID, name: name ?? before.name, members: members.map(Self.each) ?? before.members,
                distribution: distribution ?? before.distribution, createdAt: before.createdAt)
            try save(team, "changed", access, in: transaction)
            return (team, before.members)
        }
        announce(team, before: before, access: access)
        return team
    }

    /// Its conversations belong to no team afterwards.
    package func delete(_ id: Identifier<Team>, access: Access) async throws {
        try access.require(.membersManage)
        guard let team = try await database.read({ try TeamTable($0, access.withGrant(.conversationsView)).find(id) }) else {
            throw TeamProblem.missing
        }
        try await ConversationRelease(database: database, now: now).run(.team(id), access: access) { transaction in
            guard try TeamTable(transaction, access).delete(id) else { throw TeamProblem.missing }
            try append(id, "deleted", access, in: transaction)
        }
        announce(team, before: team.members, access: access)
    }

    /// Lets the rest of the program see a change. What those people have open ends, and comes back with what they may see now.
    package func announce(_ team: Team, before: [Identifier<Account>], access: Access) {
        for account in Set(team.members).union(before) { revocations.end(.account(account)) }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func save(_ team: Team, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        let members = MemberTable(transaction, access)
        let others = try TeamTable(transaction, access).otherTeams(than: team.id, of: team.members)
        for id in team.members {
            guard let member = try members.member(id) else { throw TeamProblem.memberMissing }
            if others[id, default: 0] >= Team.membershipLimit { throw TeamProblem.tooManyOfOne(name: member.account.name) }
        }
        try begin(access, in: transaction) { try TeamTable(transaction, access).save(team) }
        try append(team.id, cause, access, in: transaction)
    }

    private func append(_ id: Identifier<Team>, _ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.teamUpdated, subject: id.text, cause: cause), at: now())
    }

    private static func each(_ members: [Identifier<Account>]) -> [Identifier<Account>] { Set(members).sorted() }

    // MARK: Who is given what nobody has

    /// How conversations that no team has find a person.
    package func distribution(access: Access) async throws -> Distribution {
        try access.require(.membersManage)
        return try await database.read { try DistributionTable($0, access).distribution(of: nil) }
    }

    package func setDistribution(_ distribution: Distribution, access: Access) async throws {
        let isChanged = try await database.write { transaction in
            guard try begin(access, in: transaction, { try DistributionTable(transaction, access).set(distribution) }) else { return false }
            try EventTable(transaction, access).append(
                NewEvent(.teamUpdated, subject: access.workspaceID.text, cause: "distribution"), at: now())
            return true
        }
        if isChanged { signals.eventsAppended(in: access.workspaceID) }
    }

    /// A change after which conversations may find a person by themselves. Had none done so before, what happened meanwhile stays as it is: the log is
    /// read from now on, not from where reading stopped.
    private func begin<T>(_ access: Access, in transaction: any Transaction, _ change: () throws -> T) throws -> T {
        let table = DistributionTable(transaction, access)
        let wasWanted = try table.isWanted()
        let result = try change()
        if !wasWanted, try table.isWanted() { try EventReaderTable(transaction, Distributor.reader, in: access.workspaceID).forget() }
        return result
    }

    // MARK: What a role sees

    package func visibility(of role: Role, access: Access) async throws -> VisibilityLevel {
        try await database.read { try VisibilityTable($0, access).level(of: role) }
    }

    /// Throws ``VisibilityProblem/fixed(_:)`` for a role that sees everything.
    package func setVisibility(_ level: VisibilityLevel, of role: Role, access: Access) async throws {
        guard role.hasVisibilityLevel else { throw VisibilityProblem.fixed(role) }
        let members = try await database.write { transaction in
            try VisibilityTable(transaction, access).set(level, for: role)
            try EventTable(transaction, access).append(NewEvent(.memberUpdated, subject: role.rawValue, cause: "visibility"), at: now())
            return try MemberTable(transaction, access).all()
        }
        for member in members where member.role == role { revocations.end(.account(member.account.id)) }
        signals.eventsAppended(in: access.workspaceID)
    }
}
