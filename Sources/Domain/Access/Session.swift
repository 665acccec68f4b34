package import struct Foundation.Date

/// A browser that is signed in. Its token is known to the browser alone; we keep a hash.
package struct Session: Sendable, Equatable, Identified {
    package static let identifierPrefix = "ses"
    /// Ends by itself when nobody used it for so long.
    package static let idleLifetime: Duration = .seconds(30 * 24 * 60 * 60)

    package let id: Identifier<Session>
    package let accountID: Identifier<Account>
    package let createdAt: Date
    /// To within ten minutes.
    package let lastSeenAt: Date
    package let expiresAt: Date
    package let userAgent: String?
    package let address: String?

    package init(
        id: Identifier<Session>, accountID: Identifier<Account>, createdAt: Date, lastSeenAt: Date, expiresAt: Date, userAgent: String?,
        address: String?
    ) {
        (self.id, self.accountID, self.createdAt, self.lastSeenAt, self.expiresAt) = (id, accountID, createdAt, lastSeenAt, expiresAt)
        (self.userAgent, self.address) = (userAgent, address)
    }
}

/// Who stands behind a session cookie: the person, and every workspace they belong to.
package struct SignedIn: Sendable, Equatable {
    package let session: Session
    package let account: Account
    package let memberships: [Membership]

    package init(session: Session, account: Account, memberships: [Membership]) {
        (self.session, self.account, self.memberships) = (session, account, memberships)
    }

    /// Throws ``AccessProblem/workspaceMissing`` alike for a workspace that isn't there and for one of other people.
    package func membership(in slug: String) throws(AccessProblem) -> Membership {
        guard let membership = memberships.first(where: { $0.workspace.slug.text == slug }) else { throw .workspaceMissing }
        return membership
    }

    package func access(in membership: Membership, address: String?) -> Access {
        Access(
            workspaceID: membership.workspace.id, actor: .member(account.id), grants: membership.role.grants,
            visibility: membership.visibility, address: address)
    }
}

package enum SessionProblem: Problem, Equatable {
    case missing

    package var kind: ProblemKind { .missing }
    package var code: String { "session.missing" }
    package var detail: String { "There is no such session, or it has ended." }
}
