import Domain
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Web

@Suite("Prices of messages over HTTP")
struct MessageRateWebTests {
    private let web: TestWeb
    private let owner: TestWeb.Person
    private static let prices = "/api/v1/message-prices"
    private static let page = "/app/acme/settings/prices"

    init() async throws {
        web = try await TestWeb()
        owner = try #require(web.acme.people[.owner])
    }

    private func api(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, _ more: HTTPFields = [:]) async throws
        -> TestWeb.Answer
    {
        try await web.call(method, path, .key(web.acme.key) + more, body: body)
    }

    private func post(_ path: String, _ body: String, type: String = "application/x-www-form-urlencoded") async throws -> TestWeb.Answer {
        try await web.call(.post, path, .person(owner) + [.contentType: type, .accept: "text/html"], body: body)
    }

    private static func body(_ region: String, _ amount: String, from: String = "2026-10-01", category: String = "marketing") -> String {
        #"{"category": "\#(category)", "region": "\#(region)", "from": "\#(from)", "amount": "\#(amount)", "currency": "EUR"}"#
    }

    @Test("a price is entered, takes the place of an earlier one, and goes")
    func wholeWay() async throws {
        #expect(try await api(.put, Self.prices, Self.body("IT", "0.05")).status == 200)
        #expect(try await api(.put, Self.prices, Self.body("it", "0,0691")).text.contains(#""amount":"0.0691""#))
        #expect(try await api(.put, Self.prices, Self.body("all", "0.1")).text.contains(#""id":"marketing.all.2026-10-01""#))
        let first = try await api(.get, "\(Self.prices)?limit=1").text
        #expect(first.contains(#""region":"*""#))
        let next = try #require(first.firstMatch(of: /"next":"([^"]+)"/)).1
        let second = try await api(.get, "\(Self.prices)?after=\(next)").text
        #expect(second.contains(#""region":"IT""#) && second.contains(#""next":null"#))
        #expect(try await api(.delete, "\(Self.prices)/marketing.IT.2026-10-01").status == 204)
        #expect(try await api(.delete, "\(Self.prices)/marketing.IT.2026-10-01").code == "price.missing")
        #expect(try await api(.delete, "\(Self.prices)/marketing").status == 404)
    }

    @Test(
        "what is no price says why",
        arguments: [
            (body("QQ", "0.05"), "price.region-unknown"), (body("IT", "a lot"), "price.amount-malformed"),
            (body("IT", "0.05", from: "2026-02-30"), "price.day-malformed"),
            (body("IT", "0.05", category: "gossip"), "price.category-unknown"),
        ])
    func refusals(body: String, code: String) async throws {
        let answer = try await api(.put, Self.prices, body)
        #expect((answer.status, answer.code) == (422, code))
    }

    @Test("a list is taken by the API and by the page, which tell the rows that can't be read")
    func lists() async throws {
        let list = "Market,Currency,Marketing,Utility\nItaly,EUR,0.0691,0.03\nAtlantis,EUR,1,1\n"
        let taken = try await api(.post, "\(Self.prices)/import?from=2026-10-01", list, [.contentType: "text/csv"])
        #expect(taken.status == 200 && taken.text.contains(#""taken":2"#) && taken.text.contains("Atlantis"))
        #expect(try await api(.post, "\(Self.prices)/import", "name\nIT\n", [.contentType: "text/csv"]).code == "price.file-columns")
        let boundary = "----x"
        func form(_ file: String) -> String {
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n\(file)\r\n--\(boundary)\r\n"
                + "Content-Disposition: form-data; name=\"currency\"\r\n\r\nUSD\r\n--\(boundary)\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\n"
                + "2026-11-01\r\n--\(boundary)--\r\n"
        }
        let type = "multipart/form-data; boundary=\(boundary)"
        let shown = try await post("\(Self.page)/import", form("country,marketing\nDE,0.11\n<b>X</b>,1\n"), type: type)
        #expect(shown.status == 200 && shown.text.contains("1 price was entered, and 1 couldn’t be read."))
        #expect(shown.text.contains("&lt;b&gt;X&lt;/b&gt;") && shown.text.contains("USD 0.11"))
        let refused = try await post("\(Self.page)/import", form("nothing"), type: type)
        #expect(refused.status == 422 && refused.text.contains("can’t be told apart") && refused.text.contains(#"value="2026-11-01""#))
    }

    @Test("the page keeps what was typed, and is for those who look after settings")
    func page() async throws {
        let wrong = try await post(Self.page, "category=utility&region=IT&from=2026-10-01&amount=much&currency=EUR")
        #expect(wrong.status == 422 && wrong.text.contains(#"value="much""#) && wrong.text.contains(#"<option value="utility" selected>"#))
        #expect(try await post(Self.page, "category=utility&region=*&from=2026-10-01&amount=0.03&currency=EUR").status == 303)
        let shown = try await web.call(.get, "\(Self.page)?done=saved", .person(owner)).text
        #expect(shown.contains("All other countries") && shown.contains("EUR 0.03"))
        #expect(try await post("\(Self.page)/utility.all.2026-10-01/removal", "").status == 303)
        #expect(try await web.call(.get, Self.page, .person(owner)).text.contains("No price was entered yet"))
        let agent = HTTPFields.person(try #require(web.acme.people[.agent]))
        for path in [Self.page, Self.prices] { #expect(try await web.call(.get, path, agent).status == 403) }
    }
}
