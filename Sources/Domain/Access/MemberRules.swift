/// Who may give which role. An admin runs the workspace but can't make themselves its owner, and the last owner stays.
package enum MemberRules {
    /// - Parameters:
    ///   - mayChangeOwners: true for an owner, and for the program itself when its operator asks on the command line.
    ///   - owners: how many owners the workspace has before the change.
    package static func checkChange(from old: Role?, to new: Role?, mayChangeOwners: Bool, owners: Int) throws(MemberProblem) {
        if old == .owner || new == .owner, !mayChangeOwners { throw .ownersOnly }
        if old == .owner, new != .owner, owners <= 1 { throw .lastOwner }
    }
}

package enum MemberProblem: Problem, Equatable {
    case missing
    case ownersOnly
    case lastOwner
    /// Nobody gives a role that may more than they may themselves.
    case roleNotHeld(Role)
    /// A link to a new password opens everything that the account opens.
    case elsewhereToo
    /// Another workspace invited them, and they haven't chosen a password yet.
    case invitationPending
    /// They may not come in, so a password would open nothing.
    case deactivated

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .ownersOnly, .roleNotHeld: .refused
        case .lastOwner, .elsewhereToo, .invitationPending, .deactivated: .conflict
        }
    }

    package var code: String {
        switch self {
        case .missing: "member.missing"
        case .ownersOnly: "member.owners-only"
        case .lastOwner: "member.last-owner"
        case .roleNotHeld: "member.role-not-held"
        case .elsewhereToo: "member.elsewhere-too"
        case .invitationPending: "member.invitation-pending"
        case .deactivated: "member.deactivated"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such member in this workspace."
        case .ownersOnly: "Only an owner can make or change an owner."
        case .lastOwner: "This is the only owner. Make somebody else an owner first."
        case .elsewhereToo:
            "This person belongs to other workspaces too, and this link would open those as well. Ask whoever runs the server to make it."
        case .invitationPending:
            "This person was invited before and hasn't chosen a password yet. Ask them to open that link first, then add them."
        case .deactivated: "This person is deactivated. Activate them first."
        case .roleNotHeld(let role):
            "You can't give somebody the role \(role.rawValue), because it permits more than you or your key may do."
        }
    }
}
