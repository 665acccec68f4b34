internal import Domain

/// A person's own rules, and how this browser alerts. Template `notification-rules`.
struct NotificationRulesView: RenderedView {
    static let template = "notification-rules"
    let names: [String: any Sendable]

    /// What push needs to know: the key that a browser subscribes with, and the browsers that did.
    struct Push: Sendable {
        let key: String
        let browsers: [PushSubscription]
        let currentSession: Identifier<Session>
    }

    init(_ rules: NotificationRules, push: Push, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let own: [String: any Sendable] = [
            "bellChoices": PersonalNotification.Kind.allCases.map { kind in
                ChoiceView(
                    value: kind.rawValue, label: Self.name(of: kind), help: Self.help(for: kind), isSelected: rules.bell.contains(kind))
            },
            "placeChoices": NotificationRules.Place.allCases.map { place in
                ChoiceView(value: place.rawValue, label: Self.name(of: place), isSelected: rules.places.contains(place))
            },
            "pushChoices": PersonalNotification.Kind.allCases.map { kind in
                ChoiceView(value: kind.rawValue, label: Self.name(of: kind), isSelected: rules.push.contains(kind))
            },
            "digestChoices": Digest.Pace.allCases.map { pace in
                ChoiceView(value: pace.rawValue, label: Self.name(of: pace), isSelected: rules.digest.pace == pace)
            },
            "digestHours": (0...23).map { hour in
                ChoiceView(value: String(hour), label: "\(hour < 10 ? "0" : "")\(hour):00", isSelected: rules.digest.hour == hour)
            },
            "pushNames": rules.pushNames, "pushKey": push.key, "hasBrowsers": !push.browsers.isEmpty,
            "browsers": push.browsers.map { BrowserView($0, isCurrent: $0.sessionID == push.currentSession, workspace.frame.times) },
        ]
        names = own.with(SettingsTab.notifications.names)
            .with(workspace.names(title: "Notifications", place: .settings, notice: notice))
    }

    struct BrowserView: View {
        let names: [String: any Sendable]

        init(_ browser: PushSubscription, isCurrent: Bool, _ times: PageTimes) {
            names = [
                "browserID": browser.id.text, "browserName": Browser.name(of: browser.userAgent ?? ""), "browserIsCurrent": isCurrent,
                "browserSince": times.full(browser.createdAt),
                "browserRefusals": (browser.refusals == 0 ? nil : "its push service refused the last \(browser.refusals)").orFalse,
            ]
        }
    }

    private static func name(of kind: PersonalNotification.Kind) -> String {
        switch kind {
        case .message: "New messages"
        case .assignment: "Conversations assigned to me"
        case .mention: "Notes that mention me"
        case .escalation: "Customers who ask an assistant for a person; there are no assistants yet"
        case .failed: "Messages of mine that weren\u{2019}t sent"
        case .limit: "Numbers that are near their messaging limit"
        case .stopped: "Numbers that can\u{2019}t send any more"
        }
    }

    private static func help(for kind: PersonalNotification.Kind) -> String {
        switch kind {
        case .message: "Several from one customer count as one until you look. Choose below in which conversations."
        case .assignment: "Not those that you take yourself."
        case .mention: "When a colleague writes your name in a note."
        case .escalation: "When an assistant or a bot hands a conversation over."
        case .failed: "With the reason beside the message, and a way to try again."
        case .limit:
            "For owners and admins: once 80 % of the people are reached whom it may write to first within 24 hours, at most once a day. By e-mail too, at once."
        case .stopped:
            "For owners and admins: when WhatsApp suspends one, or it can\u{2019}t be reached or paid for any more. By e-mail too, at once."
        }
    }

    private static func name(of pace: Digest.Pace) -> String {
        switch pace {
        case .off: "Never"
        case .soon: "A quarter of an hour after the first"
        case .hourly: "Every hour"
        case .daily: "Once a day"
        }
    }

    private static func name(of place: NotificationRules.Place) -> String {
        switch place {
        case .mine: "In my conversations"
        case .teams: "In my teams\u{2019} conversations"
        case .unassigned: "In conversations that nobody has, while I am available"
        case .all: "In all that I can see"
        }
    }
}
