internal import Domain

internal import struct Foundation.Date

/// How a workspace, and the server under it, stand.
struct HealthBody: Encodable {
    struct Finding: Encodable {
        let check: HealthCheck
        let subject: String?
        let state: HealthState
        let detail: String
        let advice: String?
        let value: Double?
        let unit: HealthFinding.Unit?

        init(_ finding: HealthFinding) {
            (check, subject, state, detail) = (finding.check, finding.subject, finding.state, finding.detail)
            (advice, value, unit) = (finding.advice, finding.value, finding.unit)
        }
    }

    let state: HealthState
    let at: Date
    let workspace: [Finding]
    let host: [Finding]?

    init(_ report: HealthReport) {
        (state, at) = (report.state, report.at)
        workspace = report.workspace.map { Finding($0) }
        host = report.host?.map { Finding($0) }
    }
}

extension HealthBody: APISchema {
    static let schemaName = "Health"
    fileprivate static let finding = Schema.object(
        [
            "check": Schema.choice(HealthCheck.self, "What was looked at."),
            "subject": Schema.text("Which one of several, such as a number's name."), "state": Schema.choice(HealthState.self),
            "detail": Schema.text("One plain sentence."), "advice": Schema.text("What would help."),
            "value": Schema.number("The figure behind it."), "unit": Schema.choice(HealthFinding.Unit.self),
        ], optional: ["subject", "advice", "value", "unit"])
    static let schema = Schema.object(
        [
            "state": Schema.choice(HealthState.self, "The worst of all findings."), "at": Schema.instant(),
            "workspace": Schema.list(finding), "host": Schema.list(finding),
        ], optional: ["host"])
    static let example: JSONValue = [
        "state": "attention", "at": "2026-11-21T08:00:00.000Z",
        "workspace": [
            [
                "check": "dead-jobs", "state": "attention", "detail": "3 pieces of work were set aside.",
                "advice": "Open Background work in the settings, see why, and try them again or discard them.", "value": 3, "unit": "count",
            ]
        ],
        "host": [
            [
                "check": "fsync", "state": "ok", "detail": "A write takes 0.4 ms until it is on the disk of the data directory.",
                "value": 0.4, "unit": "milliseconds",
            ]
        ],
    ]
}

/// How one number stands.
struct SenderHealthBody: Encodable {
    let state: HealthState
    let at: Date
    let findings: [HealthBody.Finding]

    init(_ report: SenderHealthReport) {
        (state, at, findings) = (report.state, report.at, report.findings.map { HealthBody.Finding($0) })
    }
}

extension SenderHealthBody: APISchema {
    static let schemaName = "SenderHealth"
    static let schema = Schema.object([
        "state": Schema.choice(HealthState.self, "The worst of all findings."), "at": Schema.instant(),
        "findings": Schema.list(HealthBody.finding),
    ])
    static let example: JSONValue = [
        "state": "attention", "at": "2026-11-21T08:00:00.000Z",
        "findings": [
            ["check": "sender", "state": "ok", "detail": "It is online."],
            [
                "check": "limit", "state": "attention", "detail": "1,700 of 2,000 people were written to first within 24 hours.",
                "advice": "Leave room for what can\u{2019}t wait: put campaigns off until tomorrow.", "value": 1_700, "unit": "count",
            ],
        ],
    ]
}
