internal import Domain
internal import Logging
internal import Store

internal import struct Foundation.Date

/// Sends the e-mails of jobs. What the server said of the last one stands in the settings of e-mail.
struct MailCourier: Sendable {
    /// Tries of one e-mail, over some two hours.
    private static let attemptLimit = 12

    private let database: any Database
    private let mail: MailService
    private let sender: any MailSender

    init(database: any Database, mail: MailService, sender: any MailSender) {
        (self.database, self.mail, self.sender) = (database, mail, sender)
    }

    /// Whether it is on its way, as far as anybody can know: nobody doubts twice, because twice would be worse. False when it was given up. Throws to
    /// have the job tried again.
    /// - Parameter undo: written when it certainly didn't leave, before it is tried again or given up.
    func send(
        _ message: MailMessage, by stored: MailTable.Stored, for job: Job, at moment: Date,
        undo: @escaping @Sendable (any Transaction) throws -> Void = { _ in }
    ) async throws -> Bool {
        let logger = Logger(label: "mail")
        do {
            try await sender.send(message, by: stored.settings, password: try mail.password(stored, job.workspaceID))
            return true
        } catch MailFailure.unknown(let reason) {
            logger.warning("Nobody knows whether an e-mail was taken", metadata: ["job.id": "\(job.id)", "reason": "\(reason)"])
            return true
        } catch {
            let failure = error as? MailFailure
            try await database.write { transaction in
                try undo(transaction)
                guard let failure else { return }
                try MailTable(transaction, .system("mail", in: job.workspaceID)).setFault(MailFault(reason: failure.reason, at: moment))
            }
            let isOver = if case .refused = failure { true } else { job.attempts >= Self.attemptLimit }
            guard let failure, isOver else { throw error }
            logger.warning("An e-mail wasn't sent", metadata: ["job.id": "\(job.id)", "reason": "\(failure.reason)"])
            return false
        }
    }

    /// To be written together with the end of the job of an e-mail that left.
    static func settle(_ job: Job, in transaction: any Transaction) throws {
        try MailTable(transaction, .system("mail", in: job.workspaceID)).setFault(nil)
    }
}
