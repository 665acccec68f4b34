internal import DequeModule
internal import HashTreeCollections

/// A message that the platform accepted from a business, and how far it came.
struct SentMessage: Sendable {
    enum Stage: Int, Sendable, Comparable {
        case accepted, sent, failed, delivered, read, played
        static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }

        var name: String { String(describing: self) }
    }

    let id: String
    let number: String
    let account: String
    /// Nil for a person without a phone of ours.
    let phone: String?
    let recipientID: String?
    let userID: String?
    let type: String
    /// What the phone shows.
    let content: JSON
    let context: String?
    let callbackData: String?
    let category: String
    /// The person whom this message was the first to reach outside a window today, as the messaging limit counts.
    var reached: String?
    var pricing: JSON?
    var stage = Stage.accepted
    /// Why it will fail, where that was clear at once.
    var failure: StatusProblem?
    let ledgerPlace: Int
}

/// An error as statuses and refused inbound messages carry it.
struct StatusProblem: Sendable, Equatable {
    let code: Int
    let title: String
    let details: String

    static func undeliverable(_ details: String = "Message undeliverable.") -> StatusProblem {
        StatusProblem(code: 131026, title: "Message undeliverable", details: details)
    }

    var json: JSON {
        [
            "code": .integer(code), "title": .string(title), "message": .string(title), "error_data": ["details": .string(details)],
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        ]
    }
}

/// Values by message id, the oldest forgotten first. A tree, since a table that grows would hold up all calls for a tenth of a second.
struct BoundedIndex<Value: Sendable>: Sendable {
    private let limit: Int
    private var values: TreeDictionary<String, Value> = [:]
    private var order: Deque<String> = []

    init(limit: Int) {
        self.limit = limit
    }

    subscript(id: String) -> Value? {
        get { values[id] }
        set {
            guard let newValue else { return }
            if values.updateValue(newValue, forKey: id) == nil {
                order.append(id)
                if order.count > limit { values[order.removeFirst()] = nil }
            }
        }
    }
}
