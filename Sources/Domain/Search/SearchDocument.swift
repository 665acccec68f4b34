package import struct Foundation.Date

/// Something that can be found, as the index keeps it: no text, only its words.
package struct SearchDocument: Sendable, Equatable {
    /// A kind of thing that is found. The index keeps each apart.
    package enum Kind: String, Sendable, CaseIterable { case message, contact, note }

    /// Words of one, at most.
    package static let wordLimit = 1_000

    package let id: String
    /// By which it stands in order.
    package let at: Date
    /// Among those of one moment.
    package let order: Int64
    /// Another when its words have changed.
    package let version: Int64
    /// Empty when it isn't to be found any more.
    package let words: Set<String>

    package init(id: String, at: Date, order: Int64 = 0, version: Int64, words: Set<String>) {
        (self.id, self.at, self.order, self.version, self.words) = (id, at, order, version, words)
    }

    /// The words of texts, as many as are kept, with the ends of long numbers.
    fileprivate static func words(of texts: [String]) -> Set<String> {
        var words: Set<String> = []
        for text in texts {
            for token in SearchText.tokens(in: text) where words.count < wordLimit {
                words.insert(token.word)
                if token.isLongNumber { words.insert(SearchMark.numberEnd(token.word)) }
            }
        }
        return words
    }
}

/// Words that no text can hold, by which a filter is looked for like a word.
package enum SearchMark {
    /// What such a word begins with; ends of numbers have one of their own.
    private static let sign = "\u{1}"
    private static let endSign = "\u{2}"

    package static func sender(_ id: Identifier<Sender>) -> String { "\(sign)s\(id.text)" }
    package static func author(_ text: String) -> String { "\(sign)a\(text)" }
    package static func kind(_ kind: SearchKind) -> String { "\(sign)k\(kind.rawValue)" }

    /// A number from its end, so that its last digits are the beginning of a word.
    package static func numberEnd(_ digits: some StringProtocol) -> String { "\(endSign)\(String(digits.reversed()))" }

    /// Whether it stands in a text as it is.
    static func isTyped(_ word: String) -> Bool { !word.hasPrefix(sign) && !word.hasPrefix(endSign) }

    /// Whether other words lead to it: those of texts and the ends of numbers, not filters.
    package static func isVocabulary(_ word: String) -> Bool { !word.hasPrefix(sign) }
}

extension Message {
    /// How it is found.
    package var searchDocument: SearchDocument {
        // What waits for its time, or was cancelled, nobody has written to anybody.
        let isSaid = status != .scheduled && status != .cancelled
        var words = revokedAt == nil && isSaid ? SearchDocument.words(of: content.searchTexts) : []
        if !words.isEmpty {
            words.insert(SearchMark.sender(senderID))
            if direction == .outbound, let author { words.insert(SearchMark.author(author)) }
            if let kind = content.searchKind { words.insert(SearchMark.kind(kind)) }
        }
        let changed = [editedAt, revokedAt].compactMap { $0?.milliseconds }.max() ?? 0
        return SearchDocument(id: id.text, at: at, order: sequence, version: isSaid ? changed : -1, words: words)
    }
}

extension Note {
    /// How it is found.
    ///
    /// - Parameter sender: of its conversation.
    package func searchDocument(of sender: Identifier<Sender>) -> SearchDocument {
        SearchDocument(
            id: id.text, at: at, order: sequence, version: editedAt.map { Int64($0.timeIntervalSince1970 * 1_000) } ?? 0,
            words: SearchDocument.words(of: [text]).union([SearchMark.sender(sender), SearchMark.author(author)]))
    }
}

extension Contact {
    /// How it is found: by the words of its names, its company, its username, its number and the end of it.
    /// - Parameter others: what else it is called, and its company.
    package func searchWords(_ others: [String?] = []) -> Set<String> {
        var words = Set(([name, username] + others).compactMap { $0 }.flatMap { SearchText.tokens(in: $0).map(\.word) })
        if let number = phoneNumber {
            for digits in Set([number.digits, MatchKey(number).text]) { words.formUnion([digits, SearchMark.numberEnd(digits)]) }
        }
        return words
    }
}

extension SearchText.Token {
    /// Whether it may be a telephone number or the like, of which people remember the end.
    fileprivate var isLongNumber: Bool {
        word.utf8.count >= 7 && word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension MessageContent {
    /// Everything in it that a person wrote or reads.
    package var searchTexts: [String] {
        switch self {
        case .text(let text): [text.body]
        case .media(let media): [media.caption, media.filename].compactMap { $0 }
        case .location(let location): [location.name, location.address].compactMap { $0 }
        case .contacts(let cards):
            cards.flatMap { card in
                [card.name.formattedName, card.company].compactMap { $0 } + (card.phones + card.emails + card.urls).map(\.value)
            }
        case .interactive(let content): content.searchTexts
        case .template(let template): [template.name] + (template.components ?? []).flatMap(\.searchTexts)
        case .button(let button): [button.text]
        case .reply(let reply): [reply.title, reply.description].compactMap { $0 }
        case .flowReply(let reply): [reply.body].compactMap { $0 } + reply.response.texts
        case .order(let order): [order.text].compactMap { $0 } + order.items.map(\.productId)
        case .system(let system): [system.body].compactMap { $0 }
        case .reaction, .call, .unsupported: []
        }
    }

    var searchKind: SearchKind? {
        switch self {
        case .text, .button, .reply: .text
        case .media(let media): SearchKind(rawValue: media.form.rawValue)
        case .location: .location
        case .contacts: .contacts
        case .interactive: .interactive
        case .template: .template
        case .order: .order
        case .reaction, .flowReply, .call, .system, .unsupported: nil
        }
    }
}

extension InteractiveContent {
    fileprivate var searchTexts: [String] {
        [header?.text, header?.media?.filename, body, footer, list?.button, link?.title].compactMap { $0 } + (buttons ?? []).map(\.title)
            + (list?.sections ?? []).flatMap { section in
                [section.title].compactMap { $0 } + section.rows.flatMap { [$0.title, $0.description].compactMap { $0 } }
            }
    }
}

extension JSONValue {
    /// The texts of a template's values, wherever they stand.
    fileprivate var searchTexts: [String] {
        switch self {
        case .array(let elements): elements.flatMap(\.searchTexts)
        case .object(let members):
            members.flatMap { name, value in name == "text" || name == "filename" ? value.texts : value.searchTexts }
        default: []
        }
    }

    /// All texts in it.
    fileprivate var texts: [String] {
        switch self {
        case .string(let text): [text]
        case .array(let elements): elements.flatMap(\.texts)
        case .object(let members): members.values.flatMap(\.texts)
        default: []
        }
    }
}
