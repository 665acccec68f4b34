internal import Domain

/// Reads one element of `statuses`: how far a message of ours has come.
enum MetaStatusReader {
    static func event(_ status: JSONNode) throws(Defect) -> InboundEvent {
        guard status.isObject else { throw Defect(reason: "The status isn't an object.") }
        let id = try status.requiredIdentifier("id")
        guard let word = status["status"]?.text, let reached = Self.reached[word] else { throw .missing("status") }
        let at = try MetaTime.read(status)
        let participant = try status.identifier("recipient_participant_id", or: "recipient_participant_user_id")
        let graphError = status["errors"]?.list?.first.map { GraphError(webhook: $0) }
        let error = graphError.map(MetaErrorCatalog.messageError)
        return .status(
            InboundStatus(
                providerID: id, status: reached, at: at,
                participant: participant,
                attempt: status["biz_opaque_callback_data"]?.text.flatMap { AttemptReference(parsing: $0) },
                error: reached == .failed ? error ?? MetaErrorCatalog.failedWithoutReason : error,
                disposition: reached == .failed ? graphError.map(MetaErrorCatalog.disposition) : nil, pricing: status["pricing"]?.value))
    }

    private static let reached: [String: AttemptStatus] = [
        "sent": .sent, "delivered": .delivered, "read": .read, "played": .played, "failed": .failed,
    ]
}
