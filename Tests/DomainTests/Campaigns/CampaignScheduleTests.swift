import Domain
import Foundation
import TestSupport
import Testing

@Suite("When a campaign's messages may leave")
struct CampaignScheduleTests {
    static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let zones = try! RegionZones(table: Array(Data(contentsOf: project.appending(path: "assets/vendor/time-zones.txt"))))

    static func moment(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    @Test(
        "a time on the clock is a moment, or is jumped over, or comes twice",
        arguments: [
            ("2026-12-01T09:30", "Europe/Berlin", "2026-12-01T08:30:00Z"), ("2026-07-01T09:30", "Europe/Berlin", "2026-07-01T07:30:00Z"),
            ("2027-03-28T01:59", "Europe/Berlin", "2027-03-28T00:59:00Z"),
            ("2027-03-28T02:00", "Europe/Berlin", "never 2027-03-28T01:00:00Z"),
            ("2027-03-28T02:30", "Europe/Berlin", "never 2027-03-28T01:00:00Z"),
            ("2027-03-28T03:00", "Europe/Berlin", "2027-03-28T01:00:00Z"),
            ("2027-10-31T02:30", "Europe/Berlin", "2027-10-31T00:30:00Z 2027-10-31T01:30:00Z"),
            ("2027-10-31T03:00", "Europe/Berlin", "2027-10-31T02:00:00Z"),
            ("2027-03-14T02:15", "America/New_York", "never 2027-03-14T07:00:00Z"),
            ("2027-11-07T01:15", "America/New_York", "2027-11-07T05:15:00Z 2027-11-07T06:15:00Z"),
            // Brazil gave its summer time up in 2019.
            ("2027-01-15T09:00", "America/Sao_Paulo", "2027-01-15T12:00:00Z"),
            ("2027-07-15T09:00", "America/Sao_Paulo", "2027-07-15T12:00:00Z"),
            ("2018-11-04T00:30", "America/Sao_Paulo", "never 2018-11-04T03:00:00Z"),
            // Half an hour.
            ("2027-10-03T02:15", "Australia/Lord_Howe", "never 2027-10-02T15:30:00Z"),
            ("2027-10-03T02:30", "Australia/Lord_Howe", "2027-10-02T15:30:00Z"),
            ("2027-04-04T01:45", "Australia/Lord_Howe", "2027-04-03T14:45:00Z 2027-04-03T15:15:00Z"),
            // Samoa left out a day.
            ("2011-12-30T12:00", "Pacific/Apia", "never 2011-12-30T10:00:00Z"),
            ("2011-12-31T05:00", "Pacific/Apia", "2011-12-30T15:00:00Z"),
            // Back for Ramadan, and forward again.
            ("2027-02-07T02:30", "Africa/Casablanca", "2027-02-07T01:30:00Z 2027-02-07T02:30:00Z"),
            ("2027-03-14T02:30", "Africa/Casablanca", "never 2027-03-14T02:00:00Z"),
        ])
    func reading(text: String, zone: String, expected: String) throws {
        let zone = try #require(TimeZone(identifier: zone))
        let wall = try #require(WallTime(parsing: text))
        #expect(wall.text == text)
        let read =
            switch wall.reading(in: zone) {
            case .once(let moment): moment.formatted(.iso8601)
            case .twice(let first, let second): "\(first.formatted(.iso8601)) \(second.formatted(.iso8601))"
            case .never(let jump): "never \(jump.formatted(.iso8601))"
            }
        #expect(read == expected)
    }

    @Test(
        "what is no time isn't read",
        arguments: ["2026-02-30T09:00", "2026-12-01T24:00", "2026-12-01 09:30", "2026-12-01T9:30", "", "tomorrow"])
    func malformed(text: String) { #expect(WallTime(parsing: text) == nil) }

    @Test("a start that can't be is refused with what would work")
    func refusals() throws {
        let now = try Self.moment("2026-11-23T12:00:00Z")
        func check(_ start: String, _ zone: String) -> (code: String, detail: String)? {
            do {
                try CampaignSchedule(start: start, zone: zone, isInRecipientsZone: false, quietHours: nil).check(now: now)
                return nil
            } catch { return (error.code, error.detail) }
        }
        let skipped = try #require(check("2027-03-28T02:30", "Europe/Berlin"))
        #expect(skipped.code == "campaign.start-skipped")
        #expect(
            skipped.detail
                == "In Europe/Berlin there is no 2027-03-28 02:30: clocks go from 2027-03-28 01:59 straight to 2027-03-28 03:00. "
                + "Choose 2027-03-28 03:00 or later, or a time up to 2027-03-28 01:59.")
        #expect(check("2026-11-23T12:59", "Europe/Berlin")?.code == "campaign.start-past")
        #expect(check("2026-11-23T13:01", "Europe/Berlin") == nil)
        #expect(check("2028-11-23T13:01", "Europe/Berlin")?.code == "campaign.start-too-far")
        #expect(check("soon", "Europe/Berlin")?.code == "campaign.start-malformed")
        #expect(check("2026-12-01T09:00", "Europe/Atlantis")?.code == "campaign.zone-unknown")
        let twice = try CampaignSchedule(start: "2027-10-31T02:30", zone: "Europe/Berlin", isInRecipientsZone: false, quietHours: nil)
        #expect(twice.note?.contains("at 2027-10-31 00:30 UTC") == true)
    }

    @Test(
        "a message leaves when the time has come and it isn't quiet, in every zone of the country",
        arguments: [
            // Quiet until eight in Berlin.
            ("2026-12-01T03:00:00Z", "DE", nil, false, "2026-12-01T07:00:00Z"),
            ("2026-12-01T07:00:00Z", "DE", nil, false, "2026-12-01T07:00:00Z"),
            ("2026-12-01T19:59:59Z", "DE", nil, false, "2026-12-01T19:59:59Z"),
            ("2026-12-01T20:00:00Z", "DE", nil, false, "2026-12-02T07:00:00Z"),
            // Eight in Honolulu, and one in the afternoon in New York; not after nine in New York.
            ("2026-12-01T14:00:00Z", "US", nil, false, "2026-12-01T18:00:00Z"),
            ("2026-12-02T02:00:00Z", "US", nil, false, "2026-12-02T18:00:00Z"),
            // Nobody knows where, so by the clock of the campaign.
            ("2026-12-01T03:00:00Z", nil, nil, false, "2026-12-01T07:00:00Z"),
            ("2026-12-01T03:00:00Z", "QQ", nil, false, "2026-12-01T07:00:00Z"),
            // At ten by the clock in Rome, which is quiet in New York.
            ("2026-11-30T00:00:00Z", "IT", "2026-12-01T10:00", false, "2026-12-01T09:00:00Z"),
            ("2026-11-30T00:00:00Z", "JP", "2026-12-01T10:00", true, "2026-12-01T01:00:00Z"),
            ("2026-11-30T00:00:00Z", "BR", "2026-12-01T10:00", true, "2026-12-01T15:00:00Z"),
            // The night in which clocks are set forward is shorter.
            ("2027-03-27T21:00:00Z", "DE", nil, false, "2027-03-28T06:00:00Z"),
        ] as [(String, String?, String?, Bool, String)])
    func earliest(now: String, region: String?, start: String?, isOwn: Bool, expected: String) throws {
        let schedule = try CampaignSchedule(
            start: start, zone: "Europe/Berlin", isInRecipientsZone: isOwn, quietHours: QuietHours(from: "21:00", to: "08:00"))
        #expect(schedule.earliest(at: try Self.moment(now), region: region, in: Self.zones).formatted(.iso8601) == expected)
    }

    @Test("the answer is never in quiet hours, is the first that isn't, and comes within two days", .timeLimit(.minutes(5)))
    func property() throws {
        var generator = SeededGenerator(seed: 33)
        let start = try Self.moment("2026-11-01T00:00:00Z")
        for region in Self.zones.regions {
            for _ in 0..<12 {
                let from = Int.random(in: 0..<1_440, using: &generator)
                let to = (from + Int.random(in: 1...QuietHours.longestMinutes, using: &generator)) % 1_440
                func text(_ minute: Int) -> String { String(format: "%02d:%02d", minute / 60, minute % 60) }
                let quiet = try QuietHours(from: text(from), to: text(to))
                let moment = start.addingTimeInterval(Double(Int.random(in: 0..<366 * 86_400, using: &generator)))
                let zones = Self.zones[region]
                let answer = quiet.earliest(moment, in: zones)
                #expect(answer >= moment && answer < moment.addingTimeInterval(2 * 86_400), "\(region) \(quiet.text) \(moment)")
                #expect(!zones.contains { quiet.contain(answer, in: $0) }, "\(region) \(quiet.text) \(moment)")
                if answer > moment { #expect(zones.contains { quiet.contain(answer.addingTimeInterval(-1), in: $0) }) }
            }
        }
    }

    @Test("the table has every country, and no zone that this machine doesn't know")
    func table() {
        #expect(Self.zones.regions.count > 240)
        #expect(Self.zones["US"].count > 5)
        #expect(Self.zones["XK"].count == 1)
        #expect(Self.zones[nil].isEmpty)
        #expect(throws: RegionZoneTableProblem.self) { try RegionZones(table: Array("DE\tEurope/Atlantis\n".utf8)) }
    }

    @Test(
        "quiet hours are two times of day, not too far apart",
        arguments: [
            ("21:00", "08:00", nil), ("21:00", "21:00", "malformed"), ("21", "08:00", "malformed"), ("25:00", "08:00", "malformed"),
            ("18:00", "07:00", "too-long"),
        ])
    func quietHours(from: String, to: String, problem: String?) {
        do throws(CampaignScheduleProblem) {
            let quiet = try QuietHours(from: from, to: to)
            #expect(problem == nil)
            #expect(QuietHours(parsing: quiet.text) == quiet)
        } catch { #expect(error.code == "campaign.quiet-hours-\(problem ?? "")") }
    }
}
