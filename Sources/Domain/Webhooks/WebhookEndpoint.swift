package import struct Foundation.Date

/// An address of the business's own that is told of what happens here: of the statuses of what one number sends.
package struct WebhookEndpoint: Sendable, Equatable, Identified {
    package static let identifierPrefix = "whe"
    /// How long the secret before the newest one signs as well, so that a receiver can be changed without losing anything.
    package static let overlapSeconds = 86_400.0

    package let id: Identifier<WebhookEndpoint>
    package let senderID: Identifier<Sender>
    package let address: OutsideAddress
    /// False while it was only tried and not saved yet: then it is told of nothing but tests.
    package let isOn: Bool
    package let stop: Stop?
    /// Until when the secret before this one signs as well; nil when there is none.
    package let oldSecretEndsAt: Date?
    /// Calls in a row that failed.
    package let failures: Int
    package let lastSuccessAt: Date?
    package let createdAt: Date

    package init(
        id: Identifier<WebhookEndpoint>, senderID: Identifier<Sender>, address: OutsideAddress, isOn: Bool, stop: Stop?,
        oldSecretEndsAt: Date?, failures: Int, lastSuccessAt: Date?, createdAt: Date
    ) {
        (self.id, self.senderID, self.address, self.isOn, self.stop) = (id, senderID, address, isOn, stop)
        (self.oldSecretEndsAt, self.failures, self.lastSuccessAt, self.createdAt) = (oldSecretEndsAt, failures, lastSuccessAt, createdAt)
    }

    /// Why nothing is delivered until a person resumes it. What happens meanwhile waits.
    package struct Stop: Sendable, Equatable {
        package enum Reason: String, Sendable, CaseIterable, Codable {
            /// It answered 410: it wants no more.
            case gone
            /// Nothing was taken for so long that it seems to be given up.
            case failing
        }

        package let reason: Reason
        package let at: Date

        package init(_ reason: Reason, at: Date) { (self.reason, self.at) = (reason, at) }
    }
}

/// Something that an endpoint is told, once: its bytes are the same with each attempt.
package struct WebhookDelivery: Sendable, Equatable, Identified {
    /// Its id is the header `webhook-id`, by which a receiver knows what it has already.
    package static let identifierPrefix = "whd"

    package enum State: String, Sendable, CaseIterable, Codable {
        /// To be delivered, now or at its next attempt.
        case waiting
        case delivered
        /// Given up after the last attempt.
        case failed
    }

    package let id: Identifier<WebhookDelivery>
    /// Order among those of one endpoint.
    package let sequence: Int64
    /// What it is about.
    package let messageID: Identifier<Message>
    package let status: ReceiptStatus
    package let state: State
    /// Attempts that were made.
    package let attempts: Int
    /// When it is tried next, or may be, once those before it about the same message are done; nil when it isn't waiting.
    package let nextAt: Date?
    package let createdAt: Date
    /// When it was delivered or given up.
    package let endedAt: Date?

    package init(
        id: Identifier<WebhookDelivery>, sequence: Int64, messageID: Identifier<Message>, status: ReceiptStatus, state: State,
        attempts: Int, nextAt: Date?, createdAt: Date, endedAt: Date?
    ) {
        (self.id, self.sequence, self.messageID, self.status, self.state) = (id, sequence, messageID, status, state)
        (self.attempts, self.nextAt, self.createdAt, self.endedAt) = (attempts, nextAt, createdAt, endedAt)
    }
}

/// One call for a delivery, or for a test, and what came of it.
package struct WebhookAttempt: Sendable, Equatable {
    /// Bytes of an answer that are kept.
    package static let answerLimit = 2_048

    package let at: Date
    package let milliseconds: Int
    /// Of the answer; nil when there was none.
    package let status: Int?
    /// Why there was no answer, as a sentence.
    package let failure: String?
    /// The beginning of the answer's body, as text. Not of a test: whoever may make one could have the server read pages to them.
    package let answer: String
    /// Bytes of the answer's body, as far as it was read.
    package let answerBytes: Int

    package init(at: Date, milliseconds: Int, status: Int?, failure: String?, answer: String, answerBytes: Int) {
        (self.at, self.milliseconds, self.status, self.failure) = (at, milliseconds, status, failure)
        (self.answer, self.answerBytes) = (answer, answerBytes)
    }

    package var withoutAnswer: WebhookAttempt {
        WebhookAttempt(at: at, milliseconds: milliseconds, status: status, failure: failure, answer: "", answerBytes: answerBytes)
    }

    /// Only 2xx says that it was taken: a redirect isn't followed.
    package var isSuccess: Bool { status.map { (200..<300).contains($0) } ?? false }
}

/// When a delivery is tried again (the example of Standard Webhooks 1.0.0, with a little more at the end: some 75 hours in all).
package enum WebhookSchedule {
    /// Before each attempt but the first, in seconds.
    private static let delays: [Double] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

    /// Attempts of one delivery.
    package static let attemptLimit = delays.count + 1

    /// Seconds until the next attempt; nil after the last one.
    /// - Parameters:
    ///   - attempts: those that were made, from 1.
    ///   - retryAfter: what the endpoint asked for, in seconds.
    ///   - jitter: from 0.8 to 1.2, so that what failed together doesn't come back together.
    package static func delay(after attempts: Int, retryAfter: Double? = nil, jitter: Double) -> Double? {
        guard attempts >= 1, attempts < attemptLimit else { return nil }
        return max(delays[attempts - 1] * jitter, min(max(0, retryAfter ?? 0), 86_400))
    }

    /// Seconds for which an endpoint is left alone after so many calls in a row failed, so that one that is down isn't called for each message.
    package static func rest(after failures: Int) -> Double {
        failures < 5 ? 0 : min(300, 5 * Double(1 << min(failures - 5, 6)))
    }

    /// Without a success for so long, an endpoint is stopped.
    package static let patienceSeconds = 5 * 86_400.0
}
