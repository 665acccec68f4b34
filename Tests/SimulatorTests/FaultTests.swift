import AsyncHTTPClient
import HTTPTypes
import HummingbirdTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@testable import Simulator

@Suite("Faults and the control API", .timeLimit(.minutes(5)))
struct FaultTests {
    @Test("a call goes wrong before or after it takes effect, as often as asked", arguments: [(false, 0), (true, 1)])
    func errors(after: Bool, accepted: Int) async throws {
        try await Scene.play { scene in
            try await scene.write()
            try await scene.control(.post, "faults", ["action": "error", "code": 131016, "status": 500, "after": .bool(after)])
            let answer = try await scene.send(Scene.text("x"))
            #expect(answer.status == 500)
            #expect(answer.json["error"]?["code"]?.integer == 131016)
            #expect(try await scene.control(.get, "ledger")["total"]?.integer == accepted)
            #expect(try await scene.send(Scene.text("x")).status == 200)
        }
    }

    @Test("rules name their edge; a bare status has no envelope")
    func edges() async throws {
        try await Scene.play { scene in
            try await scene.control(.post, "faults", ["action": "status", "status": 502, "edge": "message_templates", "times": 2])
            #expect(try await scene.call(.get, "/\(Scene.number)").status == 200)
            for _ in 0..<2 { #expect(try await scene.call(.get, "/\(Scene.account)/message_templates").status == 502) }
            #expect(try await scene.call(.get, "/\(Scene.account)/message_templates").status == 200)
        }
    }

    @Test(
        "a message that was accepted is in the ledger and its status quotes its reference, whatever the sender was told",
        arguments: [
            #"{"action":"status","status":500,"after":true}"#, #"{"action":"error","code":131000,"status":500,"after":true}"#,
            #"{"action":"reset","after":true}"#,
        ])
    func acceptedAndDenied(rule: String) async throws {
        try await Scene.play { scene in
            try await scene.write()
            _ = try await scene.webhooks.next(1)
            try await scene.control(.post, "faults", try JSON(parsing: ByteBuffer(string: rule)))
            var body = Scene.text("x")
            body["biz_opaque_callback_data"] = "msg_1.1"
            #expect(try await scene.send(body).status >= 500)
            let ledger = try await scene.control(.get, "ledger")
            #expect(ledger["data"]?.array?.map { $0["callbackData"]?.string } == ["msg_1.1"])
            let status = try await scene.webhooks.value()["statuses"]?.array?.first
            #expect(status?["status"]?.string == "sent")
            #expect(status?["biz_opaque_callback_data"]?.string == "msg_1.1")
        }
    }

    @Test("a refusal whose answer is lost is counted with its rule: nobody accepted the message, and nobody was told")
    func hiddenRefusals() async throws {
        try await Scene.play { scene in
            try await scene.write()
            try await scene.control(.post, "faults", ["action": "status", "status": 500, "after": true, "times": .null])
            #expect(try await scene.send(Scene.text("x")).status == 500)
            var refused = Scene.text("x")
            refused["type"] = "nonsense"
            #expect(try await scene.send(refused).status == 500)
            let rule = try #require(try await scene.control(.get, "faults")["rules"]?.array?.first)
            #expect(rule["hits"]?.integer == 2 && rule["hiddenRefusals"]?.integer == 1)
            #expect(try await scene.control(.get, "ledger")["total"]?.integer == 1)
        }
    }

    @Test("statuses that don't quote the reference are a setting")
    func withoutReference() async throws {
        try await Scene.play { scene in
            try await scene.write()
            _ = try await scene.webhooks.next(1)
            try await scene.control(.patch, "settings", ["quoteCallbackData": false])
            var body = Scene.text("x")
            body["biz_opaque_callback_data"] = "msg_1.1"
            #expect(try await scene.send(body).status == 200)
            let status = try #require(try await scene.webhooks.value()["statuses"]?.array?.first)
            #expect(status["status"]?.string == "sent")
            #expect(status["biz_opaque_callback_data"] == nil)
        }
    }

    @Test("a rule with a chance strikes that share, the same calls for the same seed, and counts its hits")
    func chances() async throws {
        func statuses(seed: Int) async throws -> [Int] {
            let answers = Mutex<[Int]>([])
            try await Scene.play(callback: nil) { scene in
                try await scene.control(
                    .post, "faults",
                    ["action": "status", "status": 500, "edge": "*", "times": .null, "chance": 0.2, "seed": .integer(seed)])
                for _ in 0..<200 {
                    let status = try await scene.call(.get, "/\(Scene.number)").status
                    answers.withLock { $0.append(status) }
                }
                let hits = try await scene.control(.get, "faults")["rules"]?.array?.first?["hits"]?.integer
                #expect(hits == answers.withLock { $0.count { $0 == 500 } })
            }
            return answers.withLock { $0 }
        }
        let first = try await statuses(seed: 7)
        #expect((20...60).contains(first.count { $0 == 500 }))
        #expect(try await statuses(seed: 7) == first)
        #expect(try await statuses(seed: 8) != first)
    }

    @Test("of several rules the first that fits and strikes counts")
    func severalRules() async throws {
        try await Scene.play(callback: nil) { scene in
            try await scene.control(.post, "faults", ["action": "status", "status": 500, "edge": "*", "times": .null, "chance": 0])
            try await scene.control(.post, "faults", ["action": "status", "status": 502, "edge": "*", "times": .null, "chance": 1])
            #expect(try await scene.call(.get, "/\(Scene.number)").status == 502)
        }
    }

    @Test(
        "webhooks come twice, late, again after they were lost, and again although they were taken",
        arguments: [("duplicate", 2), ("late", 1), ("drop", 1), ("forget", 2)])
    func webhookChances(name: String, times: Int) async throws {
        try await Scene.play { scene in
            try await scene.control(.put, "faults/webhooks", ["chance": .object([.init(name, 1), .init("within", 5)])])
            for number in 0..<5 { try await scene.write(Scene.text("\(number)")) }
            let texts = try await scene.webhooks.values(5 * times).map {
                $0["messages"]?.array?.first?["text"]?["body"]?.string ?? ""
            }
            #expect(texts.sorted() == (0..<5).flatMap { [String](repeating: "\($0)", count: times) })
            while try await scene.control(.get, "deliveries")["waiting"]?.integer != 0 { await Task.yield() }
        }
    }

    @Test("what waits counts those that stepped aside")
    func waiting() async throws {
        try await Scene.play { scene in
            try await scene.control(.put, "faults/webhooks", ["chance": ["late": 1, "within": 600_000, "seed": 3]])
            for number in 0..<5 { try await scene.write(Scene.text("\(number)")) }
            #expect(try await scene.control(.get, "deliveries")["waiting"]?.integer == 5)
            try await scene.control(.post, "reset")
            #expect(try await scene.control(.get, "deliveries")["waiting"]?.integer == 0)
        }
    }

    @Test(
        "orders that make no sense are refused with a sentence",
        arguments: [
            ("POST", "faults", #"{"action":"explode"}"#), ("POST", "faults", #"{"action":"error"}"#),
            ("POST", "faults", #"{"action":"reset","chance":1.5}"#), ("POST", "faults", #"{"action":"reset","seed":"x"}"#),
            ("PUT", "faults/webhooks", #"{"chance":{"duplicate":2}}"#), ("PUT", "faults/webhooks", #"{"chance":{"luck":1}}"#),
            ("PUT", "faults/webhooks", #"{"chance":7}"#), ("PUT", "faults/webhooks", #"{"chance":{"within":-1}}"#),
            ("PATCH", "settings", #"{"speed":1}"#),
            ("PATCH", "settings", #"{"sentDelay":-1}"#), ("PATCH", "settings", #"{"window":"maybe"}"#), ("PUT", "clock", "{}"),
            ("POST", "phones", #"{"name":"X"}"#),
            ("POST", "phones", #"{"name":"X","number":"15550100200"}"#),
            ("POST", "phones/phone-1/messages", #"{"to":"720000000000001","type":"poll"}"#),
            ("POST", "phones/phone-99/messages", #"{}"#), ("PATCH", "numbers/1", "{}"),
            ("POST", "webhooks", #"{"account":"1","field":"x","value":{}}"#),
            ("POST", "reset", "{"),
            ("PUT", "clock", #"{"offsetSeconds":1e300}"#), ("PUT", "clock", #"{"offsetSeconds":"nan"}"#),
            ("POST", "faults", #"{"action":"error","code":1,"status":1000}"#),
            ("POST", "faults", #"{"action":"error","code":1,"status":-1}"#),
            ("POST", "phones/phone-1/messages", #"{"to":"720000000000001","type":"text","timestamp":9223372036854775807}"#),
            ("POST", "phones/phone-1/messages", #"{"to":"720000000000001","type":"text","timestamp":-9223372036854775808}"#),
            ("POST", "tokens", #"{"token":"x","app":"700000000000001","expiresInSeconds":9223372036854775807}"#),
            ("POST", "tokens", #"{"token":"x","app":"700000000000001","expiresInSeconds":-9223372036854775808}"#),
        ])
    func refusals(method: String, path: String, body: String) async throws {
        try await Scene.play { scene in
            let response = try await scene.client.execute(
                uri: "/control/v1/\(path)", method: try #require(HTTPRequest.Method(method)), headers: [:], body: ByteBuffer(string: body))
            #expect([400, 404, 409, 422].contains(Int(response.status.code)))
            #expect(try JSON(parsing: response.body)["error"]?.string?.hasSuffix(".") == true)
        }
    }

    @Test("a place behind all rows, and one before them, is a page like any other", arguments: [Int.max, Int.min])
    func places(after: Int) async throws {
        try await Scene.play { scene in
            try await scene.write()
            #expect(try await scene.send(Scene.text("x")).status == 200)
            _ = await scene.webhooks.next(1)
            for list in ["ledger", "deliveries"] {
                let rows = try await scene.control(.get, "\(list)?after=\(after)&waitSeconds=-1")["data"]?.array
                #expect(rows?.isEmpty == (after == Int.max), "\(list)")
            }
        }
    }

    @Test("the ledger of one number is paged by that number's rows")
    func ledgerOfANumber() async throws {
        try await Scene.play { scene in
            let other = "720000000000002"
            for number in [Scene.number, Scene.number, Scene.number, other, other] {
                try await scene.control(.post, "phones/phone-1/messages", ["to": .string(number), "type": "text", "text": ["body": "Hi"]])
                let body: JSON = [
                    "messaging_product": "whatsapp", "to": .string(Scene.anasNumber), "type": "text", "text": ["body": "x"],
                ]
                #expect(try await scene.call(.post, "/v26.0/\(number)/messages", body).status == 200)
            }
            let first = try await scene.control(.get, "ledger?number=\(other)&limit=1")
            #expect(first["data"]?.array?.compactMap { $0["sequence"]?.integer } == [4])
            let second = try await scene.control(.get, "ledger?number=\(other)&limit=2&after=\(first["next"]?.integer ?? -1)")
            #expect(second["data"]?.array?.compactMap { $0["sequence"]?.integer } == [5])
            #expect(second["next"] == .null)
        }
    }

    @Test("every address of the index is served, and pages of other sites get nothing")
    func index() async throws {
        try await Scene.play { scene in
            let rows = try #require(try await scene.call(.get, "/control/v1").json["data"]?.array)
            for row in rows where row["method"]?.string?.contains("GET") == true && row["path"]?.string?.contains("{") == false {
                let path = try #require(row["path"]?.string)
                // A stream never ends by itself.
                if path != "/control/v1/stream" { #expect(try await scene.call(.get, path).status == 200, "\(path)") }
            }
            #expect(try await scene.call(.get, "/control/v1/phones", headers: [.origin: "http://evil.test"]).status == 403)
        }
    }

    @Test("a reset forgets messages, phones and faults, but not which ids were given out")
    func reset() async throws {
        try await Scene.play(callback: nil) { scene in
            let before = try await scene.write()
            try await scene.control(.post, "phones", ["name": "New", "username": "new.one", "country": "FR"])
            try await scene.control(.put, "faults/down", ["isDown": true])
            try await scene.control(.post, "reset")
            #expect(try await scene.control(.get, "phones")["data"]?.array?.count == SimulatorSeed.sample.customers.count)
            #expect(try await scene.call(.get, "/\(Scene.number)").status == 200)
            #expect(try await scene.write() != before)
        }
    }

    @Test("over a real socket: the port is told, connections break off, and the page has its policy")
    func live() async throws {
        let server = SimulatorServer(configuration: SimulatorConfiguration(port: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            let base = "http://127.0.0.1:\(try await server.port())"
            let client = HTTPClient.shared
            var down = HTTPClientRequest(url: base + "/control/v1/faults/down")
            down.method = .PUT
            down.body = .bytes(ByteBuffer(string: #"{"isDown":true}"#))
            #expect(try await client.execute(down, timeout: .seconds(10)).status == .ok)
            await #expect(throws: (any Error).self) {
                try await client.execute(HTTPClientRequest(url: base + "/v26.0/\(Scene.number)"), timeout: .seconds(10))
            }
            let page = try await client.execute(HTTPClientRequest(url: base + "/"), timeout: .seconds(10))
            #expect(page.headers.first(name: "Content-Security-Policy")?.contains("default-src 'none'") == true)
            #expect(String(buffer: try await page.body.collect(upTo: 100_000)).contains("Customers' phones"))
            group.cancelAll()
        }
    }
}
