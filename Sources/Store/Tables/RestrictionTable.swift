package import Domain

package import struct Foundation.Date

/// What the provider's answers have taught: templates that are paused or for marketing, and people who get no marketing for a while.
package struct RestrictionTable {
    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    package struct TemplateState: Sendable {
        package let isMarketing: Bool
        /// The provider's code; nil when it isn't paused.
        package let pausedCode: String?
        package let pausedUntil: Date?
    }

    /// A template of one connection, in one language.
    package struct TemplateKey: Sendable, Hashable {
        package let name: String
        package let language: String

        package init(_ template: TemplateContent) { (name, language) = (template.name, template.language) }
        package init(_ template: Template) { (name, language) = (template.name, template.language) }
        package init(name: String, language: String) { (self.name, self.language) = (name, language) }
    }

    package func states(of templates: Set<TemplateKey>, connection: Identifier<Connection>) throws -> [TemplateKey: TemplateState] {
        var states: [TemplateKey: TemplateState] = [:]
        for key in templates.sorted(by: { ($0.name, $0.language) < ($1.name, $1.language) }) {
            let rows = try transaction.rows(
                """
                SELECT is_marketing, paused_code, paused_until FROM template_states WHERE workspace_id = \(workspaceID) AND connection_id = \(connection)
                    AND name = \(key.name) AND language = \(key.language)
                """)
            states[key] = try rows.first.map {
                TemplateState(isMarketing: try $0.bool(0), pausedCode: try $0.textOrNil(1), pausedUntil: try $0.dateOrNil(2))
            }
        }
        return states
    }

    package func markMarketing(_ template: TemplateKey, connection: Identifier<Connection>) throws {
        try transaction.run(
            """
            INSERT INTO template_states (workspace_id, connection_id, name, language, is_marketing)
            VALUES (\(workspaceID), \(connection), \(template.name), \(template.language), 1)
            ON CONFLICT (workspace_id, connection_id, name, language) DO UPDATE SET is_marketing = 1
            """)
    }

    /// The provider says that it is for something else.
    package func unmarkMarketing(_ template: TemplateKey, connection: Identifier<Connection>) throws {
        try transaction.run(
            """
            UPDATE template_states SET is_marketing = 0 WHERE workspace_id = \(workspaceID) AND connection_id = \(connection)
                AND name = \(template.name) AND language = \(template.language)
            """)
    }

    package func pause(_ template: TemplateKey, connection: Identifier<Connection>, code: String, until: Date) throws {
        try transaction.run(
            """
            INSERT INTO template_states (workspace_id, connection_id, name, language, paused_until, paused_code)
            VALUES (\(workspaceID), \(connection), \(template.name), \(template.language), \(until), \(code))
            ON CONFLICT (workspace_id, connection_id, name, language) DO UPDATE SET paused_until = excluded.paused_until, paused_code = excluded.paused_code
            """)
    }

    /// The template may be sent again; false when it wasn't paused.
    package func resume(_ template: TemplateKey, connection: Identifier<Connection>) throws -> Bool {
        try transaction.run(
            """
            UPDATE template_states SET paused_until = NULL, paused_code = NULL WHERE workspace_id = \(workspaceID) AND connection_id = \(connection)
                AND name = \(template.name) AND language = \(template.language) AND paused_until IS NOT NULL
            """) == 1
    }

    /// No marketing for a person until then. The longer of two stands.
    package func restrict(_ contact: Identifier<Contact>, until: Date, code: String, at now: Date) throws {
        try transaction.run(
            """
            INSERT INTO contact_restrictions (workspace_id, contact_id, kind, until, code, at)
            VALUES (\(workspaceID), \(contact), 'marketing', \(until), \(code), \(now))
            ON CONFLICT (workspace_id, contact_id, kind) DO UPDATE SET until = excluded.until, code = excluded.code, at = excluded.at
                WHERE excluded.until > contact_restrictions.until
            """)
    }

    /// Those of the people who get no marketing now, and until when.
    package func restricted(_ contacts: Set<Identifier<Contact>>, now: Date) throws -> [Identifier<Contact>: Date] {
        var restricted: [Identifier<Contact>: Date] = [:]
        try transaction.forEachChunk(of: contacts.sorted().map { [SQLValue($0)] }) { chunk in
            let rows = try transaction.rows(
                """
                SELECT contact_id, until FROM contact_restrictions WHERE workspace_id = \(workspaceID) AND kind = 'marketing'
                    AND contact_id IN (\(list: chunk.map { $0[0] })) AND until > \(now)
                """)
            for row in rows { restricted[try row.id(0)] = try row.date(1) }
        }
        return restricted
    }
}
