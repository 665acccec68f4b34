import Domain
import NIOHTTP1
import Testing

@testable import Channels

@Suite("Checking a new connection", .timeLimit(.minutes(5)))
struct MetaCheckTests {
    static let draft = ConnectionDraft(
        appID: "900800700600", appSecret: ChannelFixtures.appSecret, accessToken: ChannelFixtures.token,
        businessAccountID: "102030405060708",
        phoneNumberID: "111222333444555")

    /// What a Graph server answers by path when all is well.
    static let healthy: [String: String] = [
        "/v26.0/debug_token":
            #"{"data":{"app_id":"900800700600","type":"SYSTEM_USER","is_valid":true,"expires_at":0,"scopes":["whatsapp_business_messaging"]}}"#,
        "/v26.0/900800700600": #"{"id":"900800700600"}"#,
        "/v26.0/102030405060708": #"{"id":"102030405060708","name":"Acme"}"#,
        "/v26.0/111222333444555":
            #"{"id":"111222333444555","display_phone_number":"+1 555-010-0200","verified_name":"Acme","quality_rating":"GREEN","status":"CONNECTED","platform_type":"CLOUD_API","throughput":{"level":"STANDARD"},"whatsapp_business_manager_messaging_limit":"TIER_2K","webhook_configuration":{"application":"https://hub.test/app","phone_number":"https://hub.test/number"}}"#,
        "/v26.0/102030405060708/phone_numbers": #"{"data":[{"id":"1"},{"id":"111222333444555"}]}"#,
        "/v26.0/102030405060708/subscribed_apps": #"{"data":[{"whatsapp_business_api_data":{"id":"900800700600","name":"Hub"}}]}"#,
    ]

    static func error(_ code: Int, _ subcode: Int? = nil) -> LoopbackGraph.Answer {
        .json(
            400, #"{"error":{"message":"\#(ChannelFixtures.token)","code":\#(code)\#(subcode.map { ",\"error_subcode\":\($0)" } ?? "")}}"#)
    }

    static func check(
        _ draft: ConnectionDraft = draft, _ changes: [String: LoopbackGraph.Answer] = [:]
    ) async throws -> (Result<ConnectionReport, ConnectionProblem>, [LoopbackGraph.Request]) {
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            changes[request.path] ?? healthy[request.path].map { .json(200, $0) } ?? error(100, 33)
        }
        return try await LoopbackGraph.run(answer) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { channel in
                do {
                    return (.success(try await channel.check(draft)), server.requests)
                } catch let problem as ConnectionProblem {
                    ChannelFixtures.expectNoSecret(problem, problem.detail)
                    return (.failure(problem), server.requests)
                }
            }
        }
    }

    @Test("values that hold give what the page shows; each is asked for with the right token")
    func holds() async throws {
        var padded = Self.draft
        padded.accessToken = "  \(ChannelFixtures.token)\n"
        let (result, requests) = try await Self.check(padded)
        #expect(
            try result.get()
                == ConnectionReport(
                    phoneNumber: PhoneNumber(parsing: "+15550100200"), displayName: "Acme", quality: "GREEN", messagingLimit: "TIER_2K",
                    throughput: "STANDARD",
                    account: AccountReport(
                        name: "Acme", isSubscribed: true,
                        token: AccessTokenFacts(kind: "SYSTEM_USER", permissions: ["whatsapp_business_messaging"])),
                    state: .confirmed, callbackAddress: "https://hub.test/number"))
        #expect(try result.get().account.token.missingPermissions == ["whatsapp_business_management"])
        #expect(requests.first?.path == "/v26.0/debug_token")
        #expect(requests.first?.bearer == "900800700600|\(ChannelFixtures.appSecret)")
        // What the app itself is sent, only the app may ask; a Graph that doesn't say keeps nothing back.
        let ofApp = requests.filter { $0.path.hasSuffix("/subscriptions") }
        #expect(ofApp.map(\.bearer) == ["900800700600|\(ChannelFixtures.appSecret)"])
        let others = requests.dropFirst().filter { !$0.path.hasSuffix("/subscriptions") }
        #expect(!others.isEmpty && others.allSatisfy { $0.bearer == ChannelFixtures.token })
        #expect(requests.allSatisfy { $0.method == .GET })
    }

    @Test(
        "a missing value is named before anything is asked",
        arguments: ["appId", "appSecret", "accessToken", "businessAccountId", "phoneNumberId"])
    func missing(field: String) async throws {
        var draft = Self.draft
        switch field {
        case "appId": draft.appID = ""
        case "appSecret": draft.appSecret = " \n"
        case "accessToken": draft.accessToken = "\t"
        case "businessAccountId": draft.businessAccountID = ""
        default: draft.phoneNumberID = ""
        }
        let (result, requests) = try await Self.check(draft)
        #expect(result == .failure(.missing(field: field)))
        #expect(requests.isEmpty)
    }

    static let debug = "/v26.0/debug_token"
    static let app = "/v26.0/900800700600"
    static let account = "/v26.0/102030405060708"
    static let number = "/v26.0/111222333444555"

    @Test(
        "each wrong value is found out",
        arguments: [
            ([debug: error(190)], .appSecretWrong),
            ([debug: error(101)], .appSecretWrong),
            ([debug: error(1)], .appSecretWrong),
            ([debug: error(190), app: error(100, 33)], .appIDWrong),
            ([debug: error(190), app: error(190)], .accessTokenWrong("code 190")),
            ([debug: error(100)], .appIDWrong),
            ([debug: .json(200, #"{"data":{"app_id":"5","is_valid":true}}"#)], .appIDWrong),
            (
                [debug: .json(200, #"{"data":{"app_id":"900800700600","is_valid":false,"error":{"code":190,"subcode":463}}}"#)],
                .accessTokenWrong("it has expired")
            ),
            ([debug: .json(200, #"{"data":{"is_valid":false}}"#)], .accessTokenWrong("it isn't valid")),
            ([account: error(100, 33)], .businessAccountWrong),
            ([account: error(200)], .businessAccountWrong),
            ([account: error(190)], .accessTokenWrong("code 190")),
            ([number: error(100, 33)], .phoneNumberIDWrong),
            ([number: .json(200, #"{"id":"111222333444555"}"#)], .phoneNumberIDWrong),
            ([account + "/phone_numbers": .json(200, #"{"data":[{"id":"1"}]}"#)], .phoneNumberNotInAccount),
            ([account + "/phone_numbers": .json(200, #"{"data":[]}"#)], .phoneNumberNotInAccount),
            ([debug: error(4)], .providerUnreachable("code 4")),
            ([debug: error(2)], .providerUnreachable("code 2")),
            ([account: error(80_007)], .providerUnreachable("code 80007")),
            ([debug: .json(503, "")], .providerUnreachable("the server answered 503")),
            ([debug: .close], .providerUnreachable("the connection was closed")),
            ([number: .json(502, "<html>")], .providerUnreachable("the server answered 502")),
        ] as [([String: LoopbackGraph.Answer], ConnectionProblem)])
    func wrong(changes: [String: LoopbackGraph.Answer], problem: ConnectionProblem) async throws {
        let (result, _) = try await Self.check(Self.draft, changes)
        #expect(result == .failure(problem))
    }

    @Test("values that no header could carry are refused without a call")
    func unfit() async throws {
        var draft = Self.draft
        draft.accessToken = "EAAG\r\nX-Injected: 1"
        #expect(try await Self.check(draft).0 == .failure(.accessTokenWrong("it holds characters that no token has")))
        draft = Self.draft
        draft.appSecret = "sécret"
        #expect(try await Self.check(draft).0 == .failure(.appSecretWrong))
        draft = Self.draft
        draft.appID = "12/../34"
        #expect(try await Self.check(draft).0 == .failure(.appIDWrong))
    }

    @Test("a number on a later page is found by its cursor")
    func pages() async throws {
        let first = #"{"data":[{"id":"1"}],"paging":{"cursors":{"after":"QVF/1="},"next":"https://elsewhere.example.test/"}}"#
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            if request.path == Self.account + "/phone_numbers", !request.uri.contains("after=QVF%2F1%3D") { return .json(200, first) }
            return Self.healthy[request.path].map { .json(200, $0) } ?? Self.error(100, 33)
        }
        try await LoopbackGraph.run(answer) { server in
            let report = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.check(Self.draft) }
            #expect(report.displayName == "Acme")
            #expect(server.requests.filter { $0.path.hasSuffix("/phone_numbers") }.count == 2)
        }
    }

    @Test(
        "what the page warns of",
        arguments: [
            (#""quality_rating":"UNKNOWN""#, .confirmed, nil), (#""status":"PENDING""#, .unregistered, nil),
            (#""platform_type":"NOT_APPLICABLE""#, .unregistered, nil), (#""status":"MIGRATED""#, .numberMissing, nil),
            (#""status":"BANNED""#, .confirmed, .suspended), (#""status":"FLAGGED""#, .confirmed, nil),
        ] as [(String, SenderEvent, SenderFacts.Policy?)])
    func warnings(member: String, state: SenderEvent, policy: SenderFacts.Policy?) async throws {
        let name = String(member.prefix { $0 != ":" })
        let node = try #require(Self.healthy[Self.number]).replacing(try Regex(name + #":"[A-Z_]+""#), with: member)
        let report = try await Self.check(Self.draft, [Self.number: .json(200, node)]).0.get()
        #expect((report.state, report.policy) == (state, policy))
        #expect((report.quality == nil) == (name == #""quality_rating""#))
    }

    @Test(
        "what the health of a number says of its account, in Meta's words",
        arguments: [
            (
                #"{"can_send_message":"AVAILABLE","entities":[{"entity_type":"WABA","can_send_message":"AVAILABLE"}]}"#, .confirmed, .fine,
                nil
            ),
            (
                #"{"can_send_message":"BLOCKED","entities":[{"entity_type":"WABA","can_send_message":"BLOCKED","errors":[{"error_code":141010,"error_description":"The account is locked.","possible_solution":"Appeal."}]}]}"#,
                .confirmed, .suspended, "The account is locked. Appeal."
            ),
            (
                #"{"can_send_message":"BLOCKED","entities":[{"entity_type":"WABA","can_send_message":"BLOCKED","errors":[{"error_code":141006,"error_description":"There is no payment method."}]}]}"#,
                .paymentMissing, .fine, "There is no payment method."
            ),
            (
                #"{"can_send_message":"BLOCKED","entities":[{"entity_type":"PHONE_NUMBER","can_send_message":"BLOCKED"}]}"#, .confirmed,
                .fine,
                nil
            ),
        ] as [(String, SenderEvent, SenderFacts.Policy, String?)])
    func health(text: String, state: SenderEvent, policy: SenderFacts.Policy, words: String?) async throws {
        let node = try #require(Self.healthy[Self.number]).replacing(
            #""status":"CONNECTED""#, with: #""status":"CONNECTED","health_status":\#(text)"#)
        let report = try await Self.check(Self.draft, [Self.number: .json(200, node)]).0.get()
        #expect((report.state, report.policy, report.explanation) == (state, policy, words))
    }

    @Test("a token that ends, and an app that isn't subscribed, are told")
    func temporaryAndUnsubscribed() async throws {
        let (result, _) = try await Self.check(
            Self.draft,
            [
                Self.debug: .json(200, #"{"data":{"app_id":"900800700600","is_valid":true,"expires_at":1790000000}}"#),
                Self.account + "/subscribed_apps": .json(200, #"{"data":[{"whatsapp_business_api_data":{"id":"5"}}]}"#),
            ])
        let report = try result.get()
        #expect(report.account.token.expiresAt != nil)
        #expect(!report.account.isSubscribed)
    }

    static let ours = #"{"data":[{"whatsapp_business_api_data":{"id":"5"}},{"whatsapp_business_api_data":{"id":"900800700600"}}]}"#

    @Test("an app is subscribed once, and asked for first", arguments: [(#"{"data":[]}"#, ["GET", "POST"]), (ours, ["GET"])])
    func subscribes(list: String, calls: [String]) async throws {
        let answer: @Sendable (LoopbackGraph.Request) -> LoopbackGraph.Answer = { request in
            request.method == .GET ? .json(200, list) : .json(200, #"{"success":true}"#)
        }
        try await LoopbackGraph.run(answer) { server in
            try await ChannelFixtures.withChannel(server.baseURL) { try await $0.subscribe(ChannelFixtures.route) }
            #expect(server.requests.map(\.method.rawValue) == calls)
            #expect(server.requests.allSatisfy { $0.path == Self.account + "/subscribed_apps" && $0.bearer == ChannelFixtures.token })
            #expect(server.requests.dropFirst().allSatisfy { $0.text == "{}" })
        }
    }

    @Test(
        "whether an app is subscribed goes by its id",
        arguments: [(#"{"data":[]}"#, false), (ours, true), (#"{"data":[{"id":"900800700600"}]}"#, false)])
    func isSubscribed(list: String, expected: Bool) async throws {
        try await LoopbackGraph.run(always: .json(200, list)) { server in
            let subscribed = try await ChannelFixtures.withChannel(server.baseURL) { try await $0.isSubscribed(ChannelFixtures.route) }
            #expect(subscribed == expected)
        }
    }

    @Test(
        "a subscription that Graph refuses is a problem",
        arguments: [
            (error(200), "channel.credentials"), (error(2), "channel.unavailable"),
            (.json(200, #"{"success":false}"#), "channel.unavailable"),
        ] as [(LoopbackGraph.Answer, String)])
    func subscriptionRefused(answer: LoopbackGraph.Answer, code: String) async throws {
        try await LoopbackGraph.run(always: answer) { server in
            let problem = await #expect(throws: ChannelProblem.self) {
                try await ChannelFixtures.withChannel(server.baseURL) { try await $0.subscribe(ChannelFixtures.route) }
            }
            #expect(problem?.code == code)
            ChannelFixtures.expectNoSecret(problem as Any, problem?.detail as Any)
        }
    }
}
