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
    ///   - newer: the cursor of the page after, when the end of the thread isn't here.
    init(
        _ items: [Item], conversation: Identifier<Conversation>, place: MessageView.Place, unread: Int, older: String?,
        newer: String? = nil, frame: PageFrame
    ) {
        let address = "\(place.base)/whatsapp/\(conversation.text)"
        let inbound = items.compactMap(\.message).filter { $0.direction == .inbound }
        let firstUnread = unread > 0 ? inbound.suffix(unread).first?.id : nil
        var previous: Item?
        let entries = items.map { item -> EntryView in
            let isNewDay = previous.map { place.times.day($0.at) != place.times.day(item.at) } ?? true
            let isFirstUnread = item.message.map { $0.id == firstUnread } ?? false
            var place = place
            if let previous, !isNewDay, !isFirstUnread, item.continues(previous) { place.isFirst = false }
            previous = item
            return EntryView(
                item, in: place, dayLine: isNewDay ? place.times.day(item.at) : nil, dayText: place.times.dayName(item.at),
                unread: isFirstUnread ? unread : nil)
        }
        names = frame.names(title: "").with([
            "base": place.base, "entries": entries, "olderAddress": older.map { "\(address)/messages?before=\($0)" }.orFalse,
            "olderPage": older.map { "\(address)?before=\($0)" } ?? "",
            "newerAddress": newer.map { "\(address)/messages?since=\($0)" }.orFalse,
            "newerPage": newer.map { "\(address)?since=\($0)" } ?? "", "endPage": address,
        ])
    }

    /// What stands in a thread, with what is shown around it.
    enum Item: Sendable {
        case message(ShownMessage)
        case note(ShownNote)
        case activity(ShownActivity)

        var message: Message? { if case .message(let shown) = self { shown.message } else { nil } }

        var at: Date {
            switch self {
            case .message(let shown): shown.message.at
            case .note(let shown): shown.note.at
            case .activity(let shown): shown.first.at
            }
        }

        /// Whether both are messages of one writer, close together.
        fileprivate func continues(_ previous: Item) -> Bool {
            guard let message, let before = previous.message else { return false }
            return before.direction == message.direction && before.author == message.author
                && message.at.timeIntervalSince(before.at) < MessagesView.groupSeconds
        }
    }

    struct EntryView: View {
        let names: [String: any Sendable]

        init(_ item: Item, in place: MessageView.Place, dayLine: String?, dayText: String, unread: Int?) {
            var names: [String: any Sendable] = [
                "bubble": false, "note": false, "activity": false, "dayLine": dayLine.orFalse, "dayText": dayText,
                "unreadLine": unread.map { "\($0) new" }.orFalse,
            ]
            switch item {
            case .message(let shown): names["bubble"] = MessageView(shown, in: place)
            case .note(let shown): names["note"] = NoteView(shown, in: place)
            case .activity(let shown): names["activity"] = ActivityLineView(shown, in: place)
            }
            self.names = names
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
        draft: Draft? = nil, convertsVoice: Bool = false, listQuery: String, in workspace: WorkspaceFrame, freshClientID: String
    ) {
        let contact = conversation.contact
        let address = "\(workspace.base)/whatsapp/\(conversation.id.text)"
        let now = workspace.frame.times.now
        let closesAt = conversation.window.closesAt
        let rest = closesAt?.timeIntervalSince(now) ?? 0
        let isClosed = conversation.state != .open
        let own: [String: any Sendable] = [
            "threadID": conversation.id.text, "threadState": conversation.state.rawValue, "threadUnread": String(conversation.unread),
            "threadAt": String((conversation.last?.at ?? conversation.createdAt).milliseconds), "threadAddress": address,
            "listAddress": "\(workspace.base)/whatsapp\(listQuery)", "threadHue": Initials.hue(of: contact.id.text),
            "threadInitials": Initials.of(contact.title), "threadName": contact.title, "threadNumber": Self.number(of: contact).orFalse,
            "assignsConversations": workspace.grants.contains(.conversationsAssign),
            "assignedTo": colleagues.words(for: conversation.assignment) ?? "Unassigned", "hasTeams": !colleagues.teams.isEmpty,
            "assigneeChoices": colleagues.assigneeChoices(chosen: conversation.assignment.assignee),
            "teamChoices": ChoiceView.list("No team", colleagues.teams.map { ($0.id, $0.name) }, chosen: conversation.assignment.team),
            "threadLabels": [ChipView.state(of: conversation, workspace.frame.times)].compactMap(\.self)
                + ChipView.labels(of: conversation, among: labels), "hasLabels": !labels.isEmpty,
            "labelChoices": labels.map {
                ChoiceView(value: $0.id.text, label: $0.name, isSelected: conversation.labels.contains($0.id))
            },
            "labelsConversations": workspace.grants.contains(.conversationsLabel),
            "snoozeChoices": SnoozeChoice.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: false) },
            "aiIsActive": conversation.aiActive, "aiChange": conversation.aiActive ? "disabled" : "active",
            "aiLabel": conversation.aiActive ? "AI active" : "AI disabled",
            "aiHelp": conversation.aiActive
                ? "AI active: bots and assistants may answer here until you do"
                : "AI disabled: bots and assistants don\u{2019}t answer here",
            "deletesConversation": workspace.grants.contains(.conversationsDelete),
            "threadIsArchived": conversation.state == .archived,
            "threadSenderName": senderName, "closesConversations": workspace.grants.contains(.conversationsClose),
            "sendsMessages": workspace.grants.contains(.messagesSend), "threadIsClosed": isClosed,
            "writesNotes": workspace.grants.contains(.notesWrite), "noteLimit": String(Note.textLimit),
            "callable": colleagues.callable,
            "closureChange": isClosed ? "reopen" : "close", "closureLabel": isClosed ? "Reopen" : "Close",
            "closureIcon": isClosed ? "rotate-ccw" : "check", "closesAt": closesAt.map { String($0.milliseconds) } ?? "",
            "windowIsOpen": conversation.window.allowsSending(at: now), "windowIsSoon": conversation.window.closesSoon(at: now),
            "windowText": "Reply window closes in \(PageTimes.span(seconds: rest))",
            "windowClosedTitle": closesAt == nil ? "This customer hasn't written yet." : "The reply window is closed.",
            "textLimit": String(TextContent.bodyLimit), "captionLimit": String(MediaContent.captionLimit), "freshClientID": freshClientID,
            "fileLimits": FileLimits.json, "fileLimitsText": FileLimits.text,
            "convertsVoice": convertsVoice, "draftText": draft?.text ?? "", "draftVersion": String(draft?.version ?? 0),
            "draftAt": String(draft?.updatedAt.milliseconds ?? 0),
            "blank": MessageView.blank(),
        ]
        names = own.with(workspace.names(title: contact.title, place: .inbox)).with(messages.names)
    }

    /// How the customer is reached, unless that is the name on top already.
    private static func number(of contact: Contact) -> String? {
        let number = contact.phoneNumber?.display ?? contact.username.map { "@\($0)" }
        return number == contact.title ? nil : number
    }
}
