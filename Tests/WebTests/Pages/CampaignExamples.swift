import Domain
import Foundation

@testable import Services
@testable import Web

/// Campaigns in each state, with what people may have written into them.
enum CampaignExamples {
    private static let now = PageExamples.now
    private static let id = Identifier<Campaign>("cmp_01k00000000000000000000001")
    private static let sender = Identifier<Sender>("snd_01k00000000000000000000001")

    static let list = CampaignsView(
        Page(
            data: [
                CampaignSummary(campaign: campaign(.running), counts: counts), CampaignSummary(campaign: campaign(.draft), counts: .init()),
                CampaignSummary(campaign: campaign(.scheduled), counts: .init()),
                CampaignSummary(campaign: campaign(.failed), counts: counts),
            ], next: "abc"), .open, isFirst: false, notice: PageNotice("It is gone."), in: PageExamples.workspace())
    static let none = CampaignsView(Page(data: [], next: nil), .all, isFirst: true, notice: nil, in: PageExamples.workspace(.dark))
    static let noneOver = CampaignsView(
        Page(data: [], next: nil), .over, isFirst: true, notice: nil, in: PageExamples.workspace(grants: Role.agent.grants))

    static let blank = CampaignFormView(
        CampaignForm(zone: "Europe/Berlin"), nil, senders: [], templates: [], groups: [], problem: nil, in: PageExamples.workspace())
    static let refused = form(CampaignProblem.nameEmpty)
    static let startRefused = form(CampaignScheduleProblem.past)

    static let draft = view(campaign(.draft, .done), previews: previews, estimate: estimate)
    static let unprepared = view(campaign(.draft))
    static let preparing = view(campaign(.draft, .running))
    static let scheduled = view(campaign(.scheduled, .done), estimate: bare)
    static let running = view(campaign(.running, .done))
    static let paused = view(campaign(.paused, .done, halt: .failures(failed: 12, known: 50)))
    static let finished = view(campaign(.finished, .done), PageExamples.workspace(.dark))
    static let watched = view(campaign(.finished, .done), PageExamples.workspace(grants: Role.agent.grants.union([.campaignsView])))

    static let recipients = CampaignRecipientsView(
        Page(data: [.read, .failed, .excluded, .pending].enumerated().map { entry($0.offset + 1, $0.element) }, next: "abc"),
        CampaignSummary(campaign: campaign(.running), counts: counts), .init("failed", "131049"), in: PageExamples.workspace())
    static let noRecipients = CampaignRecipientsView(
        Page(data: [], next: nil), CampaignSummary(campaign: campaign(.running), counts: counts), .init(nil, nil),
        in: PageExamples.workspace())

    private static func form(_ problem: any Problem) -> CampaignFormView {
        CampaignFormView(
            CampaignForm(campaign(.draft).plan, zone: "UTC"), campaign(.draft), senders: [], templates: [],
            groups: [
                try! ContactGroup(
                    id: Identifier("grp_01k00000000000000000000001"), name: "<b>Friends</b>", description: nil, memberCount: 5_000,
                    createdAt: now)
            ], problem: problem, in: PageExamples.workspace())
    }

    private static func view(
        _ campaign: Campaign, _ workspace: WorkspaceFrame = PageExamples.workspace(), previews: [CampaignPreview] = [],
        estimate: CampaignEstimate? = nil
    ) -> CampaignView {
        let hour = now.milliseconds - now.milliseconds % 3_600_000
        let report = CampaignReport(
            campaign: campaign, counts: counts, people: 400,
            failures: [
                .init(
                    count: 7,
                    error: MessageError(code: "131049", detail: "<i>WhatsApp</i> held it back.", advice: "Wait a day.", retryable: true)),
                .init(count: 1, error: MessageError(code: "131026", detail: "No WhatsApp.", advice: "Ask them.", retryable: false)),
            ], hours: campaign.startedAt == nil ? [] : [(.init(start: hour, measure: .sent), 80), (.init(start: hour, measure: .read), 20)])
        let state = CampaignStateView(report, senders: [sender: "<u>Shop</u>"], template: nil, in: workspace)
        return CampaignView(
            state, campaign, previews: previews, estimate: estimate, testNumber: "+39", notice: nil, in: workspace)
    }

    private static func campaign(
        _ state: CampaignState, _ preparation: CampaignPreparation = .none, halt: CampaignHalt? = nil
    ) -> Campaign {
        let plan = try! CampaignPlan(
            name: "Autumn <b>sale</b>", senders: [sender], template: Identifier("tpl_01k00000000000000000000001"),
            audience: CampaignAudience([.contacts([Identifier("con_01k00000000000000000000001")])]),
            timing: CampaignSchedule(
                start: state == .scheduled ? WallTime(parsing: "2027-10-31T02:30") : nil, zoneName: "Europe/Berlin",
                quietHours: try! QuietHours(from: "21:00", to: "08:00")))
        let hasBegun = ![.draft, .scheduled].contains(state)
        return Campaign(
            id: id, plan: plan, state: state, preparation: preparation, halt: halt, createdBy: "member:acc_1", createdAt: now,
            startedAt: hasBegun ? now : nil)
    }

    private static let counts = CampaignCounts([
        .init(.state(.pending)): 10, .init(.state(.sent)): 5, .init(.state(.delivered)): 50, .init(.state(.read)): 30,
        .init(.state(.failed), reason: "131049"): 7, .init(.state(.excluded), reason: "opted-out"): 3, .init(.replied): 4,
        .init(.clicked): 2,
    ])

    private static let bare = CampaignEstimate(
        cost: CampaignCost([.init(region: nil, count: 10)], rates: RateList([], category: .utility, on: CalendarDay(now))),
        hasPrices: false,
        end: nil, at: now)
    private static let estimate = CampaignEstimate(
        cost: CampaignCost(
            (["IT", "DE", "BR", "US", "FR", "ES", "PT", "AT", "CH", "PL"] as [String]).map { .init(region: $0, count: 100) } + [
                .init(region: nil, count: 3)
            ],
            rates: RateList(
                [
                    MessageRate(
                        .init(category: .marketing, region: "IT", from: CalendarDay(now)),
                        try! MessageCost(parsing: "0.05", currency: "EUR"))
                ], category: .marketing, on: CalendarDay(now))), hasPrices: true, end: now.addingTimeInterval(7_200), at: now)

    private static let previews = [
        CampaignPreview(
            entry: entry(1, .pending), values: [:], text: TemplateParts([], format: .positional, category: "MARKETING").text([:]),
            problems: [.valueMissing(key: "body.1")])
    ]

    private static func entry(_ position: Int, _ state: CampaignRecipient.State) -> CampaignRecipientEntry {
        var recipient = CampaignRecipient(
            position: position, contactID: nil, number: try! PhoneNumber(parsing: "+39312345678\(position)"), personKey: "\(position)",
            senderID: sender, state: state, exclusion: state == .excluded ? .optedOut : nil)
        if state == .failed {
            recipient.error = MessageError(code: "131049", detail: "<i>WhatsApp</i> held it back.", advice: "Wait.", retryable: true)
        }
        if state == .read {
            (recipient.readAt, recipient.repliedAt, recipient.clickedAt) = (now, now, now)
            recipient.conversationID = Identifier("cnv_01k00000000000000000000001")
        }
        return CampaignRecipientEntry(recipient: recipient, contact: nil)
    }
}
