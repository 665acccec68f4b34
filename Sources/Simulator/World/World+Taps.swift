internal import OrderedCollections

extension World {
    /// What a customer sends by tapping something on a message: a reply button's id, a list row's id, a template button's text or payload.
    func reply(tapping choice: String, on messageID: String, phone phoneID: String, number: String) throws(PhoneProblem) -> JSON {
        guard let message = phones[phoneID]?.chats[number]?[messageID] else {
            throw PhoneProblem(detail: "There is no such message on this phone.")
        }
        let context: JSON = ["message_id": .string(messageID)]
        if message.type == "template" {
            let buttons =
                (message.content["buttons"]?.array ?? []) + (message.content["cards"]?.array ?? []).flatMap { $0["buttons"]?.array ?? [] }
            let button = buttons.first {
                $0["type"]?.string == "quick_reply" && ($0["payload"]?.string == choice || $0["text"]?.string == choice)
            }
            guard let button else { throw PhoneProblem(detail: "The message has no such quick reply.") }
            return ["type": "button", "context": context, "button": .fields(("payload", button["payload"]), ("text", button["text"]))]
        }
        guard message.type == "interactive" else { throw PhoneProblem(detail: "There is nothing to tap on this message.") }
        let action = message.content["action"] ?? .object([])
        switch message.content["type"]?.string {
        case "button":
            guard let reply = action["buttons"]?.array?.compactMap({ $0["reply"] }).first(where: { $0["id"]?.string == choice }) else {
                break
            }
            return Self.interactive("button_reply", .fields(("id", reply["id"]), ("title", reply["title"])), context)
        case "list":
            let rows = action["sections"]?.array?.flatMap { $0["rows"]?.array ?? [] } ?? []
            guard let row = rows.first(where: { $0["id"]?.string == choice }) else { break }
            return Self.interactive(
                "list_reply", .fields(("id", row["id"]), ("title", row["title"]), ("description", row["description"])), context)
        case "carousel":
            let buttons = action["cards"]?.array?.flatMap { $0["action"]?["buttons"]?.array ?? [] }.compactMap { $0["quick_reply"] } ?? []
            guard let reply = buttons.first(where: { $0["id"]?.string == choice }) else { break }
            return Self.interactive("button_reply", .fields(("id", reply["id"]), ("title", reply["title"])), context)
        case "flow":
            let token = action["parameters"]?["flow_token"]?.string ?? "unused"
            let response: JSON = ["flow_token": .string(token), "answer": .string(choice)]
            return Self.interactive("nfm_reply", ["name": "flow", "body": "Sent", "response_json": .string(response.text)], context)
        case "call_permission_request":
            guard ["accept", "reject"].contains(choice) else { break }
            let expires: JSON? = choice == "accept" ? .integer(seconds + 7 * 24 * 60 * 60) : nil
            return Self.interactive(
                "call_permission_reply",
                .fields(("response", .string(choice)), ("response_source", "user_action"), ("expiration_timestamp", expires)), context)
        case "request_contact_info":
            guard let phone = phones[phoneID], let number = phone.number else {
                throw PhoneProblem(detail: "This phone has no number to share.")
            }
            return [
                "type": "contacts", "context": context,
                "contacts": [
                    [
                        "name": ["formatted_name": .string(phone.name), "first_name": .string(phone.name)],
                        "phones": [["phone": .string(PhoneDigits.display(number)), "wa_id": .string(number), "type": "CELL"]],
                        "origin": "contact_request",
                    ]
                ],
            ]
        default: break
        }
        throw PhoneProblem(detail: "The message has no such choice.")
    }

    private static func interactive(_ type: String, _ reply: JSON, _ context: JSON) -> JSON {
        ["type": "interactive", "context": context, "interactive": .fields(("type", .string(type)), (type, reply))]
    }
}
