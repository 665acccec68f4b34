/// A provider's way to write templates. Calls throw ``ChannelProblem``, and ``TemplateProblem`` for what the provider doesn't take.
package protocol TemplateChannel: Sendable {
    /// Has a new template reviewed. Throws ``TemplateProblem/outcomeUnknown`` when nobody knows whether the provider has it now.
    func create(_ draft: TemplateDraft, in account: AccountRoute) async throws -> SubmittedTemplate

    /// Replaces the parts of a template, which is reviewed anew. Safe to repeat.
    ///
    /// - Parameter changesCategory: whether the category goes along, which an approved template doesn't allow.
    func edit(_ providerID: String, to draft: TemplateDraft, changesCategory: Bool, in account: AccountRoute) async throws

    /// Deletes one language, or with no id all of them. Safe to repeat.
    func delete(name: String, providerID: String?, in account: AccountRoute) async throws

    /// Uploads a file as an example for the reviewers; returns the provider's handle of it.
    ///
    /// - Parameter appID: the provider's app in whose name it is uploaded.
    func uploadSample(_ file: SampleFile, appID: String, in account: AccountRoute) async throws -> String
}

/// What the provider said of a new template.
package struct SubmittedTemplate: Sendable, Equatable {
    package let providerID: String
    package let status: TemplateStatus
    /// Which the provider may have chosen itself; nil when it doesn't say.
    package let category: String?

    package init(providerID: String, status: TemplateStatus, category: String?) {
        (self.providerID, self.status, self.category) = (providerID, status, category)
    }
}

/// A file that shows reviewers what a header may hold.
package struct SampleFile: Sendable, Equatable {
    package let filename: String
    package let mimeType: String
    package let bytes: [UInt8]

    package init(filename: String, mimeType: String, bytes: [UInt8]) {
        (self.filename, self.mimeType, self.bytes) = (filename, mimeType, bytes)
    }
}
