import Domain
import Foundation
import Services

@testable import Web

/// Notifications of every kind, of several days, with a colleague's and a customer's name that would be markup.
enum NotificationExamples {
    static let full = NotificationsView(view(all), hasUnread: true, isUnread: false, in: PageExamples.workspace())
    static let unread = NotificationsView(
        view(Page(data: Array(all.data.prefix(2)), next: "more"), isUnread: true), hasUnread: true, isUnread: true,
        in: PageExamples.workspace(.dark))
    static let empty = NotificationsView(
        view(Page(data: [], next: nil), isFirst: false), hasUnread: false, isUnread: false, in: PageExamples.workspace(.dark))
    static let list = view(all)

    static let hostile = NotificationsView(
        NotificationListView(
            all, .init(conversations: [conversation.id: conversation], senders: [:], colleagues: [kim: "<i>colleague&"]),
            isUnread: false, isFirst: true,
            in: PageExamples.workspace()), hasUnread: true, isUnread: false, in: PageExamples.workspace())

    static let rules = NotificationRulesView(
        .standard,
        push: .init(
            key: TestWeb.browserKey,
            browsers: [
                PushSubscription(
                    id: Identifier("psh_01k00000000000000000000001"), accountID: kim, sessionID: session, userAgent: "<i>agent",
                    createdAt: PageExamples.now)
            ], currentSession: session), notice: PageNotice("Your rules are saved."), in: PageExamples.workspace())
    static let noRules = NotificationRulesView(
        .init(bell: [], places: [], push: []), push: .init(key: "", browsers: [], currentSession: session), notice: nil,
        in: PageExamples.workspace(.dark))

    private static let session = Identifier<Session>("ses_01k00000000000000000000001")
    private static let kim = Identifier<Account>("acc_01k00000000000000000000002")

    private static let conversation = Conversation(
        id: PageExamples.conversationID(0), workspaceID: PageExamples.connection.workspaceID, senderID: PageExamples.senders[0].id,
        contact: Contact(
            id: Identifier("con_01k00000000000000000000000"), name: "<i>name&", phoneNumber: nil, username: nil, businessScopedID: nil),
        state: .open, assignment: .nobody, unread: 1,
        last: .init(
            id: PageExamples.messageID(1), kind: .text, direction: .inbound, status: .received, preview: "<i>preview&",
            at: PageExamples.now), lastInboundAt: PageExamples.now, createdAt: PageExamples.now)

    private static let all = Page(
        data: PersonalNotification.Kind.allCases.enumerated().map { index, kind in
            PersonalNotification(
                id: Identifier("ntf_01k0000000000000000000000\(index)"), kind: kind,
                topic: PersonalNotification.Kind.ofNumbers.contains(kind)
                    ? .sender(PageExamples.senders[0].id) : .conversation(conversation.id),
                subjectID: nil, actor: index == 1 ? kim : nil, count: index % 2 == 0 ? 3 : 1,
                at: PageExamples.now.addingTimeInterval(Double(index) * -40_000), readAt: index > 1 ? PageExamples.now : nil)
        }, next: "older")

    private static func view(
        _ page: Page<PersonalNotification>, isUnread: Bool = false, isFirst: Bool = true
    ) -> NotificationListView {
        NotificationListView(
            page,
            .init(
                conversations: [conversation.id: conversation], senders: [PageExamples.senders[0].id: PageExamples.senders[0]],
                colleagues: [kim: "Kim"]), isUnread: isUnread, isFirst: isFirst,
            in: PageExamples.workspace())
    }
}
