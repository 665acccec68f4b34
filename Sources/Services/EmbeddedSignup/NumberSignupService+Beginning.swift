package import Domain
package import Store

/// Number and name, terms and price.
extension NumberSignupService {
    /// What somebody typed to begin.
    package struct Draft: Sendable, Equatable {
        package var phoneNumber: String
        package var displayName: String
        /// Inner name; the display name when it is empty.
        package var name: String
        /// What a month costs, as it was shown.
        package var price: Int
        /// What is agreed to, by document.
        package var accepts: [TermsDocument: String]

        package init(phoneNumber: String, displayName: String, name: String, price: Int, accepts: [TermsDocument: String]) {
            (self.phoneNumber, self.displayName, self.name) = (phoneNumber, displayName, name)
            (self.price, self.accepts) = (price, accepts)
        }
    }

    /// What has to be known before one begins.
    package struct Conditions: Sendable {
        package let terms: [Terms]
        /// Of a month.
        package let price: Credits
        package let balance: Credits

        package init(terms: [Terms], price: Credits, balance: Credits) {
            (self.terms, self.price, self.balance) = (terms, price, balance)
        }
    }

    package func conditions(access: Access) async throws -> Conditions {
        try await database.read { try Self.conditions(access, $0) }
    }

    private static func conditions(_ access: Access, _ transaction: any Transaction) throws -> Conditions {
        try access.require(.connectionsManage)
        return Conditions(
            terms: try TermsTable(transaction, access).inForce(),
            price: try CreditPriceTable(transaction, access).all()[.meta] ?? .zero,
            balance: try LedgerTable(transaction, access).totals()[.balance] ?? .zero)
    }

    /// Begins with a number: everything about it is kept from here on. Throws ``NumberSignupProblem``, ``PhoneNumberProblem``, ``ProfileProblem``,
    /// ``SenderProblem`` and ``CreditProblem`` for what is wrong; then nothing was kept.
    /// - Parameter server: scheme and host of this installation, as the provider reaches it.
    package func begin(_ draft: Draft, server: String, access: Access) async throws -> NumberSignup {
        let signup = try await database.write { try begin(draft, server: server, access: access, in: $0) }
        announce(signup)
        return signup
    }

    /// The same within a transaction, to be announced after it.
    package func begin(_ draft: Draft, server: String, access: Access, in transaction: any Transaction) throws -> NumberSignup {
        guard app != nil, channel != nil else { throw NumberSignupProblem.notConfigured }
        let (moment, table) = (now(), NumberSignupTable(transaction, access))
        let number = try PhoneNumber(parsing: draft.phoneNumber)
        try Self.expectFree(number, access, transaction)
        let displayName = try DisplayName().checked(draft.displayName)
        let name = try Sender.checkedName(draft.name.isBlank ? displayName : draft.name)
        let conditions = try Self.conditions(access, transaction)
        let missing = conditions.terms.filter { draft.accepts[$0.document] != $0.version }
        guard missing.isEmpty else { throw CreditProblem.termsMissing(missing) }
        guard conditions.price.count == draft.price else { throw CreditProblem.priceChanged(conditions.price) }
        guard conditions.balance >= conditions.price else {
            throw CreditProblem.creditsMissing(price: conditions.price, balance: conditions.balance)
        }
        try Self.expectUnbegun(number, table)
        guard try table.unfinishedCount(limit: NumberSignup.limit) < NumberSignup.limit else { throw NumberSignupProblem.tooMany }
        let connectionID = Identifier<Connection>.make(at: moment)
        let signup = NumberSignup(
            id: .make(at: moment), workspaceID: access.workspaceID, actor: access.actor.text, clientAddress: access.address,
            terms: conditions.terms, price: conditions.price, phoneNumber: number, name: name, displayName: displayName, server: server,
            connectionID: connectionID, createdAt: moment)
        let verifyToken = try connectionSecrets.seal(
            verifyToken: ConnectionPlan.makeVerifyToken(), of: connectionID, in: access.workspaceID)
        guard try table.insert(StoredSignup(signup: signup, sealedVerifyToken: verifyToken)) else {
            // Somebody was quicker by a moment; by now it can be seen.
            try Self.expectUnbegun(number, table)
            throw NumberSignupProblem.underWay
        }
        try tell(signup, "begun", access, transaction)
        return signup
    }

    /// Throws when the number is a sender already, and says which.
    static func expectFree(_ number: PhoneNumber, _ access: Access, _ transaction: any Transaction) throws {
        if let sender = try SenderTable(transaction, access).find(number), sender.removedAt == nil {
            throw NumberSignupProblem.isSender(number, sender.id, name: sender.name)
        }
    }

    /// Throws when somebody is connecting the number; what is left of one that was finished makes room.
    static func expectUnbegun(_ number: PhoneNumber, _ table: NumberSignupTable) throws {
        guard let earlier = try table.find(number)?.signup else { return }
        guard earlier.step == .done else { throw NumberSignupProblem.begunAlready(number, earlier.id) }
        _ = try table.delete(earlier.id)
    }
}
