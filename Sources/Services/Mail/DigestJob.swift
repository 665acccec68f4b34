package import Domain
internal import Foundation
package import Store

package import struct Foundation.Date

/// Tells a person by e-mail what they have missed: what is still unread, once. What is about to be sent is marked before, so that nothing that comes in
/// between can send it twice; only a server that says that it took nothing has it sent again.
package struct DigestJob: JobHandler {
    package static let kind = JobKind.digest
    package static let concurrency = 4

    private let database: any Database
    private let courier: MailCourier
    private let publicURL: String?
    private let numbers: PhoneNumbers
    private let now: @Sendable () -> Date

    /// - Parameter publicURL: for the links; without it there are none.
    /// - Parameter numbers: by which telephone numbers are written.
    package init(
        database: any Database, mail: MailService, sender: any MailSender, publicURL: String?, numbers: PhoneNumbers,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.publicURL) = (database, publicURL)
        courier = MailCourier(database: database, mail: mail, sender: sender)
        (self.numbers, self.now) = (numbers, now)
    }

    private struct Payload: Codable {
        let account: Identifier<Account>
        /// Nil for what is about numbers and doesn't wait for a digest.
        let pace: Digest.Pace?
    }

    /// One for each person and pace while it waits.
    static func request(
        _ people: [(id: Identifier<Account>, digest: Digest)], in workspaceID: Identifier<Workspace>, _ transaction: any Transaction,
        now: Date
    ) throws {
        let jobs = try people.compactMap { person -> JobTable.NewJob? in
            guard let runAt = person.digest.next(after: now) else { return nil }
            return JobTable.NewJob(
                workspaceID: workspaceID, kind: kind, key: "\(person.id) \(person.digest.pace.rawValue)",
                payload: try JSONText.encode(Payload(account: person.id, pace: person.digest.pace)), runAt: runAt)
        }
        try JobTable(transaction).insert(jobs, now: now)
    }

    /// Tells these people now what happened to numbers, whether they want a digest or not.
    static func requestAtOnce(
        _ people: [Identifier<Account>], in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        let jobs = try people.map { person in
            JobTable.NewJob(
                workspaceID: workspaceID, kind: kind, key: "\(person) numbers",
                payload: try JSONText.encode(Payload(account: person, pace: nil)), runAt: now)
        }
        try JobTable(transaction).insert(jobs, now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let moment = now()
        let publicURL = publicURL
        guard let letter = try await database.write({ try take(payload, job.workspaceID, $0, now: moment) }) else {
            return .done
        }
        let ids = letter.notifications
        // What wasn't sent is told with what comes next: as many jobs as there were e-mails would help nobody. All of it is on the bell.
        let isGone = try await courier.send(letter.message, by: letter.stored, for: job, at: moment) { transaction in
            try NotificationFeedTable(transaction, in: job.workspaceID).unmarkMailed(ids)
        }
        guard isGone else { return .done }
        // What came while this was under way found the job's place taken.
        return JobCompletion { transaction in
            try MailCourier.settle(job, in: transaction)
            let feed = NotificationFeedTable(transaction, in: job.workspaceID)
            guard try feed.hasUnmailed(payload.account, isOfNumbers: payload.pace == nil) else { return }
            if payload.pace == nil {
                try Self.requestAtOnce([payload.account], in: job.workspaceID, transaction, now: moment)
            } else if let digest = letter.digest {
                try Self.request([(payload.account, digest)], in: job.workspaceID, transaction, now: moment)
            }
        }
    }

    private struct Letter: Sendable {
        let message: MailMessage
        let stored: MailTable.Stored
        let notifications: [Identifier<PersonalNotification>]
        let digest: Digest?
    }

    /// Nil when there is nothing to tell, or nobody to tell it to by these rules any more.
    private func take(
        _ payload: Payload, _ workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws -> Letter? {
        let system = Access.system("mail", in: workspaceID)
        guard let stored = try MailTable(transaction, system).find(),
            let member = try MemberTable(transaction, system).member(payload.account), let to = MailAddress(member.account.email.text),
            let membership = try SessionTable(transaction).memberships(of: payload.account).first(where: { $0.workspace.id == workspaceID })
        else { return nil }
        let access = Access(
            workspaceID: workspaceID, actor: .member(payload.account), grants: membership.role.grants, visibility: membership.visibility,
            address: nil)
        let rules = try NotificationRulesTable(transaction, access).own() ?? .standard
        guard payload.pace.map({ $0 == rules.digest.pace }) ?? true else { return nil }
        let unmailed = try NotificationTable(transaction, access).unmailed(isOfNumbers: payload.pace == nil, limit: Digest.lineLimit)
        let ours = try NotificationFeedTable(transaction, in: workspaceID).markMailed(unmailed.map(\.id), at: now)
        let missed = unmailed.filter { ours.contains($0.id) }
        guard !missed.isEmpty else { return nil }
        var names: [PersonalNotification.Topic: String] = [:]
        if rules.pushNames {
            let conversations = try ConversationTable(transaction, access).find(Set(missed.compactMap(\.topic.conversationID)).sorted())
            for one in conversations { names[.conversation(one.id)] = one.contact.title(numbers.display) }
        }
        // The business's own, which a customer's name isn't.
        for id in Set(missed.compactMap(\.topic.senderID)) { names[.sender(id)] = try SenderTable(transaction, access).find(id)?.name }
        let text = DigestText(
            person: member.account.name, workspace: membership.workspace.name,
            base: publicURL.map { "\($0)/app/\(membership.workspace.slug.text)" }, names: names)
        let message = MailMessage(
            from: stored.settings.sender, fromName: "Switchboard", to: to, subject: text.subject(missed), text: text.body(missed),
            rulesAddress: text.rulesAddress, id: MailService.makeID(stored.settings.sender), at: now)
        return Letter(message: message, stored: stored, notifications: missed.map(\.id), digest: rules.digest)
    }
}

/// The words of the e-mail.
struct DigestText {
    let person: String
    let workspace: String
    /// `https://chat.example.com/app/acme`; nil leaves out all links.
    let base: String?
    let names: [PersonalNotification.Topic: String]

    var rulesAddress: String? { base.map { "\($0)/settings/notifications" } }

    func subject(_ missed: [PersonalNotification]) -> String {
        let count = missed.count < Digest.lineLimit ? String(missed.count) : "\(Digest.lineLimit) or more"
        return "\(count) unread in \(Self.line(workspace))"
    }

    func body(_ missed: [PersonalNotification]) -> String {
        var lines = [
            "Hello \(Self.line(person)),", "", "this is new for you in \(Self.line(workspace)), and you haven\u{2019}t read it yet:", "",
        ]
        for one in missed {
            lines.append("- " + [names[one.topic].map(Self.line), one.words].compactMap(\.self).joined(separator: ": "))
            if let base { lines.append("  \(base)\(one.topic.path)") }
        }
        if let base, let rulesAddress {
            lines += ["", "All of it: \(base)/whatsapp/notifications", "How often this comes, or never: \(rulesAddress)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Others choose these: a name must not make a line of its own, nor turn what follows it.
    private static func line(_ text: String) -> String { text.line(100) }
}
