package import struct Foundation.Date

/// One template to many people: what a person has chosen, and how far it has come. Who gets it are its ``CampaignRecipient``s.
package struct Campaign: Sendable, Equatable, Identified {
    package static let identifierPrefix = "cmp"
    /// That aren't over, in one workspace.
    package static let openLimit = 200
    /// Recipients that are written or changed in one transaction.
    package static let stepLimit = 500
    /// An answer counts for so many days after the message.
    package static let replyDays = 7.0

    package let id: Identifier<Campaign>
    package var plan: CampaignPlan
    package var state: CampaignState
    package var preparation: CampaignPreparation
    /// Why it is paused, or failed.
    package var halt: CampaignHalt?
    /// As ``Actor/text``.
    package let createdBy: String
    package let createdAt: Date
    package var startedAt: Date?
    package var endedAt: Date?

    package init(
        id: Identifier<Campaign>, plan: CampaignPlan, state: CampaignState = .draft, preparation: CampaignPreparation = .none,
        halt: CampaignHalt? = nil, createdBy: String, createdAt: Date, startedAt: Date? = nil, endedAt: Date? = nil
    ) {
        (self.id, self.plan, self.state, self.preparation, self.halt) = (id, plan, state, preparation, halt)
        (self.createdBy, self.createdAt, self.startedAt, self.endedAt) = (createdBy, createdAt, startedAt, endedAt)
    }

    package var name: String { plan.name }
}

/// What a person chooses for a campaign. A draft may lack all but the name.
package struct CampaignPlan: Sendable, Equatable {
    /// Characters.
    package static let nameLimit = 120
    package static let senderLimit = 20

    package var name: String
    /// Numbers of one account; whoever has a conversation with one of them hears from that one.
    package var senders: [Identifier<Sender>]
    package var template: Identifier<Template>?
    package var mapping: TemplateMapping
    package var audience: CampaignAudience
    /// When it is to begin by itself; nil when a person starts it.
    package var startsAt: Date?
    package var stopRule: CampaignStopRule
    /// By whose clock, and outside which hours; nil for at once and at any hour.
    package var timing: CampaignSchedule?

    /// Throws ``CampaignProblem`` for what no draft may be.
    package init(
        name: String, senders: [Identifier<Sender>] = [], template: Identifier<Template>? = nil, mapping: TemplateMapping = .init(),
        audience: CampaignAudience = .init(), startsAt: Date? = nil, stopRule: CampaignStopRule = .standard,
        timing: CampaignSchedule? = nil
    ) throws(CampaignProblem) {
        let name = name.trimmed
        guard !name.isEmpty else { throw .nameEmpty }
        guard name.count <= Self.nameLimit else { throw .nameTooLong(count: name.count) }
        var once: [Identifier<Sender>] = []
        for sender in senders where !once.contains(sender) { once.append(sender) }
        guard once.count <= Self.senderLimit else { throw .tooManySenders(count: once.count) }
        try audience.check()
        try stopRule.check()
        (self.name, self.senders, self.template, self.mapping) = (name, once, template, mapping)
        (self.audience, self.startsAt, self.stopRule, self.timing) = (audience, startsAt, stopRule, timing)
    }

    /// Whether other people may be meant than by another plan.
    package func meansOthers(than other: CampaignPlan) -> Bool { senders != other.senders || audience != other.audience }
}

/// How many failures stop a campaign by themselves.
package struct CampaignStopRule: Sendable, Equatable, Codable {
    /// Hundredths of the messages whose outcome is known; nil when failures stop nothing.
    package var percent: Int?
    /// Messages with a known outcome from which on it holds.
    package var least: Int

    package static let standard = CampaignStopRule(percent: 20, least: 50)

    package init(percent: Int?, least: Int) { (self.percent, self.least) = (percent, least) }

    func check() throws(CampaignProblem) {
        if let percent, !(1...100).contains(percent) { throw .stopRuleMalformed }
        guard (1...1_000_000).contains(least) else { throw .stopRuleMalformed }
    }

    package func stops(failed: Int, of known: Int) -> Bool {
        guard let percent, known >= least else { return false }
        return failed * 100 >= known * percent
    }
}

/// How far it is known who gets a campaign.
package enum CampaignPreparation: String, Sendable, CaseIterable, Codable {
    /// Not asked for since the audience or the senders were changed.
    case none
    case running
    /// The recipients are rows: their counts are exact.
    case done
    /// The audience couldn't be read; ``Campaign/halt`` says why.
    case failed
}
