internal import Domain
internal import Foundation

/// Tells in words what was done, to one reader.
struct ActivityWords: Sendable {
    static let none = ActivityWords(colleagues: .none, labels: [])

    private let colleagues: ColleagueNames
    private let labels: [Identifier<Label>: String]

    init(colleagues: ColleagueNames, labels: [Label]) {
        self.colleagues = colleagues
        self.labels = Dictionary(labels.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
    }

    /// A part of a sentence.
    enum Piece: Equatable, Sendable {
        case words(String)
        /// Somebody gave it to a person, a team or a label: it may be written in another direction.
        case name(String)
    }

    /// `Kim Lee assigned this to you, added the label Returns and closed this`, of one person's deeds in their order.
    func sentence(_ activities: [Activity], _ times: PageTimes) -> [Piece] {
        guard let first = activities.first else { return [] }
        // Nobody did that.
        if first.deed == .snoozeEnded { return [.words("Came back by itself")] }
        var pieces = [who(first.actor)]
        for (number, activity) in activities.enumerated() {
            let isLast = number == activities.count - 1
            pieces.append(.words(number == 0 ? " " : isLast ? " and " : ", "))
            pieces += predicate(activity, times)
        }
        return pieces
    }

    private func who(_ actor: String) -> Piece {
        if actor.hasPrefix("key:") { return .words("A program") }
        guard let person = Self.person(actor) else { return .words("Switchboard") }
        return colleagues.name(of: person).map { person == colleagues.me ? .words($0) : .name($0) } ?? .words("Somebody who left")
    }

    private static func person(_ actor: String) -> Identifier<Account>? {
        actor.hasPrefix("member:") ? Identifier(parsing: String(actor.dropFirst("member:".count))) : nil
    }

    private func predicate(_ activity: Activity, _ times: PageTimes) -> [Piece] {
        switch activity.deed {
        case .assigned(let assignment): self.assigned(assignment, by: activity.actor)
        case .closed: [.words("closed this")]
        case .archived: [.words("archived this")]
        case .reopened: [.words("reopened this")]
        case .snoozed(let until): [.words("snoozed this until \(times.dayAndTime(until))")]
        case .snoozeEnded: [.words("brought this back")]
        case .labelAdded(let label): [.words("added ")] + self.label(label)
        case .labelRemoved(let label): [.words("took off ")] + self.label(label)
        case .aiEnabled: [.words("let the AI answer here")]
        case .aiDisabled: [.words("kept the AI from answering here")]
        case .exported: [.words("exported this as a file")]
        case .noteDeleted: [.words("deleted a note")]
        case .consent(let change): [.words("noted that the customer \(change.words)")]
        }
    }

    private func assigned(_ assignment: Assignment, by actor: String) -> [Piece] {
        let team: [Piece] =
            assignment.team.map { id in
                colleagues.name(of: id).map { [.words("the team "), .name($0)] } ?? [.words("a team that is gone")]
            } ?? []
        guard let assignee = assignment.assignee else {
            return team.isEmpty ? [.words("took this off everybody")] : [.words("assigned this to ")] + team
        }
        let person: Piece =
            if assignee == colleagues.me {
                .words(Self.person(actor) == assignee ? "yourself" : "you")
            } else if Self.person(actor) == assignee {
                .words("themselves")
            } else {
                colleagues.name(of: assignee).map { .name($0) } ?? .words("somebody who left")
            }
        return [.words("assigned this to "), person] + (team.isEmpty ? [] : [.words(" and ")] + team)
    }

    private func label(_ id: Identifier<Label>) -> [Piece] {
        labels[id].map { [.words("the label "), .name($0)] } ?? [.words("a label that is gone")]
    }
}

/// What one person did within a short time, and nothing else happened between.
struct ShownActivity: Sendable {
    /// Seconds from the first to the last in one line.
    private static let lineSeconds: Double = 5 * 60
    /// Deeds in one line: more would be no line.
    private static let lineLimit = 6

    /// Oldest first, never empty.
    private(set) var activities: [Activity]
    let words: ActivityWords

    init(_ activity: Activity, _ words: ActivityWords) { (activities, self.words) = ([activity], words) }

    var first: Activity { activities[0] }
    var last: Activity { activities[activities.count - 1] }

    /// Takes one more into the line; false when it needs one of its own.
    mutating func take(_ activity: Activity) -> Bool {
        guard activity.actor == first.actor, activity.at.timeIntervalSince(first.at) < Self.lineSeconds,
            activities.count < Self.lineLimit
        else { return false }
        activities.append(activity)
        return true
    }
}

/// A line of the thread that tells what was done. Template `activity-line`.
struct ActivityLineView: View {
    let names: [String: any Sendable]

    init(_ shown: ShownActivity, in place: MessageView.Place) {
        let (first, last) = (shown.first, shown.last)
        names = [
            "activityID": first.id.text, "activityCovers": shown.activities.map(\.id.text).joined(separator: " "),
            "activityAt": String(first.at.milliseconds), "activitySequence": String(first.sequence),
            "activityDay": place.times.day(first.at), "activityIsOwn": place.reader.map { first.actor == Actor.member($0).text } ?? false,
            "activityPieces": shown.words.sentence(shown.activities, place.times).map(SentencePieceView.init),
            "activityTime": place.times.time(last.at), "activityTimestamp": place.times.timestamp(last.at),
            "activityFullTime": place.times.full(last.at),
        ]
    }
}

/// A part of a sentence, with the marks of a name when it is one.
struct SentencePieceView: View {
    let names: [String: any Sendable]

    init(_ piece: ActivityWords.Piece) {
        switch piece {
        case .words(let text): names = ["pieceIsName": false, "pieceText": text]
        case .name(let text): names = ["pieceIsName": true, "pieceText": text]
        }
    }
}
