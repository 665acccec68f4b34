package import Domain
package import Store

package import struct Foundation.Date

extension SendingService {
    /// What a person does with a message that waits for its time. Throws ``ScheduleProblem/notScheduled`` when it doesn't any more.
    package func change(_ id: Identifier<Message>, _ change: ScheduleChange, access: Access) async throws -> Message {
        let message = try await database.write { try self.change(id, change, access: access, in: $0) }
        announce(message)
        return message
    }

    /// Inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    package func change(
        _ id: Identifier<Message>, _ change: ScheduleChange, access: Access, in transaction: any Transaction
    ) throws -> Message {
        try access.require(.messagesSend)
        let table = MessageTable(transaction, access.withGrant(.conversationsView))
        guard let message = try table.find(id), message.direction == .outbound else { throw SendingProblem.messageMissing }
        guard message.status == .scheduled else { throw ScheduleProblem.notScheduled }
        let moment = now()
        switch change {
        case .cancel:
            let sequence = SequenceClock.shared.next(at: moment)
            guard try table.endSchedule(message, as: .cancelled, due: false, at: moment, sequence: sequence) else {
                throw ScheduleProblem.notScheduled
            }
            try tell(message, .messageUpdated, "cancelled", access, in: transaction)
        case .sendNow:
            try checkGate(for: message, access: access, in: transaction, at: moment)
            guard try leave(message, due: false, access: access, in: transaction, at: moment) else { throw ScheduleProblem.notScheduled }
        case .change(let sendAt, let text):
            let time = sendAt ?? message.at
            if let sendAt { try MessageSchedule.check(sendAt, now: moment) }
            let content = try text.map { try message.content.withText($0) } ?? message.content
            guard try table.reschedule(message, sendAt: time, content: content) else { throw ScheduleProblem.notScheduled }
            if sendAt != nil { try ScheduledMessageJob.request(for: message, at: time, in: transaction, now: moment) }
            try tell(message, .messageUpdated, "rescheduled", access, in: transaction)
        }
        guard let after = try table.find(id) else { throw SendingProblem.messageMissing }
        return after
    }

    /// The time of a message has come: it goes through the gate once more, then into the queue; or stays as failed, with what forbids it.
    func departDue(_ id: Identifier<Message>, access: Access, in transaction: any Transaction, at moment: Date) throws {
        let table = MessageTable(transaction, access)
        guard let message = try table.find(id), message.status == .scheduled else { return }
        do {
            try checkGate(for: message, access: access, in: transaction, at: moment)
        } catch let problem as any Problem {
            // The gate only reads, so the transaction is sound.
            let error = MessageError(problem)
            guard try leave(message, refusal: error, due: true, access: access, in: transaction, at: moment) else { return }
            return
        }
        _ = try leave(message, due: true, access: access, in: transaction, at: moment)
    }

    private func leave(
        _ message: Message, refusal: MessageError? = nil, due: Bool, access: Access, in transaction: any Transaction, at moment: Date
    ) throws -> Bool {
        let table = MessageTable(transaction, access.withGrant(.conversationsView))
        let sequence = SequenceClock.shared.next(at: moment)
        let isChanged = try table.endSchedule(
            message, as: refusal == nil ? .queued : .failed, error: refusal, due: due, at: moment, sequence: sequence)
        guard isChanged, let left = try table.find(message.id) else { return false }
        let conversations = ConversationTable(transaction, access)
        try conversations.recordDeparture(left)
        try takeOver(left, conversations)
        try tell(message, refusal == nil ? .messageQueued : .messageUpdated, "due", access, in: transaction)
        return true
    }

    private func tell(
        _ message: Message, _ kind: EventKind, _ cause: String, _ access: Access, in transaction: any Transaction
    ) throws {
        try EventTable(transaction, access).append(
            NewEvent(kind, conversation: message.conversationID, message: message.id, cause: cause), at: now())
    }
}

extension MessageContent {
    /// The same with another text. Throws ``ScheduleProblem/textNotText`` or what forbids the text.
    fileprivate func withText(_ text: String) throws -> MessageContent {
        guard case .text(let before) = self else { throw ScheduleProblem.textNotText }
        let content = MessageContent.text(TextContent(body: text, previewUrl: before.previewUrl))
        try content.validateForSending()
        return content
    }
}
