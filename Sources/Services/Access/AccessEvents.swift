internal import Domain
internal import Store

internal import struct Foundation.Date

/// What people do with their sessions, written down in each workspace they belong to.
struct AccessEvents {
    let transaction: any Transaction

    func append(
        _ kind: EventKind, _ session: Identifier<Session>?, of account: Identifier<Account>, address: String?, cause: String? = nil,
        at now: Date
    ) throws {
        for membership in try SessionTable(transaction).memberships(of: account) {
            let access = Access(
                workspaceID: membership.workspace.id, actor: .member(account), grants: membership.role.grants,
                visibility: membership.visibility,
                address: address)
            try EventTable(transaction, access).append(NewEvent(kind, subject: session?.text ?? account.text, cause: cause), at: now)
        }
    }
}
