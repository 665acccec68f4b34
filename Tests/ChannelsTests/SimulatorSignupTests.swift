import Domain
import Foundation
import NIOHTTP1
import Simulator
import Testing

@testable import Channels

@Suite("Agreement with the simulator about sign-ups", .timeLimit(.minutes(5)))
struct SimulatorSignupTests {
    private static let app = SimulatorSeed.App.signup

    /// What a person did in the window: a number was added, and its account shared.
    private struct SignedUp {
        let signup: MetaSignup
        let code: String
        let account: String
        let number: String
    }

    private static func signUp(_ world: SimulatorAgreementTests.World, permissions: JSONNode? = nil) async throws -> SignedUp {
        let added = try await world.control(
            .POST, "signups/numbers",
            ["owner": "owner-2", "accountName": "Porter Repairs", "name": "Porter", "number": "+49 151 1234 5678"])
        let number = try #require(added["number"]?["id"]?.text)
        let account = try #require(added["account"]?.text)
        let finished = try await world.control(
            .POST, "signups",
            [
                "app": .string(app.id), "configuration": .string(app.configurationID ?? ""), "owner": "owner-2",
                "account": .string(account), "number": .string(number), "permissions": permissions,
            ])
        return SignedUp(
            signup: MetaSignup(channel: world.channel, appID: app.id, appSecret: app.secret),
            code: try #require(finished["code"]?.text), account: account, number: number)
    }

    /// That a call is refused for this reason.
    private static func refuses(
        _ problem: EmbeddedSignupProblem, sourceLocation: SourceLocation = #_sourceLocation, _ call: () async throws -> Void
    ) async {
        await #expect(throws: problem, sourceLocation: sourceLocation) { try await call() }
    }

    private static func sentCode(_ world: SimulatorAgreementTests.World) async throws -> String {
        let sent = try #require(try await world.control(.GET, "codes?number=4915112345678")["data"]?.list?.first)
        let taken = sent["method"]?.text == "SMS" ? sent : try await world.control(.POST, "codes/\(sent["id"]?.text ?? "")/answer")
        return try #require(taken["code"]?.text)
    }

    @Test("from the window's code to a number that can send, and every step can be repeated but the first")
    func wholeWay() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let made = try await Self.signUp(world)
            let (signup, account, id) = (made.signup, made.account, made.number)
            let token = try await signup.exchange(made.code)
            await Self.refuses(.windowCodeExpired) { _ = try await signup.exchange(made.code) }
            #expect(
                try await signup.grant(of: token) == SignupGrant(appID: Self.app.id, missingScopes: [], businessAccountIDs: [account]))

            var number = try await signup.number(id, token: token)
            #expect(!number.isVerified && !number.isRegistered && number.phoneNumber.text == "+4915112345678")
            #expect(try await signup.numbers(of: account, token: token) == [number])
            await Self.refuses(.numberNotVerified) { try await signup.register(id, pin: "123456", token: token) }
            for method in VerificationMethod.allCases {
                try await signup.requestCode(by: method, language: "en_US", for: id, token: token)
            }
            let code = try await Self.sentCode(world)
            let wrong = code == "000000" ? "111111" : "000000"
            await Self.refuses(.codeWrong) { try await signup.verify(wrong, for: id, token: token) }
            try await signup.verify(code, for: id, token: token)
            number = try await signup.number(id, token: token)
            #expect(number.isVerified && !number.isRegistered)
            for _ in 0..<2 { try await signup.register(id, pin: "123456", token: token) }
            #expect(try await signup.number(id, token: token).isRegistered)
            await Self.refuses(.pinWrong) { try await signup.register(id, pin: "654321", token: token) }
        }
    }

    @Test("what the window or its owner can spoil")
    func spoilt() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let made = try await Self.signUp(world, permissions: ["whatsapp_business_management"])
            let signup = made.signup
            let stranger = MetaSignup(channel: world.channel, appID: Self.app.id, appSecret: "wrong")
            await Self.refuses(.appRefused) { _ = try await stranger.exchange(made.code) }
            let token = try await signup.exchange(made.code)
            #expect(try await signup.grant(of: token).missingScopes == ["whatsapp_business_messaging"])
            await Self.refuses(.appRefused) { _ = try await stranger.grant(of: token) }
            await Self.refuses(.accountMissing) { _ = try await signup.numbers(of: SimulatorAgreementTests.account.id, token: token) }
            await Self.refuses(.numberMissing) { _ = try await signup.number(SimulatorAgreementTests.account.numbers[0].id, token: token) }
            // It answers, but not with the challenge.
            let nowhere = try #require(URL(string: world.baseURL))
            let words = "The callback URL couldn't be validated: it must answer the challenge with status 200. (code 2200)"
            await Self.refuses(.addressRefused(words)) {
                try await signup.subscribe(made.account, to: nowhere, verifyToken: "token", token: token)
            }
            _ = try await world.control(.DELETE, "tokens/\(token)")
            await Self.refuses(.tokenEnded) { _ = try await signup.number(made.number, token: token) }
            await Self.refuses(.tokenEnded) { _ = try await signup.grant(of: token) }
        }
    }

    @Test("too many codes, PINs and registrations, a number on WhatsApp and one that was deleted")
    func limits() async throws {
        try await SimulatorAgreementTests.withWorld { world in
            let made = try await Self.signUp(world)
            let (signup, id) = (made.signup, made.number)
            let token = try await signup.exchange(made.code)
            for _ in 0..<5 { try await signup.requestCode(by: .sms, language: "en_US", for: id, token: token) }
            await Self.refuses(.tooManyCodes) { try await signup.requestCode(by: .sms, language: "en_US", for: id, token: token) }
            try await signup.verify(try await Self.sentCode(world), for: id, token: token)
            try await signup.register(id, pin: "123456", token: token)
            await Self.refuses(.refused("Param pin must be 6 digits. (code 100)")) {
                try await signup.register(id, pin: "0", token: token)
            }
            for _ in 0..<3 { await Self.refuses(.pinWrong) { try await signup.register(id, pin: "000000", token: token) } }
            await Self.refuses(.tooManyPINs) { try await signup.register(id, pin: "000000", token: token) }
            // Calls that were refused count, too.
            for _ in 0..<5 { await Self.refuses(.tooManyPINs) { try await signup.register(id, pin: "123456", token: token) } }
            await Self.refuses(.tooManyRegistrations) { try await signup.register(id, pin: "123456", token: token) }

            _ = try await world.control(.DELETE, "numbers/\(id)")
            let again = try await Self.signUp(world)
            let fresh = try await signup.exchange(again.code)
            _ = try await world.control(.POST, "phones", ["name": "Otto", "number": "4930111222"])
            try await signup.requestCode(by: .voice, language: "de_DE", for: again.number, token: fresh)
            try await signup.verify(try await Self.sentCode(world), for: again.number, token: fresh)
            await Self.refuses(.recentlyDeleted) { try await signup.register(again.number, pin: "123456", token: fresh) }
        }
    }
}
