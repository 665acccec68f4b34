internal import Domain
internal import Foundation

/// The inbox: the list, and beside it a thread. Template `inbox`.
struct InboxView: RenderedView {
    static let template = "inbox"
    let names: [String: any Sendable]

    /// Up to how many are counted: from the next on, it is 99+.
    static let countLimit = 100

    static func text(ofCount count: Int) -> String { count >= countLimit ? "99+" : String(count) }

    /// - Parameters:
    ///   - since: where the stream of changes goes on from, so that nothing falls between this page and the stream.
    ///   - keepsDetails: whether the reader wants details beside threads, where the window has the room.
    init(
        rows: ConversationRowsView, rowCount: Int, thread: ThreadView, isThreadOpen: Bool, query: Query,
        senderNames: [Identifier<Sender>: String], colleagues: ColleagueNames, labels: [Label], savedViews: [SavedView] = [],
        counts: [Filter: Int], since: String, keepsDetails: Bool = false,
        in workspace: WorkspaceFrame, title: String
    ) {
        let base = workspace.base
        let isSaved = savedViews.contains { $0.filter == query.text.dropFirst() }
        let tabs = Filter.tabs + (Filter.tabs.contains(query.filter) ? [] : [query.filter])
        var unfiltered = Query()
        unfiltered.filter = query.filter
        let connects = workspace.grants.contains(.connectionsManage)
        let own: [String: any Sendable] = [
            "pane": isThreadOpen ? "thread" : "list", "detailsPlace": keepsDetails ? "column" : "closed", "since": since,
            "viewQuery": String(query.text.dropFirst()),
            "hasViewQuery": !query.text.isEmpty,
            "views": tabs.map {
                FilterView(
                    $0, count: counts[$0].map(Self.text), address: "\(base)/whatsapp\(query.choosing($0).text)",
                    isSelected: $0 == query.filter && !isSaved)
            },
            "viewChoices": Filter.allCases.map { ChoiceView(value: $0.rawValue, label: $0.name, isSelected: $0 == query.filter) },
            "savedViews": savedViews.map { SavedViewView($0, base: base, query: query) },
            "hasSavedViews": !savedViews.isEmpty,
            "personChoices": ChoiceView.list(
                "Anybody", colleagues.people.map { ($0.account.id, $0.account.name) }, chosen: query.assigneeID),
            "listHasTeams": !colleagues.teams.isEmpty,
            "teamFilterChoices": ChoiceView.list("Any team", colleagues.teams.map { ($0.id, $0.name) }, chosen: query.teamID),
            "hasSeveralSenders": senderNames.count > 1,
            "senderChoices": ChoiceView.list(
                "All numbers", senderNames.sorted { $0.value < $1.value }.map { ($0.key, $0.value) }, chosen: query.senderID),
            "listHasLabels": !labels.isEmpty,
            "labelFilterChoices": ChoiceView.list("Any label", labels.map { ($0.id, $0.name) }, chosen: query.labelID),
            "attentionChoices": [ChoiceView(value: "", label: "All of them", isSelected: query.attention == nil)]
                + ConversationFilter.Attention.allCases.map {
                    ChoiceView(value: $0.rawValue, label: Self.name(of: $0), isSelected: $0 == query.attention)
                },
            "filterWords": Self.words(for: query, senderNames, colleagues, labels), "isFiltered": query.isFiltered,
            "unfilteredAddress": "\(base)/whatsapp\(unfiltered.text)",
            "closesSeveral": workspace.grants.contains(.conversationsClose),
            "beginsConversations": workspace.grants.contains(.messagesSend) && !senderNames.isEmpty,
            "labelsSeveral": workspace.grants.contains(.conversationsLabel),
            "readsSeveral": workspace.grants.contains(.messagesSend),
            "assignsSeveral": workspace.grants.contains(.conversationsAssign),
            "severalAssigneeChoices": colleagues.assigneeChoices(chosen: nil),
            "severalTeamChoices": ChoiceView.list("No team", colleagues.teams.map { ($0.id, $0.name) }, chosen: nil),
            "severalHaveTeams": !colleagues.teams.isEmpty,
            "severalLabelChoices": labels.map { ChoiceView(value: $0.id.text, label: $0.name, isSelected: false) },
            "severalSnoozeChoices": SnoozeChoice.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: false) },
            "searchLimit": String(SearchQuery.textLimit), "hasRows": rowCount > 0,
            "emptyReason": Self.emptyReason(query, hasSenders: !senderNames.isEmpty, connects: connects),
            "offersConnecting": senderNames.isEmpty && connects, "reactionChoices": ["👍", "❤️", "😂", "😮", "😢", "🙏"],
            "modules": EmbeddedAssets.all.names(in: "js/").map { String($0.dropFirst("js/".count)) }.filter {
                // What is seldom needed lies in folders, and is fetched on first use.
                !Self.modulesApart.contains($0) && !$0.contains("/")
            },
        ]
        names = own.with(workspace.names(title: title, place: .inbox)).with(rows.names).with(thread.names)
    }

    /// The page's own module, those of other pages, and those that are fetched when they are needed.
    private static let modulesApart: Set<String> = [
        "inbox.js", "queue.js", "templates.js", "template-picker.js", "alerts.js", "alert-settings.js", "push.js", "service-worker.js",
    ]

    private static func name(of attention: ConversationFilter.Attention) -> String {
        switch attention {
        case .unread: "Unread"
        case .failed: "Not sent"
        case .closing: "Window closes soon"
        }
    }

    /// What narrows the view, in words: `Shop · Returns · Unread`.
    private static func words(
        for query: Query, _ senderNames: [Identifier<Sender>: String], _ colleagues: ColleagueNames, _ labels: [Label]
    ) -> String {
        [
            query.senderID.map { senderNames[$0] ?? "Another number" },
            query.assigneeID.map { colleagues.name(of: $0) ?? "Somebody who left" },
            query.teamID.map { colleagues.name(of: $0) ?? "A team that is gone" },
            query.labelID.map { id in labels.first { $0.id == id }?.name ?? "A label that is gone" },
            query.attention.map { name(of: $0) },
        ].compactMap(\.self).joined(separator: " · ")
    }

    private static func emptyReason(_ query: Query, hasSenders: Bool, connects: Bool) -> String {
        if !hasSenders, connects { return "Connect your WhatsApp number. What customers write to it then shows here." }
        if !hasSenders { return "What customers write shows here, once an admin has connected a WhatsApp number." }
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

/// A tab of the reader's own.
struct SavedViewView: View {
    let names: [String: any Sendable]

    init(_ view: SavedView, base: String, query: InboxView.Query) {
        names = [
            "savedID": view.id.text, "savedName": view.name,
            "savedAddress": "\(base)/whatsapp\(view.filter.isEmpty ? "" : "?\(view.filter)")",
            "savedSelected": query.text.dropFirst() == view.filter,
        ]
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
