internal import Domain

internal import struct Foundation.Date

/// Reads one element of `messages`: a message, or a change to one.
struct MetaMessageReader {
    let parties: MetaPartyReader

    func event(_ message: JSONNode) throws(Defect) -> InboundEvent {
        guard message.isObject else { throw Defect(reason: "The message isn't an object.") }
        let id = try message.requiredIdentifier("id")
        let at = try MetaTime.read(message)
        let group = try message.identifier("group_id")
        guard let type = message["type"]?.text else { throw .missing("type") }
        let sender = try parties.party(phone: message.identifier("from"), businessScopedID: message.identifier("from_user_id"))
        guard let from = sender else { throw .missing("from") }

        switch type {
        case "reaction":
            let reaction = try message.requiredObject("reaction")
            return .reaction(
                InboundReaction(
                    providerID: id, from: from, at: at, targetProviderID: try reaction.requiredIdentifier("message_id"),
                    emoji: reaction["emoji"]?.text ?? "", groupID: group))
        case "edit":
            let edit = try message.requiredObject("edit")
            let target = try edit.requiredIdentifier("original_message_id")
            let content = try MetaContentReader.content(edit.requiredObject("message"))
            return .edit(InboundEdit(providerID: id, from: from, at: at, targetProviderID: target, content: content))
        case "revoke":
            let target = try message.requiredObject("revoke").requiredIdentifier("original_message_id")
            return .revoke(InboundRevoke(providerID: id, from: from, at: at, targetProviderID: target))
        default:
            let context = message["context"]
            return .message(
                InboundMessage(
                    providerID: id, from: from, at: at, content: try MetaContentReader.content(message),
                    replyToProviderID: try context?.identifier("id"),
                    isForwarded: context?["forwarded"]?.flag == true || context?["frequently_forwarded"]?.flag == true, groupID: group,
                    referral: message["referral"]?.value))
        }
    }
}

enum MetaTime {
    /// Seconds since 1970 up to the year 2100: what is greater is milliseconds or nonsense.
    private static let range: Range<Int64> = 0..<4_102_444_800

    /// `timestamp`: Unix seconds, as text or as a number.
    static func read(_ item: JSONNode) throws(Defect) -> Date {
        guard let seconds = item["timestamp"]?.whole, range.contains(seconds) else { throw .missing("timestamp") }
        return Date(timeIntervalSince1970: Double(seconds))
    }
}
