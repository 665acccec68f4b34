/// Buttons, a list, or a link below a text. Limits are Meta's ("Interactive", read 2026-11).
package struct InteractiveContent: Sendable, Equatable, Codable {
    package static let buttonLimit = 3
    package static let buttonTitleLimit = 20
    package static let rowLimit = 10
    package static let bodyLimit = 1_024
    package static let listBodyLimit = 4_096

    package struct Header: Sendable, Equatable, Codable {
        package var text: String?
        package var media: MediaContent?

        package init(text: String? = nil, media: MediaContent? = nil) { (self.text, self.media) = (text, media) }
    }

    package struct Button: Sendable, Equatable, Codable {
        package var id: String
        package var title: String

        package init(id: String, title: String) { (self.id, self.title) = (id, title) }
    }

    package struct List: Sendable, Equatable, Codable {
        package struct Section: Sendable, Equatable, Codable {
            package var title: String?
            package var rows: [Row]

            package init(title: String?, rows: [Row]) { (self.title, self.rows) = (title, rows) }
        }

        package struct Row: Sendable, Equatable, Codable {
            package var id: String
            package var title: String
            package var description: String?

            package init(id: String, title: String, description: String? = nil) {
                (self.id, self.title, self.description) = (id, title, description)
            }
        }

        /// What stands on the button that opens the list.
        package var button: String
        package var sections: [Section]

        package init(button: String, sections: [Section]) { (self.button, self.sections) = (button, sections) }
    }

    package struct Link: Sendable, Equatable, Codable {
        package var title: String
        package var url: String

        package init(title: String, url: String) { (self.title, self.url) = (title, url) }
    }

    package var header: Header?
    package var body: String
    package var footer: String?
    /// Exactly one of the three is given.
    package var buttons: [Button]?
    package var list: List?
    package var link: Link?

    package init(header: Header? = nil, body: String, footer: String? = nil, buttons: [Button]? = nil, list: List? = nil, link: Link? = nil)
    {
        (self.header, self.body, self.footer, self.buttons, self.list, self.link) = (header, body, footer, buttons, list, link)
    }
}

/// A template by name and language, with the values for its variables.
package struct TemplateContent: Sendable, Equatable, Codable {
    package var name: String
    /// Meta's code of the language, such as `en_US`.
    package var language: String
    /// The components in Meta's own form, passed on as they are: `[{"type": "body", "parameters": [...]}]`.
    package var components: [JSONValue]?
    /// What the customer sees; nil when the template isn't known to us. Never taken from a caller.
    package var shown: TemplateText?

    package init(name: String, language: String, components: [JSONValue]? = nil, shown: TemplateText? = nil) {
        (self.name, self.language, self.components, self.shown) = (name, language, components, shown)
    }
}

extension TemplateContent {
    /// The files of ours that the components name, as `{"type": "image", "image": {"id": "med_…"}}`, each with the member it stands in.
    var ownFiles: [(member: String, id: Identifier<MediaFile>)] { (components ?? []).flatMap { Self.ownFiles(in: $0, member: "") } }

    private static func ownFiles(in value: JSONValue, member: String) -> [(member: String, id: Identifier<MediaFile>)] {
        switch value {
        case .array(let elements): elements.flatMap { ownFiles(in: $0, member: member) }
        case .object(let members):
            members.flatMap { name, value in
                if name == "id", let id = value.text.flatMap(Identifier<MediaFile>.init(parsing:)) { return [(member, id)] }
                return ownFiles(in: value, member: name)
            }
        default: []
        }
    }

    /// The file of ours in the header; a template that can be sent has one at most.
    package var attachment: MediaContent? {
        ownFiles.first.flatMap { file in MediaContent.Kind(rawValue: file.member).map { MediaContent(kind: $0, id: file.id) } }
    }
}
