internal import Domain
internal import Store

internal import struct Foundation.Date

/// What a number may do now, and where its messages go.
struct SenderStanding: Sendable {
    let outlet: Outlet
    let hold: SenderHold
    let pace: SenderPace
    /// The provider's portfolio, whose limit on people it shares.
    let portfolio: String

    /// What comes behind it waits while the provider restricts the number.
    var lastLane: Lane { hold.campaignsPausedAt == nil ? .campaign : .notification }

    /// nil while the number can't send.
    static func read(_ id: Identifier<Sender>, of dispatcher: Dispatcher, _ access: Access, at now: Date) async throws -> SenderStanding? {
        let found = try await dispatcher.database.read { transaction in
            (try SenderTable(transaction, access).find(id), try SenderHoldTable(transaction, access).standing(of: id, now: now))
        }
        guard let sender = found.0, let standing = found.1, sender.status == .online, let channel = dispatcher.channels[sender.channel]
        else { return nil }
        return SenderStanding(
            outlet: Outlet(route: try await dispatcher.directory.route(sender), channel: channel), hold: standing.hold, pace: standing.pace,
            portfolio: standing.portfolio)
    }
}
