internal import Foundation

/// What is searched by: words without accents and capitals. Scripts that are written without spaces are taken apart into pairs of characters.
package enum SearchText {
    /// Characters of one word, at most; of a longer one its beginning is kept.
    package static let wordLimit = 40

    /// A word and where it stands in the text it was read from.
    package struct Token: Sendable, Equatable {
        package let word: String
        package let range: Range<String.Index>
        /// One of the overlapping pairs of a run without spaces.
        package let isPart: Bool
    }

    /// In the order of the text.
    package static func tokens(in text: String) -> [Token] {
        var reader = TokenReader(text)
        return reader.read()
    }

    /// Without what tells writings of one word apart: capitals, accents, vowel signs of Arabic and Hebrew, wide and narrow forms.
    package static func folded(_ run: Substring) -> String {
        if run.utf8.allSatisfy({ $0 < 0x80 }) { return String(run.lowercased().prefix(wordLimit)) }
        var kept = String.UnicodeScalarView()
        for scalar in String(run).decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
            if isDropped(scalar) { continue }
            if let other = twins[scalar] { kept.append(contentsOf: other.unicodeScalars) } else { kept.append(scalar) }
        }
        return String(String(kept).precomposedStringWithCanonicalMapping.prefix(wordLimit))
    }

    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Combining accents; points of Hebrew; vowel signs, lengthening and small alef of Arabic; joiners, marks of direction, variants.
        case 0x0300...0x036F, 0x0591...0x05C7, 0x0610...0x061A, 0x0640, 0x064B...0x065F, 0x0670, 0x200B...0x200F, 0xFE00...0xFE0F,
            0x1F3FB...0x1F3FF:
            true
        default: false
        }
    }

    /// Letters that don't come apart by themselves, and those that are written one for the other.
    private static let twins: [Unicode.Scalar: String] = [
        "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ς": "σ",
        "\u{0671}": "\u{0627}", "\u{0629}": "\u{0647}", "\u{0649}": "\u{064A}", "\u{06CC}": "\u{064A}", "\u{06A9}": "\u{0643}",
    ]

    /// Whether a script is written without spaces between words: Thai and its neighbours, Chinese, Japanese.
    static func isDense(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3005...0x3007, 0x3040...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9F, 0x20000...0x3FFFF:
            true
        default: false
        }
    }
}

/// Takes a text apart.
private struct TokenReader {
    /// Digits from which groups with signs between them count as one number.
    private static let numberDigits = 7

    private enum Class { case word, dense, emoji, quote, other }

    private let text: String
    private var tokens: [SearchText.Token] = []
    /// The run that is being read.
    private var start: String.Index?
    private var dense: [(folded: String, range: Range<String.Index>)] = []
    /// The group of digits that may be one number.
    private var digits = ""
    private var groups = 0
    private var numberStart: String.Index?
    private var numberEnd: String.Index

    init(_ text: String) {
        self.text = text
        numberEnd = text.startIndex
    }

    mutating func read() -> [SearchText.Token] {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            take(text[index], at: index..<next, next: next)
            index = next
        }
        endRun(at: text.endIndex)
        endDense()
        endNumber()
        return tokens
    }

    private mutating func take(_ character: Character, at range: Range<String.Index>, next: String.Index) {
        let kind = Self.kind(of: character)
        if kind != .dense { endDense() }
        switch kind {
        case .word:
            if start == nil { start = range.lowerBound }
            return
        case .quote:
            // don't, l’été: one word.
            if start != nil, next < text.endIndex, Self.kind(of: text[next]) == .word { return }
            endRun(at: range.lowerBound)
            endNumber()
        case .dense:
            endRun(at: range.lowerBound)
            endNumber()
            dense.append((SearchText.folded(text[range]), range))
        case .emoji:
            endRun(at: range.lowerBound)
            endNumber()
            add(SearchText.folded(text[range]), range)
        case .other:
            endRun(at: range.lowerBound)
            if !Self.standsInNumbers(character) { endNumber() }
        }
    }

    private static func kind(of character: Character) -> Class {
        let scalar = character.unicodeScalars.first!
        if scalar.isASCII {
            if character.unicodeScalars.count == 1 {
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9": return .word
                case "'": return .quote
                default: return .other
                }
            }
            return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? .word : .other
        }
        if SearchText.isDense(scalar) { return .dense }
        if scalar == "\u{2019}" || scalar == "\u{02BC}" { return .quote }
        let properties = scalar.properties
        if properties.isAlphabetic || properties.numericType == .decimal { return .word }
        if properties.isEmojiPresentation || (properties.isEmoji && character.unicodeScalars.contains("\u{FE0F}")) || properties.isEmoji {
            return .emoji
        }
        return .other
    }

    private static func standsInNumbers(_ character: Character) -> Bool {
        switch character {
        case " ", "\u{A0}", "\u{202F}", "-", "\u{2011}", "\u{2013}", ".", "/", "(", ")", "\u{2060}": true
        default: false
        }
    }

    private mutating func endRun(at end: String.Index) {
        guard let begin = start else { return }
        start = nil
        let word = SearchText.folded(text[begin..<end].filter { $0 != "'" && $0 != "\u{2019}" && $0 != "\u{02BC}" })
        guard !word.isEmpty else { return }
        let isDigits = word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if !isDigits { endNumber() }
        add(word, begin..<end)
        if isDigits {
            if numberStart == nil { numberStart = begin }
            digits += word
            groups += 1
            numberEnd = end
        } else if word.hasPrefix("ال"), word.count >= 5 {
            // The Arabic article is written together with its word.
            tokens.append(.init(word: String(word.dropFirst(2)), range: begin..<end, isPart: true))
        }
    }

    /// A number that is written in groups is also found as one.
    private mutating func endNumber() {
        if let begin = numberStart, groups > 1, digits.utf8.count >= Self.numberDigits, digits.utf8.count <= 20 {
            tokens.append(.init(word: digits, range: begin..<numberEnd, isPart: false))
        }
        (digits, groups, numberStart) = ("", 0, nil)
    }

    private mutating func endDense() {
        guard !dense.isEmpty else { return }
        for (one, other) in zip(dense, dense.dropFirst()) {
            tokens.append(
                .init(word: one.folded + other.folded, range: one.range.lowerBound..<other.range.upperBound, isPart: true))
        }
        // The last one begins no pair, and is to be found by itself.
        let last = dense[dense.count - 1]
        tokens.append(.init(word: last.folded, range: last.range, isPart: dense.count > 1))
        dense = []
    }

    private mutating func add(_ word: String, _ range: Range<String.Index>) {
        guard !word.isEmpty else { return }
        tokens.append(.init(word: word, range: range, isPart: false))
    }
}
