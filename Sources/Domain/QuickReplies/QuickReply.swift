package import struct Foundation.Date

/// A text that people insert into what they write, by its shortcut: `/hours`.
package struct QuickReply: Sendable, Equatable, Identified {
    package static let identifierPrefix = "qrp"
    /// In one workspace.
    package static let countLimit = 200

    package let id: Identifier<QuickReply>
    package let shortcut: Shortcut
    package let text: QuickReplyText
    package let createdAt: Date

    package init(id: Identifier<QuickReply>, shortcut: Shortcut, text: QuickReplyText, createdAt: Date) {
        (self.id, self.shortcut, self.text, self.createdAt) = (id, shortcut, text, createdAt)
    }

    /// Whether a part of a shortcut or of a text leads to it; nothing leads to all.
    package func matches(_ part: String) -> Bool {
        let part = Shortcut.key(part)
        return part.isEmpty || shortcut.text.contains(part) || text.source.lowercased().contains(part)
    }

    /// Whether its shortcut begins so.
    package func begins(with part: String) -> Bool { shortcut.text.hasPrefix(Shortcut.key(part)) }
}

/// What is typed behind the slash: lower-case letters of any script, digits, hyphens and underscores.
package struct Shortcut: Sendable, Hashable, Comparable {
    /// Characters.
    package static let limit = 32

    package let text: String

    /// A slash in front and capitals are forgiven. Throws ``QuickReplyProblem/shortcutMalformed``.
    package init(parsing text: String) throws(QuickReplyProblem) {
        let key = Self.key(text)
        let isPlain = key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        guard isPlain, let first = key.first, first.isLetter || first.isNumber, key.count <= Self.limit,
            key.unicodeScalars.count <= 2 * Self.limit
        else { throw .shortcutMalformed }
        self.text = key
    }

    package static func < (one: Shortcut, other: Shortcut) -> Bool { one.text < other.text }

    /// The form in which shortcuts are compared.
    fileprivate static func key(_ text: String) -> String {
        let bare = text.trimmed.lowercased()
        return bare.hasPrefix("/") ? String(bare.dropFirst()) : bare
    }
}

package enum QuickReplyProblem: Problem, Equatable {
    case missing
    case shortcutMalformed
    case shortcutTaken
    case textEmpty
    case textTooLong(count: Int)
    /// Named as it was written.
    case placeholderUnknown(String)
    case placeholderMalformed(String)
    case tooMany

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .shortcutTaken, .tooMany: .conflict
        case .shortcutMalformed, .textEmpty, .textTooLong, .placeholderUnknown, .placeholderMalformed: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "quick-reply.missing"
        case .shortcutMalformed: "quick-reply.shortcut-malformed"
        case .shortcutTaken: "quick-reply.shortcut-taken"
        case .textEmpty: "quick-reply.text-empty"
        case .textTooLong: "quick-reply.text-too-long"
        case .placeholderUnknown: "quick-reply.placeholder-unknown"
        case .placeholderMalformed: "quick-reply.placeholder-malformed"
        case .tooMany: "quick-reply.too-many"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such quick reply in this workspace. Load the list of quick replies again."
        case .shortcutMalformed:
            "A shortcut has 1 to \(Shortcut.limit) letters, digits, hyphens and underscores, and begins with a letter or digit, such as hours."
        case .shortcutTaken: "There is a quick reply with this shortcut. Choose another shortcut."
        case .textEmpty: "Write the text of the quick reply."
        case .textTooLong(let count): "The text has \(count) characters, and \(TextContent.bodyLimit) is the most."
        case .placeholderUnknown(let name): "There is no placeholder {\(name)}. There are \(QuickReplyText.Placeholder.list)."
        case .placeholderMalformed(let text):
            "“\(text)” isn't a whole placeholder. Write one as {contact.name}, or with words for when it isn't known as {contact.firstName|there}."
        case .tooMany: "A workspace has at most \(QuickReply.countLimit) quick replies. Delete one that is no longer needed."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany: nil
        case .shortcutMalformed, .shortcutTaken: "shortcut"
        case .textEmpty, .textTooLong, .placeholderUnknown, .placeholderMalformed: "text"
        }
    }
}
