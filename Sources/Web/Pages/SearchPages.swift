internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// What was found, on a page of its own that works without scripts.
struct SearchPages: Sendable {
    static let messageLimit = 30
    /// Contacts beside messages; all of them have a page of their own.
    static let contactLimit = 5
    static let contactPageLimit = 30
    /// Notes beside messages; all of them have a page of their own too.
    static let noteLimit = 5

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        RouteSet(member: [Route(.get, "/app/{workspace}/whatsapp/search", allows: .grant(.conversationsView), respond: search)])
    }

    @Sendable private func search(request: Request, context: MemberContext) async throws -> Response {
        let (frame, access) = (printer.frame(request, context), context.access)
        let fields = request.query
        let asked = SearchView.Query { fields[$0] ?? "" }
        let people = try await services.conversations.assignees(access: .system("pages", in: access.workspaceID)).people
        let senders = access.permits(.sendersView) ? try await services.senders.list(access: access) : []
        let names = SearchView.Names(
            senders: senders.map { ($0.id, $0.name) }, people: people.map { ($0.account.id, $0.account.name) }, me: frame.accountID)
        var results = SearchView.Results()
        guard !asked.isBlank else { return printer.page(SearchView(asked, results, nil, names, in: frame)) }
        do {
            let filter = try asked.filter(frame.frame.times)
            let after = asked.after.isEmpty ? nil : asked.after
            // A note has no side and no kind but its own.
            if asked.wantsNotes || (asked.place == nil && asked.kind.isEmpty && asked.direction.isEmpty && after == nil) {
                results.notes = try await services.search.notes(
                    asked.text, filter, spelling: asked.spelling, after: after,
                    limit: asked.wantsNotes ? Self.messageLimit : Self.noteLimit,
                    access: access)
            }
            if asked.place != .contacts, !asked.wantsNotes {
                results.messages = try await services.search.messages(
                    asked.text, filter, spelling: asked.spelling, after: after, limit: Self.messageLimit, access: access)
            }
            // A person isn't of a kind or a day: who narrows wants messages. Nor do they come again with each page.
            if asked.place == .contacts || (asked.place == nil && !asked.isNarrowed && after == nil) {
                results.contacts = try await services.search.contacts(
                    asked.text, spelling: asked.spelling, after: asked.place == .contacts ? after : nil,
                    limit: asked.place == .contacts ? Self.contactPageLimit : Self.contactLimit, access: access)
            }
        } catch let problem as any Problem where problem.kind == .invalid {
            return printer.page(SearchView(asked, SearchView.Results(), problem.detail, names, in: frame), status: problem.kind.status)
        }
        return printer.page(SearchView(asked, results, nil, names, in: frame))
    }
}
