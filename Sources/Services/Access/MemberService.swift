package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// A member that was just added. Who had no account gets a link under which to choose a password.
package struct NewMember: Sendable {
    package let member: Member
    package let link: SecretToken?
}

/// The members of a workspace.
package struct MemberService: Sendable {
    private static let linkLifetimeSeconds = 7 * 24 * 60 * 60.0

    private let database: any Database
    private let hasher: PasswordHasher
    private let revocations: AccessRevocations
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, hasher: PasswordHasher, revocations: AccessRevocations, signals: Signals,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.hasher, self.revocations, self.signals, self.now) = (database, hasher, revocations, signals, now)
    }

    package func list(access: Access) async throws -> [Member] {
        try await database.read { try MemberTable($0, access).all() }
    }

    /// For the command line and the demo, which know a password.
    package func add(email: String, name: String, role: Role, password: String, access: Access) async throws -> Member {
        try PasswordRule.check(password)
        let hash = try await hasher.hash(password)
        let new = try await database.write {
            try add(email: email, name: name, role: role, passwordHash: hash, actor: nil, access: access, in: $0)
        }
        announce(new, access: access)
        return new.member
    }

    package func add(email: String, name: String, role: Role, actor: Role?, access: Access) async throws -> NewMember {
        let new = try await database.write { try add(email: email, name: name, role: role, actor: actor, access: access, in: $0) }
        announce(new, access: access)
        return new
    }

    /// Inside a transaction of the caller's, who calls ``announce(_:access:)`` after its commit.
    package func add(email: String, name: String, role: Role, actor: Role?, access: Access, in transaction: any Transaction) throws
        -> NewMember
    {
        try add(email: email, name: name, role: role, passwordHash: nil, actor: actor, access: access, in: transaction)
    }

    /// Lets the rest of the program see a member who was just added.
    package func announce(_ new: NewMember, access: Access) {
        signals.eventsAppended(in: access.workspaceID)
        Logger.access.info(
            "Member added",
            metadata: [
                "account.id": "\(new.member.account.id)", "role": "\(new.member.role.rawValue)", "actor": "\(access.actor.text)",
            ])
    }

    /// Somebody with an account keeps their name and password: they may be a member elsewhere, and this workspace has no say in that.
    private func add(
        email: String, name: String, role: Role, passwordHash: String?, actor: Role?, access: Access, in transaction: any Transaction
    ) throws -> NewMember {
        try access.require(.membersManage)
        let address = try EmailAddress(parsing: email)
        let name = try Account.name(parsing: name)
        guard access.grants.isSuperset(of: role.grants) else { throw MemberProblem.roleNotHeld(role) }
        let (now, accounts, members) = (now(), AccountTable(transaction), MemberTable(transaction, access))
        try MemberRules.checkChange(from: nil, to: role, mayChangeOwners: mayChangeOwners(actor, access), owners: try members.ownerCount())
        let account: Account
        var link: SecretToken?
        if let known = try accounts.account(email: address) {
            account = known
            link = try takeIn(known, access, at: now, in: transaction)
        } else {
            account = Account(id: .make(at: now), email: address, name: name, createdAt: now)
            try accounts.insert(account, passwordHash: passwordHash)
            if passwordHash == nil { link = try makeLink(for: account.id, at: now, in: transaction) }
        }
        try members.insert(account.id, role: role, at: now)
        try append(account.id, .added, access, in: transaction)
        let isInvited = try accounts.passwordHash(of: account.id) == nil
        let member = Member(workspaceID: access.workspaceID, account: account, role: role, createdAt: now, isInvited: isInvited)
        return NewMember(member: member, link: link)
    }

    /// Somebody who has an account already. Links that another workspace made would open this one too, so they end here. Returns one of our own for who
    /// never chose a password and belongs to no workspace any more.
    private func takeIn(_ known: Account, _ access: Access, at now: Date, in transaction: any Transaction) throws -> SecretToken? {
        let accounts = AccountTable(transaction)
        try accounts.lock(known.id)
        guard try accounts.passwordHash(of: known.id) != nil else {
            // Of their two inviters each could open the other's workspace.
            guard try !MemberTable(transaction, access).isElsewhere(known.id) else { throw MemberProblem.invitationPending }
            return try makeLink(for: known.id, at: now, in: transaction)
        }
        try OneTimeLinkTable(transaction).deleteAll(.password, accountID: known.id)
        return nil
    }

    /// Throws ``MemberProblem``. What the person has open ends and comes back with the new role.
    package func setRole(_ role: Role, of accountID: Identifier<Account>, actor: Role?, access: Access) async throws -> Member {
        guard access.grants.isSuperset(of: role.grants) else { throw MemberProblem.roleNotHeld(role) }
        let member = try await database.write { transaction in
            let member = try check(accountID, newRole: role, actor, access, in: transaction)
            try MemberTable(transaction, access).setRole(role, of: accountID)
            try append(accountID, .role, access, in: transaction)
            return Member(
                workspaceID: member.workspaceID, account: member.account, role: role, createdAt: member.createdAt,
                availability: member.availability, deactivatedAt: member.deactivatedAt, isInvited: member.isInvited)
        }
        revocations.end(.account(accountID))
        signals.eventsAppended(in: access.workspaceID)
        return member
    }

    /// Takes somebody out of the workspace. What they looked after is nobody's again. Throws ``MemberProblem``.
    package func remove(_ accountID: Identifier<Account>, actor: Role?, access: Access) async throws {
        try await release(accountID, actor: actor, access: access) { transaction in
            try MemberTable(transaction, access).delete(accountID)
            try append(accountID, .removed, access, in: transaction)
        }
    }

    /// Closes the workspace to somebody until it is opened again. What they have open ends, what they looked after is nobody's again, and what they
    /// wrote keeps their name. Throws ``MemberProblem``.
    package func deactivate(_ accountID: Identifier<Account>, actor: Role?, access: Access) async throws {
        // At once, before their conversations go back.
        try await write(accountID, actor, access) { transaction in
            guard try MemberTable(transaction, access).setDeactivated(at: now(), accountID) else { return }
            try append(accountID, .deactivated, access, in: transaction)
        }
        revocations.end(.account(accountID))
        try await ConversationRelease(database: database, now: now).run(.person(accountID), access: access) { _ in }
        signals.eventsAppended(in: access.workspaceID)
        Logger.access.info("Member deactivated", metadata: ["account.id": "\(accountID)", "actor": "\(access.actor.text)"])
    }

    /// Opens the workspace again to somebody who was deactivated. Throws ``MemberProblem``.
    package func activate(_ accountID: Identifier<Account>, actor: Role?, access: Access) async throws {
        try await database.write { transaction in
            let members = MemberTable(transaction, access)
            guard let member = try members.member(accountID) else { throw MemberProblem.missing }
            if member.role == .owner, !mayChangeOwners(actor, access) { throw MemberProblem.ownersOnly }
            guard access.grants.isSuperset(of: member.role.grants) else { throw MemberProblem.roleNotHeld(member.role) }
            guard try members.setDeactivated(at: nil, accountID) else { return }
            try append(accountID, .activated, access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    /// Whether the caller takes new conversations; for people, of themselves.
    package func setAvailability(_ availability: Availability, access: Access) async throws {
        let isChanged = try await database.write { transaction in
            let me = try access.person()
            guard try MemberTable(transaction, access).setAvailability(availability, at: now()) else { return false }
            try append(me, .availability, access, in: transaction)
            return true
        }
        if isChanged { signals.eventsAppended(in: access.workspaceID) }
    }

    /// Gives the caller another name, in all workspaces that they are a member of; for people, of themselves. Throws ``AccountProblem``.
    package func rename(to text: String, access: Access) async throws -> Member {
        guard case .member(let me) = access.actor else { throw AccessProblem.personNeeded }
        let name = try Account.name(parsing: text)
        let (member, told) = try await database.write { transaction in
            let members = MemberTable(transaction, access.withGrant(.membersManage))
            guard let before = try members.member(me) else { throw MemberProblem.missing }
            guard before.account.name != name else { return (before, [Identifier<Workspace>]()) }
            try AccountTable(transaction).setName(name, of: me)
            let workspaces = try SessionTable(transaction).memberships(of: me).map(\.workspace.id)
            for workspace in workspaces {
                // Colleagues everywhere read it; what the person may do there makes no difference.
                let there = Access(workspaceID: workspace, actor: access.actor, grants: [], visibility: .all, address: access.address)
                try append(me, .name, there, in: transaction)
            }
            guard let after = try members.member(me) else { throw MemberProblem.missing }
            return (after, workspaces)
        }
        for workspace in told { signals.eventsAppended(in: workspace) }
        return member
    }

    /// Whatever takes a person away: checked first, because it takes its time when their conversations are many.
    private func release(
        _ accountID: Identifier<Account>, actor: Role?, access: Access, last: @escaping @Sendable (any Transaction) throws -> Void
    ) async throws {
        try await write(accountID, actor, access) { _ in }
        while try await releaseRecords(accountID, access) {}
        try await ConversationRelease(database: database, now: now).run(.person(accountID), access: access) { transaction in
            _ = try check(accountID, newRole: nil, actor, access, in: transaction)
            try last(transaction)
        }
        revocations.end(.account(accountID))
        signals.eventsAppended(in: access.workspaceID)
    }

    /// Some of the leads and clients that a person looks after; false when there are none left.
    private func releaseRecords(_ accountID: Identifier<Account>, _ access: Access) async throws -> Bool {
        try await database.write { transaction in
            let moment = now()
            let released = try LeadUpkeepTable(transaction, access).release(accountID, at: moment)
            var events: [NewEvent] = []
            if released.leads > 0 { events.append(NewEvent(.leadUpdated, cause: "changed")) }
            if released.clients > 0 { events.append(NewEvent(.clientUpdated, cause: "changed")) }
            try EventTable(transaction, access).append(events, at: moment)
            return !events.isEmpty
        }
    }

    private func write(
        _ accountID: Identifier<Account>, _ actor: Role?, _ access: Access, _ body: @escaping @Sendable (any Transaction) throws -> Void
    ) async throws {
        try await database.write { transaction in
            _ = try check(accountID, newRole: nil, actor, access, in: transaction)
            try body(transaction)
        }
    }

    /// Whether the caller may give this person another role, or with nil take them away.
    private func check(
        _ accountID: Identifier<Account>, newRole: Role?, _ actor: Role?, _ access: Access, in transaction: any Transaction
    ) throws -> Member {
        let members = MemberTable(transaction, access)
        let owners = try members.ownerCount()
        guard let member = try members.member(accountID) else { throw MemberProblem.missing }
        // One who can't come in any more isn't among those owners.
        let others = member.role == .owner && !member.isActive ? owners + 1 : owners
        try MemberRules.checkChange(from: member.role, to: newRole, mayChangeOwners: mayChangeOwners(actor, access), owners: others)
        return member
    }

    /// A new link for somebody who forgot their password. For the operator's command line only: whoever has it has the account.
    package func passwordLink(email: String) async throws -> SecretToken {
        let (address, now) = (try EmailAddress(parsing: email), now())
        return try await database.write { transaction in
            guard let account = try AccountTable(transaction).account(email: address) else { throw AccountProblem.emailUnknown }
            return try makeLink(for: account.id, at: now, in: transaction)
        }
    }

    /// A link under which a member chooses a new password, once, within a week. Only for those who belong to no other workspace, whose people had no
    /// say in it. Throws ``MemberProblem``.
    package func passwordLink(for accountID: Identifier<Account>, actor: Role?, access: Access) async throws -> SecretToken {
        let now = now()
        let token = try await database.write { transaction in
            let members = MemberTable(transaction, access)
            guard let member = try members.member(accountID) else { throw MemberProblem.missing }
            // Who could open an owner's account would be an owner.
            if member.role == .owner, !mayChangeOwners(actor, access) { throw MemberProblem.ownersOnly }
            guard access.grants.isSuperset(of: member.role.grants) else { throw MemberProblem.roleNotHeld(member.role) }
            guard member.isActive else { throw MemberProblem.deactivated }
            try AccountTable(transaction).lock(accountID)
            guard try !members.isElsewhere(accountID) else { throw MemberProblem.elsewhereToo }
            try append(accountID, .passwordLink, access, in: transaction)
            return try makeLink(for: accountID, at: now, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
        Logger.access.info("Password link made", metadata: ["account.id": "\(accountID)", "actor": "\(access.actor.text)"])
        return token
    }

    private func makeLink(for accountID: Identifier<Account>, at now: Date, in transaction: any Transaction) throws -> SecretToken {
        let (token, links) = (SecretToken.make(), OneTimeLinkTable(transaction))
        try links.deleteAll(.password, accountID: accountID)
        try links.insert(
            .password, accountID: accountID, tokenHash: token.hash, at: now, expiresAt: now.addingTimeInterval(Self.linkLifetimeSeconds))
        return token
    }

    private func append(_ accountID: Identifier<Account>, _ cause: MemberChange, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.memberUpdated, subject: accountID.text, cause: cause.rawValue), at: now())
    }

    private func mayChangeOwners(_ actor: Role?, _ access: Access) -> Bool {
        if case .system = access.actor { return true }
        return actor == .owner
    }
}
