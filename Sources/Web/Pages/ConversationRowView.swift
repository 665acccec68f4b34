internal import Domain
internal import Foundation

/// One line of the list. Template `conversation-row`.
struct ConversationRowView: RenderedView {
    static let template = "conversation-row"
    let names: [String: any Sendable]

    struct Place: Sendable {
        let times: PageTimes
        let base: String
        /// Added to the address, so that the list behind the thread stays as it is: `?view=closed`.
        let query: String
        /// Name of the sender, said when there are several.
        let senderNames: [Identifier<Sender>: String]
        let colleagues: ColleagueNames
        /// By name.
        let labels: [Label]
        let selected: Identifier<Conversation>?
        /// What the list shows: a row that is fetched by itself may not belong to it any more.
        let filter: ConversationFilter

        init(
            times: PageTimes, base: String, query: String, senderNames: [Identifier<Sender>: String], colleagues: ColleagueNames,
            labels: [Label], selected: Identifier<Conversation>?, filter: ConversationFilter
        ) {
            (self.times, self.base, self.query, self.filter) = (times, base, query, filter)
            (self.senderNames, self.colleagues, self.labels, self.selected) = (senderNames, colleagues, labels, selected)
        }
    }

    /// - Parameters:
    ///   - draft: what the reader has begun to write there.
    ///   - writers: the colleagues who write there at this moment.
    init(_ conversation: Conversation, draft: String? = nil, writers: [Identifier<Account>] = [], in place: Place) {
        let at = conversation.last?.at ?? conversation.createdAt
        let title = conversation.contact.title
        let last = conversation.last
        let tick = last.flatMap { $0.direction == .outbound ? MessageTick($0.status) : nil }
        let preview = last.map(Self.preview) ?? "No message yet"
        names = [
            "base": place.base, "assets": EmbeddedAssets.all.address,
            "conversationID": conversation.id.text, "rowAt": String(at.milliseconds), "rowState": conversation.state.rawValue,
            "rowSnoozedUntil": conversation.snoozedUntil.map(place.times.field) ?? "",
            "rowIsInView": place.filter.includes(conversation, at: place.times.now),
            "rowAssignee": conversation.assignment.assignee?.text ?? "", "rowTeam": conversation.assignment.team?.text ?? "",
            "rowLabels": conversation.labels.map(\.text).joined(separator: " "),
            "rowAIActive": conversation.aiActive ? "true" : "false",
            "rowAssignedTo": place.colleagues.words(for: conversation.assignment) ?? "",
            "rowClosesAt": conversation.window.closesAt.map { String($0.milliseconds) } ?? "",
            "rowUnread": String(conversation.unread), "rowIsUnread": conversation.unread > 0,
            "rowUnreadText": conversation.unread > 99 ? "99+" : String(conversation.unread), "rowQuery": place.query,
            "rowSelected": conversation.id == place.selected, "rowHue": Initials.hue(of: conversation.contact.id.text),
            "rowInitials": Initials.of(title), "rowName": title, "rowTimestamp": place.times.timestamp(at),
            "rowFullTime": place.times.full(at),
            "rowTime": place.times.short(at), "rowTick": (tick?.icon).orFalse, "rowTickTone": tick?.tone ?? "",
            "rowTickWord": tick?.word ?? "",
            "rowDraft": draft.map(FilledQuickReplyBody.preview) ?? "",
            "rowWriting": Self.words(for: writers.compactMap { place.colleagues.name(of: $0) }).orFalse,
            "rowKindIcon": last.flatMap(Self.icon).orFalse, "rowPreview": preview,
            "rowChips": Self.chips(conversation, in: place),
        ]
    }

    /// `Ana is writing`, `Ana and Kim are writing`, `Ana and 2 others are writing`.
    private static func words(for writers: [String]) -> String? {
        switch writers.count {
        case 0: nil
        case 1: "\(writers[0]) is writing"
        case 2: "\(writers[0]) and \(writers[1]) are writing"
        default: "\(writers[0]) and \(writers.count - 1) others are writing"
        }
    }

    private static func chips(_ conversation: Conversation, in place: Place) -> [ChipView] {
        var chips: [ChipView] = []
        if conversation.last?.status == .failed { chips.append(ChipView("Not sent", tone: "danger")) }
        if let chip = ChipView.state(of: conversation, place.times) { chips.append(chip) }
        if conversation.state == .open, let end = conversation.window.closesAt {
            let rest = end.timeIntervalSince(place.times.now)
            if conversation.window.closesSoon(at: place.times.now) {
                chips.append(ChipView("\(PageTimes.span(seconds: rest)) left", tone: "warn", closesAt: end))
            }
        }
        chips += ChipView.labels(of: conversation, among: place.labels)
        if let words = place.colleagues.words(for: conversation.assignment) { chips.append(ChipView(words, icon: "user")) }
        if place.senderNames.count > 1, let name = place.senderNames[conversation.senderID] { chips.append(ChipView(name)) }
        return chips
    }

    /// What was said last, or a word for what has no text.
    static func preview(_ last: Conversation.LastMessage) -> String {
        guard last.preview.isEmpty else { return MessageMarkup.line(last.preview) }
        switch last.kind {
        case .media: return last.media.map(AttachmentView.word) ?? "File"
        case .location: return "Location"
        case .contacts: return "Contact"
        case .order: return "Order"
        case .flowReply: return "Form"
        case .call: return "Call"
        case .unsupported: return "Something that can't be shown"
        case .system: return "Note from WhatsApp"
        case .text, .reaction, .interactive, .template, .button, .reply: return "Deleted"
        }
    }

    private static func icon(of last: Conversation.LastMessage) -> String? {
        switch last.kind {
        case .media: last.media.map(AttachmentView.icon) ?? "paperclip"
        case .location: "map-pin"
        case .contacts: "user"
        case .template: "layout-template"
        case .order: "shopping-cart"
        case .flowReply: "file-text"
        case .call: "phone"
        case .system: "info"
        case .unsupported: "circle-alert"
        case .text, .reaction, .interactive, .button, .reply: nil
        }
    }
}

/// A small word on a coloured ground.
struct ChipView: View {
    let names: [String: any Sendable]

    init(_ text: String, tone: String = "", icon: String? = nil, closesAt: Date? = nil) {
        names = [
            "chipText": text, "chipTone": tone, "chipIcon": icon.orFalse,
            "chipClosesAt": closesAt.map { String($0.milliseconds) }.orFalse,
        ]
    }

    /// Why a conversation isn't among the open ones; nil for one that is.
    static func state(of conversation: Conversation, _ times: PageTimes) -> ChipView? {
        switch conversation.state {
        case .open: nil
        case .snoozed:
            ChipView(conversation.snoozedUntil.map { "Until \(times.dayAndTime($0))" } ?? "Snoozed", tone: "state", icon: "clock")
        case .closed: ChipView("Closed", tone: "state")
        case .archived: ChipView("Archived", tone: "state")
        }
    }
}

/// Some rows and the way to more of them. Template `conversation-rows`.
struct ConversationRowsView: RenderedView {
    static let template = "conversation-rows"
    let names: [String: any Sendable]

    init(_ rows: [ConversationRowView], moreAddress: String?, frame: PageFrame) {
        names = frame.names(title: "").with(["rows": rows, "moreAddress": moreAddress.orFalse])
    }
}
