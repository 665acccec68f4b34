package import Domain
package import Store

package import struct Foundation.Date

/// Tells owners and admins by e-mail that credits don't suffice, one e-mail each, unless it is no longer so.
package struct CreditMailJob: JobHandler {
    package static let kind = JobKind.creditMail
    package static let concurrency = 2

    private let database: any Database
    private let courier: MailCourier
    private let publicURL: String?
    private let now: @Sendable () -> Date

    /// - Parameter publicURL: for the link; without it there is none.
    package init(
        database: any Database, mail: MailService, sender: any MailSender, publicURL: String?, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.publicURL, self.now) = (database, publicURL, now)
        courier = MailCourier(database: database, mail: mail, sender: sender)
    }

    private struct Payload: Codable {
        let letter: CreditLetter
        let sender: Identifier<Sender>
        let account: Identifier<Account>
    }

    /// One for each owner and admin while it waits.
    static func request(
        _ letter: CreditLetter, about sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction,
        now: Date
    ) throws {
        let people = try MemberTable(transaction, .system("mail", in: workspaceID)).all().filter {
            $0.isActive && $0.role.grants.contains(.settingsManage)
        }
        let jobs = try people.map { person in
            JobTable.NewJob(
                workspaceID: workspaceID, kind: kind, key: "\(sender) \(letter.rawValue) \(person.account.id)",
                payload: try JSONText.encode(Payload(letter: letter, sender: sender, account: person.account.id)), runAt: now)
        }
        try JobTable(transaction).insert(jobs, now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let (moment, workspaceID) = (now(), job.workspaceID)
        guard let (message, stored) = try await database.read({ try write(payload, workspaceID, $0, now: moment) }) else { return .done }
        // What it says stands on the page of credits too.
        guard try await courier.send(message, by: stored, for: job, at: moment) else { return .done }
        return JobCompletion { try MailCourier.settle(job, in: $0) }
    }

    /// Nil when there is no server, nobody to tell, or nothing to tell any more.
    private func write(
        _ payload: Payload, _ workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws -> (MailMessage, MailTable.Stored)? {
        let system = Access.system("mail", in: workspaceID)
        guard let stored = try MailTable(transaction, system).find(),
            let member = try MemberTable(transaction, system).member(payload.account), let to = MailAddress(member.account.email.text),
            let membership = try SessionTable(transaction).memberships(of: payload.account).first(where: { $0.workspace.id == workspaceID }
            ),
            membership.role.grants.contains(.settingsManage)
        else { return nil }
        let table = SubscriptionTable(transaction, system)
        guard let current = try table.current(of: payload.sender) else { return nil }
        let needed = try table.needed(upTo: current.subscription)
        let balance = try LedgerTable(transaction, system).totals()[.balance] ?? .zero
        guard payload.letter.holds(for: current.subscription, needed: needed, balance: balance) else { return nil }
        let text = CreditLetterText(
            letter: payload.letter, person: member.account.name, workspace: membership.workspace.name, senderName: current.senderName,
            subscription: current.subscription, price: current.price, needed: needed, balance: balance,
            base: publicURL.map { "\($0)/app/\(membership.workspace.slug.text)" })
        let message = MailMessage(
            from: stored.settings.sender, fromName: "Switchboard", to: to, subject: text.subject, text: text.body, rulesAddress: nil,
            id: MailService.makeID(stored.settings.sender), at: now)
        return (message, stored)
    }
}
