import Domain
import Foundation
import Testing

@Suite("Prices of messages")
struct MessageRateTests {
    static func rate(_ category: MessageRate.Category, _ region: String, _ from: String, _ amount: String, _ currency: String = "EUR")
        throws -> MessageRate
    {
        MessageRate(
            .init(category: category, region: region, from: try #require(CalendarDay(parsing: from))),
            try MessageCost(parsing: amount, currency: currency))
    }

    @Test(
        "a price is exact to the millionth",
        arguments: [
            ("0.0691", 69_100, "0.0691"), ("0,0691", 69_100, "0.0691"), ("1", 1_000_000, "1.00"), (".5", 500_000, "0.50"),
            ("0.000001", 1, "0.000001"),
            ("9999.999999", 9_999_999_999, "9999.999999"), ("10000", nil, ""), ("0.0000001", nil, ""), ("-1", nil, ""), ("1.2.3", nil, ""),
            ("", nil, ""),
            ("free", nil, ""), (".", nil, ""),
        ] as [(String, Int?, String)])
    func money(text: String, millionths: Int?, figures: String) {
        let money = try? MessageCost(parsing: text, currency: "eur")
        #expect(money?.millionths == millionths)
        if let money { #expect((money.figures, money.currency) == (figures, "EUR")) }
    }

    @Test("sums are told to the cent")
    func words() { #expect(MessageCost(millionths: 1_234_505_000, currency: "EUR").words == "EUR 1,234.51") }

    @Test("of a country's prices the newest that holds counts, and its own before that of all others")
    func list() throws {
        let rates = try [
            Self.rate(.marketing, "IT", "2026-01-01", "0.05"), Self.rate(.marketing, "IT", "2026-10-01", "0.0691"),
            Self.rate(.marketing, "IT", "2027-01-01", "0.08"), Self.rate(.marketing, "*", "2026-01-01", "0.1"),
            Self.rate(.utility, "DE", "2026-01-01", "0.02"),
        ]
        func price(_ region: String?, _ day: String) throws -> String? {
            RateList(rates, category: .marketing, on: try #require(CalendarDay(parsing: day))).price(region: region)?.figures
        }
        #expect(try price("IT", "2026-09-30") == "0.05")
        #expect(try price("IT", "2026-10-01") == "0.0691")
        #expect(try price("IT", "2027-05-01") == "0.08")
        #expect(try price("DE", "2026-10-01") == "0.10")
        #expect(try price(nil, "2026-10-01") == "0.10")
        #expect(try price("IT", "2025-10-01") == nil)
    }

    static let countries = ["italy": "IT", "germany": "DE", "brazil": "BR"]

    @Test("a list has a column for each category, or a row for each price")
    func files() throws {
        let wide =
            "Market,Currency,Marketing,Utility,Authentication,Service\nItaly,EUR,0.0691,0.03,n/a,\nOther,EUR,0.1,0.05,,\nRest of Africa,EUR,1,1,1,1\n"
        let one = try MessageRateFile(Array(wide.utf8), currency: "USD", from: "2026-10-01", countries: Self.countries)
        #expect(
            one.rates.map(\.key.text) == [
                "marketing.IT.2026-10-01", "utility.IT.2026-10-01", "marketing.all.2026-10-01", "utility.all.2026-10-01",
            ])
        #expect(one.rates.allSatisfy { MessageRate.Key(parsing: $0.key.text) == $0.key })
        #expect(one.rates.allSatisfy { $0.price.currency == "EUR" })
        #expect(one.refusals.map(\.line) == [4])
        #expect(one.refusals[0].reason.contains("Rest of Africa"))

        let long = "country;category;price;from\nDE;Marketing;0,1131;2026-10-01\nBrazil;utility;0,0068;\nDE;gossip;1;\nDE;utility;much;\n"
        let two = try MessageRateFile(Array(long.utf8), currency: "USD", from: "2026-01-01", countries: Self.countries)
        #expect(
            two.rates.map { "\($0.key.text) \($0.price.figures) \($0.price.currency)" } == [
                "marketing.DE.2026-10-01 0.1131 USD", "utility.BR.2026-01-01 0.0068 USD",
            ])
        #expect(two.refusedCount == 2)
    }

    @Test("what is no list is refused as a whole", arguments: ["", "country\nIT\n", "name,phone\nAda,+39\n", "\u{0}\u{1}\u{2}\u{3}\u{4}"])
    func badFiles(text: String) {
        #expect {
            try MessageRateFile(Array(text.utf8), currency: "EUR", from: "2026-01-01", countries: Self.countries)
        } throws: { $0 is any Problem }
    }

    @Test("a campaign costs what its countries cost, and says for whom there is no price")
    func cost() throws {
        let rates = try RateList(
            [Self.rate(.marketing, "IT", "2026-01-01", "0.0691"), Self.rate(.marketing, "BR", "2026-01-01", "0.0625", "USD")],
            category: .marketing,
            on: #require(CalendarDay(parsing: "2026-11-23")))
        let cost = CampaignCost(
            [
                .init(region: "BR", count: 10), .init(region: "IT", count: 1_000, free: 100), .init(region: nil, count: 7),
                .init(region: "DE", count: 5),
            ],
            rates: rates)
        #expect(cost.words == "EUR 62.19 and USD 0.63")
        #expect((cost.unpricedCount, cost.freeCount) == (12, 100))
        #expect(cost.lines.map(\.audience.region) == ["IT", "BR", nil, "DE"])
        #expect(CampaignCost([.init(region: "DE", count: 5)], rates: rates).words == nil)
    }

    @Test("a campaign over several numbers ends with the slowest, and with the portfolio's limit on people")
    func duration() {
        let now = Date(timeIntervalSince1970: 1_795_000_000)
        let pace = SenderPace(level: nil)
        func seconds(_ shares: [CampaignDuration.Share]) -> Double? { CampaignDuration.end(of: shares, at: now)?.timeIntervalSince(now) }
        let free = CampaignDuration.Share(portfolio: nil, pace: pace, budget: nil, ahead: 0, count: 760)
        #expect(seconds([free]) == 10)
        #expect(seconds([free, .init(portfolio: nil, pace: pace, budget: nil, ahead: 760, count: 760)]) == 20)
        let budget = PeopleBudget(limit: 250, used: 0, releases: [])
        let small = CampaignDuration.Share(portfolio: "one", pace: pace, budget: budget, ahead: 0, count: 200)
        #expect(seconds([small]).map { $0 < 60 } == true)
        #expect(seconds([small, small]).map { $0 > 86_400 } == true)
        #expect(
            seconds([.init(portfolio: "one", pace: pace, budget: PeopleBudget(limit: 0, used: 0, releases: []), ahead: 0, count: 1)]) == nil
        )
    }
}
