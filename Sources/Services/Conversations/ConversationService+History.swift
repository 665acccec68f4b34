package import Domain
internal import Store

extension ConversationService {
    /// One message with all that is known of its way. Throws ``SendingProblem/messageMissing``.
    package func history(of id: Identifier<Message>, access: Access) async throws -> MessageHistory {
        try await database.read { transaction in
            let table = MessageTable(transaction, access)
            guard let message = try table.find(id) else { throw SendingProblem.messageMissing }
            let key: Identifier<APIKey>? = if case .key(let id) = message.author.flatMap(Actor.init(parsing:)) { id } else { nil }
            return MessageHistory(
                message: message, attempts: message.direction == .outbound ? try table.attempts(of: id) : [],
                keyName: try key.flatMap { try APIKeyTable(transaction, access).name(of: $0) })
        }
    }

    /// The cards of a contacts message. Throws ``SendingProblem/messageMissing``, and ``ContactCardProblem/missing`` when it has none, or
    /// not this one.
    ///
    /// - Parameter number: which of them, from 1; all without it.
    package func contactCards(of id: Identifier<Message>, number: Int?, access: Access) async throws -> [ContactCard] {
        let message = try await message(id, access: access)
        guard case .contacts(let cards) = message.content, message.revokedAt == nil, !cards.isEmpty else {
            throw ContactCardProblem.missing
        }
        guard let number else { return cards }
        guard number > 0, cards.indices.contains(number - 1) else { throw ContactCardProblem.missing }
        return [cards[number - 1]]
    }
}
