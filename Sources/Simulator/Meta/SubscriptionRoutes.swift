internal import OrderedCollections

/// Where webhooks go. Each new address is tried out before it counts.
struct SubscriptionRoutes: Sendable {
    let core: SimulatorCore

    private static let addressLimit = 200

    /// `/{app}/subscriptions`: the app's own callback.
    func appSubscriptions(_ call: GraphCall, _ caller: Caller) async throws(GraphError) -> JSON {
        guard let id = call.segments.first, id == caller.app else { throw .unknown(call.segments.first ?? "", call.method) }
        if call.method == "GET" { return core.update { $0.subscriptions(of: id) } }
        if call.method == "DELETE" {
            core.update { $0.apps[id]?.callbackURL = nil }
            return ["success": true]
        }
        guard call.method == "POST" else { throw .unknown(id, call.method) }
        guard call.text("object") == "whatsapp_business_account" else {
            throw .parameter("Param object must be whatsapp_business_account.")
        }
        guard let url = call.text("callback_url") else { throw .missing("callback_url") }
        guard let token = call.text("verify_token") else { throw .missing("verify_token") }
        let fields = Set(call.list("fields"))
        try await tryOut(url, token)
        core.update { world in
            world.apps[id]?.callbackURL = url
            world.apps[id]?.verifyToken = token
            if !fields.isEmpty { world.apps[id]?.fields = fields }
        }
        return ["success": true]
    }

    /// `/{account}/subscribed_apps`: the token's app gets the account's webhooks, at its own callback or at another.
    func subscribedApps(_ call: GraphCall, _ caller: Caller) async throws(GraphError) -> JSON {
        let id = call.segments[0]
        guard caller.reaches(id), core.update({ $0.accounts[id] != nil }) else { throw .unknown(id, call.method) }
        switch call.method {
        case "GET": return core.update { $0.subscribedApps(of: id) }
        case "DELETE":
            core.update { _ = $0.accounts[id]?.subscriptions.removeValue(forKey: caller.app) }
        case "POST":
            var override: WebhookOverride?
            if let url = call.text("override_callback_uri"), !url.isEmpty {
                guard let token = call.text("verify_token") else { throw .missing("verify_token") }
                try await tryOut(url, token)
                override = WebhookOverride(url: url, verifyToken: token)
            }
            core.update { $0.accounts[id]?.subscriptions[caller.app] = .some(override) }
        default: throw .unknown(id, call.method)
        }
        return ["success": true]
    }

    /// `POST /{number}` with `webhook_configuration`.
    func numberOverride(_ call: GraphCall, _ caller: Caller) async throws(GraphError) -> JSON {
        let id = call.segments.first ?? ""
        guard let account = core.update({ $0.numbers[id]?.account }), caller.reaches(account) else { throw .unknown(id, call.method) }
        let configuration = call.parameter("webhook_configuration") ?? .object([])
        let url = configuration["override_callback_uri"]?.string ?? ""
        guard !url.isEmpty else {
            core.update { $0.numbers[id]?.override = nil }
            return ["success": true]
        }
        guard let token = configuration["verify_token"]?.string else { throw .missing("verify_token") }
        try await tryOut(url, token)
        core.update { $0.numbers[id]?.override = WebhookOverride(url: url, verifyToken: token) }
        return ["success": true]
    }

    private func tryOut(_ url: String, _ token: String) async throws(GraphError) {
        guard url.count <= Self.addressLimit, url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw .parameter("The callback address isn't valid.")
        }
        let challenge = String(Int.random(in: 100_000_000...2_000_000_000))
        guard await WebhookClient.handshake(url: url, verifyToken: token, challenge: challenge) else {
            throw GraphError(
                2200, "Callback verification failed",
                details: "The callback URL couldn't be validated: it must answer the challenge with status 200.")
        }
    }
}

extension World {
    func subscriptions(of app: String) -> JSON {
        guard let app = apps[app], let url = app.callbackURL else { return ["data": []] }
        // An app that never said which gets all of them.
        let fields = (app.fields ?? MetaApp.allFields).sorted().map {
            JSON.object([.init("name", .string($0)), .init("version", "v26.0")])
        }
        return ["data": [["object": "whatsapp_business_account", "callback_url": .string(url), "active": true, "fields": .array(fields)]]]
    }

    func subscribedApps(of account: String) -> JSON {
        let rows = (accounts[account]?.subscriptions ?? [:]).sorted { $0.key < $1.key }.compactMap { id, override -> JSON? in
            guard let app = apps[id] else { return nil }
            return .fields(
                (
                    "whatsapp_business_api_data",
                    ["id": .string(id), "link": .string("https://apps.example/\(id)"), "name": .string(app.name)]
                ),
                ("override_callback_uri", override.map { .string($0.url) }))
        }
        return ["data": .array(rows)]
    }
}
