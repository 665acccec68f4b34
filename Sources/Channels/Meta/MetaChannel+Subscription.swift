package import Domain

/// Which app a business account's webhooks go to (reference §5.1).
extension MetaChannel {
    package func isSubscribed(_ route: SenderRoute) async throws -> Bool {
        try await isSubscribed(appID: route.appID, businessAccountID: route.businessAccountID, token: route.secrets.accessToken)
    }

    package func subscribe(_ route: SenderRoute) async throws {
        let path = "\(GraphClient.escape(route.businessAccountID))/subscribed_apps"
        let answer = try await asking { () throws(GraphFailure) in try await graph.post(path, [:], token: route.secrets.accessToken) }
        guard answer["success"]?.flag == true else { throw ChannelProblem.temporary("the answer can't be read") }
    }
}
