internal import Domain
internal import Foundation

/// The messages of a page of a thread, oldest first, with day lines between them. Template `messages`.
struct MessagesView: RenderedView {
    static let template = "messages"
    let names: [String: any Sendable]

    /// Seconds within which bubbles of one writer stand close together.
    static let groupSeconds: Double = 5 * 60

    /// - Parameters:
    ///   - unread: how many of the newest inbound ones nobody has read; a line is drawn above them.
    ///   - older: the cursor of the page before, when there is one.
    init(
        _ shown: [ShownMessage], conversation: Identifier<Conversation>, place: MessageView.Place, unread: Int, older: String?,
        frame: PageFrame
    ) {
        let address = "\(place.base)/whatsapp/\(conversation.text)"
        let firstUnread = unread > 0 ? shown.filter { $0.message.direction == .inbound }.suffix(unread).first?.message.id : nil
        var previous: Message?
        let entries = shown.map { shown -> EntryView in
            let message = shown.message
            let isNewDay = previous.map { place.times.day($0.at) != place.times.day(message.at) } ?? true
            var place = place
            if let previous, !isNewDay, message.id != firstUnread, previous.direction == message.direction,
                previous.author == message.author, message.at.timeIntervalSince(previous.at) < Self.groupSeconds
            {
                place.isFirst = false
            }
            previous = message
            return EntryView(
                MessageView(shown, in: place), dayLine: isNewDay ? place.times.day(message.at) : nil,
                dayText: place.times.dayName(message.at),
                unread: message.id == firstUnread ? unread : nil)
        }
        names = frame.names(title: "").with([
            "base": place.base, "entries": entries, "olderAddress": older.map { "\(address)/messages?before=\($0)" }.orFalse,
            "olderPage": older.map { "\(address)?before=\($0)" } ?? "",
        ])
    }

    struct EntryView: View {
        let names: [String: any Sendable]

        init(_ bubble: MessageView, dayLine: String?, dayText: String, unread: Int?) {
            names = [
                "bubble": bubble, "dayLine": dayLine.orFalse, "dayText": dayText, "unreadLine": unread.map { "\($0) new" }.orFalse,
            ]
        }
    }
}

/// The right side of the inbox: one conversation, or an invitation to choose one. Template `thread`.
struct ThreadView: RenderedView {
    static let template = "thread"
    let names: [String: any Sendable]

    /// Nothing chosen.
    init(in workspace: WorkspaceFrame) {
        names = workspace.names(title: "Inbox", place: .inbox).with(["threadID": false])
    }

    init(
        _ conversation: Conversation, senderName: String, colleagues: ColleagueNames, labels: [Label], messages: MessagesView,
        listQuery: String, in workspace: WorkspaceFrame, freshClientID: String
    ) {
        let contact = conversation.contact
        let address = "\(workspace.base)/whatsapp/\(conversation.id.text)"
        let now = workspace.frame.times.now
        let closesAt = conversation.window.closesAt
        let rest = closesAt?.timeIntervalSince(now) ?? 0
        let isClosed = conversation.state != .open
        let own: [String: any Sendable] = [
            "threadID": conversation.id.text, "threadState": conversation.state.rawValue, "threadUnread": String(conversation.unread),
            "threadAddress": address,
            "listAddress": "\(workspace.base)/whatsapp\(listQuery)", "threadHue": Initials.hue(of: contact.id.text),
            "threadInitials": Initials.of(contact.title), "threadName": contact.title, "threadNumber": Self.number(of: contact).orFalse,
            "assignsConversations": workspace.grants.contains(.conversationsAssign),
            "assignedTo": colleagues.words(for: conversation.assignment) ?? "Unassigned", "hasTeams": !colleagues.teams.isEmpty,
            "assigneeChoices": ChoiceView.list(
                "Nobody", colleagues.people.map { ($0.id, $0.name) }, chosen: conversation.assignment.assignee),
            "teamChoices": ChoiceView.list("No team", colleagues.teams.map { ($0.id, $0.name) }, chosen: conversation.assignment.team),
            "threadLabels": ChipView.labels(of: conversation, among: labels), "hasLabels": !labels.isEmpty,
            "labelChoices": labels.map {
                ChoiceView(value: $0.id.text, label: $0.name, isSelected: conversation.labels.contains($0.id))
            },
            "labelsConversations": workspace.grants.contains(.conversationsLabel),
            "snoozeChoices": SnoozeChoice.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: false) },
            "threadIsArchived": conversation.state == .archived,
            "threadSenderName": senderName, "closesConversations": workspace.grants.contains(.conversationsClose),
            "sendsMessages": workspace.grants.contains(.messagesSend), "threadIsClosed": isClosed,
            "closureChange": isClosed ? "reopen" : "close", "closureLabel": isClosed ? "Reopen" : "Close",
            "closureIcon": isClosed ? "rotate-ccw" : "check", "closesAt": closesAt.map { String($0.milliseconds) } ?? "",
            "windowIsOpen": conversation.window.allowsSending(at: now), "windowIsSoon": conversation.window.closesSoon(at: now),
            "windowText": "Reply window closes in \(PageTimes.span(seconds: rest))",
            "windowClosedTitle": closesAt == nil ? "This customer hasn't written yet." : "The reply window is closed.",
            "textLimit": String(TextContent.bodyLimit), "captionLimit": String(MediaContent.captionLimit), "freshClientID": freshClientID,
            "blank": MessageView.blank(),
        ]
        names = own.with(workspace.names(title: contact.title, place: .inbox)).with(messages.names)
    }

    /// How the customer is reached, unless that is the name on top already.
    private static func number(of contact: Contact) -> String? {
        let number = contact.phoneNumber?.text ?? contact.username.map { "@\($0)" }
        return number == contact.title ? nil : number
    }
}
