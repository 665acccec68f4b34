package import struct Foundation.Date

/// A message text that WhatsApp approved beforehand, in one language: the only thing that can be sent outside the 24 hours.
package struct Template: Sendable, Equatable, Identified {
    package static let identifierPrefix = "tpl"

    /// How its variables are named: `{{1}}` or `{{first_name}}`.
    package enum Format: String, Sendable, Codable {
        case positional = "POSITIONAL"
        case named = "NAMED"
    }

    package let id: Identifier<Template>
    package let connectionID: Identifier<Connection>
    /// As WhatsApp describes it.
    package let definition: TemplateDefinition
    /// What Meta says beside a status: a recommendation, the length of a pause.
    package let statusDetail: String?
    package let isPinned: Bool
    package let isHidden: Bool
    /// When WhatsApp last said how it is.
    package let syncedAt: Date
    /// When WhatsApp no longer had it.
    package let goneAt: Date?
    /// Our own pause after WhatsApp refused to send it.
    package let hold: Hold?
    /// What its variables stand for, as people decided; nil until somebody did.
    package let mapping: TemplateMapping?

    package struct Hold: Sendable, Equatable {
        package let code: String
        package let until: Date

        package init(code: String, until: Date) { (self.code, self.until) = (code, until) }
    }

    package init(
        id: Identifier<Template>, connectionID: Identifier<Connection>, definition: TemplateDefinition, statusDetail: String? = nil,
        isPinned: Bool = false, isHidden: Bool = false, syncedAt: Date, goneAt: Date? = nil, hold: Hold? = nil,
        mapping: TemplateMapping? = nil
    ) {
        (self.id, self.connectionID, self.definition, self.statusDetail) = (id, connectionID, definition, statusDetail)
        (self.isPinned, self.isHidden, self.syncedAt, self.goneAt, self.hold) = (isPinned, isHidden, syncedAt, goneAt, hold)
        self.mapping = mapping
    }

    package var name: String { definition.name }
    package var language: String { definition.language }
    package var status: TemplateStatus { definition.status }

    /// What its variables stand for: as was decided, else as can be guessed.
    package var defaultMapping: TemplateMapping { mapping ?? .suggested(for: parts) }

    /// What can be read of its components.
    package var parts: TemplateParts {
        TemplateParts(definition.components, format: definition.format, category: definition.category)
    }

    /// Throws why it can't be sent now.
    package func requireSendable() throws(TemplateProblem) {
        guard goneAt == nil else { throw .gone(name: name) }
        guard status.isSendable else { throw .notApproved(name: name, status: status) }
        if let obstacle = parts.obstacle { throw .needsMore(obstacle) }
    }
}

/// A template as the provider describes it.
package struct TemplateDefinition: Sendable, Equatable {
    package let providerID: String
    package let name: String
    /// Meta's code, such as `en_US`.
    package let language: String
    /// `MARKETING`, `UTILITY`, `AUTHENTICATION`, or what Meta may add.
    package let category: String
    package let status: TemplateStatus
    package let format: Template.Format
    /// In Meta's own form, so that nothing of it is lost.
    package let components: [JSONValue]
    /// `GREEN`, `YELLOW`, `RED`; nil while nothing is known.
    package let quality: String?
    /// Meta's word for why it was rejected, such as `INVALID_FORMAT`.
    package let rejectionReason: String?

    package init(
        providerID: String, name: String, language: String, category: String, status: TemplateStatus, format: Template.Format = .positional,
        components: [JSONValue], quality: String? = nil, rejectionReason: String? = nil
    ) {
        (self.providerID, self.name, self.language, self.category) = (providerID, name, language, category)
        (self.status, self.format, self.components) = (status, format, components)
        (self.quality, self.rejectionReason) = (quality, rejectionReason)
    }
}

/// Some of an account's templates, and where the next ones begin.
package struct TemplatePage: Sendable, Equatable {
    package let templates: [TemplateDefinition]
    /// The provider's cursor; nil at the end.
    package let next: String?

    package init(templates: [TemplateDefinition], next: String?) { (self.templates, self.next) = (templates, next) }
}

/// What Meta says of a template (Meta, "Statuses", read 2026-11). Words that we don't know are kept as they came.
package struct TemplateStatus: Sendable, Hashable {
    package let text: String

    package init(_ text: String) { self.text = text.uppercased() }

    package static let approved = TemplateStatus("APPROVED")
    package static let pending = TemplateStatus("PENDING")
    package static let rejected = TemplateStatus("REJECTED")
    package static let inAppeal = TemplateStatus("IN_APPEAL")
    package static let paused = TemplateStatus("PAUSED")
    package static let disabled = TemplateStatus("DISABLED")
    package static let limitExceeded = TemplateStatus("LIMIT_EXCEEDED")
    package static let pendingDeletion = TemplateStatus("PENDING_DELETION")
    package static let deleted = TemplateStatus("DELETED")
    package static let archived = TemplateStatus("ARCHIVED")
    package static let locked = TemplateStatus("LOCKED")
    package static let flagged = TemplateStatus("FLAGGED")

    /// One that is about to be disabled can still be sent.
    package var isSendable: Bool { self == .approved || self == .flagged }

    /// The status after an event of a webhook, which has two words more than the list.
    package init(event: String) {
        let word = TemplateStatus(event)
        self = word.text == "REINSTATED" || word.text == "UNARCHIVED" || word.text == "UNPAUSED" ? .approved : word
    }
}
