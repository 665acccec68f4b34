package import Domain
package import Hummingbird
internal import Logging
internal import NIOCore

/// A request context that knows whom it serves.
package protocol CallerContext: RequestContext {
    static var area: RouteDeclaration.Area { get }
    /// Throws unless the caller is one of these.
    func authorize(_ callers: RouteDeclaration.Callers) throws(AccessProblem)
}

/// What every request carries. Nobody is known yet; ``SignInMiddleware`` fills in ``caller`` on the routes that need one.
package struct WebContext: CallerContext, RemoteAddressRequestContext {
    package static let area = RouteDeclaration.Area.open

    /// Who asks, when somebody was recognised.
    package enum Caller: Sendable {
        case person(SignedIn, csrfToken: String)
        case key(Access)
    }

    package var coreContext: CoreRequestContextStorage
    /// The other end of the connection, which may be a proxy.
    package let remoteAddress: SocketAddress?
    /// What a trusted proxy said of the client.
    var forwardedAddress: String?
    package var caller: Caller?
    /// Slug in the header `Switchboard-Workspace`; read for people only.
    var namedWorkspace: String?

    /// The client's address, as far as it can be believed.
    package var address: String? { forwardedAddress ?? remoteAddress?.ipAddress }

    package init(source: Source) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    package func authorize(_ callers: RouteDeclaration.Callers) throws(AccessProblem) {
        // Nobody is known here, so a route that wants somebody is refused to all: it was mounted in the wrong place.
        guard callers == .anyone else { throw .signInNeeded }
    }
}

/// A request by a signed-in person, outside any workspace: choosing one, signing out, the own sessions.
package struct AccountContext: CallerContext, ChildRequestContext {
    package static let area = RouteDeclaration.Area.account

    package var coreContext: CoreRequestContextStorage
    package let signedIn: SignedIn
    package let csrfToken: String
    package let address: String?

    package init(context: WebContext) throws(AccessProblem) {
        guard case .person(let signedIn, let csrfToken) = context.caller else { throw .signInNeeded }
        (self.signedIn, self.csrfToken, self.address) = (signedIn, csrfToken, context.address)
        coreContext = context.coreContext
    }

    package func authorize(_ callers: RouteDeclaration.Callers) throws(AccessProblem) {
        // Grants belong to a workspace, and there is none here.
        if case .grant(let grant) = callers { throw .notPermitted(grant) }
    }
}

/// A request by a member of the workspace that the address names, `/app/{workspace}/…`. Can't exist without one.
package struct MemberContext: CallerContext, ChildRequestContext {
    package static let area = RouteDeclaration.Area.member

    package var coreContext: CoreRequestContextStorage
    package let signedIn: SignedIn
    package let workspace: Workspace
    package let role: Role
    package let availability: Availability
    package let access: Access
    /// For the form field `csrfToken` and the header `X-CSRF-Token`.
    package let csrfToken: String

    package init(context: WebContext) throws {
        guard case .person(let signedIn, let csrfToken) = context.caller else { throw AccessProblem.signInNeeded }
        let membership = try signedIn.membership(in: context.parameter("workspace"))
        (self.signedIn, self.csrfToken) = (signedIn, csrfToken)
        (workspace, role, availability) = (membership.workspace, membership.role, membership.availability)
        access = signedIn.access(in: membership, address: context.address)
        coreContext = context.coreContext
    }

    package func authorize(_ callers: RouteDeclaration.Callers) throws(AccessProblem) {
        if case .grant(let grant) = callers { try access.require(grant) }
    }
}

/// A request under `/api/v1`, by a key or by a person, in one workspace.
///
/// A key's workspace is its own, whatever else the request says. A person with several workspaces names one in the header
/// `Switchboard-Workspace` (its slug).
package struct APIContext: CallerContext, ChildRequestContext {
    package static let area = RouteDeclaration.Area.api
    /// Bytes of a JSON body, at most. The longest text is 4,096 characters; a body of cards or list rows is a few times that.
    package static let bodyLimit = 1_000_000

    package var coreContext: CoreRequestContextStorage
    package let access: Access
    /// Who is signed in, when it is a person.
    package let signedIn: SignedIn?
    package let role: Role?

    package init(context: WebContext) throws(AccessProblem) {
        switch context.caller {
        case nil: throw .signInNeeded
        case .key(let access):
            (self.access, signedIn, role) = (access, nil, nil)
        case .person(let person, _):
            let membership: Membership
            if let slug = context.namedWorkspace {
                membership = try person.membership(in: slug)
            } else if person.memberships.count == 1, let only = person.memberships.first {
                membership = only
            } else {
                throw .workspaceUnnamed
            }
            access = person.access(in: membership, address: context.address)
            (signedIn, role) = (person, membership.role)
        }
        coreContext = context.coreContext
    }

    package func authorize(_ callers: RouteDeclaration.Callers) throws(AccessProblem) {
        switch callers {
        case .anyone, .signedIn: break
        case .person: if signedIn == nil { throw .personNeeded }
        case .grant(let grant): try access.require(grant)
        }
    }
}
