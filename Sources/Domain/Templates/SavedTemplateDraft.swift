package import struct Foundation.Date

/// A draft as the workspace keeps it until it is submitted.
package struct SavedTemplateDraft: Sendable, Equatable, Identified {
    package static let identifierPrefix = "tpd"
    /// Drafts of a workspace, at most; ours.
    package static let countLimit = 1_000

    package let id: Identifier<SavedTemplateDraft>
    package let connectionID: Identifier<Connection>
    /// The template whose next version this is; nil for a new one.
    package let templateID: Identifier<Template>?
    package var draft: TemplateDraft
    /// Goes up with each change, so that two people don't write over each other.
    package var version: Int64
    /// Why WhatsApp didn't take it last, as a sentence.
    package var refusal: String?
    package let createdAt: Date
    package var updatedAt: Date

    package init(
        id: Identifier<SavedTemplateDraft>, connectionID: Identifier<Connection>, templateID: Identifier<Template>? = nil,
        draft: TemplateDraft, version: Int64 = 1, refusal: String? = nil, createdAt: Date, updatedAt: Date
    ) {
        (self.id, self.connectionID, self.templateID, self.draft) = (id, connectionID, templateID, draft)
        (self.version, self.refusal, self.createdAt, self.updatedAt) = (version, refusal, createdAt, updatedAt)
    }
}
