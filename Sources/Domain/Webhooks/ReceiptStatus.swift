/// What a receipt tells of a message that was sent.
package enum ReceiptStatus: String, Sendable, CaseIterable, Codable {
    case sent, delivered, read, failed

    /// From why a message changed, as the event log has it; nil for what no receipt tells.
    /// - Parameter isFailed: whether the message stands as failed: then the cause is the code of its error.
    package init?(cause: String?, isFailed: Bool) {
        switch cause.flatMap(AttemptStatus.init(rawValue:)) {
        case .sent: self = .sent
        case .delivered: self = .delivered
        case .read, .played: self = .read
        case .failed: self = .failed
        case .sending, .unknown: return nil
        case nil:
            guard isFailed else { return nil }
            self = .failed
        }
    }

    /// This one and those that it presupposes, in their order: who has read a message has got it, even if that is reported later or never.
    package var withThoseBefore: [ReceiptStatus] {
        switch self {
        case .sent: [.sent]
        case .delivered: [.sent, .delivered]
        case .read: [.sent, .delivered, .read]
        case .failed: [.failed]
        }
    }

    /// The attempt's statuses that say it.
    package var attemptStatuses: [AttemptStatus] {
        switch self {
        case .sent: [.sent]
        case .delivered: [.delivered]
        case .read: [.read, .played]
        case .failed: [.failed]
        }
    }
}
