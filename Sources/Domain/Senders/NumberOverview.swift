package import struct Foundation.Date

/// A number as the list of all numbers shows it, also of one that was removed.
package struct NumberOverview: Sendable, Equatable {
    /// Open conversations are counted up to this.
    package static let countLimit = 999

    package let sender: Sender
    package let connectionName: String
    /// Where its display name is in WhatsApp's review; nil when that isn't known.
    package let nameStanding: DisplayName.Standing?
    /// `STANDARD` or `HIGH`; nil when it isn't known.
    package let throughput: String?
    package let usage: SenderUsage
    /// When a customer last wrote to it, within some seconds.
    package let lastInboundAt: Date?
    /// When something last left from it.
    package let lastOutboundAt: Date?
    /// Of those that the reader may see.
    package let openConversations: BoundedCount

    package init(
        sender: Sender, connectionName: String, nameStanding: DisplayName.Standing?, throughput: String?, usage: SenderUsage,
        lastInboundAt: Date?, lastOutboundAt: Date?, openConversations: BoundedCount
    ) {
        (self.sender, self.connectionName, self.nameStanding) = (sender, connectionName, nameStanding)
        (self.throughput, self.usage, self.openConversations) = (throughput, usage, openConversations)
        (self.lastInboundAt, self.lastOutboundAt) = (lastInboundAt, lastOutboundAt)
    }
}
