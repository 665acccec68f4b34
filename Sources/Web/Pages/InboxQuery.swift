internal import Domain
internal import Foundation
internal import NIOCore

extension InboxView {
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

    /// The list's own part of the address.
    struct Query: Sendable {
        var filter = Filter.open
        var senderID: Identifier<Sender>?
        /// Whose conversations, unless the view says it.
        var assigneeID: Identifier<Account>?
        var teamID: Identifier<Team>?
        var labelID: Identifier<Label>?
        var attention: ConversationFilter.Attention?

        init(filter: Filter = .open, labelID: Identifier<Label>? = nil) { (self.filter, self.labelID) = (filter, labelID) }

        /// By the names of the address; what can't be read is as if it weren't there.
        init(_ value: (_ name: String) -> String?) {
            filter = value("view").flatMap(Filter.init(rawValue:)) ?? .open
            senderID = value("sender").flatMap { Identifier(parsing: $0) }
            assigneeID = value("assignee").flatMap { Identifier(parsing: $0) }
            teamID = value("team").flatMap { Identifier(parsing: $0) }
            labelID = value("label").flatMap { Identifier(parsing: $0) }
            attention = value("attention").flatMap(ConversationFilter.Attention.init(rawValue:))
        }

        /// Throws ``SavedViewProblem/filterMalformed`` for anything that can't be read.
        init(strictly text: String) throws(SavedViewProblem) {
            let form = FormFields(parsing: ByteBuffer(string: text))
            self.init { form[$0] }
            let read = FormFields(parsing: ByteBuffer(string: String(self.text.dropFirst())))
            for part in text.split(separator: "&") {
                let name = String(part.prefix { $0 != "=" })
                guard form[name] == read[name] || (name == "view" && form[name] == Filter.open.rawValue) else { throw .filterMalformed }
            }
        }

        /// `?view=closed&sender=snd_…`, or nothing for the list as it is at first.
        var text: String {
            let parts = [
                filter == .open ? nil : "view=\(filter.rawValue)", senderID.map { "sender=\($0.text)" },
                assigneeID.map { "assignee=\($0.text)" }, teamID.map { "team=\($0.text)" }, labelID.map { "label=\($0.text)" },
                attention.map { "attention=\($0.rawValue)" },
            ].compactMap(\.self)
            return parts.isEmpty ? "" : "?\(parts.joined(separator: "&"))"
        }

        /// Whether something narrows the view.
        var isFiltered: Bool {
            senderID != nil || assigneeID != nil || teamID != nil || labelID != nil || attention != nil
        }

        func conversations(for me: Identifier<Account>) -> ConversationFilter {
            let assignee: ConversationFilter.Assignee? =
                switch filter {
                case .mine: .person(me)
                case .unassigned: .nobody
                case .open, .snoozed, .closed, .archived, .all: assigneeID.map { .person($0) }
                }
            return ConversationFilter(
                state: filter.state, senderID: senderID, assignee: assignee, teamID: teamID, labelID: labelID, attention: attention)
        }

        func choosing(_ filter: Filter) -> Query {
            var query = self
            query.filter = filter
            return query
        }
    }
}
