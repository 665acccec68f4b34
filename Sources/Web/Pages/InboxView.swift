internal import Domain
internal import Foundation

/// The inbox: the list, and beside it a thread. Template `inbox`.
struct InboxView: RenderedView {
    static let template = "inbox"
    let names: [String: any Sendable]

    /// Which conversations the list shows.
    enum Filter: String, Sendable, CaseIterable {
        case open, mine, unassigned, closed, all

        /// Those of which it is worth knowing how many there are.
        static let counted: [Filter] = [.open, .mine, .unassigned]

        var state: Conversation.State? {
            switch self {
            case .open, .mine, .unassigned: .open
            case .closed: .closed
            case .all: nil
            }
        }

        var name: String {
            switch self {
            case .open: "Open"
            case .mine: "Mine"
            case .unassigned: "Unassigned"
            case .closed: "Closed"
            case .all: "All"
            }
        }
    }

    /// Up to how many are counted: from the next on, it is 99+.
    static let countLimit = 100

    static func text(ofCount count: Int) -> String { count >= countLimit ? "99+" : String(count) }

    /// The list's own part of the address.
    struct Query: Sendable {
        let filter: Filter
        let senderID: Identifier<Sender>?

        init(filter: Filter, senderID: Identifier<Sender>?) { (self.filter, self.senderID) = (filter, senderID) }

        /// `?view=closed&sender=snd_…`, or nothing for the list as it is at first.
        var text: String {
            let parts = [filter == .open ? nil : "view=\(filter.rawValue)", senderID.map { "sender=\($0.text)" }].compactMap(\.self)
            return parts.isEmpty ? "" : "?\(parts.joined(separator: "&"))"
        }

        func conversations(for me: Identifier<Account>) -> ConversationFilter {
            let assignee: ConversationFilter.Assignee? =
                switch filter {
                case .mine: .person(me)
                case .unassigned: .nobody
                case .open, .closed, .all: nil
                }
            return ConversationFilter(state: filter.state, senderID: senderID, assignee: assignee)
        }

        func choosing(_ filter: Filter) -> Query { Query(filter: filter, senderID: senderID) }
    }

    /// - Parameter since: where the stream of changes goes on from, so that nothing falls between this page and the stream.
    init(
        rows: ConversationRowsView, rowCount: Int, thread: ThreadView, isThreadOpen: Bool, query: Query,
        senderNames: [Identifier<Sender>: String], counts: [Filter: Int], since: String, in workspace: WorkspaceFrame, title: String
    ) {
        let base = workspace.base
        let choices =
            [ChoiceView(value: "", label: "All numbers", isSelected: query.senderID == nil)]
            + senderNames.sorted { $0.value < $1.value }.map {
                ChoiceView(value: $0.key.text, label: $0.value, isSelected: $0.key == query.senderID)
            }
        let own: [String: any Sendable] = [
            "pane": isThreadOpen ? "thread" : "list", "since": since, "view": query.filter.rawValue,
            "viewSender": query.senderID?.text ?? "",
            "views": Filter.allCases.map {
                FilterView(
                    $0, count: counts[$0].map(Self.text), address: "\(base)/whatsapp\(query.choosing($0).text)",
                    isSelected: $0 == query.filter)
            },
            "hasSeveralSenders": senderNames.count > 1, "senderChoices": choices, "hasRows": rowCount > 0,
            "emptyReason": Self.emptyReason(query, hasSenders: !senderNames.isEmpty), "reactionChoices": ["👍", "❤️", "😂", "😮", "😢", "🙏"],
            "modules": EmbeddedAssets.all.names(in: "js/").map { String($0.dropFirst("js/".count)) }.filter { $0 != "inbox.js" },
        ]
        names = own.with(workspace.names(title: title, place: .inbox)).with(rows.names).with(thread.names)
    }

    private static func emptyReason(_ query: Query, hasSenders: Bool) -> String {
        if !hasSenders { return "Connect a number first, under Senders." }
        if query.senderID != nil { return "No conversation of this number is in this view." }
        return switch query.filter {
        case .open: "When a customer writes, the conversation shows here."
        case .mine: "Conversations that are assigned to you show here."
        case .unassigned: "Every open conversation has somebody who looks after it."
        case .closed: "Conversations that are closed show here."
        case .all: "No customer has written yet."
        }
    }

    struct FilterView: View {
        let names: [String: any Sendable]

        init(_ filter: Filter, count: String?, address: String, isSelected: Bool) {
            names = [
                "viewName": filter.name, "viewID": filter.rawValue, "viewIsCounted": count != nil, "viewCount": count ?? "",
                "viewAddress": address, "viewSelected": isSelected,
            ]
        }
    }
}

/// One of several values to choose from.
struct ChoiceView: View {
    let names: [String: any Sendable]

    init(value: String, label: String, help: String = "", isSelected: Bool) {
        names = ["choiceValue": value, "choiceLabel": label, "choiceHelp": help, "choiceSelected": isSelected]
    }
}
