package import Domain
package import Store

package import struct Foundation.Date
package import struct Foundation.TimeZone

/// What merge fields stand for, read from the directory, the sender and the workspace inside one transaction.
package struct MergeContexts {
    private let transaction: any Transaction
    private let access: Access
    private let now: Date
    private let zone: TimeZone

    /// - Parameter zone: where days begin.
    package init(_ transaction: any Transaction, _ access: Access, now: Date, zone: TimeZone = .gmt) {
        (self.transaction, self.access, self.now, self.zone) = (transaction, access, now, zone)
    }

    /// For messages from one number. Whoever may write to somebody may say what is known of them; contacts that the caller may not see are left out.
    ///
    /// - Parameter agent: whose name stands under it; the caller's, unless given.
    package func contexts(
        of contacts: [Identifier<Contact>], from sender: Sender, agent: Identifier<Account>? = nil
    ) throws -> [Identifier<Contact>: MergeContext] {
        let shared = try shared(sender, agent: agent)
        return Dictionary(
            uniqueKeysWithValues: try DirectoryTable(transaction, access.withGrant(.contactsView)).find(contacts).map { contact in
                var context = shared
                context.add(contact)
                return (contact.id, context)
            })
    }

    /// What is the same for everybody.
    package func shared(_ sender: Sender, agent: Identifier<Account>? = nil) throws -> MergeContext {
        var context = MergeContext(zone: zone)
        context[.today] = .date(now)
        context.add(sender)
        context.set(.workspaceName, try WorkspaceTable(transaction).workspace(access.workspaceID)?.name)
        // An account is no workspace's own: only a member's name is told.
        if let agent = agent ?? access.actor.member,
            let member = try MemberTable(transaction, access.withGrant(.membersManage)).member(agent)
        {
            context.addAgent(name: member.account.name, email: member.account.email.text)
        }
        return context
    }
}
