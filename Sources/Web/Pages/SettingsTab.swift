/// The pages of the settings; each template draws them all, and marks its own.
enum SettingsTab: CaseIterable {
    case people, labels, keys, jobs, health, sessions
    /// Without a link of its own: the line about a halted installation leads there.
    case sending

    var names: [String: any Sendable] {
        [
            "onPeople": self == .people, "onLabels": self == .labels, "onKeys": self == .keys, "onJobs": self == .jobs,
            "onHealth": self == .health,
            "onSessions": self == .sessions,
        ]
    }
}
