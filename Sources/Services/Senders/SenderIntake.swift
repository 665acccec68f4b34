internal import Domain
internal import Store

internal import struct Foundation.Date

/// Applies what webhooks say about numbers. Says the same twice, nothing changes.
struct SenderIntake {
    private let transaction: any Transaction
    private let now: Date

    init(_ transaction: any Transaction, now: Date) { (self.transaction, self.now) = (transaction, now) }

    /// Whether there is a new job.
    func apply(_ news: SenderNews, connection: Connection) throws -> Bool {
        // One app may serve several accounts; each has a connection of its own.
        guard news.account == connection.businessAccountID else { return false }
        let access = Access.system("intake", in: connection.workspaceID)
        let table = SenderTable(transaction, access)
        let concerned = try table.list(of: connection.id).filter { sender in
            sender.removedAt == nil && news.digits.map { $0 == sender.phoneNumber.digits } ?? true
        }
        // What else changed with it only the provider can say. Before the numbers, as the job itself holds its row first.
        try SenderCheckJob.request(for: connection.id, in: connection.workspaceID, in: transaction, now: now)
        for sender in concerned {
            switch news.change {
            case .event(let event, let text, let end):
                if [.restricted, .suspended, .reinstated].contains(event) { try table.setPolicyEnd(end, sender.id) }
                guard let (before, after) = try table.apply([event], saying: text, to: sender.id, at: now), before != after else {
                    continue
                }
                try tell(event.rawValue, of: sender, access)
            case .warning: try tell("policy-warning", of: sender, access)
            case .question: break
            }
        }
        // A name and its review are told of one number.
        if news.digits != nil {
            for sender in concerned { try ProfileSyncJob.request(for: sender.id, in: connection.workspaceID, transaction, now: now) }
        }
        return true
    }

    private func tell(_ cause: String, of sender: Sender, _ access: Access) throws {
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: sender.id.text, cause: cause), at: now)
    }
}
