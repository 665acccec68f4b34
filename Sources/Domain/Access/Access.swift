/// One thing that a person or a key may do in a workspace.
package enum Grant: String, Sendable, CaseIterable, Codable {
    case conversationsView, conversationsClose, conversationsAssign, conversationsLabel, conversationsDelete, messagesSend, notesWrite
    case sendersView, sendersManage, connectionsManage
    case templatesView, templatesManage
    case membersManage, labelsManage, keysManage, settingsManage
    case quickRepliesManage
    /// Takes copies of conversations away, of those that one may see.
    case conversationsExport
    case eventsView, journalView, journalReplay
    /// The directory. Who merely wrote is seen by those who see the conversation.
    case contactsView, contactsCreate, contactsEdit, contactsDelete
    /// Takes a copy of the directory away.
    case contactsExport
    case groupsView, groupsCreate, groupsEdit, groupsDelete
    case campaignsView, campaignsCreate, campaignsEdit, campaignsDelete
    /// Of leads and clients, those that one may see: who sees only what is theirs sees those that they look after.
    case leadsView, leadsCreate, leadsEdit, leadsDelete
    /// Takes a copy of leads away.
    case leadsExport
    case clientsView, clientsCreate, clientsEdit, clientsDelete
}

/// What a member is in a workspace. A role is a named set of grants.
package enum Role: String, Sendable, CaseIterable, Codable {
    case owner, admin, agent

    package var grants: Set<Grant> {
        switch self {
        case .owner, .admin: Set(Grant.allCases)
        case .agent:
            [
                .conversationsView, .conversationsClose, .conversationsAssign, .conversationsLabel, .messagesSend, .notesWrite,
                .sendersView, .templatesView,
                .eventsView, .contactsView, .contactsCreate, .contactsEdit, .groupsView,
                .leadsView, .leadsCreate, .leadsEdit, .clientsView, .clientsCreate, .clientsEdit,
            ]
        }
    }

    /// Whether an owner or admin chooses what its members see of the inbox; the other roles see all of it.
    package var hasVisibilityLevel: Bool { self == .agent }
}

/// What an API key may do; a key holds one or more.
package enum KeyScope: String, Sendable, CaseIterable, Codable {
    case read, send, manage

    package var grants: Set<Grant> {
        switch self {
        case .read:
            [
                .conversationsView, .sendersView, .templatesView, .eventsView, .contactsView, .groupsView, .campaignsView, .leadsView,
                .clientsView,
            ]
        case .send: [.messagesSend, .notesWrite, .conversationsClose, .conversationsAssign, .conversationsLabel]
        case .manage:
            [
                .conversationsDelete, .sendersView, .sendersManage, .connectionsManage, .membersManage, .labelsManage, .keysManage,
                .settingsManage, .journalView,
                .journalReplay, .templatesView, .templatesManage, .quickRepliesManage, .conversationsExport,
                .contactsView, .contactsCreate, .contactsEdit, .contactsDelete, .contactsExport,
                .groupsView, .groupsCreate, .groupsEdit, .groupsDelete,
                .campaignsView, .campaignsCreate, .campaignsEdit, .campaignsDelete,
                .leadsView, .leadsCreate, .leadsEdit, .leadsDelete, .leadsExport,
                .clientsView, .clientsCreate, .clientsEdit, .clientsDelete,
            ]
        }
    }
}

/// Who does something.
package enum Actor: Sendable, Hashable {
    case member(Identifier<Account>)
    case key(Identifier<APIKey>)
    /// A part of the program, by name: `intake`, `dispatcher`, `jobs`.
    case system(String)

    /// As the event log holds it: `member:acc_…`, `key:key_…`, `system:intake`.
    package var text: String {
        switch self {
        case .member(let id): "member:\(id.text)"
        case .key(let id): "key:\(id.text)"
        case .system(let name): "system:\(name)"
        }
    }

    /// Reads a ``text``; nil for what is none, such as a customer's name.
    package init?(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        let rest = String(parts[1])
        switch parts[0] {
        case "member":
            guard let id = Identifier<Account>(parsing: rest) else { return nil }
            self = .member(id)
        case "key":
            guard let id = Identifier<APIKey>(parsing: rest) else { return nil }
            self = .key(id)
        case "system": self = .system(rest)
        default: return nil
        }
    }

    /// The person; nil for a key and for the program.
    package var member: Identifier<Account>? { if case .member(let id) = self { id } else { nil } }
}

/// A caller inside one workspace: the only way to reach that workspace's tables. Made from a session, a key, or by a part of the program.
package struct Access: Sendable, Equatable {
    package let workspaceID: Identifier<Workspace>
    package let actor: Actor
    package let grants: Set<Grant>
    package let visibility: Visibility
    /// Address of the client, when a request stands behind the call.
    package let address: String?

    package init(workspaceID: Identifier<Workspace>, actor: Actor, grants: Set<Grant>, visibility: Visibility, address: String?) {
        (self.workspaceID, self.actor, self.grants) = (workspaceID, actor, grants)
        (self.visibility, self.address) = (visibility, address)
    }

    /// The program itself, with every grant.
    package static func system(_ name: String, in workspaceID: Identifier<Workspace>) -> Access {
        Access(workspaceID: workspaceID, actor: .system(name), grants: Set(Grant.allCases), visibility: .all, address: nil)
    }

    package func permits(_ grant: Grant) -> Bool { grants.contains(grant) }

    /// Throws ``AccessProblem/notPermitted(_:)`` unless the caller may.
    package func require(_ grant: Grant) throws(AccessProblem) {
        guard grants.contains(grant) else { throw .notPermitted(grant) }
    }

    /// The person who asks. Throws ``AccessProblem/personNeeded`` for a key and for the program itself.
    package func person() throws(AccessProblem) -> Identifier<Account> {
        guard let id = actor.member else { throw .personNeeded }
        return id
    }
}

package enum AccessProblem: Problem, Equatable {
    case signInNeeded
    case notPermitted(Grant)
    case workspaceMissing
    /// The caller has several workspaces, or none, and didn't say which.
    case workspaceUnnamed
    /// A key asked for what only a person has.
    case personNeeded

    package var kind: ProblemKind {
        switch self {
        case .signInNeeded: .unauthenticated
        case .notPermitted, .personNeeded: .refused
        case .workspaceMissing: .missing
        case .workspaceUnnamed: .malformed
        }
    }

    package var code: String {
        switch self {
        case .signInNeeded: "access.sign-in-needed"
        case .notPermitted: "access.not-permitted"
        case .workspaceMissing: "workspace.missing"
        case .workspaceUnnamed: "workspace.unnamed"
        case .personNeeded: "access.person-needed"
        }
    }

    package var detail: String {
        switch self {
        case .signInNeeded: "Sign in, or send an API key as Authorization: Bearer sb_…"
        case .notPermitted(let grant):
            "This needs the permission \(grant.rawValue), which your role or key doesn't have. Ask an owner or admin."
        case .workspaceMissing: "There is no such workspace, or you don't belong to it any more. An owner or admin of it can let you in."
        case .workspaceUnnamed: "Say which workspace is meant: send its address name in the header Switchboard-Workspace."
        case .personNeeded: "This is for people who are signed in; an API key has no sessions."
        }
    }
}
