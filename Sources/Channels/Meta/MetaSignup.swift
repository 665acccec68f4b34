package import Domain

package import struct Foundation.URL

/// What follows Meta's Embedded Signup on the server: from the window's code to a number that can send (Meta, "Onboarding business customers as a
/// Tech Provider", read 2026-11). Made with the operator's app, whose secret leaves it only to Meta.
package struct MetaSignup: EmbeddedSignupChannel, CustomStringConvertible, CustomDebugStringConvertible {
    /// Longest address for a business account's webhooks, in characters (Meta, "Webhook overrides", read 2026-11).
    package static let callbackLimit = 200

    private let graph: GraphClient
    private let appID: String
    private let appSecret: String

    package init(channel: MetaChannel, appID: String, appSecret: String) {
        (graph, self.appID, self.appSecret) = (channel.graph, appID, appSecret)
    }

    /// Without the secret: whatever holds a channel may end in a log.
    package var description: String { "MetaSignup(\(appID))" }
    package var debugDescription: String { description }

    package func exchange(_ code: String) async throws -> String {
        let query = [("client_id", appID), ("client_secret", appSecret), ("code", code)]
        let answer = try await asking { () throws(GraphFailure) in
            try await graph.get("oauth/access_token", query: query, token: nil)
        } orElse: { error in
            switch (error.code, error.subcode) {
            case (100, 36_007), (100, 36_009): .windowCodeExpired
            // 101: no such app. 1: "error validating client secret", unless Meta says that it passes.
            case (101, _), (190, _): .appRefused
            case (1, _) where !error.isTransient: .appRefused
            // Not in Meta's words: what they quote of this call may be a secret.
            default: MetaErrorCatalog.disposition(error).isPassing ? nil : .refused("code \(error.code)")
            }
        }
        // One page of Meta's calls it a business token, all others an access token.
        guard let token = answer["access_token"]?.text ?? answer["business_token"]?.text, !token.isEmpty else { throw Self.unreadable }
        return token
    }

    package func grant(of token: String) async throws -> SignupGrant {
        let answer = try await asking { () throws(GraphFailure) in
            try await graph.get("debug_token", query: [("input_token", token)], token: "\(appID)|\(appSecret)")
        } orElse: { error in
            switch error.code {
            // 100: the app's token is good, but the token asked about is another app's.
            case 100, 101: .appRefused
            case 1 where !error.isTransient: .appRefused
            default: MetaErrorCatalog.isCredential(error) ? .appRefused : nil
            }
        }
        guard let facts = answer["data"], facts.isObject else { throw Self.unreadable }
        guard facts["is_valid"]?.flag == true else { throw EmbeddedSignupProblem.tokenEnded }
        guard let app = facts["app_id"]?.identifier else { throw Self.unreadable }
        let scopes = Set(facts["scopes"]?.list?.compactMap(\.text) ?? [])
        return SignupGrant(
            appID: app, missingScopes: SignupGrant.requiredScopes.filter { !scopes.contains($0) }, businessAccountIDs: Self.accounts(facts))
    }

    /// The accounts that any of our scopes reaches, in Meta's order, which is newest first.
    private static func accounts(_ facts: JSONNode) -> [String] {
        var accounts: [String] = []
        for scope in facts["granular_scopes"]?.list ?? [] where SignupGrant.requiredScopes.contains(scope["scope"]?.text ?? "") {
            for id in scope["target_ids"]?.list?.compactMap(\.identifier) ?? [] where !accounts.contains(id) { accounts.append(id) }
        }
        return accounts
    }

    package func numbers(of businessAccountID: String, token: String) async throws -> [SignedUpNumber] {
        let path = "\(GraphClient.escape(businessAccountID))/phone_numbers"
        var numbers: [SignedUpNumber] = []
        var after: String?
        for _ in 0..<Self.pageLimit {
            let query = [("fields", Self.fields), ("limit", String(SignedUpNumber.limit))] + (after.map { [("after", $0)] } ?? [])
            let page = try await asking { () throws(GraphFailure) in
                try await graph.get(path, query: query, token: token)
            } orElse: {
                $0.isObjectMissing ? .accountMissing : nil
            }
            guard let rows = page["data"]?.list else { throw Self.unreadable }
            numbers += rows.compactMap(Self.number)
            // The cursor, not the ready-made address, which the token shouldn't follow.
            guard numbers.count < SignedUpNumber.limit, page["paging"]?["next"] != nil,
                let cursor = page["paging"]?["cursors"]?["after"]?.text
            else { break }
            after = cursor
        }
        return Array(numbers.prefix(SignedUpNumber.limit))
    }

    /// Pages that are asked for at most, should the provider give short ones.
    private static let pageLimit = 10
    private static let fields = "id,display_phone_number,verified_name,code_verification_status,platform_type,status"

    package func number(_ id: String, token: String) async throws -> SignedUpNumber {
        let node = try await asking { () throws(GraphFailure) in
            try await graph.get(GraphClient.escape(id), query: [("fields", Self.fields)], token: token)
        } orElse: {
            $0.isObjectMissing ? .numberMissing : nil
        }
        guard let number = Self.number(node), number.id == id else { throw EmbeddedSignupProblem.numberMissing }
        return number
    }

    /// Nil for a number that isn't there any more, or whose digits can't be read.
    private static func number(_ node: JSONNode) -> SignedUpNumber? {
        let state = MetaChannel.state(node)
        guard state != .numberMissing, let id = node["id"]?.identifier,
            let phone = node["display_phone_number"]?.text.flatMap(MetaChannel.phoneNumber)
        else { return nil }
        let isRegistered = state == .confirmed
        return SignedUpNumber(
            id: id, phoneNumber: phone, displayName: node["verified_name"]?.text,
            isVerified: isRegistered || node["code_verification_status"]?.text == "VERIFIED", isRegistered: isRegistered)
    }

    package func subscribe(_ businessAccountID: String, to callback: URL, verifyToken: String, token: String) async throws {
        let address = callback.absoluteString
        guard address.count <= Self.callbackLimit else {
            throw EmbeddedSignupProblem.addressRefused("it is longer than \(Self.callbackLimit) characters")
        }
        try await doing { () throws(GraphFailure) in
            try await graph.post(
                MetaChannel.subscriptions(businessAccountID),
                ["override_callback_uri": .string(address), "verify_token": .string(verifyToken)], token: token)
        } orElse: { error in
            if error.isObjectMissing { return .accountMissing }
            // 2200: the address didn't send the challenge back. 100: Meta doesn't take it for an address.
            return [100, 2_200].contains(error.code) ? .addressRefused(Self.words(error)) : nil
        }
    }

    package func requestCode(by method: VerificationMethod, language: String, for number: String, token: String) async throws {
        let body: JSONNode = ["code_method": method == .sms ? "SMS" : "VOICE", "language": .string(language)]
        try await change(number, "request_code", body, token) { [136_024, 133_016].contains($0.code) ? .tooManyCodes : nil }
    }

    package func verify(_ code: String, for number: String, token: String) async throws {
        try await change(number, "verify_code", ["code": .string(code)], token) { [100, 136_025].contains($0.code) ? .codeWrong : nil }
    }

    package func register(_ number: String, pin: String, token: String) async throws {
        try await change(number, "register", ["messaging_product": "whatsapp", "pin": .string(pin)], token) { error in
            switch error.code {
            case 133_005: .pinWrong
            case 133_006: .numberNotVerified
            case 133_008, 133_009: .tooManyPINs
            case 133_015: .recentlyDeleted
            case 133_016: .tooManyRegistrations
            default: nil
            }
        }
    }

    /// A call that changes the number.
    private func change(
        _ number: String, _ edge: String, _ body: JSONNode, _ token: String, orElse problem: (GraphError) -> EmbeddedSignupProblem?
    ) async throws {
        try await doing { () throws(GraphFailure) in
            try await graph.post("\(GraphClient.escape(number))/\(edge)", body, token: token)
        } orElse: { error in
            if error.isObjectMissing { return .numberMissing }
            if Self.onWhatsApp.contains(error.code) || error.subcode.map(Self.onWhatsApp.contains) == true { return .numberOnWhatsApp }
            return problem(error)
        }
    }

    /// "Number in use": once as a code, once as a subcode of 100.
    private static let onWhatsApp: Set = [2_388_001, 2_388_012]

    private func doing(
        _ call: () async throws(GraphFailure) -> GraphAnswer, orElse problem: (GraphError) -> EmbeddedSignupProblem?
    ) async throws(EmbeddedSignupProblem) {
        guard try await asking(call, orElse: problem)["success"]?.flag == true else { throw Self.unreadable }
    }

    /// The body of an answer that isn't an error.
    /// - Parameter problem: what an error means for this call in particular; nil for what it means everywhere.
    private func asking(
        _ call: () async throws(GraphFailure) -> GraphAnswer, orElse problem: (GraphError) -> EmbeddedSignupProblem?
    ) async throws(EmbeddedSignupProblem) -> JSONNode {
        let answer: GraphAnswer
        do { answer = try await call() } catch { throw .providerUnreachable(error.reason) }
        if let error = answer.error { throw problem(error) ?? Self.problem(error) }
        guard answer.status == 200 else { throw .providerUnreachable("the server answered \(answer.status)") }
        return answer.body
    }

    private static func problem(_ error: GraphError) -> EmbeddedSignupProblem {
        if MetaErrorCatalog.isCredential(error) { return .tokenEnded }
        if MetaErrorCatalog.disposition(error).isPassing { return .providerUnreachable("code \(error.code)") }
        return .refused(words(error))
    }

    private static func words(_ error: GraphError) -> String {
        error.details.map { "\($0) (code \(error.code))" } ?? "code \(error.code)"
    }

    private static let unreadable = EmbeddedSignupProblem.providerUnreachable("the answer can't be read")
}

extension GraphError {
    /// Whether the object is absent, or out of the token's sight: Graph doesn't say which.
    fileprivate var isObjectMissing: Bool { code == 33 || (code == 100 && subcode == 33) }
}
