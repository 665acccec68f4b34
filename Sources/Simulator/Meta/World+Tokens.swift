internal import OrderedCollections

/// Tokens: what one is worth, and how an app gets its own. (Meta, "Access tokens", read 2026-11.)
extension World {
    func debugToken(_ call: GraphCall) -> JSON {
        guard let text = call.text("input_token"), let token = tokens[text] else {
            return ["data": ["is_valid": false, "error": ["code": 190, "message": "Invalid OAuth access token."], "scopes": []]]
        }
        let isValid = token.expiresAt.map { $0 > now } ?? true
        let reached: [JSON] = (token.accounts?.elements ?? accounts.keys.sorted()).map { .string($0) }
        return [
            "data": [
                "app_id": .string(token.app), "type": "SYSTEM_USER", "application": .string(apps[token.app]?.name ?? ""),
                "is_valid": .bool(isValid),
                "expires_at": .integer(token.expiresAt.map { $0 / 1_000 } ?? 0), "data_access_expires_at": 0,
                "scopes": .array(token.scopes.map { .string($0) }),
                "granular_scopes": .array(token.scopes.map { ["scope": .string($0), "target_ids": .array(reached)] }),
                "user_id": .string("6" + token.app.dropFirst()),
            ]
        ]
    }

    /// The app's own token, or the token of a business for the code of its sign-up.
    mutating func exchange(_ call: GraphCall) throws(GraphError) -> JSON {
        guard let id = call.text("client_id") else { throw .missing("client_id") }
        guard let app = apps[id], call.text("client_secret") == app.secret else {
            throw GraphError(101, "Error validating application", details: "Invalid client id or secret.")
        }
        if call.text("grant_type") == "client_credentials" {
            return ["access_token": .string("\(id)|\(app.secret)"), "token_type": "bearer"]
        }
        guard let code = call.text("code") else { throw .missing("code") }
        return ["access_token": .string(try redeem(code, for: id)), "token_type": "bearer"]
    }
}
