internal import Domain
internal import Store

internal import struct Foundation.Date

/// Brings our rows of one connection's templates up to what WhatsApp has. Page by page, each in a transaction of its own: run twice it ends alike.
struct TemplateCatalogue {
    /// Pages of one account: 6,000 templates are the most that Meta allows (Meta, "Validation rules", read 2026-11), 50 to a page.
    static let pageLimit = 150
    /// Templates marked as gone in one transaction.
    private static let goneLimit = 500

    let database: any Database
    let channel: any Channel
    let entry: ConnectionDirectory.Entry
    let now: @Sendable () -> Date

    private var connection: Connection { entry.connection }
    private var access: Access { .system("templates", in: connection.workspaceID) }

    /// Throws ``ChannelProblem`` when WhatsApp doesn't give all of them; nothing is taken as gone then.
    func fetch(begun: Date) async throws {
        let account = AccountRoute(businessAccountID: connection.businessAccountID, secrets: entry.secrets)
        var cursor: String?
        for _ in 0..<Self.pageLimit {
            let page = try await channel.templates(of: account, after: cursor)
            try await write(page.templates, begun: begun)
            guard let next = page.next, next != cursor else { return try await markGone(begun: begun) }
            cursor = next
        }
        throw ChannelProblem.permanent("it has more templates than an account can have")
    }

    private func write(_ definitions: [TemplateDefinition], begun: Date) async throws {
        let moment = now()
        try await database.write { transaction in
            let table = TemplateTable(transaction, access)
            var (unchanged, events): ([Identifier<Template>], [NewEvent]) = ([], [])
            for definition in definitions {
                let before = try table.find(providerID: definition.providerID, connection: connection.id)
                if let before, before.definition == definition, before.goneAt == nil {
                    unchanged.append(before.id)
                    continue
                }
                try table.save(definition, connection: connection.id, asked: begun, now: moment)
                guard let after = try table.find(providerID: definition.providerID, connection: connection.id) else { continue }
                try TemplateConsequences(transaction, in: connection.workspaceID).apply(from: before, to: after)
                events.append(NewEvent(.templateUpdated, subject: after.id.text, cause: before == nil ? "added" : "changed"))
            }
            try table.confirm(unchanged, now: moment)
            try EventTable(transaction, access).append(events, at: moment)
        }
    }

    private func markGone(begun: Date) async throws {
        let moment = now()
        while try await database.write({ transaction in
            let gone = try TemplateTable(transaction, access).markGone(
                connection: connection.id, asked: begun, now: moment, limit: Self.goneLimit)
            try EventTable(transaction, access).append(
                gone.map { NewEvent(.templateUpdated, subject: $0.text, cause: "gone") }, at: moment)
            return gone.count
        }) == Self.goneLimit {}
    }
}

/// What WhatsApp's word on a template means for what we had learned from its refusals.
struct TemplateConsequences {
    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    func apply(from before: Template?, to after: Template) throws {
        let table = RestrictionTable(transaction, in: workspaceID)
        let key = RestrictionTable.TemplateKey(after)
        if before?.definition.category != after.definition.category {
            if after.definition.category == "MARKETING" {
                try table.markMarketing(key, connection: after.connectionID)
            } else {
                try table.unmarkMarketing(key, connection: after.connectionID)
            }
        }
        // Released: what waits for the end of our own pause needn't.
        if let before, !before.status.isSendable, after.status.isSendable {
            _ = try table.resume(key, connection: after.connectionID)
        }
    }
}
