import Domain
import Foundation
import Testing

@Suite("What comes again")
struct RecurrenceTests {
    @Test(
        "the next time is on one of its days, by the clock",
        arguments: [
            ("daily", "2026-11-23T08:00:00Z", "Europe/Berlin", "2026-11-23T08:30:00Z"),
            ("daily", "2026-11-23T08:30:00Z", "Europe/Berlin", "2026-11-24T08:30:00Z"),
            // The clock stays, the moment moves.
            ("daily", "2027-03-27T09:00:00Z", "Europe/Berlin", "2027-03-28T07:30:00Z"),
            // A Monday.
            ("weekly:mon,thu", "2026-11-23T09:00:00Z", "Europe/Berlin", "2026-11-26T08:30:00Z"),
            ("weekly:mon", "2026-11-23T08:00:00Z", "Europe/Berlin", "2026-11-23T08:30:00Z"),
            ("monthly:31", "2027-02-01T00:00:00Z", "Europe/Berlin", "2027-02-28T08:30:00Z"),
            ("monthly:15", "2026-11-16T00:00:00Z", "Europe/Berlin", "2026-12-15T08:30:00Z"),
            ("monthly:last-fri", "2026-11-23T00:00:00Z", "Europe/Berlin", "2026-11-27T08:30:00Z"),
            ("monthly:last-fri", "2026-11-28T00:00:00Z", "Europe/Berlin", "2026-12-25T08:30:00Z"),
            ("monthly:first-mon", "2026-11-23T00:00:00Z", "America/New_York", "2026-12-07T14:30:00Z"),
        ])
    func next(rule: String, after: String, zone: String, expected: String) throws {
        let zone = try #require(TimeZone(identifier: zone))
        let recurrence = try Recurrence(parsing: rule)
        #expect(recurrence.text == rule)
        let next = recurrence.next(after: try Date(after, strategy: .iso8601), minuteOfDay: 9 * 60 + 30, in: zone)
        #expect(next.formatted(.iso8601) == expected)
    }

    @Test("a time that clocks jump over is when they do, and one that comes twice comes once")
    func clocks() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        let spring = Recurrence.daily.next(after: try Date("2027-03-27T12:00:00Z", strategy: .iso8601), minuteOfDay: 150, in: zone)
        #expect(spring.formatted(.iso8601) == "2027-03-28T01:00:00Z")
        let autumn = Recurrence.daily.next(after: try Date("2027-10-30T12:00:00Z", strategy: .iso8601), minuteOfDay: 150, in: zone)
        #expect(autumn.formatted(.iso8601) == "2027-10-31T00:30:00Z")
        #expect(Recurrence.daily.next(after: autumn, minuteOfDay: 150, in: zone).formatted(.iso8601) == "2027-11-01T01:30:00Z")
    }

    @Test(
        "what is no rule isn't read",
        arguments: ["", "yearly", "weekly:", "weekly:mon,", "monthly:0", "monthly:32", "monthly:fifth-mon", "monthly:"])
    func malformed(text: String) { #expect(throws: CampaignScheduleProblem.recurrenceMalformed) { try Recurrence(parsing: text) } }
}
