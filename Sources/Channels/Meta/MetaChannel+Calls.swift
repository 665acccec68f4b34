package import Domain

/// Calls of customers (Meta, "User-initiated calls" and "Call settings", read 2026-11).
extension MetaChannel {
    package func rejectCall(_ providerCallID: String, from sender: SenderRoute) async throws {
        let body: JSONNode = ["messaging_product": "whatsapp", "call_id": .string(providerCallID), "action": "reject"]
        let path = "\(GraphClient.escape(sender.senderProviderID))/calls"
        let answer = try await asking { () throws(GraphFailure) in try await graph.post(path, body, token: sender.secrets.accessToken) }
        guard answer["success"]?.flag == true else { throw ChannelProblem.temporary("the answer can't be read") }
    }

    /// A number whose calls are off is one that no customer can call, and of which nobody is told. What else is set, such as hours, stays.
    package func allowCalls(_ sender: SenderRoute) async throws {
        guard try await isToldOfCalls(sender) else { throw ReceptionProblem.callsNotSubscribed }
        let path = "\(GraphClient.escape(sender.senderProviderID))/settings"
        let token = sender.secrets.accessToken
        let settings = try await asking { () throws(GraphFailure) in try await graph.get(path, token: token) }
        guard settings["calling"]?["status"]?.text?.uppercased() != "ENABLED" else { return }
        let body: JSONNode = ["calling": ["status": "ENABLED"]]
        let answer = try await asking { () throws(GraphFailure) in try await graph.post(path, body, token: token) }
        guard answer["success"]?.flag == true else { throw ChannelProblem.temporary("the answer can't be read") }
    }

    /// Which fields an app asked for, only the app itself may look up.
    private func isToldOfCalls(_ sender: SenderRoute) async throws -> Bool {
        let (path, token) = ("\(GraphClient.escape(sender.appID))/subscriptions", "\(sender.appID)|\(sender.secrets.appSecret)")
        let answer = try await asking { () throws(GraphFailure) in try await graph.get(path, token: token) }
        return answer["data"]?.list?.contains { subscription in
            subscription["object"]?.text == "whatsapp_business_account"
                && subscription["fields"]?.list?.contains { $0["name"]?.text == "calls" } == true
        } == true
    }
}
