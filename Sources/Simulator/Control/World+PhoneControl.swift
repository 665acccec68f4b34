internal import HTTPTypes
internal import OrderedCollections

/// Phones as the control API shows and changes them.
extension World {
    func summary(of phone: Phone) -> JSON {
        let chats = numbers.values.filter { phone.chats[$0.id] != nil || $0.isRegistered }.map { number -> JSON in
            let chat = phone.chats[number.id]
            return .fields(
                ("number", .string(number.id)), ("name", .string(number.verifiedName)), ("digits", .string(number.digits)),
                ("display", .string(number.displayNumber)), ("unread", .integer(chat?.unread ?? 0)),
                ("isBlocked", .bool(phone.blocked.contains(number.id))), ("isTyping", .bool((chat?.typingUntil ?? 0) > now)),
                ("isMarketingOff", .bool(phone.optedOut.contains(number.account))),
                ("windowOpen", .bool(pairs.isWindowOpen(number.id, phone.address, at: now))),
                ("last", chat?.messages.last.map { json(of: $0) }))
        }
        return .fields(
            ("id", .string(phone.id)), ("name", .string(phone.name)), ("number", phone.number.map { .string($0) }),
            ("display", phone.number.map { .string(PhoneDigits.display($0)) }), ("username", phone.username.map { .string($0) }),
            ("country", .string(phone.country)),
            ("userIds", .object(accounts.values.sorted { $0.id < $1.id }.map { .init($0.id, .string(userID(of: phone, seenBy: $0))) })),
            ("online", .bool(phone.online)), ("readsAtOnce", .bool(phone.readsAtOnce)), ("reachable", .bool(phone.reachable)),
            ("openChat", phone.openChat.map { .string($0) } ?? .null), ("chats", .array(chats)))
    }

    func chat(of phone: Phone, with number: String) throws -> JSON {
        guard numbers[number] != nil else { throw ControlProblem.missing("number") }
        let chat = phone.chats[number] ?? Chat()
        return [
            "data": .array(chat.messages.map { json(of: $0) }), "isTyping": .bool(chat.typingUntil > now),
            "typingUntil": .number(Double(chat.typingUntil) / 1_000),
        ]
    }

    private func json(of message: ChatMessage) -> JSON {
        .fields(
            ("id", .string(message.id)), ("fromCustomer", .bool(message.fromCustomer)), ("at", .number(Double(message.at) / 1_000)),
            ("type", .string(message.type)), ("content", message.content), ("context", message.context.map { .string($0) }),
            ("forwarded", .bool(message.forwarded)), ("edited", .bool(message.edited)), ("revoked", .bool(message.revoked)),
            ("arrived", .bool(message.arrived)), ("readByBusiness", .bool(message.readByBusiness)), ("played", .bool(message.played)),
            ("ownReaction", message.ownReaction.map { .string($0) }), ("businessReaction", message.businessReaction.map { .string($0) }),
            ("answered", message.answered.map { .string($0) }),
            ("status", message.fromCustomer ? nil : sent[message.id].map { .string($0.stage.name) }))
    }

    /// A business number by its id or its digits.
    func number(called value: JSON?) throws -> String {
        guard let text = value?.scalarText else { throw ControlProblem("to is missing: the id or the digits of a business number.") }
        if numbers[text] != nil { return text }
        guard let digits = PhoneDigits.parse(text), let number = numbers.values.first(where: { $0.digits == digits }) else {
            throw ControlProblem.missing("business number")
        }
        return number.id
    }

    private static let phoneLimit = 1_000

    mutating func createPhone(_ call: ControlCall) throws -> JSON {
        guard phones.count < Self.phoneLimit else { throw ControlProblem("There are \(Self.phoneLimit) phones already.", .conflict) }
        let username = call.body["username"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        var number: String?
        if let text = call.body["number"]?.scalarText, !text.isEmpty {
            guard let digits = PhoneDigits.parse(text) else {
                throw ControlProblem("The number needs its country code and digits only, such as +1 555 019 9001.")
            }
            guard phonesByNumber[digits] == nil else { throw ControlProblem("Another phone has this number.", .conflict) }
            guard !numbers.values.contains(where: { $0.digits == digits }) else {
                throw ControlProblem("A business has this number.", .conflict)
            }
            number = digits
        }
        guard number != nil || username != nil else { throw ControlProblem("A phone needs a number or a username.") }
        guard number != nil || !phones.values.contains(where: { $0.number == nil && $0.username == username }) else {
            throw ControlProblem("Another phone has this username.", .conflict)
        }
        let country = call.body["country"]?.string?.uppercased()
        if let country {
            guard country.count == 2, country.allSatisfy({ $0.isASCII && $0.isLetter }) else {
                throw ControlProblem("The country has two letters.")
            }
        }
        let phone = addPhone(
            SimulatorSeed.Customer(
                name: try call.required("name"), number: number, username: username, country: country,
                readsAtOnce: call.body["readsAtOnce"]?.bool ?? false))
        return summary(of: phone)
    }

    mutating func change(phone id: String, _ body: JSON) throws -> JSON {
        for member in body.members ?? [] {
            func flag() throws -> Bool {
                guard let value = member.value.bool else { throw ControlProblem("\(member.name) must be true or false.") }
                return value
            }
            switch member.name {
            case "name":
                guard let name = member.value.string, !name.isEmpty else { throw ControlProblem("The name is missing.") }
                phones[id]?.name = name
            case "online": setOnline(try flag(), phone: id)
            case "readsAtOnce": phones[id]?.readsAtOnce = try flag()
            case "reachable": phones[id]?.reachable = try flag()
            case "openChat": open(member.value == .null ? nil : try number(called: member.value), on: id)
            case "blocked":
                for block in member.value.members ?? [] {
                    let number = try number(called: .string(block.name))
                    if block.value.bool == true { phones[id]?.blocked.insert(number) } else { phones[id]?.blocked.remove(number) }
                }
            default: throw ControlProblem("A phone has no \(member.name) that can be changed.")
            }
        }
        effects.append(.changed(phone: id))
        guard let phone = phones[id] else { throw ControlProblem.missing("phone") }
        return summary(of: phone)
    }
}
