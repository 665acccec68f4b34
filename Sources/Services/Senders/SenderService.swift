package import Domain
package import Foundation
internal import Logging
package import Store

/// Connects numbers and tells how they stand.
package struct SenderService: Sendable {
    let database: any Database
    let directory: ConnectionDirectory
    let channels: [ChannelKind: any Channel]
    let secrets: ConnectionSecretStore
    let signals: Signals
    let now: @Sendable () -> Date
    /// The operator's app, whose accounts have addresses of their own: to subscribe one without naming it would take that away.
    let windowAppID: String?

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel], secrets: ConnectionSecretStore,
        signals: Signals, windowAppID: String? = nil, now: @escaping @Sendable () -> Date
    ) {
        self.windowAppID = windowAppID
        (self.database, self.directory, self.channels, self.secrets) = (database, directory, channels, secrets)
        (self.signals, self.now) = (signals, now)
    }

    package func list(access: Access) async throws -> [Sender] { try await database.read { try SenderTable($0, access).list() } }

    /// The names of all numbers that ever were, for what was written with them.
    package func names(access: Access) async throws -> [Identifier<Sender>: String] {
        try await database.read { try SenderTable($0, access).names() }
    }

    /// What each number of ``list(access:)`` has used.
    package func usages(access: Access) async throws -> [Identifier<Sender>: SenderUsage] {
        try await database.read { try SenderTable($0, access).usages() }
    }

    /// What one of them has used. Throws ``SenderProblem/missing``.
    package func usage(of id: Identifier<Sender>, access: Access) async throws -> SenderUsage {
        guard let usage = try await database.read({ try SenderTable($0, access).usage(of: id) }) else { throw SenderProblem.missing }
        return usage
    }

    package func sender(_ id: Identifier<Sender>, access: Access) async throws -> Sender {
        guard let sender = try await database.read({ try SenderTable($0, access).find(id) }) else { throw SenderProblem.missing }
        return sender
    }

    package func connections(access: Access) async throws -> [Connection] {
        try await database.read { try ConnectionTable($0, access).list().map(\.connection) }
    }

    /// The words a person pastes into the provider's page. Shown to those who may manage connections; it proves nothing by itself.
    package func verifyToken(of id: Identifier<Connection>, access: Access) async throws -> String {
        guard let stored = try await database.read({ try ConnectionTable($0, access).find(id) }) else {
            throw SenderProblem.connectionMissing
        }
        return try secrets.open(stored).verifyToken
    }

    /// Asks the provider about each value, then saves connection and sender together. A number of an app and account that are connected
    /// already joins that connection, which takes over the secrets; one that is its sender already is brought up to date. Throws ``ConnectionProblem`` for the first value that is wrong; then nothing is saved.
    package func connect(_ draft: ConnectionDraft, name: String, access: Access) async throws -> Sender {
        let checked = try await check(draft, name: name, access: access)
        let sender = try await database.write { try save(checked, access: access, in: $0) }
        announce(sender)
        return sender
    }

    /// The first half of ``connect(_:name:access:)``: asks the provider and writes nothing.
    package func check(_ draft: ConnectionDraft, name: String, access: Access) async throws -> CheckedConnection {
        try access.require(.connectionsManage)
        try access.require(.sendersManage)
        let draft = draft.trimmed
        for (field, value) in draft.fields where value.isEmpty { throw ConnectionProblem.missing(field: field) }
        let name = try Sender.checkedName(name)
        guard let channel = channels[.meta] else { throw ConnectionProblem.providerUnreachable("the channel isn't configured") }
        return CheckedConnection(draft: draft, report: try await channel.check(draft), name: name)
    }

    /// The second half of ``connect(_:name:access:)``, inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    package func save(_ checked: CheckedConnection, access: Access, in transaction: any Transaction) throws -> Sender {
        let (moment, draft, report) = (now(), checked.draft, checked.report)
        let existing = try ConnectionTable(transaction, access).find(appID: draft.appID, businessAccountID: draft.businessAccountID)
        let connectionID = try existing?.connection.id ?? insertConnection(checked, access: access, at: moment, in: transaction)
        try SenderCheckJob.hold(for: connectionID, in: access.workspaceID, in: transaction)
        let senders = SenderTable(transaction, access)
        let siblings = try senders.list(of: connectionID)
        // A number that was deleted and connected anew at Meta comes with another id; one that was removed may come through another account.
        let known = try siblings.first { $0.providerID == draft.phoneNumberID } ?? senders.find(report.phoneNumber)
        if let known, known.connectionID != connectionID, known.removedAt == nil {
            throw SenderProblem.phoneNumberTaken(report.phoneNumber.text, by: known.name)
        }
        let sender = Sender(
            id: known?.id ?? .make(at: moment), workspaceID: access.workspaceID, connectionID: connectionID, channel: .meta,
            name: checked.name, displayName: report.displayName, phoneNumber: report.phoneNumber, providerID: draft.phoneNumberID,
            quality: report.quality, messagingLimit: report.messagingLimit, readReceipts: known?.readReceipts ?? .onOpen,
            createdAt: known?.createdAt ?? moment)
        if known == nil {
            try senders.insert(sender, throughput: report.throughput, isCoexistence: report.isCoexistence)
        } else {
            try senders.update(sender, throughput: report.throughput, isCoexistence: report.isCoexistence)
            // One that was removed comes back; one that somebody switched off stays so.
            if known?.removedAt != nil {
                try senders.restore(sender.id)
                // Also its subscription, where that costs nothing; otherwise somebody activates it.
                if let current = try SubscriptionTable(transaction, access).current(of: sender.id), current.price == .zero,
                    !current.subscription.isOn
                {
                    try Renewals(transaction, access).write(
                        try current.subscription.activated(at: moment, price: .zero, balance: .zero), of: current, at: moment)
                }
            }
        }
        // One of a kind that costs waits until somebody has activated it.
        let standing = try SubscriptionTable(transaction, access).standing(of: sender.id) ?? .free
        let wish: [SenderEvent] = known == nil && standing == .lapsed ? [.deactivated] : []
        guard
            let saved = try senders.apply([standing.event] + wish + report.events, saying: report.explanation, to: sender.id, at: moment)?
                .after
        else {
            throw SenderProblem.missing
        }
        // After the number, as webhooks and checks do it.
        if let existing { try renewConnection(existing, checked, access: access, at: moment, in: transaction) }
        try TemplateSyncJob.request(for: connectionID, in: access.workspaceID, in: transaction, now: moment)
        try ProfileSyncJob.request(for: sender.id, in: access.workspaceID, transaction, now: moment)
        try SenderCheckJob.schedule(for: connectionID, in: access.workspaceID, after: SenderCheckJob.interval, in: transaction, now: moment)
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: sender.id.text, cause: "connected"), at: moment)
        return saved
    }

    /// Lets the rest of the program see a sender that was just saved.
    package func announce(_ sender: Sender) {
        directory.forget(sender.connectionID)
        signals.eventsAppended(in: sender.workspaceID)
        signals.jobsAdded()
        // What waited while it was stopped may leave.
        signals.messageQueued(for: sender.id)
        Logger(label: "senders").info(
            "Sender connected", metadata: ["sender.id": "\(sender.id)", "connection.id": "\(sender.connectionID)"])
    }

    /// Gives a connection that stands the secrets that were just found to hold.
    private func renewConnection(
        _ existing: StoredConnection, _ checked: CheckedConnection, access: Access, at moment: Date, in transaction: any Transaction
    ) throws {
        let (table, draft, report) = (ConnectionTable(transaction, access), checked.draft, checked.report)
        let kept = try secrets.open(existing)
        let held = ConnectionSecrets(appSecret: draft.appSecret, verifyToken: kept.verifyToken, accessToken: draft.accessToken)
        try table.replaceSecrets(secrets.seal(held, of: existing.connection))
        for kind in held.differences(from: kept) { try table.setReplaced(kind, at: moment, existing.connection.id) }
        try table.setChecked(report.account, callbackAddresses: [report.callbackAddress].compactMap(\.self), existing.connection.id)
    }

    private func insertConnection(
        _ checked: CheckedConnection, access: Access, at moment: Date, in transaction: any Transaction
    ) throws -> Identifier<Connection> {
        let (table, draft, report) = (ConnectionTable(transaction, access), checked.draft, checked.report)
        let connection = Connection(
            id: checked.plan?.id ?? .make(at: moment), workspaceID: access.workspaceID, channel: .meta, name: checked.name,
            appID: draft.appID, businessAccountID: draft.businessAccountID, createdAt: moment, lastWebhookAt: nil,
            isSubscribed: report.account.isSubscribed, tokenIsTemporary: report.account.token.expiresAt != nil)
        let token = checked.plan?.verifyToken ?? ConnectionPlan.makeVerifyToken()
        try table.insert(
            secrets.seal(ConnectionSecrets(appSecret: draft.appSecret, verifyToken: token, accessToken: draft.accessToken), of: connection))
        try table.setChecked(report.account, callbackAddresses: [report.callbackAddress].compactMap(\.self), connection.id)
        return connection.id
    }

    /// Changes the settings of a number that are given; what is nil stays.
    package func change(
        _ id: Identifier<Sender>, name: String? = nil, readReceipts: Sender.ReadReceipts? = nil, handler: Assignment? = nil, access: Access
    ) async throws -> Sender {
        let moment = now()
        let sender = try await database.write { transaction in
            let table = SenderTable(transaction, access)
            if let name { try rename(id, to: name, access: access, in: transaction) }
            if let handler { try setHandler(handler, of: id, access: access, in: transaction) }
            let before = try table.present(id)
            if let readReceipts, readReceipts != before.readReceipts {
                _ = try table.setReadReceipts(readReceipts, id)
                try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: id.text, cause: "read-receipts"), at: moment)
            }
            guard let sender = try table.find(id) else { throw SenderProblem.missing }
            return sender
        }
        directory.forget(sender.connectionID)
        signals.eventsAppended(in: access.workspaceID)
        return sender
    }
}

/// A draft whose every value the provider confirmed.
package struct CheckedConnection: Sendable {
    let draft: ConnectionDraft
    let report: ConnectionReport
    let name: String
    /// What the provider was told of the connection before there was one; nil when it was told nothing.
    var plan: ConnectionPlan?
}

/// The id and the verify token that a new connection will have.
struct ConnectionPlan: Sendable {
    let id: Identifier<Connection>
    let verifyToken: String

    static func makeVerifyToken() -> String {
        Data((0..<24).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
    }
}

extension ConnectionReport {
    /// What it means for the number.
    var events: [SenderEvent] {
        switch policy {
        case .some(.fine): [state, .reinstated]
        case .some(.restricted): [state, .restricted]
        case .some(.suspended): [state, .suspended]
        case nil: [state]
        }
    }
}

extension ConnectionProblem {
    /// What a refused value means for the number.
    var event: SenderEvent {
        switch self {
        case .phoneNumberIDWrong, .phoneNumberNotInAccount: .numberMissing
        case .missing, .appIDWrong, .appSecretWrong, .accessTokenWrong, .businessAccountWrong: .tokenRefused
        case .providerUnreachable: .checkFailed
        }
    }
}

extension ConnectionDraft {
    fileprivate var trimmed: ConnectionDraft {
        ConnectionDraft(
            appID: appID.withoutBlanks, appSecret: appSecret.withoutBlanks, accessToken: accessToken.withoutBlanks,
            businessAccountID: businessAccountID.withoutBlanks, phoneNumberID: phoneNumberID.withoutBlanks)
    }

    fileprivate var fields: [(name: String, value: String)] {
        [
            ("appId", appID), ("appSecret", appSecret), ("accessToken", accessToken), ("businessAccountId", businessAccountID),
            ("phoneNumberId", phoneNumberID),
        ]
    }
}
