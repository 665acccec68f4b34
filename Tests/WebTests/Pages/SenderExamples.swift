import Domain
import Services

import struct Foundation.Date

@testable import Web

/// Pages of one number, in the states that look different.
enum SenderExamples {
    static let usage = SenderUsage(
        people: 1_700, tier: "TIER_2K", lastWebhookAt: PageExamples.now.addingTimeInterval(-120), isSubscribed: true)

    static let prices = [
        PageExamples.senders[0].id: PricedSubscription(
            subscription: Subscription(
                senderID: PageExamples.senders[0].id, state: .paid, isOn: true, price: Credits(10), month: 1, anchor: PageExamples.now,
                paidUntil: PageExamples.now.addingTimeInterval(900_000)), price: Credits(10), senderName: "Shop")
    ]

    static let online = page(PageExamples.senders[0])
    static let suspended = page(
        PageExamples.sender(3, "Sales", .suspended, saying: "WhatsApp disabled the account on April 17, 2026."),
        in: PageExamples.workspace(.dark))
    static let pending = SenderView(
        overview(PageExamples.sender(4, "New", .unverified), later: 600),
        SenderUsage(people: 0, tier: nil, lastWebhookAt: nil, isSubscribed: true), reception(), typedName: " ",
        nameProblem: "Give the sender a name, so that your team can tell it from the others.", notice: nil, in: PageExamples.workspace())
    static let agent = page(
        PageExamples.sender(5, "محمد", .deactivated), in: PageExamples.workspace(.dark, grants: Role.agent.grants))
    static let history = SenderHistoryView(
        PageExamples.senders[0],
        Page(
            data: [
                entry(3, "activated", "member:acc_01k00000000000000000000001", .connecting, .checking),
                entry(2, "token-refused", "system:dispatcher", .failed, .tokenRefused, "The token has expired."),
                entry(1, "connected", "key:key_1", .online, nil),
            ], next: "next"), isFirst: false, people: ["member:acc_01k00000000000000000000001": "Ana <Ruiz>"], in: PageExamples.workspace())
    static let noHistory = SenderHistoryView(
        PageExamples.senders[0], Page(data: [], next: nil), isFirst: true, people: [:], in: PageExamples.workspace(.dark))

    static func page(
        _ sender: Sender, _ options: ReceptionOptions = .usual, in workspace: WorkspaceFrame = PageExamples.workspace()
    ) -> SenderView {
        SenderView(overview(sender), usage, reception(options, kept: 3), typedName: nil, nameProblem: nil, notice: nil, in: workspace)
    }

    private static func reception(_ options: ReceptionOptions = .usual, kept: Int = 0) -> Reception {
        Reception(options: options, callFault: nil, keptCount: kept)
    }

    private static func overview(_ sender: Sender, later: Double = 0) -> QueueOverview {
        QueueOverview(
            sender: sender, queue: QueueExamples.overview.queue, portfolio: "portfolio", at: PageExamples.now.addingTimeInterval(later))
    }

    private static func entry(
        _ sequence: Int64, _ cause: String, _ actor: String, _ status: Sender.Status, _ reason: SenderReason?, _ explanation: String? = nil
    ) -> SenderHistoryEntry {
        SenderHistoryEntry(
            sequence: sequence, cause: cause, actor: actor, status: status, reason: reason, explanation: explanation,
            at: PageExamples.now.addingTimeInterval(Double(sequence) * 60 - 3_600))
    }
}
