internal import OrderedCollections

/// Who is calling: a token's app, and what it reaches.
struct Caller: Sendable {
    let app: String
    let accounts: OrderedSet<String>?
    /// What its owner allowed; nil means everything.
    var scopes: [String]?
    /// Whether it is the app itself, by `{app}|{secret}`.
    var isApp = false

    func reaches(_ account: String) -> Bool { accounts?.contains(account) ?? true }

    /// Edges that need the permission for messages; all others need the one for management.
    private static let messagingEdges: Set = ["messages", "marketing_messages", "media", "calls"]

    func check(_ call: GraphCall) throws(GraphError) {
        let needed = Self.messagingEdges.contains(call.segments.last ?? "") ? AccessToken.messaging : AccessToken.management
        guard scopes?.contains(needed) ?? true else {
            throw GraphError(200, "Permissions error", details: "The token lacks the permission \(needed).", status: 403)
        }
    }
}

extension World {
    func caller(of call: GraphCall) throws(GraphError) -> Caller {
        guard let text = call.token, !text.isEmpty else { throw .token("An access token is required to request this resource.", code: 104) }
        if let token = tokens[text] {
            if let end = token.expiresAt, end <= now {
                throw .token("Error validating access token: The session has expired.", subcode: 463)
            }
            return Caller(app: token.app, accounts: token.accounts, scopes: token.scopes)
        }
        let parts = text.split(separator: "|", maxSplits: 1).map(String.init)
        if parts.count == 2, let app = apps[parts[0]], app.secret == parts[1] { return Caller(app: app.id, accounts: [], isApp: true) }
        throw .token("Invalid OAuth access token - Cannot parse access token")
    }

    /// All calls on nodes and edges that need nothing from outside the world.
    mutating func respond(to call: GraphCall, _ caller: Caller) throws(GraphError) -> JSON {
        guard let id = call.segments.first else { throw .unknown("", call.method) }
        let edge = call.segments.dropFirst().joined(separator: "/")
        if call.method == "POST", call.body == .null { throw .parameter("The body isn't valid JSON.") }
        if let number = numbers[id], caller.reaches(number.account) { return try respond(to: call, edge: edge, number: number) }
        if accounts[id] != nil, caller.reaches(id) { return try respond(to: call, edge: edge, account: id) }
        if let template = templates[id], caller.reaches(template.account) { return try respond(to: call, edge: edge, template: template) }
        if let app = apps[id], caller.app == id {
            switch (call.method, edge) {
            case ("GET", ""): return Fields(call).select(["id": .string(app.id), "name": .string(app.name)], always: ["id", "name"])
            case ("POST", "uploads"): return try startUpload(call)
            default: break
            }
        }
        if edge.isEmpty, let item = media.item(id, at: now), item.account.map({ caller.reaches($0) }) ?? true {
            switch call.method {
            case "GET": return describe(item, base: call.base)
            case "DELETE":
                media.remove(id)
                return ["success": true]
            default: break
            }
        }
        throw .unknown(id, call.method)
    }

    private mutating func respond(to call: GraphCall, edge: String, number: BusinessNumber) throws(GraphError) -> JSON {
        switch (call.method, edge) {
        case ("POST", "messages"): return try send(call.body, from: number.id)
        case ("POST", "marketing_messages"): return try send(call.body, from: number.id, marketingOnly: true)
        case ("POST", "media"): return try upload(call, by: number)
        case ("GET", ""): return try describe(number, call)
        case ("POST", ""): return try change(number, call)
        case ("POST", "request_code"): return try requestCode(call, number)
        case ("POST", "verify_code"): return try verifyCode(call, number)
        case ("POST", "register"): return try register(call, number)
        case ("POST", "deregister"): return try deregister(number)
        case ("GET", "whatsapp_business_profile"): return profile(of: number, call)
        case ("POST", "whatsapp_business_profile"): return try changeProfile(call, number)
        case ("POST", "calls"): return try act(on: call, number)
        case ("GET", "settings"): return settings(of: number)
        case ("POST", "settings"): return try changeSettings(call, number)
        case ("GET", "block_users"): return blockedUsers(call, number)
        case ("POST", "block_users"), ("DELETE", "block_users"): return try changeBlocked(call, number)
        default: throw .unknown(number.id, call.method)
        }
    }

    private mutating func respond(to call: GraphCall, edge: String, account id: String) throws(GraphError) -> JSON {
        switch (call.method, edge) {
        case ("GET", ""): return try describe(account: id, call)
        case ("GET", "phone_numbers"):
            let all = (accounts[id]?.numbers ?? []).compactMap { numbers[$0] }.sorted { ($0.onboardedAt, $1.id) > ($1.onboardedAt, $0.id) }
            return try Page(call).list(all, id: \.id) { number throws(GraphError) in try describe(number, call) }
        case ("POST", "phone_numbers"): return try createNumber(call, account: id)
        case ("GET", "message_templates"): return try listTemplates(call, account: id)
        case ("POST", "message_templates"): return try createTemplate(call, account: id)
        case ("DELETE", "message_templates"): return try deleteTemplates(call, account: id)
        default: throw .unknown(id, call.method)
        }
    }

    private mutating func respond(to call: GraphCall, edge: String, template: Template) throws(GraphError) -> JSON {
        switch (call.method, edge) {
        case ("GET", ""): return Fields(call).select(template.json, always: ["id"])
        case ("POST", ""): return try edit(template, call)
        case ("POST", "unpause"): return unpause(template)
        default: throw .unknown(template.id, call.method)
        }
    }
}
