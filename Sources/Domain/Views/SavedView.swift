package import struct Foundation.Date

/// A list of conversations that somebody looks at often, under a name of theirs.
package struct SavedView: Sendable, Equatable, Identified {
    package static let identifierPrefix = "viw"
    /// Characters.
    package static let nameLimit = 40
    /// Of one person in one workspace.
    package static let countLimit = 20
    /// Characters of a filter; all of them together have fewer.
    package static let filterLimit = 500

    package let id: Identifier<SavedView>
    package let name: String
    /// What the list shows, as the address of the inbox says it: `view=mine&label=lbl_…`.
    package let filter: String
    package let createdAt: Date

    /// Throws ``SavedViewProblem``.
    package init(id: Identifier<SavedView>, name: String, filter: String, createdAt: Date) throws(SavedViewProblem) {
        let name = name.trimmed
        guard !name.isEmpty else { throw .nameEmpty }
        guard name.count <= Self.nameLimit else { throw .nameTooLong(count: name.count) }
        guard filter.count <= Self.filterLimit else { throw .filterMalformed }
        (self.id, self.name, self.filter, self.createdAt) = (id, name, filter, createdAt)
    }

    /// The form that is unique among the views of its person.
    package var nameKey: String { name.lowercased() }
}

package enum SavedViewProblem: Problem, Equatable {
    case missing
    case nameEmpty
    case nameTooLong(count: Int)
    case nameTaken
    case tooMany
    case filterMalformed

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .nameTaken, .tooMany: .conflict
        case .nameEmpty, .nameTooLong, .filterMalformed: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "saved-view.missing"
        case .nameEmpty: "saved-view.name-empty"
        case .nameTooLong: "saved-view.name-too-long"
        case .nameTaken: "saved-view.name-taken"
        case .tooMany: "saved-view.too-many"
        case .filterMalformed: "saved-view.filter-malformed"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "You have no such view."
        case .nameEmpty: "Give the view a name."
        case .nameTooLong(let count): "The name has \(count) characters, and \(SavedView.nameLimit) is the most."
        case .nameTaken: "You have a view of this name. Choose another name."
        case .tooMany: "You can save \(SavedView.countLimit) views. Delete one that you no longer need."
        case .filterMalformed:
            "The filter is written as in the address of the inbox, such as view=mine&attention=unread. The names are view, sender, assignee, team, label and attention."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany: nil
        case .nameEmpty, .nameTooLong, .nameTaken: "name"
        case .filterMalformed: "filter"
        }
    }
}
