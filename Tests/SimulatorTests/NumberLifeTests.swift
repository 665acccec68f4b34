import HTTPTypes
import Testing

@testable import Simulator

/// A number that is added, and what its owner's phone gets.
private struct NewNumber {
    let scene: Scene
    let id: String

    init(_ scene: Scene, digits: String = "15112345678") async throws {
        self.scene = scene
        let made = try await scene.call(
            .post, "/v26.0/\(Scene.account)/phone_numbers?cc=49&phone_number=\(digits)&verified_name=Acme"
        ).json
        id = try #require(made["id"]?.string)
    }

    /// Nil for success.
    func code(_ edge: String, _ query: String = "") async throws -> Int? {
        let answer = try await scene.call(.post, "/v26.0/\(id)/\(edge)?messaging_product=whatsapp&\(query)")
        return answer.status == 200 ? nil : answer.json["error"]?["code"]?.integer
    }

    func request(_ method: String = "SMS") async throws -> Int? {
        try await code("request_code", "code_method=\(method)&language=en_US")
    }

    var sent: JSON {
        get async throws { try #require(try await scene.control(.get, "codes?number=\(id)")["data"]?.array?.first) }
    }

    func verify() async throws {
        #expect(try await request() == nil)
        #expect(try await code("verify_code", "code=\(sent["code"]?.string ?? "")") == nil)
    }

    var state: [String?] {
        get async throws {
            let node = try await scene.call(.get, "/v26.0/\(id)?fields=status,platform_type,code_verification_status").json
            return ["status", "code_verification_status", "platform_type"].map { node[$0]?.string }
        }
    }
}

@Suite("The life of a number", .timeLimit(.minutes(5)))
struct NumberLifeTests {
    @Test("a number is added, verified, registered and signed off")
    func life() async throws {
        try await Scene.play { scene in
            let number = try await NewNumber(scene)
            #expect(try await number.state == ["PENDING", "NOT_VERIFIED", "NOT_APPLICABLE"])
            #expect(try await number.code("register", "pin=123456") == 133006)
            try await number.verify()
            #expect(try await number.state == ["PENDING", "VERIFIED", "NOT_APPLICABLE"])
            #expect(try await number.code("register", "pin=12345") == 100)
            #expect(try await number.code("register", "pin=111111") == nil)
            #expect(try await number.state == ["CONNECTED", "VERIFIED", "CLOUD_API"])
            #expect(try await number.code("register", "pin=222222") == 133005)
            #expect(try await number.code("deregister") == nil)
            #expect(try await number.state == ["DISCONNECTED", "VERIFIED", "NOT_APPLICABLE"])
            #expect(
                try await scene.call(
                    .post, "/v26.0/\(number.id)/messages", ["messaging_product": "whatsapp", "to": "1", "text": ["body": "x"]]
                ).json["error"]?["code"]?.integer == 133010)
            #expect(try await scene.call(.get, "/v26.0/\(Scene.account)/phone_numbers").json["data"]?.array?.count == 3)
        }
    }

    @Test("an SMS tells its code, a call only once somebody takes it, and the newest code counts")
    func codes() async throws {
        try await Scene.play { scene in
            let number = try await NewNumber(scene)
            #expect(try await number.request() == nil)
            let message = try await number.sent
            let first = try #require(message["code"]?.string)
            #expect(message["method"] == "SMS" && message["display"] == "+49 1511-234-5678")
            #expect(message["text"]?.string?.contains("\(first.prefix(3))-\(first.suffix(3))") == true)

            #expect(try await number.request("VOICE") == nil)
            let call = try await number.sent
            #expect(call["code"] == nil && call["text"] == nil)
            let taken = try await scene.control(.post, "codes/\(try #require(call["id"]?.string))/answer")
            let second = try #require(taken["code"]?.string)
            #expect(taken["text"]?.string?.contains(second.map(String.init).joined(separator: " ")) == true)
            if first != second { #expect(try await number.code("verify_code", "code=\(first)") == 136025) }
            #expect(try await number.code("verify_code", "code=\(second)") == nil)
            #expect(try await number.request() == 100)
        }
    }

    @Test("a code holds for ten minutes, and five are sent in four hours")
    func codeLimits() async throws {
        try await Scene.play { scene in
            let number = try await NewNumber(scene)
            #expect(try await number.request() == nil)
            let code = try await number.sent["code"]?.string ?? ""
            scene.pass(601)
            #expect(try await number.code("verify_code", "code=\(code)") == 136025)
            for _ in 0..<4 { #expect(try await number.request() == nil) }
            #expect(try await number.request() == 136024)
            scene.pass(4 * 3_600)
            try await number.verify()
        }
    }

    @Test("a number that is on WhatsApp can't be added, nor verified, until that account is deleted")
    func onWhatsApp() async throws {
        try await Scene.play { scene in
            let add = "/v26.0/\(Scene.account)/phone_numbers?cc=55&phone_number=21998765401&verified_name=Acme"
            #expect(try await scene.call(.post, add).json["error"]?["error_subcode"]?.integer == 2_388_012)
            try await scene.control(.patch, "phones/\(Scene.ana)", ["reachable": false])
            #expect(try await scene.call(.post, add).status == 200)
            #expect(try await scene.call(.post, add).json["error"]?["error_subcode"]?.integer == 2_388_012)
            let other = try await NewNumber(scene)
            try await scene.control(.post, "phones", ["name": "Otto", "number": "4930111222"])
            let third = try await NewNumber(scene, digits: "30111333")
            try await scene.control(.patch, "phones/\(Scene.ana)", ["reachable": true])
            #expect(try await other.request() == nil)
            #expect(try await third.request() == nil)
            let anas = try await scene.control(.get, "numbers")["data"]?.array?.first { $0["digits"]?.string == Scene.anasNumber }
            let answer = try await scene.call(
                .post, "/v26.0/\(try #require(anas?["id"]?.string))/request_code?code_method=SMS&language=en_US")
            #expect(answer.json["error"]?["error_subcode"]?.integer == 2_388_012)
        }
    }

    @Test("PINs that are guessed too fast or too often aren't compared any more")
    func pins() async throws {
        try await Scene.play { scene in
            func register(_ pin: String) async throws -> Int? {
                let answer = try await scene.call(
                    .post, "/v26.0/\(Scene.number)/register", ["messaging_product": "whatsapp", "pin": .string(pin)])
                return answer.json["error"]?["code"]?.integer
            }
            let set = try await scene.call(.post, "/v26.0/\(Scene.number)", ["pin": "654321"])
            #expect(set.status == 200)
            for _ in 0..<3 { #expect(try await register("111111") == 133005) }
            #expect(try await register("654321") == 133009)
            scene.pass(21)
            for _ in 0..<2 { #expect(try await register("111111") == 133005) }
            scene.pass(21)
            #expect(try await register("654321") == 133008)
            scene.pass(12 * 3_600)
            #expect(try await register("654321") == nil)
        }
    }

    @Test("a number is registered ten times in 72 hours")
    func registrations() async throws {
        try await Scene.play { scene in
            let number = try await NewNumber(scene)
            try await number.verify()
            for _ in 0..<5 {
                #expect(try await number.code("register", "pin=111111") == nil)
                #expect(try await number.code("deregister") == nil)
            }
            #expect(try await number.code("register", "pin=111111") == 133016)
            scene.pass(72 * 3_600 + 1)
            #expect(try await number.code("register", "pin=111111") == nil)
        }
    }

    @Test("a number that was deleted can be registered again after five minutes")
    func deletion() async throws {
        try await Scene.play { scene in
            let number = try await NewNumber(scene)
            try await scene.control(.delete, "numbers/\(number.id)")
            #expect(try await scene.call(.get, "/v26.0/\(number.id)").json["error"]?["error_subcode"]?.integer == 33)
            let again = try await NewNumber(scene)
            try await again.verify()
            #expect(try await again.code("register", "pin=111111") == 133015)
            scene.pass(301)
            #expect(try await again.code("register", "pin=111111") == nil)
        }
    }
}
