internal import Domain
internal import Foundation

/// The numbers of a workspace, as cards. Template `senders`.
struct SendersView: RenderedView {
    static let template = "senders"
    let names: [String: any Sendable]

    init(_ senders: [Sender], notice: PageNotice?, in workspace: WorkspaceFrame) {
        names = workspace.names(title: "Senders", place: .senders, notice: notice).with([
            "hasSenders": !senders.isEmpty, "senders": senders.map(CardView.init),
        ])
    }

    struct CardView: View {
        let names: [String: any Sendable]

        init(_ sender: Sender) {
            let (status, tone) = Self.status(sender.status)
            names = [
                "senderID": sender.id.text, "connectionID": sender.connectionID.text, "senderHue": Initials.hue(of: sender.id.text),
                "senderInitials": Initials.of(sender.name), "senderName": sender.name, "senderNumber": sender.phoneNumber.text,
                "senderStatus": status, "senderTone": tone, "senderReason": sender.statusReason.orFalse,
                "senderChannel": Self.channel(sender.channel),
                "senderDisplayName": (sender.displayName == sender.name ? nil : sender.displayName).orFalse,
                "senderQuality": Self.quality(sender.quality), "senderLimit": Self.limit(sender.messagingLimit),
                "receiptChoices": Sender.ReadReceipts.allCases.map {
                    ChoiceView(value: $0.rawValue, label: Self.label(of: $0), isSelected: $0 == sender.readReceipts)
                },
            ]
        }

        private static func status(_ status: Sender.Status) -> (word: String, tone: String) {
            switch status {
            case .online: ("Online", "ok")
            case .connecting: ("Connecting", "info")
            case .pending: ("Pending", "warn")
            case .offline: ("Offline", "")
            case .suspended: ("Suspended", "danger")
            case .failed: ("Failed", "danger")
            }
        }

        private static func channel(_ kind: ChannelKind) -> String {
            switch kind {
            case .meta: "WhatsApp Cloud API"
            case .twilio: "Twilio"
            case .linkedDevice: "Linked phone"
            }
        }

        /// Meta's colours, in words.
        private static func quality(_ quality: String?) -> String {
            switch quality {
            case "GREEN": "High"
            case "YELLOW": "Medium"
            case "RED": "Low"
            default: "Not known yet"
            }
        }

        /// `TIER_2K` means 2,000 people in 24 hours.
        private static func limit(_ limit: String?) -> String {
            guard let limit else { return "Not known yet" }
            guard limit != "TIER_UNLIMITED" else { return "None" }
            guard let number = limit.split(separator: "_").last else { return limit }
            let people = number.hasSuffix("K") ? "\(number.dropLast()),000" : String(number)
            return "\(people) people"
        }

        private static func label(of choice: Sender.ReadReceipts) -> String {
            switch choice {
            case .onOpen: "On opening the conversation"
            case .onAnswer: "On answering"
            case .never: "Never"
            }
        }
    }
}

/// Connecting a number by hand, and what Meta must be told. Template `connection`.
struct ConnectionView: RenderedView {
    static let template = "connection"
    let names: [String: any Sendable]

    /// What is shown of a connection that stands.
    struct Standing: Sendable {
        let connection: Connection
        let webhookAddress: String
        let verifyToken: String
        /// Meta can only reach an https address.
        let isReachable: Bool

        init(connection: Connection, webhookAddress: String, verifyToken: String, isReachable: Bool) {
            (self.connection, self.webhookAddress) = (connection, webhookAddress)
            (self.verifyToken, self.isReachable) = (verifyToken, isReachable)
        }
    }

    /// - Parameters:
    ///   - standing: the connection that is looked at; nil to make a new one.
    ///   - draft: what was typed; secrets are never put back into a page.
    ///   - errors: by field name, what is wrong with its value.
    init(
        connections: [Connection], standing: Standing?, draft: ConnectionDraft, name: String, errors: [String: String], notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        let times = workspace.frame.times
        let connection = standing?.connection
        let isHeard = connection?.lastWebhookAt != nil
        let own: [String: any Sendable] = [
            "connections": connections.map { LinkView($0, isSelected: $0.id == connection?.id) }, "hasConnections": !connections.isEmpty,
            "isNew": standing == nil, "connected": standing != nil, "webhookAddress": standing?.webhookAddress ?? "",
            "webhookWarning":
                (standing?.isReachable ?? true
                ? nil : "Meta accepts only an https address that can be reached from the internet. Start the server with --public-url.")
                .orFalse,
            "verifyToken": standing?.verifyToken ?? "", "subscriptionTone": connection?.isSubscribed == true ? "ok" : "warn",
            "subscriptionState": connection?.isSubscribed == true ? "Subscribed" : "Not subscribed yet",
            "lastWebhook": isHeard ? times.full(connection?.lastWebhookAt ?? times.now) : "None yet",
            "selectedConnectionID": connection?.id.text ?? "", "fields": Self.fields(draft, name: name, errors),
        ]
        names = own.with(workspace.names(title: "Connect a number", place: .senders, notice: notice))
    }

    private static func fields(_ draft: ConnectionDraft, name: String, _ errors: [String: String]) -> [FieldView] {
        [
            FieldView(
                "name", label: "Name", help: "For your team. Customers see the name that Meta approved.", value: name, hint: "Shop",
                error: errors["name"]),
            FieldView("appId", label: "App ID", help: "At the top of the app's dashboard.", value: draft.appID, error: errors["appId"]),
            FieldView(
                "appSecret", label: "App secret",
                help: "App settings, Basic. It proves that a webhook comes from Meta; without it nothing is accepted.",
                error: errors["appSecret"], type: "password", autocomplete: "new-password"),
            FieldView(
                "accessToken", label: "Access token",
                help: "Of a system user, with whatsapp_business_messaging and whatsapp_business_management.",
                error: errors["accessToken"], type: "password", autocomplete: "new-password"),
            FieldView(
                "businessAccountId", label: "WhatsApp business account ID", help: "WhatsApp, API setup.", value: draft.businessAccountID,
                error: errors["businessAccountId"]),
            FieldView(
                "phoneNumberId", label: "Phone number ID", help: "WhatsApp, API setup: the id below the number, not the number.",
                value: draft.phoneNumberID, error: errors["phoneNumberId"]),
        ]
    }

    struct LinkView: View {
        let names: [String: any Sendable]

        init(_ connection: Connection, isSelected: Bool) {
            names = ["connectionID": connection.id.text, "connectionName": connection.name, "connectionSelected": isSelected]
        }
    }
}
