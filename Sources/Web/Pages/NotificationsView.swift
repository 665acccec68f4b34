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

    /// What the notifications are about; a conversation or number that isn't here isn't shown.
    struct Facts: Sendable {
        let conversations: [Identifier<Conversation>: Conversation]
        let senders: [Identifier<Sender>: Sender]
        let colleagues: [Identifier<Account>: String]

        fileprivate func subject(of notification: PersonalNotification) -> Subject? {
            switch notification.topic {
            case .conversation(let id):
                guard let one = conversations[id] else { return nil }
                // Not kept with the notification: what the conversation says now, to whoever may read it now.
                let preview = notification.kind == .message && one.last?.direction == .inbound ? one.last?.preview : nil
                return Subject(title: one.contact.title, hue: Initials.hue(of: one.contact.id.text), preview: preview)
            case .sender(let id): return senders[id].map { Subject(title: $0.name, hue: Initials.hue(of: id.text), preview: nil) }
            }
        }
    }

    /// Whom or what a notification is about, as it is shown.
    fileprivate struct Subject {
        let title: String
        let hue: String
        let preview: String?
    }

    init(_ page: Page<PersonalNotification>, _ facts: Facts, isUnread: Bool, isFirst: Bool, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        var days: [(name: String, entries: [NotificationView])] = []
        for one in page.data {
            guard let subject = facts.subject(of: one) else { continue }
            let entry = NotificationView(one, subject, actor: one.actor.flatMap { facts.colleagues[$0] }, times)
            let day = times.dayName(one.at)
            if days.last?.name == day { days[days.count - 1].entries.append(entry) } else { days.append((day, [entry])) }
        }
        let list = "\(workspace.base)/whatsapp/notifications\(isUnread ? "?state=unread" : "")"
        names = [
            "base": workspace.base, "assets": EmbeddedAssets.all.address, "csrf": workspace.frame.csrfToken,
            "alertDays": days.map { DayView(name: $0.name, entries: $0.entries) }, "hasNoAlerts": days.isEmpty,
            "alertsEmptyTitle": isUnread ? "Nothing is unread" : "Nothing yet",
            "alertsEmptyReason": isFirst
                ? "Here you see what is new for you: messages, conversations that you are given, numbers that need somebody, and what couldn\u{2019}t be sent."
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

        fileprivate init(_ notification: PersonalNotification, _ subject: Subject, actor: String?, _ times: PageTimes) {
            names = [
                "alertID": notification.id.text, "alertIsUnread": notification.readAt == nil, "alertName": subject.title,
                "alertInitials": Initials.of(subject.title), "alertHue": subject.hue,
                "alertIcon": Self.icon(notification.kind), "alertActor": Self.usesActor(notification.kind) ? actor.orFalse : false,
                "alertWords": Self.words(notification, hasActor: actor != nil), "alertPreview": subject.preview.orFalse,
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
            case .failed, .stopped: "circle-alert"
            case .limit: "info"
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
