import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import Simulator

@Suite("Embedded Signup", .timeLimit(.minutes(5)))
struct SignupTests {
    private static let app = SimulatorSeed.App.signup

    /// What somebody does in the window, without the window.
    private static func finish(_ scene: Scene, _ change: (inout JSON) -> Void = { _ in }) async throws -> JSON {
        var body: JSON = [
            "app": .string(app.id), "configuration": .string(app.configurationID ?? ""), "owner": "owner-2",
            "accountName": "Porter Repairs",
        ]
        change(&body)
        return try await scene.control(.post, "signups", body)
    }

    private static func exchange(_ scene: Scene, _ code: JSON?, secret: String = app.secret) async throws -> (status: Int, json: JSON) {
        try await scene.call(
            .get, "/v26.0/oauth/access_token?client_id=\(app.id)&client_secret=\(secret)&code=\(code?.string ?? "")", token: nil)
    }

    private static func token(_ scene: Scene, _ code: JSON?) async throws -> String {
        try #require(try await exchange(scene, code).json["access_token"]?.string)
    }

    private static func facts(_ scene: Scene, _ token: String) async throws -> JSON {
        try await scene.call(.get, "/v26.0/debug_token?input_token=\(token)", token: "\(app.id)|\(app.secret)").json["data"] ?? .null
    }

    @Test("the window's code gives a token once, within thirty seconds, to the right app alone")
    func codes() async throws {
        try await Scene.play { scene in
            let code = try await Self.finish(scene)["code"]
            let wrong = try await Self.exchange(scene, code, secret: "wrong")
            #expect(wrong.json["error"]?["code"] == 101)
            let other = try await scene.call(
                .get,
                "/v26.0/oauth/access_token?client_id=\(Scene.app)&client_secret=simulated-app-secret-000000000001&code=\(code?.string ?? "")",
                token: nil)
            #expect(other.json["error"]?["error_subcode"] == 36_009)
            #expect(try await Self.exchange(scene, code).json["token_type"] == "bearer")
            let again = try await Self.exchange(scene, code)
            #expect(again.status == 400 && again.json["error"]?["code"] == 100 && again.json["error"]?["error_subcode"] == 36_009)
            #expect(again.json["error"]?["fbtrace_id"] != nil)

            let late = try await Self.finish(scene)["code"]
            scene.pass(31)
            #expect(try await Self.exchange(scene, late).json["error"]?["error_subcode"] == 36_007)
        }
    }

    @Test("a code that the open window still holds counts its seconds once it is let go")
    func held() async throws {
        try await Scene.play { scene in
            let code = try await Self.finish(scene) { $0["isHeld"] = true }["code"]
            scene.pass(600)
            try await scene.control(.post, "signups/\(code?.string ?? "")/release")
            scene.pass(29)
            #expect(try await Self.exchange(scene, code).status == 200)
        }
    }

    @Test("a token tells its permissions and accounts, newest first, and reaches no others")
    func grants() async throws {
        try await Scene.play { scene in
            let first = try await Self.finish(scene)
            let second = try await Self.finish(scene) { $0["accountName"] = "Porter Rentals" }
            let accounts = [second, first].compactMap { $0["data"]?["waba_id"] }
            let token = try await Self.token(scene, second["code"])
            let facts = try await Self.facts(scene, token)
            #expect(facts["app_id"]?.string == Self.app.id && facts["is_valid"] == true && facts["expires_at"] == 0)
            #expect(facts["scopes"]?.array == AccessToken.allScopes.map { .string($0) })
            #expect(facts["granular_scopes"]?.array?.map { $0["target_ids"]?.array } == [accounts, accounts])
            #expect(first["event"] == "FINISH_ONLY_WABA" && first["data"]?["phone_number_id"] == nil)
            #expect(first["data"]?["business_id"] == second["data"]?["business_id"])
            #expect(try await scene.call(.get, "/v26.0/\(accounts[0].string ?? "")", token: token).json["name"] == "Porter Rentals")
            #expect(try await scene.call(.get, "/v26.0/\(Scene.account)", token: token).json["error"]?["error_subcode"] == 33)
        }
    }

    @Test(
        "a permission that was refused is missing from the token",
        arguments: ["whatsapp_business_management", "whatsapp_business_messaging"])
    func permissions(allowed: String) async throws {
        try await Scene.play { scene in
            let signup = try await Self.finish(scene) { body in
                (body["owner"], body["account"], body["number"]) = ("owner-1", .string(Scene.account), .string(Scene.number))
                body["permissions"] = [.string(allowed)]
            }
            let token = try await Self.token(scene, signup["code"])
            #expect(try await Self.facts(scene, token)["scopes"] == [.string(allowed)])
            // 400: it may send, and the message is empty.
            let isManagement = allowed == AccessToken.management
            #expect(try await scene.call(.post, "/v26.0/\(Scene.number)/messages", [:], token: token).status == (isManagement ? 403 : 400))
            let read = try await scene.call(.get, "/v26.0/\(Scene.number)", token: token)
            #expect(read.status == (isManagement ? 200 : 403))
            if !isManagement { #expect(read.json["error"]?["code"] == 200) }
        }
    }

    @Test(
        "the whole way: a number is added in the window, verified, shared, and its webhooks go to the address that was set for its account")
    func wholeWay() async throws {
        let verifyToken = "hub-verify-token"
        let router = Router()
        router.get("hook") { request, _ -> Response in
            let query = request.uri.queryParameters
            guard query["hub.verify_token"] == verifyToken[...] else { return Response(status: .forbidden) }
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(string: String(query["hub.challenge"] ?? ""))))
        }
        let hub = Application(router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)))
        try await hub.test(.live) { client in
            try await Self.signUp(callback: "http://127.0.0.1:\(client.port ?? 0)/hook", verifyToken: verifyToken)
        }
    }

    private static func signUp(callback: String, verifyToken: String) async throws {
        try await Scene.play(callback: nil) { scene in
            try await scene.control(
                .patch, "apps/\(Self.app.id)", ["callbackUrl": "http://hub.test/app", "skipHandshake": true])
            let added = try await scene.control(
                .post, "signups/numbers",
                ["owner": "owner-2", "accountName": "Porter Repairs", "name": "Porter Repairs", "number": "+49 151 1234 5678"])
            let number = try #require(added["number"]?["id"]?.string)
            try await scene.control(.post, "signups/codes", ["number": .string(number), "method": "VOICE"])
            let call = try await scene.control(.get, "codes?number=4915112345678")["data"]?.array?.first
            let taken = try await scene.control(.post, "codes/\(call?["id"]?.string ?? "")/answer")
            try await scene.control(.post, "signups/verifications", ["number": .string(number), "code": taken["code"] ?? ""])
            let signup = try await Self.finish(scene) { body in
                (body["account"], body["accountName"], body["number"]) = (added["account"], nil, .string(number))
            }
            #expect(signup["event"] == "FINISH" && signup["data"]?["phone_number_id"]?.string == number)
            let account = try #require(signup["data"]?["waba_id"]?.string)

            let partner = try #require(await scene.webhooks.next(1).first)
            let change = try JSON(parsing: partner.body)["entry"]?.array?.first?["changes"]?.array?.first
            #expect(partner.url == "http://hub.test/app" && change?["field"] == "account_update")
            #expect(change?["value"]?["event"] == "PARTNER_ADDED")
            #expect(change?["value"]?["waba_info"]?["waba_id"]?.string == account)

            let token = try await Self.token(scene, signup["code"])
            let listed = try await scene.call(.get, "/v26.0/\(account)/phone_numbers", token: token).json["data"]?.array
            #expect(listed?.map { $0["id"]?.string } == [number])
            func subscribe(_ token: String, verify: String) async throws -> Int {
                try await scene.call(
                    .post, "/v26.0/\(account)/subscribed_apps",
                    ["override_callback_uri": .string(callback), "verify_token": .string(verify)], token: token
                ).json["error"]?["code"]?.integer ?? 0
            }
            #expect(try await subscribe(token, verify: "wrong") == 2200)
            #expect(try await subscribe(token, verify: verifyToken) == 0)
            #expect(
                try await scene.call(
                    .post, "/v26.0/\(number)/register", ["messaging_product": "whatsapp", "pin": "123456"], token: token
                ).json["success"] == true)
            try await scene.control(
                .post, "phones/\(Scene.ana)/messages", ["to": .string(number), "type": "text", "text": ["body": "Hello"]])
            #expect(await scene.webhooks.next(1).map(\.url) == [callback])
        }
    }

    @Test(
        "the window refuses what can't be",
        arguments: [
            ("signups", #"{"app":"1","configuration":"730000000000900","owner":"owner-2","accountName":"A"}"#),
            ("signups", #"{"app":"700000000000900","configuration":"1","owner":"owner-2","accountName":"A"}"#),
            ("signups", #"{"app":"700000000000001","configuration":"730000000000900","owner":"owner-2","accountName":"A"}"#),
            ("signups", #"{"app":"700000000000900","configuration":"730000000000900","owner":"nobody","accountName":"A"}"#),
            ("signups", #"{"app":"700000000000900","configuration":"730000000000900","owner":"owner-2","accountName":""}"#),
            ("signups", #"{"app":"700000000000900","configuration":"730000000000900","owner":"owner-2","account":"710000000000001"}"#),
            ("signups/numbers", #"{"owner":"owner-2","accountName":"A","name":"Acme","number":"12"}"#),
            ("signups/numbers", #"{"owner":"owner-2","accountName":"A","name":"A","number":"4915112345678"}"#),
            ("signups/numbers", #"{"owner":"owner-2","accountName":"A","name":"Acme","number":"5521998765401"}"#),
            ("signups/numbers", #"{"owner":"owner-2","accountName":"A","name":"Acme","number":"15550100200"}"#),
            ("signups/codes", #"{"number":"720000000000001","method":"SMS"}"#),
            ("signups/codes", #"{"number":"1","method":"SMS"}"#),
            ("signups/verifications", #"{"number":"720000000000001","code":"123456"}"#),
            ("codes/1/answer", "{}"),
        ])
    func refusals(path: String, body: String) async throws {
        try await Scene.play { scene in
            let answer = try await scene.call(.post, "/control/v1/" + path, try JSON(parsing: ByteBuffer(string: body)))
            #expect([404, 422].contains(answer.status))
            #expect(answer.json["error"]?.string?.isEmpty == false)
            // Nothing is left over of what failed.
            let offer = try await scene.control(.get, "signups/\(Self.app.id)?configuration=\(Self.app.configurationID ?? "")")
            #expect(offer["owners"]?.array?.map { $0["accounts"]?.array?.count } == [1, 0])
        }
    }

    @Test("the script, the window and the frame are served under any language")
    func pages() async throws {
        try await Scene.play { scene in
            for (path, type) in [
                ("/en_US/sdk.js", "text/javascript; charset=utf-8"), ("/de_DE/sdk.js", "text/javascript; charset=utf-8"),
                ("/dialog/signup?app_id=1", "text/html; charset=utf-8"), ("/dialog/frame", "text/html; charset=utf-8"),
            ] {
                let response = try await scene.client.execute(uri: path, method: .get)
                #expect(response.status == .ok && response.headers[.contentType] == type)
            }
            #expect(try await scene.client.execute(uri: "/dialog/other", method: .get).status == .notFound)
        }
    }
}
