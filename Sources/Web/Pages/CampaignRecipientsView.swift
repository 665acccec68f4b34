internal import Domain
internal import Foundation
internal import Services

/// The recipients of a campaign, each with what became of their message. Template `campaign-recipients`.
struct CampaignRecipientsView: RenderedView {
    static let template = "campaign-recipients"
    let names: [String: any Sendable]

    struct Query: Sendable {
        /// A state of recipients, `replied` or `clicked`; empty for all.
        let state: String
        let reason: String?

        init(_ state: String?, _ reason: String?) { (self.state, self.reason) = (state ?? "", reason?.nonBlank) }

        var filter: CampaignRecipientFilter {
            let state = CampaignRecipient.State(rawValue: state)
            return .init(
                state: state, reason: state == nil ? nil : reason, onlyReplied: self.state == "replied",
                onlyClicked: self.state == "clicked")
        }

        var text: String {
            let parts = [state.isEmpty ? nil : "state=\(Self.encoded(state))", reason.map { "reason=\(Self.encoded($0))" }].compactMap(
                \.self)
            return parts.isEmpty ? "" : "?\(parts.joined(separator: "&"))"
        }

        private static func encoded(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
    }

    init(_ page: Page<CampaignRecipientEntry>, _ summary: CampaignSummary, _ query: Query, in workspace: WorkspaceFrame) {
        let campaign = summary.campaign
        let address = "\(workspace.base)/campaigns/\(campaign.id)"
        let states =
            [("", "All")] + CampaignRecipient.State.allCases.map { ($0.rawValue, CampaignWords.recipient($0).word) }
            + [("replied", "Replied"), ("clicked", "Tapped a button")]
        names = workspace.names(title: "Recipients of \(campaign.name)", place: .campaigns).with([
            "campaignName": campaign.name, "campaignAddress": address, "recipientsAddress": "\(address)/recipients",
            "stateChoices": states.map { ChoiceView(value: $0.0, label: $0.1, isSelected: $0.0 == query.state) },
            "reasonText": query.reason.map { Self.label($0, page.data.first?.recipient) }.orFalse,
            "exportAddress": (workspace.grants.contains(.contactsExport) ? "\(address)/export\(query.text)" : nil).orFalse,
            "hasNoRecipients": page.data.isEmpty,
            "recipients": page.data.map { RowView($0, base: workspace.base, workspace.frame.times) },
            "nextAddress": (page.next.map { "\(address)/recipients\(query.text)\(query.text.isEmpty ? "?" : "&")after=\($0)" }).orFalse,
        ])
    }

    /// - Parameter one: of those with this reason; failures are in WhatsApp's words.
    private static func label(_ reason: String, _ one: CampaignRecipient?) -> String {
        CampaignExclusion(rawValue: reason)?.label ?? one?.error?.detail ?? "Reason \(reason)"
    }

    struct RowView: View {
        let names: [String: any Sendable]

        init(_ entry: CampaignRecipientEntry, base: String, _ times: PageTimes) {
            let one = entry.recipient
            let (word, tone) = CampaignWords.recipient(one.state)
            let last = [one.readAt, one.deliveredAt, one.sentAt, one.failedAt, one.queuedAt].compactMap(\.self).first
            names = [
                "recipientName": entry.contact?.title ?? entry.phone?.display ?? "Row \(one.position)",
                "recipientPhone": entry.phone?.display ?? "",
                "recipientAddress": (one.conversationID.map { "\(base)/whatsapp/\($0)" }).orFalse,
                "recipientState": word, "recipientTone": tone,
                "recipientReason": (one.exclusion?.label ?? one.error?.detail).orFalse,
                "recipientTime": (last.map(times.dayAndTime)).orFalse,
                "recipientReplied": one.repliedAt != nil, "recipientClicked": one.clickedAt != nil,
            ]
        }
    }
}
