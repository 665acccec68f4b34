internal import Domain

internal import struct Foundation.Date

/// How everything stands. Template `health`.
struct HealthView: RenderedView {
    static let template = "health"
    let names: [String: any Sendable]

    init(_ report: HealthReport, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let verdict = VerdictView(report.workspace + (report.host ?? []), report.state, at: report.at, in: workspace)
        let own: [String: any Sendable] = [
            "workspaceFindings": Self.sorted(report.workspace).map { FindingView($0) },
            "showsHost": report.host != nil, "hostFindings": Self.sorted(report.host ?? []).map { FindingView($0) },
            "hasConnections": report.workspace.contains { $0.check == .accessToken },
        ]
        names = own.with(verdict.names).with(SettingsTab.health.names).with(
            workspace.names(title: "Health", place: .settings, notice: notice))
    }

    /// The worst first, otherwise as they came.
    fileprivate static func sorted(_ findings: [HealthFinding]) -> [HealthFinding] {
        HealthState.allCases.reversed().flatMap { state in findings.filter { $0.state == state } }
    }

    fileprivate static func tone(_ state: HealthState) -> String {
        switch state {
        case .ok: "ok"
        case .attention: "warn"
        case .trouble: "danger"
        }
    }

    struct FindingView: View {
        let names: [String: any Sendable]

        init(_ finding: HealthFinding, title: String? = nil) {
            let word =
                switch finding.state {
                case .ok: "Fine"
                case .attention: "Look at this"
                case .trouble: "Trouble"
                }
            names = [
                "findingTitle": title ?? finding.check.title, "findingSubject": finding.subject.orFalse, "findingDetail": finding.detail,
                "findingAdvice": finding.advice.orFalse, "findingWord": word, "findingTone": HealthView.tone(finding.state),
            ]
        }
    }
}

/// How many findings need a person.
private struct VerdictView {
    let names: [String: any Sendable]

    init(_ findings: [HealthFinding], _ state: HealthState, at moment: Date, in workspace: WorkspaceFrame) {
        let count = findings.count { $0.state != .ok }
        let verdict =
            switch count {
            case 0: "All is well."
            case 1: "1 thing needs somebody to look at it."
            default: "\(count) things need somebody to look at them."
            }
        names = [
            "verdict": verdict, "verdictTone": HealthView.tone(state), "verdictIcon": state == .ok ? "check" : "circle-alert",
            "verdictTime": workspace.frame.times.full(moment),
        ]
    }
}

/// One number from every side. Template `sender-health`.
struct SenderHealthView: RenderedView {
    static let template = "sender-health"
    let names: [String: any Sendable]

    init(_ report: SenderHealthReport, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let own: [String: any Sendable] = [
            "findings": HealthView.sorted(report.findings).map { HealthView.FindingView($0, title: Self.title($0.check)) }
        ]
        names = own.with(VerdictView(report.findings, report.state, at: report.at, in: workspace).names)
            .with(SenderTabs(report.sender, .overview, in: workspace).names)
            .with(workspace.names(title: "Check of \(report.sender.name)", place: .senders, notice: notice))
    }
    /// Of one, where the title speaks of several.
    private static func title(_ check: HealthCheck) -> String? {
        switch check {
        case .sender: "Status"
        case .accessToken: "Access token"
        default: nil
        }
    }
}
