package import Domain
internal import Synchronization

/// A provider's review that does as it is told, and remembers what it was given.
package final class FakeTemplates: TemplateChannel {
    package struct Deletion: Sendable, Equatable {
        package let name: String
        package let providerID: String?

        package init(name: String, providerID: String?) { (self.name, self.providerID) = (name, providerID) }
    }

    private struct State {
        var created: [TemplateDraft] = []
        var edited: [String: TemplateDraft] = [:]
        var categoryChanges: [String] = []
        var deleted: [Deletion] = []
        var samples: [SampleFile] = []
        var problem: (any Problem)?
    }

    private let state = Mutex(State())

    package init() {}

    package var created: [TemplateDraft] { state.withLock(\.created) }
    /// By the provider's id.
    package var edited: [String: TemplateDraft] { state.withLock(\.edited) }
    /// Templates that were given another category.
    package var categoryChanges: [String] { state.withLock(\.categoryChanges) }
    package var deleted: [Deletion] { state.withLock(\.deleted) }
    package var samples: [SampleFile] { state.withLock(\.samples) }

    /// Each call fails from now on; nil to have it work again.
    package func fail(_ problem: (any Problem)?) { state.withLock { $0.problem = problem } }

    package func create(_ draft: TemplateDraft, in account: AccountRoute) async throws -> SubmittedTemplate {
        try state.withLock { state in
            if let problem = state.problem { throw problem }
            state.created.append(draft)
            return SubmittedTemplate(providerID: "made-\(state.created.count)", status: .pending, category: nil)
        }
    }

    package func edit(_ providerID: String, to draft: TemplateDraft, changesCategory: Bool, in account: AccountRoute) async throws {
        try state.withLock { state in
            if let problem = state.problem { throw problem }
            state.edited[providerID] = draft
            if changesCategory { state.categoryChanges.append(providerID) }
        }
    }

    package func delete(name: String, providerID: String?, in account: AccountRoute) async throws {
        try state.withLock { state in
            if let problem = state.problem { throw problem }
            state.deleted.append(Deletion(name: name, providerID: providerID))
        }
    }

    package func uploadSample(_ file: SampleFile, appID: String, in account: AccountRoute) async throws -> String {
        try state.withLock { state in
            if let problem = state.problem { throw problem }
            state.samples.append(file)
            return "4::sample-\(state.samples.count)"
        }
    }
}
