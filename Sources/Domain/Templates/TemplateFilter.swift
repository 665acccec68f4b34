/// Which templates a list shows. Those that WhatsApp no longer has are never among them.
package struct TemplateFilter: Sendable, Equatable {
    package enum Visibility: String, Sendable, CaseIterable, Codable { case shown, hidden, all }

    package var connection: Identifier<Connection>?
    package var visibility: Visibility
    /// Only those that can be sent now.
    package var isSendable: Bool
    package var status: TemplateStatus?
    package var category: String?
    package var language: String?
    /// Words that stand in the name or in the text.
    package var text: String?

    package init(
        connection: Identifier<Connection>? = nil, visibility: Visibility = .shown, isSendable: Bool = false, status: TemplateStatus? = nil,
        category: String? = nil, language: String? = nil, text: String? = nil
    ) {
        (self.connection, self.visibility, self.isSendable) = (connection, visibility, isSendable)
        (self.status, self.category, self.language, self.text) = (status, category, language, text)
    }
}

/// A place in the list: pinned ones first, then by name and language.
package struct TemplatePlace: Sendable, Equatable {
    package let isPinned: Bool
    package let name: String
    package let language: String
    package let id: Identifier<Template>

    package init(isPinned: Bool, name: String, language: String, id: Identifier<Template>) {
        (self.isPinned, self.name, self.language, self.id) = (isPinned, name, language, id)
    }
}
