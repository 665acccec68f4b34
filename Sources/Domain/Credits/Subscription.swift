package import struct Foundation.Date

/// What a number's use costs and until when it is paid: a machine over dates. Its functions say what is to be done at a moment and leave it to the caller to
/// write it down, so that each step is one transaction.
package struct Subscription: Sendable, Equatable {
    /// Before its number goes offline for want of credits.
    package static let graceSeconds = 3 * 86_400.0

    package enum State: String, Sendable, CaseIterable, Codable {
        /// Never activated, or ended while it was switched off.
        case idle
        /// The credits of its first month are put aside, and are charged next.
        case reserved
        /// Its kind of number costs nothing.
        case free
        case paid
        /// Renewal was due and credits didn't suffice; the number still works.
        case grace
        /// It works no more until there are credits.
        case lapsed
    }

    /// Whether a number may work, as its status asks.
    package enum Standing: String, Sendable, CaseIterable, Codable { case free, paid, grace, lapsed }

    /// How long before a renewal its owners are told that credits won't suffice.
    package enum Reminder: Int, Sendable, CaseIterable, Comparable, Codable {
        case week = 7
        case day = 1

        package var seconds: Double { Double(rawValue) * 86_400 }

        /// The nearer to the renewal, the greater.
        package static func < (one: Reminder, other: Reminder) -> Bool { one.rawValue > other.rawValue }
    }

    package let senderID: Identifier<Sender>
    package internal(set) var state: State
    /// Whether somebody wants it renewed.
    package internal(set) var isOn: Bool
    /// Of the month that is paid or put aside for.
    package internal(set) var price: Credits
    /// Which month was last paid or put aside for, counted over the life of the number. It is a part of what can be charged once only.
    package internal(set) var month: Int
    /// The moment from which months are counted; keeps its day.
    package internal(set) var anchor: Date?
    package internal(set) var paidUntil: Date?
    package internal(set) var graceEndsAt: Date?
    /// The last reminder of this month.
    package internal(set) var reminder: Reminder?

    package init(
        senderID: Identifier<Sender>, state: State = .idle, isOn: Bool = false, price: Credits = .zero, month: Int = 0,
        anchor: Date? = nil, paidUntil: Date? = nil, graceEndsAt: Date? = nil, reminder: Reminder? = nil
    ) {
        (self.senderID, self.state, self.isOn, self.price, self.month) = (senderID, state, isOn, price, month)
        (self.anchor, self.paidUntil, self.graceEndsAt, self.reminder) = (anchor, paidUntil, graceEndsAt, reminder)
    }

    /// A number whose kind cost nothing until now: from here on a month is counted, of which nothing is charged.
    package init(freeMonthOf senderID: Identifier<Sender>, at now: Date, month: Int = 0) {
        self.init(
            senderID: senderID, state: .paid, isOn: true, month: month + 1, anchor: now, paidUntil: Months.date(1, after: now))
    }

    /// - Parameter price: of its kind of number now.
    package func standing(price: Credits) -> Standing {
        switch state {
        case .free: .free
        case .paid: .paid
        case .grace: .grace
        case .lapsed, .reserved: .lapsed
        case .idle: price == .zero ? .free : .lapsed
        }
    }

    /// When ``due(at:price:balance:needed:)`` may next have something to do by itself; nil when only a person or a top-up brings it on.
    package func nextLook(after now: Date) -> Date? {
        switch state {
        case .idle, .free, .lapsed: nil
        case .reserved: now
        case .grace: graceEndsAt
        case .paid:
            paidUntil.map { end in
                guard isOn else { return end }
                let reminders = Reminder.allCases.map { end.addingTimeInterval(-$0.seconds) }
                return reminders.filter { $0 > now }.min() ?? end
            }
        }
    }
}

/// A subscription with what a month of its kind of number costs now.
package struct PricedSubscription: Sendable, Equatable {
    package let subscription: Subscription
    package let price: Credits
    /// Inner name of the number.
    package let senderName: String

    package init(subscription: Subscription, price: Credits, senderName: String) {
        (self.subscription, self.price, self.senderName) = (subscription, price, senderName)
    }
}

/// What happens to a subscription in one step, and what has to be written down with it.
package struct SubscriptionStep: Sendable, Equatable {
    /// As the event log names it, behind `subscription-`.
    package enum Change: String, Sendable, CaseIterable {
        case on, off, free, reserved, paid, renewed, reminded, grace, lapsed, back, ended
    }

    package let subscription: Subscription
    package let change: Change
    /// If it is refused because its key is posted, the step was done by somebody else.
    package let posting: LedgerPosting?
}
