package import Domain
package import Store

package import struct Foundation.Date

/// What becomes of what arrives for a number: its options, and bringing in what was kept.
package struct ReceptionService: Sendable {
    private let database: any Database
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any Channel]
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel], signals: Signals,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels) = (database, directory, channels)
        (self.signals, self.now) = (signals, now)
    }

    /// Throws ``SenderProblem/missing``.
    package func reception(of sender: Identifier<Sender>, access: Access) async throws -> Reception {
        try await database.read { transaction in
            _ = try SenderTable(transaction, access).present(sender)
            return try Self.reception(of: sender, access, transaction)
        }
    }

    /// Changes the options. Whoever blocks calls has the provider tell of them first, and when it doesn't, nothing is changed. Throws
    /// ``ReceptionProblem`` and ``SenderProblem/missing``.
    package func save(_ options: ReceptionOptions, of id: Identifier<Sender>, access: Access) async throws -> Reception {
        try access.require(.sendersManage)
        let (sender, before) = try await database.read { transaction in
            let sender = try SenderTable(transaction, access).present(id)
            if options.sendsMail, try MailTable(transaction, .system("reception", in: access.workspaceID)).find() == nil {
                throw ReceptionProblem.mailServerMissing
            }
            return (sender, try ReceptionTable(transaction, access).find(id).options)
        }
        if options.blocksCalls, !before.blocksCalls { try await allowCalls(sender) }
        let moment = now()
        let (reception, isChanged) = try await database.write { transaction in
            _ = try SenderTable(transaction, access).present(id)
            let table = ReceptionTable(transaction, access)
            let changes = options.changes(since: try table.find(id).options)
            if !changes.isEmpty { try table.save(options, of: id, at: moment) }
            try EventTable(transaction, access).append(
                changes.map { NewEvent(.senderUpdated, subject: id.text, cause: $0) }, at: moment)
            return (try Self.reception(of: id, access, transaction), !changes.isEmpty)
        }
        if isChanged { signals.eventsAppended(in: access.workspaceID) }
        return reception
    }

    /// Brings in what was kept until now, by a job. Returns how many webhooks there are, up to ``Reception/countLimit``. Throws
    /// ``ReceptionProblem/notReceiving`` and ``SenderProblem/missing``.
    package func bringIn(of sender: Identifier<Sender>, access: Access) async throws -> Int {
        let count = try await database.write { try bringIn(of: sender, access: access, in: $0) }
        announce(access)
        return count
    }

    /// The same within a transaction, to be announced after it.
    package func bringIn(of id: Identifier<Sender>, access: Access, in transaction: any Transaction) throws -> Int {
        try access.require(.journalReplay)
        _ = try SenderTable(transaction, access).present(id)
        let moment = now()
        guard try ReceptionTable(transaction, access).find(id).receives else { throw ReceptionProblem.notReceiving }
        let kept = KeptWebhookTable(transaction, access)
        guard let newest = try kept.newest(of: id) else { return 0 }
        try KeptIntakeJob.request(id, upTo: newest, in: access.workspaceID, transaction, now: moment)
        try EventTable(transaction, access).append(
            NewEvent(.senderUpdated, subject: id.text, cause: "reception-brought-in"), at: moment)
        return try kept.count(of: id, limit: Reception.countLimit)
    }

    /// Wakes what works in the background, and the open pages.
    package func announce(_ access: Access) {
        signals.jobsAdded()
        signals.eventsAppended(in: access.workspaceID)
    }

    private func allowCalls(_ sender: Sender) async throws {
        guard let channel = channels[sender.channel] else { throw SenderProblem.missing }
        do {
            try await channel.allowCalls(directory.route(sender))
        } catch let problem as ChannelProblem {
            throw ReceptionProblem.callsRefused(problem.detail)
        }
    }

    private static func reception(
        of id: Identifier<Sender>, _ access: Access, _ transaction: any Transaction
    ) throws -> Reception {
        let stored = try ReceptionTable(transaction, access).find(id)
        return Reception(
            options: stored.options, callFault: stored.callFault,
            keptCount: try KeptWebhookTable(transaction, access).count(of: id, limit: Reception.countLimit))
    }
}
