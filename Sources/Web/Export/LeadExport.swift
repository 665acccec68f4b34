internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// The file that leads are exported as, for the pages and the API alike.
struct LeadExport: Sendable {
    let services: WebServices
    let access: Access
    /// The person, unless it is an API key that asks.
    let signedIn: SignedIn?

    private static let header = [
        "name", "company", "phone", "status", "source", "owner", "value", "currency", "description", "created", "changed", "closed",
    ]

    /// What a list shows, in its order.
    func file(_ filter: LeadFilter, order: LeadOrder, _ request: Request) async throws -> Response {
        let parts = try await services.leads.export(filter, order: order, access: access)
        let lists = try await services.leadLists.lists(access: .system("export", in: access.workspaceID))
        let statuses = Dictionary(lists.statuses.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
        let sources = Dictionary(lists.sources.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
        let people = try await services.peopleNames(access: access)
        let guarded = GuardedParts(parts: parts, guardian: StreamGuard(services: services, access: access, signedIn: signedIn))
        return CSVResponse.make(request, filename: "leads.csv", header: Self.header, guarded) { copy in
            let (lead, fields) = (copy.lead, copy.lead.fields)
            func time(_ date: Date?) -> String { date?.formatted(.iso8601) ?? "" }
            return [
                fields.name, fields.company ?? "", copy.contact?.contact.phoneNumber?.text ?? "", statuses[lead.statusID] ?? "",
                lead.sourceID.flatMap { sources[$0] } ?? "", lead.owner.flatMap { people[Actor.member($0).text] } ?? "",
                fields.value?.plain ?? "", fields.value?.currency.code ?? "", fields.description ?? "", time(lead.createdAt),
                time(lead.changedAt), time(lead.closedAt),
            ]
        }
    }
}
