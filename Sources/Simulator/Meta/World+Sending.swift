internal import OrderedCollections

extension World {
    /// Whom a message is for, as far as the platform knows.
    struct Recipient {
        /// The address as it was written.
        let input: String
        var phone: String?
        /// What pairs are kept by.
        let person: String
        var waID: String?
        var userID: String?
    }

    /// `POST /{number}/messages`: refuses as the platform does, or accepts and starts the way of the message.
    mutating func send(_ body: JSON, from numberID: String, marketingOnly: Bool = false) throws(GraphError) -> JSON {
        guard let number = numbers[numberID], let account = accounts[number.account] else { throw .unknown(numberID, "post") }
        guard let product = body["messaging_product"] else { throw .missing("messaging_product") }
        guard product.string == "whatsapp" else {
            throw .parameter("Param messaging_product must be one of {WHATSAPP} - got \"\(product.text)\".")
        }
        guard number.isRegistered else { throw GraphError(133010, "Account not registered", details: "The phone number isn't registered.") }
        if body["status"]?.string == "read" { return try markRead(body, by: number) }

        let (type, content) = try Self.content(of: body)
        guard !marketingOnly || type == "template" else {
            throw GraphError(134100, "Only marketing messages are supported on this endpoint")
        }
        let recipient = try self.recipient(of: body, seenBy: account)
        guard recipient.waID != number.digits else {
            throw GraphError(131021, "Recipient cannot be sender", details: "Sender and recipient phone number is the same.")
        }
        if let data = body["biz_opaque_callback_data"], data != .null {
            guard let text = data.string, text.unicodeScalars.count <= MessageRules.callbackDataLimit else {
                throw .parameter("Param biz_opaque_callback_data must be a string of at most \(MessageRules.callbackDataLimit) characters.")
            }
        }
        let prepared = try prepare(type, content, for: recipient, body: body, from: number)
        if marketingOnly, prepared.category != "marketing" {
            throw GraphError(134100, "Only marketing messages are supported on this endpoint")
        }
        let windowOpen = pairs.isWindowOpen(number.id, recipient.person, at: now)
        let isFirstReach = !windowOpen && reached[account.id]?.counts(recipient.person) != true
        try admit(recipient, type: type, windowOpen: windowOpen, from: number, account: account)

        var failure = prepared.failure
        if failure == nil, recipient.phone == nil, settings.unknownRecipients == .undeliverable {
            failure = .undeliverable("The number has no WhatsApp.")
        }
        if failure == nil, settings.window, settings.windowRefusal == .status, type != "template", !windowOpen {
            failure = StatusProblem(code: 131047, title: "Re-engagement message", details: Self.windowDetails)
        }
        let id = accept(
            type, prepared, body, for: recipient, from: number, failure: failure,
            category: marketingOnly ? "marketing_lite" : prepared.category, reached: isFirstReach ? recipient.person : nil)
        return [
            "messaging_product": "whatsapp",
            "contacts": [
                .fields(
                    ("input", .string(recipient.input)), ("wa_id", recipient.waID.map { .string($0) }),
                    ("user_id", recipient.userID.map { .string($0) }))
            ],
            "messages": [.fields(("id", .string(id)), ("message_status", type == "template" ? "accepted" : nil))],
        ]
    }

    private static let windowDetails = "More than 24 hours have passed since the recipient last replied to the sender number."

    private static func content(of body: JSON) throws(GraphError) -> (type: String, content: JSON) {
        guard let type = body["type"]?.string?.lowercased() ?? (body["text"] == nil ? nil : "text") else { throw .missing("type") }
        guard MessageRules.types.contains(type) else {
            throw .parameter("Param type must be one of {\(MessageRules.types.sorted().map { $0.uppercased() }.joined(separator: ", "))}.")
        }
        guard let content = body[type], content != .null else { throw .missing(type) }
        try MessageRules.check(type, content)
        return (type, content)
    }

    /// What a message becomes on the phone, its category, and a failure that shows later only.
    private struct Prepared {
        var content: JSON
        var category = "service"
        var template: String?
        var failure: StatusProblem?
    }

    private func prepare(
        _ type: String, _ content: JSON, for recipient: Recipient, body: JSON, from number: BusinessNumber
    ) throws(GraphError) -> Prepared {
        if type == "template" {
            let template = try template(content, account: number.account)
            let components = content["components"] ?? .array([])
            guard let components = components == .null ? [] : components.array else {
                throw .parameter("Param template['components'] must be an array.")
            }
            if template.category == "AUTHENTICATION", body["to"] == nil {
                throw GraphError(131062, "Recipient not allowed", details: "Authentication templates need the recipient's phone number.")
            }
            var prepared = Prepared(
                content: try TemplateSend(template).render(components), category: template.category.lowercased(), template: template.name)
            try checkMedia(in: prepared.content["header"], account: number.account, &prepared.failure)
            return prepared
        }
        var prepared = Prepared(content: content)
        if MessageRules.mediaTypes.contains(type) {
            prepared.content = try described(content, type: type, account: number.account, &prepared.failure)
        } else if type == "interactive" {
            try checkMedia(in: content["header"], account: number.account, &prepared.failure)
        } else if type == "reaction" {
            let target = content["message_id"]?.string ?? ""
            let chat = recipient.phone.flatMap { phones[$0]?.chats[number.id] }
            if chat?[target] == nil {
                prepared.failure = StatusProblem(
                    code: 131009, title: "Parameter value is not valid", details: "The message to react to doesn't exist or is too old.")
            }
        }
        return prepared
    }

    private func template(_ content: JSON, account: String) throws(GraphError) -> Template {
        guard let name = content["name"]?.string, !name.isEmpty else { throw .missing("template['name']") }
        guard let language = content["language"]?["code"]?.string, !language.isEmpty else { throw .missing("template['language']['code']") }
        let id = accounts[account]?.templateKeys[TemplateKey(name: name, language: language)]
        guard let template = id.flatMap({ templates[$0] }), template.status != .pending, template.status != .rejected else {
            throw GraphError(
                132001, "Template name does not exist in the translation", details: "template name (\(name)) does not exist in \(language)",
                status: 404)
        }
        if template.status == .paused {
            throw GraphError(132015, "Template is paused", details: "The template is paused because of low quality.")
        }
        if template.status == .disabled { throw GraphError(132016, "Template is disabled", details: "The template is disabled for good.") }
        return template
    }

    private func checkMedia(in header: JSON?, account: String, _ failure: inout StatusProblem?) throws(GraphError) {
        guard let kind = header?["type"]?.string, MessageRules.mediaTypes.contains(kind), let value = header?[kind] else { return }
        _ = try described(value, type: kind, account: account, &failure)
    }

    /// A media object with what the phone needs to show it.
    private func described(_ content: JSON, type: String, account: String, _ failure: inout StatusProblem?) throws(GraphError) -> JSON {
        guard let id = content["id"]?.scalarText else { return content }
        guard let item = media.item(id, at: now), item.account == nil || item.account == account else {
            throw .parameter("Param \(type)['id'] is not a valid whatsapp business account media attachment ID")
        }
        var content = content
        content["mime_type"] = .string(item.mimeType)
        if content["filename"] == nil, type == "document" { content["filename"] = item.filename.map { .string($0) } }
        if MediaRules.kind(of: item.mimeType) != type {
            failure = StatusProblem(
                code: 131053, title: "Media upload error", details: "The media of type \(item.mimeType) can't be sent as \(type).")
        }
        return content
    }

    func recipient(of body: JSON, seenBy account: BusinessAccount) throws(GraphError) -> Recipient {
        if body["recipient_type"]?.string?.lowercased() == "group" {
            throw GraphError(131041, "Group unknown", details: "The group doesn't exist.")
        }
        let userID = body["recipient"]?.string
        guard let to = body["to"]?.scalarText, !to.isEmpty else {
            guard let userID, !userID.isEmpty else { throw .missing("to") }
            guard UserID.isWellFormed(userID) else { throw .value("The recipient isn't a business-scoped user id.") }
            let phone = phonesByUserID[userID]
            return Recipient(
                input: userID, phone: phone, person: phone.flatMap { phones[$0]?.address } ?? userID, waID: nil, userID: userID)
        }
        guard let digits = PhoneDigits.parse(to) else { throw .value("The recipient phone number isn't valid.") }
        guard let phone = phone(withNumber: digits) else {
            return Recipient(input: to, phone: nil, person: digits, waID: digits, userID: userID)
        }
        return Recipient(
            input: to, phone: phone.id, person: phone.address, waID: phone.number,
            userID: userID == nil ? nil : self.userID(of: phone, seenBy: account))
    }

    /// Throughput, pair limit, window and messaging limit, in this order. What is refused later doesn't give back what it took before.
    private mutating func admit(
        _ recipient: Recipient, type: String, windowOpen: Bool, from number: BusinessNumber, account: BusinessAccount
    ) throws(GraphError) {
        if settings.throughputLimit, !throughput[number.id, default: SlidingSecond()].admit(at: now, limit: number.perSecond) {
            throw GraphError(
                130429, "Rate limit hit",
                details: "Message failed to send because there were too many messages sent from this phone number in a short period of time"
            )
        }
        if settings.window, settings.windowRefusal == .answer, type != "template", !windowOpen {
            throw GraphError(131047, "Re-engagement message", details: Self.windowDetails)
        }
        if settings.messagingLimit, !windowOpen, let limit = number.perDay,
            !reached[account.id, default: RollingDay()].admit(recipient.person, at: now, limit: limit)
        {
            throw GraphError(
                131048, "Spam rate limit hit", details: "The account reached as many people as its messaging limit allows in 24 hours.")
        }
        if settings.pairLimit, !pairs.admit(number.id, recipient.person, at: now) {
            throw GraphError(
                131056, "(Business Account, Consumer Account) pair rate limit hit",
                details:
                    "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time."
            )
        }
    }

    private mutating func accept(
        _ type: String, _ prepared: Prepared, _ body: JSON, for recipient: Recipient, from number: BusinessNumber, failure: StatusProblem?,
        category: String, reached: String?
    ) -> String {
        let id = ids.message(for: recipient.waID ?? recipient.input)
        let callbackData = body["biz_opaque_callback_data"]?.string
        let place = ledger.append { [now] sequence in
            Ledger.Entry(
                sequence: sequence, at: now, id: id, number: number.id, recipient: recipient.waID ?? recipient.userID ?? recipient.input,
                type: type,
                template: prepared.template, callbackData: callbackData, stage: .accepted, body: body)
        }
        sent[id] = SentMessage(
            id: id, number: number.id, account: number.account, phone: recipient.phone, recipientID: recipient.waID,
            userID: recipient.userID
                ?? recipient.phone.flatMap { phones[$0] }.flatMap { phone in accounts[number.account].map { userID(of: phone, seenBy: $0) }
                },
            type: type, content: prepared.content, context: body["context"]?["message_id"]?.string, callbackData: callbackData,
            category: category, reached: reached, failure: failure, ledgerPlace: place)
        if recipient.phone != nil || (settings.statuses && hasListeners(account: number.account)) {
            effects.append(.after(milliseconds: settings.sentDelay, .send(id)))
        }
        return id
    }

    /// Marks a customer's message and all before it as read; shows "typing" on request.
    private mutating func markRead(_ body: JSON, by number: BusinessNumber) throws(GraphError) -> JSON {
        guard let id = body["message_id"]?.string else { throw .missing("message_id") }
        guard let phoneID = inboundPhone[id], phones[phoneID]?.chats[number.id]?[id] != nil else {
            throw .value("The message with this id doesn't exist.")
        }
        phones[phoneID]?.chats[number.id]?.markOwnRead(upTo: id)
        if let typing = body["typing_indicator"], typing != .null {
            guard typing["type"]?.string == "text" else { throw .value("typing_indicator['type'] must be text.") }
            phones[phoneID]?.chats[number.id]?.typingUntil = now + 25_000
        }
        effects.append(.changed(phone: phoneID))
        return ["success": true]
    }
}

enum UserID {
    /// Two capital letters, a dot, up to 128 letters and digits; the form of a parent has `ENT.` between.
    static func isWellFormed(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || (parts.count == 3 && parts[1] == "ENT") else { return false }
        guard parts[0].count == 2, parts[0].allSatisfy({ ("A"..."Z").contains($0) }), let id = parts.last else { return false }
        return (1...128).contains(id.count) && id.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
