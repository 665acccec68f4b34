internal import Domain
internal import Logging
internal import Metrics
internal import Store

/// The operator's app has one address of its own, for all accounts of all workspaces: there the provider tells what is about accounts and templates,
/// also of those accounts whose messages go to another address.
extension IntakeService {
    /// Parts of one body that are taken side by side.
    private static let sideBySide = 64

    /// Returns once everything in the body is committed, for each of those whom it is for and nobody else; what is for nobody here is kept for whoever runs
    /// the server. Throws ``WebhookProblem`` for a wrong signature, and an outage of the store, after which the provider must send the body again.
    package func receiveForApp(_ body: [UInt8], header: (String) -> String?) async throws {
        guard let app, let receiver = receivers[.meta] else { throw WebhookProblem.appMissing }
        let secrets = ConnectionSecrets(appSecret: app.appSecret, verifyToken: app.verifyToken, accessToken: "")
        guard receiver.verify(body, header: header, secrets: secrets) else {
            Counter(label: "webhooks_refused_total").increment()
            refusals?.addForApp(.signature)
            throw WebhookProblem.appSignatureWrong
        }
        guard let parts = receiver.split(body) else { return try await keep([.init(.unreadable, account: nil, body: body)]) }
        var (shares, strays) = (try await share(parts, of: app)[...], [StrayWebhookTable.Stray]())
        for share in shares where share.entries.isEmpty {
            strays.append(.init(share.isKnown ? .unknownNumber : .unknownAccount, account: share.part.account, body: share.part.body))
        }
        while !shares.isEmpty {
            let next = shares.prefix(Self.sideBySide)
            shares = shares.dropFirst(Self.sideBySide)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for share in next {
                    for entry in share.entries {
                        group.addTask { try await take(share.part.body, for: entry, receiver, isAtOwnAddress: false) }
                    }
                }
                try await group.waitForAll()
            }
        }
        if !strays.isEmpty { try await keep(strays) }
    }

    /// Answers the provider's question whether the app's address is ours.
    package func handshakeForApp(mode: String?, token: String?, challenge: String?) throws -> String {
        guard let app else { throw WebhookProblem.appMissing }
        guard mode == "subscribe", let token, let challenge, ConstantTime.areEqual(token, app.verifyToken) else {
            refusals?.addForApp(.verifyToken)
            throw WebhookProblem.appHandshakeRefused
        }
        return challenge
    }

    /// A part, and who gets it.
    private struct Share: Sendable {
        let part: WebhookPart
        let entries: [ConnectionDirectory.Entry]
        /// Whether somebody here has the account.
        let isKnown: Bool
    }

    private func share(_ parts: [WebhookPart], of app: SignupApp) async throws -> [Share] {
        let accounts = Set(parts.map(\.account)).sorted()
        let known = try await database.read { try ConnectionTable.find(appID: app.appID, businessAccountIDs: accounts, $0) }
        var entries: [String: [ConnectionDirectory.Entry]] = [:]
        for (account, connections) in known {
            let numbers = parts.compactMap { part -> String? in
                if part.account == account, case .id(let id) = part.number { id } else { nil }
            }
            for connection in connections {
                guard let entry = try await directory.entry(connection.text, holding: numbers) else { continue }
                entries[account, default: []].append(entry)
            }
        }
        return parts.map { part in
            let all = entries[part.account] ?? []
            return Share(part: part, entries: Self.receivers(of: part, among: all), isKnown: !all.isEmpty)
        }
    }

    /// Whoever alone has the account gets all of it, as at an address of their own. Where several workspaces have it, what is about a number goes to
    /// those only that have the number.
    private static func receivers(
        of part: WebhookPart, among entries: [ConnectionDirectory.Entry]
    ) -> [ConnectionDirectory.Entry] {
        guard entries.count > 1 else { return entries }
        // A workspace whose numbers have all gone may have left the account to another; only when all have is it still anybody's.
        let present = entries.filter { $0.senders.values.contains { $0.removedAt == nil } }
        return switch part.number {
        case nil: present.isEmpty ? entries : present
        case .id(let id): entries.filter { $0.senders[id].map { $0.removedAt == nil } ?? false }
        case .digits(let digits):
            entries.filter { $0.senders.values.contains { $0.removedAt == nil && $0.phoneNumber.digits == digits } }
        }
    }

    private func keep(_ strays: [StrayWebhookTable.Stray]) async throws {
        let moment = now()
        try await database.write { try StrayWebhookTable($0).insert(strays, at: moment) }
        Counter(label: "webhooks_stray_total").increment(by: Int64(strays.count))
        Logger(label: "intake").notice(
            "Webhooks at the app's address are for nobody here",
            metadata: ["webhooks": "\(strays.count)", "reason": "\(strays[0].reason.rawValue)", "account.id": "\(strays[0].account ?? "")"])
    }
}
