package import Domain

/// Whether a business account's webhooks come to our app (Meta, "Webhooks override", read 2026-11).
extension MetaChannel {
    func isSubscribed(_ route: SenderRoute) async throws -> Bool {
        let answer = try await asking { () throws(GraphFailure) in
            try await graph.get(Self.subscriptions(route.businessAccountID), token: route.secrets.accessToken)
        }
        return Self.lists(answer, appID: route.appID)
    }

    /// Asks only when the app isn't subscribed yet: the same request would take away an address that somebody set for this account alone.
    package func subscribe(_ route: SenderRoute) async throws {
        if try await isSubscribed(route) { return }
        try await subscribeAnew(AccountRoute(businessAccountID: route.businessAccountID, secrets: route.secrets))
    }

    package func subscribeAnew(_ account: AccountRoute) async throws {
        let answer = try await asking { () throws(GraphFailure) in
            try await graph.post(Self.subscriptions(account.businessAccountID), [:], token: account.secrets.accessToken)
        }
        guard answer["success"]?.flag == true else { throw ChannelProblem.temporary("the answer can't be read") }
    }

    /// What the app itself is sent, and where; nil when Graph doesn't say.
    func appSubscription(_ appID: String, secret: String) async -> AppSubscription? {
        let answer = try? await asking { () throws(GraphFailure) in
            try await graph.get(Self.appSubscriptions(appID), token: "\(appID)|\(secret)")
        }
        guard let list = answer?["data"]?.list else { return nil }
        let own = list.first { $0["object"]?.text == MetaBatchReader.object && $0["active"]?.flag != false }
        // A query may be a secret of whoever answers there.
        let address = own?["callback_url"]?.text.map { String($0.prefix { $0 != "?" && $0 != "#" }) }
        return AppSubscription(
            address: address, fields: (own?["fields"]?.list ?? []).compactMap { $0["name"]?.text ?? $0.text }.sorted())
    }

    /// Which fields an app asked for, only the app itself may look up.
    static func appSubscriptions(_ appID: String) -> String { "\(GraphClient.escape(appID))/subscriptions" }

    static func subscriptions(_ businessAccountID: String) -> String { "\(GraphClient.escape(businessAccountID))/subscribed_apps" }

    /// Whether a list of subscribed apps holds this one.
    static func lists(_ answer: JSONNode, appID: String) -> Bool {
        answer["data"]?.list?.contains { $0["whatsapp_business_api_data"]?["id"]?.identifier == appID } == true
    }
}
