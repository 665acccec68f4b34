package import Domain

internal import struct Foundation.Date

extension MetaChannel {
    /// Asks Graph for each value by itself, in an order that makes the first refusal tell which one is wrong.
    package func check(_ draft: ConnectionDraft) async throws -> ConnectionReport {
        let draft = try trimmed(draft)
        let token = draft.accessToken
        let (tokenFacts, account) = try await look(draft)
        let number = try await node(draft.phoneNumberID, fields: Self.numberFields, token, orElse: .phoneNumberIDWrong)
        guard let display = number["display_phone_number"]?.text, let phone = Self.phoneNumber(display) else {
            throw ConnectionProblem.phoneNumberIDWrong
        }
        guard try await self.account(draft.businessAccountID, holds: draft.phoneNumberID, token) else {
            throw ConnectionProblem.phoneNumberNotInAccount
        }
        let report = try await report(draft, tokenFacts, account)
        let quality = number["quality_rating"]?.text
        let health = MetaHealth(number)
        let state = health.lacksPayment ? .paymentMissing : Self.state(number)
        return ConnectionReport(
            phoneNumber: phone, displayName: number["verified_name"]?.text,
            quality: quality.flatMap { ["GREEN", "YELLOW", "RED"].contains($0) ? $0 : nil },
            messagingLimit: number["whatsapp_business_manager_messaging_limit"]?.text ?? number["messaging_limit_tier"]?.text,
            throughput: number["throughput"]?["level"]?.text, account: report, state: state, policy: health.policy,
            explanation: health.explanation,
            isCoexistence: number["is_on_biz_app"]?.flag == true && number["platform_type"]?.text == "CLOUD_API",
            callbackAddress: Self.callbackAddress(number["webhook_configuration"]))
    }

    package func checkAccount(_ draft: ConnectionDraft) async throws -> AccountReport {
        let draft = try trimmed(draft, hasNumber: false)
        let (token, account) = try await look(draft)
        return try await report(draft, token, account)
    }

    /// What Graph says of the access token and of the business account.
    private func look(_ draft: ConnectionDraft) async throws -> (token: JSONNode, account: JSONNode) {
        let token = try await debug(draft)
        let account = try await node(
            draft.businessAccountID, fields: "id,name,owner_business_info", draft.accessToken, orElse: .businessAccountWrong)
        return (token, account)
    }

    private func report(_ draft: ConnectionDraft, _ token: JSONNode, _ account: JSONNode) async throws -> AccountReport {
        let end = token["expires_at"]?.whole ?? 0
        return AccountReport(
            name: account["name"]?.text, portfolioID: account["owner_business_info"]?["id"]?.identifier,
            isSubscribed: try await isSubscribed(draft),
            token: AccessTokenFacts(
                kind: token["type"]?.text, expiresAt: end > 0 ? Date(timeIntervalSince1970: Double(end)) : nil,
                permissions: token["scopes"]?.list?.compactMap(\.text)),
            app: await appSubscription(draft.appID, secret: draft.appSecret))
    }

    /// The address of the number goes before that of the account, and that before the app's (Meta, "Webhook overrides", read 2026-11).
    private static func callbackAddress(_ configuration: JSONNode?) -> String? {
        ["phone_number", "whatsapp_business_account", "application"].lazy
            .compactMap { configuration?[$0]?.text }.first { !$0.isEmpty }
    }

    private static let numberFields = """
        id,display_phone_number,verified_name,quality_rating,status,code_verification_status,platform_type,throughput,is_on_biz_app,\
        whatsapp_business_manager_messaging_limit,health_status,webhook_configuration
        """
    /// Pages of 100 numbers that are looked through; an account usually holds 2 or 20 numbers (Meta, "Phone numbers", read 2026-11).
    private static let pageLimit = 20

    private func trimmed(_ draft: ConnectionDraft, hasNumber: Bool = true) throws(ConnectionProblem) -> ConnectionDraft {
        func value(_ text: String, _ field: String) throws(ConnectionProblem) -> String {
            guard !text.isBlank else { throw .missing(field: field) }
            return text.trimmed
        }
        let draft = ConnectionDraft(
            appID: try value(draft.appID, "appId"), appSecret: try value(draft.appSecret, "appSecret"),
            accessToken: try value(draft.accessToken, "accessToken"),
            businessAccountID: try value(draft.businessAccountID, "businessAccountId"),
            phoneNumberID: hasNumber ? try value(draft.phoneNumberID, "phoneNumberId") : "")
        // Anything else couldn't even stand in a header.
        guard draft.accessToken.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .accessTokenWrong("it holds characters that no token has")
        }
        guard draft.appSecret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { throw .appSecretWrong }
        guard draft.appID.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { throw .appIDWrong }
        return draft
    }

    /// What Graph knows of the access token, asked with the app's own token: this proves app id, app secret and access token at once.
    private func debug(_ draft: ConnectionDraft) async throws(ConnectionProblem) -> JSONNode {
        let answer = try await answer("debug_token", [("input_token", draft.accessToken)], token: "\(draft.appID)|\(draft.appSecret)")
        if let error = answer.error {
            // 100: the app's token is good, but the access token isn't this app's.
            if error.code == 100 { throw .appIDWrong }
            try Self.throwIfPassing(error)
            throw try await blame(draft)
        }
        guard let facts = answer.body["data"], facts.isObject else { throw .providerUnreachable("the answer can't be read") }
        guard facts["is_valid"]?.flag == true else { throw .accessTokenWrong(Self.reason(facts["error"])) }
        if let app = facts["app_id"]?.identifier, app != draft.appID { throw .appIDWrong }
        return facts
    }

    /// Why Graph refused the app's token: asks with the access token whether there is such an app.
    private func blame(_ draft: ConnectionDraft) async throws(ConnectionProblem) -> ConnectionProblem {
        let answer = try await answer(GraphClient.escape(draft.appID), [("fields", "id")], token: draft.accessToken)
        guard let error = answer.error else { return .appSecretWrong }
        try Self.throwIfPassing(error)
        return error.code == 190 ? .accessTokenWrong("code 190") : .appIDWrong
    }

    private func node(
        _ id: String, fields: String, _ token: String, orElse problem: ConnectionProblem
    ) async throws(ConnectionProblem) -> JSONNode {
        let answer = try await answer(GraphClient.escape(id), [("fields", fields)], token: token)
        guard let error = answer.error else {
            guard answer.body["id"]?.identifier == id else { throw problem }
            return answer.body
        }
        try Self.throwIfPassing(error)
        throw error.code == 190 ? .accessTokenWrong("code 190") : problem
    }

    private func account(_ account: String, holds number: String, _ token: String) async throws(ConnectionProblem) -> Bool {
        var after: String?
        for _ in 0..<Self.pageLimit {
            let query = [("fields", "id"), ("limit", "100")] + (after.map { [("after", $0)] } ?? [])
            let answer = try await answer("\(GraphClient.escape(account))/phone_numbers", query, token: token)
            if let error = answer.error {
                try Self.throwIfPassing(error)
                throw .businessAccountWrong
            }
            if answer.body["data"]?.list?.contains(where: { $0["id"]?.identifier == number }) == true { return true }
            // The cursor, not the ready-made address, which the token shouldn't follow.
            guard answer.body["paging"]?["next"] != nil, let cursor = answer.body["paging"]?["cursors"]?["after"]?.text else {
                return false
            }
            after = cursor
        }
        return false
    }

    private func isSubscribed(_ draft: ConnectionDraft) async throws(ConnectionProblem) -> Bool {
        let answer = try await answer(Self.subscriptions(draft.businessAccountID), [], token: draft.accessToken)
        if let error = answer.error {
            try Self.throwIfPassing(error)
            throw .businessAccountWrong
        }
        return Self.lists(answer.body, appID: draft.appID)
    }

    private func answer(_ path: String, _ query: [(String, String)], token: String) async throws(ConnectionProblem) -> GraphAnswer {
        let answer: GraphAnswer
        do { answer = try await graph.get(path, query: query, token: token) } catch { throw .providerUnreachable(error.reason) }
        guard answer.error != nil || answer.status == 200 else { throw .providerUnreachable("the server answered \(answer.status)") }
        return answer
    }

    /// A quota or a passing problem says nothing of the value that was asked for.
    private static func throwIfPassing(_ error: GraphError) throws(ConnectionProblem) {
        if MetaErrorCatalog.disposition(error).isPassing, error.code != 1 { throw .providerUnreachable("code \(error.code)") }
    }

    /// Plain words for why a token isn't valid, by its subcode.
    private static func reason(_ error: JSONNode?) -> String {
        switch error?["subcode"]?.whole {
        case 463: "it has expired"
        case 460: "the password was changed"
        case 467: "it was withdrawn"
        default: "it isn't valid"
        }
    }

    /// Meta writes numbers prettily: `+1 555-010-0200`.
    static func phoneNumber(_ display: String) -> PhoneNumber? {
        (try? PhoneNumber(parsing: display)) ?? (try? PhoneNumber(parsing: "+\(display)"))
    }

    /// What a number's own fields say of it (Meta, "Phone numbers", read 2026-11).
    static func state(_ number: JSONNode) -> SenderEvent {
        let status = number["status"]?.text
        if status == "MIGRATED" || status == "DELETED" { return .numberMissing }
        // A number that works stays verified for as long as it does, whatever becomes of its code.
        let isRegistered =
            number["platform_type"]?.text == "CLOUD_API" && !["PENDING", "DISCONNECTED", "UNVERIFIED"].contains(status ?? "")
        if isRegistered { return .confirmed }
        return ["NOT_VERIFIED", "EXPIRED"].contains(number["code_verification_status"]?.text ?? "") ? .unverified : .unregistered
    }
}
