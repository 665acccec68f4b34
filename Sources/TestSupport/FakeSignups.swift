package import Domain
internal import Synchronization

package import struct Foundation.URL

/// A provider's sign-up that gives what a test put there, does as it is told, and counts what it was asked.
package final class FakeSignups: EmbeddedSignupChannel {
    package static let appID = "1029384756"
    package static let account = "900100"
    package static let number = "700100"
    /// What it sends to every number.
    package static let code = "123456"

    private struct State {
        var accounts: [(id: String, numbers: [SignedUpNumber])] = []
        var appID = FakeSignups.appID
        var missingScopes: [String] = []
        var pins: [String: String] = [:]
        var problems: [String: EmbeddedSignupProblem] = [:]
        var calls: [String] = []
        var exchanged: Set<String> = []
        var subscriptions: [Subscription] = []
        var handshake: (@Sendable (URL, String) async throws -> Void)?
    }

    package struct Subscription: Sendable, Equatable {
        package let account: String
        package let callback: String
        package let verifyToken: String
    }

    private let state = Mutex(State())

    package init() {}

    /// What was asked, oldest first, such as `register 700100`.
    package var calls: [String] { state.withLock(\.calls) }
    package func count(_ call: String) -> Int { calls.count { $0.hasPrefix(call) } }
    package var subscriptions: [Subscription] { state.withLock(\.subscriptions) }
    /// The PIN of each number.
    package var pins: [String: String] { state.withLock(\.pins) }

    /// The account is the newest from now on, with these numbers.
    package func put(_ numbers: [SignedUpNumber], in account: String = FakeSignups.account) {
        state.withLock { state in
            state.accounts.removeAll { $0.id == account }
            state.accounts.insert((account, numbers), at: 0)
        }
    }

    /// One number in one account.
    package func put(
        _ phoneNumber: String, id: String = FakeSignups.number, in account: String = FakeSignups.account, isVerified: Bool = true
    )
        throws
    {
        let number = try PhoneNumber(parsing: phoneNumber)
        put([.init(id: id, phoneNumber: number, displayName: "Acme", isVerified: isVerified, isRegistered: false)], in: account)
    }

    /// A call fails so from now on; nil to have it work again.
    package func fail(_ call: String, _ problem: EmbeddedSignupProblem?) { state.withLock { $0.problems[call] = problem } }
    package func setPIN(_ pin: String, of number: String = FakeSignups.number) { state.withLock { $0.pins[number] = pin } }
    package func setGrant(appID: String = FakeSignups.appID, missing scopes: [String] = []) {
        state.withLock { ($0.appID, $0.missingScopes) = (appID, scopes) }
    }

    /// What asks the address of a subscription.
    package func onSubscribe(_ handshake: @escaping @Sendable (URL, String) async throws -> Void) {
        state.withLock { $0.handshake = handshake }
    }

    private func note(_ call: String, _ subject: String) throws {
        try state.withLock { state in
            state.calls.append("\(call) \(subject)")
            if let problem = state.problems[call] { throw problem }
        }
    }

    package func exchange(_ code: String) async throws -> String {
        try note("exchange", code)
        guard state.withLock({ $0.exchanged.insert(code).inserted }) else { throw EmbeddedSignupProblem.windowCodeExpired }
        return "token-of-\(code)"
    }

    package func grant(of token: String) async throws -> SignupGrant {
        try note("grant", "")
        return state.withLock { SignupGrant(appID: $0.appID, missingScopes: $0.missingScopes, businessAccountIDs: $0.accounts.map(\.id)) }
    }

    package func numbers(of businessAccountID: String, token: String) async throws -> [SignedUpNumber] {
        try note("numbers", businessAccountID)
        return state.withLock { $0.accounts.first { $0.id == businessAccountID }?.numbers ?? [] }
    }

    package func number(_ id: String, token: String) async throws -> SignedUpNumber {
        try note("number", id)
        guard let number = state.withLock({ $0.accounts.flatMap(\.numbers).first { $0.id == id } }) else {
            throw EmbeddedSignupProblem.numberMissing
        }
        return number
    }

    package func subscribe(_ businessAccountID: String, to callback: URL, verifyToken: String, token: String) async throws {
        try note("subscribe", businessAccountID)
        try await state.withLock(\.handshake)?(callback, verifyToken)
        let made = Subscription(account: businessAccountID, callback: callback.absoluteString, verifyToken: verifyToken)
        state.withLock { $0.subscriptions.append(made) }
    }

    package func requestCode(by method: VerificationMethod, language: String, for number: String, token: String) async throws {
        try note("requestCode", "\(method.rawValue) \(language) \(number)")
    }

    package func verify(_ code: String, for number: String, token: String) async throws {
        try note("verify", number)
        guard code == Self.code else { throw EmbeddedSignupProblem.codeWrong }
        change(number) { SignedUpNumber($0, isVerified: true) }
    }

    package func register(_ number: String, pin: String, token: String) async throws {
        try note("register", number)
        try state.withLock { state in
            guard pin == state.pins[number, default: pin] else { throw EmbeddedSignupProblem.pinWrong }
            state.pins[number] = pin
        }
        change(number) { SignedUpNumber($0, isRegistered: true) }
    }

    private func change(_ id: String, _ work: (SignedUpNumber) -> SignedUpNumber) {
        state.withLock { state in
            for account in state.accounts.indices {
                for index in state.accounts[account].numbers.indices where state.accounts[account].numbers[index].id == id {
                    state.accounts[account].numbers[index] = work(state.accounts[account].numbers[index])
                }
            }
        }
    }
}

extension SignedUpNumber {
    fileprivate init(_ number: SignedUpNumber, isVerified: Bool? = nil, isRegistered: Bool? = nil) {
        self.init(
            id: number.id, phoneNumber: number.phoneNumber, displayName: number.displayName, isVerified: isVerified ?? number.isVerified,
            isRegistered: isRegistered ?? number.isRegistered)
    }
}
