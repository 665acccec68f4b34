/// The text of a quick reply, with places that are filled when it is used.
///
/// A placeholder is `{contact.firstName}`, or `{contact.firstName|there}` with words for when it isn't known. A brace with no letter behind it is
/// only a brace. What a value holds is never read as a placeholder.
package struct QuickReplyText: Sendable, Equatable {
    package enum Placeholder: String, Sendable, CaseIterable {
        case contactName = "contact.name"
        case contactFirstName = "contact.firstName"
        case contactNumber = "contact.number"
        case agentName = "agent.name"
        case agentFirstName = "agent.firstName"
        case workspaceName = "workspace.name"

        /// `{contact.name}, {contact.firstName}, …`
        package static let list = allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
    }

    private enum Piece: Sendable, Equatable {
        case words(String)
        case place(Placeholder, fallback: String?)
    }

    /// As it was written.
    package let source: String
    private let pieces: [Piece]

    /// Throws ``QuickReplyProblem``.
    package init(parsing source: String) throws(QuickReplyProblem) {
        guard !source.isBlank else { throw .textEmpty }
        let count = source.unicodeScalars.count
        guard count <= TextContent.bodyLimit else { throw .textTooLong(count: count) }
        self.source = source
        pieces = try Self.pieces(of: source)
    }

    private static func pieces(of source: String) throws(QuickReplyProblem) -> [Piece] {
        var pieces: [Piece] = []
        var words = Substring()
        var rest = source[...]
        while let brace = rest.firstIndex(of: "{") {
            let inside = rest[rest.index(after: brace)...]
            guard inside.first(where: { $0 != " " })?.isLetter == true else {
                words += rest[...brace]
                rest = inside
                continue
            }
            let isDoubled = words.last == "{" && rest.startIndex == brace
            guard let end = inside.firstIndex(where: { "{}\n".contains($0) }), inside[end] == "}", !isDoubled else {
                throw .placeholderMalformed("{\(inside.prefix(40).prefix { !"{}\n".contains($0) })")
            }
            words += rest[..<brace]
            if !words.isEmpty { pieces.append(.words(String(words))) }
            words = Substring()
            pieces.append(try place(inside[..<end]))
            rest = inside[inside.index(after: end)...]
        }
        words += rest
        if !words.isEmpty { pieces.append(.words(String(words))) }
        return pieces
    }

    private static func place(_ text: Substring) throws(QuickReplyProblem) -> Piece {
        let halves = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(halves[0]).trimmed
        guard let placeholder = Placeholder(rawValue: name) else { throw .placeholderUnknown(String(name.prefix(40))) }
        return .place(placeholder, fallback: halves.count == 2 ? String(halves[1]) : nil)
    }

    /// A text with its places filled.
    package struct Filled: Sendable, Equatable {
        package let text: String
        /// Those for which there was neither a value nor other words, in order; they stand in the text as `{contact.name}`.
        package let missing: [Placeholder]

        package init(text: String, missing: [Placeholder]) { (self.text, self.missing) = (text, missing) }
    }

    package func filled(_ values: [Placeholder: String]) -> Filled {
        var text = ""
        var missing: [Placeholder] = []
        for piece in pieces {
            switch piece {
            case .words(let words): text += words
            case .place(let placeholder, let fallback):
                if let value = values[placeholder] ?? fallback {
                    text += value
                } else {
                    text += "{\(placeholder.rawValue)}"
                    if !missing.contains(placeholder) { missing.append(placeholder) }
                }
            }
        }
        return Filled(text: text, missing: missing)
    }
}

extension [QuickReplyText.Placeholder: String] {
    /// Characters of one value, at most: names come from outside.
    private static var valueLimit: Int { 100 }

    /// What is known of a contact, of the person who writes and of the business.
    package init(contact: Contact, agentName: String?, workspaceName: String) {
        self = [:]
        self[.contactName] = Self.line(contact.name)
        self[.contactFirstName] = Self.firstName(contact.name)
        self[.contactNumber] = contact.phoneNumber?.text
        self[.agentName] = Self.line(agentName)
        self[.agentFirstName] = Self.firstName(agentName)
        self[.workspaceName] = Self.line(workspaceName)
    }

    /// In one line; nil when there is nothing to read.
    private static func line(_ text: String?) -> String? {
        let words = (text ?? "").split(whereSeparator: \.isWhitespace)
        return words.isEmpty ? nil : String(words.joined(separator: " ").prefix(valueLimit))
    }

    /// The first word; nil when it has no letter, as with a number for a name.
    private static func firstName(_ name: String?) -> String? {
        guard let word = line(name)?.split(separator: " ").first, word.contains(where: \.isLetter) else { return nil }
        return String(word)
    }
}
