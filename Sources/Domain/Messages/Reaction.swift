/// An emoji that somebody put on a message.
package struct Reaction: Sendable, Equatable, Codable {
    /// `contact`, `business`, or a group member's identity.
    package let actor: String
    package let emoji: String

    package init(actor: String, emoji: String) { (self.actor, self.emoji) = (actor, emoji) }
}
