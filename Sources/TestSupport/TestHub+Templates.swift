package import Domain
package import Foundation
package import Services
package import Store

/// Templates, as WhatsApp describes them and as the hub gets them.
extension TestHub {
    package static let orderComponents = """
        [{"type":"HEADER","format":"TEXT","text":"Order {{1}}"},{"type":"BODY","text":"Hi {{1}}, your order {{2}} left us."},
         {"type":"FOOTER","text":"Reply if something is wrong"},
         {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Where is it?"},
          {"type":"URL","text":"Track","url":"https://shop.example/o/{{1}}"}]}]
        """

    package static func template(
        _ name: String, language: String = "en_US", category: String = "UTILITY", status: TemplateStatus = .approved,
        components: String = #"[{"type":"BODY","text":"Hello there"}]"#, quality: String? = nil, reason: String? = nil,
        providerID: String? = nil
    ) -> TemplateDefinition {
        TemplateDefinition(
            providerID: providerID ?? "\(name).\(language)", name: name, language: language, category: category, status: status,
            components: (try? JSONText.decode(from: components)) ?? [], quality: quality, rejectionReason: reason)
    }

    package var templates: TemplateService {
        let clock = clock
        return TemplateService(database: database, signals: signals, now: { clock.now })
    }

    /// Does the pieces of work that are due; returns how many.
    @discardableResult
    package func fetchTemplates() async throws -> Int {
        let clock = clock
        return try await work(TemplateSyncJob(database: database, directory: directory, channels: [.meta: channel], now: { clock.now }))
    }

    /// Does what is due of one kind of work; returns how many pieces there were.
    @discardableResult
    package func work<Handler: JobHandler>(_ handler: Handler) async throws -> Int {
        let clock = clock
        let jobs = try await database.write { try JobTable($0).take(kind: Handler.kind, now: clock.now, leaseSeconds: 60, limit: 10) }
        for job in jobs {
            let completion = try await handler.run(job)
            try await database.write { transaction in
                guard try JobTable(transaction).complete(job) else { throw StoreError.unavailable("The job was taken over.") }
                try completion.write(transaction)
            }
        }
        return jobs.count
    }

    /// These and no others, as after an hourly turn.
    @discardableResult
    package func have(_ definitions: TemplateDefinition...) async throws -> [Template] {
        channel.set(templates: definitions)
        _ = try await templates.sync(access: access)
        try await fetchTemplates()
        let all = try await allTemplates()
        return definitions.compactMap { definition in all.first { $0.definition.providerID == definition.providerID } }
    }

    package func allTemplates(_ filter: TemplateFilter = TemplateFilter(visibility: .all)) async throws -> [Template] {
        try await templates.list(filter, after: nil, limit: 100, access: access).data
    }
}
