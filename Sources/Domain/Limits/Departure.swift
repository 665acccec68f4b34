package import struct Foundation.Date

/// Why a message still waits.
package enum WaitReason: Sendable, Equatable {
    /// All sending waits for a person's word, such as after a restore.
    case halted
    /// A person paused the number.
    case paused
    /// The number can't send until somebody mends it.
    case senderUnavailable(String)
    /// The provider restricts the number, so what isn't an answer waits for a person.
    case campaignsPaused(String)
    /// No process that sends is running.
    case nobodySends
    /// Is to leave later.
    case scheduled
    /// The last try failed for a reason that passes.
    case triedAgain
    /// An earlier message of this conversation has to leave first.
    case earlierMessage
    /// Nobody knows yet whether the message before it left.
    case earlierUnknown
    /// So many messages to this person in so short a time.
    case pairLimit
    /// The portfolio has reached as many people as it may in 24 hours.
    case peopleLimit(Int)
    /// The provider is changing the number, or asked to wait.
    case held(String)
    /// Others come before it, as fast as the number may send.
    case queue(ahead: Int)

    /// Stable machine name.
    package var code: String {
        switch self {
        case .halted: "halted"
        case .paused: "paused"
        case .senderUnavailable: "sender-unavailable"
        case .campaignsPaused: "campaigns-paused"
        case .nobodySends: "nobody-sends"
        case .scheduled: "scheduled"
        case .triedAgain: "tried-again"
        case .earlierMessage: "earlier-message"
        case .earlierUnknown: "earlier-unknown"
        case .pairLimit: "pair-limit"
        case .peopleLimit: "people-limit"
        case .held: "held"
        case .queue: "queue"
        }
    }

    /// One sentence for a person.
    package var sentence: String {
        switch self {
        case .halted: "All sending waits until somebody starts it."
        case .paused: "The number is paused. Resume it to send."
        case .senderUnavailable(let reason): "The number can't send: \(reason)"
        case .campaignsPaused(let reason): "Campaigns of this number are paused: \(reason)"
        case .nobodySends: "No process that sends is running. Start one with the role dispatch."
        case .scheduled: "It is to leave at this time."
        case .triedAgain: "The last try failed for a reason that passes; it is tried again."
        case .earlierMessage: "An earlier message of this conversation leaves first."
        case .earlierUnknown: "It isn't known yet whether the message before it left."
        case .pairLimit: "WhatsApp allows one message in 6 seconds to one person, and 45 at once before that."
        case .peopleLimit(let limit): "The business has written to \(limit) people in 24 hours, which is as many as WhatsApp allows it."
        case .held(let reason): reason
        case .queue(0): "It is about to leave."
        case .queue(1): "One message leaves before it."
        case .queue(let ahead): "\(ahead) messages leave before it."
        }
    }
}

/// When a message may leave, and why not now.
package struct Departure: Sendable, Equatable {
    /// As soon as this; nil when a person has to do something first, or nobody can know.
    package let earliest: Date?
    package let reason: WaitReason

    package init(earliest: Date?, reason: WaitReason) { (self.earliest, self.reason) = (earliest, reason) }
}

/// All that decides when one message may leave.
package struct DepartureFacts: Sendable, Equatable {
    package var lane = Lane.reply
    package var isHalted = false
    package var isPaused = false
    /// Why the number can't send; nil when it can.
    package var senderTrouble: String?
    /// Why the provider restricts the number; nil when it doesn't.
    package var campaignsPaused: String?
    /// Whether some process has the number, or could take it.
    package var hasDispatcher = true
    /// Not before this moment, and whether because of a try that failed.
    package var notBefore: Date?
    package var hasFailedBefore = false
    /// Whether an earlier message of its conversation and lane hasn't left.
    package var hasEarlier = false
    /// Until when the message before it, whose outcome is unknown, holds it back.
    package var earlierUnknownUntil: Date?
    /// When the limit between two numbers lets it go.
    package var pairAllows: Date?
    /// The portfolio's limit, when the message goes to a person who doesn't count against it yet.
    package var people: PeopleBudget?
    /// Messages of its number that leave before it.
    package var ahead = 0
    package var pace = SenderPace(level: nil)
    package var holdReason: String?

    package init() {}

    /// What holds it longest, and until when. What needs a person comes before what passes by itself.
    package func departure(at now: Date) -> Departure {
        if let reason = needsPerson { return Departure(earliest: nil, reason: reason) }
        if hasEarlier { return Departure(earliest: nil, reason: .earlierMessage) }
        let queued = SendingEstimate.end(of: 1, after: ahead, pace: pace, at: now) ?? now
        var latest = Departure(earliest: ahead == 0 ? max(now, pace.heldUntil ?? now) : queued, reason: .queue(ahead: ahead))
        func hold(until date: Date?, _ reason: WaitReason) {
            guard let date, date > now, date >= latest.earliest ?? now else { return }
            latest = Departure(earliest: date, reason: reason)
        }
        if let holdReason { hold(until: pace.heldUntil, .held(holdReason)) }
        hold(until: pairAllows, .pairLimit)
        hold(until: earlierUnknownUntil, .earlierUnknown)
        hold(until: notBefore, hasFailedBefore ? .triedAgain : .scheduled)
        if let people, people.free == 0 {
            guard let chance = people.nextChance(at: now) else { return Departure(earliest: nil, reason: .peopleLimit(people.limit)) }
            hold(until: chance, .peopleLimit(people.limit))
        }
        return latest
    }

    private var needsPerson: WaitReason? {
        if isHalted { return .halted }
        if isPaused { return .paused }
        if let senderTrouble { return .senderUnavailable(senderTrouble) }
        if let campaignsPaused, lane == .campaign { return .campaignsPaused(campaignsPaused) }
        return hasDispatcher ? nil : .nobodySends
    }
}
