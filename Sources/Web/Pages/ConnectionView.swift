internal import Domain
internal import Foundation

/// Connecting a number by hand, and what Meta must be told. Template `connection`.
struct ConnectionView: RenderedView {
    static let template = "connection"
    let names: [String: any Sendable]

    /// What is shown of a connection that stands.
    struct Standing: Sendable {
        let connection: Connection
        let senders: [Sender]
        let webhookAddress: String
        let verifyToken: String
        /// Meta can only reach an https address.
        let isReachable: Bool
        /// Made in Meta's window: Switchboard sets its address itself, and nobody here can at Meta.
        let isOfWindow: Bool
        let refusals: [WebhookRefusal]
        let waitingInJournal: BoundedCount
        /// Names by ``Actor/text``.
        let people: [String: String]

        init(
            _ standing: ConnectionStanding, webhookAddress: String, verifyToken: String, isReachable: Bool, isOfWindow: Bool = false,
            people: [String: String] = [:]
        ) {
            self.isOfWindow = isOfWindow
            (connection, senders, self.webhookAddress) = (standing.connection, standing.senders, webhookAddress)
            (self.verifyToken, self.isReachable) = (verifyToken, isReachable)
            (refusals, waitingInJournal, self.people) = (standing.refusals, standing.waitingInJournal, people)
        }

        /// In a sentence or two, how all is after a check.
        var findings: PageNotice {
            let stopped = senders.count { $0.status != .online }
            var sentences: [String] = []
            if stopped > 0 {
                let whose = senders.count == 1 ? "The number" : "\(stopped) of \(senders.count) numbers"
                sentences.append("\(whose) can't send; the reason stands below.")
            }
            if !connection.isSubscribed {
                sentences.append(
                    isOfWindow
                        ? "Meta doesn't send this account's webhooks here: choose Repair."
                        : "Meta doesn't send this account's webhooks to the app yet: save the address there, then choose Check now.")
            }
            if !elsewhere.isEmpty { sentences.append("Meta sends webhooks to another address.") }
            if connection.tokenIsTemporary { sentences.append("The access token ends by itself.") }
            if connection.facts.token?.missingPermissions.isEmpty == false { sentences.append("The access token lacks a permission.") }
            if sentences.isEmpty {
                let whose = senders.count == 1 ? "the number" : "each number"
                return PageNotice("All is well: \(whose) can send, and Meta sends the account's webhooks to the app.")
            }
            return PageNotice(sentences.joined(separator: " "), tone: .warn)
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
        let own: [String: any Sendable] = [
            "connections": connections.map { LinkView($0, isSelected: $0.id == connection?.id) }, "hasConnections": !connections.isEmpty,
            "isOfWindow": standing?.isOfWindow ?? false, "isNew": standing == nil, "connected": standing != nil,
            "webhookAddress": standing?.webhookAddress ?? "",
            "webhookWarning":
                (standing?.isReachable ?? true
                ? nil : "Meta accepts only an https address that can be reached from the internet. Start the server with --public-url.")
                .orFalse,
            "verifyToken": standing?.verifyToken ?? "",
            "numbers": (standing?.senders ?? []).map(NumberView.init), "selectedConnectionID": connection?.id.text ?? "",
            "fields": standing == nil ? Self.fields(draft, name: name, errors) : [],
            "secretFields": standing == nil ? [] : Self.secretFields(errors),
        ]
        let title = standing.map { "Connection \($0.connection.name)" } ?? "Connect a number"
        names = own.with(standing?.names(times) ?? Standing.noNames).with(
            workspace.names(title: title, place: .senders, notice: notice))
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

    private static func secretFields(_ errors: [String: String]) -> [FieldView] {
        [
            FieldView(
                "accessToken", label: "New access token", help: "Of a system user. Leave it empty to keep the one that is stored.",
                error: errors["accessToken"], type: "password", autocomplete: "new-password", isRequired: false),
            FieldView(
                "appSecret", label: "New app secret",
                help: "App settings, Basic, if it was reset there. Leave it empty to keep the one that is stored.",
                error: errors["appSecret"],
                type: "password", autocomplete: "new-password", isRequired: false),
        ]
    }

    /// One number of the connection and how it stands.
    struct NumberView: View {
        let names: [String: any Sendable]

        init(_ sender: Sender) {
            let (status, tone, _) = SenderWords.status(sender.status)
            names = [
                "numberSenderID": sender.id.text, "numberName": sender.name, "numberText": sender.phoneNumber.display,
                "numberStatus": status,
                "numberTone": tone, "numberReason": sender.statusReason.orFalse,
            ]
        }
    }

    struct LinkView: View {
        let names: [String: any Sendable]

        init(_ connection: Connection, isSelected: Bool) {
            names = ["connectionID": connection.id.text, "connectionName": connection.name, "connectionSelected": isSelected]
        }
    }
}
