package import Domain
internal import Foundation
package import Store

/// Finds messages, notes and contacts by their words.
package struct SearchService: Sendable {
    /// Places whose messages are looked up for one answer, at most: the others come with the next.
    private static let lookLimit = 20_000
    private static let firstLook = 128
    private static let largestLook = 1_024
    /// Conversations that are looked up beside contacts, for each.
    private static let conversationsPerContact = 20

    private let database: any Database

    package init(database: any Database) { self.database = database }

    /// A page of what was found.
    package struct Answer<Element: Sendable>: Sendable {
        package var data: [Element]
        /// Where the next page begins; nil at the end.
        package var next: String?
        /// The spelling with which it was found.
        package var spelling: SearchSpelling
        /// Words that were looked for, without capitals and accents: those to mark.
        package var words: Set<String>
        /// False while the index is being made for the first time: older ones may be missing.
        package var isIndexComplete: Bool
        /// Whether the answer ended before the page was full, because so much had to be looked through.
        package var isPart: Bool

        package init(
            data: [Element], next: String?, spelling: SearchSpelling, words: Set<String>, isIndexComplete: Bool, isPart: Bool
        ) {
            (self.data, self.next, self.spelling, self.words) = (data, next, spelling, words)
            (self.isIndexComplete, self.isPart) = (isIndexComplete, isPart)
        }
    }

    package struct FoundMessage: Sendable {
        package let message: Message
        package let conversation: Conversation

        package init(message: Message, conversation: Conversation) { (self.message, self.conversation) = (message, conversation) }
    }

    /// Messages with all words of the text, newest first.
    ///
    /// - Parameters:
    ///   - spelling: exact or similar; without it similar spellings are looked for when nothing else was found.
    ///   - after: ``Answer/next`` of the page before.
    package func messages(
        _ text: String, _ filter: SearchFilter, spelling: SearchSpelling? = nil, after: String? = nil, limit: Int, access: Access
    ) async throws -> Answer<FoundMessage> {
        let query = try SearchQuery(parsing: text)
        if let from = filter.from, let before = filter.before, from >= before { throw SearchProblem.datesReversed }
        let cursor = try after.map(SearchCursor.init(parsing:))
        return try await database.read { transaction in
            let found = try find(.message, query, filter, spelling, cursor, limit, access, in: transaction) { table, places in
                try table.messages(at: places, filter.direction)
            }
            let messages = Dictionary(
                try MessageTable(transaction, access).list(found.data.map { Identifier($0.subject) }).map { ($0.id.text, $0) },
                uniquingKeysWith: { one, _ in one })
            let conversations = try self.conversations(of: messages.values.map(\.conversationID), access, in: transaction)
            return found.map { found in
                messages[found.subject].flatMap { message in
                    conversations[message.conversationID].map { FoundMessage(message: message, conversation: $0) }
                }
            }
        }
    }

    package struct FoundNote: Sendable {
        package let note: Note
        package let conversation: Conversation

        package init(note: Note, conversation: Conversation) { (self.note, self.conversation) = (note, conversation) }
    }

    /// Notes with all words of the text, newest first. Of the filter, the sender, the author and the times count: a note has no kind and no direction.
    package func notes(
        _ text: String, _ filter: SearchFilter, spelling: SearchSpelling? = nil, after: String? = nil, limit: Int, access: Access
    ) async throws -> Answer<FoundNote> {
        let query = try SearchQuery(parsing: text)
        if let from = filter.from, let before = filter.before, from >= before { throw SearchProblem.datesReversed }
        let cursor = try after.map(SearchCursor.init(parsing:))
        return try await database.read { transaction in
            let found = try find(.note, query, filter, spelling, cursor, limit, access, in: transaction) { try $0.notes(at: $1) }
            let notes = Dictionary(
                try NoteTable(transaction, access).list(found.data.map { Identifier($0.subject) }).map { ($0.id.text, $0) },
                uniquingKeysWith: { one, _ in one })
            let conversations = try self.conversations(of: notes.values.map(\.conversationID), access, in: transaction)
            return found.map { found in
                notes[found.subject].flatMap { note in
                    conversations[note.conversationID].map { FoundNote(note: note, conversation: $0) }
                }
            }
        }
    }

    private func conversations(
        of ids: [Identifier<Conversation>], _ access: Access, in transaction: any Transaction
    ) throws -> [Identifier<Conversation>: Conversation] {
        let ids = Array(Set(ids))
        return Dictionary(
            try ids.isEmpty ? [] : ConversationTable(transaction, access).find(ids).map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }
        )
    }

    /// The conversations with contacts whose name, username or number has all words of the text; the newest contact first.
    package func contacts(
        _ text: String, spelling: SearchSpelling? = nil, after: String? = nil, limit: Int, access: Access
    ) async throws -> Answer<[Conversation]> {
        let query = try SearchQuery(parsing: text)
        let cursor = try after.map(SearchCursor.init(parsing:))
        return try await database.read { transaction in
            let found = try find(.contact, query, SearchFilter(), spelling, cursor, limit, access, in: transaction) { table, places in
                try table.contacts(at: places)
            }
            guard let index = try SearchIndexTable(transaction).readable(in: access.workspaceID), !found.data.isEmpty else {
                return found.map { _ in nil }
            }
            let table = try SearchTable(transaction, access, generation: index.generation, kind: .contact)
            let ids = try table.conversations(
                of: found.data.map(\.subject), limit: found.data.count * Self.conversationsPerContact)
            let order = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
            let conversations = try ConversationTable(transaction, access).find(ids).sorted { order[$0.id]! < order[$1.id]! }
            let byContact = Dictionary(grouping: conversations, by: \.contact.id.text)
            return found.map { byContact[$0.subject] }
        }
    }

    /// Contacts whose name, company or number has all words of the text, of those that the filter shows; the newest first.
    package func directory(
        _ text: String, _ shown: ContactFilter, after: String? = nil, limit: Int, access: Access
    ) async throws -> Answer<DirectoryContact> {
        try access.require(.contactsView)
        let query = try SearchQuery(parsing: text)
        let cursor = try after.map(SearchCursor.init(parsing:))
        return try await database.read { transaction in
            // Who may see no conversation searches the directory nevertheless; what is shown is decided with their own rights.
            let reading = access.withGrant(.conversationsView)
            let found = try find(.contact, query, SearchFilter(), nil, cursor, limit, reading, in: transaction) { table, places in
                try table.contacts(at: places, shown, as: access)
            }
            let contacts = try DirectoryTable(transaction, access).find(found.data.map { Identifier($0.subject) })
            let byID = Dictionary(contacts.map { ($0.id.text, $0) }, uniquingKeysWith: { one, _ in one })
            return found.map { byID[$0.subject] }
        }
    }

    // MARK: Finding

    private func find(
        _ kind: SearchDocument.Kind, _ query: SearchQuery, _ filter: SearchFilter, _ spelling: SearchSpelling?, _ cursor: SearchCursor?,
        _ limit: Int, _ access: Access, in transaction: any Transaction,
        _ visible: (SearchTable, [Int64]) throws -> [SearchTable.Found]
    ) throws -> Answer<SearchTable.Found> {
        try access.require(.conversationsView)
        let none = Answer<SearchTable.Found>(
            data: [], next: nil, spelling: .exact, words: [], isIndexComplete: false, isPart: false)
        guard let index = try SearchIndexTable(transaction).readable(in: access.workspaceID) else { return none }
        let table = try SearchTable(transaction, access, generation: index.generation, kind: kind)
        let isComplete = index.state == .live && index.walkedKind != kind.rawValue
        let wanted = cursor?.spelling ?? spelling
        let exact = try find(table, query, filter, wanted ?? .exact, cursor, limit, isComplete, visible)
        // What is found decides, and not which words exist: those of conversations that the caller can't see must make no difference.
        guard exact.data.isEmpty, !exact.isPart, wanted == nil, cursor == nil else { return exact }
        let similar = try find(table, query, filter, .similar, nil, limit, isComplete, visible)
        return similar.data.isEmpty && !similar.isPart ? exact : similar
    }

    private func find(
        _ table: SearchTable, _ query: SearchQuery, _ filter: SearchFilter, _ spelling: SearchSpelling, _ cursor: SearchCursor?,
        _ limit: Int, _ isIndexComplete: Bool, _ visible: (SearchTable, [Int64]) throws -> [SearchTable.Found]
    ) throws -> Answer<SearchTable.Found> {
        let words = try query.terms.map { try self.words(for: $0, spelling, table) }
        let terms = Self.marks(of: filter) + zip(query.terms, words).sorted { $0.0.weight > $1.0.weight }.map { $0.1 }
        let upper = min(cursor?.place ?? .max, filter.before.map(Self.place) ?? .max, Self.lastPlace)
        var matcher = SearchMatcher(table, terms: terms, from: filter.from.map(Self.place) ?? 0, below: upper)
        var answer = Answer<SearchTable.Found>(
            data: [], next: nil, spelling: spelling, words: Set(words.joined()), isIndexComplete: isIndexComplete, isPart: false)
        var (looked, look) = (0, Self.firstLook)
        while let places = try matcher.next() {
            var rest = places[...]
            while !rest.isEmpty {
                let some = Array(rest.prefix(look))
                rest = rest.dropFirst(look)
                look = min(look * 2, Self.largestLook)
                looked += some.count
                answer.data += try visible(table, some)
                if answer.data.count > limit {
                    answer.data = Array(answer.data.prefix(limit))
                    answer.next = answer.data.last.map { SearchCursor(place: $0.place, spelling: spelling).text }
                    return answer
                }
                if looked >= Self.lookLimit { return answer.stopping(at: some[some.count - 1], spelling) }
            }
            if matcher.isExhausted { return answer.stopping(at: matcher.position, spelling) }
        }
        return answer
    }

    /// Milliseconds; later than any message.
    private static let lastPlace: Int64 = 1 << 52

    private static func place(_ date: Date) -> Int64 {
        Int64((min(max(date.timeIntervalSince1970, 0), 4e12) * 1_000).rounded())
    }

    private static func marks(of filter: SearchFilter) -> [[String]] {
        [
            filter.authorID.map { SearchMark.author(Actor.member($0).text) }, filter.senderID.map(SearchMark.sender),
            filter.kind.map(SearchMark.kind),
        ].compactMap { $0.map { [$0] } }
    }

    /// All that a term stands for.
    private func words(for term: SearchTerm, _ spelling: SearchSpelling, _ table: SearchTable) throws -> [String] {
        var words = [term.word]
        if term.isPrefix { words += try table.words(from: term.word, limit: SearchMatcher.wordLimit) }
        if term.isNumber {
            // Abroad a number has no zeros in front.
            let digits = term.word.drop { $0 == "0" }
            if digits.utf8.count >= 3 { words += try table.words(from: SearchMark.numberEnd(digits), limit: SearchMatcher.wordLimit) }
            if digits.utf8.count >= 3, digits.utf8.count < term.word.utf8.count {
                words += try table.words(from: String(digits), limit: SearchMatcher.wordLimit)
            }
        }
        if spelling == .similar, term.hasSimilar {
            words += term.swapped + (try table.words(near: term, limit: SearchMatcher.wordLimit))
        }
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }
}

extension SearchService.Answer {
    fileprivate func map<Other: Sendable>(_ body: (Element) throws -> Other?) rethrows -> SearchService.Answer<Other> {
        SearchService.Answer<Other>(
            data: try data.compactMap(body), next: next, spelling: spelling, words: words, isIndexComplete: isIndexComplete, isPart: isPart)
    }

    /// What has come so far, and where the rest begins.
    fileprivate func stopping(at place: Int64, _ spelling: SearchSpelling) -> Self {
        var answer = self
        answer.next = SearchCursor(place: place, spelling: spelling).text
        answer.isPart = true
        return answer
    }
}

/// A place among what is found, and the spelling with which it was found.
struct SearchCursor: Equatable {
    /// Places at and after it were given.
    let place: Int64
    let spelling: SearchSpelling

    init(place: Int64, spelling: SearchSpelling) { (self.place, self.spelling) = (place, spelling) }

    init(parsing text: String) throws(PageProblem) {
        let cursor = try PageCursor(parsing: text)
        guard cursor.first >= 0, let spelling = SearchSpelling(rawValue: cursor.second) else { throw .cursorMalformed }
        self.init(place: cursor.first, spelling: spelling)
    }

    var text: String { PageCursor(first: place, second: spelling.rawValue).text }
}
