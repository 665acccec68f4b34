package import Domain
internal import Foundation
internal import Store

/// What belongs to one number.
extension HealthService {
    /// A number from every side: its secrets, webhooks, standing, quality, limit, renewal, queue, templates and profile. It tells what is known; whoever
    /// wants to know how WhatsApp sees it now asks with ``SenderService/check(_:access:)`` first. Throws ``SenderProblem/missing``.
    package func report(on id: Identifier<Sender>, access: Access) async throws -> SenderHealthReport {
        try access.require(.sendersManage)
        let moment = now()
        return try await database.read { transaction in
            let sender = try SenderTable(transaction, access).present(id)
            // Of these two the caller may know only what is about this number.
            let table = HealthTable(transaction, access.withGrant(.settingsManage))
            let state = try table.senders(id).first
            let connection = try table.connections(sender.connectionID).first
            let isHalted = try SettingTable(transaction).sendingHalt() != nil
            var findings = [Self.standing(of: sender)]
            if let connection { findings.append(Self.token(of: connection, at: moment)) }
            if let connection, let state {
                findings.append(webhooks(of: connection, senders: [state], at: moment))
                findings += Self.accountNews(of: connection)
            }
            findings.append(Self.quality(of: sender))
            if let usage = try SenderTable(transaction, access).usage(of: id) { findings.append(Self.limit(usage)) }
            findings.append(try Self.renewal(of: id, access, transaction, at: moment))
            if let state { findings.append(queue(of: state, isHalted: isHalted, at: moment)) }
            findings.append(try Self.templates(of: sender, access, transaction))
            findings.append(Self.profile(try ProfileTable(transaction, access).find(id)))
            return SenderHealthReport(sender: sender, at: moment, findings: findings)
        }
    }

    private static func standing(of sender: Sender) -> HealthFinding {
        guard sender.status == .online else {
            let isWished = sender.reason == .switchedOff || sender.status == .connecting
            return HealthFinding(
                .sender, isWished ? .attention : .trouble, "It can\u{2019}t send. \(sender.statusReason ?? "")".trimmed,
                advice: sender.reason?.advice)
        }
        guard let reason = sender.reason else { return HealthFinding(.sender, .ok, "It is online.") }
        return HealthFinding(.sender, .attention, sender.statusReason ?? reason.sentence, advice: reason.advice)
    }

    /// Whether suspensions, limits and reviews are told at once; nothing when that isn't known.
    private static func accountNews(of connection: HealthTable.ConnectionState) -> [HealthFinding] {
        guard let app = connection.app else { return [] }
        // The app's own address, or that of this connection.
        let isHere = [SignupApp.webhookPath, "\(SignupApp.webhookPath)/\(connection.id)"].contains { app.address?.hasSuffix($0) == true }
        if isHere, app.missingFields.isEmpty {
            return [HealthFinding(.webhooks, .ok, "WhatsApp tells at once what concerns the account and its templates.")]
        }
        let what =
            app.address == nil
            ? "The app has no webhook address at Meta"
            : !isHere
                ? "Meta tells it to another address" : "The app isn't subscribed to \(app.missingFields.joined(separator: ", "))"
        return [
            HealthFinding(
                .webhooks, .attention, "\(what), so suspensions, limits and reviews are asked for every hour.",
                advice: "The connection's page tells what to do, under Account and templates.")
        ]
    }

    private static func quality(of sender: Sender) -> HealthFinding {
        switch sender.quality {
        case "GREEN": HealthFinding(.quality, .ok, "It is high: few people block or report the number.")
        case "YELLOW":
            HealthFinding(
                .quality, .attention, "It is medium: some people have blocked or reported the number within seven days.",
                advice: "Send less, and only what was asked for. Ask customers to save your number.")
        case "RED":
            HealthFinding(
                .quality, .trouble, "It is low: many people have blocked or reported the number within seven days.",
                advice: "Stop campaigns until it is better, and write only to people who wait for it.")
        default: HealthFinding(.quality, .ok, "WhatsApp rates a number once it has sent enough.")
        }
    }

    private static func limit(_ usage: SenderUsage) -> HealthFinding {
        guard let limit = usage.limit else { return HealthFinding(.limit, .ok, "WhatsApp has told no limit.") }
        let used = "\(usage.people.grouped) of \(limit.grouped) people were written to first within 24 hours."
        if usage.people >= limit {
            return HealthFinding(
                .limit, .trouble, used,
                advice: "Answers still leave. What begins a conversation waits until the first of the 24 hours are over.",
                value: Double(usage.people), unit: .count)
        }
        return HealthFinding(
            .limit, usage.isNearLimit ? .attention : .ok, used,
            advice: usage.isNearLimit ? "Leave room for what can\u{2019}t wait: put campaigns off until tomorrow." : nil,
            value: Double(usage.people),
            unit: .count)
    }

    private static func renewal(
        of id: Identifier<Sender>, _ access: Access, _ transaction: any Transaction, at moment: Date
    ) throws -> HealthFinding {
        let table = SubscriptionTable(transaction, access)
        guard let current = try table.current(of: id) else { throw SenderProblem.missing }
        let one = current.subscription
        let left = one.paidUntil.map { Span.words(seconds: max(0, $0.timeIntervalSince(moment))) }
        switch one.standing(price: current.price) {
        case .free: return HealthFinding(.renewal, .ok, "It costs nothing here.")
        case .paid:
            let paid = "It is paid\(left.map { " for \($0) more" } ?? "")."
            guard one.isOn else {
                return HealthFinding(.renewal, .attention, "\(paid) It isn\u{2019}t renewed, because it is switched off.")
            }
            let (balance, needed) = (try LedgerTable(transaction, access).totals()[.balance] ?? .zero, try table.needed(upTo: one))
            guard balance < needed else { return HealthFinding(.renewal, .ok, paid) }
            return HealthFinding(
                .renewal, .attention, "\(paid) The balance won\u{2019}t suffice for its renewal.",
                advice: "Top up \((needed - balance).words) or more under Credits in the settings.")
        case .grace:
            return HealthFinding(
                .renewal, .trouble,
                "Its renewal is due, and credits don\u{2019}t suffice. It stops in \(Span.words(seconds: max(0, (one.graceEndsAt ?? moment).timeIntervalSince(moment)))).",
                advice: "Top up under Credits in the settings.")
        case .lapsed:
            return HealthFinding(.renewal, .trouble, "It isn\u{2019}t paid for.", advice: SenderReason.creditsMissing.advice)
        }
    }

    private static func templates(of sender: Sender, _ access: Access, _ transaction: any Transaction) throws -> HealthFinding {
        let filter = TemplateFilter(connection: sender.connectionID, isSendable: true)
        guard try TemplateTable(transaction, access.withGrant(.templatesView)).list(filter, after: nil, limit: 1).isEmpty else {
            return HealthFinding(.templates, .ok, "There are templates that can be sent.")
        }
        return HealthFinding(
            .templates, .attention, "No template can be sent, so you can only answer within 24 hours of a customer\u{2019}s message.",
            advice: "Make one in WhatsApp Manager. Once it is approved it appears under Templates by itself.")
    }

    private static func profile(_ profile: SenderProfile) -> HealthFinding {
        if let failure = profile.failure {
            return HealthFinding(
                .profile, .attention, "It couldn\u{2019}t be read: \(failure.detail)", advice: "Try again on its Profile page.")
        }
        let completeness = profile.completeness
        let told = "\(completeness.filled) of \(completeness.total) parts that customers see are filled in."
        return completeness.missing.isEmpty
            ? HealthFinding(.profile, .ok, told)
            : HealthFinding(
                .profile, .attention, told, advice: "Fill in the others on its Profile page: customers look there whether it is you.")
    }
}
