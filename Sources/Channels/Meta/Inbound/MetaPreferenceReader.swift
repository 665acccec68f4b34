internal import Domain

/// Reads what people chose in WhatsApp of the marketing that they get (Meta, "user_preferences webhook reference", read 2026-11).
struct MetaPreferenceReader {
    static let field = "user_preferences"
    private static let category = "marketing_messages"

    let parties: MetaPartyReader

    func event(_ preference: JSONNode) throws(Defect) -> InboundEvent {
        // Of another kind of message nothing is known yet.
        guard preference["category"]?.text ?? Self.category == Self.category else { return .notice(field: Self.field) }
        let change: ConsentChange
        switch preference["value"]?.text {
        case "stop": change = .optOut
        case "resume", "signup": change = .optIn
        default: return .notice(field: Self.field)
        }
        let party = try parties.party(
            phone: preference.identifier("wa_id"), businessScopedID: preference.identifier("user_id"))
        guard let party else { throw .missing("wa_id or user_id") }
        return .preference(
            InboundPreference(
                from: party, at: try MetaTime.read(preference), change: change, detail: preference["detail"]?.text ?? ""))
    }
}
