internal import Domain
internal import Services

internal import struct Foundation.Date

/// One thing that was done with a conversation.
struct ActivityBody: Encodable {
    let id: Identifier<Activity>
    let conversation: Identifier<Conversation>
    let kind: Activity.Deed.Kind
    let actor: String
    let at: Date
    let assignee: Identifier<Account>?
    let team: Identifier<Team>?
    let label: Identifier<Label>?
    let until: Date?
    let consent: ConsentChange?

    init(_ activity: Activity) {
        (id, conversation, kind) = (activity.id, activity.conversationID, activity.deed.kind)
        (actor, at) = (activity.actor, activity.at)
        var assignment = Assignment.nobody
        var (label, until, consent): (Identifier<Label>?, Date?, ConsentChange?)
        switch activity.deed {
        case .assigned(let given): assignment = given
        case .snoozed(let moment): until = moment
        case .labelAdded(let id), .labelRemoved(let id): label = id
        case .consent(let given): consent = given
        case .closed, .archived, .reopened, .snoozeEnded, .aiEnabled, .aiDisabled, .exported, .noteDeleted: break
        }
        (assignee, team, self.label, self.until) = (assignment.assignee, assignment.team, label, until)
        self.consent = consent
    }
}

extension ActivityBody: APISchema {
    static let schemaName = "Activity"
    static let schema = Schema.object(
        [
            "id": Schema.id(Activity.self), "conversation": Schema.id(Conversation.self), "kind": Schema.choice(Activity.Deed.Kind.self),
            "actor": Schema.text("Who did it: member:acc_…, key:key_… or a part of the program, such as system:snooze."),
            "at": Schema.instant(), "assignee": Schema.id(Account.self, "Of assigned: the person who has it from then on."),
            "team": Schema.id(Team.self, "Of assigned: the team that has it from then on."),
            "label": Schema.id(Label.self, "Of label-added and label-removed; it may be gone by now."),
            "until": Schema.instant("Of snoozed."),
            "consent": Schema.choice(ConsentChange.self, "Of consent: what the customer lets you send from then on."),
        ], optional: ["assignee", "team", "label", "until", "consent"])
    static let example: JSONValue = [
        "id": "act_01jz3c4m5n6p7q8r9s0t1v2w3x", "conversation": "cnv_01jz3c4m5n6p7q8r9s0t1v2w3y", "kind": "assigned",
        "actor": "member:acc_01jz3c4m5n6p7q8r9s0t1v2w3z", "at": "2026-11-20T08:00:00.000Z",
        "assignee": "acc_01jz3c4m5n6p7q8r9s0t1v2w40",
    ]
}

/// A file in a conversation.
struct ThreadFileBody: Encodable {
    let message: Identifier<Message>
    let direction: MessageDirection
    let at: Date
    let kind: MediaContent.Kind
    let caption, filename: String?
    let media: MediaBody?

    init(_ file: ThreadFile) {
        (message, direction, at) = (file.message.id, file.message.direction, file.message.at)
        (kind, caption, filename) = (file.content.kind, file.content.caption, file.content.filename)
        media = file.media.map(MediaBody.init)
    }
}

extension ThreadFileBody: APISchema {
    static let schemaName = "ConversationFile"
    static let schema = Schema.object(
        [
            "message": Schema.id(Message.self), "direction": Schema.choice(["inbound", "outbound"]), "at": Schema.instant(),
            "kind": Schema.choice(MediaContent.Kind.self), "caption": Schema.text(), "filename": Schema.text("As its sender called it."),
            "media": Schema.reference(MediaBody.self),
        ], optional: ["caption", "filename", "media"])
    static let example: JSONValue = [
        "message": "msg_01jz3c4m5n6p7q8r9s0t1v2w3x", "direction": "inbound", "at": "2026-11-20T08:00:00.000Z", "kind": "image",
        "caption": "The invoice", "media": MediaBody.example,
    ]
}
