internal import Domain

/// How everything stands. Template `health`.
struct HealthView: RenderedView {
    static let template = "health"
    let names: [String: any Sendable]

    init(_ report: HealthReport, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let findings = report.workspace + (report.host ?? [])
        let count = findings.count { $0.state != .ok }
        let verdict =
            switch count {
            case 0: "All is well."
            case 1: "1 thing needs somebody to look at it."
            default: "\(count) things need somebody to look at them."
            }
        let own: [String: any Sendable] = [
            "verdict": verdict, "verdictTone": Self.tone(report.state), "verdictIcon": report.state == .ok ? "check" : "circle-alert",
            "verdictTime": workspace.frame.times.full(report.at),
            "workspaceFindings": Self.sorted(report.workspace).map(FindingView.init),
            "showsHost": report.host != nil, "hostFindings": Self.sorted(report.host ?? []).map(FindingView.init),
            "hasConnections": report.workspace.contains { $0.check == .accessToken },
        ]
        names = own.with(SettingsTab.health.names).with(workspace.names(title: "Health", place: .settings, notice: notice))
    }

    /// The worst first, otherwise as they came.
    private static func sorted(_ findings: [HealthFinding]) -> [HealthFinding] {
        HealthState.allCases.reversed().flatMap { state in findings.filter { $0.state == state } }
    }

    private static func tone(_ state: HealthState) -> String {
        switch state {
        case .ok: "ok"
        case .attention: "warn"
        case .trouble: "danger"
        }
    }

    struct FindingView: View {
        let names: [String: any Sendable]

        init(_ finding: HealthFinding) {
            let word =
                switch finding.state {
                case .ok: "Fine"
                case .attention: "Look at this"
                case .trouble: "Trouble"
                }
            names = [
                "findingTitle": finding.check.title, "findingSubject": finding.subject.orFalse, "findingDetail": finding.detail,
                "findingAdvice": finding.advice.orFalse, "findingWord": word, "findingTone": HealthView.tone(finding.state),
            ]
        }
    }
}
