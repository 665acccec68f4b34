internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// The file that the list of numbers is exported as, for the page and the API alike.
struct NumberExport: Sendable {
    let services: WebServices
    let access: Access
    /// The person, unless it is an API key that asks.
    let signedIn: SignedIn?
    /// In which the times are written, each with its offset.
    let zone: TimeZone

    private static let header = [
        "number", "country", "name", "display name", "review", "channel", "connection", "status", "reason", "quality", "limit",
        "people today", "throughput", "subscribed", "last inbound", "last outbound", "open conversations", "removed", "sender",
    ]

    func file(isRemoved: Bool, _ request: Request) async throws -> Response {
        let parts = try await services.senders.exportNumbers(isRemoved: isRemoved, access: access)
        let guardian = StreamGuard(services: services, access: access, signedIn: signedIn)
        let day = PageTimes(now: services.now(), zone: zone).day(services.now())
        return CSVResponse.make(
            request, filename: "numbers-\(day).csv", header: Self.header, GuardedParts(parts: parts, guardian: guardian), line: line)
    }

    private func line(_ number: NumberOverview) -> [String] {
        let sender = number.sender
        return [
            sender.phoneNumber.text, PhoneNumbers.embedded.country(of: sender.phoneNumber)?.name ?? "", sender.name,
            sender.displayName ?? "", number.nameStanding?.rawValue ?? "", sender.channel.rawValue, number.connectionName,
            sender.status.rawValue, sender.statusReason ?? "", sender.quality ?? "", sender.messagingLimit ?? "",
            String(number.usage.people), number.throughput ?? "", number.usage.isSubscribed ? "yes" : "no",
            number.lastInboundAt.map(time) ?? "", number.lastOutboundAt.map(time) ?? "",
            "\(number.openConversations.count)\(number.openConversations.isMore ? "+" : "")", sender.removedAt.map(time) ?? "",
            sender.id.text,
        ]
    }

    private func time(_ date: Date) -> String { ExportTime.text(date, in: zone) }
}

/// A moment as exports write it: `2026-11-21T11:42:07+01:00`.
enum ExportTime {
    static func text(_ date: Date, in zone: TimeZone) -> String {
        date.formatted(
            Date.ISO8601FormatStyle(timeZone: zone).year().month().day().time(includingFractionalSeconds: false).timeZone(separator: .colon)
        )
    }
}
