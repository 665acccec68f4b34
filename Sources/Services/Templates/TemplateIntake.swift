internal import Domain
internal import Store

internal import struct Foundation.Date

/// Applies what webhooks say about templates. Says the same twice, nothing changes.
struct TemplateIntake {
    private let transaction: any Transaction
    private let now: Date

    init(_ transaction: any Transaction, now: Date) { (self.transaction, self.now) = (transaction, now) }

    /// Whether there is a new job.
    func apply(_ news: TemplateNews, connection: Connection) throws -> Bool {
        let access = Access.system("intake", in: connection.workspaceID)
        let table = TemplateTable(transaction, access)
        guard let before = try table.find(providerID: news.providerID, connection: connection.id) else {
            try TemplateSyncJob.request(for: connection.id, in: connection.workspaceID, in: transaction, now: now)
            return true
        }
        try table.tell(news.change, of: before.id, at: now)
        if let after = try table.find(before.id) {
            try TemplateConsequences(transaction, in: connection.workspaceID).apply(from: before, to: after)
        }
        try EventTable(transaction, access).append(
            NewEvent(.templateUpdated, subject: before.id.text, cause: news.change.cause), at: now)
        guard news.change.needsAsking else { return false }
        try TemplateSyncJob.request(for: connection.id, in: connection.workspaceID, in: transaction, now: now)
        return true
    }
}

extension TemplateNews.Change {
    fileprivate var cause: String {
        switch self {
        case .status: "status"
        case .quality: "quality"
        case .category: "category"
        case .components: "components"
        }
    }

    /// New texts aren't in the news; and what is approved again may be another text than before.
    fileprivate var needsAsking: Bool {
        switch self {
        case .components: true
        case .status(let event, _, _): TemplateStatus(event: event).isSendable
        case .quality, .category: false
        }
    }
}
