package import Domain
internal import Foundation
package import Store

package import struct Foundation.Date

/// Sends what came for one number by e-mail: one e-mail a minute at most, with all that came since the last one. What it held is forgotten in the
/// transaction that ends the job; an e-mail whose process ended meanwhile goes again, under the same id.
package struct ReceptionMailJob: JobHandler {
    package static let kind = JobKind.receptionMail
    package static let concurrency = 4
    /// Messages written out in one e-mail; of the others it has the count.
    static let messageLimit = 20
    /// Messages that one e-mail counts.
    private static let countLimit = 1_000
    /// What comes together goes together.
    private static let gatherSeconds = 5.0
    private static let intervalSeconds = 60.0

    private let database: any Database
    private let courier: MailCourier
    private let publicURL: String?
    private let numbers: PhoneNumbers
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - publicURL: for the links; without it there are none.
    ///   - numbers: by which telephone numbers are written.
    package init(
        database: any Database, mail: MailService, sender: any MailSender, publicURL: String?, numbers: PhoneNumbers,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.publicURL) = (database, publicURL)
        courier = MailCourier(database: database, mail: mail, sender: sender)
        (self.numbers, self.now) = (numbers, now)
    }

    private struct Payload: Codable { let sender: Identifier<Sender> }

    /// - Parameter mailedAt: when the number's last e-mail left.
    static func request(
        _ sender: Identifier<Sender>, mailedAt: Date?, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        let soon = now.addingTimeInterval(gatherSeconds)
        let next = mailedAt.map { $0.addingTimeInterval(intervalSeconds) } ?? soon
        try JobTable(transaction).request(
            .init(
                workspaceID: workspaceID, kind: kind, key: sender.text, payload: try JSONText.encode(Payload(sender: sender)),
                runAt: max(soon, next)), now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let moment = now()
        guard let letter = try await database.read({ try letter(payload.sender, job.workspaceID, $0, now: moment) }) else { return .done }
        guard let message = letter.message, let stored = letter.stored else {
            return JobCompletion { try Self.settle(letter, of: payload.sender, in: job.workspaceID, $0, mailedAt: nil, now: moment) }
        }
        // What the server said stands in the settings; what wasn't sent waits for the next one, and all of it is in the inbox.
        guard try await courier.send(message, by: stored, for: job, at: moment) else { return .done }
        return JobCompletion { transaction in
            try MailCourier.settle(job, in: transaction)
            try Self.settle(letter, of: payload.sender, in: job.workspaceID, transaction, mailedAt: moment, now: moment)
        }
    }

    /// Forgets what was sent, and asks for the next e-mail if something came meanwhile: it found this job's place taken.
    private static func settle(
        _ letter: Letter, of sender: Identifier<Sender>, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction,
        mailedAt: Date?, now: Date
    ) throws {
        let waiting = ReceptionMailTable(transaction, in: workspaceID)
        try waiting.remove(letter.messages, of: sender)
        if let mailedAt { try ReceptionTable(transaction, .system("mail", in: workspaceID)).setMailed(sender, at: mailedAt) }
        guard try !waiting.list(of: sender, limit: 1).isEmpty else { return }
        try request(sender, mailedAt: mailedAt, in: workspaceID, transaction, now: now)
    }

    private struct Letter: Sendable {
        let messages: [Identifier<Message>]
        /// Nil when nobody is to be told any more.
        let message: MailMessage?
        let stored: MailTable.Stored?
    }

    /// Nil when nothing waits.
    private func letter(
        _ id: Identifier<Sender>, _ workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws -> Letter? {
        let system = Access.system("mail", in: workspaceID)
        let waiting = try ReceptionMailTable(transaction, in: workspaceID).list(of: id, limit: Self.countLimit)
        guard let first = waiting.first else { return nil }
        let options = try ReceptionTable(transaction, system).find(id).options
        let stored = try MailTable(transaction, system).find()
        guard options.sendsMail, let to = options.mailAddress, let stored, let number = try SenderTable(transaction, system).find(id),
            let workspace = try WorkspaceTable(transaction).workspace(workspaceID)
        else { return Letter(messages: waiting, message: nil, stored: nil) }
        let shown = try MessageTable(transaction, system).list(Array(waiting.prefix(Self.messageLimit)))
            .sorted { ($0.at, $0.sequence) < ($1.at, $1.sequence) }
        guard !shown.isEmpty else { return Letter(messages: waiting, message: nil, stored: nil) }
        let conversations = try ConversationTable(transaction, system).find(Set(shown.map(\.conversationID)).sorted())
        let base = publicURL.map { "\($0)/app/\(workspace.slug.text)" }
        let text = ReceptionMailText(
            number: number, base: base, messages: shown, rest: waiting.count - shown.count, hasMore: waiting.count == Self.countLimit,
            people: Dictionary(conversations.map { ($0.id, $0.contact) }, uniquingKeysWith: { one, _ in one }), display: numbers.display)
        let message = MailMessage(
            from: stored.settings.sender, fromName: "Switchboard", to: to, subject: text.subject, text: text.body,
            rulesAddress: base.map { "\($0)/whatsapp/senders/\(id)/reception" },
            id: MailService.makeID(stored.settings.sender, of: first.text),
            at: now)
        return Letter(messages: waiting, message: message, stored: stored)
    }
}

/// The words of the e-mail. Customers choose most of them: nothing of theirs begins a line, so that none of it can pass for ours.
struct ReceptionMailText {
    /// Characters of one message that are written out.
    private static let textLimit = 4_000
    private static let lineLimit = 200

    let number: Sender
    /// `https://chat.example.com/app/acme`; nil leaves out all links.
    let base: String?
    let messages: [Message]
    /// How many more there are.
    let rest: Int
    /// Whether there may be even more than that.
    let hasMore: Bool
    let people: [Identifier<Conversation>: Contact]
    let display: (PhoneNumber) -> String

    var subject: String {
        let name = number.name.line(60)
        guard messages.count + rest > 1 else {
            return "New message from \(messages.first.map(person) ?? "somebody") to \(name)"
        }
        return "\(messages.count + rest)\(hasMore ? " or more" : "") new messages to \(name)"
    }

    var body: String {
        var lines = ["New for \(number.name.line(100)) (\(display(number.phoneNumber))):", ""]
        for message in messages {
            lines.append("\(person(message)), \(Self.time(message.at)):")
            lines += Self.quoted(Self.words(for: message))
            if let base { lines.append("\(base)/whatsapp/\(message.conversationID)") }
            lines.append("")
        }
        if rest > 0 {
            lines += ["And \(rest)\(hasMore ? " or more" : "") that \(rest == 1 ? "isn\u{2019}t" : "aren\u{2019}t") written out here.", ""]
        }
        if let base { lines.append("Where this goes, or never: \(base)/whatsapp/senders/\(number.id)/reception") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// `Ana (+1 555-019-9001)`; of a group, who wrote and where.
    private func person(_ message: Message) -> String {
        guard let contact = people[message.conversationID] else { return "Unknown" }
        let title = contact.title(display).line(100)
        if let author = message.author { return "\(author.line(100)) in \(title)" }
        guard let phone = contact.phoneNumber.map(display), phone != title else { return title }
        return "\(title) (\(phone))"
    }

    private static func time(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle().year().month().day().dateTimeSeparator(.space).time(includingFractionalSeconds: false))
            + " UTC"
    }

    /// Each line behind a mark, without what could turn it.
    private static func quoted(_ text: String) -> [String] {
        let shown = String(String.UnicodeScalarView(text.unicodeScalars.prefix(textLimit)))
        let lines = shown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return lines.prefix(lineLimit).map { "> \(String($0).line(textLimit))" }
            + (shown.unicodeScalars.count < text.unicodeScalars.count || lines.count > lineLimit ? ["> …"] : [])
    }

    private static func words(for message: Message) -> String {
        if message.revokedAt != nil { return "(deleted)" }
        if case .text(let text) = message.content { return text.body }
        let preview = message.content.preview
        return [kind(of: message.content), preview.isEmpty ? nil : preview].compactMap(\.self).joined(separator: "\n")
    }

    /// What has no text, or more than its text.
    private static func kind(of content: MessageContent) -> String? {
        switch content {
        case .media(let media): "[\(media.kind.rawValue)]"
        case .location: "[location]"
        case .contacts: "[contact]"
        case .order: "[order]"
        case .flowReply: "[form]"
        case .call: "[call]"
        case .unsupported: "[something that can\u{2019}t be shown]"
        case .text, .reaction, .interactive, .template, .button, .reply, .system: nil
        }
    }
}
