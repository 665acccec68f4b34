internal import Domain
internal import Foundation
internal import Services

/// One campaign: what it will do, how far it is, and what became of it. Template `campaign`.
struct CampaignView: RenderedView {
    static let template = "campaign"
    let names: [String: any Sendable]

    init(
        _ state: CampaignStateView, _ campaign: Campaign, previews: [CampaignPreview], estimate: CampaignEstimate?, testNumber: String,
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let managesPrices = workspace.grants.contains(.settingsManage)
        let estimates = [estimate].compactMap(\.self).map {
            EstimateView($0, workspace.frame.times, base: workspace.base, managesPrices: managesPrices)
        }
        names = workspace.names(title: campaign.name, place: .campaigns, notice: notice).with([
            "listAddress": "\(workspace.base)/campaigns", "testNumber": testNumber,
            "mayTest": campaign.plan.template != nil && !campaign.plan.senders.isEmpty && workspace.grants.contains(.campaignsEdit)
                && !campaign.state.isOver,
            "mayDelete": workspace.grants.contains(.campaignsDelete)
                && ![CampaignState.running, .paused].contains(campaign.state),
            "previews": previews.map { PreviewView($0) }, "estimate": estimates,
        ]).with(state.names)
    }
}

extension CampaignView {
    struct PreviewView: View {
        let names: [String: any Sendable]

        init(_ preview: CampaignPreview) {
            names = [
                "previewFor": preview.entry.contact?.title ?? preview.entry.phone?.display ?? "Somebody",
                "previewText": [TemplateTextView(preview.text)], "previewProblem": (preview.problems.first?.detail).orFalse,
            ]
        }
    }

    struct EstimateView: View {
        let names: [String: any Sendable]

        init(_ estimate: CampaignEstimate, _ times: PageTimes, base: String, managesPrices: Bool) {
            let cost = estimate.cost
            let missing = cost.unpricedCount
            names = [
                "costWords": (cost.words.map { "At most \($0)\(missing > 0 ? " for those with a price" : ""), when everybody gets it" })
                    .orFalse,
                "costMissing": (missing > 0 ? "No price is known for \(CampaignWords.count(missing, "recipient"))." : nil).orFalse,
                "costLines": cost.lines.prefix(8).map {
                    CostLineView($0)
                }, "costMore": (cost.lines.count > 8 ? "And \(cost.lines.count - 8) more countries." : nil).orFalse,
                "durationWords": estimate.end.map { end in
                    let seconds = end.timeIntervalSince(estimate.at)
                    return seconds < 60 ? "Less than a minute" : "About \(PageTimes.span(seconds: seconds))"
                } ?? "Longer than can be said: the limit of people per day is used up, or something stops the number.",
                "pricesAddress": (managesPrices && missing > 0 ? "\(base)/settings/prices" : nil).orFalse,
            ]
        }
    }

    struct CostLineView: View {
        let names: [String: any Sendable]

        init(_ line: CampaignCost.Line) {
            names = [
                "lineRegion": line.audience.region.map(MessageRatesView.name(of:)) ?? "Country not known",
                "lineCount": line.audience.count.grouped, "linePrice": line.price.map { "\($0.currency) \($0.figures)" } ?? "no price",
                "lineSum": line.sum?.words ?? "\u{2013}",
            ]
        }
    }
}

/// What of it changes by itself. Template `campaign-state`.
struct CampaignStateView: RenderedView {
    static let template = "campaign-state"
    let names: [String: any Sendable]

    init(_ report: CampaignReport, senders: [Identifier<Sender>: String], template: Template?, in workspace: WorkspaceFrame) {
        let (campaign, counts, times) = (report.campaign, report.counts, workspace.frame.times)
        let address = "\(workspace.base)/campaigns/\(campaign.id)"
        let (state, hasBegun) = (campaign.state, campaign.startedAt != nil)
        let isPreparing = campaign.preparation == .running
        let mayEdit = workspace.grants.contains(.campaignsEdit)
        let isReady = state == .draft && campaign.preparation == .done && counts[.pending] > 0
        let startsLater = campaign.plan.timing?.start != nil
        var own: [String: any Sendable] = [
            "campaignName": campaign.name, "campaignAddress": address, "stateWord": CampaignWords.state(campaign),
            "stateTone": CampaignWords.tone(state), "haltWords": (campaign.halt?.sentence).orFalse,
            "movingAddress": "\(address)?part=state", "movingSeconds": Self.movingSeconds(report, times.now).map(String.init).orFalse,
            "stage": "\(state.rawValue) \(campaign.preparation.rawValue)",
            "mayEdit": mayEdit, "isEditable": mayEdit && state.isEditable, "isPreparing": isPreparing,
            "mayPrepare": mayEdit && state == .draft && campaign.preparation != .running && !isReady,
            "mayStart": mayEdit && isReady && !startsLater, "maySchedule": mayEdit && isReady && startsLater,
            "mayUnschedule": mayEdit && state == .scheduled, "mayPause": mayEdit && state == .running,
            "mayResume": mayEdit && state == .paused, "mayCancel": mayEdit && [.running, .paused, .scheduled].contains(state),
            "hasBegun": hasBegun, "isWaiting": !hasBegun,
        ]
        let other: [String: any Sendable] = [
            "recipientsWords": CampaignWords.count(hasBegun ? counts.recipients : counts[.pending], "recipient"),
            "selectedWords": report.selectedPercent.map { "\(CampaignWords.percent($0)) of all contacts" }.orFalse,
            "doneCount": String(counts.recipients - counts.waiting), "totalCount": String(max(counts.recipients, 1)),
            "doneWords": "\((counts.recipients - counts.waiting).grouped) of \(counts.recipients.grouped)",
            "tiles": [
                TileView(
                    "Delivered", CampaignWords.percent(counts.deliveredPercent),
                    "\(counts.delivered.grouped) of \(counts.recipients.grouped)"),
                TileView(
                    "Read", CampaignWords.percent(counts.readPercent), "\(counts.read.grouped) of \(counts.delivered.grouped) delivered"),
                TileView("Replies", counts.replied.grouped, "within \(Int(Campaign.replyDays)) days"),
                TileView("Button taps", counts.clicked.grouped, "of quick replies"),
                TileView("Failed", counts.failed.grouped, "of \(counts.known.grouped) with an outcome"),
            ],
            "funnel": [
                ("Recipients", counts.recipients), ("Sent", counts.sent), ("Delivered", counts.delivered), ("Read", counts.read),
                ("Replied", counts.replied),
            ].map { BarView($0.0, $0.1, of: counts.recipients) },
            "chart": (report.hours.isEmpty ? [] : [CampaignChartView(report.hours, times)]) as [CampaignChartView],
            "exclusions": counts.exclusions.filter { $0.value > 0 }.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                .map { ReasonView($0.key.label, $0.value, "\(address)/recipients?state=excluded&reason=\($0.key.rawValue)") },
            "failures": report.failures.map {
                FailureView($0, address, mayRetry: mayEdit && (state == .finished || state == .running || state == .paused))
            },
            "mayRetryAll": mayEdit && counts.failed > 0 && (state == .finished || state == .running || state == .paused),
            "recipientsAddress": "\(address)/recipients",
            "exportAddress": (workspace.grants.contains(.contactsExport) ? "\(address)/export" : nil).orFalse,
            "senderNames": campaign.plan.senders.map { senders[$0] ?? "A removed number" }.joined(separator: ", "),
            "templateName": (template.map { "\($0.name) (\($0.language))" }).orFalse,
            "timingWords": Self.timing(campaign, times), "timingNote": (campaign.plan.timing?.note).orFalse,
        ]
        own.merge(other) { one, _ in one }
        names = own.with(workspace.names(title: campaign.name, place: .campaigns))
    }

    /// How often a page that is seen asks how far it is; nil when nothing changes by itself any more.
    private static func movingSeconds(_ report: CampaignReport, _ now: Date) -> Int? {
        let (campaign, counts) = (report.campaign, report.counts)
        if campaign.state == .running || campaign.preparation == .running { return 2 }
        if campaign.state == .scheduled { return 60 }
        let isFresh = campaign.endedAt.map { now.timeIntervalSince($0) < 86_400 } ?? true
        return isFresh && counts[.queued] + counts[.sent] > 0 ? 30 : nil
    }

    private static func timing(_ campaign: Campaign, _ times: PageTimes) -> String {
        guard let timing = campaign.plan.timing else {
            return campaign.startedAt.map { "Begun \(times.dayAndTime($0))" } ?? "As soon as it is started"
        }
        var words =
            timing.start.map { "\($0.words), \(timing.isInRecipientsZone ? "by each recipient\u{2019}s clock" : timing.zoneName)" }
            ?? "As soon as it is started"
        if let quiet = timing.quietHours { words += "; never from \(quiet.startText) to \(quiet.endText) where the recipient is" }
        return words
    }

    struct TileView: View {
        let names: [String: any Sendable]
        init(_ label: String, _ figure: String, _ detail: String) {
            names = ["tileLabel": label, "tileFigure": figure, "tileDetail": detail]
        }
    }

    struct BarView: View {
        let names: [String: any Sendable]

        init(_ label: String, _ count: Int, of whole: Int) {
            names = [
                "barLabel": label, "barCount": count.grouped, "barWidth": whole > 0 ? String(Double(count * 1_000 / whole) / 10) : "0",
            ]
        }
    }

    struct ReasonView: View {
        let names: [String: any Sendable]

        init(_ label: String, _ count: Int, _ address: String) {
            names = ["reasonLabel": label, "reasonCount": count.grouped, "reasonAddress": address]
        }
    }

    struct FailureView: View {
        let names: [String: any Sendable]

        init(_ failure: CampaignReport.Failure, _ address: String, mayRetry: Bool) {
            let code = failure.error.code.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            names = [
                "failureCount": failure.count.grouped, "failureDetail": failure.error.detail, "failureAdvice": failure.error.advice,
                "failureCode": failure.error.code, "failureAddress": "\(address)/recipients?state=failed&reason=\(code)",
                "failureMayRetry": mayRetry && failure.error.retryable,
            ]
        }
    }
}

/// What happened in each hour, as bars beside each other, and the same as a table.
struct CampaignChartView: View {
    /// Hours that are drawn; the newest.
    private static let hourLimit = 48
    private static let height = 120.0

    let names: [String: any Sendable]

    init(_ hours: [(hour: CampaignTally.Hour, count: Int)], _ times: PageTimes) {
        var counts: [Int64: [CampaignTally.Hour.Measure: Int]] = [:]
        for (hour, count) in hours { counts[hour.start, default: [:]][hour.measure, default: 0] += count }
        let shown = counts.keys.sorted().suffix(Self.hourLimit)
        let most = max(1, shown.flatMap { counts[$0]?.values.map(\.self) ?? [] }.max() ?? 1)
        let slot = 600.0 / Double(max(shown.count, 6))
        let measures: [(CampaignTally.Hour.Measure, String)] = [(.sent, "sent"), (.delivered, "delivered"), (.read, "read")]
        names = [
            "chartBars": shown.enumerated().flatMap { index, start in
                measures.enumerated().map { place, measure in
                    let count = counts[start]?[measure.0] ?? 0
                    let height = (Double(count) / Double(most) * Self.height).rounded()
                    return ChartBarView(
                        measure.1, x: Double(index) * slot + Double(place) * slot * 0.28 + slot * 0.08, width: slot * 0.26,
                        y: Self.height - height, height: height)
                }
            },
            "chartRows": shown.map { start in
                ChartRowView(
                    times.dayAndTime(Date(timeIntervalSince1970: Double(start) / 1_000)), measures.map { counts[start]?[$0.0] ?? 0 })
            },
            "chartMost": most.grouped,
        ]
    }

    struct ChartBarView: View {
        let names: [String: any Sendable]

        init(_ kind: String, x: Double, width: Double, y: Double, height: Double) {
            func text(_ number: Double) -> String { String((number * 10).rounded() / 10) }
            names = ["barKind": kind, "barX": text(x), "barY": text(y), "barAcross": text(width), "barHeight": text(height)]
        }
    }

    struct ChartRowView: View {
        let names: [String: any Sendable]

        init(_ hour: String, _ counts: [Int]) {
            names = [
                "chartHour": hour, "chartSent": counts[0].grouped, "chartDelivered": counts[1].grouped, "chartRead": counts[2].grouped,
            ]
        }
    }
}
