internal import Domain

/// Turns what people write on WhatsApp into HTML: `*bold*`, `_italic_`, `~struck~`, `` `code` ``, ```` ```blocks``` ````, `> quotes`,
/// `- items` of lists, web addresses, telephone numbers with their country code, and in notes whom they call.
///
/// Whatever comes in, what goes out holds only the elements named here, properly nested, and every other character escaped.
struct MessageMarkup {
    /// Levels of marks inside marks. WhatsApp has four kinds, so more would only serve to tire the browser.
    private static let depthLimit = 4
    /// Longest web address that becomes a link, in characters.
    private static let addressLimit = 2_000

    /// Characters of a number with what stands between its digits.
    private static let numberLimit = 30

    /// - Parameters:
    ///   - numbersLead: where somebody is written to, up to the number; nil leaves numbers as text.
    ///   - callable: who can be called by `@`.
    static func html(_ text: String, numbersLead: String? = nil, callable: [String] = []) -> String {
        var output = ""
        output.reserveCapacity(text.utf8.count + 64)
        MessageMarkup(numbersLead: numbersLead, callable: CallableNames(callable)).blocks(Array(text), into: &output)
        return output
    }

    private let numbersLead: String?
    private let callable: CallableNames

    /// The text without its marks, in one line: for the list and for quotes.
    static func line(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        var rest = html(text).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "<":
                let tag = rest.prefix { $0 != ">" }
                rest = rest.dropFirst(tag.count + 1)
                // A block stands apart from what is around it.
                if ["pre", "/pre", "blockquote", "/blockquote", "li", "/ul"].contains(String(tag)) { output.append(" ") }
            case "&":
                let name = rest.prefix { $0 != ";" }
                rest = rest.dropFirst(name.count + 1)
                if let character = escaped[String(name)] { output.append(character) }
            case "\n", "\r": output.append(" ")
            default: output.append(scalar)
            }
        }
        return String(output).split(separator: " ").joined(separator: " ")
    }

    private static let escaped: [String: Unicode.Scalar] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]

    /// Whether the text is one to three emoji and nothing else, which is shown larger.
    static func isEmojiOnly(_ text: String) -> Bool {
        var count = 0
        for character in text where !character.isWhitespace {
            count += 1
            guard count <= 3, isEmoji(character) else { return false }
        }
        return count > 0
    }

    private static func isEmoji(_ character: Character) -> Bool {
        guard let first = character.unicodeScalars.first?.properties else { return false }
        return first.isEmojiPresentation || (first.isEmoji && character.unicodeScalars.count > 1 && !character.isASCII)
    }

    // MARK: Blocks

    private func blocks(_ text: [Character], into output: inout String) {
        let fence: [Character] = ["`", "`", "`"]
        var start = 0
        while let open = Self.find(fence, in: text, from: start), let close = Self.find(fence, in: text, from: open + 3), close > open + 3 {
            lines(text[start..<open], into: &output)
            output += "<pre>"
            Self.escape(Self.trimmingNewlines(text[(open + 3)..<close]), into: &output)
            output += "</pre>"
            start = close + 3
            // The block has a line of its own already.
            if start < text.count, text[start].isNewline { start += 1 }
        }
        lines(text[start...], into: &output)
    }

    private func lines(_ text: ArraySlice<Character>, into output: inout String) {
        var isFirst = true
        var followsBlock = false
        var isInList = false
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let item = Self.item(line)
            if isInList, item == nil { output += "</ul>" }
            if !isFirst, !followsBlock { output += "\n" }
            (isFirst, followsBlock) = (false, false)
            defer { isInList = item != nil }
            if let item {
                if !isInList {
                    if output.last == "\n" { output.removeLast() }
                    output += "<ul>"
                }
                output += "<li>"
                inline(item, depth: 0, into: &output)
                output += "</li>"
                followsBlock = true
            } else if line.starts(with: [">", " "]) {
                if output.last == "\n" { output.removeLast() }
                output += "<blockquote>"
                inline(line.dropFirst(2), depth: 0, into: &output)
                output += "</blockquote>"
                followsBlock = true
            } else {
                inline(line, depth: 0, into: &output)
            }
        }
        if isInList { output += "</ul>" }
    }

    /// What a line says that is an item of a list: `- so`, `* so`.
    private static func item(_ line: ArraySlice<Character>) -> ArraySlice<Character>? {
        guard line.starts(with: ["-", " "]) || line.starts(with: ["*", " "]) else { return nil }
        let text = line.dropFirst(2)
        return text.contains { !$0.isWhitespace } ? text : nil
    }

    // MARK: Inside a line

    private func inline(_ text: ArraySlice<Character>, depth: Int, into output: inout String) {
        var index = text.startIndex
        // Marks that close nowhere from here on: looked for once, so that a line full of stars costs no more than its length.
        var unclosed: Set<Character> = []
        while index < text.endIndex {
            let character = text[index]
            if character == "h", Self.isWordStart(index, in: text), let end = Self.addressEnd(from: index, in: text) {
                Self.link(text[index..<end], into: &output)
                index = end
            } else if character == "+", let numbersLead, Self.isWordStart(index, in: text), let found = Self.number(from: index, in: text) {
                Self.link(text[index..<found.end], to: found.number, at: numbersLead, into: &output)
                index = found.end
            } else if character == "@", let name = callable.name(calledAt: index, in: text) {
                output += "<b>@"
                Self.escape(name, into: &output)
                output += "</b>"
                index = name.endIndex
            } else if depth < Self.depthLimit, let element = Self.element(of: character), !unclosed.contains(character),
                Self.opens(at: index, in: text)
            {
                guard let close = Self.closing(character, from: index, in: text) else {
                    unclosed.insert(character)
                    continue
                }
                output += "<\(element)>"
                if character == "`" {
                    Self.escape(text[(index + 1)..<close], into: &output)
                } else {
                    inline(text[(index + 1)..<close], depth: depth + 1, into: &output)
                }
                output += "</\(element)>"
                index = close + 1
            } else {
                Self.escape(character, into: &output)
                index += 1
            }
        }
    }

    private static func element(of mark: Character) -> String? {
        switch mark {
        case "*": "strong"
        case "_": "em"
        case "~": "s"
        case "`": "code"
        default: nil
        }
    }

    /// A mark opens where a word begins, and not before a blank or another of its kind.
    private static func opens(at index: Int, in text: ArraySlice<Character>) -> Bool {
        let next = index + 1
        return isWordStart(index, in: text) && next < text.endIndex && !text[next].isWhitespace && text[next] != text[index]
    }

    /// Where the mark that opens here closes: behind something, and where a word ends.
    private static func closing(_ mark: Character, from open: Int, in text: ArraySlice<Character>) -> Int? {
        (open + 2..<max(open + 2, text.endIndex)).first { index in
            guard text[index] == mark, !text[index - 1].isWhitespace else { return false }
            let next = index + 1
            return next == text.endIndex || !(text[next].isLetter || text[next].isNumber || text[next] == mark)
        }
    }

    private static func isWordStart(_ index: Int, in text: ArraySlice<Character>) -> Bool {
        guard index > text.startIndex else { return true }
        let before = text[index - 1]
        return !(before.isLetter || before.isNumber)
    }

    private static func addressEnd(from start: Int, in text: ArraySlice<Character>) -> Int? {
        let rest = text[start...]
        guard let scheme = [Array("https://"), Array("http://")].first(where: rest.starts(with:)) else { return nil }
        var end = start + scheme.count
        while end < text.endIndex, !text[end].isWhitespace, !"<>\"`".contains(text[end]), end - start < addressLimit { end += 1 }
        // A full stop or bracket behind an address belongs to the sentence, unless the bracket was opened inside.
        while end > start + scheme.count {
            let last = text[end - 1]
            if ".,;:!?'*_~".contains(last) || (last == ")" && !text[start..<end].contains("(")) || last == "]" {
                end -= 1
            } else {
                break
            }
        }
        guard end > start + scheme.count, text[start + scheme.count].isLetter || text[start + scheme.count].isNumber else { return nil }
        return end
    }

    private static func link(_ address: ArraySlice<Character>, into output: inout String) {
        output += "<a href=\""
        escape(address, into: &output)
        output += "\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">"
        escape(address, into: &output)
        output += "</a>"
    }

    /// The number that begins with this plus: the longest that somebody may have, else the longest that can be.
    private static func number(from start: Int, in text: ArraySlice<Character>) -> (number: PhoneNumber, end: Int)? {
        var candidates: [(number: PhoneNumber, end: Int)] = []
        var (index, digits) = (start + 1, 0)
        while index < text.endIndex, index - start < numberLimit, digits < PhoneNumber.digitLimit {
            let character = text[index]
            if ("0"..."9").contains(character) {
                (index, digits) = (index + 1, digits + 1)
                // A number ends where its digits do.
                if index < text.endIndex, text[index].isNumber || text[index].isLetter { continue }
                if let number = try? PhoneNumber(parsing: String(text[start..<index])) { candidates.append((number, index)) }
            } else if " .-/()\u{A0}\u{202F}\u{2011}\u{2013}".contains(character) {
                index += 1
            } else {
                break
            }
        }
        let numbers = PhoneNumbers.embedded
        return candidates.last { numbers.kind(of: $0.number) != nil } ?? candidates.last { numbers.canBe($0.number) }
    }

    private static func link(_ text: ArraySlice<Character>, to number: PhoneNumber, at address: String, into output: inout String) {
        output += "<a href=\""
        escape(ArraySlice("\(address)%2B\(number.digits)"), into: &output)
        output += "\" title=\"Write to this number\">"
        escape(text, into: &output)
        output += "</a>"
    }

    // MARK: Characters

    private static func escape(_ text: ArraySlice<Character>, into output: inout String) {
        output += HTMLText.escaped(String(text))
    }

    private static func escape(_ character: Character, into output: inout String) {
        output += HTMLText.escaped(String(character))
    }

    private static func find(_ pattern: [Character], in text: [Character], from start: Int) -> Int? {
        guard start + pattern.count <= text.count else { return nil }
        return (start...(text.count - pattern.count)).first { text[$0..<($0 + pattern.count)].elementsEqual(pattern) }
    }

    private static func trimmingNewlines(_ text: ArraySlice<Character>) -> ArraySlice<Character> {
        var text = text
        while let first = text.first, first.isNewline { text.removeFirst() }
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }
}
