internal import Domain
internal import Foundation
internal import Services

/// The page of a person's notifications. Template `notifications`.
struct NotificationsView: RenderedView {
    static let template = "notifications"
    let names: [String: any Sendable]

    init(_ list: NotificationListView, hasUnread: Bool, isUnread: Bool, in workspace: WorkspaceFrame) {
        let own: [String: any Sendable] = ["hasUnread": hasUnread, "onAllAlerts": !isUnread, "onUnreadAlerts": isUnread]
        names = own.with(list.names).with(workspace.names(title: "Notifications", place: .notifications))
    }
}

/// One page of the list, by day, as scripts fetch it when something comes. Template `notification-list`.
struct NotificationListView: RenderedView {
    static let template = "notification-list"
    let names: [String: any Sendable]

    /// What the notifications are about; a conversation that isn't here isn't shown.
    struct Facts: Sendable {
        let conversations: [Identifier<Conversation>: Conversation]
        let colleagues: [Identifier<Account>: String]
    }

    init(_ page: Page<PersonalNotification>, _ facts: Facts, isUnread: Bool, isFirst: Bool, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        var days: [(name: String, entries: [NotificationView])] = []
        for one in page.data {
            guard let conversation = facts.conversations[one.conversationID] else { continue }
            let entry = NotificationView(one, conversation, actor: one.actor.flatMap { facts.colleagues[$0] }, times)
            let day = times.dayName(one.at)
            if days.last?.name == day { days[days.count - 1].entries.append(entry) } else { days.append((day, [entry])) }
        }
        let list = "\(workspace.base)/whatsapp/notifications\(isUnread ? "?state=unread" : "")"
        names = [
            "base": workspace.base, "assets": EmbeddedAssets.all.address, "csrf": workspace.frame.csrfToken,
            "alertDays": days.map { DayView(name: $0.name, entries: $0.entries) }, "hasNoAlerts": days.isEmpty,
            "alertsEmptyTitle": isUnread ? "Nothing is unread" : "Nothing yet",
            "alertsEmptyReason": isFirst
                ? "Here you see what is new for you: messages, conversations that you are given, and what couldn\u{2019}t be sent."
                : "There is nothing older.",
            "olderAlerts": page.next.map { "\(list)\(isUnread ? "&" : "?")after=\($0)" }.orFalse,
            "newestAlerts": (isFirst ? nil : list).orFalse,
        ]
    }

    struct DayView: View {
        let names: [String: any Sendable]

        init(name: String, entries: [NotificationView]) { names = ["alertDay": name, "alerts": entries] }
    }

    struct NotificationView: View {
        let names: [String: any Sendable]

        init(_ notification: PersonalNotification, _ conversation: Conversation, actor: String?, _ times: PageTimes) {
            let title = conversation.contact.title
            let last = conversation.last
            // Not kept with the notification: what the conversation says now, to whoever may read it now.
            let preview = notification.kind == .message && last?.direction == .inbound ? last?.preview : nil
            names = [
                "alertID": notification.id.text, "alertIsUnread": notification.readAt == nil, "alertName": title,
                "alertInitials": Initials.of(title), "alertHue": Initials.hue(of: conversation.contact.id.text),
                "alertIcon": Self.icon(notification.kind), "alertActor": Self.usesActor(notification.kind) ? actor.orFalse : false,
                "alertWords": Self.words(notification, hasActor: actor != nil), "alertPreview": preview.orFalse,
                "alertTime": times.time(notification.at), "alertFullTime": times.full(notification.at),
                "alertTimestamp": times.timestamp(notification.at),
            ]
        }

        private static func usesActor(_ kind: PersonalNotification.Kind) -> Bool { kind == .assignment || kind == .mention }

        private static func icon(_ kind: PersonalNotification.Kind) -> String {
            switch kind {
            case .message: "message-circle"
            case .assignment: "user"
            case .mention: "reply"
            case .escalation: "bell"
            case .failed: "circle-alert"
            }
        }

        /// Behind the colleague's name, when one did it.
        private static func words(_ notification: PersonalNotification, hasActor: Bool) -> String {
            switch notification.kind {
            case .assignment where hasActor: "assigned this conversation to you"
            case .mention where hasActor: "mentioned you in a note"
            default: notification.words
            }
        }
    }
}
