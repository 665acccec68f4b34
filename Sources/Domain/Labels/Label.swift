package import struct Foundation.Date

/// A word that people put on conversations, to find them again.
package struct Label: Sendable, Equatable, Identified {
    package static let identifierPrefix = "lbl"
    /// Characters.
    package static let nameLimit = 40
    /// In one workspace.
    package static let countLimit = 200
    /// On one conversation.
    package static let conversationLimit = 20

    package enum Color: String, Sendable, CaseIterable, Codable { case grey, red, amber, green, blue, violet }

    package let id: Identifier<Label>
    package let name: String
    package let color: Color
    package let createdAt: Date

    /// Throws ``LabelProblem``.
    package init(id: Identifier<Label>, name: String, color: Color, createdAt: Date) throws(LabelProblem) {
        let name = name.trimmed
        guard !name.isEmpty else { throw .nameEmpty }
        guard name.count <= Self.nameLimit else { throw .nameTooLong(count: name.count) }
        (self.id, self.name, self.color, self.createdAt) = (id, name, color, createdAt)
    }

    /// The form that is unique in its workspace.
    package var nameKey: String { name.lowercased() }
}

package enum LabelProblem: Problem, Equatable {
    case missing
    case nameEmpty
    case nameTooLong(count: Int)
    case nameTaken
    case tooMany
    case tooManyOnOne

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .nameTaken, .tooMany, .tooManyOnOne: .conflict
        case .nameEmpty, .nameTooLong: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "label.missing"
        case .nameEmpty: "label.name-empty"
        case .nameTooLong: "label.name-too-long"
        case .nameTaken: "label.name-taken"
        case .tooMany: "label.too-many"
        case .tooManyOnOne: "label.too-many-on-one"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such label in this workspace. Load the list of labels again."
        case .nameEmpty: "Give the label a name."
        case .nameTooLong(let count): "The name has \(count) characters, and \(Label.nameLimit) is the most."
        case .nameTaken: "There is a label of this name. Choose another name."
        case .tooMany: "A workspace has at most \(Label.countLimit) labels. Delete one that is no longer needed."
        case .tooManyOnOne: "A conversation has at most \(Label.conversationLimit) labels. Take one off first."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany, .tooManyOnOne: nil
        case .nameEmpty, .nameTooLong, .nameTaken: "name"
        }
    }
}
