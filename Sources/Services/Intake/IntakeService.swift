package import Domain
internal import Logging
internal import Metrics
package import Store

package import struct Foundation.Date

/// Takes what providers send: checks it, decodes it, stores it durably, and only then lets the provider have its 200.
package struct IntakeService: Sendable {
    let database: any Database
    let directory: ConnectionDirectory
    let receivers: [ChannelKind: any WebhookReceiver]
    private let batcher: IntakeBatcher
    let refusals: WebhookRefusals?
    let app: SignupApp?
    let now: @Sendable () -> Date

    /// - Parameter app: the operator's, whose own webhook address this answers for too.
    package init(
        database: any Database, directory: ConnectionDirectory, receivers: [ChannelKind: any WebhookReceiver], signals: Signals,
        rates: InboundRates? = nil, refusals: WebhookRefusals? = nil, app: SignupApp? = nil, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.receivers) = (database, directory, receivers)
        (self.refusals, self.app, self.now) = (refusals, app, now)
        batcher = IntakeBatcher(database: database, signals: signals, rates: rates, now: now)
    }

    /// Returns once everything in the body is committed: shown, parked or in the journal. Throws ``WebhookProblem`` for a wrong address or
    /// signature, and an outage of the store, after which the provider must send the body again.
    package func receive(_ body: [UInt8], header: (String) -> String?, connectionID: String) async throws {
        guard let entry = try await directory.entry(connectionID), let receiver = receivers[entry.connection.channel] else {
            throw WebhookProblem.connectionMissing
        }
        guard receiver.verify(body, header: header, secrets: entry.secrets) else {
            Counter(label: "webhooks_refused_total").increment()
            refusals?.add(.signature, of: entry.connection)
            throw WebhookProblem.signatureWrong
        }
        try await take(body, for: entry, receiver)
    }

    /// What is believed, for one connection.
    ///
    /// - Parameter isAtOwnAddress: whether it came to the connection's own address, and so shows that this one works.
    func take(
        _ body: [UInt8], for entry: ConnectionDirectory.Entry, _ receiver: any WebhookReceiver, isAtOwnAddress: Bool = true
    ) async throws {
        let batch = receiver.decode(body)
        let current = try await directory.entry(entry.connection.id.text, holding: batch.numbers) ?? entry
        try await batcher.apply(
            IntakeRequest(
                entry: current, batch: batch, body: body, receivedAt: now(), paths: nil, isAtOwnAddress: isAtOwnAddress))
        if !batch.unreadable.isEmpty { refusals?.add(.unreadable, of: current.connection) }
        if batch.numbers.contains(where: { current.senders[$0] == nil }) { refusals?.add(.unknownNumber, of: current.connection) }
    }

    /// Answers the provider's question whether the address is ours: the challenge, when the verify token is the connection's.
    package func handshake(mode: String?, token: String?, challenge: String?, connectionID: String) async throws -> String {
        guard let expected = try await directory.verifyToken(of: connectionID) else { throw WebhookProblem.connectionMissing }
        guard mode == "subscribe", let token, let challenge, ConstantTime.areEqual(token, expected) else {
            if let entry = try await directory.entry(connectionID) { refusals?.add(.verifyToken, of: entry.connection) }
            throw WebhookProblem.handshakeRefused
        }
        return challenge
    }

    /// Brings the journal's items of one body in again, as if they had just come; what fails again goes to the journal again.
    package func replay(_ id: Identifier<JournalEntry>, access: Access, database: any Database) async throws {
        guard let (journaled, body) = try await database.read({ try JournalTable($0, access).find(id) }) else {
            throw JournalProblem.missing
        }
        let connectionID = journaled.connectionID.text
        guard let entry = try await directory.entry(connectionID), let receiver = receivers[entry.connection.channel] else {
            throw SenderProblem.connectionMissing
        }
        let moment = now()
        if journaled.items.map(\.path) == [JournalEntry.parkedPath] {
            try await applyAgain(body, entry, database: database, at: moment)
        } else {
            let batch = receiver.decode(body)
            let current = try await directory.entry(connectionID, holding: batch.numbers) ?? entry
            try await batcher.apply(
                IntakeRequest(
                    entry: current, batch: batch, body: body, receivedAt: journaled.receivedAt,
                    paths: Set(journaled.items.map(\.path))))
        }
        try await database.write { transaction in
            try JournalTable(transaction, access).markReplayed(id, at: moment)
            try EventTable(transaction, access).append(NewEvent(.journalUpdated, subject: id.text), at: moment)
        }
    }

    /// A parked event whose time ran out: its id was recorded when it came, so it goes past that step.
    private func applyAgain(_ body: [UInt8], _ entry: ConnectionDirectory.Entry, database: any Database, at moment: Date) async throws {
        let expired: ExpiredEvent
        do {
            expired = try JSONText.decode(from: String(decoding: body, as: UTF8.self))
        } catch {
            throw JournalProblem.unreadable
        }
        guard let sender = entry.senders.values.first(where: { $0.id == expired.sender }) else { throw SenderProblem.missing }
        try await database.write { transaction in
            var related = RelatedEvents(transaction, now: moment)
            let events = try related.apply(expired.event, sender: sender, connection: entry.connection)
            try EventTable(transaction, .system("intake", in: sender.workspaceID)).append(events, at: moment)
        }
    }
}

extension InboundBatch {
    /// The provider's ids of the numbers that the items are for.
    fileprivate var numbers: some Sequence<String> { items.lazy.compactMap(\.senderProviderID) }
}

package enum JournalProblem: Problem {
    case missing
    /// Written by another version, whose form this one doesn't know.
    case unreadable

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .unreadable: .conflict
        }
    }

    package var code: String {
        switch self {
        case .missing: "journal.missing"
        case .unreadable: "journal.unreadable"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such journal entry. Entries are kept for 30 days."
        case .unreadable: "This entry was written by another version of Switchboard, and this version can't read it."
        }
    }
}

/// One verified and decoded webhook body.
struct IntakeRequest: Sendable {
    let entry: ConnectionDirectory.Entry
    let batch: InboundBatch
    let body: [UInt8]
    let receivedAt: Date
    /// Only these items, when a journal entry is replayed.
    let paths: Set<String>?
    /// Whether it tells that webhooks come to the connection's own address.
    var isAtOwnAddress = true
}
