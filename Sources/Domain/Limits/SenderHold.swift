package import struct Foundation.Date

/// What holds a number's messages back, beside its own state.
package struct SenderHold: Sendable, Equatable {
    /// Since when a person has paused it, and who, as ``Actor/text``.
    package var pausedAt: Date?
    package var pausedBy: String?
    /// Since when its campaigns wait for a person, because the provider restricts the number, and in which words.
    package var campaignsPausedAt: Date?
    package var campaignsPausedReason: String?
    /// Until when it is slower.
    package var slowedUntil: Date?
    /// How often the provider found it too fast before it had its usual speed again.
    package var slowedTimes = 0
    /// Until when nothing leaves, and why.
    package var heldUntil: Date?
    package var heldReason: String?

    package init() {}

    package var isPaused: Bool { pausedAt != nil }
}
