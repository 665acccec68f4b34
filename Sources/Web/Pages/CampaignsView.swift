internal import Domain
internal import Services

/// The campaigns of the workspace. Template `campaigns`.
struct CampaignsView: RenderedView {
    static let template = "campaigns"
    let names: [String: any Sendable]

    enum Which: String, CaseIterable, Sendable {
        case all, open, over

        var states: Set<CampaignState>? {
            switch self {
            case .all: nil
            case .open: Set(CampaignState.allCases.filter { !$0.isOver })
            case .over: Set(CampaignState.allCases.filter(\.isOver))
            }
        }

        var label: String {
            switch self {
            case .all: "All"
            case .open: "Not over"
            case .over: "Over"
            }
        }
    }

    init(_ page: Page<CampaignSummary>, _ which: Which, isFirst: Bool, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let address = "\(workspace.base)/campaigns"
        func link(_ which: Which) -> String { which == .all ? address : "\(address)?show=\(which.rawValue)" }
        names = workspace.names(title: "Campaigns", place: .campaigns, notice: notice).with([
            "campaignTabs": Which.allCases.map { LinkView($0.label, link($0), isCurrent: $0 == which) },
            "addsCampaigns": workspace.grants.contains(.campaignsCreate), "newAddress": "\(address)/new",
            "hasNoCampaigns": page.data.isEmpty, "isAll": which == .all,
            "campaigns": page.data.map { RowView($0, address, workspace.frame.times) },
            "nextAddress": (page.next.map { "\(link(which))\(which == .all ? "?" : "&")after=\($0)" }).orFalse,
            "firstAddress": (isFirst ? nil : link(which)).orFalse,
        ])
    }

    struct LinkView: View {
        let names: [String: any Sendable]

        init(_ label: String, _ address: String, isCurrent: Bool) {
            names = ["linkLabel": label, "linkAddress": address, "linkIsCurrent": isCurrent]
        }
    }

    struct RowView: View {
        let names: [String: any Sendable]

        init(_ summary: CampaignSummary, _ address: String, _ times: PageTimes) {
            let (campaign, counts) = (summary.campaign, summary.counts)
            let hasBegun = campaign.startedAt != nil
            names = [
                "rowAddress": "\(address)/\(campaign.id)", "rowName": campaign.name, "rowState": CampaignWords.state(campaign),
                "rowTone": CampaignWords.tone(campaign.state), "rowHasBegun": hasBegun, "rowRecipients": counts.recipients.grouped,
                "rowDelivered": CampaignWords.percent(counts.deliveredPercent), "rowRead": CampaignWords.percent(counts.readPercent),
                "rowDone": String(counts.recipients - counts.waiting), "rowTotal": String(max(counts.recipients, 1)),
                "rowTime": times.dayAndTime(campaign.startedAt ?? campaign.plan.startsAt ?? campaign.createdAt),
                "rowTimeWord": hasBegun ? "Begun" : campaign.state == .scheduled ? "Begins" : "Made",
            ]
        }
    }
}

/// How campaigns are told of.
enum CampaignWords {
    static func state(_ campaign: Campaign) -> String {
        switch campaign.state {
        case .draft: campaign.preparation == .running ? "Finding recipients" : "Draft"
        case .scheduled: "Scheduled"
        case .running: "Sending"
        case .paused: "Paused"
        case .finished: "Finished"
        case .cancelled: "Cancelled"
        case .failed: "Couldn\u{2019}t begin"
        }
    }

    static func tone(_ state: CampaignState) -> String {
        switch state {
        case .draft, .cancelled: ""
        case .scheduled, .running: "info"
        case .paused: "warn"
        case .finished: "ok"
        case .failed: "danger"
        }
    }

    static func recipient(_ state: CampaignRecipient.State) -> (word: String, tone: String) {
        switch state {
        case .pending: ("Waiting", "")
        case .excluded: ("Left out", "")
        case .queued: ("Being sent", "info")
        case .sent: ("Sent", "info")
        case .delivered: ("Delivered", "ok")
        case .read: ("Read", "ok")
        case .failed: ("Failed", "danger")
        case .cancelled: ("Cancelled", "")
        case .unknown: ("Not known", "warn")
        }
    }

    static func percent(_ percent: Double?) -> String { percent.map { "\($0)%".replacing(".0%", with: "%") } ?? "\u{2013}" }

    /// `1 recipient`
    static func count(_ count: Int, _ word: String) -> String { "\(count.grouped) \(word)\(count == 1 ? "" : "s")" }
}
