internal import Domain
internal import Foundation

/// What owners and admins are told when credits don't suffice.
enum CreditLetter: String, Codable {
    /// A week before a renewal, and a day.
    case week, day
    case grace, lapsed

    /// Nil when nobody needs to be told of a step.
    init?(_ step: SubscriptionStep) {
        switch step.change {
        case .reminded: self = step.subscription.reminder == .day ? .day : .week
        case .grace: self = .grace
        case .lapsed: self = .lapsed
        case .on, .off, .free, .reserved, .paid, .renewed, .back, .ended: return nil
        }
    }

    /// Whether it still says what is so.
    func holds(for subscription: Subscription, needed: Credits, balance: Credits) -> Bool {
        switch self {
        case .week, .day: subscription.state == .paid && subscription.isOn && balance < needed
        case .grace: subscription.state == .grace
        case .lapsed: subscription.state == .lapsed
        }
    }
}

/// The words of the e-mail.
struct CreditLetterText {
    let letter: CreditLetter
    let person: String
    let workspace: String
    let senderName: String
    let subscription: Subscription
    let price: Credits
    let needed: Credits
    let balance: Credits
    /// `https://chat.example.com/app/acme`; nil leaves out the link.
    let base: String?

    var subject: String {
        switch letter {
        case .week, .day: "Credits are missing to renew \(Self.line(senderName))"
        case .grace: "\(Self.line(senderName)) couldn\u{2019}t be renewed"
        case .lapsed: "\(Self.line(senderName)) is offline"
        }
    }

    var body: String {
        let name = "\(Self.line(senderName)) in \(Self.line(workspace))"
        var lines = ["Hello \(Self.line(person)),", ""]
        switch letter {
        case .week, .day:
            lines.append(
                "the number \(name) is renewed\(subscription.paidUntil.map { " on \(Self.day($0))" } ?? "") for \(price.words). The balance is \(balance.figures), and all renewals up to then need \(needed.figures)."
            )
            lines.append(
                "Top up \((needed - balance).words) or more before. Otherwise the number works for three more days and then goes offline, until there are credits."
            )
        case .grace:
            lines.append(
                "the month of the number \(name) has ended, and the balance of \(balance.words) doesn\u{2019}t suffice for the next one, which costs \(price.figures)."
            )
            lines.append(
                "It works\(subscription.graceEndsAt.map { " until \(Self.day($0))" } ?? " for three more days") and then goes offline. With a top-up of \((price - balance).words) or more before, it is renewed by itself and keeps its day."
            )
        case .lapsed:
            lines.append(
                "the number \(name) is offline, because the balance of \(balance.words) doesn\u{2019}t suffice for a month, which costs \(price.figures)."
            )
            lines.append("With a top-up of \((price - balance).words) or more it comes back by itself.")
        }
        if let base { lines += ["", "Top up: \(base)/settings/credits"] }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Others choose these: a name must not make a line of its own, nor turn what follows it.
    private static func line(_ text: String) -> String { text.line(100) }

    /// `28 February 2026, 10:30 UTC`
    private static func day(_ date: Date) -> String {
        date.formatted(
            Date.VerbatimFormatStyle(
                format:
                    "\(day: .defaultDigits) \(month: .wide) \(year: .defaultDigits), \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits) UTC",
                locale: Locale(identifier: "en_GB"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian)))
    }
}
