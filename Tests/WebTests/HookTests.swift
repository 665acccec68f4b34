import CoreMetrics
import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

@Suite("Webhooks and health")
struct HookTests {
    private let signature = HTTPField.Name("X-Signature")!

    @Test("what is signed is stored before it is answered; what isn't changes nothing", arguments: TestEngine.allCases)
    func signed(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        let item = InboundItem(senderProviderID: hub.sender.providerID, path: "messages[0]", event: hub.text("hello"))
        let body = String(decoding: hub.receiver.body(for: InboundBatch(items: [item], unreadable: [])), as: UTF8.self)
        let path = "/hooks/meta/\(hub.connection.id)"
        for headers: HTTPFields in [[:], [signature: ""], [signature: "wrong"]] {
            let refused = try await web.call(.post, path, headers, body: body)
            #expect((refused.status, refused.code) == (401, "webhook.signature-wrong"))
        }
        #expect(try await hub.list().isEmpty)
        let accepted = try await web.call(.post, path, [signature: TestHub.appSecret], body: body)
        #expect(accepted.status == 200)
        #expect(accepted.body.isEmpty)
        #expect(try await hub.list().count == 1)
    }

    @Test("an address of no connection is a 404", arguments: ["cnn_00000000000000000000000000", "x", "%00", "..%2F"])
    func unknown(connection: String) async throws {
        let web = try await TestWeb()
        #expect(try await web.call(.post, "/hooks/meta/\(connection)", [signature: TestHub.appSecret], body: "{}").status == 404)
        #expect(
            try await web.call(.get, "/hooks/meta/\(connection)?hub.mode=subscribe&hub.verify_token=verify&hub.challenge=1").status == 404)
    }

    @Test(
        "the handshake answers the challenge as plain text, to the right token only",
        arguments: [
            ("hub.mode=subscribe&hub.verify_token=verify&hub.challenge=%3Cscript%3E", 200, "<script>"),
            ("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1", 403, nil),
            ("hub.mode=subscribe&hub.verify_token=&hub.challenge=1", 403, nil),
            ("hub.mode=subscribe&hub.challenge=1", 403, nil),
            ("hub.mode=unsubscribe&hub.verify_token=verify&hub.challenge=1", 403, nil),
            ("hub.mode=subscribe&hub.verify_token=verify", 403, nil),
        ] as [(String, Int, String?)])
    func handshake(query: String, status: Int, text: String?) async throws {
        let web = try await TestWeb()
        let answer = try await web.call(.get, "/hooks/meta/\(web.acme.hub.connection.id)?\(query)")
        #expect(answer.status == status)
        guard let text else { return }
        #expect(answer.text == text)
        #expect(answer.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(answer.headers[.xContentTypeOptions] == "nosniff")
    }

    @Test("the app's own address takes what the app's secret signs, and answers the token that doctor prints")
    func ofApp() async throws {
        let web = try await TestWeb()
        let (path, secret) = (SignupApp.webhookPath, TestWeb.signupApp.appSecret)
        for headers: HTTPFields in [[:], [signature: ""], [signature: TestHub.appSecret]] {
            let refused = try await web.call(.post, path, headers, body: "{}")
            #expect((refused.status, refused.code) == (401, "webhook.signature-wrong"))
        }
        #expect(try await web.call(.post, path, [signature: secret], body: "{}").status == 200)
        let question = "\(path)?hub.mode=subscribe&hub.challenge=%3Cb%3E&hub.verify_token="
        let answer = try await web.call(.get, question + TestWeb.signupApp.verifyToken)
        #expect((answer.status, answer.text) == (200, "<b>"))
        #expect(answer.headers[.contentType] == "text/plain; charset=utf-8")
        // That of a connection is another's, and so is an empty one.
        for token in ["verify", "", secret] {
            #expect(try await web.call(.get, question + token.replacing(" ", with: "%20")).code == "webhook.verify-token-wrong")
        }
        let without = try await TestWeb(hasSignupApp: false)
        #expect(try await without.call(.post, path, [signature: secret], body: "{}").code == "webhook.app-missing")
        #expect(try await without.call(.get, question + TestWeb.signupApp.verifyToken).code == "webhook.app-missing")
    }

    @Test("while the database is away, a webhook is to be sent again")
    func outage() async throws {
        let web = try await TestWeb()
        let hub = web.acme.hub
        let body = String(
            decoding: hub.receiver.body(
                for: InboundBatch(items: [.init(senderProviderID: "111", path: "", event: hub.text("x"))], unreadable: [])), as: UTF8.self)
        await web.database.close()
        let answer = try await web.call(.post, "/hooks/meta/\(hub.connection.id)", [signature: TestHub.appSecret], body: body)
        #expect((answer.status, answer.code) == (503, "store.unavailable"))
        #expect(answer.headers[.retryAfter] != nil)
        let api = try await web.call(.get, "/api/v1/senders", .key(web.acme.key))
        #expect((api.status, api.code) == (503, "store.unavailable"))
        let page = try await web.call(.get, "/app", [.cookie: "switchboard=x", .accept: "text/html"])
        #expect(page.status == 503)
        #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
    }

    @Test("the measure's address is there only when asked for")
    func bench() async throws {
        #expect(try await TestWeb().call(.post, "/hooks/bench", body: "x").status == 404)
        let web = try await TestWeb(configuration: WebConfiguration(isBench: true))
        #expect(try await web.call(.post, "/hooks/bench", body: "x").status == 200)
    }

    @Test("health answers; figures are for those nearby")
    func health() async throws {
        let web = try await TestWeb()
        #expect(try await web.call(.get, "/healthz").text == "ok\n")
        #expect(try await web.call(.get, "/readyz").json["status"]?.text == "ready")
        #expect(try await web.call(.get, "/metrics").status == 200)
        #expect(try await web.call(.get, "/metrics", [HTTPField.Name("X-Forwarded-For")!: "203.0.113.7"]).status == 404)
    }

    @Test("a check that fails makes the server not ready, and says which")
    func notReady() async throws {
        let readiness = Readiness(
            roles: [.jobs, .web], senders: { 3 }, [("database", { nil }), ("dispatcher", { "another process has it" })])
        let body = await readiness.run()
        #expect(!body.isReady)
        #expect(body.checks == ["database": "ok", "dispatcher": "another process has it"])
        #expect(body.roles == [.web, .jobs])
        #expect(body.senders == 3)
    }

    @Test(
        "private addresses are known",
        arguments: [
            ("127.0.0.1", true), ("10.255.0.1", true), ("172.16.0.1", true), ("172.32.0.1", false), ("192.168.9.9", true),
            ("169.254.1.1", true),
            ("8.8.8.8", false), ("::1", true), ("fd00::1", true), ("fe80::1", true), ("2001:db8::1", false), ("::ffff:10.0.0.1", true),
        ])
    func privateAddresses(text: String, isPrivate: Bool) throws { #expect(try #require(IPAddress(parsing: text)).isPrivate == isPrivate) }

    @Test("figures are written as Prometheus reads them")
    func metrics() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "messages.sent", dimensions: [("channel", "me\"ta\\\n")]).increment(by: 2)
        registry.makeCounter(label: "messages.sent", dimensions: [("channel", "me\"ta\\\n")]).increment(by: 1)
        registry.makeRecorder(label: "queue_depth", dimensions: [], aggregate: false).record(Int64(7))
        let timer = registry.makeTimer(label: "send", dimensions: [("lane", "reply")])
        timer.recordNanoseconds(2_000_000)
        timer.recordNanoseconds(20_000_000_000)
        let text = registry.text()
        #expect(text.contains("# TYPE messages_sent counter\nmessages_sent{channel=\"me\\\"ta\\\\\\n\"} 3\n"))
        #expect(text.contains("# TYPE queue_depth gauge\nqueue_depth 7\n"))
        #expect(text.contains("send_seconds_bucket{lane=\"reply\",le=\"0.001\"} 0\n"))
        #expect(text.contains("send_seconds_bucket{lane=\"reply\",le=\"0.0025\"} 1\n"))
        #expect(text.contains("send_seconds_bucket{lane=\"reply\",le=\"10\"} 1\n"))
        #expect(text.contains("send_seconds_bucket{lane=\"reply\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("send_seconds_sum{lane=\"reply\"} 20.002\nsend_seconds_count{lane=\"reply\"} 2\n"))
    }
}
