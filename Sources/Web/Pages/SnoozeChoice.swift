internal import Domain
internal import Foundation

/// How long to snooze, as it is chosen most often. Said by its name, since a page may be open for hours before somebody chooses.
enum SnoozeChoice: String, CaseIterable {
    case hours = "3-hours"
    case tomorrow, monday

    /// Hours of the day at which snoozed conversations come back.
    private static let morning = 9

    var label: String {
        switch self {
        case .hours: "In 3 hours"
        case .tomorrow: "Tomorrow at 9:00"
        case .monday: "Monday at 9:00"
        }
    }

    func moment(_ times: PageTimes) -> Date {
        switch self {
        case .hours: times.now.addingTimeInterval(3 * 60 * 60)
        case .tomorrow: times.hour(Self.morning, inDays: 1)
        case .monday: times.hour(Self.morning, inDays: times.daysToMonday)
        }
    }

    /// What a form says: a choice in `until`, or a moment of the person's zone in `at`.
    static func moment(_ form: FormFields, _ times: PageTimes) throws -> Date {
        if let text = form["until"], !text.isEmpty {
            guard let choice = SnoozeChoice(rawValue: text) else {
                throw RequestProblem.fieldMalformed("until", expected: "one of \(allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return choice.moment(times)
        }
        guard let moment = times.moment(ofField: try form.require("at")) else {
            throw RequestProblem.fieldMalformed("at", expected: "a day and a time, such as 2026-11-23T09:00")
        }
        return moment
    }
}
