internal import Domain
internal import Foundation
internal import Services

/// What is said of numbers, in plain words.
enum SenderWords {
    /// With the tone and the sign that it has everywhere.
    static func status(_ status: Sender.Status) -> (word: String, tone: String, icon: String) {
        switch status {
        case .online: ("Online", "ok", "circle-check")
        case .connecting: ("Connecting", "info", "refresh-cw")
        case .pending: ("Pending", "warn", "clock")
        case .offline: ("Offline", "", "circle-minus")
        case .suspended: ("Suspended", "danger", "ban")
        case .failed: ("Failed", "danger", "circle-alert")
        }
    }

    static func channel(_ kind: ChannelKind) -> String {
        switch kind {
        case .meta: "WhatsApp Cloud API"
        case .twilio: "Twilio"
        case .linkedDevice: "Linked phone"
        }
    }

    /// Meta's colours, in words.
    static func quality(_ quality: String?) -> String {
        switch quality {
        case "GREEN": "High"
        case "YELLOW": "Medium"
        case "RED": "Low"
        default: "Not known yet"
        }
    }

    static func qualityTone(_ quality: String?) -> String {
        switch quality {
        case "GREEN": "ok"
        case "YELLOW": "warn"
        case "RED": "danger"
        default: ""
        }
    }

    static func qualityMeaning(_ quality: String?) -> String {
        switch quality {
        case "GREEN": "Few people block or report what this number sends."
        case "YELLOW": "Some people have blocked or reported it within the last seven days. Send less, and only what was asked for."
        case "RED":
            "Many people have blocked or reported it within the last seven days. Stop campaigns until it is better: the limit can't grow, and WhatsApp may restrict the account."
        default: "WhatsApp rates a number once it has sent enough."
        }
    }

    /// `TIER_2K` means 2,000 people in 24 hours.
    static func limit(_ tier: String?) -> String {
        guard let tier else { return "Not known yet" }
        guard tier != "TIER_UNLIMITED" else { return "None" }
        return PeopleLimit.people(tier: tier).map { "\(Figures.text($0)) people" } ?? tier
    }

    /// How the next limit is reached (Meta, "Messaging limits", read 2026-11).
    static func nextLimit(_ tier: String?) -> String? {
        switch PeopleLimit.people(tier: tier) {
        case .some(..<1_000):
            "To reach 2,000: verify the business at Meta, or reach 2,000 different people outside open windows within 30 days with high quality."
        case .some(..<100_000):
            "The next one comes by itself within hours once half of this one was used within seven days and the quality is high."
        case .some: "After this one there is no limit. It comes by itself while the quality is high."
        case nil: nil
        }
    }

    /// Where a display name is in WhatsApp's review; nil when nothing is known.
    static func standing(_ standing: DisplayName.Standing?) -> String? {
        switch standing {
        case .approved: "Approved"
        case .availableWithoutReview: "Usable without review"
        case .declined: "Declined"
        case .expired: "Expired"
        case .pendingReview: "In review"
        case .nothing, nil: nil
        }
    }

    /// How fast WhatsApp lets a number send, as it last said.
    static func throughput(_ level: String?) -> String {
        switch level {
        case "STANDARD": "Standard"
        case "HIGH": "High"
        default: "Not known yet"
        }
    }

    /// Who is given new conversations.
    static func handler(_ handling: SenderHandling?) -> String {
        handling?.problem == nil ? handling?.name ?? "Anyone in the inbox" : "Anyone in the inbox"
    }

    /// Why new conversations don't go to whom they are meant for, and what becomes of them.
    static func trouble(of handling: SenderHandling?) -> String? {
        let rest = "New conversations wait for anyone in the inbox until somebody else is chosen."
        return switch handling?.problem {
        case .assigneeMissing: "\(handling?.name.map { "\($0), who handles this number," } ?? "Who handles this number") has left. \(rest)"
        case .teamMissing: "The team that handles this number was deleted. \(rest)"
        case .teamBlind: "Nobody in this team may see its conversations. \(rest)"
        case .notBoth, nil: nil
        }
    }

    static func label(of choice: Sender.ReadReceipts) -> String {
        switch choice {
        case .onOpen: "On opening the conversation"
        case .onAnswer: "On answering"
        case .never: "Never"
        }
    }

    static func subscription(_ subscription: SenderFacts.Subscription) -> String {
        switch subscription {
        case .free: "Nothing here"
        case .paid: "Paid"
        case .grace: "Renewal due"
        case .lapsed: "Not paid"
        }
    }

    /// What a history's cause stands for.
    static func deed(_ cause: String) -> String {
        if cause.hasPrefix("subscription-") || cause == "price-changed" { return subscriptionDeed(cause) }
        if let event = SenderEvent(rawValue: cause) { return deed(event) }
        return switch cause {
        case "connected": "Connected"
        case "checked": "WhatsApp told something new"
        case "read-receipts": "Read receipts changed"
        case "renamed": "Renamed"
        case "handled-by": "Given to others to handle"
        case "removed": "Removed"
        case "paused": "Queue paused"
        case "resumed": "Queue resumed"
        case "cleared", "queue-cleared": "Queue cleared"
        case "campaigns-paused": "Campaigns wait: WhatsApp restricts the number"
        case SenderUsage.warningCause: "80 % of its messaging limit for 24 hours was used"
        case "policy-warning": "WhatsApp warned of its policies"
        case "webhook-stopped": "Receipts webhook stopped"
        case "reception-messages-on": "Receives messages again"
        case "reception-messages-off": "Receives no messages any more"
        case "reception-brought-in": "What wasn\u{2019}t received was brought in"
        case _ where cause.hasPrefix("reception"): "Reception changed"
        default: cause.hasPrefix("webhook") ? "Receipts webhook changed" : plain(cause)
        }
    }

    /// A cause without words of its own.
    private static func plain(_ cause: String) -> String {
        "\(cause.replacing("-", with: " ").prefix(1).uppercased())\(cause.replacing("-", with: " ").dropFirst())"
    }

    private static func subscriptionDeed(_ cause: String) -> String {
        switch cause {
        case "subscription-on": "Switched on, within a paid month"
        case "subscription-off": "Switched off"
        case "subscription-free": "On, and costs nothing"
        case "subscription-free-month": "A month without charge began, because its kind costs credits now"
        case "subscription-reserved": "Switched on, credits put aside"
        case "subscription-paid": "Month paid"
        case "subscription-renewed": "Renewed for a month"
        case "subscription-reminded": "Reminded that credits won\u{2019}t suffice"
        case "subscription-grace": "Renewal due, without enough credits"
        case "subscription-lapsed": "Stopped, for want of credits"
        case "subscription-back": "Back, paid for a month"
        case "subscription-ended": "Paid month over"
        case "price-changed": "The price of its kind changed"
        default: plain(cause)
        }
    }

    private static func deed(_ event: SenderEvent) -> String {
        switch event {
        case .activated: "Switched on"
        case .deactivated: "Switched off"
        case .retried: "Tried again"
        case .signupFinished: "Sign-up finished"
        case .unverified: "Not verified"
        case .verified: "Verified"
        case .unregistered: "Not registered any more"
        case .nameRefused: "Display name not approved"
        case .nameApproved: "Display name approved"
        case .setUpFailed: "Set-up failed"
        case .confirmed: "Confirmed by WhatsApp"
        case .restricted: "Restricted by WhatsApp"
        case .suspended: "Suspended by WhatsApp"
        case .reinstated: "Allowed again by WhatsApp"
        case .tokenRefused: "Access token refused"
        case .numberMissing: "Not seen in the account any more"
        case .paymentMissing: "Payment method refused by WhatsApp"
        case .checkFailed: "WhatsApp couldn\u{2019}t be asked"
        case .subscriptionFree, .subscriptionPaid, .graceBegan, .subscriptionLapsed: subscriptionDeed(event.rawValue)
        }
    }
}
