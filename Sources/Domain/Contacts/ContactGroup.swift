package import struct Foundation.Date

/// Contacts under one name, to write to all of them. A contact may be in several.
package struct ContactGroup: Sendable, Equatable, Identified {
    package static let identifierPrefix = "grp"
    /// Characters.
    package static let nameLimit = 80
    package static let descriptionLimit = 500
    /// In one workspace.
    package static let countLimit = 500

    package let id: Identifier<ContactGroup>
    package let name: String
    package let description: String?
    /// Contacts in it; kept up to date along with them.
    package let memberCount: Int
    package let createdAt: Date

    /// Throws ``ContactGroupProblem``.
    package init(
        id: Identifier<ContactGroup>, name: String, description: String?, memberCount: Int, createdAt: Date
    ) throws(ContactGroupProblem) {
        let (name, description) = (name.trimmed, description?.trimmed.nonBlank)
        guard !name.isEmpty else { throw .nameEmpty }
        guard name.count <= Self.nameLimit else { throw .nameTooLong(count: name.count) }
        if let description, description.count > Self.descriptionLimit { throw .descriptionTooLong(count: description.count) }
        (self.id, self.name, self.description) = (id, name, description)
        (self.memberCount, self.createdAt) = (memberCount, createdAt)
    }

    /// The form that is unique in its workspace.
    package var nameKey: String { name.lowercased() }
}

package enum ContactGroupProblem: Problem, Equatable {
    case missing
    case nameEmpty
    case nameTooLong(count: Int)
    case descriptionTooLong(count: Int)
    case nameTaken
    case tooMany
    case noneChosen

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .nameTaken, .tooMany: .conflict
        case .nameEmpty, .nameTooLong, .descriptionTooLong, .noneChosen: .invalid
        }
    }

    package var code: String {
        switch self {
        case .missing: "group.missing"
        case .nameEmpty: "group.name-empty"
        case .nameTooLong: "group.name-too-long"
        case .descriptionTooLong: "group.description-too-long"
        case .nameTaken: "group.name-taken"
        case .tooMany: "group.too-many"
        case .noneChosen: "group.none-chosen"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such group in this workspace. Load the list of groups again."
        case .nameEmpty: "Give the group a name."
        case .nameTooLong(let count): "The name has \(count) characters, and \(ContactGroup.nameLimit) is the most."
        case .descriptionTooLong(let count):
            "The description has \(count) characters, and \(ContactGroup.descriptionLimit) is the most."
        case .nameTaken: "There is a group of this name. Choose another name."
        case .tooMany: "A workspace has at most \(ContactGroup.countLimit) groups. Delete one that is no longer needed."
        case .noneChosen: "No group is chosen. Choose at least one."
        }
    }

    package var field: String? {
        switch self {
        case .missing, .tooMany: nil
        case .nameEmpty, .nameTooLong, .nameTaken: "name"
        case .descriptionTooLong: "description"
        case .noneChosen: "groups"
        }
    }
}
