internal import Domain

internal import struct Foundation.Date

struct SnoozeBody: Decodable { let until: Date }

extension SnoozeBody: APISchema {
    static let schemaName = "Snooze"
    static let schema = Schema.object(["until": Schema.instant("At most a year from now.")], isRequest: true)
    static let example: JSONValue = ["until": "2026-11-23T08:00:00.000Z"]
}

/// The same for several conversations.
struct ConversationChangesBody: Decodable {
    enum Action: String, CaseIterable, Codable {
        case close, archive, reopen, snooze, assign, read, unread
        case addLabel = "add-label"
        case removeLabel = "remove-label"
    }

    let conversations: [Identifier<Conversation>]
    let change: ConversationChange

    private enum Keys: String, CodingKey { case conversations, action, until, assignee, team, label }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        conversations = try container.decode([Identifier<Conversation>].self, forKey: .conversations)
        let until = try container.decodeIfPresent(Date.self, forKey: .until)
        let label = try container.decodeIfPresent(Identifier<Label>.self, forKey: .label)
        let assignment = Assignment(
            assignee: try container.decodeIfPresent(Identifier<Account>.self, forKey: .assignee),
            team: try container.decodeIfPresent(Identifier<Team>.self, forKey: .team))
        func needed<Value>(_ value: Value?, _ key: Keys) throws -> Value {
            guard let value else { throw RequestProblem.fieldMissing(key.rawValue) }
            return value
        }
        change =
            switch try container.decode(Action.self, forKey: .action) {
            case .close: .close
            case .archive: .archive
            case .reopen: .reopen
            case .snooze: .snooze(until: try needed(until, .until))
            case .assign: .assign(assignment)
            case .read: .markRead
            case .unread: .markUnread
            case .addLabel: .addLabel(try needed(label, .label))
            case .removeLabel: .removeLabel(try needed(label, .label))
            }
    }
}

extension ConversationChangesBody: APISchema {
    static let schemaName = "ConversationChanges"
    static let schema = Schema.object(
        [
            "conversations": Schema.list(Schema.id(Conversation.self)),
            "action": Schema.choice(Action.self),
            "until": Schema.instant("Of snooze."),
            "assignee": Schema.orNull(Schema.id(Account.self)), "team": Schema.orNull(Schema.id(Team.self)),
            "label": Schema.id(Label.self),
        ], optional: ["until", "assignee", "team", "label"], isRequest: true)
    static let example: JSONValue = [
        "conversations": ["cnv_01jz3c4m5n6p7q8r9s0t1v2w3x"], "action": "add-label", "label": "lbl_01jz3c4m5n6p7q8r9s0t1v2w3x",
    ]
}

struct ChangedBody: Encodable { let changed: Int }

extension ChangedBody: APISchema {
    static let schemaName = "Changed"
    static let schema = Schema.object(["changed": Schema.integer("Those that were so already aren't counted.")])
    static let example: JSONValue = ["changed": 1]
}
