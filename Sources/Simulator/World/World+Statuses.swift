internal import Foundation
internal import OrderedCollections

extension World {
    /// Does what was put off.
    mutating func perform(_ step: Step) {
        switch step {
        case .send(let id): leave(id)
        case .deliver(let id): arrive(id)
        case .read(let id): read(id)
        case .review(let template): review(template)
        case .hangUp(let call): hangUp(call)
        case .reviewName(let number): reviewName(of: number)
        }
    }

    /// The message leaves the platform for the phone, or fails.
    private mutating func leave(_ id: String) {
        guard let message = sent[id] else { return }
        if let failure = message.failure ?? refusal(of: message) { return fail(id, failure) }
        advance(id, to: .sent)
        guard let phoneID = message.phone else {
            // Of a reaction nothing more is told.
            if message.type != "reaction" { effects.append(.after(milliseconds: settings.deliveredDelay, .deliver(id))) }
            return
        }
        if phones[phoneID]?.online == true {
            effects.append(.after(milliseconds: settings.deliveredDelay, .deliver(id)))
        } else {
            keepWaiting(id, for: phoneID)
        }
    }

    /// The platform keeps what a phone can't get yet; beyond the limit the oldest are dropped, which no webhook tells.
    private mutating func keepWaiting(_ id: String, for phoneID: String) {
        phones[phoneID]?.waiting.append(id)
        if let count = phones[phoneID]?.waiting.count, count > Phone.waitingLimit { phones[phoneID]?.waiting.removeFirst() }
    }

    private func refusal(of message: SentMessage) -> StatusProblem? {
        guard let id = message.phone, let phone = phones[id] else { return nil }
        if !phone.reachable { return .undeliverable("The person has no WhatsApp or an old one.") }
        if phone.blocked.contains(message.number) { return .undeliverable() }
        if numbers[message.number]?.blocked.contains(phone.address) == true { return .undeliverable("The business blocked this person.") }
        if message.category.hasPrefix("marketing"), phone.optedOut.contains(message.account) {
            return StatusProblem(
                code: 131050, title: "Recipient receives no marketing messages",
                details: "The person chose to receive no marketing messages from this business.")
        }
        return nil
    }

    /// The message reaches the phone.
    private mutating func arrive(_ id: String) {
        guard let message = sent[id], message.stage == .sent else { return }
        guard let phoneID = message.phone else { return advance(id, to: .delivered) }
        guard let online = phones[phoneID]?.online else { return }
        guard online else { return keepWaiting(id, for: phoneID) }
        show(message, on: phoneID)
        guard message.type != "reaction" else { return }
        advance(id, to: .delivered)
        if phones[phoneID]?.readsAtOnce == true || phones[phoneID]?.openChat == message.number {
            effects.append(.after(milliseconds: settings.readDelay, .read(id)))
        }
    }

    /// Changes in place: a copy of the chat would cost its length.
    private mutating func show(_ message: SentMessage, on phoneID: String) {
        let isOpen = phones[phoneID]?.openChat == message.number
        phones[phoneID]?.chats[message.number, default: Chat()].receive(message, at: now, isOpen: isOpen)
        effects.append(.changed(phone: phoneID))
    }

    private mutating func read(_ id: String) {
        guard let message = sent[id], message.stage == .delivered else { return }
        advance(id, to: .read)
    }

    /// The customer looked at a chat: everything in it is read.
    mutating func readAll(of phoneID: String, from number: String) {
        phones[phoneID]?.chats[number]?.unread = 0
        guard let chat = phones[phoneID]?.chats[number] else { return }
        for message in chat.messages.reversed() where !message.fromCustomer {
            guard let stage = sent[message.id]?.stage else { continue }
            if stage >= .read { break }
            if stage == .delivered { effects.append(.after(milliseconds: settings.readDelay, .read(message.id))) }
        }
    }

    /// Whoever wasn't reached doesn't count as reached.
    mutating func fail(_ id: String, _ problem: StatusProblem) {
        if let message = sent[id], message.stage < .failed, let person = message.reached { reached[message.account]?.release(person) }
        advance(id, to: .failed, problem)
    }

    /// Moves a message on and tells it. A stage never comes twice and never goes back.
    mutating func advance(_ id: String, to stage: SentMessage.Stage, _ problem: StatusProblem? = nil) {
        guard var message = sent[id], message.stage < stage, message.stage != .failed else { return }
        let charged = stage == .delivered || (stage == .read && message.stage < .delivered)
        if stage == .sent || (charged && message.pricing == nil) { message.pricing = price(of: message) }
        message.stage = stage
        sent[id] = message
        ledger.advance(message.ledgerPlace, to: stage)
        guard settings.statuses, hasListeners(account: message.account), let number = numbers[message.number],
            let account = accounts[message.account]
        else { return }
        let phone = message.phone.flatMap { phones[$0] }
        let status: JSON = .fields(
            ("id", .string(id)), ("status", .string(stage.name)), ("timestamp", .string(String(seconds))),
            ("recipient_id", message.recipientID.map { .string($0) }), ("recipient_user_id", message.userID.map { .string($0) }),
            ("biz_opaque_callback_data", settings.quoteCallbackData ? message.callbackData.map { .string($0) } : nil),
            ("pricing", stage == .sent || charged ? message.pricing : nil),
            ("errors", problem.map { .array([$0.json]) }))
        let contact: JSON =
            phone.map { self.contact($0, seenBy: account) }
            ?? .fields(
                ("profile", ["name": .string(message.recipientID ?? "")]), ("wa_id", message.recipientID.map { .string($0) }),
                ("user_id", message.userID.map { .string($0) }))
        let named = problem == nil || settings.contactsOnFailed
        notify(
            account: account.id, number: number, field: "messages",
            value: .fields(
                ("messaging_product", "whatsapp"), ("metadata", metadata(of: number)), ("contacts", named ? .array([contact]) : nil),
                ("statuses", .array([status]))),
            subject: message.phone ?? message.recipientID ?? id)
    }

    /// What a message costs, by the rules since October 2026: every one by its category, free ones named as such.
    private mutating func price(of message: SentMessage) -> JSON {
        let person = message.phone.flatMap { phones[$0]?.address } ?? message.recipientID ?? ""
        var kind = "regular"
        if pairs[message.number, person].freeEntryUntil > now {
            kind = "free_entry_point"
        } else if message.category == "service", var number = numbers[message.number] {
            let month = Self.month(of: now)
            if number.serviceMessages.month != month { number.serviceMessages = (month, 0) }
            number.serviceMessages.count += 1
            numbers[message.number] = number
            if number.serviceMessages.count <= settings.freeServiceMessages { kind = "free_customer_service" }
        }
        return [
            "billable": .bool(kind == "regular"), "pricing_model": "PMP", "type": .string(kind), "category": .string(message.category),
        ]
    }

    private static func month(of milliseconds: Int) -> Int {
        let parts = Calendar.utc.dateComponents([.year, .month], from: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
        return (parts.year ?? 0) * 12 + (parts.month ?? 0)
    }
}

extension Calendar {
    static let utc: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        return calendar
    }()
}
