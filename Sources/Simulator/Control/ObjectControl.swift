internal import HTTPTypes
internal import OrderedCollections

/// The platform's own objects: apps, tokens, accounts, numbers, templates, and webhooks of any kind.
struct ObjectControl: Sendable {
    let core: SimulatorCore

    /// Seconds for which an access token may hold: ten years.
    private static let lifetimes = 0...315_360_000

    func respond(to call: ControlCall) async throws -> JSON {
        let id = call.path.dropFirst().first
        switch (call.method, call.path.first, id) {
        case ("GET", "apps", nil): return core.update { ["data": .array($0.apps.values.sorted { $0.id < $1.id }.map(\.json))] }
        case ("POST", "apps", nil): return try await saveApp(call, id: call.body["id"]?.scalarText ?? core.update { $0.ids.object() })
        case ("PATCH", "apps", let id?):
            guard core.update({ $0.apps[id] != nil }) else { throw ControlProblem.missing("app") }
            return try await saveApp(call, id: id)
        case ("GET", "apps", let id?):
            guard let app = core.update({ $0.apps[id] }) else { throw ControlProblem.missing("app") }
            return app.json
        case ("POST", "tokens", nil): return try saveToken(call)
        case ("DELETE", "tokens", let token?):
            core.update { $0.tokens[token] = nil }
            return ["done": true]
        case ("GET", "accounts", nil):
            return core.update { world in ["data": .array(world.accounts.values.sorted { $0.id < $1.id }.map(\.json))] }
        case ("POST", "accounts", nil): return try saveAccount(call)
        case ("GET", "numbers", nil): return core.update { ["data": .array($0.numbers.values.map(\.json))] }
        case ("POST", "numbers", nil): return try saveNumber(call)
        case ("PATCH", "numbers", let id?): return try changeNumber(call, id)
        case ("DELETE", "numbers", let id?):
            return try core.update { world in
                guard world.deleteNumber(id) else { throw ControlProblem.missing("number") }
                return ["done": true]
            }
        case ("GET", "templates", nil): return core.update { ["data": .array($0.templates.values.sorted { $0.id < $1.id }.map(\.json))] }
        case ("PATCH", "templates", let id?): return try changeTemplate(call, id)
        case ("POST", "webhooks", nil): return try sendWebhook(call)
        case ("POST", "messages", let id?) where call.path.last == "failure":
            let code = call.body["code"]?.integer ?? 131026
            let title = call.body["title"]?.string ?? "Message undeliverable"
            return try core.update { world in
                guard world.sent[id] != nil else { throw ControlProblem.missing("message") }
                world.fail(id, StatusProblem(code: code, title: title, details: call.body["details"]?.string ?? title))
                return ["done": true]
            }
        default: throw ControlProblem("There is no such address. GET /control/v1 lists them.", .notFound)
        }
    }

    private func saveApp(_ call: ControlCall, id: String) async throws -> JSON {
        var app = core.update { $0.apps[id] } ?? MetaApp(id: id, name: "App \(id)", secret: "secret-\(id)", verifyToken: "verify-\(id)")
        if let name = call.body["name"]?.string { app.name = name }
        if let secret = call.body["secret"]?.string { app.secret = secret }
        if let token = call.body["verifyToken"]?.string { app.verifyToken = token }
        if let configuration = call.body["configurationId"] { app.configurationID = configuration.scalarText }
        if let fields = call.body["fields"] { app.fields = fields.array.map { Set($0.compactMap(\.string)) } }
        if let url = call.body["callbackUrl"] {
            app.callbackURL = url.string
            if let url = url.string, call.body["skipHandshake"]?.bool != true {
                let challenge = String(Int.random(in: 100_000_000...2_000_000_000))
                guard await WebhookClient.handshake(url: url, verifyToken: app.verifyToken, challenge: challenge) else {
                    throw ControlProblem("The callback didn't send the challenge back with status 200.")
                }
            }
        }
        core.update { $0.apps[id] = app }
        return app.json
    }

    private func saveToken(_ call: ControlCall) throws -> JSON {
        let token = try call.required("token")
        let app = try call.required("app")
        let lifetime = call.body["expiresInSeconds"]?.integer
        guard lifetime.map(Self.lifetimes.contains) != false else { throw ControlProblem("expiresInSeconds must be 0 to 315360000.") }
        return try core.update { world in
            guard world.apps[app] != nil else { throw ControlProblem.missing("app") }
            world.tokens[token] = AccessToken(
                app: app, accounts: call.body["accounts"]?.array.map { OrderedSet($0.compactMap(\.scalarText)) },
                expiresAt: lifetime.map { world.now + $0 * 1_000 })
            return ["token": .string(token), "app": .string(app)]
        }
    }

    private func saveAccount(_ call: ControlCall) throws -> JSON {
        let name = try call.required("name")
        let subscribed = call.body["subscribedApps"]?.array?.compactMap(\.scalarText) ?? []
        return try core.update { world in
            let id = call.body["id"]?.scalarText ?? world.ids.object()
            guard world.accounts[id] == nil else { throw ControlProblem("There is an account with this id already.", .conflict) }
            world.addAccount(id: id, name: name)
            for app in subscribed { world.accounts[id]?.subscriptions[app] = .some(nil) }
            return world.accounts[id]?.json ?? .null
        }
    }

    private func saveNumber(_ call: ControlCall) throws -> JSON {
        let account = try call.required("account")
        let name = try call.required("verifiedName")
        guard let digits = PhoneDigits.parse(try call.required("digits")) else { throw ControlProblem("The digits aren't a phone number.") }
        return try core.update { world in
            guard world.accounts[account] != nil else { throw ControlProblem.missing("account") }
            let id = call.body["id"]?.scalarText ?? world.ids.object()
            guard world.numbers[id] == nil, !world.numbers.values.contains(where: { $0.digits == digits }) else {
                throw ControlProblem("There is a number with this id or these digits already.", .conflict)
            }
            let number = world.addNumber(id: id, account: account, digits: digits, verifiedName: name)
            world.effects.append(.changed(phone: nil))
            return number.json
        }
    }

    private func changeNumber(_ call: ControlCall, _ id: String) throws -> JSON {
        try core.update { world in
            guard var number = world.numbers[id] else { throw ControlProblem.missing("number") }
            var isApproved: Bool?
            for member in call.body.members ?? [] {
                let text = member.value.string ?? ""
                switch member.name {
                case "quality": number.quality = text
                case "tier": number.tier = text
                case "throughput":
                    guard ["STANDARD", "HIGH"].contains(text) else { throw ControlProblem("throughput must be STANDARD or HIGH.") }
                    number.throughputLevel = text
                case "status": number.status = text
                case "verification": number.verification = text
                case "platform": number.platform = text
                case "pin": number.pin = member.value.string
                case "verifiedName": number.verifiedName = text
                case "nameReview":
                    guard ["approve", "reject"].contains(text) else { throw ControlProblem("nameReview must be approve or reject.") }
                    isApproved = text == "approve"
                default: throw ControlProblem("A number has no \(member.name) that can be changed.")
                }
            }
            world.numbers[id] = number
            if let isApproved { world.decideName(of: id, isApproved: isApproved) }
            return number.json
        }
    }

    private func changeTemplate(_ call: ControlCall, _ id: String) throws -> JSON {
        let status = try call.body["status"]?.string.map { text in
            guard let status = Template.Status(rawValue: text.uppercased()) else {
                throw ControlProblem("status must be APPROVED, PENDING, REJECTED, PAUSED or DISABLED.")
            }
            return status
        }
        let quality = call.body["quality"]?.string?.uppercased()
        guard quality.map(["GREEN", "YELLOW", "RED", "UNKNOWN"].contains) != false else {
            throw ControlProblem("quality must be GREEN, YELLOW, RED or UNKNOWN.")
        }
        let category = call.body["category"]?.string?.uppercased()
        guard category.map(TemplateRules.categories.contains) != false else {
            throw ControlProblem("category must be MARKETING, UTILITY or AUTHENTICATION.")
        }
        let components = call.body["components"]?.array
        return try core.update { world in
            guard world.templates[id] != nil else { throw ControlProblem.missing("template") }
            if let components { world.setComponents(components, of: id) }
            if let category { world.setCategory(category, of: id) }
            if let quality { world.setQuality(quality, of: id) }
            if let status { world.setStatus(status, of: id, reason: call.body["reason"]?.string ?? "INVALID_FORMAT") }
            return world.templates[id]?.json ?? .null
        }
    }

    /// Any change of any field. With a number, `value` gets the product and the metadata in front.
    private func sendWebhook(_ call: ControlCall) throws -> JSON {
        let account = try call.required("account")
        let field = try call.required("field")
        guard let value = call.body["value"], value.isObject else { throw ControlProblem("value must be an object.") }
        return try core.update { world in
            guard world.accounts[account] != nil else { throw ControlProblem.missing("account") }
            let number = call.body["number"]?.scalarText.flatMap { world.numbers[$0] }
            var whole = value
            if let number {
                let front: [JSON.Member] = [.init("messaging_product", "whatsapp"), .init("metadata", world.metadata(of: number))]
                whole = .object(front + (value.members ?? []))
            }
            world.notify(account: account, number: number, field: field, value: whole, subject: account)
            return ["done": true]
        }
    }
}

extension MetaApp {
    fileprivate var json: JSON {
        .fields(
            ("id", .string(id)), ("name", .string(name)), ("secret", .string(secret)), ("verifyToken", .string(verifyToken)),
            ("callbackUrl", callbackURL.map { .string($0) } ?? .null),
            ("fields", fields.map { .array($0.sorted().map { .string($0) }) } ?? .null),
            ("configurationId", configurationID.map { .string($0) } ?? .null))
    }
}

extension BusinessAccount {
    fileprivate var json: JSON {
        [
            "id": .string(id), "name": .string(name), "portfolio": .string(portfolio), "numbers": .array(numbers.map { .string($0) }),
            "subscribedApps": .array(subscriptions.keys.sorted().map { .string($0) }),
        ]
    }
}

extension BusinessNumber {
    fileprivate var json: JSON {
        [
            "id": .string(id), "account": .string(account), "digits": .string(digits), "display": .string(displayNumber),
            "verifiedName": .string(verifiedName), "status": .string(status), "verification": .string(verification),
            "platform": .string(platform),
            "quality": .string(quality), "tier": .string(tier), "throughput": .string(throughputLevel),
        ]
    }
}
