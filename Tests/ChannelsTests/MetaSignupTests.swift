import Domain
import Foundation
import NIOHTTP1
import Testing

@testable import Channels

@Suite("What follows Meta's sign-up", .timeLimit(.minutes(5)))
struct MetaSignupTests {
    static let appID = "900800700600"
    static let account = "/v26.0/102030405060708"
    static let number = "/v26.0/111222333444555"
    static let businessToken = "EAAGbusinessToken0123456789012345678901234567890123456789"

    /// Runs one call on a Graph that answers as told, and gives what came of it with what was asked.
    static func ask<Result: Sendable>(
        _ answer: @escaping @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer,
        _ call: @escaping @Sendable (MetaSignup) async throws -> Result
    ) async throws -> (Swift.Result<Result, EmbeddedSignupProblem>, [LoopbackGraph.Request]) {
        try await LoopbackGraph.run(answer) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                let signup = MetaSignup(channel: channel, appID: appID, appSecret: ChannelFixtures.appSecret)
                do {
                    return (.success(try await call(signup)), server.requests)
                } catch let problem as EmbeddedSignupProblem {
                    ChannelFixtures.expectNoSecret(problem, problem.detail)
                    return (.failure(problem), server.requests)
                }
            }
        }
    }

    static func ask<Result: Sendable>(
        always answer: LoopbackGraph.Answer, _ call: @escaping @Sendable (MetaSignup) async throws -> Result
    ) async throws -> (Swift.Result<Result, EmbeddedSignupProblem>, [LoopbackGraph.Request]) {
        try await ask({ _ in answer }, call)
    }

    static func error(_ code: Int, _ subcode: Int? = nil, _ details: String? = nil, isTransient: Bool = false) -> LoopbackGraph.Answer {
        let data = details.map { #","error_data":{"messaging_product":"whatsapp","details":"\#($0)"}"# } ?? ""
        let transient = isTransient ? #","is_transient":true"# : ""
        let sub = subcode.map { #","error_subcode":\#($0)"# } ?? ""
        return .json(
            400,
            #"{"error":{"message":"Refused \#(ChannelFixtures.token)","type":"OAuthException","code":\#(code)\#(sub)\#(data)\#(transient)}}"#
        )
    }

    static let success = LoopbackGraph.Answer.json(200, #"{"success":true}"#)

    // MARK: The code's token

    @Test("the window's code and the app's secret become a token, asked for once", arguments: ["access_token", "business_token"])
    func exchange(member: String) async throws {
        let (result, requests) = try await Self.ask(always: .json(200, #"{"\#(member)":"\#(Self.businessToken)","token_type":"bearer"}"#)) {
            try await $0.exchange("AQ/x+y=")
        }
        #expect(try result.get() == Self.businessToken)
        let request = try #require(requests.first)
        #expect(requests.count == 1 && request.method == .GET && request.bearer == nil)
        #expect(
            request.uri
                == "/v26.0/oauth/access_token?client_id=\(Self.appID)&client_secret=\(ChannelFixtures.appSecret)&code=AQ%2Fx%2By%3D")
    }

    @Test(
        "why there is no token",
        arguments: [
            (error(100, 36_007), .windowCodeExpired), (error(100, 36_009), .windowCodeExpired), (error(101), .appRefused),
            (error(1), .appRefused), (error(190), .appRefused), (error(1, isTransient: true), .providerUnreachable("code 1")),
            (error(2), .providerUnreachable("code 2")), (error(4), .providerUnreachable("code 4")),
            (error(100, nil, "Something with \(ChannelFixtures.appSecret)"), .refused("code 100")),
            (.json(503, ""), .providerUnreachable("the server answered 503")),
            (.json(200, "{}"), .providerUnreachable("the answer can't be read")),
            (.close, .providerUnreachable("the connection was closed")),
        ] as [(LoopbackGraph.Answer, EmbeddedSignupProblem)])
    func noToken(answer: LoopbackGraph.Answer, problem: EmbeddedSignupProblem) async throws {
        let (result, requests) = try await Self.ask(always: answer) { try await $0.exchange("AQ1") }
        #expect(result == .failure(problem))
        #expect(requests.count == 1)
    }

    // MARK: What it allows

    static func facts(_ scopes: String, _ granular: String, isValid: Bool = true) -> LoopbackGraph.Answer {
        .json(
            200,
            #"{"data":{"app_id":"\#(appID)","type":"SYSTEM_USER","application":"Hub","is_valid":\#(isValid),"expires_at":0,"scopes":[\#(scopes)],"granular_scopes":[\#(granular)],"user_id":"5"}}"#
        )
    }

    @Test(
        "the grant tells what is missing, and the accounts in Meta's order",
        arguments: [
            (
                #""whatsapp_business_management","whatsapp_business_messaging""#,
                #"{"scope":"whatsapp_business_management","target_ids":["30","10"]},{"scope":"whatsapp_business_messaging","target_ids":["30","20"]}"#,
                [], ["30", "10", "20"]
            ),
            (
                #""public_profile","whatsapp_business_management""#,
                #"{"scope":"pages_show_list","target_ids":["99"]},{"scope":"whatsapp_business_management","target_ids":["10"]}"#,
                ["whatsapp_business_messaging"], ["10"]
            ),
            ("", #"{"scope":"whatsapp_business_management"}"#, ["whatsapp_business_management", "whatsapp_business_messaging"], []),
        ] as [(String, String, [String], [String])])
    func grant(scopes: String, granular: String, missing: [String], accounts: [String]) async throws {
        let (result, requests) = try await Self.ask(always: Self.facts(scopes, granular)) { try await $0.grant(of: ChannelFixtures.token) }
        #expect(try result.get() == SignupGrant(appID: Self.appID, missingScopes: missing, businessAccountIDs: accounts))
        #expect(requests.map(\.uri) == ["/v26.0/debug_token?input_token=\(ChannelFixtures.token)"])
        #expect(requests.first?.bearer == "\(Self.appID)|\(ChannelFixtures.appSecret)")
    }

    @Test(
        "why there is no grant",
        arguments: [
            (facts("", "", isValid: false), .tokenEnded), (.json(200, #"{"data":{"is_valid":false,"error":{"code":190}}}"#), .tokenEnded),
            (error(190), .appRefused), (error(100), .appRefused), (error(101), .appRefused), (error(1), .appRefused),
            (error(4), .providerUnreachable("code 4")), (.json(200, "{}"), .providerUnreachable("the answer can't be read")),
            (.json(200, #"{"data":{"is_valid":true}}"#), .providerUnreachable("the answer can't be read")),
        ] as [(LoopbackGraph.Answer, EmbeddedSignupProblem)])
    func noGrant(answer: LoopbackGraph.Answer, problem: EmbeddedSignupProblem) async throws {
        let (result, _) = try await Self.ask(always: answer) { try await $0.grant(of: ChannelFixtures.token) }
        #expect(result == .failure(problem))
    }

    // MARK: Numbers

    static func node(_ id: String, _ display: String = "+1 555-010-0200", status: String, verification: String, platform: String) -> String
    {
        #"{"id":"\#(id)","display_phone_number":"\#(display)","verified_name":"Acme","status":"\#(status)","code_verification_status":"\#(verification)","platform_type":"\#(platform)"}"#
    }

    @Test(
        "how far a number has come",
        arguments: [
            ("PENDING", "NOT_VERIFIED", "NOT_APPLICABLE", false, false), ("PENDING", "EXPIRED", "NOT_APPLICABLE", false, false),
            ("PENDING", "VERIFIED", "NOT_APPLICABLE", true, false), ("DISCONNECTED", "VERIFIED", "CLOUD_API", true, false),
            ("CONNECTED", "VERIFIED", "CLOUD_API", true, true), ("CONNECTED", "EXPIRED", "CLOUD_API", true, true),
        ])
    func state(status: String, verification: String, platform: String, isVerified: Bool, isRegistered: Bool) async throws {
        let text = Self.node("111222333444555", status: status, verification: verification, platform: platform)
        let (result, requests) = try await Self.ask(always: .json(200, text)) {
            try await $0.number("111222333444555", token: ChannelFixtures.token)
        }
        #expect(
            try result.get()
                == SignedUpNumber(
                    id: "111222333444555", phoneNumber: PhoneNumber(parsing: "+15550100200"), displayName: "Acme", isVerified: isVerified,
                    isRegistered: isRegistered))
        #expect(requests.first?.path == Self.number && requests.first?.bearer == ChannelFixtures.token)
    }

    @Test(
        "a number that isn't there, or not any more",
        arguments: [
            (error(100, 33), .numberMissing), (error(33), .numberMissing), (error(190, 463), .tokenEnded), (error(10), .tokenEnded),
            (error(2), .providerUnreachable("code 2")),
            (.json(200, node("111222333444555", status: "DELETED", verification: "VERIFIED", platform: "CLOUD_API")), .numberMissing),
            (.json(200, #"{"id":"111222333444555"}"#), .numberMissing),
        ] as [(LoopbackGraph.Answer, EmbeddedSignupProblem)])
    func noNumber(answer: LoopbackGraph.Answer, problem: EmbeddedSignupProblem) async throws {
        let (result, _) = try await Self.ask(always: answer) { try await $0.number("111222333444555", token: ChannelFixtures.token) }
        #expect(result == .failure(problem))
    }

    @Test("an account's numbers come page by page, by the cursor, and no more than the limit")
    func numbers() async throws {
        @Sendable func page(_ ids: Range<Int>, after: String?) -> LoopbackGraph.Answer {
            let rows = ids.map {
                Self.node(
                    String($0), "+1 555-010-\(1_000 + $0)", status: $0 == 3 ? "MIGRATED" : "CONNECTED", verification: "VERIFIED",
                    platform: "CLOUD_API")
            }
            let paging = after.map { #","paging":{"cursors":{"after":"\#($0)"},"next":"https://elsewhere.example.test/"}"# } ?? ""
            return .json(200, #"{"data":[\#(rows.joined(separator: ","))]\#(paging)}"#)
        }
        let pages: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            request.uri.contains("after=QVF%3D") ? page(5..<7, after: nil) : page(0..<5, after: "QVF=")
        }
        let (two, requests) = try await Self.ask(pages) {
            try await $0.numbers(of: "102030405060708", token: ChannelFixtures.token)
        }
        #expect(try two.get().map(\.id) == ["0", "1", "2", "4", "5", "6"])
        #expect(requests.count == 2 && requests.allSatisfy { $0.path == Self.account + "/phone_numbers" && $0.uri.contains("limit=100") })

        let (many, _) = try await Self.ask(always: page(100..<170, after: "QVF=")) {
            try await $0.numbers(of: "102030405060708", token: ChannelFixtures.token)
        }
        #expect(try many.get().count == SignedUpNumber.limit)
        let (short, shortRequests) = try await Self.ask(always: page(0..<1, after: "QVF=")) {
            try await $0.numbers(of: "102030405060708", token: ChannelFixtures.token)
        }
        #expect(try short.get().count == 10 && shortRequests.count == 10)
    }

    @Test(
        "an account that can't be seen",
        arguments: [
            (error(100, 33), .accountMissing), (error(190), .tokenEnded), (error(200), .tokenEnded),
            (error(80_007), .providerUnreachable("code 80007")), (.json(200, "{}"), .providerUnreachable("the answer can't be read")),
        ] as [(LoopbackGraph.Answer, EmbeddedSignupProblem)])
    func noAccount(answer: LoopbackGraph.Answer, problem: EmbeddedSignupProblem) async throws {
        let (result, _) = try await Self.ask(always: answer) { try await $0.numbers(of: "102030405060708", token: ChannelFixtures.token) }
        #expect(result == .failure(problem))
    }

    // MARK: The address of webhooks

    static func subscribe(_ address: String) -> @Sendable (MetaSignup) async throws -> Bool {
        { signup in
            let url = try #require(URL(string: address))
            try await signup.subscribe("102030405060708", to: url, verifyToken: ChannelFixtures.verifyToken, token: ChannelFixtures.token)
            return true
        }
    }

    @Test("the account's webhooks go to the address that is given")
    func subscribes() async throws {
        let (result, requests) = try await Self.ask(always: Self.success, Self.subscribe("https://hub.example.test/hooks/meta/con_1"))
        #expect(try result.get())
        #expect(requests.map(\.path) == [Self.account + "/subscribed_apps"])
        let body = try JSONParser.parse(requests.first?.body ?? [])
        #expect(
            body == [
                "override_callback_uri": "https://hub.example.test/hooks/meta/con_1", "verify_token": .string(ChannelFixtures.verifyToken),
            ])
    }

    @Test("an address that is too long is refused without a call")
    func longAddress() async throws {
        let long = "https://hub.example.test/" + String(repeating: "x", count: 200)
        let (result, requests) = try await Self.ask(always: Self.success, Self.subscribe(long))
        #expect(result == .failure(.addressRefused("it is longer than 200 characters")) && requests.isEmpty)
    }

    @Test(
        "an address that Meta refuses",
        arguments: [
            (error(2_200, nil, "HTTP Status Code = 403"), .addressRefused("HTTP Status Code = 403 (code 2200)")),
            (error(100, nil, "override_callback_uri must be a URL"), .addressRefused("override_callback_uri must be a URL (code 100)")),
            (error(100, 33), .accountMissing), (error(190), .tokenEnded), (error(2), .providerUnreachable("code 2")),
            (.json(200, #"{"success":false}"#), .providerUnreachable("the answer can't be read")),
        ] as [(LoopbackGraph.Answer, EmbeddedSignupProblem)])
    func refusedAddress(answer: LoopbackGraph.Answer, problem: EmbeddedSignupProblem) async throws {
        let (result, _) = try await Self.ask(always: answer, Self.subscribe("https://hub.example.test/hooks/meta/con_1"))
        #expect(result == .failure(problem))
    }

    // MARK: Code and PIN

    enum Step: String, Sendable, CaseIterable {
        case request = "request_code"
        case verify = "verify_code"
        case register

        func take(_ signup: MetaSignup) async throws {
            let (number, token) = ("111222333444555", ChannelFixtures.token)
            switch self {
            case .request: try await signup.requestCode(by: .voice, language: "pt_BR", for: number, token: token)
            case .verify: try await signup.verify("012345", for: number, token: token)
            case .register: try await signup.register(number, pin: "006789", token: token)
            }
        }

        var body: JSONNode {
            switch self {
            case .request: ["code_method": "VOICE", "language": "pt_BR"]
            case .verify: ["code": "012345"]
            case .register: ["messaging_product": "whatsapp", "pin": "006789"]
            }
        }
    }

    @Test("each step is one call on the number", arguments: Step.allCases)
    func steps(step: Step) async throws {
        let (result, requests) = try await Self.ask(always: Self.success) { signup in
            try await step.take(signup)
            return true
        }
        #expect(try result.get())
        #expect(requests.map(\.path) == ["\(Self.number)/\(step.rawValue)"] && requests.first?.bearer == ChannelFixtures.token)
        #expect(try JSONParser.parse(requests.first?.body ?? []) == step.body)
    }

    @Test(
        "what each refusal of a step means",
        arguments: [
            (.request, error(136_024), .tooManyCodes), (.request, error(133_016), .tooManyCodes),
            (.request, error(100, 2_388_012), .numberOnWhatsApp), (.request, error(2_388_001), .numberOnWhatsApp),
            (.request, error(100, nil, "The number is verified already."), .refused("The number is verified already. (code 100)")),
            (.verify, error(136_025), .codeWrong), (.verify, error(100), .codeWrong), (.verify, error(100, 2_388_012), .numberOnWhatsApp),
            (.register, error(133_005), .pinWrong), (.register, error(133_006), .numberNotVerified),
            (.register, error(133_008), .tooManyPINs), (.register, error(133_009), .tooManyPINs),
            (.register, error(133_015), .recentlyDeleted), (.register, error(133_016), .tooManyRegistrations),
            (.register, error(2_388_012), .numberOnWhatsApp), (.register, error(133_004), .providerUnreachable("code 133004")),
            (.register, error(2_494_100), .providerUnreachable("code 2494100")),
            (.register, error(368, nil, "Blocked for a while"), .refused("Blocked for a while (code 368)")),
        ] as [(Step, LoopbackGraph.Answer, EmbeddedSignupProblem)])
    func refusals(step: Step, answer: LoopbackGraph.Answer, problem: EmbeddedSignupProblem) async throws {
        let (result, _) = try await Self.ask(always: answer) { signup in
            try await step.take(signup)
            return true
        }
        #expect(result == .failure(problem))
    }

    @Test(
        "what means the same for every step",
        arguments: Step.allCases,
        [
            (error(100, 33), .numberMissing), (error(33), .numberMissing), (error(190, 460), .tokenEnded), (error(0), .tokenEnded),
            (error(200), .tokenEnded), (error(4), .providerUnreachable("code 4")), (error(80_007), .providerUnreachable("code 80007")),
            (error(999_999, nil, "New"), .refused("New (code 999999)")),
            (.json(500, "<html>"), .providerUnreachable("the server answered 500")),
            (.json(200, "{}"), .providerUnreachable("the answer can't be read")),
            (.close, .providerUnreachable("the connection was closed")),
        ] as [(LoopbackGraph.Answer, EmbeddedSignupProblem)])
    func common(step: Step, row: (LoopbackGraph.Answer, EmbeddedSignupProblem)) async throws {
        let (result, _) = try await Self.ask(always: row.0) { signup in
            try await step.take(signup)
            return true
        }
        #expect(result == .failure(row.1))
    }
}
