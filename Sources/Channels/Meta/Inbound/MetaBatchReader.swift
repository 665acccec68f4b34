internal import Domain

/// Walks every entry, change and item of one body, in Meta's order. A defect costs its item and nothing else.
struct MetaBatchReader {
    private var items: [InboundItem] = []
    private var unreadable: [UnreadableItem] = []
    private var field: String?

    static func read(_ body: JSONNode) -> InboundBatch {
        var reader = MetaBatchReader()
        reader.readBody(body)
        return InboundBatch(items: reader.items, unreadable: reader.unreadable, field: reader.field)
    }

    private mutating func readBody(_ body: JSONNode) {
        guard body.isObject else { return note("", "The body isn't an object.") }
        guard body["object"]?.text ?? Self.object == Self.object else {
            return note("object", "This is not about a WhatsApp business account.")
        }
        guard let entries = body["entry"]?.list else { return note("entry", "There is no list of entries.") }
        for (index, entry) in entries.enumerated() {
            let path = "entry[\(index)]"
            guard let changes = entry["changes"]?.list else {
                note(path, "There is no list of changes.")
                continue
            }
            for (index, change) in changes.enumerated() {
                readChange(change, account: entry["id"]?.identifier, "\(path).changes[\(index)]")
            }
        }
    }

    private mutating func readChange(_ change: JSONNode, account: String?, _ path: String) {
        guard let field = change["field"]?.text else { return note(path, "field is missing.") }
        self.field = field
        let value = change["value"]
        let number = value?["metadata"]?["phone_number_id"]?.identifier
        if MetaTemplateReader.fields.contains(field) {
            return readNews(path) { () throws(Defect) in .template(try MetaTemplateReader.news(field, value ?? .null)) }
        }
        if MetaAccountReader.fields.contains(field) {
            return readNews(path) { () throws(Defect) in .sender(try MetaAccountReader.news(field, value ?? .null, account: account)) }
        }
        guard ["messages", "calls", MetaPreferenceReader.field].contains(field) else {
            return items.append(InboundItem(senderProviderID: number, path: path, event: .notice(field: field)))
        }
        guard let value, value.isObject else { return note(path, "value is missing.") }

        let parties = MetaPartyReader(contacts: value["contacts"]?.list ?? [])
        let before = items.count + unreadable.count
        switch field {
        case "messages":
            readList("messages", of: value, number, path, MetaMessageReader(parties: parties).event)
            readList("statuses", of: value, number, path, MetaStatusReader.event)
        case MetaPreferenceReader.field:
            readList(MetaPreferenceReader.field, of: value, number, path, MetaPreferenceReader(parties: parties).event)
        default: readList("calls", of: value, number, path, MetaCallReader(parties: parties).event)
        }
        // Trouble of the account as a whole, and whatever Meta may add to this field.
        if items.count + unreadable.count == before {
            items.append(InboundItem(senderProviderID: number, path: path, event: .notice(field: field)))
        }
    }

    /// What is about no number, or says by itself about which.
    private mutating func readNews(_ path: String, _ event: () throws(Defect) -> InboundEvent) {
        do throws(Defect) {
            items.append(InboundItem(senderProviderID: nil, path: path, event: try event()))
        } catch {
            note("\(path).value", error.reason)
        }
    }

    private mutating func readList(
        _ name: String, of value: JSONNode, _ number: String?, _ path: String, _ event: (JSONNode) throws(Defect) -> InboundEvent
    ) {
        guard let node = value[name] else { return }
        guard let list = node.list else { return note("\(path).value.\(name)", "This isn't a list.") }
        for (index, element) in list.enumerated() {
            let path = "\(path).value.\(name)[\(index)]"
            do throws(Defect) {
                guard let number else { throw Defect.missing("metadata.phone_number_id") }
                items.append(InboundItem(senderProviderID: number, path: path, event: try event(element)))
            } catch {
                note(path, error.reason)
            }
        }
    }

    private mutating func note(_ path: String, _ reason: String) { unreadable.append(UnreadableItem(path: path, reason: reason)) }

    static let object = "whatsapp_business_account"
}
