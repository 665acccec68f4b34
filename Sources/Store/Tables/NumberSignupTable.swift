package import Domain

package import struct Foundation.Date

/// A sign-up as stored: its secrets are sealed texts that only Services can open.
package struct StoredSignup: Sendable, Equatable {
    package var signup: NumberSignup
    /// Of the window's last code, so that none is exchanged twice.
    package var windowCodeDigest: String?
    package var sealedAccessToken: String?
    package var sealedPIN: String?
    package var sealedVerifyToken: String

    package init(signup: NumberSignup, sealedVerifyToken: String) {
        (self.signup, self.sealedVerifyToken) = (signup, sealedVerifyToken)
    }
}

/// Numbers on their way through the provider's sign-up, for those who may connect numbers.
package struct NumberSignupTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = """
        workspace_id, id, actor, client_address, terms, price, phone_number, name, display_name, step, is_working, round, trouble_code, trouble,
        connection_id, hinted_account, hinted_number, has_hint, found_account, found_number, found_phone_number, questions, is_accepted,
        code_method, code_requested_at, needs_pin, sender_id, window_code, access_token, pin, verify_token, created_at, updated_at, server, code_language
        """

    private func requireGrants() throws {
        try access.require(.connectionsManage)
        try access.require(.sendersManage)
    }

    /// Those that aren't finished, or those that are, newest first.
    package func list(isDone: Bool, limit: Int) throws -> [NumberSignup] {
        try requireGrants()
        // As the index of the unfinished says it.
        let state: SQL = isDone ? "step = 'done'" : "step <> 'done'"
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM number_signups WHERE workspace_id = \(access.workspaceID) AND \(sql: state)
            ORDER BY updated_at DESC, id LIMIT \(limit)
            """
        ).map { try Self.stored($0).signup }
    }

    /// How many aren't finished; counts no further than `limit`.
    package func unfinishedCount(limit: Int) throws -> Int {
        try requireGrants()
        return try transaction.rows(
            """
            SELECT COUNT(*) FROM (SELECT 1 FROM number_signups WHERE workspace_id = \(access.workspaceID) AND step <> 'done' LIMIT \(limit)) AS n
            """)[0].integer(0)
    }

    package func find(_ id: Identifier<NumberSignup>) throws -> StoredSignup? { try find(id, locking: false) }

    private func find(_ id: Identifier<NumberSignup>, locking: Bool) throws -> StoredSignup? {
        try requireGrants()
        let lock: SQL = locking ? transaction.dialect.forUpdate : ""
        return try transaction.rows(
            "SELECT \(raw: Self.columns) FROM number_signups WHERE workspace_id = \(access.workspaceID) AND id = \(id)\(sql: lock)"
        ).first.map(Self.stored)
    }

    /// Of a number, in whichever form it was typed; an unfinished one first.
    package func find(_ number: PhoneNumber) throws -> StoredSignup? {
        try requireGrants()
        let forms = MatchKey(number).forms.map(SQLValue.text)
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM number_signups
            WHERE workspace_id = \(access.workspaceID) AND phone_number IN (\(list: forms)) ORDER BY step = 'done', id LIMIT 1
            """
        ).first.map(Self.stored)
    }

    /// Unfinished ones whose window led into the same account, the first that went there first.
    package func others(in businessAccountID: String, than id: Identifier<NumberSignup>) throws -> [StoredSignup] {
        try requireGrants()
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM number_signups
            WHERE workspace_id = \(access.workspaceID) AND found_account = \(businessAccountID) AND id <> \(id) AND is_accepted = 1
                AND step <> 'done'
            ORDER BY id LIMIT \(NumberSignup.limit)
            """
        ).map(Self.stored)
    }

    /// False when the number has one already, be it that somebody began it a moment ago.
    package func insert(_ stored: StoredSignup) throws -> Bool {
        try requireGrants()
        return try transaction.run(
            """
            INSERT INTO number_signups (\(raw: Self.columns)) VALUES (\(list: try values(of: stored)))
            ON CONFLICT (workspace_id, phone_number) DO NOTHING
            """) == 1
    }

    /// Changes one; whoever else changes it comes after. Nil when there is none.
    package func change(
        _ id: Identifier<NumberSignup>, at now: Date, _ work: (inout StoredSignup) throws -> Void
    ) throws -> StoredSignup? {
        guard let before = try find(id, locking: true) else { return nil }
        var stored = before
        try work(&stored)
        if stored == before { return before }
        stored.signup.updatedAt = now
        let signup = stored.signup
        try transaction.run(
            """
            UPDATE number_signups SET phone_number = \(signup.phoneNumber.text), server = \(signup.server), step = \(signup.step.rawValue),
                is_working = \(signup.isWorking), round = \(signup.round), trouble_code = \(signup.trouble?.code),
                trouble = \(signup.trouble?.detail), connection_id = \(signup.connectionID),
                hinted_account = \(signup.hint?.businessAccountID), hinted_number = \(signup.hint?.phoneNumberID),
                has_hint = \(signup.hint != nil), found_account = \(signup.found?.businessAccountID), found_number = \(signup.found?.id),
                found_phone_number = \(signup.found?.phoneNumber.text), questions = \(Self.text(of: signup.questions)),
                is_accepted = \(signup.isAccepted), code_method = \(signup.codeMethod?.rawValue), code_language = \(signup.codeLanguage),
                code_requested_at = \(signup.codeRequestedAt), needs_pin = \(signup.needsPIN), sender_id = \(signup.senderID),
                window_code = \(stored.windowCodeDigest), access_token = \(stored.sealedAccessToken), pin = \(stored.sealedPIN),
                verify_token = \(stored.sealedVerifyToken), updated_at = \(now)
            WHERE workspace_id = \(access.workspaceID) AND id = \(id)
            """)
        return stored
    }

    /// False when there was none.
    package func delete(_ id: Identifier<NumberSignup>) throws -> Bool {
        try requireGrants()
        return try transaction.run("DELETE FROM number_signups WHERE workspace_id = \(access.workspaceID) AND id = \(id)") == 1
    }

    /// Removes at most `limit` that nobody touched since; returns how many.
    package func remove(untouchedSince moment: Date, limit: Int) throws -> Int {
        try requireGrants()
        return try transaction.run(
            """
            DELETE FROM number_signups WHERE workspace_id = \(access.workspaceID) AND id IN (
                SELECT id FROM number_signups WHERE workspace_id = \(access.workspaceID) AND updated_at < \(moment)
                ORDER BY updated_at, id LIMIT \(limit))
            """)
    }

    /// The provider asks the address of a connection that isn't there yet: the sign-up that will make it.
    package static func find(connection id: Identifier<Connection>, _ transaction: any Transaction) throws -> StoredSignup? {
        try transaction.rows("SELECT \(raw: columns) FROM number_signups WHERE connection_id = \(id) ORDER BY id LIMIT 1").first.map(stored)
    }

    /// Whether an account is connected in another workspace.
    package static func isConnected(
        _ businessAccountID: String, appID: String, outside workspaceID: Identifier<Workspace>, _ transaction: any Transaction
    ) throws -> Bool {
        try !transaction.rows(
            """
            SELECT 1 FROM connections
            WHERE app_id = \(appID) AND business_account_id = \(businessAccountID) AND workspace_id <> \(workspaceID) AND EXISTS (
                SELECT 1 FROM senders
                WHERE senders.workspace_id = connections.workspace_id AND senders.connection_id = connections.id AND senders.removed_at IS NULL)
            LIMIT 1
            """
        ).isEmpty
    }

    // MARK: Rows

    private struct TermsText: Codable {
        let document: TermsDocument
        let address, version: String
    }

    private static func text(of questions: [NumberSignup.Question]) -> String { questions.map(\.rawValue).joined(separator: " ") }

    private func values(of stored: StoredSignup) throws -> [SQLValue] {
        let one = stored.signup
        let terms = one.terms.map { TermsText(document: $0.document, address: $0.address.text, version: $0.version) }
        let begun: [SQLValue] = [
            SQLValue(access.workspaceID), SQLValue(one.id), .text(one.actor), SQLValue(one.clientAddress),
            .text(try JSONText.encode(terms)),
            SQLValue(one.price.count), .text(one.phoneNumber.text), .text(one.name), .text(one.displayName), .text(one.step.rawValue),
        ]
        let standing: [SQLValue] = [
            SQLValue(one.isWorking), SQLValue(one.round), SQLValue(one.trouble?.code), SQLValue(one.trouble?.detail),
            SQLValue(one.connectionID), SQLValue(one.hint?.businessAccountID), SQLValue(one.hint?.phoneNumberID), SQLValue(one.hint != nil),
            SQLValue(one.found?.businessAccountID), SQLValue(one.found?.id), SQLValue(one.found?.phoneNumber.text),
            .text(Self.text(of: one.questions)), SQLValue(one.isAccepted), SQLValue(one.codeMethod?.rawValue),
            SQLValue(one.codeRequestedAt), SQLValue(one.needsPIN), SQLValue(one.senderID),
        ]
        let kept: [SQLValue] = [
            SQLValue(stored.windowCodeDigest), SQLValue(stored.sealedAccessToken), SQLValue(stored.sealedPIN),
            .text(stored.sealedVerifyToken), SQLValue(one.createdAt), SQLValue(one.updatedAt), .text(one.server),
            SQLValue(one.codeLanguage),
        ]
        return begun + standing + kept
    }

    private static func stored(_ row: Row) throws -> StoredSignup {
        guard let number = try? PhoneNumber(parsing: row.text(6)), let step = NumberSignup.Step(rawValue: try row.text(9)) else {
            throw StoreError.columnMismatch(6)
        }
        let terms: [TermsText] = try JSONText.decode(from: row.text(4))
        var one = NumberSignup(
            id: try row.id(1), workspaceID: try row.id(0), actor: try row.text(2), clientAddress: try row.textOrNil(3),
            terms: try terms.map { try Terms($0.document, address: $0.address, version: $0.version) },
            price: Credits(try row.integer(5)), phoneNumber: number, name: try row.text(7), displayName: try row.text(8),
            server: try row.text(33), connectionID: try row.id(14), createdAt: try row.date(31), updatedAt: try row.date(32))
        (one.step, one.isWorking, one.round) = (step, try row.bool(10), try row.integer(11))
        if let code = try row.textOrNil(12) { one.trouble = SignupTrouble(code: code, detail: try row.textOrNil(13) ?? "") }
        if try row.bool(17) { one.hint = SignupHint(businessAccountID: try row.textOrNil(15), phoneNumberID: try row.textOrNil(16)) }
        if let account = try row.textOrNil(18), let id = try row.textOrNil(19), let text = try row.textOrNil(20) {
            one.found = FoundNumber(businessAccountID: account, id: id, phoneNumber: try PhoneNumber(parsing: text))
        }
        one.questions = try row.text(21).split(separator: " ").compactMap { NumberSignup.Question(rawValue: String($0)) }
        (one.isAccepted, one.needsPIN) = (try row.bool(22), try row.bool(25))
        (one.codeMethod, one.codeRequestedAt) = (try row.textOrNil(23).flatMap(VerificationMethod.init(rawValue:)), try row.dateOrNil(24))
        (one.senderID, one.codeLanguage) = (try row.idOrNil(26), try row.textOrNil(34))
        var stored = StoredSignup(signup: one, sealedVerifyToken: try row.text(30))
        (stored.windowCodeDigest, stored.sealedAccessToken) = (try row.textOrNil(27), try row.textOrNil(28))
        stored.sealedPIN = try row.textOrNil(29)
        return stored
    }
}
