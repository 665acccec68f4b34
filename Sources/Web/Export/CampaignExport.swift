internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// The file that a campaign's recipients are exported as, for the pages and the API alike.
struct CampaignExport: Sendable {
    let services: WebServices
    let access: Access
    /// The person, unless it is an API key that asks.
    let signedIn: SignedIn?

    private static let header = [
        "position", "name", "phone", "state", "reason", "detail", "queued", "sent", "delivered", "read", "failed", "replied", "clicked",
        "message",
    ]

    func file(of id: Identifier<Campaign>, _ filter: CampaignRecipientFilter, _ request: Request) async throws -> Response {
        let parts = try await services.campaigns.exportRecipients(of: id, filter, access: access)
        let guarded = GuardedParts(parts: parts, guardian: StreamGuard(services: services, access: access, signedIn: signedIn))
        return CSVResponse.make(request, filename: "recipients.csv", header: Self.header, guarded) { entry in
            let one = entry.recipient
            let times = [one.queuedAt, one.sentAt, one.deliveredAt, one.readAt, one.failedAt, one.repliedAt, one.clickedAt]
            return [
                String(one.position), entry.contact?.name ?? "", entry.phone?.text ?? "", one.state.rawValue, one.reason ?? "",
                one.error?.detail ?? one.exclusion?.label ?? "",
            ] + times.map { $0.map { $0.formatted(.iso8601) } ?? "" } + [one.messageID?.text ?? ""]
        }
    }
}
