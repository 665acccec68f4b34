/// The pages of the settings; each template draws them all, and marks its own.
enum SettingsTab: CaseIterable {
    case people, labels, leads, quickReplies, consent, keys, credits, prices, mail, jobs, health, notifications, sessions
    /// Without a link of its own: the line about a halted installation leads there.
    case sending

    var names: [String: any Sendable] {
        [
            "onPeople": self == .people, "onLabels": self == .labels, "onLeads": self == .leads, "onQuickReplies": self == .quickReplies,
            "onConsent": self == .consent, "onKeys": self == .keys,
            "onJobs": self == .jobs, "onCredits": self == .credits, "onPrices": self == .prices,
            "onHealth": self == .health,
            "onMail": self == .mail, "onNotifications": self == .notifications,
            "onSessions": self == .sessions,
        ]
    }
}
