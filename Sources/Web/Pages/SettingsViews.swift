internal import Domain
internal import Foundation

/// Keys for programs. Template `keys`.
struct KeysView: RenderedView {
    static let template = "keys"
    let names: [String: any Sendable]

    struct Entry: Sendable {
        let id: String
        let name: String
        let scopes: [KeyScope]
        let createdAt: Date
        let lastUsedAt: Date?

        init(id: String, name: String, scopes: [KeyScope], createdAt: Date, lastUsedAt: Date?) {
            (self.id, self.name, self.scopes, self.createdAt, self.lastUsedAt) = (id, name, scopes, createdAt, lastUsedAt)
        }
    }

    /// - Parameter newKey: the token of one just made; it is shown this once.
    init(
        _ keys: [Entry], newKey: String?, name: String = "", nameError: String? = nil, scopes: Set<KeyScope> = [.read, .send],
        notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        let times = workspace.frame.times
        let field = FieldView(
            "name", label: "Name", help: "So that you know later what it is for.", value: name, hint: "Shop system", error: nameError)
        let choices = KeyScope.allCases.map {
            ChoiceView(value: $0.rawValue, label: $0.rawValue.capitalized, help: Self.help(for: $0), isSelected: scopes.contains($0))
        }
        names = workspace.names(title: "API keys", place: .settings, notice: notice).with([
            "hasKeys": !keys.isEmpty, "keys": keys.map { EntryView($0, times) },
            "newKey": newKey.orFalse,
            "fields": [field], "scopeChoices": choices,
        ]).with(SettingsTab.keys.names)
    }

    private static func help(for scope: KeyScope) -> String {
        switch scope {
        case .read: "Conversations, messages, senders and events."
        case .send: "Send messages, close and reopen conversations."
        case .manage: "Senders, connections, members and keys."
        }
    }

    struct EntryView: View {
        let names: [String: any Sendable]

        init(_ key: Entry, _ times: PageTimes) {
            names = [
                "keyID": key.id, "keyName": key.name, "keyScopes": key.scopes.map(\.rawValue), "keyCreated": times.short(key.createdAt),
                "keyUsed": key.lastUsedAt.map { "last used \(times.short($0))" } ?? "never used",
            ]
        }
    }
}

/// Where a person is signed in. Template `sessions`.
struct SessionsView: RenderedView {
    static let template = "sessions"
    let names: [String: any Sendable]

    struct Entry: Sendable {
        let id: String
        let userAgent: String
        let address: String
        let createdAt: Date
        let lastSeenAt: Date
        let isCurrent: Bool

        init(id: String, userAgent: String, address: String, createdAt: Date, lastSeenAt: Date, isCurrent: Bool) {
            (self.id, self.userAgent, self.address) = (id, userAgent, address)
            (self.createdAt, self.lastSeenAt, self.isCurrent) = (createdAt, lastSeenAt, isCurrent)
        }
    }

    /// - Parameter errors: by field name, what is wrong with a new name or password.
    init(
        _ sessions: [Entry], name: String, email: String, errors: [String: String] = [:], notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let fields = [
            FieldView(
                "current", label: "Current password", help: "The one you signed in with.", error: errors["current"], type: "password",
                autocomplete: "current-password"),
            FieldView(
                "password", label: "New password", help: "At least \(PasswordRule.shortest) characters.", error: errors["password"],
                type: "password",
                autocomplete: "new-password", shortest: PasswordRule.shortest),
        ]
        let shown = sessions.filter(\.isCurrent) + sessions.filter { !$0.isCurrent }
        let own: [String: any Sendable] = [
            "sessions": shown.map { EntryView($0, workspace.frame.times) }, "fields": fields,
            "accountEmail": email,
            "nameFields": [
                FieldView(
                    "name", label: "Name",
                    help:
                        "At most \(Account.nameLimit) characters. Colleagues read it, and customers where a quick reply or template says who you are.",
                    value: name, error: errors["name"], autocomplete: "name")
            ],
        ]
        names = own.with(SettingsTab.sessions.names).with(workspace.names(title: "Sessions", place: .settings, notice: notice))
    }

    struct EntryView: View {
        let names: [String: any Sendable]

        init(_ session: Entry, _ times: PageTimes) {
            names = [
                "sessionID": session.id, "sessionBrowser": Browser.name(of: session.userAgent), "sessionAddress": session.address,
                "sessionCreated": times.short(session.createdAt), "sessionSeen": times.short(session.lastSeenAt),
                "sessionIsCurrent": session.isCurrent,
            ]
        }
    }
}

/// What a browser calls itself, in two words.
enum Browser {
    static func name(of userAgent: String) -> String {
        let browsers = [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
        let systems = [
            ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
        ]
        guard let browser = browsers.first(where: { userAgent.contains($0.0) })?.1 else { return "A program" }
        guard let system = systems.first(where: { userAgent.contains($0.0) })?.1 else { return browser }
        return "\(browser) on \(system)"
    }
}
