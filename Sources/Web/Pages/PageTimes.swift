internal import Foundation

/// Times as people read them: in their zone, beside now.
struct PageTimes: Sendable {
    let now: Date
    let zone: TimeZone
    let calendar: Calendar

    init(now: Date, zone: TimeZone) {
        (self.now, self.zone) = (now, zone)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        self.calendar = calendar
    }

    /// From the cookie that our scripts set; UTC when it names no zone.
    init(now: Date, zoneName: String?) {
        self.init(now: now, zone: zoneName.flatMap(TimeZone.init(identifier:)) ?? .gmt)
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// `10:42`
    func time(_ date: Date) -> String {
        let parts = calendar.dateComponents([.hour, .minute], from: date)
        return "\(Self.two(parts.hour)):\(Self.two(parts.minute))"
    }

    /// `2026-11-21`, the day in the zone.
    func day(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        return "\(parts.year ?? 0)-\(Self.two(parts.month))-\(Self.two(parts.day))"
    }

    /// `Tomorrow`, `Today`, `Yesterday`, `Monday`, `16 November`, `16 November 2025`.
    func dayName(_ date: Date) -> String {
        switch daysAgo(date) {
        case -1: return "Tomorrow"
        case 0: return "Today"
        case 1: return "Yesterday"
        case -6 ... -2, 2...6: return Self.weekdays[calendar.component(.weekday, from: date) - 1]
        default: return calendarDay(date)
        }
    }

    /// For a list: today's by the clock, then by day, then by date.
    func short(_ date: Date) -> String {
        switch daysAgo(date) {
        case ...0: return time(date)
        case 1: return "Yesterday"
        case 2...6: return String(Self.weekdays[calendar.component(.weekday, from: date) - 1].prefix(3))
        default:
            let parts = calendar.dateComponents([.year, .month, .day], from: date)
            let text = "\(parts.day ?? 0) \(Self.months[(parts.month ?? 1) - 1].prefix(3))"
            return parts.year == calendar.component(.year, from: now) ? text : "\(text) \(parts.year ?? 0)"
        }
    }

    /// Within a sentence, also of what is to come: `10:42`, `yesterday 10:42`, `tomorrow 09:00`, `Monday 10:42`, `16 November 10:42`.
    func dayAndTime(_ date: Date) -> String {
        switch daysAgo(date) {
        case 0: time(date)
        case 1: "yesterday \(time(date))"
        case -1: "tomorrow \(time(date))"
        case -6 ... -2, 2...6: "\(dayName(date)) \(time(date))"
        default: "\(calendarDay(date)) \(time(date))"
        }
    }

    /// `16 November`, `16 November 2025`.
    private func calendarDay(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day], from: date)
        let text = "\(parts.day ?? 0) \(Self.months[(parts.month ?? 1) - 1])"
        return parts.year == calendar.component(.year, from: now) ? text : "\(text) \(parts.year ?? 0)"
    }

    /// `21 November 2026, 10:42:07`
    func full(_ date: Date) -> String {
        let parts = calendar.dateComponents([.year, .month, .day, .second], from: date)
        return "\(parts.day ?? 0) \(Self.months[(parts.month ?? 1) - 1]) \(parts.year ?? 0), \(time(date)):\(Self.two(parts.second))"
    }

    /// For the attribute `datetime`.
    func timestamp(_ date: Date) -> String { date.formatted(.iso8601) }

    /// What is left, in the two largest units: `21 h 17 min`, `45 min`, `less than a minute`.
    static func span(seconds: Double) -> String {
        let minutes = Int(seconds / 60)
        if minutes < 1 { return "less than a minute" }
        return minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
    }

    /// A moment as the field `datetime-local` has it, in the zone: `2026-11-21T18:00`.
    func moment(ofField text: String) -> Date? {
        let numbers = text.split(whereSeparator: { "-T:".contains($0) }).map { Int($0) }
        guard numbers.count >= 5, numbers.allSatisfy({ $0 != nil }) else { return nil }
        var parts = DateComponents()
        (parts.year, parts.month, parts.day, parts.hour, parts.minute) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
        guard parts.isValidDate(in: calendar) else { return nil }
        return calendar.date(from: parts)
    }

    /// A moment for the field `datetime-local`.
    func field(_ date: Date) -> String { "\(day(date))T\(time(date))" }

    /// At a full hour of the day that comes so many days after today.
    func hour(_ hour: Int, inDays days: Int) -> Date {
        let day = calendar.date(byAdding: .day, value: days, to: calendar.startOfDay(for: now)) ?? now
        return calendar.date(bySettingHour: hour, minute: 0, second: 0, of: day) ?? day
    }

    /// How many days it is to the next Monday: 1 to 7.
    var daysToMonday: Int { (9 - calendar.component(.weekday, from: now) - 1) % 7 + 1 }

    private func daysAgo(_ date: Date) -> Int {
        calendar.dateComponents([.day], from: calendar.startOfDay(for: date), to: calendar.startOfDay(for: now)).day ?? 0
    }

    private static func two(_ number: Int?) -> String {
        let number = number ?? 0
        return number < 10 ? "0\(number)" : String(number)
    }
}
