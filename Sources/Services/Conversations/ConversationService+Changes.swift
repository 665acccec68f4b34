package import Domain
package import Store

internal import struct Foundation.Date

extension ConversationService {
    /// Throws ``ConversationProblem``, ``AssignmentProblem`` or ``LabelProblem``.
    package func change(_ id: Identifier<Conversation>, _ change: ConversationChange, access: Access) async throws {
        try await write(access) { try self.change([id], change, access: access, in: $0) > 0 }
    }

    /// All of them or, when one is refused, none. Returns how many are different now.
    package func change(_ ids: [Identifier<Conversation>], _ change: ConversationChange, access: Access) async throws -> Int {
        let count = try await database.write { try self.change(ids, change, access: access, in: $0) }
        if count > 0 { announce(access) }
        return count
    }

    /// Exactly these labels.
    package func setLabels(_ labels: Set<Identifier<Label>>, of id: Identifier<Conversation>, access: Access) async throws {
        try await write(access) { transaction in
            guard let conversation = try ConversationTable(transaction, access.withGrant(.conversationsView)).find(id) else {
                throw ConversationProblem.missing
            }
            // Those first that make room.
            let changes =
                Set(conversation.labels).subtracting(labels).sorted().map { ConversationChange.removeLabel($0) }
                + labels.subtracting(conversation.labels).sorted().map { .addLabel($0) }
            return try changes.reduce(0) { try $0 + change([id], $1, access: access, in: transaction) } > 0
        }
    }

    /// Inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    package func change(
        _ ids: [Identifier<Conversation>], _ change: ConversationChange, access: Access, in transaction: any Transaction
    ) throws -> Int {
        try access.require(change.grant)
        guard ids.count <= ConversationChange.conversationLimit else { throw ConversationProblem.tooMany(count: ids.count) }
        let reading = access.withGrant(.conversationsView)
        var count = 0
        // In one order, so that two that change the same ones can't wait for each other.
        for id in Set(ids).sorted() {
            guard let conversation = try ConversationTable(transaction, reading).find(id) else { throw ConversationProblem.missing }
            if try apply(change, to: conversation, access, in: transaction) { count += 1 }
        }
        return count
    }

    private func apply(
        _ change: ConversationChange, to conversation: Conversation, _ access: Access, in transaction: any Transaction
    ) throws -> Bool {
        switch change {
        case .close: try setState(.closed, of: conversation, access, in: transaction)
        case .archive: try setState(.archived, of: conversation, access, in: transaction)
        case .reopen: try setState(.open, of: conversation, access, in: transaction)
        case .snooze(let until): try snooze(conversation, until: until, access, in: transaction)
        case .assign(let assignment): try assign(conversation, to: assignment, access: access, in: transaction)
        case .addLabel(let label): try put(label, on: conversation, access, in: transaction)
        case .markRead: try markRead(conversation, access: access, in: transaction)
        case .markUnread:
            try told(
                try ConversationTable(transaction, access).markUnread(conversation.id), conversation, "unread", nil, access, in: transaction
            )
        case .setAIActive(let isActive):
            try told(
                try ConversationTable(transaction, access).setAIActive(isActive, conversation.id), conversation, "ai",
                isActive ? .aiEnabled : .aiDisabled, access, in: transaction)
        case .removeLabel(let label):
            try told(
                try LabelTable(transaction, access).take(label, off: conversation.id), conversation, "labels", .labelRemoved(label), access,
                in: transaction)
        }
    }

    private func setState(
        _ state: Conversation.State, until: Date? = nil, of conversation: Conversation, _ access: Access, in transaction: any Transaction
    ) throws -> Bool {
        let isChanged = try ConversationTable(transaction, access).setState(state, snoozedUntil: until, conversation.id)
        return try told(isChanged, conversation, state.rawValue, .init(state: state, until: until), access, in: transaction)
    }

    private func snooze(_ conversation: Conversation, until: Date, _ access: Access, in transaction: any Transaction) throws -> Bool {
        let moment = now()
        try Snooze.check(until: until, at: moment)
        guard try setState(.snoozed, until: until, of: conversation, access, in: transaction) else { return false }
        try SnoozeEndJob.request(for: conversation, at: until, in: transaction, now: moment)
        return true
    }

    private func put(_ id: Identifier<Label>, on conversation: Conversation, _ access: Access, in transaction: any Transaction) throws
        -> Bool
    {
        guard try LabelTable(transaction, access.withGrant(.conversationsView)).find(id) != nil else { throw LabelProblem.missing }
        guard conversation.labels.contains(id) || conversation.labels.count < Label.conversationLimit else {
            throw LabelProblem.tooManyOnOne
        }
        let isChanged = try LabelTable(transaction, access).put(id, on: conversation.id)
        return try told(isChanged, conversation, "labels", .labelAdded(id), access, in: transaction)
    }

    private func told(
        _ isChanged: Bool, _ conversation: Conversation, _ cause: String, _ deed: Activity.Deed?, _ access: Access,
        in transaction: any Transaction
    ) throws -> Bool {
        guard isChanged else { return false }
        try EventTable(transaction, access).append(
            NewEvent(.conversationUpdated, conversation: conversation.id, cause: cause, deed: deed), at: now())
        return true
    }
}
