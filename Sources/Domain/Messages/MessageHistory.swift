package import struct Foundation.Date

/// A message with everything that is known of how it fared.
package struct MessageHistory: Sendable {
    package let message: Message
    /// Oldest first; empty for what came in.
    package let attempts: [MessageAttempt]
    /// What the key is called that sent it; nil when none did, or it isn't known any more.
    package let keyName: String?

    package init(message: Message, attempts: [MessageAttempt], keyName: String?) {
        (self.message, self.attempts, self.keyName) = (message, attempts, keyName)
    }
}

/// One call to the provider for a message, and what was reported of it.
package struct MessageAttempt: Sendable, Equatable {
    /// One report of the provider.
    package struct Report: Sendable, Equatable {
        package let status: AttemptStatus
        package let at: Date
        /// Who of a group it is about.
        package let participant: String?
        package let price: MessagePrice?

        package init(status: AttemptStatus, at: Date, participant: String? = nil, price: MessagePrice? = nil) {
            (self.status, self.at, self.participant, self.price) = (status, at, participant, price)
        }
    }

    /// From 1.
    package let number: Int
    package let status: AttemptStatus
    package let startedAt: Date
    /// When the provider's answer, or the first report, came.
    package let answeredAt: Date?
    package let providerID: String?
    package let error: MessageError?
    /// In the order of their times.
    package let reports: [Report]

    package init(
        number: Int, status: AttemptStatus, startedAt: Date, answeredAt: Date?, providerID: String?, error: MessageError?, reports: [Report]
    ) {
        (self.number, self.status, self.startedAt, self.answeredAt) = (number, status, startedAt, answeredAt)
        (self.providerID, self.error, self.reports) = (providerID, error, reports)
    }

    /// What it costs, by the latest report that tells it: the one of the delivery corrects the one of the departure.
    package var price: MessagePrice? { reports.last { $0.price != nil }?.price }

    /// Whether the provider charges it: by the price, and only once it has been delivered. nil while that isn't known.
    package var isBilled: Bool? {
        guard let isBillable = price?.isBillable else { return nil }
        return isBillable && status.rank >= AttemptStatus.delivered.rank
    }
}

/// What the provider says of the price of a message.
package struct MessagePrice: Sendable, Equatable {
    /// `marketing`, `utility`, `service` and the like, as the provider names it.
    package let category: String?
    /// `regular`, `free_customer_service`, `free_entry_point`.
    package let kind: String?
    /// Whether a delivery is charged; nil when neither the kind nor the older flag tells.
    package let isBillable: Bool?

    package init(category: String?, kind: String?, isBillable: Bool?) {
        (self.category, self.kind, self.isBillable) = (category, kind, isBillable)
    }

    /// From the member `pricing` of a status (Meta, pricing on the Cloud API, read 2026-11): `billable` is on its way out, so the kind goes first.
    package init?(pricing: JSONValue) {
        guard case .object = pricing else { return nil }
        let kind = pricing["type"]?.text
        let flag: Bool? = if case .bool(let flag) = pricing["billable"] { flag } else { nil }
        let isBillable = kind.flatMap { $0 == "regular" ? true : $0.hasPrefix("free_") ? false : nil } ?? flag
        self.init(category: pricing["category"]?.text, kind: kind, isBillable: isBillable)
    }
}
