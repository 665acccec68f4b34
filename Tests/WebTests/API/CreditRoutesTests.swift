import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

@Suite("Credits and subscriptions over HTTP")
struct CreditRoutesTests {
    private let web: TestWeb
    private let owner: TestWeb.Person
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]

    init() async throws {
        web = try await TestWeb()
        owner = try #require(web.acme.people[.owner])
    }

    private var sender: Identifier<Sender> { web.acme.hub.sender.id }
    private var subscription: String { "/api/v1/senders/\(sender)/subscription" }
    private var page: String { "/app/acme/whatsapp/senders/\(sender)/subscription" }

    private func api(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, idempotency: String? = nil) async throws
        -> TestWeb.Answer
    {
        var headers = HTTPFields.key(web.acme.key)
        if let idempotency, let name = HTTPField.Name("Idempotency-Key") { headers[name] = idempotency }
        return try await web.call(method, path, headers, body: body)
    }

    private func post(_ path: String, _ body: String) async throws -> TestWeb.Answer {
        try await web.call(.post, path, .person(owner) + Self.form, body: body)
    }

    private func get(_ path: String) async throws -> String {
        let answer = try await web.call(.get, path, .person(owner))
        #expect(answer.status == 200)
        return answer.text
    }

    private func balance() async throws -> Int { try await web.services.credits.overview(access: web.acme.hub.access).balance.count }

    /// A price, and a number that isn't active.
    private func begin() async throws {
        #expect(try await api(.post, "\(subscription)/deactivation").status == 200)
        #expect(try await api(.patch, "/api/v1/credits/prices", #"{"meta": 10}"#).status == 200)
        #expect(
            try await api(.put, "/api/v1/terms", #"{"document": "privacy", "address": "https://example.com/p", "version": "7"}"#).status
                == 200)
    }

    @Test("from nothing to an active number, and the statement of it")
    func wholeWay() async throws {
        try await begin()
        #expect(try await api(.post, "/api/v1/credits/top-ups", #"{"amount": 25, "note": "Invoice 7"}"#).status == 201)
        let accepts = #""accepts": [{"document": "whatsapp", "version": "1"}, {"document": "privacy", "version": "7"}]"#
        let active = try await api(.post, "\(subscription)/activation", #"{"price": 10, \#(accepts)}"#)
        #expect(active.status == 200 && active.json["number"]?["standing"]?.text == "paid", "\(active.text)")
        #expect(active.json["balance"] == 15)
        let statement = try await api(.get, "/api/v1/credits/statement?limit=2")
        guard case .array(let rows) = statement.json["data"] else {
            Issue.record("\(statement.text)")
            return
        }
        #expect(rows.compactMap { $0["kind"]?.text } == ["charge", "reservation"])
        #expect(rows.allSatisfy { $0["actor"]?.text?.hasPrefix("key:") == true })
        let next = try #require(statement.json["next"]?.text)
        #expect(try await api(.get, "/api/v1/credits/statement?after=\(next)").text.contains("Invoice 7"))
        let off = try await api(.post, "\(subscription)/deactivation")
        #expect(off.json["number"]?["on"] == false && off.json["number"]?["standing"]?.text == "paid")
        #expect(try await api(.post, "\(subscription)/activation", #"{"price": 0}"#).json["balance"] == 15)
    }

    @Test(
        "refusals are problems with a stable code, and nothing is charged",
        arguments: [
            ("POST", "/activation", #"{"price": 10}"#, 409, "terms.not-accepted"),
            (
                "POST", "/activation",
                #"{"price": 9, "accepts": [{"document": "whatsapp", "version": "1"}, {"document": "privacy", "version": "7"}]}"#, 409,
                "credits.price-changed"
            ),
            ("POST", "/activation", #"{"price": 10, "accepts": [{"document": "other", "version": "1"}]}"#, 422, "request.field-malformed"),
            ("POST", "/activation", #"{"accepts": []}"#, 422, "request.field-missing"),
            ("POST", "/activation", #"{"price": 1.5}"#, 422, "request.field-malformed"),
            ("POST", "/deactivation", "", 409, "subscription.already-off"),
            ("PATCH", "prices", #"{"meta": -1}"#, 422, "credits.price-negative"),
            ("PATCH", "prices", #"{"twilio": 1000000001}"#, 422, "credits.price-too-high"),
            ("POST", "top-ups", #"{"amount": 0}"#, 422, "credits.amount-out-of-range"),
            ("POST", "top-ups", #"{"amount": -5}"#, 422, "credits.amount-out-of-range"),
            ("POST", "top-ups", #"{"amount": 5, "key": ""}"#, 422, "request.field-malformed"),
            ("PUT", "terms", #"{"document": "privacy", "address": "x", "version": "1"}"#, 422, "terms.address-malformed"),
            ("PUT", "terms", #"{"document": "privacy", "address": "https://example.com", "version": ""}"#, 422, "terms.version-malformed"),
        ])
    func refusals(method: String, path: String, body: String, status: Int, code: String) async throws {
        try await begin()
        #expect(try await api(.post, "/api/v1/credits/top-ups", #"{"amount": 25}"#).status == 201)
        let whole = path.hasPrefix("/") ? subscription + path : path == "terms" ? "/api/v1/terms" : "/api/v1/credits/\(path)"
        let answer = try await api(HTTPRequest.Method(rawValue: method)!, whole, body.isEmpty ? nil : body)
        #expect((answer.status, answer.code) == (status, code), "\(answer.text)")
        #expect(try await balance() == 25)
    }

    @Test("without credits an activation says how many lack")
    func poor() async throws {
        try await begin()
        let answer = try await api(
            .post, "\(subscription)/activation",
            #"{"price": 10, "accepts": [{"document": "whatsapp", "version": "1"}, {"document": "privacy", "version": "7"}]}"#)
        #expect((answer.status, answer.code) == (409, "credits.missing"))
        #expect(answer.text.contains("Top up 10 credits or more"))
    }

    @Test("a repeated top-up or activation is done once")
    func repeats() async throws {
        try await begin()
        for _ in 0..<2 {
            #expect(try await api(.post, "/api/v1/credits/top-ups", #"{"amount": 25}"#, idempotency: "a").status == 201)
            #expect(try await api(.post, "/api/v1/credits/top-ups", #"{"amount": 5, "key": "invoice 9"}"#).status == 201)
        }
        #expect(try await balance() == 30)
        #expect(try await api(.post, "/api/v1/credits/top-ups", #"{"amount": 6, "key": "invoice 9"}"#).code == "credits.key-taken")
        let body = #"{"price": 10, "accepts": [{"document": "whatsapp", "version": "1"}, {"document": "privacy", "version": "7"}]}"#
        let first = try await api(.post, "\(subscription)/activation", body, idempotency: "b")
        let second = try await api(.post, "\(subscription)/activation", body, idempotency: "b")
        #expect(first.status == 200 && first.text == second.text)
        #expect(try await api(.post, "\(subscription)/activation", body).code == "subscription.already-on")
        #expect(try await balance() == 20)
    }

    @Test("the pages do all of it, keep what was typed, and a form that is sent twice tops up once")
    func pages() async throws {
        let credits = "/app/acme/settings/credits"
        #expect(try await get(credits).contains("no credits are needed"))
        #expect(try await post("\(page)/deactivation", "").status == 303)
        let wrong = try await post("\(credits)/prices", "price-meta=-3&price-twilio=x&price-linkedDevice=2")
        #expect(wrong.status == 422 && wrong.text.contains("can’t be below zero") && wrong.text.contains(#"value="-3""#))
        #expect(wrong.text.contains("whole number of credits, such as 10") && wrong.text.contains(#"value="2""#))
        #expect(try await post("\(credits)/prices", "price-meta=10&price-twilio=0&price-linkedDevice=0").status == 303)
        #expect(try await post("\(credits)/terms", "document=privacy&address=x&version=3").text.contains("It looks like https://"))
        #expect(
            try await post("\(credits)/terms", "document=privacy&address=https%3A%2F%2Fexample.com%2Fp&version=3").status == 303)

        let key = try #require(try await get(credits).firstMatch(of: /name="key" value="([^"]+)"/)).1
        let none = try await post("\(credits)/top-ups", "key=\(key)&amount=nothing&note=A+note")
        #expect(none.status == 422 && none.text.contains("whole number of credits, from 1") && none.text.contains("A note"))
        for _ in 0..<2 { #expect(try await post("\(credits)/top-ups", "key=\(key)&amount=1%2C025").status == 303) }
        #expect(try await get(credits).contains(">1,025<"))

        let shown = try await get(page)
        #expect(shown.contains("Activate for 10 credits") && shown.contains("Spend 10 credits now?"))
        let refused = try await post("\(page)/activation", "price=10&agreed=whatsapp&version-whatsapp=1&version-privacy=3")
        #expect(refused.status == 409 && refused.text.contains("Agree to the privacy policy, version 3 first."))
        #expect(refused.text.contains(#"value="whatsapp" required checked"#))
        let form = "price=10&agreed=whatsapp&version-whatsapp=1&agreed=privacy&version-privacy=3"
        for _ in 0..<2 { #expect(try await post("\(page)/activation", form).status == 303) }
        #expect(try await balance() == 1_015)
        let active = try await get("\(page)?done=on")
        #expect(active.contains("It is active.") && active.contains("Next renewal") && active.contains("Version 3"))
        #expect(active.contains(">You<"))
        #expect(try await get(credits).contains("month until"))
        #expect(try await post("\(credits)/terms", "document=privacy&address=&version=").status == 303)
        #expect(try await web.services.credits.terms(access: web.acme.hub.access).map(\.document) == [.whatsApp])
    }

    @Test("whoever doesn't look after numbers sees neither page")
    func agents() async throws {
        let agent = HTTPFields.person(try #require(web.acme.people[.agent]))
        for path in [page, "/app/acme/settings/credits", subscription, "/api/v1/credits"] {
            #expect(try await web.call(.get, path, agent).status == 403, "\(path)")
        }
    }
}
