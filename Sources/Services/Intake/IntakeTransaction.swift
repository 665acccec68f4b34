internal import Domain
internal import Store

internal import struct Foundation.Date

/// What one transaction does with the webhooks of a moment.
///
/// All items are applied together, in few statements. If one of them is defective or a constraint refuses it, everything is undone and the items
/// are applied one by one, each in a savepoint: the defective go to the journal with their reason, the rest are kept. Only trouble with the
/// database itself fails the whole.
struct IntakeTransaction {
    let transaction: any Transaction
    let now: Date
    let sequence: SequenceClock
    let touched: IntakeTouches

    init(_ transaction: any Transaction, now: Date, sequence: SequenceClock, touched: IntakeTouches) {
        (self.transaction, self.now, self.sequence, self.touched) = (transaction, now, sequence, touched)
    }

    func apply(_ requests: [IntakeRequest]) throws -> IntakeResult {
        var journal = [[JournalEntry.Item]](repeating: [], count: requests.count)
        var items: [RoutedItem] = []
        var kept: [IntakeReception.KeptItem] = []
        let reception = try IntakeReception(requests, transaction)
        for (index, request) in requests.enumerated() {
            route(request, reception, index: index, items: &items, kept: &kept, journal: &journal[index])
        }
        kept = try keep(kept, of: requests, &journal)
        var result = IntakeResult()
        do {
            result = try step(items, reception)
        } catch  where Self.isDefect(error) {
            for item in items {
                do {
                    result.merge(try step([item], reception))
                } catch  where Self.isDefect(error) {
                    result.defects.append((item.path, String(reflecting: error)))
                    journal[item.requestIndex].append(.init(path: item.path, reason: "defect"))
                }
            }
        }
        let consents = try IntakeConsent(transaction, now: now).take(kept: kept, connections: requests.map(\.entry.connection))
        for (workspaceID, events) in consents.sorted(by: { $0.key < $1.key }) {
            try EventTable(transaction, .system("intake", in: workspaceID)).append(events, at: now)
            result.workspaces.insert(workspaceID)
        }
        for (index, request) in requests.enumerated() { try applyNews(of: request, &journal[index], &result) }
        try touched.write(transaction, at: now)
        let keptSenders = Dictionary(grouping: kept, by: \.requestIndex).mapValues { Set($0.map(\.sender.id)) }
        for (index, (request, items)) in zip(requests, journal).enumerated() where !items.isEmpty {
            try write(items, of: request, keptFor: keptSenders[index] ?? [])
            result.workspaces.insert(request.entry.connection.workspaceID)
        }
        if try reception.followUp(kept: kept, transaction, now: now) { result.hasJobs = true }
        return result
    }

    /// Notes in the journal what isn't received. What a provider repeats is there already; what a person brings in again, and still isn't
    /// received, is kept anew.
    private func keep(
        _ items: [IntakeReception.KeptItem], of requests: [IntakeRequest], _ journal: inout [[JournalEntry.Item]]
    ) throws -> [IntakeReception.KeptItem] {
        guard !items.isEmpty else { return [] }
        let again = items.filter { requests[$0.requestIndex].paths != nil }
        let first = items.filter { requests[$0.requestIndex].paths == nil }
        let kept = again + (first.isEmpty ? [] : try IntakeReception.claim(first, transaction, now: now))
        for item in kept { journal[item.requestIndex].append(.init(path: item.path, reason: item.reason.rawValue)) }
        return kept
    }

    /// All of the items or, when it throws, none.
    private func step(_ items: [RoutedItem], _ reception: IntakeReception) throws -> IntakeResult {
        do {
            return try transaction.savepoint {
                try IntakeStep(transaction, reception, now: now, sequence: sequence).apply(items)
            }
        } catch StoreError.duplicate(let constraint) where constraint.hasPrefix("conversations") {
            // Another process made the conversation since we looked; the transaction starts over.
            throw IntakeRace()
        }
    }

    private func route(
        _ request: IntakeRequest, _ reception: IntakeReception, index: Int, items: inout [RoutedItem],
        kept: inout [IntakeReception.KeptItem], journal: inout [JournalEntry.Item]
    ) {
        func isWanted(_ path: String) -> Bool { request.paths?.contains(path) ?? true }
        for unreadable in request.batch.unreadable where isWanted(unreadable.path) {
            journal.append(.init(path: unreadable.path, reason: "unreadable: \(unreadable.reason)"))
        }
        for item in request.batch.items where isWanted(item.path) {
            if item.event.isNews { continue }
            if case .notice(let field) = item.event {
                journal.append(.init(path: item.path, reason: "notice: \(field)"))
            } else if let id = item.senderProviderID, let sender = request.entry.senders[id] {
                if let reason = reception.reasonToKeep(item.event, for: sender) {
                    kept.append(.init(requestIndex: index, path: item.path, sender: sender, event: item.event, reason: reason))
                    continue
                }
                items.append(
                    RoutedItem(
                        requestIndex: index, path: item.path, sender: sender, connection: request.entry.connection, event: item.event))
            } else {
                journal.append(.init(path: item.path, reason: "sender-unknown"))
            }
        }
    }

    /// News about templates and numbers, which come for no conversation; one that is defective goes to the journal by itself.
    private func applyNews(
        of request: IntakeRequest, _ journal: inout [JournalEntry.Item], _ result: inout IntakeResult
    ) throws {
        for item in request.batch.items where request.paths?.contains(item.path) ?? true {
            guard item.event.isNews else { continue }
            do {
                let hasJob = try transaction.savepoint { try apply(item.event, connection: request.entry.connection) }
                if hasJob { result.hasJobs = true }
                result.workspaces.insert(request.entry.connection.workspaceID)
            } catch  where Self.isDefect(error) {
                result.defects.append((item.path, String(reflecting: error)))
                journal.append(.init(path: item.path, reason: "defect"))
            }
        }
    }

    /// Whether there is a new job.
    private func apply(_ news: InboundEvent, connection: Connection) throws -> Bool {
        switch news {
        case .template(let news): try TemplateIntake(transaction, now: now).apply(news, connection: connection)
        case .sender(let news): try SenderIntake(transaction, now: now).apply(news, connection: connection)
        case .message, .reaction, .edit, .revoke, .callEnd, .status, .preference, .notice: false
        }
    }

    private func write(_ items: [JournalEntry.Item], of request: IntakeRequest, keptFor senders: Set<Identifier<Sender>>) throws {
        let connection = request.entry.connection
        let access = Access.system("intake", in: connection.workspaceID)
        let entry = JournalEntry(
            id: .make(at: now), connectionID: connection.id, items: items, receivedAt: request.receivedAt, replayedAt: nil)
        try JournalTable(transaction, access).insert(entry, body: request.body)
        try KeptWebhookTable(transaction, access).insert(entry.id, of: senders)
        try EventTable(transaction, access).append(NewEvent(.journalUpdated, subject: entry.id.text), at: now)
    }

    /// A refusal that is about the item and not about the database.
    static func isDefect(_ error: any Error) -> Bool {
        switch error {
        case is IntakeDefect, is EncodingError, is DecodingError: true
        case StoreError.duplicate, StoreError.foreignKey, StoreError.check, StoreError.columnMismatch, StoreError.statement: true
        default: false
        }
    }
}

/// What is written of connections and numbers only now and then: a row that every webhook updated would be the slowest of all.
struct IntakeTouches: Sendable {
    /// With what the last webhook was about.
    var connections: [(connection: Connection, field: String?)] = []
    /// When customers wrote to each number of a workspace.
    var arrivals: [Identifier<Workspace>: [Identifier<Sender>: Date]] = [:]

    func write(_ transaction: any Transaction, at now: Date) throws {
        for (connection, field) in connections {
            try ConnectionTable(transaction, .system("intake", in: connection.workspaceID)).touch(
                connection.id, lastWebhookAt: now, field: field)
        }
        for (workspaceID, times) in arrivals.sorted(by: { $0.key < $1.key }) {
            try NumberTable(transaction, .system("intake", in: workspaceID)).arrived(times.mapValues { min($0, now) })
        }
    }
}

extension InboundEvent {
    /// Whether it is about no conversation.
    fileprivate var isNews: Bool {
        switch self {
        case .template, .sender: true
        case .message, .reaction, .edit, .revoke, .callEnd, .status, .preference, .notice: false
        }
    }
}

/// An item whose number is a sender of the connection that it came through.
struct RoutedItem: Sendable {
    let requestIndex: Int
    let path: String
    let sender: Sender
    let connection: Connection
    let event: InboundEvent
}

extension IntakeResult {
    mutating func merge(_ other: IntakeResult) {
        messages += other.messages
        workspaces.formUnion(other.workspaces)
        hasJobs = hasJobs || other.hasJobs
        defects += other.defects
    }
}
