package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Answers a word that changed what may be sent to somebody, in their language, as a free message inside the window. Accepted in the transaction that
/// ends the job, so that it can't go twice.
package struct ConsentConfirmationJob: JobHandler {
    package static let kind = JobKind.consentConfirmation
    package static let concurrency = 4
    /// Answers to one person in a day: two programs that answer each other's words would never end.
    static let dayLimit = 4

    private let database: any Database
    private let sending: SendingService
    private let numbers: PhoneNumbers
    private let now: @Sendable () -> Date

    package init(database: any Database, sending: SendingService, numbers: PhoneNumbers, now: @escaping @Sendable () -> Date) {
        (self.database, self.sending, self.numbers, self.now) = (database, sending, numbers, now)
    }

    private struct Payload: Codable {
        let sender: Identifier<Sender>
        let contact: Identifier<Contact>
        let change: ConsentChange
        let languages: [String]
    }

    static func request(
        _ entry: ConsentEntry, _ meaning: ConsentWords.Meaning, of sender: Sender, _ transaction: any Transaction, now: Date
    ) throws {
        let payload = Payload(sender: sender.id, contact: entry.contactID, change: entry.change, languages: meaning.languages)
        try JobTable(transaction).insert(
            [.init(workspaceID: sender.workspaceID, kind: kind, key: entry.id.text, payload: try JSONText.encode(payload), runAt: now)],
            now: now)
    }

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let moment = now()
        return JobCompletion { try send(payload, in: job.workspaceID, $0, at: moment) }
    }

    private func send(_ payload: Payload, in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, at moment: Date) throws {
        let access = Access.system("consent", in: workspaceID)
        let words = try ConsentWordsTable(transaction, access).find()
        let number = try ContactTable(transaction, access).find(payload.contact)?.phoneNumber
        let languages = ConsentLanguage.ordered(payload.languages, region: number.flatMap { numbers.region(of: $0) })
        guard let text = words.confirmation(of: payload.change, in: languages),
            try ConsentTable(transaction, access).changesByWord(
                of: payload.contact, since: moment.addingTimeInterval(-86_400), most: 2 * Self.dayLimit) <= Self.dayLimit
        else { return }
        do {
            try transaction.savepoint {
                // Not in the lane of replies: nobody has read what the customer wrote.
                _ = try sending.submit(
                    MessageDraft(
                        senderID: payload.sender, recipient: .contact(payload.contact), clientID: nil,
                        content: .text(TextContent(body: text)), replyTo: nil, lane: .notification),
                    access: access, in: transaction)
            }
        } catch let problem as any Problem {
            Logger(label: "consent").info(
                "A change of consent isn\u{2019}t confirmed", metadata: ["sender.id": "\(payload.sender)", "code": "\(problem.code)"])
        }
    }
}
