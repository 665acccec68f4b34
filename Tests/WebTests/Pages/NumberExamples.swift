import Domain
import Foundation
import Services

@testable import Web

/// Numbers of two countries with all that can be told of them, removed ones, and none.
enum NumberExamples {
    static let all = NumbersView(
        Page(
            data: [
                overview(PageExamples.senders[0], standing: .approved, isSubscribed: true, hasTraffic: true),
                overview(PageExamples.senders[1], standing: .declined, isSubscribed: false, hasTraffic: false),
                overview(spanish, standing: nil, isSubscribed: true, hasTraffic: true),
            ], next: "next"), isRemoved: false, isFirst: false, in: PageExamples.workspace())
    static let removed = NumbersView(
        Page(data: [overview(spanish, standing: .pendingReview, isSubscribed: true, hasTraffic: false)], next: nil), isRemoved: true,
        isFirst: true, in: PageExamples.workspace(.dark, grants: Role.agent.grants))
    static let none = NumbersView(Page(data: [], next: nil), isRemoved: false, isFirst: true, in: PageExamples.workspace())

    private static let spanish = Sender(
        id: Identifier("snd_01k00000000000000000000007"), workspaceID: PageExamples.connection.workspaceID,
        connectionID: PageExamples.connection.id, channel: .meta, name: "Tienda <b>", displayName: "Acme & Co",
        phoneNumber: try! PhoneNumber(parsing: "+34600111222"), providerID: "107", quality: nil, messagingLimit: nil,
        readReceipts: .onOpen, createdAt: PageExamples.now, removedAt: PageExamples.now.addingTimeInterval(-600))

    private static func overview(
        _ sender: Sender, standing: DisplayName.Standing?, isSubscribed: Bool, hasTraffic: Bool
    ) -> NumberOverview {
        NumberOverview(
            sender: sender, connectionName: "Acme <Shop>", nameStanding: standing, throughput: hasTraffic ? "HIGH" : nil,
            usage: SenderUsage(
                people: 1_700, tier: sender.messagingLimit, lastWebhookAt: nil, isSubscribed: isSubscribed),
            lastInboundAt: hasTraffic ? PageExamples.now.addingTimeInterval(-60) : nil,
            lastOutboundAt: hasTraffic ? PageExamples.now.addingTimeInterval(-100_000) : nil,
            openConversations: hasTraffic ? BoundedCount(NumberOverview.countLimit, isMore: true) : .none)
    }
}
