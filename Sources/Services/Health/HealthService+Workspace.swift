package import Domain
internal import Foundation
internal import Store

/// What belongs to one workspace.
extension HealthService {
    /// How long a lane may wait before somebody should look, and before somebody is needed. A campaign waits its turn for hours.
    private static let patience: [Lane: (attention: Double, trouble: Double)] = [
        .reply: (120, 1_800), .notification: (300, 3_600), .campaign: (86_400, 172_800),
    ]
    /// Statuses come within seconds of a message; none for so long means that the webhooks don't come.
    private static let silenceSeconds = 600.0
    private static let countLimit = 1_000

    /// Throws when the database can't be used, or ``AccessProblem``.
    package func workspaceFindings(access: Access) async throws -> [HealthFinding] {
        let (halt, senders, connections, unknown, dead) = try await database.read { transaction in
            let table = HealthTable(transaction, access)
            return (
                try SettingTable(transaction).sendingHalt(), try table.senders(), try table.connections(),
                try table.unknownCount(limit: Self.countLimit), try JobEntryTable(transaction, access).deadCount(limit: Self.countLimit)
            )
        }
        let moment = now()
        var findings: [HealthFinding] = []
        if halt != nil {
            findings.append(
                HealthFinding(
                    .sending, .trouble,
                    "Nothing is sent: the database was restored from a backup, and nobody has said yet that sending goes on.",
                    advice: "Look through what waits, then let sending go on: on its page here, or with switchboard resume."))
        }
        findings += senders.map { queue(of: $0, isHalted: halt != nil, at: moment) }
        findings += senders.compactMap(Self.standing)
        findings += connections.map { connection in
            webhooks(of: connection, senders: senders.filter { $0.connectionID == connection.id }, at: moment)
        }
        findings += connections.map { Self.token(of: $0, at: moment) }
        findings.append(Self.unknown(unknown))
        findings.append(Self.dead(dead))
        return findings
    }

    func queue(of sender: HealthTable.SenderState, isHalted: Bool, at moment: Date) -> HealthFinding {
        guard let oldest = sender.oldest.values.min() else {
            return HealthFinding(.queue, sender.name, .ok, "No message waits.", value: 0, unit: .seconds)
        }
        let age = max(0, moment.timeIntervalSince(oldest))
        let states = sender.oldest.map { lane, date -> HealthState in
            let (seconds, patience) = (moment.timeIntervalSince(date), Self.patience[lane] ?? (120, 1_800))
            return seconds > patience.trouble ? .trouble : seconds > patience.attention ? .attention : .ok
        }
        let state = states.max() ?? .ok
        let advice: String? =
            if state == .ok { nil } else if isHalted {
                "Sending is stopped for the whole installation."
            } else if sender.pausedAt != nil {
                "Somebody has paused this number. Resume it on its queue page when it may send again."
            } else if sender.status != .online {
                "The number can't send. See on the Senders page why, and choose Check now on its connection's page once it is mended."
            } else if sender.leaseEndsAt.map({ $0 < moment }) ?? true {
                "No process sends for this number. Look under Processes whether one with the role dispatch runs."
            } else {
                "The number sends, but more waits than its limits let out. See its queue for what holds it back."
            }
        return HealthFinding(
            .queue, sender.name, state, "The oldest message has waited for \(Span.words(seconds: age)).", advice: advice, value: age,
            unit: .seconds)
    }

    private static func standing(of sender: HealthTable.SenderState) -> HealthFinding? {
        let word: String
        var (state, advice) = (HealthState.trouble, "Open its connection's page and choose Check now.")
        switch sender.status {
        case .online, .connecting, .pending: return nil
        case .offline:
            // Somebody wanted it so, or has to pay.
            word = "is offline"
            (state, advice) = (.attention, "Switch it on, or look at its subscription, on its page below Senders.")
        case .suspended: word = "is suspended"
        case .failed: word = "can't send"
        }
        return HealthFinding(
            .sender, sender.name, state, "The number \(word).\(sender.statusReason.map { " \($0)" } ?? "")", advice: advice)
    }

    func webhooks(
        of connection: HealthTable.ConnectionState, senders: [HealthTable.SenderState], at moment: Date
    ) -> HealthFinding {
        let lastSentAt = senders.compactMap(\.lastSentAt).max()
        let age = connection.lastWebhookAt.map { max(0, moment.timeIntervalSince($0)) }
        // What left has a status within seconds; so who hears nothing doesn't hear of answers either.
        let heard = connection.lastWebhookAt ?? .distantPast
        if let lastSentAt, lastSentAt > heard.addingTimeInterval(Self.silenceSeconds),
            moment.timeIntervalSince(lastSentAt) > Self.silenceSeconds
        {
            let last = age.map { "the last one came \(Span.words(seconds: $0)) ago" } ?? "none has ever come"
            return HealthFinding(
                .webhooks, connection.name, .trouble,
                "A message left \(Span.words(seconds: moment.timeIntervalSince(lastSentAt))) ago, and no webhook has told of it: \(last).",
                advice:
                    "Look at Meta whether the webhook's address is the one on the connection's page, and whether this server can be reached there.",
                value: age, unit: .seconds)
        }
        guard let age else {
            return HealthFinding(
                .webhooks, connection.name, .attention, "No webhook has ever come.",
                advice:
                    "Put the address and the verify token from the connection's page into the app's WhatsApp configuration at Meta, and subscribe to the fields that the page names."
            )
        }
        guard connection.isSubscribed else {
            return HealthFinding(
                .webhooks, connection.name, .attention,
                "The last webhook came \(Span.words(seconds: age)) ago, but the account's webhooks aren't meant for this app any more.",
                advice: "Choose Check now on the connection's page: it subscribes the app again.", value: age, unit: .seconds)
        }
        return HealthFinding(
            .webhooks, connection.name, .ok, "The last webhook came \(Span.words(seconds: age)) ago.", value: age, unit: .seconds)
    }

    static func token(of connection: HealthTable.ConnectionState, at moment: Date) -> HealthFinding {
        guard let checkedAt = connection.checkedAt else {
            return HealthFinding(
                .accessToken, connection.name, .ok, "WhatsApp hasn't been asked about the access token since this version runs.")
        }
        let ago = Span.words(seconds: max(0, moment.timeIntervalSince(checkedAt)))
        if let problem = connection.checkProblem {
            return HealthFinding(.accessToken, connection.name, .trouble, "Asked \(ago) ago: \(problem)")
        }
        if connection.tokenIsTemporary {
            return HealthFinding(
                .accessToken, connection.name, .attention, "WhatsApp accepted the access token \(ago) ago, but it ends by itself.",
                advice: "Make a token for a system user that doesn't expire, and put it in on the connection's page.")
        }
        return HealthFinding(.accessToken, connection.name, .ok, "WhatsApp accepted the access token \(ago) ago.")
    }

    private static func unknown(_ count: Int) -> HealthFinding {
        let (number, isOne) = (number(count), count == 1)
        return count == 0
            ? HealthFinding(.unknownMessages, .ok, "No message is of unknown outcome.", value: 0, unit: .count)
            : HealthFinding(
                .unknownMessages, .attention,
                isOne ? "Of 1 message nobody knows whether it left." : "Of \(number) messages nobody knows whether they left.",
                advice: "WhatsApp may still report. After 10 minutes, decide in the conversation: send again, or leave it.",
                value: Double(count), unit: .count)
    }

    private static func dead(_ count: Int) -> HealthFinding {
        count == 0
            ? HealthFinding(.deadJobs, .ok, "Nothing was set aside.", value: 0, unit: .count)
            : HealthFinding(
                .deadJobs, .attention, count == 1 ? "1 piece of work was set aside." : "\(number(count)) pieces of work were set aside.",
                advice: "Open Background work in the settings, see why, and try them again or discard them.", value: Double(count),
                unit: .count)
    }

    private static func number(_ count: Int) -> String { count < countLimit ? String(count) : "\(countLimit) or more" }
}
