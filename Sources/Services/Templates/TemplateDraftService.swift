package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Templates that people write: kept until they are whole, then given to WhatsApp for review; new versions, and deletions.
package struct TemplateDraftService: Sendable {
    /// Languages of one name that are deleted at once.
    private static let languageLimit = 200

    private let database: any Database
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any TemplateChannel]
    private let media: MediaService
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any TemplateChannel], media: MediaService,
        signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels, self.media) = (database, directory, channels, media)
        (self.signals, self.now) = (signals, now)
    }

    // MARK: Drafts

    /// The newest first.
    package func list(after: String?, limit: Int, access: Access) async throws -> Page<SavedTemplateDraft> {
        let place = try after.map { text throws(PageProblem) in
            guard let id = Identifier<SavedTemplateDraft>(parsing: try PageCursor(parsing: text).second) else { throw .cursorMalformed }
            return id
        }
        let rows = try await database.read { try TemplateDraftTable($0, access).list(before: place, limit: limit + 1) }
        return Page(rows: rows, limit: limit) { PageCursor(first: 0, second: $0.id.text) }
    }

    /// Throws ``TemplateProblem/draftMissing``.
    package func draft(_ id: Identifier<SavedTemplateDraft>, access: Access) async throws -> SavedTemplateDraft {
        guard let saved = try await database.read({ try TemplateDraftTable($0, access).find(id) }) else {
            throw TemplateProblem.draftMissing
        }
        return saved
    }

    /// Keeps a draft, which may break rules. Throws ``TemplateProblem/connectionMissing``.
    package func create(_ draft: TemplateDraft, connection: Identifier<Connection>, access: Access) async throws -> SavedTemplateDraft {
        let saved = try await planned(draft, connection: connection, access: access)
        try await database.write { try insert(saved, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return saved
    }

    /// What ``insert(_:access:in:)`` keeps.
    ///
    /// - Parameter template: whose next version it is to be.
    package func planned(
        _ draft: TemplateDraft, connection: Identifier<Connection>, template: Identifier<Template>? = nil, access: Access
    ) async throws -> SavedTemplateDraft {
        try access.require(.templatesManage)
        let (moment, account) = (now(), try await entry(connection, access))
        return SavedTemplateDraft(
            id: .make(at: moment), connectionID: account.connection.id, templateID: template, draft: draft, createdAt: moment,
            updatedAt: moment)
    }

    /// Inside a transaction of the caller's.
    package func insert(_ saved: SavedTemplateDraft, access: Access, in transaction: any Transaction) throws {
        try TemplateDraftTable(transaction, access).insert(saved)
        try EventTable(transaction, access).append(NewEvent(.templateUpdated, subject: saved.id.text, cause: "draft-added"), at: now())
    }

    /// A draft that begins as the template is: its next version, or with `asCopy` another template.
    package func create(
        from id: Identifier<Template>, asCopy: Bool = false, language: String? = nil, access: Access
    ) async throws -> SavedTemplateDraft {
        try access.require(.templatesManage)
        guard let template = try await database.read({ try TemplateTable($0, access.withGrant(.templatesView)).find(id) }) else {
            throw TemplateProblem.missing
        }
        let definition = template.definition
        guard let category = TemplateDraft.Category(rawValue: definition.category) else { throw TemplateProblem.categoryUnknown }
        let read = TemplateDraft.read(
            name: definition.name, language: language ?? definition.language, category: category, format: definition.format,
            components: definition.components)
        // What can't be written here would be gone from the next version.
        guard read.faults.isEmpty else { throw TemplateProblem.faults(read.faults) }
        var draft = read.draft.withoutAddressesAsSamples
        if asCopy, language == nil { draft.name = String("\(draft.name)_copy".prefix(TemplateRules.nameLimit)) }
        let next = asCopy || language != nil ? nil : id
        let saved = try await planned(draft, connection: template.connectionID, template: next, access: access)
        try await database.write { try insert(saved, access: access, in: $0) }
        signals.eventsAppended(in: access.workspaceID)
        return saved
    }

    /// Throws ``TemplateProblem/draftChanged`` when somebody else was faster.
    ///
    /// - Parameter version: of the draft that was read.
    package func save(
        _ draft: TemplateDraft, as id: Identifier<SavedTemplateDraft>, version: Int64, access: Access
    ) async throws -> SavedTemplateDraft {
        var saved = try await self.draft(id, access: access)
        (saved.draft, saved.version, saved.updatedAt) = (draft, version + 1, now())
        let changed = saved
        try await write(changed, "draft-changed", access) { table in
            guard try table.save(changed) else { throw TemplateProblem.draftChanged }
        }
        return changed
    }

    /// Throws ``TemplateProblem/draftMissing``.
    package func delete(_ id: Identifier<SavedTemplateDraft>, access: Access) async throws {
        let saved = try await draft(id, access: access)
        try await write(saved, "draft-deleted", access) { table in
            guard try table.delete(id) else { throw TemplateProblem.draftMissing }
        }
    }

    private func write(
        _ saved: SavedTemplateDraft, _ cause: String, _ access: Access, _ change: @escaping @Sendable (TemplateDraftTable) throws -> Void
    ) async throws {
        let moment = now()
        try await database.write { transaction in
            try change(TemplateDraftTable(transaction, access))
            try EventTable(transaction, access).append(NewEvent(.templateUpdated, subject: saved.id.text, cause: cause), at: moment)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    // MARK: Submitting

    /// Has WhatsApp review it; then there is a template and the draft is gone. Throws ``TemplateProblem`` and ``ChannelProblem``; the draft stays then, with
    /// WhatsApp's words beside it. Nil for a new version, which the list shows once WhatsApp tells of it.
    package func submit(_ id: Identifier<SavedTemplateDraft>, access: Access) async throws -> Template? {
        let saved = try await draft(id, access: access)
        let faults = TemplateRules.faults(of: saved.draft)
        guard faults.isEmpty else { throw TemplateProblem.faults(faults) }
        let (way, moment) = (try await way(to: saved.connectionID, access), now())
        let before = try await database.read { try Self.check(saved, at: moment, $0, access) }
        do {
            let draft = try await withSamples(saved.draft, way, access)
            if let before {
                let changesCategory = before.definition.category != draft.category.rawValue
                try await way.channel.edit(
                    before.definition.providerID, to: draft, changesCategory: changesCategory, in: way.account)
                try await finish(saved, .edited, nil, access)
                return nil
            }
            let made = try await way.channel.create(draft, in: way.account)
            return try await finish(saved, .created, Self.definition(draft, made), access)
        } catch let problem as TemplateProblem {
            await keep(problem, of: saved, access)
            throw problem
        }
    }

    /// What we know ourselves of why WhatsApp wouldn't take it. Returns the template whose next version it is.
    private static func check(
        _ saved: SavedTemplateDraft, at moment: Date, _ transaction: any Transaction, _ access: Access
    ) throws -> Template? {
        let (draft, connection) = (saved.draft, saved.connectionID)
        let templates = TemplateTable(transaction, access.withGrant(.templatesView))
        let changes = try TemplateDraftTable(transaction, access).changes(of: draft.name, connection: connection, now: moment)
        let twin = try templates.sharing(body: draft.body.text, connection: connection).first { other in
            other.id != saved.templateID && !draft.body.text.isEmpty && other.parts.body?.text == draft.body.text
                && other.parts.footer == draft.footer
        }
        if let twin { throw TemplateProblem.doubled(name: twin.name) }
        guard let id = saved.templateID else {
            let key = RestrictionTable.TemplateKey(name: draft.name, language: draft.language)
            if let other = try templates.find(key, connection: connection), other.goneAt == nil {
                throw TemplateProblem.nameTaken(name: draft.name, language: draft.language)
            }
            try TemplateChangeRules.requireNameFree(
                changes.filter { $0.kind == .deleted && ($0.language ?? draft.language) == draft.language }.map(\.at), now: moment)
            return nil
        }
        guard let template = try templates.find(id) else { throw TemplateProblem.missing }
        let edits = changes.filter { $0.kind == .edited && $0.language == draft.language }.map(\.at)
        try TemplateChangeRules.requireEditable(template, to: draft, edits: edits, now: moment)
        return template
    }

    /// The draft with Meta's handles in the places of files of ours.
    private func withSamples(
        _ draft: TemplateDraft, _ way: Way, _ access: Access
    ) async throws -> TemplateDraft {
        var draft = draft
        draft.header = try await withSample(draft.header, way, access)
        for index in draft.cards.indices {
            draft.cards[index].header = try await withSample(draft.cards[index].header, way, access)
        }
        return draft
    }

    /// Bytes of an example: what WhatsApp takes of a video at most (Meta, "Media", read 2026-11).
    private static let sampleByteLimit = 16 * 1_048_576

    private func withSample(
        _ header: TemplateDraft.Header?, _ way: Way, _ access: Access
    ) async throws -> TemplateDraft.Header? {
        guard case .file(let kind, let sample?) = header, let id = Identifier<MediaFile>(parsing: sample) else { return header }
        do {
            let file = try await media.open(id, access: access)
            guard file.byteCount <= Self.sampleByteLimit else { throw TemplateProblem.sampleTooLarge(limit: Self.sampleByteLimit) }
            let bytes = try await file.pieces.reduce(into: [UInt8]()) { $0 += $1 }
            let filename = file.file.filename ?? "example.\(file.file.type.filenameExtension)"
            let example = SampleFile(filename: filename, mimeType: file.file.type.text, bytes: bytes)
            return .file(kind, sample: try await way.channel.uploadSample(example, appID: way.appID, in: way.account))
        } catch MediaProblem.missing {
            throw TemplateProblem.sampleMissing
        }
    }

    private static func definition(_ draft: TemplateDraft, _ made: SubmittedTemplate) -> TemplateDefinition {
        TemplateDefinition(
            providerID: made.providerID, name: draft.name, language: draft.language, category: made.category ?? draft.category.rawValue,
            status: made.status, format: draft.format, components: draft.components)
    }

    /// Takes the draft away and writes down what WhatsApp has taken.
    @discardableResult
    private func finish(
        _ saved: SavedTemplateDraft, _ kind: TemplateChange.Kind, _ definition: TemplateDefinition?, _ access: Access
    ) async throws -> Template? {
        let moment = now()
        let template = try await database.write { transaction -> Template? in
            let drafts = TemplateDraftTable(transaction, access)
            _ = try drafts.delete(saved.id)
            let change = TemplateChange(kind, name: saved.draft.name, language: saved.draft.language, at: moment)
            try drafts.record(change, connection: saved.connectionID)
            guard let definition else {
                try TemplateSyncJob.request(for: saved.connectionID, in: access.workspaceID, in: transaction, now: moment)
                return nil
            }
            let templates = TemplateTable(transaction, access.withGrant(.templatesView))
            try templates.save(definition, connection: saved.connectionID, asked: moment, now: moment)
            let template = try templates.find(providerID: definition.providerID, connection: saved.connectionID)
            if let template {
                try TemplateConsequences(transaction, in: access.workspaceID).apply(from: nil, to: template)
                try EventTable(transaction, access).append(
                    NewEvent(.templateUpdated, subject: template.id.text, cause: "submitted"), at: moment)
            }
            return template
        }
        signals.eventsAppended(in: access.workspaceID)
        signals.jobsAdded()
        Logger(label: "templates").info(
            "A template was submitted", metadata: ["draft": "\(saved.id)", "actor": "\(access.actor.text)", "kind": "\(kind.rawValue)"])
        return template
    }

    /// Writes the refusal beside the draft. When nobody knows whether WhatsApp has the template, WhatsApp is asked.
    private func keep(_ problem: TemplateProblem, of saved: SavedTemplateDraft, _ access: Access) async {
        var changed = saved
        (changed.refusal, changed.version, changed.updatedAt) = (problem.detail, saved.version + 1, now())
        let (after, moment) = (changed, now())
        do {
            try await database.write { transaction in
                // Somebody who changed the draft meanwhile needs no word about the version before.
                _ = try TemplateDraftTable(transaction, access).save(after)
                if problem == .outcomeUnknown {
                    try TemplateSyncJob.request(for: saved.connectionID, in: access.workspaceID, in: transaction, now: moment)
                }
            }
            signals.jobsAdded()
        } catch {
            Logger(label: "templates").error("A refusal isn't written down", metadata: ["error": "\(String(reflecting: error))"])
        }
    }

    // MARK: Deleting templates

    /// Has WhatsApp delete it, in its language or in all of them. Throws ``TemplateProblem`` and ``ChannelProblem``.
    package func deleteTemplate(_ id: Identifier<Template>, allLanguages: Bool, access: Access) async throws {
        try access.require(.templatesManage)
        let reading = access.withGrant(.templatesView)
        let (template, all) = try await database.read { transaction -> (Template, [Template]) in
            let table = TemplateTable(transaction, reading)
            guard let template = try table.find(id), template.goneAt == nil else { throw TemplateProblem.missing }
            return (
                template,
                allLanguages
                    ? try table.languages(
                        of: template.name, connection: template.connectionID, includesHidden: true, limit: Self.languageLimit) : [template]
            )
        }
        guard !all.contains(where: { $0.status == .disabled }) else { throw TemplateProblem.disabledStays }
        let way = try await way(to: template.connectionID, access)
        try await way.channel.delete(
            name: template.name, providerID: allLanguages ? nil : template.definition.providerID, in: way.account)
        let moment = now()
        try await database.write { transaction in
            let table = TemplateTable(transaction, reading)
            for gone in all {
                try table.tell(.status(TemplateStatus.deleted.text, reason: nil, detail: nil), of: gone.id, at: moment)
                try EventTable(transaction, access).append(NewEvent(.templateUpdated, subject: gone.id.text, cause: "deleted"), at: moment)
            }
            if all.contains(where: { $0.status == .approved }) {
                let change = TemplateChange(.deleted, name: template.name, language: allLanguages ? nil : template.language, at: moment)
                try TemplateDraftTable(transaction, access).record(change, connection: template.connectionID)
            }
        }
        signals.eventsAppended(in: access.workspaceID)
        Logger(label: "templates").info(
            "A template was deleted", metadata: ["template": "\(id)", "languages": "\(all.count)", "actor": "\(access.actor.text)"])
    }

    /// How an account's templates are written.
    private struct Way {
        let channel: any TemplateChannel
        let appID: String
        let account: AccountRoute
    }

    private func way(to connection: Identifier<Connection>, _ access: Access) async throws -> Way {
        let entry = try await entry(connection, access)
        guard let channel = channels[entry.connection.channel] else { throw TemplateProblem.unsupported }
        return Way(
            channel: channel, appID: entry.connection.appID,
            account: AccountRoute(businessAccountID: entry.connection.businessAccountID, secrets: entry.secrets))
    }

    private func entry(_ id: Identifier<Connection>, _ access: Access) async throws -> ConnectionDirectory.Entry {
        guard let entry = try await directory.entry(id.text), entry.connection.workspaceID == access.workspaceID else {
            throw TemplateProblem.connectionMissing
        }
        return entry
    }
}

extension TemplateDraft {
    /// WhatsApp tells where it keeps an example, and takes a handle alone: another file has to be chosen.
    fileprivate var withoutAddressesAsSamples: TemplateDraft {
        var draft = self
        draft.header = draft.header?.withoutAddressAsSample
        for index in draft.cards.indices { draft.cards[index].header = draft.cards[index].header?.withoutAddressAsSample }
        return draft
    }
}

extension TemplateDraft.Header {
    fileprivate var withoutAddressAsSample: Self {
        guard case .file(let kind, let sample?) = self, sample.lowercased().hasPrefix("http") else { return self }
        return .file(kind, sample: nil)
    }
}
