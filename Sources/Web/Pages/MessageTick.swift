internal import Domain

/// The sign behind a message's time, and the word for those who don't see it.
struct MessageTick: Sendable, Equatable {
    let icon: String
    let tone: String
    let word: String

    /// Nothing for what came in.
    init?(_ status: MessageStatus) {
        switch status {
        case .received: return nil
        case .scheduled: (icon, tone, word) = ("clock", "", "Scheduled")
        case .queued, .claimed: (icon, tone, word) = ("clock", "", "Waiting to leave")
        case .sending: (icon, tone, word) = ("clock", "", "Sending")
        case .sent: (icon, tone, word) = ("check", "", "Sent")
        case .delivered: (icon, tone, word) = ("check-check", "", "Delivered")
        case .read: (icon, tone, word) = ("check-check", "read", "Read")
        case .played: (icon, tone, word) = ("check-check", "read", "Played")
        case .failed: (icon, tone, word) = ("circle-alert", "failed", "Not sent")
        case .cancelled: (icon, tone, word) = ("x", "", "Cancelled")
        case .unknown: (icon, tone, word) = ("circle-alert", "uncertain", "Not known whether sent")
        }
    }
}
