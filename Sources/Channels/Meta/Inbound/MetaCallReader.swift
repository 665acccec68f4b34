internal import Domain

/// Reads one element of `calls`: a customer's call, or its end (Meta, "User-initiated calls", read 2026-11).
struct MetaCallReader {
    let parties: MetaPartyReader

    func event(_ call: JSONNode) throws(Defect) -> InboundEvent {
        guard call.isObject else { throw Defect(reason: "The call isn't an object.") }
        let id = try call.requiredIdentifier("id")
        // Calls that a business makes are other software's.
        guard call["direction"]?.text ?? Self.fromCustomer == Self.fromCustomer else { return .notice(field: "calls") }
        switch call["event"]?.text {
        case "connect":
            let at = try MetaTime.read(call)
            let caller = try parties.party(phone: call.identifier("from"), businessScopedID: call.identifier("from_user_id"))
            guard let caller else { throw .missing("from") }
            return .message(InboundMessage(providerID: id, from: caller, at: at, content: .call(CallContent())))
        case "terminate":
            let seconds = call["duration"]?.whole.flatMap { Int(exactly: $0) }
            // A call that nobody took has no beginning; `status` says only whether it ended without trouble.
            let wasAnswered = call["start_time"]?.whole != nil || (seconds ?? 0) > 0
            return .callEnd(
                InboundCallEnd(
                    providerID: id,
                    content: wasAnswered ? CallContent(outcome: .answered, duration: seconds) : CallContent(outcome: .missed)))
        default: return .notice(field: "calls")
        }
    }

    private static let fromCustomer = "USER_INITIATED"
}
