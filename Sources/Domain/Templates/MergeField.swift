/// Something of which a message can speak and that differs from person to person, such as their name.
package enum MergeField: Sendable, Hashable {
    case known(Known)
    /// A column of the file that a campaign's people came from, by its heading.
    case column(String)

    /// Those that every workspace has. The raw value is how programs write it.
    package enum Known: String, Sendable, CaseIterable {
        case contactName = "contact.name"
        case contactFirstName = "contact.firstName"
        case contactPhone = "contact.phone"
        case contactCompany = "contact.company"
        case contactAddress = "contact.address"
        case contactCity = "contact.city"
        case contactState = "contact.state"
        case contactCountry = "contact.country"
        case contactDescription = "contact.description"
        case agentName = "agent.name"
        case agentFirstName = "agent.firstName"
        case agentEmail = "agent.email"
        case senderName = "sender.name"
        case senderPhone = "sender.phone"
        case workspaceName = "workspace.name"
        /// The day on which the message is made.
        case today
    }

    /// Characters of a column's heading.
    package static let columnLimit = 100
    private static let columnPrefix = "column."

    /// Nil for what nobody knows.
    package init?(parsing text: String) {
        if let known = Known(rawValue: text) {
            self = .known(known)
        } else if text.hasPrefix(Self.columnPrefix), (1...Self.columnLimit).contains(text.count - Self.columnPrefix.count) {
            self = .column(String(text.dropFirst(Self.columnPrefix.count)))
        } else {
            return nil
        }
    }

    /// As programs write it: `contact.name`, `column.Order`.
    package var text: String {
        switch self {
        case .known(let known): known.rawValue
        case .column(let heading): Self.columnPrefix + heading
        }
    }

    /// As pages call it.
    package var label: String {
        switch self {
        case .known(let known): known.label
        case .column(let heading): "Column “\(heading)”"
        }
    }

    /// Whether such a variable can be filled with it: a file or a moment nobody has among their facts, but a column may hold it.
    package func fits(_ kind: TemplateVariable.Kind) -> Bool {
        switch kind {
        case .text, .optionalText, .addressEnd, .code: true
        case .file, .latitude, .longitude, .moment: if case .column = self { true } else { false }
        }
    }
}

extension MergeField.Known {
    package var label: String {
        switch self {
        case .contactName: "Contact: name"
        case .contactFirstName: "Contact: first name"
        case .contactPhone: "Contact: phone number"
        case .contactCompany: "Contact: company"
        case .contactAddress: "Contact: address"
        case .contactCity: "Contact: city"
        case .contactState: "Contact: state"
        case .contactCountry: "Contact: country"
        case .contactDescription: "Contact: description"
        case .agentName: "Who sends it: name"
        case .agentFirstName: "Who sends it: first name"
        case .agentEmail: "Who sends it: e-mail address"
        case .senderName: "Your number: name"
        case .senderPhone: "Your number: phone number"
        case .workspaceName: "Workspace: name"
        case .today: "Today’s date"
        }
    }
}
