internal import Domain

/// Finds out who wrote, from an item and the `contacts` beside it.
///
/// Since 2026 a person may come by phone, by business-scoped id, or by both, and `contacts` may lack either
/// (Meta, "Business-scoped user ids", read 2026-11).
struct MetaPartyReader {
    private let contacts: [JSONNode]
    /// A body may bring thousands of both, so nobody is searched for.
    private let byBusinessScopedID: [String: JSONNode]
    private let byPhone: [String: JSONNode]

    init(contacts: [JSONNode]) {
        self.contacts = contacts
        byBusinessScopedID = Self.index(contacts, by: "user_id")
        byPhone = Self.index(contacts, by: "wa_id")
    }

    private static func index(_ contacts: [JSONNode], by name: String) -> [String: JSONNode] {
        Dictionary(contacts.compactMap { contact in contact[name]?.identifier.map { ($0, contact) } }) { first, _ in first }
    }

    /// - Parameters: digits of the phone and the business-scoped id as the item itself gives them.
    /// - Returns: nil when nothing names the person.
    func party(phone: String?, businessScopedID: String?) throws(Defect) -> InboundParty? {
        let contact = contact(phone: phone, businessScopedID: businessScopedID)
        var digits = phone
        if digits == nil { digits = try contact?.identifier("wa_id") }
        var id = businessScopedID
        if id == nil { id = try contact?.identifier("user_id") }
        let number = digits.flatMap { PhoneNumber(providerDigits: $0) }
        guard number != nil || id != nil else { return nil }
        let profile = contact?["profile"]
        return InboundParty(phone: number, businessScopedID: id, username: username(profile), name: name(profile))
    }

    /// The contact of this person: by business-scoped id, else by phone; the only one there is when the item names nobody.
    private func contact(phone: String?, businessScopedID: String?) -> JSONNode? {
        if phone == nil, businessScopedID == nil { return contacts.count == 1 ? contacts[0] : nil }
        if let businessScopedID, let match = byBusinessScopedID[businessScopedID] { return match }
        guard let match = phone.flatMap({ byPhone[$0] }) else { return nil }
        // A number that has passed to somebody else doesn't bring the former owner's name.
        if let businessScopedID, let other = match["user_id"]?.identifier, other != businessScopedID { return nil }
        return match
    }

    /// Without the `@` that Meta puts in front in some payloads.
    private func username(_ profile: JSONNode?) -> String? {
        guard let text = profile?["username"]?.text, text.utf8.count <= JSONNode.identifierLimit else { return nil }
        let bare = text.hasPrefix("@") ? String(text.dropFirst()) : text
        return bare.isEmpty ? nil : bare
    }

    private func name(_ profile: JSONNode?) -> String? {
        guard let name = profile?["name"]?.text, name.contains(where: { !$0.isWhitespace }) else { return nil }
        return name
    }
}
