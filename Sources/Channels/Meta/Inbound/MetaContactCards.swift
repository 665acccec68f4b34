internal import Domain

/// Reads the cards of a `contacts` message.
enum MetaContactCards {
    static func read(_ message: JSONNode) throws(Defect) -> [ContactCard] {
        guard let cards = message["contacts"]?.list, !cards.isEmpty else { throw .missing("contacts") }
        return cards.map(card)
    }

    private static func card(_ object: JSONNode) -> ContactCard {
        let name = object["name"]
        let first = name?["first_name"]?.text
        let last = name?["last_name"]?.text
        let phones = entries(object["phones"], "phone")
        // A card from an address book may lack the formatted name that senders owe.
        let formatted = name?["formatted_name"]?.text ?? [first, last].compactMap(\.self).joined(separator: " ")
        return ContactCard(
            name: ContactCard.Name(formattedName: formatted, firstName: first, lastName: last), phones: phones,
            emails: entries(object["emails"], "email"), urls: entries(object["urls"], "url"), company: object["org"]?["company"]?.text)
    }

    private static func entries(_ list: JSONNode?, _ name: String) -> [ContactCard.Entry] {
        (list?.list ?? []).compactMap { entry in
            let waID = name == "phone" ? entry["wa_id"]?.identifier : nil
            guard let value = entry[name]?.text ?? waID.map({ "+\($0)" }) else { return nil }
            return ContactCard.Entry(value: value, type: entry["type"]?.text, waId: waID)
        }
    }
}
