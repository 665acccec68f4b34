package import Domain
internal import Logging
internal import Store

extension ConversationService {
    /// Rows of a part of an export: a part is all that is in memory, and all that one transaction reads.
    package static let exportPart = 500

    /// A copy of a list, newest first. A conversation in which something happens meanwhile stands where it was, or is left out when it hadn't come yet.
    /// - Parameter cause: the filter, as the event log keeps it.
    package func export(_ filter: ConversationFilter, cause: String, access: Access) async throws -> ExportParts<Conversation> {
        try await record(NewEvent(.conversationExported, cause: cause.isEmpty ? nil : cause), access)
        let access = access.withGrant(.conversationsView)
        return try await ExportParts { after in
            try await list(filter, after: after, limit: Self.exportPart, access: access)
        }
    }

    /// A copy of a conversation with its notes, oldest first.
    package func export(_ id: Identifier<Conversation>, access: Access) async throws -> (of: Conversation, parts: ExportParts<ThreadEntry>)
    {
        let reading = access.withGrant(.conversationsView)
        try access.require(.conversationsExport)
        let conversation = try await conversation(id, access: reading)
        try await record(NewEvent(.conversationExported, conversation: id, deed: .exported), access)
        let parts = try await ExportParts { after in
            let part = try await thread(of: id, after: after ?? Self.beginning, limit: Self.exportPart, access: reading)
            return Page(data: part.entries.reversed(), next: part.newer)
        }
        return (conversation, parts)
    }

    /// As it stands in the addresses of the caller's workspace.
    package func workspaceSlug(access: Access) async throws -> String {
        guard let workspace = try await database.read({ try WorkspaceTable($0).workspace(access.workspaceID) }) else {
            throw AccessProblem.workspaceMissing
        }
        return workspace.slug.text
    }

    /// Before everything in a thread.
    private static let beginning = PageCursor(first: -1, second: "0").text

    private func record(_ event: NewEvent, _ access: Access) async throws {
        try await write(access) { transaction in
            try access.require(.conversationsExport)
            try EventTable(transaction, access).append(event, at: now())
            return true
        }
        Logger(label: "conversations").info(
            "Conversations are exported",
            metadata: ["conversation.id": "\(event.conversationID?.text ?? "many")", "actor": "\(access.actor.text)"])
    }
}

/// A copy in parts, each read when it is asked for and in a transaction of its own. The first is there already, so that a refusal comes before any answer.
package struct ExportParts<Element: Sendable>: AsyncSequence, Sendable {
    private let first: Page<Element>
    private let load: @Sendable (String?) async throws -> Page<Element>

    init(_ load: @escaping @Sendable (String?) async throws -> Page<Element>) async throws {
        self.load = load
        first = try await load(nil)
    }

    package func makeAsyncIterator() -> Iterator { Iterator(page: first, load: load) }

    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var page: Page<Element>?
        fileprivate let load: @Sendable (String?) async throws -> Page<Element>
        private var next: String?

        fileprivate init(page: Page<Element>, load: @escaping @Sendable (String?) async throws -> Page<Element>) {
            (self.page, self.load) = (page, load)
        }

        package mutating func next() async throws -> [Element]? {
            if let page {
                (self.page, next) = (nil, page.next)
                return page.data
            }
            guard let cursor = next else { return nil }
            let page = try await load(cursor)
            next = page.next
            return page.data
        }
    }
}
