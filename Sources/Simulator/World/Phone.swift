internal import DequeModule
internal import OrderedCollections

/// A customer's phone.
struct Phone: Sendable {
    /// Chats kept on one phone are bounded by our numbers; messages of one chat by this.
    static let messageLimit = 500
    /// Messages that wait for the phone to be online.
    static let waitingLimit = 5_000

    let id: String
    var name: String
    /// Digits with the country code. Nil when businesses see only the username.
    var number: String?
    var username: String?
    let country: String
    var online = true
    var readsAtOnce = false
    /// Whether an app of WhatsApp runs there; without one messages are undeliverable.
    var reachable = true
    /// Business numbers that the person blocked.
    var blocked: Set<String> = []
    /// Accounts that may send no marketing.
    var optedOut: Set<String> = []
    /// The chat on its screen, by the business number's id.
    var openChat: String?
    var chats: OrderedDictionary<String, Chat> = [:]
    /// Messages that arrive once it is online again, oldest first.
    var waiting: Deque<String> = []

    /// What identifies the person on this platform, whether or not businesses see it.
    var address: String { number ?? username ?? id }
}

/// The messages between one phone and one business number.
struct Chat: Sendable {
    private(set) var messages: Deque<ChatMessage> = []
    /// How many were dropped at the front.
    private var dropped = 0
    private var places: [String: Int] = [:]
    var unread = 0
    /// Milliseconds since 1970 until which "typing" shows.
    var typingUntil = 0

    subscript(id: String) -> ChatMessage? {
        get { places[id].map { messages[$0 - dropped] } }
        _modify {
            var message = self[id]
            yield &message
            if let message, let place = places[id] { messages[place - dropped] = message }
        }
    }

    mutating func append(_ message: ChatMessage) {
        places[message.id] = messages.count + dropped
        messages.append(message)
        guard messages.count > Phone.messageLimit else { return }
        places[messages.removeFirst().id] = nil
        dropped += 1
    }

    /// A message of the business arrives.
    mutating func receive(_ message: SentMessage, at now: Int, isOpen: Bool) {
        if message.type == "reaction" {
            let emoji = message.content["emoji"]?.string ?? ""
            self[message.content["message_id"]?.string ?? ""]?.businessReaction = emoji.isEmpty ? nil : emoji
        } else {
            append(
                ChatMessage(
                    id: message.id, fromCustomer: false, at: now, type: message.type, content: message.content, context: message.context))
            typingUntil = 0
            if !isOpen { unread += 1 }
        }
    }

    /// Applies a change to the customer's own messages that aren't read yet, newest first, from `id` backwards.
    mutating func markOwnRead(upTo id: String) {
        guard let place = places[id] else { return }
        for index in stride(from: place - dropped, through: 0, by: -1) where messages[index].fromCustomer {
            if messages[index].readByBusiness { break }
            messages[index].readByBusiness = true
        }
    }
}

struct ChatMessage: Sendable {
    let id: String
    let fromCustomer: Bool
    /// Milliseconds since 1970.
    let at: Int
    var type: String
    /// The object under its type, as a phone shows it; templates are filled in.
    var content: JSON
    var context: String?
    var forwarded = false
    var edited = false
    var revoked = false
    /// Whether it reached the business's servers (a blocked customer's doesn't).
    var arrived = true
    var readByBusiness = false
    var played = false
    /// The reactions of the customer and of the business.
    var ownReaction: String?
    var businessReaction: String?
    /// What was tapped on it, so that a button answers once.
    var answered: String?
}
