package import struct Foundation.Date

/// How many recipients of a campaign stand where. Kept beside the rows, and always equal to them.
package struct CampaignCounts: Sendable, Equatable {
    package private(set) var totals: [CampaignTally.Total: Int]

    package init(_ totals: [CampaignTally.Total: Int] = [:]) { self.totals = totals.filter { $0.value != 0 } }

    package subscript(state: CampaignRecipient.State) -> Int {
        totals.reduce(0) { $0 + ($1.key.measure == .state(state) ? $1.value : 0) }
    }

    /// Everybody whom the audience names, those who are left out among them.
    package var audience: Int { CampaignRecipient.State.allCases.reduce(0) { $0 + self[$1] } }
    package var excluded: Int { self[.excluded] }
    /// Those who are, or were to be, written to.
    package var recipients: Int { audience - excluded }
    /// Delivered, and perhaps read.
    package var delivered: Int { self[.delivered] + self[.read] }
    package var read: Int { self[.read] }
    package var failed: Int { self[.failed] }
    /// Left us, whatever came of it.
    package var sent: Int { self[.sent] + delivered }
    package var replied: Int { totals[.init(.replied)] ?? 0 }
    package var clicked: Int { totals[.init(.clicked)] ?? 0 }
    /// Those of whom it is still to be seen.
    package var waiting: Int { self[.pending] + self[.queued] }
    /// Of the messages whose outcome is known.
    package var known: Int { sent + failed }

    package var exclusions: [CampaignExclusion: Int] {
        reasons(.excluded).reduce(into: [:]) { sums, one in CampaignExclusion(rawValue: one.key).map { sums[$0] = one.value } }
    }

    /// By the code of the error.
    package var failures: [String: Int] { reasons(.failed) }

    private func reasons(_ state: CampaignRecipient.State) -> [String: Int] {
        totals.reduce(into: [:]) { sums, one in if one.key.measure == .state(state) { sums[one.key.reason, default: 0] += one.value } }
    }

    /// Hundredths of the recipients; nil while there are none.
    package var deliveredPercent: Double? { Self.percent(delivered, of: recipients) }
    /// Hundredths of those to whom it was delivered.
    package var readPercent: Double? { Self.percent(read, of: delivered) }
    /// Hundredths of all people that there are.
    package func selectedPercent(of people: Int) -> Double? { Self.percent(recipients, of: people) }

    private static func percent(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? (Double(part) * 1_000 / Double(whole)).rounded() / 10 : nil
    }
}

/// What recipients add to the counts, and to the hours of the chart: a change is what the new one adds less what the old one did.
package struct CampaignTally: Sendable, Equatable {
    package enum Measure: Sendable, Hashable {
        case state(CampaignRecipient.State)
        case replied, clicked

        package var text: String {
            switch self {
            case .state(let state): state.rawValue
            case .replied: "replied"
            case .clicked: "clicked"
            }
        }

        package init?(_ text: String) {
            switch text {
            case "replied": self = .replied
            case "clicked": self = .clicked
            default:
                guard let state = CampaignRecipient.State(rawValue: text) else { return nil }
                self = .state(state)
            }
        }
    }

    package struct Total: Sendable, Hashable {
        package let measure: Measure
        /// Of those left out and failed; empty for the others.
        package let reason: String

        package init(_ measure: Measure, reason: String = "") { (self.measure, self.reason) = (measure, reason) }
    }

    /// What happened in an hour.
    package struct Hour: Sendable, Hashable {
        package enum Measure: String, Sendable, CaseIterable, Codable { case sent, delivered, read, failed, replied, clicked }

        /// Milliseconds since 1970 UTC, at its beginning.
        package let start: Int64
        package let measure: Measure

        package init(start: Int64, measure: Measure) { (self.start, self.measure) = (start, measure) }

        init(_ moment: Date, _ measure: Measure) {
            let milliseconds = moment.milliseconds
            self.init(start: milliseconds - milliseconds % 3_600_000, measure: measure)
        }
    }

    package private(set) var totals: [Total: Int] = [:]
    package private(set) var hours: [Hour: Int] = [:]

    package init() {}

    package mutating func replace(_ old: CampaignRecipient?, by new: CampaignRecipient?) {
        if let old { add(old, -1) }
        if let new { add(new, 1) }
    }

    private mutating func add(_ recipient: CampaignRecipient, _ sign: Int) {
        totals[Total(.state(recipient.state), reason: recipient.reason ?? ""), default: 0] += sign
        if recipient.repliedAt != nil { totals[Total(.replied), default: 0] += sign }
        if recipient.clickedAt != nil { totals[Total(.clicked), default: 0] += sign }
        let moments: [(Date?, Hour.Measure)] = [
            (recipient.sentAt, .sent), (recipient.deliveredAt, .delivered), (recipient.readAt, .read), (recipient.failedAt, .failed),
            (recipient.repliedAt, .replied), (recipient.clickedAt, .clicked),
        ]
        for case (let moment?, let measure) in moments { hours[Hour(moment, measure), default: 0] += sign }
    }

    /// Without what adds up to nothing, in an order in which two writers can't wait for each other.
    package var changes: (totals: [(Total, Int)], hours: [(Hour, Int)]) {
        (
            totals.filter { $0.value != 0 }.sorted { ($0.key.measure.text, $0.key.reason) < ($1.key.measure.text, $1.key.reason) }
                .map { ($0.key, $0.value) },
            hours.filter { $0.value != 0 }.sorted { ($0.key.start, $0.key.measure.rawValue) < ($1.key.start, $1.key.measure.rawValue) }
                .map { ($0.key, $0.value) }
        )
    }
}
