import Domain
import Foundation
import Services

@testable import Web

/// The queue of a number: busy, paused by somebody, empty, and as an agent sees it.
enum QueueExamples {
    static let busy = page(state(stateOverview(), in: PageExamples.workspace()), PageExamples.workspace())
    static let paused = page(
        state(stateOverview(hold: pause), after: "cursor", in: dark), dark,
        notice: PageNotice("10,000 messages cancelled. More remain; clear the queue again to go on.", tone: .warn))
    static let empty = page(
        QueueStateView(
            stateOverview(waiting: [.none, .none, .none], retryable: .none), waiting: Page(data: [], next: nil), unknown: [], after: nil,
            pausedBy: nil, in: PageExamples.workspace()), PageExamples.workspace())
    static let agent = page(
        state(stateOverview(), in: PageExamples.workspace(.dark, grants: Role.agent.grants)),
        PageExamples.workspace(.dark, grants: Role.agent.grants))
    static let restricted = page(state(stateOverview(hold: restriction), in: dark), dark)
    static let part = state(stateOverview(), in: PageExamples.workspace())
    static let overview = stateOverview()

    private static let now = PageExamples.now
    private static let dark = PageExamples.workspace(.dark)

    private static let pause = {
        var hold = SenderHold()
        (hold.pausedAt, hold.pausedBy) = (now.addingTimeInterval(-90_000), "member:acc_1")
        return hold
    }()
    private static let restriction = {
        var hold = SenderHold()
        (hold.campaignsPausedAt, hold.campaignsPausedReason) = (now, "People blocked the number or reported it too often.")
        return hold
    }()

    private static func page(_ state: QueueStateView, _ workspace: WorkspaceFrame, notice: PageNotice? = nil) -> QueueView {
        QueueView(PageExamples.senders[0], state, notice: notice, in: workspace)
    }

    private static func state(_ overview: QueueOverview, after: String? = nil, in workspace: WorkspaceFrame) -> QueueStateView {
        QueueStateView(
            overview, waiting: Page(data: waiting, next: "next"),
            unknown: [
                queued(11, "Carmen Ruiz", "¿Lo enviamos hoy?", status: .unknown, decideAt: now.addingTimeInterval(300)),
                queued(12, "محمد علي", "تم الشحن", status: .unknown, decideAt: now.addingTimeInterval(-300)),
            ], after: after, pausedBy: "Ana Ruiz", in: workspace)
    }

    private static func stateOverview(
        hold: SenderHold = SenderHold(), waiting: [BoundedCount] = [BoundedCount(2), .none, BoundedCount(10_000, isMore: true)],
        retryable: BoundedCount = BoundedCount(37)
    ) -> QueueOverview {
        let lanes = zip(Lane.allCases, waiting).map { lane, count in
            SenderQueue.Waiting(lane: lane, count: count, oldestAt: count.count > 0 ? now.addingTimeInterval(-600) : nil)
        }
        return QueueOverview(
            sender: PageExamples.senders[0],
            queue: SenderQueue(
                waiting: lanes, scheduled: BoundedCount(retryable.count > 0 ? 3 : 0), sending: BoundedCount(12), unknown: BoundedCount(25),
                retryable: retryable,
                hold: hold, pace: SenderPace(level: "HIGH"), owner: .init(processID: "prc_1", host: "hub-1"), hasDispatcher: true,
                end: .init(7_350_000)), portfolio: "1", at: now)
    }

    private static let waiting = [
        queued(1, "María González", "Sí, sale hoy mismo", Departure(earliest: now, reason: .queue(ahead: 0))),
        queued(2, "محمد علي", "شكرا جزيلا", Departure(earliest: nil, reason: .earlierMessage)),
        queued(
            3, "Wolfeschlegelsteinhausenbergerdorff Senior", "A very long line that surely doesn't fit into the width of a narrow screen",
            lane: .campaign, Departure(earliest: now.addingTimeInterval(4_000), reason: .peopleLimit(2_000))),
        queued(
            4, "Tienda Rubio", "order_update", lane: .campaign, Departure(earliest: now.addingTimeInterval(2), reason: .queue(ahead: 3))),
    ]

    private static func queued(
        _ number: Int, _ name: String, _ text: String, lane: Lane = .reply, _ departure: Departure? = nil, status: MessageStatus = .queued,
        decideAt: Date? = nil
    ) -> QueuedMessage {
        let message = PageExamples.message(number, .outbound, .text(text), status)
        return QueuedMessage(
            message: message,
            contact: Contact(id: message.contactID, name: name, phoneNumber: nil, username: nil, businessScopedID: nil), lane: lane,
            departure: departure, decideAt: decideAt)
    }
}
