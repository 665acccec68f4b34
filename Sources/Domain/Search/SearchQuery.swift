package import struct Foundation.Date

/// What somebody looks for: words, in any order, all of which must be there.
package struct SearchQuery: Sendable, Equatable {
    /// Characters.
    package static let textLimit = 200

    package let terms: [SearchTerm]

    /// Takes the text for nothing but text. Throws ``SearchProblem``.
    package init(parsing text: String) throws(SearchProblem) {
        guard text.utf8.count <= Self.textLimit * 4, text.count <= Self.textLimit else { throw .textTooLong }
        let tokens = SearchText.tokens(in: text)
        // Of a number in groups only the whole of it is looked for; of a run without spaces its pairs, unless it is one character.
        let numbers = tokens.filter { token in !token.isPart && tokens.contains { $0 != token && token.contains($0) && $0.isDigits } }
        var terms: [SearchTerm] = []
        for token in tokens {
            if numbers.contains(where: { $0 != token && $0.contains(token) }) { continue }
            if token.isPart, token.word.first.map({ !SearchText.isDense($0.unicodeScalars.first!) }) ?? true { continue }
            if token.isPart, token.word.count < 2 { continue }
            let term = SearchTerm(token.word)
            if !terms.contains(term) { terms.append(term) }
        }
        guard terms.contains(where: \.isEnough) else { throw .textTooShort }
        self.terms = terms
    }
}

extension SearchText.Token {
    fileprivate var isDigits: Bool { word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
    fileprivate func contains(_ other: Self) -> Bool {
        isDigits && range.lowerBound <= other.range.lowerBound && range.upperBound >= other.range.upperBound
    }
}

/// One word that is looked for.
package struct SearchTerm: Sendable, Hashable {
    /// Letters from which a word is also looked for with one letter wrong.
    package static let similarLetters = 5

    package let word: String

    package init(_ word: String) { self.word = word }

    package var isNumber: Bool { word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }

    private var isDense: Bool { word.unicodeScalars.first.map(SearchText.isDense) ?? false }

    /// Whether words that begin so are found too.
    package var isPrefix: Bool {
        if isDense { return word.count == 1 }
        return word.count >= (word.utf8.first.map { $0 < 0x80 } ?? true ? 3 : 2)
    }

    /// Whether it says enough to be looked for alone.
    var isEnough: Bool { word.utf8.count >= 2 }

    /// Numbers and pairs of characters have no near spelling.
    package var hasSimilar: Bool {
        word.count >= Self.similarLetters && !isDense && !word.contains { $0.isNumber }
    }

    /// How much it narrows, as far as the word itself tells: the longest are rare.
    package var weight: Int { word.utf8.count }

    /// The spellings in which two neighbours have changed places.
    package var swapped: [String] {
        let letters = Array(word)
        return (0..<max(0, letters.count - 1)).compactMap { index in
            guard letters[index] != letters[index + 1] else { return nil }
            var other = letters
            other.swapAt(index, index + 1)
            return String(other)
        }
    }

    /// Whether another word differs by one letter at most: another one, one more, one less.
    package func isNear(_ other: String) -> Bool {
        let (one, two) = (Array(word), Array(other))
        guard abs(one.count - two.count) <= 1 else { return false }
        var start = 0
        while start < min(one.count, two.count), one[start] == two[start] { start += 1 }
        var (end, otherEnd) = (one.count, two.count)
        while end > start, otherEnd > start, one[end - 1] == two[otherEnd - 1] { (end, otherEnd) = (end - 1, otherEnd - 1) }
        return end - start <= 1 && otherEnd - start <= 1
    }

    /// The two halves, one of which a word with one wrong letter has in common with this.
    package var halves: (first: String, last: String) {
        let middle = (word.count + 1) / 2
        return (String(word.prefix(middle)), String(word.dropFirst(middle)))
    }
}

/// What narrows a search of messages.
package struct SearchFilter: Sendable, Equatable {
    package var senderID: Identifier<Sender>?
    /// The colleague who wrote it.
    package var authorID: Identifier<Account>?
    package var kind: SearchKind?
    package var direction: MessageDirection?
    /// From this moment on.
    package var from: Date?
    /// Before this moment.
    package var before: Date?

    package init(
        senderID: Identifier<Sender>? = nil, authorID: Identifier<Account>? = nil, kind: SearchKind? = nil,
        direction: MessageDirection? = nil, from: Date? = nil, before: Date? = nil
    ) {
        (self.senderID, self.authorID, self.kind, self.direction) = (senderID, authorID, kind, direction)
        (self.from, self.before) = (from, before)
    }

    package var isEmpty: Bool { self == SearchFilter() }
}

/// Kinds of message as people tell them apart when they look for one.
package enum SearchKind: String, Sendable, CaseIterable, Codable {
    case text, image, video, audio, voice, document, location, contacts, interactive, template, order
}

/// Whether words that are spelled a little differently are found too.
package enum SearchSpelling: String, Sendable, CaseIterable, Codable { case exact, similar }

package enum SearchProblem: Problem, Equatable {
    case textTooShort
    case textTooLong
    case datesReversed

    package var kind: ProblemKind { .invalid }

    package var code: String {
        switch self {
        case .textTooShort: "search.text-too-short"
        case .textTooLong: "search.text-too-long"
        case .datesReversed: "search.dates-reversed"
        }
    }

    package var detail: String {
        switch self {
        case .textTooShort: "Type a word of at least two letters or digits to look for."
        case .textTooLong: "That is too long to look for. \(SearchQuery.textLimit) characters are the most; some words of it will do."
        case .datesReversed: "The first day is after the last. Swap the two dates, or leave one of them empty."
        }
    }

    package var field: String? {
        switch self {
        case .textTooShort, .textTooLong: "text"
        case .datesReversed: "from"
        }
    }
}
