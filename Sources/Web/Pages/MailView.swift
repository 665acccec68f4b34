internal import Domain

/// The server by which e-mail is sent. Template `mail`.
struct MailView: RenderedView {
    static let template = "mail"
    let names: [String: any Sendable]

    /// As it was filled in.
    struct Draft: Sendable {
        var host = ""
        var port = "587"
        var security = MailSettings.Security.startTLS
        var user = ""
        var sender = ""

        init() {}

        init(_ settings: MailSettings) {
            (host, port, security) = (settings.host, String(settings.port), settings.security)
            (user, sender) = (settings.user ?? "", settings.sender.text)
        }

        init(_ form: FormFields) {
            (host, port, user, sender) = (form["host"] ?? "", form["port"] ?? "", form["user"] ?? "", form["sender"] ?? "")
            security = form["security"].flatMap(MailSettings.Security.init(rawValue:)) ?? .startTLS
        }

        /// Throws ``MailProblem``.
        var settings: MailSettings {
            get throws { try MailSettings(host: host, port: Int(port) ?? 0, security: security, user: user, sender: sender) }
        }
    }

    init(
        _ draft: Draft, isSet: Bool, hasPassword: Bool, fault: MailFault?, problem: MailProblem?, email: String, notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        func error(_ field: String) -> any Sendable { (problem?.field == field ? problem?.detail : nil).orFalse }
        let own: [String: any Sendable] = [
            "mailIsSet": isSet, "mailHasPassword": hasPassword, "mailHost": draft.host, "mailPort": draft.port, "mailUser": draft.user,
            "mailSender": draft.sender, "mailOwnAddress": email,
            "mailFault": fault.map { "The last e-mail wasn\u{2019}t sent, \(workspace.frame.times.full($0.at)): \($0.reason)" }.orFalse,
            "mailHostError": error("host"), "mailPortError": error("port"),
            "mailUserError": error("user"), "mailSenderError": error("sender"), "mailPasswordError": error("password"),
            "mailSecurityChoices": MailSettings.Security.allCases.map { security in
                ChoiceView(value: security.rawValue, label: Self.name(of: security), isSelected: security == draft.security)
            },
        ]
        names = own.with(SettingsTab.mail.names).with(workspace.names(title: "E-mail", place: .settings, notice: notice))
    }

    private static func name(of security: MailSettings.Security) -> String {
        switch security {
        case .tls: "From the beginning (TLS, often port 465)"
        case .startTLS: "After a greeting (STARTTLS, often port 587)"
        case .none: "None, within a network of your own"
        }
    }
}
