internal import Domain

/// Takes one body apart by account and number. What a part holds is written anew as it was read; nothing of another account is in it.
enum MetaBodySplitter {
    private struct Key: Hashable {
        let account: String
        let number: WebhookPart.Number?
    }

    /// Nil when the body isn't about WhatsApp business accounts.
    static func split(_ body: JSONNode) -> [WebhookPart]? {
        guard body.isObject, body["object"]?.text ?? MetaBatchReader.object == MetaBatchReader.object, let entries = body["entry"]?.list
        else { return nil }
        var order: [Key] = []
        var parts: [Key: [JSONNode]] = [:]
        for entry in entries {
            let account = entry["id"]?.identifier ?? ""
            for (number, piece) in pieces(of: entry) {
                let key = Key(account: account, number: number)
                if parts[key] == nil { order.append(key) }
                parts[key, default: []].append(piece)
            }
        }
        return order.map { key in
            let part: JSONNode = ["object": .string(MetaBatchReader.object), "entry": .array(parts[key] ?? [])]
            return WebhookPart(account: key.account, number: key.number, body: part.bytes)
        }
    }

    /// The entry once for each number that its changes are about, with these changes only.
    private static func pieces(of entry: JSONNode) -> [(number: WebhookPart.Number?, entry: JSONNode)] {
        guard case .object(let members) = entry, let changes = entry["changes"]?.list, !changes.isEmpty else { return [(nil, entry)] }
        var order: [WebhookPart.Number?] = []
        var groups: [WebhookPart.Number?: [JSONNode]] = [:]
        for change in changes {
            let number = number(of: change)
            if groups[number] == nil { order.append(number) }
            groups[number, default: []].append(change)
        }
        return order.map { number in
            let own = members.map { $0.name == "changes" ? JSONMember("changes", .array(groups[number] ?? [])) : $0 }
            return (number, .object(own))
        }
    }

    private static func number(of change: JSONNode) -> WebhookPart.Number? {
        guard let value = change["value"], value.isObject else { return nil }
        if let id = value["metadata"]?["phone_number_id"]?.identifier { return .id(id) }
        let digits = value["display_phone_number"]?.text?.filter { ("0"..."9").contains($0) } ?? ""
        return digits.isEmpty ? nil : .digits(digits)
    }
}
