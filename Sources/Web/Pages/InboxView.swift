internal import Domain
internal import Foundation

/// The inbox: the list, and beside it a thread. Template `inbox`.
struct InboxView: RenderedView {
    static let template = "inbox"
    let names: [String: any Sendable]

    /// Which conversations the list shows.
    enum Filter: String, Sendable, CaseIterable {
        case open, mine, unassigned, snoozed, closed, archived, all

        /// Those that have a tab; the others are chosen by the filter, and have one while they are shown.
        static let tabs: [Filter] = [.open, .mine, .unassigned, .snoozed]

        /// Those of which it is worth knowing how many there are.
        static let counted: [Filter] = [.open, .mine, .unassigned]

        var state: Conversation.State? {
            switch self {
            case .open, .mine, .unassigned: .open
            case .snoozed: .snoozed
            case .closed: .closed
            case .archived: .archived
            case .all: nil
            }
        }

        var name: String { rawValue.capitalized }
    }

    /// Up to how many are counted: from the next on, it is 99+.
    static let countLimit = 100

    static func text(ofCount count: Int) -> String { count >= countLimit ? "99+" : String(count) }

    /// The list's own part of the address.
    struct Query: Sendable {
        var filter = Filter.open
        var senderID: Identifier<Sender>?
        var labelID: Identifier<Label>?
        var attention: ConversationFilter.Attention?

        /// `?view=closed&sender=snd_…`, or nothing for the list as it is at first.
        var text: String {
            let parts = [
                filter == .open ? nil : "view=\(filter.rawValue)", senderID.map { "sender=\($0.text)" }, labelID.map { "label=\($0.text)" },
                attention.map { "attention=\($0.rawValue)" },
            ].compactMap(\.self)
            return parts.isEmpty ? "" : "?\(parts.joined(separator: "&"))"
        }

        /// Whether something narrows the view.
        var isFiltered: Bool { senderID != nil || labelID != nil || attention != nil }

        func conversations(for me: Identifier<Account>) -> ConversationFilter {
            let assignee: ConversationFilter.Assignee? =
                switch filter {
                case .mine: .person(me)
                case .unassigned: .nobody
                case .open, .snoozed, .closed, .archived, .all: nil
                }
            return ConversationFilter(
                state: filter.state, senderID: senderID, assignee: assignee, labelID: labelID, attention: attention)
        }

        func choosing(_ filter: Filter) -> Query {
            var query = self
            query.filter = filter
            return query
        }
    }

    /// - Parameter since: where the stream of changes goes on from, so that nothing falls between this page and the stream.
    init(
        rows: ConversationRowsView, rowCount: Int, thread: ThreadView, isThreadOpen: Bool, query: Query,
        senderNames: [Identifier<Sender>: String], colleagues: ColleagueNames, labels: [Label], counts: [Filter: Int], since: String,
        in workspace: WorkspaceFrame, title: String
    ) {
        let base = workspace.base
        let tabs = Filter.tabs + (Filter.tabs.contains(query.filter) ? [] : [query.filter])
        var unfiltered = Query()
        unfiltered.filter = query.filter
        let own: [String: any Sendable] = [
            "pane": isThreadOpen ? "thread" : "list", "since": since, "viewQuery": String(query.text.dropFirst()),
            "views": tabs.map {
                FilterView(
                    $0, count: counts[$0].map(Self.text), address: "\(base)/whatsapp\(query.choosing($0).text)",
                    isSelected: $0 == query.filter)
            },
            "viewChoices": Filter.allCases.map { ChoiceView(value: $0.rawValue, label: $0.name, isSelected: $0 == query.filter) },
            "hasSeveralSenders": senderNames.count > 1,
            "senderChoices": ChoiceView.list(
                "All numbers", senderNames.sorted { $0.value < $1.value }.map { ($0.key, $0.value) }, chosen: query.senderID),
            "listHasLabels": !labels.isEmpty,
            "labelFilterChoices": ChoiceView.list("Any label", labels.map { ($0.id, $0.name) }, chosen: query.labelID),
            "attentionChoices": [ChoiceView(value: "", label: "All of them", isSelected: query.attention == nil)]
                + ConversationFilter.Attention.allCases.map {
                    ChoiceView(value: $0.rawValue, label: Self.name(of: $0), isSelected: $0 == query.attention)
                },
            "filterWords": Self.words(for: query, senderNames, labels), "isFiltered": query.isFiltered,
            "unfilteredAddress": "\(base)/whatsapp\(unfiltered.text)",
            "closesSeveral": workspace.grants.contains(.conversationsClose),
            "labelsSeveral": workspace.grants.contains(.conversationsLabel),
            "assignsSeveral": workspace.grants.contains(.conversationsAssign),
            "severalAssigneeChoices": ChoiceView.list("Nobody", colleagues.people.map { ($0.id, $0.name) }, chosen: nil),
            "severalTeamChoices": ChoiceView.list("No team", colleagues.teams.map { ($0.id, $0.name) }, chosen: nil),
            "severalHaveTeams": !colleagues.teams.isEmpty,
            "severalLabelChoices": labels.map { ChoiceView(value: $0.id.text, label: $0.name, isSelected: false) },
            "severalSnoozeChoices": SnoozeChoice.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: false) },
            "hasRows": rowCount > 0,
            "emptyReason": Self.emptyReason(query, hasSenders: !senderNames.isEmpty), "reactionChoices": ["👍", "❤️", "😂", "😮", "😢", "🙏"],
            "modules": EmbeddedAssets.all.names(in: "js/").map { String($0.dropFirst("js/".count)) }.filter { $0 != "inbox.js" },
        ]
        names = own.with(workspace.names(title: title, place: .inbox)).with(rows.names).with(thread.names)
    }

    private static func name(of attention: ConversationFilter.Attention) -> String {
        switch attention {
        case .unread: "Unread"
        case .failed: "Not sent"
        case .closing: "Window closes soon"
        }
    }

    /// What narrows the view, in words: `Shop · Returns · Unread`.
    private static func words(for query: Query, _ senderNames: [Identifier<Sender>: String], _ labels: [Label]) -> String {
        [
            query.senderID.map { senderNames[$0] ?? "Another number" },
            query.labelID.map { id in labels.first { $0.id == id }?.name ?? "A label that is gone" },
            query.attention.map { name(of: $0) },
        ].compactMap(\.self).joined(separator: " · ")
    }

    private static func emptyReason(_ query: Query, hasSenders: Bool) -> String {
        if !hasSenders { return "Connect a number first, under Senders." }
        if query.isFiltered { return "No conversation of this view is as the filter says." }
        return switch query.filter {
        case .open: "When a customer writes, the conversation shows here."
        case .mine: "Conversations that are assigned to you show here."
        case .unassigned: "Every open conversation has somebody who looks after it."
        case .snoozed: "Conversations that are out of the way for a time show here."
        case .closed: "Conversations that are closed show here."
        case .archived: "Conversations that are archived show here."
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

    /// One of these things, or none.
    static func list<Entity>(_ none: String, _ all: [(id: Identifier<Entity>, name: String)], chosen: Identifier<Entity>?) -> [ChoiceView] {
        [ChoiceView(value: "", label: none, isSelected: chosen == nil)]
            + all.map { ChoiceView(value: $0.id.text, label: $0.name, isSelected: $0.id == chosen) }
    }
}
