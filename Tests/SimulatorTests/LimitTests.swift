import HTTPTypes
import Testing

@testable import Simulator

@Suite("Limits", .timeLimit(.minutes(5)))
struct LimitTests {
    @Test("free-form messages need an open window, templates don't")
    func window() async throws {
        try await Scene.play { scene in
            let closed = try await scene.send(Scene.text("x"))
            #expect(closed.json["error"]?["code"]?.integer == 131047)
            #expect(try await scene.send(Scene.hello).status == 200)
            try await scene.write()
            #expect(try await scene.send(Scene.text("x")).status == 200)
            scene.pass(24 * 60 * 60 - 1)
            #expect(try await scene.send(Scene.text("x")).status == 200)
            scene.pass(1)
            #expect(try await scene.send(Scene.text("x")).status == 400)
        }
    }

    @Test("the clock can be set ahead by the control API")
    func clockOffset() async throws {
        try await Scene.play { scene in
            try await scene.write()
            try await scene.control(.put, "clock", ["offsetSeconds": 86_400])
            #expect(try await scene.send(Scene.text("x")).json["error"]?["code"]?.integer == 131047)
            #expect(scene.server.clockOffset == .seconds(86_400))
        }
    }

    @Test("a closed window may be told by a status instead")
    func windowByStatus() async throws {
        try await Scene.play(settings: Scene.settings { $0.windowRefusal = .status }) { scene in
            #expect(try await scene.send(Scene.text("x")).status == 200)
            let status = try await scene.webhooks.value()["statuses"]?.array?.first
            #expect(status?["status"]?.string == "failed")
            #expect(status?["errors"]?.array?.first?["code"]?.integer == 131047)
        }
    }

    @Test("eighty messages a second, in and out")
    func throughput() async throws {
        try await Scene.play(settings: Scene.settings { $0.pairLimit = false }, callback: nil) { scene in
            for _ in 0..<10 { try await scene.write() }
            for _ in 0..<70 { #expect(try await scene.send(Scene.text("x")).status == 200) }
            #expect(try await scene.send(Scene.text("x")).json["error"]?["code"]?.integer == 130429)
            scene.pass(1)
            #expect(try await scene.send(Scene.text("x")).status == 200)
            try await scene.control(.patch, "numbers/\(Scene.number)", ["throughput": "HIGH"])
            for _ in 0..<200 { #expect(try await scene.send(Scene.text("x")).status == 200) }
        }
    }

    @Test("forty-five messages at once to one person, then one in six seconds")
    func pair() async throws {
        try await Scene.play(callback: nil) { scene in
            try await scene.write()
            for _ in 0..<45 { #expect(try await scene.send(Scene.text("x")).status == 200) }
            #expect(try await scene.send(Scene.text("x")).json["error"]?["code"]?.integer == 131056)
            scene.pass(5.9)
            #expect(try await scene.send(Scene.text("x")).status == 400)
            scene.pass(0.1)
            #expect(try await scene.send(Scene.text("x")).status == 200)
            #expect(try await scene.send(Scene.text("x")).status == 400)
            try await scene.control(.patch, "settings", ["pairLimit": false])
            #expect(try await scene.send(Scene.text("x")).status == 200)
        }
    }

    @Test("people outside a window are counted once a day, over all numbers of the account")
    func messagingLimit() async throws {
        let settings = Scene.settings { ($0.throughputLimit, $0.unknownRecipients) = (false, .reachable) }
        try await Scene.play(settings: settings, callback: nil) { scene in
            for number in ["720000000000001", "720000000000002"] {
                try await scene.control(.patch, "numbers/\(number)", ["tier": "TIER_50"])
            }
            for person in 0..<50 { #expect(try await scene.send(Scene.hello, to: "1555020\(1_000 + person)").status == 200) }
            #expect(try await scene.send(Scene.hello, to: "15550201000").status == 200)
            #expect(try await scene.send(Scene.hello, to: "15550209999").json["error"]?["code"]?.integer == 131048)
            var body = Scene.hello
            body["messaging_product"] = "whatsapp"
            body["to"] = "15550209999"
            #expect(try await scene.call(.post, "/720000000000002/messages", body).status == 400)
            try await scene.write()
            #expect(try await scene.send(Scene.hello).status == 200, "inside a window nobody is counted")
            scene.pass(24 * 60 * 60)
            #expect(try await scene.send(Scene.hello, to: "15550209999").status == 200)
        }
    }

    @Test("whoever couldn't be reached doesn't count")
    func released() async throws {
        try await Scene.play { scene in
            try await scene.control(.patch, "numbers/\(Scene.number)", ["tier": "TIER_50"])
            for person in 0..<60 {
                #expect(try await scene.send(Scene.hello, to: "1555020\(1_000 + person)").status == 200)
                #expect(try await scene.webhooks.statuses(1) == ["failed"])
            }
        }
    }

    @Test("the debt of a pair drains in real time and never below nothing")
    func debt() {
        var debt = PairDebt()
        #expect(debt.admit(at: 0) && debt.admit(at: 0))
        #expect(debt.remaining(at: 0) == 12_000)
        #expect(debt.remaining(at: 11_000) == 1_000)
        #expect(debt.remaining(at: 100_000) == 0)
    }
}
