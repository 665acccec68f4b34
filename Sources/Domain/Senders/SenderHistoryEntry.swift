package import struct Foundation.Date

/// One thing that happened to a number, and how it stood afterwards.
package struct SenderHistoryEntry: Sendable, Equatable {
    /// Grows with time.
    package let sequence: Int64
    /// A ``SenderEvent``'s raw value, or what setting was changed.
    package let cause: String
    /// As ``Actor/text``.
    package let actor: String
    package let status: Sender.Status
    package let reason: SenderReason?
    package let explanation: String?
    package let at: Date

    package init(
        sequence: Int64, cause: String, actor: String, status: Sender.Status, reason: SenderReason?, explanation: String?, at: Date
    ) {
        (self.sequence, self.cause, self.actor, self.status) = (sequence, cause, actor, status)
        (self.reason, self.explanation, self.at) = (reason, explanation, at)
    }
    /// Why a number that could send doesn't any more, or was suspended besides; nil when it isn't that, and when a person switched it off or waits for
    /// WhatsApp's answer.
    /// - Parameter before: what happened before it; nil when nothing is known of that, and only this tells whether it stopped just now.
    package func stop(after before: SenderHistoryEntry?) -> SenderReason? {
        guard let reason, ![.online, .connecting].contains(status), reason != .switchedOff else { return nil }
        guard let before else { return SenderEvent(rawValue: cause) == nil ? nil : reason }
        return before.status == .online || (status == .suspended && before.status != .suspended) ? reason : nil
    }
}
