package import struct Foundation.Date

/// How something stands.
package enum HealthState: String, Sendable, CaseIterable, Codable, Comparable {
    case ok
    /// A person should look at it some time.
    case attention
    /// A person is needed now.
    case trouble

    package static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .attention: 1
        case .trouble: 2
        }
    }
}

/// What is looked at.
package enum HealthCheck: String, Sendable, CaseIterable, Codable {
    case sending, queue, sender, webhooks
    case unknownMessages = "unknown-messages"
    case deadJobs = "dead-jobs"
    case accessToken = "access-token"
    case quality, limit, renewal, templates, profile
    case database, schema
    case databaseSettings = "database-settings"
    case writeTransactions = "write-transactions"
    case processes, leases, clock, media
    case dataDirectory = "data-directory"
    case fsync, disk

    /// In plain words.
    package var title: String {
        switch self {
        case .sending: "Sending"
        case .queue: "Waiting messages"
        case .sender: "Numbers"
        case .webhooks: "Webhooks"
        case .unknownMessages: "Messages of unknown outcome"
        case .deadJobs: "Background work"
        case .accessToken: "Access tokens"
        case .quality: "Quality"
        case .limit: "Daily limit"
        case .renewal: "Renewal"
        case .templates: "Templates"
        case .profile: "Profile"
        case .database: "Database"
        case .schema: "Tables"
        case .databaseSettings: "Database settings"
        case .writeTransactions: "Write transactions"
        case .processes: "Processes"
        case .leases: "Who sends for what"
        case .clock: "Clock"
        case .media: "Shared files"
        case .dataDirectory: "Data directory"
        case .fsync: "Writing to the disk"
        case .disk: "Free space"
        }
    }
}

/// One thing that was looked at.
package struct HealthFinding: Sendable, Equatable {
    package let check: HealthCheck
    /// Which one of several, such as a number's name.
    package let subject: String?
    package let state: HealthState
    /// One plain sentence.
    package let detail: String
    /// What would help.
    package let advice: String?
    /// The figure behind it, in ``unit``.
    package let value: Double?
    package let unit: Unit?

    package enum Unit: String, Sendable, CaseIterable, Codable { case seconds, milliseconds, bytes, count }

    package init(
        _ check: HealthCheck, _ subject: String?, _ state: HealthState, _ detail: String, advice: String? = nil, value: Double? = nil,
        unit: Unit? = nil
    ) {
        (self.check, self.subject, self.state, self.detail) = (check, subject, state, detail)
        (self.advice, self.value, self.unit) = (advice, value, unit)
    }

    /// Of something that there is one of.
    package init(
        _ check: HealthCheck, _ state: HealthState, _ detail: String, advice: String? = nil, value: Double? = nil, unit: Unit? = nil
    ) {
        self.init(check, nil, state, detail, advice: advice, value: value, unit: unit)
    }
}

package struct HealthReport: Sendable, Equatable {
    package let at: Date
    /// Of the workspace.
    package let workspace: [HealthFinding]
    /// Of the server, its database and its machine; nil for those who don't run it.
    package let host: [HealthFinding]?

    package init(at: Date, workspace: [HealthFinding], host: [HealthFinding]?) {
        (self.at, self.workspace, self.host) = (at, workspace, host)
    }

    /// The worst of all.
    package var state: HealthState { (workspace + (host ?? [])).map(\.state).max() ?? .ok }
}

/// How one number stands, looked at from every side.
package struct SenderHealthReport: Sendable, Equatable {
    package let sender: Sender
    package let at: Date
    package let findings: [HealthFinding]

    package init(sender: Sender, at: Date, findings: [HealthFinding]) { (self.sender, self.at, self.findings) = (sender, at, findings) }

    /// The worst of all.
    package var state: HealthState { findings.map(\.state).max() ?? .ok }
}

/// A length of time as a person says it.
package enum Span {
    /// `less than a second`, `12 seconds`, `3 minutes`, `2 hours`, `4 days`.
    package static func words(seconds: Double) -> String {
        switch seconds {
        case ..<1: "less than a second"
        case ..<90: count(seconds, "second")
        case ..<5_400: count(seconds / 60, "minute")
        case ..<129_600: count(seconds / 3_600, "hour")
        default: count(seconds / 86_400, "day")
        }
    }

    private static func count(_ value: Double, _ unit: String) -> String {
        let rounded = Int(value.rounded())
        return "\(rounded) \(unit)\(rounded == 1 ? "" : "s")"
    }
}
