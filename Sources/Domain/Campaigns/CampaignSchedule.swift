internal import Foundation

package import struct Foundation.Date
package import struct Foundation.TimeZone

/// When a campaign's messages may leave: from a time on the clock of a zone, or of each recipient's own, and outside quiet hours.
///
/// The time stays what was written, not a moment: so a change of a country's clocks changes the moment. Of a recipient it is known in which country the
/// number is at home. Where that country has several zones, the time must have come, and it must not be quiet, in all of them.
package struct CampaignSchedule: Sendable, Hashable {
    /// From now, at most: a year and a day.
    package static let longestSeconds = MessageSchedule.longestSeconds
    /// Seconds that the clocks of the first place on earth are ahead of Greenwich: Kiribati's.
    private static let firstPlaceSeconds = 14.0 * 3_600

    /// Nil for at once.
    package let start: WallTime?
    /// By IANA's name. It also stands for recipients whose own nobody knows.
    package let zoneName: String
    /// Whether the start is by the clock of each recipient.
    package let isInRecipientsZone: Bool
    package let quietHours: QuietHours?

    /// As it was kept; a person's wish goes through ``check(now:)``.
    package init(start: WallTime?, zoneName: String, isInRecipientsZone: Bool = false, quietHours: QuietHours? = nil) {
        (self.start, self.zoneName) = (start, zoneName)
        (self.isInRecipientsZone, self.quietHours) = (isInRecipientsZone && start != nil, quietHours)
    }

    /// At once, at any hour.
    package static let atOnce = CampaignSchedule(start: nil, zoneName: "UTC")

    /// From what a form or a program gave. Throws ``CampaignScheduleProblem``.
    /// - Parameter start: `2026-11-23T09:30`; nil or empty for at once.
    package init(
        start: String?, zone: String, isInRecipientsZone: Bool, quietHours: QuietHours?
    ) throws(CampaignScheduleProblem) {
        var wall: WallTime?
        if let text = start?.trimmed.nonBlank {
            // Browsers and programs may add seconds.
            guard let read = WallTime(parsing: text.hasSuffix(":00") && text.utf8.count == 19 ? String(text.dropLast(3)) : text) else {
                throw .startMalformed
            }
            wall = read
        }
        guard zone.utf8.count <= 64, TimeZone(identifier: zone) != nil else { throw .zoneUnknown }
        self.init(start: wall, zoneName: zone, isInRecipientsZone: isInRecipientsZone, quietHours: quietHours)
    }

    package var zone: TimeZone { TimeZone(identifier: zoneName) ?? .gmt }

    /// Throws why it can't begin then.
    package func check(now: Date) throws(CampaignScheduleProblem) {
        guard let start else { return }
        guard start.greenwich < now.addingTimeInterval(Self.longestSeconds) else { throw .tooFar }
        if case .never(let jump) = start.reading(in: zone) {
            throw .skipped(
                start, zone: zoneName, until: WallTime(jump, in: zone), from: WallTime(jump.addingTimeInterval(-60), in: zone))
        }
        guard start.moment(in: zone) > now else { throw .past }
    }

    /// What a person should know of the start, though nothing is wrong with it.
    package var note: String? {
        guard let start, case .twice(let first, _) = start.reading(in: zone) else { return nil }
        return "On that day clocks in \(zoneName) are set back, and show \(start.words) twice. The campaign begins the first time, "
            + "at \(WallTime(first, in: .gmt).words) UTC."
    }

    /// When the first message may leave, quiet hours apart; nil for at once. In recipients' own zones that is when it begins to be so on earth.
    package var beginning: Date? {
        isInRecipientsZone ? start?.greenwich.addingTimeInterval(-Self.firstPlaceSeconds) : start?.moment(in: zone)
    }

    /// When a message to somebody of a region may leave: `now`, or the earliest moment after it.
    /// - Parameter region: of the recipient's number, as `DE`; nil when nobody knows.
    package func earliest(at now: Date, region: String?, in table: RegionZones) -> Date {
        let known = table[region]
        let zones = known.isEmpty ? [zone] : known
        var moment = now
        if let start {
            let starts = isInRecipientsZone ? zones.map(start.moment(in:)) : [start.moment(in: zone)]
            moment = starts.reduce(now, max)
        }
        return quietHours?.earliest(moment, in: zones) ?? moment
    }
}

/// `{"start": "2026-11-23T09:30", "zone": "Europe/Rome", "inRecipientsZone": true, "quietHours": "21:00-08:00"}`
extension CampaignSchedule: Codable {
    private enum Key: String, CodingKey { case start, zone, inRecipientsZone, quietHours }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        try self.init(
            start: values.decodeIfPresent(String.self, forKey: .start), zone: values.decodeIfPresent(String.self, forKey: .zone) ?? "UTC",
            isInRecipientsZone: values.decodeIfPresent(Bool.self, forKey: .inRecipientsZone) ?? false,
            quietHours: values.decodeIfPresent(String.self, forKey: .quietHours).map { text throws(CampaignScheduleProblem) in
                guard let hours = QuietHours(parsing: text) else { throw .quietHoursMalformed }
                return hours
            })
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encodeIfPresent(start?.text, forKey: .start)
        try values.encode(zoneName, forKey: .zone)
        if isInRecipientsZone { try values.encode(true, forKey: .inRecipientsZone) }
        try values.encodeIfPresent(quietHours?.text, forKey: .quietHours)
    }
}

package enum CampaignScheduleProblem: Problem, Equatable {
    case startMalformed
    case zoneUnknown
    /// Clocks go from one time straight to another, and this lies between.
    case skipped(WallTime, zone: String, until: WallTime, from: WallTime)
    case past
    case tooFar
    case quietHoursMalformed
    case quietHoursTooLong
    case recurrenceMalformed

    package var kind: ProblemKind { .invalid }

    package var code: String {
        switch self {
        case .startMalformed: "campaign.start-malformed"
        case .zoneUnknown: "campaign.zone-unknown"
        case .skipped: "campaign.start-skipped"
        case .past: "campaign.start-past"
        case .tooFar: "campaign.start-too-far"
        case .quietHoursMalformed: "campaign.quiet-hours-malformed"
        case .quietHoursTooLong: "campaign.quiet-hours-too-long"
        case .recurrenceMalformed: "campaign.recurrence-malformed"
        }
    }

    package var detail: String {
        switch self {
        case .startMalformed: "This can't be read as a time. Write a day and a time, such as 2026-12-01T09:30."
        case .zoneUnknown: "There is no such time zone. Choose one by its name, such as Europe/Rome."
        case .skipped(let time, let zone, let until, let from):
            "In \(zone) there is no \(time.words): clocks go from \(from.words) straight to \(until.words). Choose \(until.words) or later, "
                + "or a time up to \(from.words)."
        case .past: "This time is over. Choose one that is still to come, or start the campaign at once."
        case .tooFar: "A campaign starts at most a year from now. Choose an earlier time."
        case .quietHoursMalformed: "Give quiet hours two different times, such as from 21:00 to 08:00."
        case .quietHoursTooLong:
            "Quiet hours last \(QuietHours.longestMinutes / 60) hours at most, so that some time is left in all zones of large countries."
        case .recurrenceMalformed: "This rule can't be read. Choose every day, some days of the week, or a day of the month."
        }
    }

    package var field: String? {
        switch self {
        case .startMalformed, .skipped, .past, .tooFar: "start"
        case .zoneUnknown: "zone"
        case .quietHoursMalformed, .quietHoursTooLong: "quietHours"
        case .recurrenceMalformed: "recurrence"
        }
    }
}
