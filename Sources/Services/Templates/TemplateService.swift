package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// The templates of a workspace: finding, choosing, and asking WhatsApp for them.
package struct TemplateService: Sendable {
    /// Languages of one name.
    private static let languageLimit = 100

    private let database: any Database
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.signals, self.now) = (database, signals, now)
    }

    /// Pinned ones first, then by name and language; `after` is ``Page/next`` of the page before.
    package func list(_ filter: TemplateFilter, after: String?, limit: Int, access: Access) async throws -> Page<Template> {
        let place = try after.map { try TemplatePlace(parsing: $0) }
        let rows = try await database.read { try TemplateTable($0, access).list(filter, after: place, limit: limit + 1) }
        return Page(rows: rows, limit: limit) { template in
            PageCursor(first: template.isPinned ? 0 : 1, second: "\(template.name) \(template.language) \(template.id)")
        }
    }

    /// Throws ``TemplateProblem/missing``.
    package func template(_ id: Identifier<Template>, access: Access) async throws -> Template {
        guard let template = try await database.read({ try TemplateTable($0, access).find(id) }) else { throw TemplateProblem.missing }
        return template
    }

    /// The same text in its other languages, and itself, as far as they aren't hidden.
    package func languages(of template: Template, access: Access) async throws -> [Template] {
        try await database.read {
            try TemplateTable($0, access).languages(of: template.name, connection: template.connectionID, limit: Self.languageLimit)
        }
    }

    /// What isn't given stays. Throws ``TemplateProblem/missing``.
    package func change(
        _ id: Identifier<Template>, isPinned: Bool? = nil, isHidden: Bool? = nil, access: Access
    ) async throws -> Template {
        let moment = now()
        let template = try await database.write { transaction in
            let table = TemplateTable(transaction, access)
            guard try table.change(id, isPinned: isPinned, isHidden: isHidden),
                let template = try TemplateTable(transaction, access.withGrant(.templatesView)).find(id)
            else { throw TemplateProblem.missing }
            try EventTable(transaction, access).append(NewEvent(.templateUpdated, subject: id.text, cause: "chosen"), at: moment)
            return template
        }
        signals.eventsAppended(in: access.workspaceID)
        return template
    }

    /// What a template's variables stand for in a message to one person, as far as it is known.
    package func values(
        of template: Template, for contact: Identifier<Contact>, from sender: Identifier<Sender>, access: Access
    ) async throws -> [String: String] {
        let moment = now()
        return try await database.read { transaction in
            guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(sender) else {
                throw SenderProblem.missing
            }
            let contexts = try MergeContexts(transaction, access, now: moment).contexts(of: [contact], from: sender)
            guard let context = contexts[contact] else { throw ContactProblem.missing }
            return TemplateMapping.suggested(for: template.parts).values(in: context, language: template.language)
        }
    }

    /// How asking for the templates of each connection went.
    package func syncs(access: Access) async throws -> [TemplateSync] {
        try await database.read { try TemplateSyncTable($0, access).all() }
    }

    /// Asks WhatsApp for the templates of every connection, in the background.
    package func sync(access: Access) async throws -> [TemplateSync] {
        try access.require(.templatesManage)
        let moment = now()
        let syncs = try await database.write { transaction in
            let table = TemplateSyncTable(transaction, access.withGrant(.templatesView))
            for sync in try table.all() {
                try TemplateSyncJob.request(for: sync.connectionID, in: access.workspaceID, in: transaction, now: moment)
            }
            return try table.all()
        }
        signals.jobsAdded()
        Logger(label: "templates").info(
            "Templates are asked for", metadata: ["connections": "\(syncs.count)", "actor": "\(access.actor.text)"])
        return syncs
    }
}

extension TemplatePlace {
    fileprivate init(parsing text: String) throws(PageProblem) {
        let cursor = try PageCursor(parsing: text)
        let parts = cursor.second.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let id = Identifier<Template>(parsing: parts[2]), 0...1 ~= cursor.first else { throw .cursorMalformed }
        self.init(isPinned: cursor.first == 0, name: parts[0], language: parts[1], id: id)
    }
}
