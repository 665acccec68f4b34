/// Where a message stands. Before its first attempt it is scheduled, queued, claimed or cancelled; then it shows its newest attempt.
package enum MessageStatus: String, Sendable, CaseIterable, Codable {
    case scheduled, queued, claimed, cancelled
    case sending, unknown, sent, failed, delivered, read, played
    /// Inbound messages have been received, and that is all.
    case received
}

/// What is known of one call to the provider: a maximum, so that any order and any number of reports end alike.
package enum AttemptStatus: String, Sendable, CaseIterable, Codable {
    case sending, unknown, sent, failed, delivered, read, played

    /// `sending = unknown < sent < failed < delivered < read < played`.
    package var rank: Int {
        switch self {
        case .sending, .unknown: 0
        case .sent: 1
        case .failed: 2
        case .delivered: 3
        case .read: 4
        case .played: 5
        }
    }

    /// The greater of the two; of equals the one that stands already, except that nothing stays `sending` once it is `unknown`.
    package func merged(with other: AttemptStatus) -> AttemptStatus {
        if other.rank > rank { return other }
        if self == .sending, other == .unknown { return .unknown }
        return self
    }

    package var messageStatus: MessageStatus {
        switch self {
        case .sending: .sending
        case .unknown: .unknown
        case .sent: .sent
        case .failed: .failed
        case .delivered: .delivered
        case .read: .read
        case .played: .played
        }
    }
}

/// Which of a sender's messages leave first.
package enum Lane: Int, Sendable, CaseIterable, Codable {
    case reply = 0
    case notification = 1
    case campaign = 2
}

package enum MessageDirection: String, Sendable, CaseIterable, Codable { case inbound, outbound }
