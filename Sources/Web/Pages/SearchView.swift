internal import Domain
internal import Foundation
internal import Services

/// The page of a search: its field and filters, contacts, then messages. Template `search`.
struct SearchView: RenderedView {
    static let template = "search"
    let names: [String: any Sendable]

    struct Names: Sendable {
        let senders: [(id: Identifier<Sender>, name: String)]
        let people: [(id: Identifier<Account>, name: String)]
        let me: Identifier<Account>

        init(
            senders: [(id: Identifier<Sender>, name: String)], people: [(id: Identifier<Account>, name: String)], me: Identifier<Account>
        ) { (self.senders, self.people, self.me) = (senders, people, me) }
    }

    struct Results: Sendable {
        var messages: SearchService.Answer<SearchService.FoundMessage>?
        var contacts: SearchService.Answer<[Conversation]>?
        var notes: SearchService.Answer<SearchService.FoundNote>?

        init(
            messages: SearchService.Answer<SearchService.FoundMessage>? = nil, contacts: SearchService.Answer<[Conversation]>? = nil,
            notes: SearchService.Answer<SearchService.FoundNote>? = nil
        ) { (self.messages, self.contacts, self.notes) = (messages, contacts, notes) }

        /// Whether any of them is so.
        func any(_ isSo: (_ spelling: SearchSpelling, _ isIndexComplete: Bool, _ isPart: Bool, _ isEmpty: Bool) -> Bool) -> Bool {
            messages.map { isSo($0.spelling, $0.isIndexComplete, $0.isPart, $0.data.isEmpty) } ?? false
                || contacts.map { isSo($0.spelling, $0.isIndexComplete, $0.isPart, $0.data.isEmpty) } ?? false
                || notes.map { isSo($0.spelling, $0.isIndexComplete, $0.isPart, $0.data.isEmpty) } ?? false
        }
    }

    /// - Parameter problem: why nothing was looked for.
    init(_ query: Query, _ results: Results, _ problem: String?, _ names: Names, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        let senders = names.senders.count > 1 ? Dictionary(names.senders, uniquingKeysWith: { one, _ in one }) : [:]
        let people = Dictionary(names.people.map { (Actor.member($0.id).text, $0.name) }, uniquingKeysWith: { one, _ in one })
        let base = "\(workspace.base)/whatsapp/search"
        let messages = results.messages
        let (contacts, notes) = (results.contacts, results.notes)
        let isSimilar = results.any { spelling, _, _, _ in spelling == .similar }
        let own: [String: any Sendable] = [
            "searchAddress": base, "searchText": query.text, "searchLimit": String(SearchQuery.textLimit),
            "searchProblem": problem.orFalse, "isBlank": query.isBlank,
            "searchPlace": query.place.map(\.rawValue).orFalse, "filterIsOpen": query.isNarrowed,
            "fromDay": query.from, "toDay": query.to,
            "hasSeveralSenders": names.senders.count > 1,
            "searchSenders": ChoiceView.list("Any number", names.senders, chosen: Identifier(query.sender)),
            "searchAuthors": ChoiceView.list(
                "Anybody", names.people.map { ($0.id, $0.id == names.me ? "\($0.name) (you)" : $0.name) }, chosen: Identifier(query.author)),
            "searchKinds": [ChoiceView(value: "", label: "Any kind", isSelected: query.kind.isEmpty)]
                + SearchKind.allCases.map {
                    ChoiceView(value: $0.rawValue, label: Self.name(of: $0), isSelected: query.kind == $0.rawValue)
                } + [ChoiceView(value: Query.noteKind, label: "Note for colleagues", isSelected: query.wantsNotes)],
            "searchDirections": [("", "Both sides"), ("inbound", "Customers"), ("outbound", "Us")].map {
                ChoiceView(value: $0.0, label: $0.1, isSelected: query.direction == $0.0)
            },
            "isSimilar": isSimilar, "offersSimilar": !isSimilar && results.any { _, _, _, _ in true } && query.after.isEmpty,
            "similarAddress": base + query.with { $0.spelling = .similar }, "exactAddress": base + query.with { $0.spelling = .exact },
            "indexIsNew": results.any { _, isIndexComplete, _, _ in !isIndexComplete },
            "hasNotes": notes?.data.isEmpty == false,
            "foundNotes": (notes?.data ?? []).map {
                SearchNoteView($0, words: notes?.words ?? [], people: people, senders: senders, in: workspace, me: names.me)
            },
            "moreNotes": (notes?.next).map { next in
                base
                    + query.with { query in
                        // All of them, from the first; or the next page of them.
                        query.after = query.wantsNotes ? next : ""
                        (query.kind, query.place) = (Query.noteKind, nil)
                    }
            }.orFalse,
            "moreNotesLabel": notes?.isPart == true ? "Look further back" : query.wantsNotes ? "Older notes" : "More notes",
            "hasContacts": contacts?.data.isEmpty == false,
            "foundContacts": (contacts?.data ?? []).flatMap { conversations in
                conversations.map {
                    SearchContactView($0, words: contacts?.words ?? [], senders: senders, base: workspace.base, times: times)
                }
            },
            "moreContacts": (contacts?.next).map { next in
                base
                    + query.with { query in
                        // All of them, from the first; or the next page of them.
                        query.after = query.place == .contacts ? next : ""
                        query.place = .contacts
                    }
            }.orFalse,
            "hasMessages": messages?.data.isEmpty == false,
            "foundMessages": (messages?.data ?? []).map {
                SearchMessageView($0, words: messages?.words ?? [], people: people, senders: senders, in: workspace, me: names.me)
            },
            "moreMessages": (messages?.next).map { next in base + query.with { $0.after = next } }.orFalse,
            "moreLabel": messages?.isPart == true ? "Look further back" : "Older messages",
            "isPart": messages?.isPart ?? (query.wantsNotes && notes?.isPart == true),
            "foundNothing": problem == nil && !query.isBlank && !results.any { _, _, isPart, isEmpty in isPart || !isEmpty },
            "clearAddress": base + query.unnarrowed,
        ]
        self.names = own.with(workspace.names(title: query.isBlank ? "Search" : "Search: \(query.text)", place: .inbox))
    }

    static func name(of kind: SearchKind) -> String {
        switch kind {
        case .text: "Text"
        case .image: "Photo"
        case .video: "Video"
        case .audio: "Audio"
        case .voice: "Voice message"
        case .document: "Document"
        case .location: "Location"
        case .contacts: "Contact card"
        case .interactive: "Buttons and lists"
        case .template: "Template"
        case .order: "Order"
        }
    }
}

extension SearchView {
    /// What was asked for, as the address has it.
    struct Query: Sendable {
        var text: String
        var place: SearchRoutes.Place?
        var spelling: SearchSpelling?
        /// What stands for notes among the kinds.
        static let noteKind = "note"

        var sender, author, kind, direction: String
        /// Days as the field has them, the last one included.
        var from, to: String
        var after: String

        init(_ value: (_ name: String) -> String) {
            (text, sender, author, kind) = (value("text"), value("sender"), value("author"), value("kind"))
            (direction, from, to, after) = (value("direction"), value("from"), value("to"), value("after"))
            place = SearchRoutes.Place(rawValue: value("in"))
            spelling = SearchSpelling(rawValue: value("spelling"))
        }

        /// Whether nothing was asked yet.
        var isBlank: Bool { text.isEmpty && !isNarrowed }

        var isNarrowed: Bool { ![sender, author, kind, direction, from, to].allSatisfy(\.isEmpty) }

        /// Whether only notes are looked for.
        var wantsNotes: Bool { kind == Self.noteKind || place == .notes }

        /// Throws ``RequestProblem`` for what is none.
        func filter(_ times: PageTimes) throws(RequestProblem) -> SearchFilter {
            SearchFilter(
                senderID: try Self.read("sender", sender, "one of the numbers") { Identifier(parsing: $0) },
                authorID: try Self.read("author", author, "one of the people") { Identifier(parsing: $0) },
                kind: try Self.read("kind", wantsNotes ? "" : kind, "one of the kinds") { SearchKind(rawValue: $0) },
                direction: try Self.read("direction", direction, "inbound or outbound") { MessageDirection(rawValue: $0) },
                from: try Self.read("from", from, "a day such as 2026-11-21") { times.moment(ofField: "\($0)T00:00") },
                before: try Self.read("to", to, "a day such as 2026-11-21") { times.moment(ofField: "\($0)T00:00").map(times.dayAfter) })
        }

        private static func read<Value>(
            _ name: String, _ text: String, _ expected: String, _ value: (String) -> Value?
        ) throws(RequestProblem) -> Value? {
            if text.isEmpty { return nil }
            guard let value = value(text) else { throw .fieldMalformed(name, expected: expected) }
            return value
        }

        /// The end of the address, after a change.
        func with(_ change: (inout Query) -> Void) -> String {
            var query = self
            change(&query)
            return query.address
        }

        var unnarrowed: String {
            with { query in
                (query.sender, query.author, query.kind, query.direction, query.from, query.to, query.after) = ("", "", "", "", "", "", "")
            }
        }

        private var address: String {
            let parts = [
                ("text", text), ("in", place?.rawValue ?? ""), ("spelling", spelling?.rawValue ?? ""), ("sender", sender),
                ("author", author), ("kind", kind), ("direction", direction), ("from", from), ("to", to), ("after", after),
            ]
            var allowed = CharacterSet.alphanumerics
            allowed.insert(charactersIn: "-._~")
            return "?"
                + parts.filter { !$0.1.isEmpty }.map { "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")" }
                .joined(separator: "&")
        }
    }
}

extension PageTimes {
    /// The same moment of the next day, in the zone.
    func dayAfter(_ date: Date) -> Date { calendar.date(byAdding: .day, value: 1, to: date) ?? date.addingTimeInterval(86_400) }
}

/// A piece of a text, marked or not.
struct PieceView: View {
    let names: [String: any Sendable]

    init(_ piece: SearchSnippet.Piece) { names = ["pieceText": piece.text, "pieceIsMarked": piece.isMarked] }

    static func list(_ texts: [String], _ words: Set<String>) -> [PieceView] {
        SearchSnippet(texts, words: words).pieces.map(PieceView.init)
    }
}

/// A message that was found. Template `search-message`.
struct SearchMessageView: View {
    let names: [String: any Sendable]

    init(
        _ found: SearchService.FoundMessage, words: Set<String>, people: [String: String], senders: [Identifier<Sender>: String],
        in workspace: WorkspaceFrame, me: Identifier<Account>
    ) {
        let (message, contact) = (found.message, found.conversation.contact)
        let times = workspace.frame.times
        let writer: String? =
            switch message.direction {
            case .inbound: message.author
            case .outbound:
                message.author.map { author in
                    author == Actor.member(me).text ? MessageView.selfWriter : people[author] ?? MessageView.someWriter
                } ?? MessageView.someWriter
            }
        names = [
            "foundAddress": MessageView.address(of: message, base: workspace.base), "foundHue": Initials.hue(of: contact.id.text),
            "foundInitials": Initials.of(contact.title), "foundName": contact.title, "foundTimestamp": times.timestamp(message.at),
            "foundFullTime": times.full(message.at), "foundTime": times.short(message.at), "foundWriter": writer.orFalse,
            "foundSender": senders[found.conversation.senderID].orFalse,
            "foundKind": (message.content.kind == .text ? nil : message.content.foundKind).orFalse,
            "foundPieces": PieceView.list(message.content.searchTexts, words),
        ]
    }
}

/// A note that was found. Template `search-message`.
struct SearchNoteView: View {
    let names: [String: any Sendable]

    init(
        _ found: SearchService.FoundNote, words: Set<String>, people: [String: String], senders: [Identifier<Sender>: String],
        in workspace: WorkspaceFrame, me: Identifier<Account>
    ) {
        let (note, contact, times) = (found.note, found.conversation.contact, workspace.frame.times)
        let isOwn = note.author == Actor.member(me).text
        names = [
            "foundAddress": "\(workspace.base)/whatsapp/\(note.conversationID)?at=\(note.id)#m-\(note.id)",
            "foundHue": Initials.hue(of: contact.id.text), "foundInitials": Initials.of(contact.title), "foundName": contact.title,
            "foundTimestamp": times.timestamp(note.at), "foundFullTime": times.full(note.at), "foundTime": times.short(note.at),
            "foundWriter": isOwn ? MessageView.selfWriter : people[note.author] ?? MessageView.someWriter,
            "foundSender": senders[found.conversation.senderID].orFalse, "foundKind": "Note",
            "foundPieces": PieceView.list([note.text], words),
        ]
    }
}

extension MessageContent {
    fileprivate var foundKind: String? {
        switch self {
        case .media(let media): SearchKind(rawValue: media.form.rawValue).map(SearchView.name)
        case .location: "Location"
        case .contacts: "Contact card"
        case .template: "Template"
        case .order: "Order"
        default: nil
        }
    }
}

/// A conversation with a contact that was found. Template `search-contact`.
struct SearchContactView: View {
    let names: [String: any Sendable]

    init(
        _ conversation: Conversation, words: Set<String>, senders: [Identifier<Sender>: String], base: String, times: PageTimes
    ) {
        let contact = conversation.contact
        let number = [contact.phoneNumber?.display, contact.username.map { "@\($0)" }].compactMap { $0 }.filter { $0 != contact.title }
        names = [
            "foundAddress": "\(base)/whatsapp/\(conversation.id.text)", "foundHue": Initials.hue(of: contact.id.text),
            "foundInitials": Initials.of(contact.title), "foundPieces": PieceView.list([contact.title], words),
            "foundHasNumber": !number.isEmpty, "foundNumber": PieceView.list([number.joined(separator: " · ")], words),
            "foundSender": senders[conversation.senderID].orFalse,
            "foundTimestamp": times.timestamp(conversation.last?.at ?? conversation.createdAt),
            "foundFullTime": times.full(conversation.last?.at ?? conversation.createdAt),
            "foundTime": times.short(conversation.last?.at ?? conversation.createdAt),
        ]
    }
}
