internal import Foundation

package import struct Foundation.Date
package import struct Foundation.TimeZone

/// On which days something comes again.
package enum Recurrence: Sendable, Hashable {
    case daily
    /// On each of these days of the week, at least one.
    case weekly(Set<Weekday>)
    /// From 1 to 31; a month that has no such day has it on its last.
    case monthly(day: Int)
    /// The first to fourth, or the last, of a day of the week in each month.
    case monthlyWeekday(Ordinal, Weekday)

    package enum Weekday: Int, Sendable, CaseIterable, Comparable {
        case monday = 1
        case tuesday, wednesday, thursday, friday, saturday, sunday

        package static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }

        /// `mon`
        package var text: String { String(name.lowercased().prefix(3)) }

        package var name: String {
            switch self {
            case .monday: "Monday"
            case .tuesday: "Tuesday"
            case .wednesday: "Wednesday"
            case .thursday: "Thursday"
            case .friday: "Friday"
            case .saturday: "Saturday"
            case .sunday: "Sunday"
            }
        }

        init?(text: Substring) {
            guard let day = Self.allCases.first(where: { $0.text == text }) else { return nil }
            self = day
        }
    }

    package enum Ordinal: String, Sendable, CaseIterable {
        case first, second, third, fourth, last

        /// From 0; nil for the last.
        var weeks: Int? { self == .last ? nil : Self.allCases.firstIndex(of: self) }
    }

    /// `daily`, `weekly:mon,thu`, `monthly:31`, `monthly:last-fri`
    package var text: String {
        switch self {
        case .daily: "daily"
        case .weekly(let days): "weekly:\(days.sorted().map(\.text).joined(separator: ","))"
        case .monthly(let day): "monthly:\(day)"
        case .monthlyWeekday(let ordinal, let day): "monthly:\(ordinal.rawValue)-\(day.text)"
        }
    }

    /// For people: `Every month on the last Friday`.
    package var words: String {
        switch self {
        case .daily: "Every day"
        case .weekly(let days): "Every week on \(days.sorted().map(\.name).joined(separator: ", "))"
        case .monthly(let day): day > 28 ? "Every month on day \(day), or its last" : "Every month on day \(day)"
        case .monthlyWeekday(let ordinal, let day): "Every month on the \(ordinal.rawValue) \(day.name)"
        }
    }

    /// Reads a ``text``. Throws ``CampaignScheduleProblem/recurrenceMalformed``.
    package init(parsing text: String) throws(CampaignScheduleProblem) {
        guard let rule = Self.rule(text) else { throw .recurrenceMalformed }
        self = rule
    }

    private static func rule(_ text: String) -> Recurrence? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 1 { return parts[0] == "daily" ? .daily : nil }
        if parts[0] == "weekly" {
            let days = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(Weekday.init(text:))
            let known = days.compactMap(\.self)
            return known.count == days.count && !known.isEmpty ? .weekly(Set(known)) : nil
        }
        guard parts[0] == "monthly" else { return nil }
        if let day = Int(parts[1]) { return (1...31).contains(day) ? .monthly(day: day) : nil }
        let words = parts[1].split(separator: "-")
        guard words.count == 2, let ordinal = Ordinal(rawValue: String(words[0])), let day = Weekday(text: words[1]) else { return nil }
        return .monthlyWeekday(ordinal, day)
    }

    /// The first moment after this one on one of the days, when clocks of the zone show a minute of the day; when they jump over it, the moment at which
    /// they do; when they show it twice, the first.
    package func next(after moment: Date, minuteOfDay: Int, in zone: TimeZone) -> Date {
        var day = WallTime(moment, in: zone).midnight
        // In any two months each rule has a day; so the loop ends.
        while true {
            if holds(on: day) {
                let next = WallTime(seconds: day + minuteOfDay * 60).moment(in: zone)
                if next > moment { return next }
            }
            day += WallTime.daySeconds
        }
    }

    /// - Parameter day: its midnight, as if in Greenwich.
    private func holds(on day: Int) -> Bool {
        switch self {
        case .daily: return true
        case .weekly(let days): return days.contains(Self.weekday(of: day))
        case .monthly(let number):
            let (own, last) = Self.place(of: day)
            return own == min(number, last)
        case .monthlyWeekday(let ordinal, let weekday):
            guard Self.weekday(of: day) == weekday else { return false }
            let (own, last) = Self.place(of: day)
            return ordinal.weeks.map { (own - 1) / 7 == $0 } ?? (own + 7 > last)
        }
    }

    private static func weekday(of day: Int) -> Weekday {
        // 1 January 1970 was a Thursday.
        let days = day / WallTime.daySeconds + 3
        return Weekday(rawValue: (days % 7 + 7) % 7 + 1) ?? .monday
    }

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// Which day of its month it is, and how many that has.
    private static func place(of day: Int) -> (day: Int, last: Int) {
        let date = Date(timeIntervalSince1970: Double(day))
        return (calendar.component(.day, from: date), calendar.range(of: .day, in: .month, for: date)?.count ?? 31)
    }
}
