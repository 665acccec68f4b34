package import struct Foundation.Date

/// What a number has used, and what came for it last.
package struct SenderUsage: Sendable, Equatable {
    /// From here on a person is warned, as a part of the limit.
    package static let warning = 0.8
    /// Of the event that tells of it.
    package static let warningCause = "limit-near"

    /// People who count against the limit now. All numbers of a portfolio share it.
    package let people: Int
    /// So many there may be in any 24 hours; nil when there is no limit, or none is known.
    package let limit: Int?
    /// When the connection's webhook last brought something.
    package let lastWebhookAt: Date?
    /// Whether the account's webhooks come here, as the last check found.
    package let isSubscribed: Bool

    package init(people: Int, tier: String?, lastWebhookAt: Date?, isSubscribed: Bool) {
        (self.people, limit) = (people, PeopleLimit.people(tier: tier))
        (self.lastWebhookAt, self.isSubscribed) = (lastWebhookAt, isSubscribed)
    }

    /// The part of the limit that is used; nil without one.
    package var share: Double? { limit.map { Double(people) / Double(max($0, 1)) } }
    package var isNearLimit: Bool { limit.map { Self.isNear(people, limit: $0) } ?? false }

    package static func isNear(_ people: Int, limit: Int) -> Bool { Double(people) / Double(max(limit, 1)) >= warning }
}
