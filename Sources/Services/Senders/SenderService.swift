package import Domain
package import Foundation
internal import Logging
package import Store

/// Connects numbers and tells how they stand.
package struct SenderService: Sendable {
    private let database: any Database
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any Channel]
    private let secrets: ConnectionSecretStore
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any Channel], secrets: ConnectionSecretStore,
        signals: Signals,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels, self.secrets) = (database, directory, channels, secrets)
        (self.signals, self.now) = (signals, now)
    }

    package func list(access: Access) async throws -> [Sender] { try await database.read { try SenderTable($0, access).list() } }

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
    /// already joins that connection. Throws ``ConnectionProblem`` for the first value that is wrong; then nothing is saved.
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
        guard name.contains(where: { !$0.isWhitespace }) else { throw SenderProblem.nameEmpty }
        guard let channel = channels[.meta] else { throw ConnectionProblem.providerUnreachable("the channel isn't configured") }
        return CheckedConnection(draft: draft, report: try await channel.check(draft), name: name)
    }

    /// The second half, inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    package func save(_ checked: CheckedConnection, access: Access, in transaction: any Transaction) throws -> Sender {
        let (moment, draft, report, name) = (now(), checked.draft, checked.report, checked.name)
        let connections = ConnectionTable(transaction, access)
        let existing = try connections.list().first { stored in
            stored.connection.appID == draft.appID && stored.connection.businessAccountID == draft.businessAccountID
        }
        let connectionID =
            try existing?.connection.id ?? insertConnection(draft, report, name: name, connections, access: access, at: moment)
        let sender = Sender(
            id: .make(at: moment), workspaceID: access.workspaceID, connectionID: connectionID, channel: .meta,
            name: name.trimmingPrefix(while: \.isWhitespace).description, displayName: report.displayName, phoneNumber: report.phoneNumber,
            providerID: draft.phoneNumberID, status: report.isRegistered ? .online : .pending,
            statusReason: report.isRegistered
                ? nil : "The number isn't registered with the Cloud API yet. Register it at Meta, then check again.",
            quality: report.quality, messagingLimit: report.messagingLimit, readReceipts: .onOpen, createdAt: moment)
        try SenderTable(transaction, access).insert(sender, throughput: report.throughput)
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: sender.id.text, cause: "connected"), at: moment)
        return sender
    }

    /// Lets the rest of the program see a sender that was just saved.
    package func announce(_ sender: Sender) {
        directory.forget(sender.connectionID)
        signals.eventsAppended(in: sender.workspaceID)
        Logger(label: "senders").info(
            "Sender connected", metadata: ["sender.id": "\(sender.id)", "connection.id": "\(sender.connectionID)"])
    }

    private func insertConnection(
        _ draft: ConnectionDraft, _ report: ConnectionReport, name: String, _ table: ConnectionTable, access: Access, at moment: Date
    ) throws -> Identifier<Connection> {
        let connection = Connection(
            id: .make(at: moment), workspaceID: access.workspaceID, channel: .meta, name: name, appID: draft.appID,
            businessAccountID: draft.businessAccountID, createdAt: moment, lastWebhookAt: nil, isSubscribed: report.isSubscribed)
        let token = Data((0..<24).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
        try table.insert(
            secrets.seal(ConnectionSecrets(appSecret: draft.appSecret, verifyToken: token, accessToken: draft.accessToken), of: connection))
        return connection.id
    }

    /// Asks the provider whether the app gets the account's webhooks, and remembers the answer.
    package func checkSubscription(of id: Identifier<Connection>, access: Access) async throws -> Bool {
        guard let stored = try await database.read({ try ConnectionTable($0, access).find(id) }) else {
            throw SenderProblem.connectionMissing
        }
        guard let channel = channels[stored.connection.channel] else { throw SenderProblem.connectionMissing }
        let route = SenderRoute(
            senderID: Identifier(""), senderProviderID: "", businessAccountID: stored.connection.businessAccountID,
            appID: stored.connection.appID,
            secrets: try secrets.open(stored))
        let isSubscribed = try await channel.isSubscribed(route)
        let moment = now()
        try await database.write { transaction in
            try ConnectionTable(transaction, access).setSubscribed(isSubscribed, id)
            try EventTable(transaction, access).append(NewEvent(.connectionUpdated, subject: id.text, cause: "checked"), at: moment)
        }
        return isSubscribed
    }

    package func setReadReceipts(_ setting: Sender.ReadReceipts, of id: Identifier<Sender>, access: Access) async throws -> Sender {
        let moment = now()
        let sender = try await database.write { transaction in
            guard try SenderTable(transaction, access).setReadReceipts(setting, id),
                let sender = try SenderTable(transaction, access).find(id)
            else {
                throw SenderProblem.missing
            }
            try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: id.text, cause: "read-receipts"), at: moment)
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
}

extension ConnectionDraft {
    fileprivate var trimmed: ConnectionDraft {
        func trim(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined() }
        return ConnectionDraft(
            appID: trim(appID), appSecret: trim(appSecret), accessToken: trim(accessToken), businessAccountID: trim(businessAccountID),
            phoneNumberID: trim(phoneNumberID))
    }

    fileprivate var fields: [(name: String, value: String)] {
        [
            ("appId", appID), ("appSecret", appSecret), ("accessToken", accessToken), ("businessAccountId", businessAccountID),
            ("phoneNumberId", phoneNumberID),
        ]
    }
}
