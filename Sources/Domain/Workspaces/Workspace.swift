package import struct Foundation.Date

/// A business's own space: its people, senders, contacts and conversations. Nothing is shared between two.
package struct Workspace: Sendable, Equatable, Identified {
    package static let identifierPrefix = "wsp"

    package let id: Identifier<Workspace>
    package let slug: WorkspaceSlug
    package let name: String
    package let createdAt: Date

    package init(id: Identifier<Workspace>, slug: WorkspaceSlug, name: String, createdAt: Date) {
        (self.id, self.slug, self.name, self.createdAt) = (id, slug, name, createdAt)
    }
}

/// The workspace's part of an address, as in `/app/acme/whatsapp`.
package struct WorkspaceSlug: Sendable, Hashable {
    /// Characters, at least 2 and at most this many.
    package static let lengthLimit = 40

    package let text: String

    package init(parsing text: String) throws(WorkspaceProblem) {
        let bytes = Array(text.utf8)
        let isWord = bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard (2...Self.lengthLimit).contains(bytes.count), isWord, bytes.first != 45, bytes.last != 45 else { throw .slugMalformed(text) }
        self.text = text
    }
}

package enum WorkspaceProblem: Problem, Equatable {
    case slugMalformed(String)
    case slugTaken(String)
    case nameEmpty

    package var kind: ProblemKind {
        switch self {
        case .slugMalformed, .nameEmpty: .invalid
        case .slugTaken: .conflict
        }
    }

    package var code: String {
        switch self {
        case .slugMalformed: "workspace.slug-malformed"
        case .slugTaken: "workspace.slug-taken"
        case .nameEmpty: "workspace.name-empty"
        }
    }

    package var detail: String {
        switch self {
        case .slugMalformed(let text):
            "“\(text)” can't be part of an address. Use 2 to \(WorkspaceSlug.lengthLimit) lower-case letters, digits or hyphens, such as acme-shop."
        case .slugTaken(let text): "Another workspace uses the address \(text). Choose a different one."
        case .nameEmpty: "Give the workspace a name."
        }
    }

    package var field: String? {
        switch self {
        case .slugMalformed, .slugTaken: "slug"
        case .nameEmpty: "name"
        }
    }
}
