internal import Domain
internal import Store

/// A message whose attempt is committed and whose call is to be made at once.
struct StartedMessage: Sendable {
    let loaded: QueueTable.Loaded
    let lane: Lane
    let attempt: AttemptReference
    let providerMediaID: String?
}

/// Where a sender's messages go: its route, and the channel behind it.
struct Outlet: Sendable {
    let route: SenderRoute
    let channel: any Channel
}
