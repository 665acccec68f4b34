/// A piece of a text around the first word that was looked for, with all such words told apart.
package struct SearchSnippet: Sendable, Equatable {
    /// Characters of the whole, about.
    package static let length = 160
    /// Characters before the first word found.
    private static let lead = 40

    package struct Piece: Sendable, Equatable {
        package let text: String
        package let isMarked: Bool

        package init(_ text: String, isMarked: Bool = false) { (self.text, self.isMarked) = (text, isMarked) }
    }

    package let pieces: [Piece]

    /// From the first of the texts that has one of the words; from the first text when none has.
    package init(_ texts: [String], words: Set<String>) {
        for text in texts {
            let ranges = Self.ranges(in: text, words)
            guard let first = ranges.first else { continue }
            pieces = Self.pieces(of: text, ranges, from: first.lowerBound)
            return
        }
        pieces = texts.first.map { Self.pieces(of: $0, [], from: $0.startIndex) } ?? []
    }

    /// Where the words stand, in order, neighbours as one.
    private static func ranges(in text: String, _ words: Set<String>) -> [Range<String.Index>] {
        // The end of a number leads to the number.
        let numbers = words.filter { !SearchMark.isTyped($0) }.map { String($0.dropFirst().reversed()) }
        let found = SearchText.tokens(in: text).filter { words.contains($0.word) || numbers.contains($0.word) }.map(\.range)
            .sorted { $0.lowerBound < $1.lowerBound }
        return found.reduce(into: []) { ranges, range in
            if let last = ranges.last, range.lowerBound <= last.upperBound {
                ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                ranges.append(range)
            }
        }
    }

    private static func pieces(of text: String, _ ranges: [Range<String.Index>], from first: String.Index) -> [Piece] {
        var start = text.index(first, offsetBy: -lead, limitedBy: text.startIndex) ?? text.startIndex
        // From the beginning of a word, if one is near.
        if start > text.startIndex, let blank = text[start..<first].firstIndex(where: \.isWhitespace) { start = text.index(after: blank) }
        let end = text.index(start, offsetBy: length, limitedBy: text.endIndex) ?? text.endIndex
        var pieces = start > text.startIndex ? [Piece("… ")] : []
        var place = start
        for range in ranges where range.upperBound > place && range.lowerBound < end {
            let (from, to) = (max(range.lowerBound, place), min(range.upperBound, end))
            if from > place { pieces.append(Piece(line(text[place..<from]))) }
            pieces.append(Piece(line(text[from..<to]), isMarked: true))
            place = to
        }
        if place < end { pieces.append(Piece(line(text[place..<end]))) }
        if end < text.endIndex { pieces.append(Piece(" …")) }
        return pieces
    }

    private static func line(_ text: Substring) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
