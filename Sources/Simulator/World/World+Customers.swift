internal import DequeModule
internal import Foundation
internal import OrderedCollections

/// Why a person at a phone can't do something, in a sentence.
struct PhoneProblem: Error, Sendable {
    let detail: String
}

extension World {
    /// What customers can send, besides what businesses can.
    private static let inboundTypes: Set<String> = [
        "text", "image", "video", "audio", "document", "sticker", "location", "contacts", "reaction", "button", "interactive", "order",
        "system",
        "request_welcome", "edit", "revoke", "unsupported",
    ]

    /// Seconds since 1970, to the end of 2099.
    private static let timestamps = 0..<4_102_444_800

    /// A customer sends something to a business number. `message` has `type`, the object under it, and optionally `context` {`message_id`},
    /// `referral`, `forwarded`, `frequently_forwarded`, `referred_product`, `errors` and `timestamp` (seconds). Returns the message's id.
    mutating func receive(_ message: JSON, from phoneID: String, to numberID: String) throws(PhoneProblem) -> String {
        let (phone, number, account) = try line(from: phoneID, to: numberID)
        guard let type = message["type"]?.string, Self.inboundTypes.contains(type) else {
            throw PhoneProblem(detail: "The type must be one of: \(Self.inboundTypes.sorted().joined(separator: ", ")).")
        }
        let content = try inboundContent(type, message[type] ?? .object([]))
        let id = ids.message(for: phone.number ?? phone.address)
        let seconds = message["timestamp"]?.integer
        guard seconds.map(Self.timestamps.contains) != false else {
            throw PhoneProblem(detail: "The timestamp must be in seconds since 1970, before the year 2100.")
        }
        let at = seconds.map { $0 * 1_000 } ?? now
        let before = contact(phone, seenBy: account)
        keep(type, content, id: id, at: at, message: message, phone: phoneID, number: numberID)
        guard number.isRegistered, !number.blocked.contains(phone.address) else {
            phones[phoneID]?.chats[numberID]?[id]?.arrived = false
            return id
        }
        inboundPhone[id] = phoneID
        throughput[numberID, default: SlidingSecond()].record(at: now)
        openWindow(numberID, phone.address, at: at, hasReferral: message["referral"] != nil)
        if type == "system" { changeIdentity(of: phoneID, content) }
        guard hasListeners(account: account.id) else { return id }
        let inbound: JSON = .fields(
            ("context", inboundContext(message, number: number, chat: phones[phoneID]?.chats[numberID])),
            ("from", phone.number.map { .string($0) }), ("from_user_id", .string(userID(of: phone, seenBy: account))),
            ("id", .string(id)), ("timestamp", .string(String(at / 1_000))), ("type", .string(type)),
            (type, type == "request_welcome" ? nil : content),
            ("referral", message["referral"]), ("group_id", message["group_id"]),
            ("errors", message["errors"] ?? (type == "unsupported" ? .array([Self.unsupported]) : nil)))
        notify(
            account: account.id, number: number, field: "messages",
            value: .fields(
                ("messaging_product", "whatsapp"), ("metadata", metadata(of: number)),
                ("contacts", type == "system" ? nil : .array([before])), ("messages", .array([inbound]))),
            subject: phoneID)
        return id
    }

    /// Between a phone and a business number, when neither is in the way.
    func line(from phoneID: String, to numberID: String) throws(PhoneProblem) -> (Phone, BusinessNumber, BusinessAccount) {
        guard let phone = phones[phoneID] else { throw PhoneProblem(detail: "There is no such phone.") }
        guard let number = numbers[numberID], let account = accounts[number.account] else {
            throw PhoneProblem(detail: "There is no such business number.")
        }
        guard phone.online else { throw PhoneProblem(detail: "This phone is offline.") }
        guard !phone.blocked.contains(numberID) else {
            throw PhoneProblem(detail: "This phone has blocked the business. Unblock it to write.")
        }
        return (phone, number, account)
    }

    private static let unsupported: JSON = [
        "code": 131051, "title": "Message type unknown", "message": "Message type unknown",
        "error_data": ["details": "Message type is currently not supported."],
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    ]

    /// The object under the type, as the webhook has it.
    private func inboundContent(_ type: String, _ content: JSON) throws(PhoneProblem) -> JSON {
        switch type {
        case "text":
            guard let body = content["body"]?.string, !body.isEmpty else { throw PhoneProblem(detail: "A text needs a body.") }
        case "edit":
            guard let edited = content["message"], let inner = edited["type"]?.string, content["original_message_id"]?.string != nil else {
                throw PhoneProblem(detail: "An edit needs original_message_id and message.")
            }
            var content = content
            content["message"]?[inner] = try inboundContent(inner, edited[inner] ?? .object([]))
            return content
        case "revoke":
            guard content["original_message_id"]?.string != nil else { throw PhoneProblem(detail: "A revoke needs original_message_id.") }
        case "reaction":
            guard content["message_id"]?.string != nil else { throw PhoneProblem(detail: "A reaction needs message_id.") }
            // Taken back, it comes as an empty text: some clients need the member.
            return .fields(("message_id", content["message_id"]), ("emoji", content["emoji"] ?? ""))
        case _ where MessageRules.mediaTypes.contains(type):
            guard let id = content["id"]?.scalarText, let item = media.item(id, at: now) else {
                throw PhoneProblem(detail: "Media needs the id of an upload: POST /control/v1/media.")
            }
            return .fields(
                ("id", .string(id)), ("mime_type", .string(item.mimeType)), ("sha256", .string(Data(item.digest).base64EncodedString())),
                ("url", address.map { .string($0 + mediaPath(item)) }),
                ("voice", type == "audio" ? content["voice"] ?? false : nil),
                ("animated", type == "sticker" ? content["animated"] ?? false : nil),
                ("filename", type == "document" ? content["filename"] ?? item.filename.map { .string($0) } : nil),
                ("caption", content["caption"]))
        default: break
        }
        return content
    }

    private mutating func keep(_ type: String, _ content: JSON, id: String, at: Int, message: JSON, phone: String, number: String) {
        effects.append(.changed(phone: phone))
        switch type {
        case "reaction":
            let emoji = content["emoji"]?.string ?? ""
            phones[phone]?.chats[number, default: Chat()][content["message_id"]?.string ?? ""]?.ownReaction = emoji.isEmpty ? nil : emoji
        case "edit":
            let original = content["original_message_id"]?.string ?? ""
            let inner = content["message"]?["type"]?.string ?? ""
            phones[phone]?.chats[number, default: Chat()][original]?.content = content["message"]?[inner] ?? .object([])
            phones[phone]?.chats[number, default: Chat()][original]?.edited = true
        case "revoke":
            phones[phone]?.chats[number, default: Chat()][content["original_message_id"]?.string ?? ""]?.revoked = true
        default:
            var kept = ChatMessage(
                id: id, fromCustomer: true, at: at, type: type, content: content, context: message["context"]?["message_id"]?.string)
            kept.forwarded = message["forwarded"]?.bool == true
            phones[phone]?.chats[number, default: Chat()].append(kept)
            // A tap answers the message that has the button.
            if type == "button" || type == "interactive", let context = kept.context {
                phones[phone]?.chats[number]?[context]?.answered = id
            }
        }
    }

    private func inboundContext(_ message: JSON, number: BusinessNumber, chat: Chat?) -> JSON? {
        let quoted = message["context"]?["message_id"]?.string
        let context: JSON = .fields(
            ("from", quoted.flatMap { chat?[$0] }.flatMap { $0.fromCustomer ? nil : .string(number.digits) }),
            ("id", quoted.map { .string($0) }),
            ("forwarded", message["forwarded"]), ("frequently_forwarded", message["frequently_forwarded"]),
            ("referred_product", message["referred_product"]))
        return context.members?.isEmpty == false ? context : nil
    }

    mutating func openWindow(_ number: String, _ person: String, at: Int, hasReferral: Bool) {
        let last = pairs[number, person].lastInbound ?? 0
        pairs[number, person].lastInbound = max(last, min(at, now))
        if hasReferral { pairs[number, person].freeEntryUntil = now + 72 * 60 * 60 * 1_000 }
    }

    /// A new number makes a new id for every portfolio.
    private mutating func changeIdentity(of phoneID: String, _ content: JSON) {
        guard var phone = phones[phoneID], let digits = content["wa_id"]?.string else { return }
        let before = phone.address
        if let old = phone.number { phonesByNumber[old] = nil }
        phone.number = digits
        for number in numbers.keys { pairs[number, phone.address] = pairs[number, before] }
        phones[phoneID] = phone
        phonesByNumber[digits] = phoneID
        for account in accounts.values { phonesByUserID[userID(of: phone, seenBy: account)] = phoneID }
    }

    /// The customer turns marketing of an account off or on again.
    mutating func setMarketing(_ value: String, by phoneID: String, for numberID: String) throws(PhoneProblem) {
        guard let phone = phones[phoneID], let number = numbers[numberID], let account = accounts[number.account] else {
            throw PhoneProblem(detail: "There is no such phone or business number.")
        }
        guard ["stop", "resume", "signup"].contains(value) else { throw PhoneProblem(detail: "The value must be stop, resume or signup.") }
        if value == "stop" { phones[phoneID]?.optedOut.insert(account.id) } else { phones[phoneID]?.optedOut.remove(account.id) }
        effects.append(.changed(phone: phoneID))
        let detail = value == "stop" ? "User requested to stop marketing messages" : "User requested to resume marketing messages"
        notify(
            account: account.id, number: number, field: "user_preferences",
            value: [
                "messaging_product": "whatsapp", "metadata": metadata(of: number), "contacts": [contact(phone, seenBy: account)],
                "user_preferences": [
                    .fields(
                        ("wa_id", phone.number.map { .string($0) }), ("user_id", .string(userID(of: phone, seenBy: account))),
                        ("detail", .string(detail)), ("category", "marketing_messages"), ("value", .string(value)),
                        ("timestamp", .integer(seconds)))
                ],
            ], subject: phoneID)
    }

    /// Online again: what waited arrives, in order.
    mutating func setOnline(_ online: Bool, phone id: String) {
        guard phones[id] != nil else { return }
        phones[id]?.online = online
        effects.append(.changed(phone: id))
        guard online else { return }
        while let message = phones[id]?.waiting.popFirst() {
            effects.append(.after(milliseconds: settings.deliveredDelay, .deliver(message)))
        }
    }

    /// The customer looks at a chat, or at none.
    mutating func open(_ chat: String?, on phoneID: String) {
        phones[phoneID]?.openChat = chat
        effects.append(.changed(phone: phoneID))
        if let chat, phones[phoneID]?.online == true { readAll(of: phoneID, from: chat) }
    }

    /// The customer listens to a voice message.
    mutating func play(_ message: String) throws(PhoneProblem) {
        guard let found = sent[message], let phone = found.phone, found.type == "audio" else {
            throw PhoneProblem(detail: "There is no such voice message.")
        }
        guard found.stage >= .delivered else { throw PhoneProblem(detail: "The message hasn't arrived yet.") }
        phones[phone]?.chats[found.number]?[message]?.played = true
        if found.content["voice"]?.bool == true { advance(message, to: .played) }
        effects.append(.changed(phone: phone))
    }
}
