package import Domain
internal import Logging
package import Store

/// Looking after connections that stand: whether their secrets still hold, and how their numbers are.
extension SenderService {
    /// Numbers asked about at the same time.
    private static let sideBySide = 5

    /// Asks the provider about a connection and each of its numbers, and writes down what it says: a number that can send is online again.
    /// Throws ``ConnectionProblem/providerUnreachable(_:)``; then nothing changed.
    package func check(_ id: Identifier<Connection>, access: Access) async throws -> ConnectionCheck {
        try await finish(inspect(id, access: access), access: access)
    }

    /// Puts other secrets in the place of those that are stored, once the provider has confirmed them, and looks at all numbers with them.
    /// What is nil stays. Throws ``ConnectionProblem`` for a secret that doesn't hold; then nothing changed.
    package func replaceSecrets(
        accessToken: String?, appSecret: String?, of id: Identifier<Connection>, access: Access
    ) async throws -> ConnectionCheck {
        let (accessToken, appSecret) = (accessToken?.withoutBlanks, appSecret?.withoutBlanks)
        guard accessToken != nil || appSecret != nil else { throw ConnectionProblem.missing(field: "accessToken") }
        if accessToken?.isEmpty == true { throw ConnectionProblem.missing(field: "accessToken") }
        if appSecret?.isEmpty == true { throw ConnectionProblem.missing(field: "appSecret") }
        let inspected = try await inspect(id, access: access) { kept in
            ConnectionSecrets(
                appSecret: appSecret ?? kept.appSecret, verifyToken: kept.verifyToken, accessToken: accessToken ?? kept.accessToken)
        }
        if let problem = inspected.refusal { throw problem }
        return try await finish(inspected, access: access)
    }

    /// The first half of ``check(_:access:)``: asks the provider and writes nothing.
    package func inspect(
        _ id: Identifier<Connection>, access: Access, replacing change: (ConnectionSecrets) -> ConnectionSecrets = { $0 }
    ) async throws -> InspectedConnection {
        try access.require(.sendersManage)
        let (stored, senders) = try await database.read { try Self.connection(id, access, in: $0) }
        let connection = stored.connection
        guard let channel = channels[connection.channel] else { throw SenderProblem.connectionMissing }
        let kept = try secrets.open(stored)
        let held = change(kept)
        var findings: [InspectedConnection.Finding] = []
        var rest = senders[...]
        while !rest.isEmpty {
            let next = rest.prefix(Self.sideBySide)
            rest = rest.dropFirst(Self.sideBySide)
            findings += try await withThrowingTaskGroup(of: InspectedConnection.Finding.self) { group in
                for sender in next { group.addTask { try await Self.look(at: sender, of: connection, with: held, through: channel) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        findings.sort { $0.sender.id < $1.sender.id }
        let account: Result<AccountReport, ConnectionProblem>? =
            findings.isEmpty
            ? try await Self.look(at: connection, with: held, through: channel)
            : findings.lazy.compactMap(\.report).first.map { .success($0.account) }
        var isSubscribed = (try? account?.get())?.isSubscribed == true
        if !isSubscribed, connection.appID != windowAppID, let sender = findings.first(where: { $0.report != nil })?.sender {
            let route = SenderRoute(
                senderID: sender.id, senderProviderID: sender.providerID, businessAccountID: connection.businessAccountID,
                appID: connection.appID, secrets: held)
            // What Meta refuses here is shown as not subscribed, with what to do.
            isSubscribed = (try? await channel.subscribe(route)) != nil
        }
        return InspectedConnection(
            connection: connection, newSecrets: held == kept ? nil : held, replaced: held.differences(from: kept), findings: findings,
            account: account, isSubscribed: isSubscribed)
    }

    private static func connection(
        _ id: Identifier<Connection>, _ access: Access, in transaction: any Transaction
    ) throws -> (StoredConnection, [Sender]) {
        guard let stored = try ConnectionTable(transaction, access).find(id) else { throw SenderProblem.connectionMissing }
        return (stored, try SenderTable(transaction, access).list(of: id).filter { $0.removedAt == nil })
    }

    /// A connection whose last number was removed still has secrets that must hold.
    private static func look(
        at connection: Connection, with secrets: ConnectionSecrets, through channel: any Channel
    ) async throws -> Result<AccountReport, ConnectionProblem> {
        do {
            return .success(try await channel.checkAccount(connection.draft(of: "", with: secrets)))
        } catch let problem as ConnectionProblem {
            if case .providerUnreachable = problem { throw problem }
            return .failure(problem)
        }
    }

    private static func look(
        at sender: Sender, of connection: Connection, with secrets: ConnectionSecrets, through channel: any Channel
    ) async throws -> InspectedConnection.Finding {
        do {
            return .init(
                sender: sender, result: .success(try await channel.check(connection.draft(of: sender.providerID, with: secrets))))
        } catch let problem as ConnectionProblem {
            // An outage says nothing of the number.
            if case .providerUnreachable = problem { throw problem }
            return .init(sender: sender, result: .failure(problem))
        }
    }

    /// The second half, inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    /// - Parameter isAsked: whether a person wants to know; by itself a check undoes no refusal that it can't see into.
    package func save(
        _ inspected: InspectedConnection, isAsked: Bool = true, access: Access, in transaction: any Transaction
    ) throws -> ConnectionCheck {
        let (moment, id) = (now(), inspected.connection.id)
        let (connections, senders) = (ConnectionTable(transaction, access), SenderTable(transaction, access))
        var events = [NewEvent(.connectionUpdated, subject: id.text, cause: inspected.newSecrets == nil ? "checked" : "secrets")]
        try SenderCheckJob.hold(for: id, in: access.workspaceID, in: transaction)
        var checked: [Sender] = []
        for finding in inspected.findings {
            let found: [SenderEvent]
            let text: String?
            // Somebody may have given it another name meanwhile, or removed it and connected it elsewhere.
            guard let now = try senders.apply([], to: finding.sender.id, at: moment)?.after, now.connectionID == id, now.removedAt == nil
            else { continue }
            switch finding.result {
            case .success(let report):
                try senders.update(now.told(report), throughput: report.throughput, isCoexistence: report.isCoexistence)
                let holds = try senders.policyEnd(of: now.id).map { $0 > moment } ?? false
                found = report.events.filter { event in
                    switch event {
                    case .reinstated: !holds
                    case .confirmed: isAsked || now.facts.isChecking || !now.facts.isRefusedUnseen
                    default: true
                    }
                }
                text = report.explanation
            case .failure(let problem): (found, text) = ([problem.event], problem.standing)
            }
            guard let after = try senders.apply(found, saying: text, to: finding.sender.id, at: moment)?.after else { continue }
            if finding.sender != after { events.append(NewEvent(.senderUpdated, subject: after.id.text, cause: "checked")) }
            checked.append(after)
        }
        // After the numbers, as webhooks do it.
        if let new = inspected.newSecrets { try connections.replaceSecrets(secrets.seal(new, of: inspected.connection)) }
        for kind in inspected.replaced { try connections.setReplaced(kind, at: moment, id) }
        try connections.setAsked(at: moment, problem: inspected.refusal?.standing, id)
        if let account = try? inspected.account?.get() {
            let report = AccountReport(
                name: account.name, portfolioID: account.portfolioID, isSubscribed: inspected.isSubscribed, token: account.token,
                app: account.app)
            let addresses = Set(inspected.findings.compactMap { $0.report?.callbackAddress })
            try connections.setChecked(report, callbackAddresses: addresses.sorted(), id)
        }
        try EventTable(transaction, access).append(events, at: moment)
        guard let connection = try connections.find(id)?.connection else { throw SenderProblem.connectionMissing }
        return ConnectionCheck(connection: connection, senders: checked.filter { $0.removedAt == nil })
    }

    /// Lets the rest of the program see what a check has found.
    package func announce(_ check: ConnectionCheck) {
        directory.forget(check.connection.id)
        signals.eventsAppended(in: check.connection.workspaceID)
        for sender in check.senders where sender.status == .online { signals.messageQueued(for: sender.id) }
        Logger(label: "senders").info(
            "Connection checked",
            metadata: [
                "connection.id": "\(check.connection.id)", "senders": "\(check.senders.count)",
                "senders.online": "\(check.senders.count { $0.status == .online })",
            ])
    }

    private func finish(_ inspected: InspectedConnection, access: Access) async throws -> ConnectionCheck {
        let check = try await database.write { try save(inspected, access: access, in: $0) }
        announce(check)
        return check
    }
}

/// What the provider said of a connection, not yet written down.
package struct InspectedConnection: Sendable {
    struct Finding: Sendable {
        let sender: Sender
        let result: Result<ConnectionReport, ConnectionProblem>

        var report: ConnectionReport? { try? result.get() }
    }

    let connection: Connection
    /// Secrets to be stored; nil when they stay.
    let newSecrets: ConnectionSecrets?
    let replaced: [ConnectionSecretKind]
    let findings: [Finding]
    /// Of the business account; nil when it could be seen with none of the numbers.
    let account: Result<AccountReport, ConnectionProblem>?
    let isSubscribed: Bool

    /// Why the secrets can't be taken: one of them is wrong, or none of the numbers can be seen with them.
    var refusal: ConnectionProblem? {
        if case .failure(let problem) = account { return problem }
        let problems = findings.compactMap { finding -> ConnectionProblem? in
            if case .failure(let problem) = finding.result { problem } else { nil }
        }
        let isAboutSecrets = problems.first { problem in
            switch problem {
            case .accessTokenWrong, .appSecretWrong, .appIDWrong, .businessAccountWrong: true
            case .missing, .phoneNumberIDWrong, .phoneNumberNotInAccount, .providerUnreachable: false
            }
        }
        return isAboutSecrets ?? (problems.count == findings.count ? problems.first : nil)
    }
}

extension Connection {
    fileprivate func draft(of phoneNumberID: String, with secrets: ConnectionSecrets) -> ConnectionDraft {
        ConnectionDraft(
            appID: appID, appSecret: secrets.appSecret, accessToken: secrets.accessToken, businessAccountID: businessAccountID,
            phoneNumberID: phoneNumberID)
    }
}

extension ConnectionSecrets {
    /// Those that people can replace and that aren't the same.
    func differences(from other: ConnectionSecrets) -> [ConnectionSecretKind] {
        (accessToken == other.accessToken ? [] : [.accessToken]) + (appSecret == other.appSecret ? [] : [.appSecret])
    }
}

extension SenderFacts {
    /// Whether the provider refused messages for something that its answers about the number don't show.
    fileprivate var isRefusedUnseen: Bool { setUp == .approval || trouble == .tokenRefused }
}

/// How a connection and its numbers stand after a check.
package struct ConnectionCheck: Sendable {
    package let connection: Connection
    package let senders: [Sender]
}
