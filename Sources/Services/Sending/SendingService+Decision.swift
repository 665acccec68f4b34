package import Domain
package import Store

internal import struct Foundation.Date

extension SendingService {
    /// What a person decides about a message of unknown outcome.
    package func decide(_ decision: MessageDecision, about id: Identifier<Message>, access: Access) async throws -> Message {
        let message = try await database.write { try decide(decision, about: id, access: access, in: $0) }
        announce(message)
        return message
    }

    /// What a person decides about a message of unknown outcome, inside a transaction of the caller's, who calls ``announce(_:)`` after its commit.
    ///
    /// Throws ``DecisionProblem/tooEarly(decideAt:seconds:)`` while a report of the provider may still settle it.
    package func decide(
        _ decision: MessageDecision, about id: Identifier<Message>, access: Access, in transaction: any Transaction
    ) throws -> Message {
        try access.require(.messagesSend)
        let reading = access.withGrant(.conversationsView)
        guard let message = try MessageTable(transaction, reading).find(id), message.direction == .outbound else {
            throw SendingProblem.messageMissing
        }
        let settlement = SettlementTable(transaction, access)
        guard let since = try settlement.unknownSince(id) else { throw DecisionProblem.nothingToDecide }
        let moment = now()
        let decideAt = since.addingTimeInterval(MessageDecision.waitSeconds)
        guard moment >= decideAt else {
            throw DecisionProblem.tooEarly(decideAt: decideAt, seconds: Int(decideAt.timeIntervalSince(moment).rounded(.up)))
        }
        switch decision {
        case .leave: try settlement.leave(id, error: .leftUnknown)
        case .sendAgain:
            try checkGate(for: message, access: access, in: transaction, at: moment)
            try settlement.sendAgain(id)
        }
        try EventTable(transaction, access).append(
            NewEvent(.messageUpdated, conversation: message.conversationID, message: id, cause: decision.rawValue), at: moment)
        guard let after = try MessageTable(transaction, reading).find(id) else { throw SendingProblem.messageMissing }
        return after
    }
}

extension MessageError {
    /// A person left it at that.
    fileprivate static let leftUnknown = MessageError(
        code: "message.outcome-unknown", detail: "WhatsApp never said whether this message left.",
        advice: "Ask the customer whether it arrived, or send it again.", retryable: true)
}
