/// The words by which people say what may be sent to them, and what is answered. The whole message has to be the word.
package struct ConsentWords: Sendable, Equatable, Codable {
    /// Characters of a word.
    package static let wordLimit = 30
    /// Words for one thing in one language.
    package static let wordsLimit = 30
    package static let languageLimit = 40
    /// Characters of a confirmation.
    package static let textLimit = 1_000
    /// Bytes and characters that a message may have to be looked at at all: a word, its signs and some space.
    private static let (messageBytes, messageCharacters) = (160, 40)

    /// The words of one language for one thing, and the answer to them.
    package struct Group: Sendable, Equatable, Codable {
        package var words: [String]
        /// Sent once it has changed something; nothing is sent when it is empty.
        package var confirmation: String

        package init(_ words: [String], confirmation: String) { (self.words, self.confirmation) = (words, confirmation) }
    }

    package struct Language: Sendable, Equatable, Codable {
        /// As WhatsApp writes it: `en`, `pt_BR`.
        package let code: String
        package var optOut: Group
        package var stopAll: Group
        package var optIn: Group

        package init(code: String, optOut: Group, stopAll: Group, optIn: Group) {
            (self.code, self.optOut, self.stopAll, self.optIn) = (code, optOut, stopAll, optIn)
        }

        package func group(of change: ConsentChange) -> Group {
            switch change {
            case .optIn: optIn
            case .optOut: optOut
            case .stopAll: stopAll
            }
        }
    }

    /// The first is answered in when a word belongs to several.
    package let languages: [Language]
    /// By the folded word: what it stands for, and in which languages.
    private let meanings: [String: Meaning]

    /// What a message says.
    package struct Meaning: Sendable, Equatable {
        package let change: ConsentChange
        /// Codes, in the order of the settings.
        package let languages: [String]

        package init(change: ConsentChange, languages: [String]) { (self.change, self.languages) = (change, languages) }
    }

    /// Throws ``ConsentProblem``.
    package init(_ languages: [Language]) throws(ConsentProblem) {
        guard languages.count <= Self.languageLimit else { throw .tooManyLanguages }
        var meanings: [String: Meaning] = [:]
        var codes: Set<String> = []
        var tidied: [Language] = []
        for language in languages {
            let code = language.code.trimmed
            guard TemplateLanguages.knows(code) else { throw .languageUnknown(code) }
            guard codes.insert(code).inserted else { throw .languageTwice(code) }
            var groups: [ConsentChange: Group] = [:]
            for change in ConsentChange.allCases {
                groups[change] = try Self.tidied(language.group(of: change), change, of: code, &meanings)
            }
            guard let optOut = groups[.optOut], let stopAll = groups[.stopAll], let optIn = groups[.optIn] else { continue }
            tidied.append(Language(code: code, optOut: optOut, stopAll: stopAll, optIn: optIn))
        }
        (self.languages, self.meanings) = (tidied, meanings)
    }

    private static func tidied(
        _ group: Group, _ change: ConsentChange, of code: String, _ meanings: inout [String: Meaning]
    ) throws(ConsentProblem) -> Group {
        guard group.words.count <= wordsLimit else { throw .tooManyWords(language: code) }
        var words: [String] = []
        for word in group.words.map(\.trimmed) where !word.isEmpty {
            guard let key = key(word), word.count <= wordLimit else { throw .wordTooLong(word) }
            let known = meanings[key]
            guard known == nil || known?.change == change else { throw .wordTwice(word) }
            words.append(word)
            guard known?.languages.contains(code) != true else { continue }
            meanings[key] = Meaning(change: change, languages: (known?.languages ?? []) + [code])
        }
        let text = group.confirmation.trimmed
        guard text.count <= textLimit, text.unicodeScalars.count <= 2 * textLimit else {
            throw .textTooLong(language: code, count: text.count)
        }
        return Group(words, confirmation: text)
    }

    /// What a message stands for, if the whole of it is a word. Most messages are longer than any, and are done with at once.
    package func meaning(of text: String) -> Meaning? { Self.key(text).flatMap { meanings[$0] } }

    /// Whether a message is short enough to be a word at all.
    package static func mayBeWord(_ text: String) -> Bool {
        let count = text.utf8.count
        return count <= messageCharacters || count <= messageBytes && text.count <= messageCharacters
    }

    /// Without capitals, accents, and the signs and spaces around it; nil for what is too long or nothing.
    private static func key(_ text: String) -> String? {
        guard mayBeWord(text) else { return nil }
        // As telephones write it by themselves.
        var rest = text.replacing("\u{2019}", with: "'")[...]
        while let first = rest.first, first.isWhitespace || first.isPunctuation { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace || last.isPunctuation { rest.removeLast() }
        guard !rest.isEmpty, rest.count <= wordLimit else { return nil }
        let key = rest.split(whereSeparator: \.isWhitespace).map { SearchText.folded($0) }.joined(separator: " ")
        return key.isEmpty ? nil : key
    }

    /// The answer to a change in the first of these languages that has one.
    package func confirmation(of change: ConsentChange, in codes: [String]) -> String? {
        for code in codes {
            let text = languages.first { $0.code == code }?.group(of: change).confirmation
            if let text, !text.isEmpty { return text }
        }
        return nil
    }

    package func encode(to encoder: any Encoder) throws { try languages.encode(to: encoder) }
    package init(from decoder: any Decoder) throws { try self.init([Language](from: decoder)) }
}

extension MessageContent {
    /// What the customer said in it, where that may be a word: their text, or the title of the button that they tapped.
    package var possibleWord: String? {
        let text =
            switch self {
            case .text(let text): text.body
            case .button(let button): button.text
            case .reply(let reply): reply.title
            default: ""
            }
        return text.isEmpty || !ConsentWords.mayBeWord(text) ? nil : text
    }
}
