package import struct Foundation.Date

/// What a member has begun to write in a conversation and not sent.
package struct Draft: Sendable, Equatable {
    /// Characters; as many as a message has.
    package static let textLimit = TextContent.bodyLimit

    package let text: String
    /// Rises with each change. Whoever saves says which one they had seen.
    package let version: Int64
    package let updatedAt: Date

    package init(text: String, version: Int64, updatedAt: Date) { (self.text, self.version, self.updatedAt) = (text, version, updatedAt) }

    /// Throws ``DraftProblem/tooLong(count:)``.
    package static func check(_ text: String) throws(DraftProblem) {
        let count = text.unicodeScalars.count
        guard count <= textLimit else { throw .tooLong(count: count) }
    }
}

package enum DraftProblem: Problem, Equatable {
    case tooLong(count: Int)
    /// Saved in another browser since the caller looked.
    case changedElsewhere
    case versionMalformed

    package var kind: ProblemKind {
        switch self {
        case .tooLong, .versionMalformed: .invalid
        case .changedElsewhere: .conflict
        }
    }

    package var code: String {
        switch self {
        case .tooLong: "draft.too-long"
        case .changedElsewhere: "draft.changed-elsewhere"
        case .versionMalformed: "draft.version-malformed"
        }
    }

    package var detail: String {
        switch self {
        case .tooLong(let count):
            "The draft has \(count) characters, and \(Draft.textLimit) is the most that is kept. Shorten it, or send it in parts."
        case .changedElsewhere:
            "This draft was changed in another browser meanwhile. Load it again, then save it with the version it has now."
        case .versionMalformed: "version is the whole number that came with the draft, or 0 when there was none."
        }
    }

    package var field: String? {
        switch self {
        case .tooLong: "text"
        case .changedElsewhere, .versionMalformed: "version"
        }
    }
}
