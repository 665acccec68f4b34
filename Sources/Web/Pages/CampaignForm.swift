internal import Domain

internal import struct Foundation.Date

/// What is chosen for a campaign, as its form has it.
struct CampaignForm: Sendable {
    var name = ""
    var senders: [String] = []
    var template: Identifier<Template>?
    var mapping = TemplateMapping()
    var groups: [String] = []
    /// The whole directory, or those of it with numbers of one region.
    var isForDirectory = false
    var region = ""
    var isLater = false
    var start = ""
    var zone: String
    var isInRecipientsZone = false
    var hasQuietHours = false
    var quietFrom = "21:00"
    var quietTo = "08:00"

    init(zone: String) { self.zone = zone }

    init(_ plan: CampaignPlan, zone: String) {
        (name, senders, template, mapping) = (plan.name, plan.senders.map(\.text), plan.template, plan.mapping)
        for source in plan.audience.sources {
            switch source {
            case .group(let id): groups.append(id.text)
            case .directory(let filter): (isForDirectory, region) = (true, filter.region ?? "")
            case .contacts, .file: break
            }
        }
        (isLater, start) = (plan.timing?.start != nil, plan.timing?.start?.text ?? "")
        self.zone = plan.timing?.zoneName ?? zone
        isInRecipientsZone = plan.timing?.isInRecipientsZone ?? false
        if let quiet = plan.timing?.quietHours { (hasQuietHours, quietFrom, quietTo) = (true, quiet.startText, quiet.endText) }
    }

    init(_ fields: FormFields) {
        name = fields["name"] ?? ""
        senders = fields.all("sender")
        template = fields["template"].flatMap { Identifier(parsing: $0) }
        groups = fields.all("group")
        (isForDirectory, region) = (fields["directory"] == "yes", fields["region"] ?? "")
        (isLater, start) = (fields["when"] == "later", fields["start"] ?? "")
        (zone, isInRecipientsZone) = (fields["zone"]?.nonBlank ?? "UTC", fields["own"] == "yes")
        hasQuietHours = fields["quiet"] == "yes"
        (quietFrom, quietTo) = (fields["quietFrom"] ?? "", fields["quietTo"] ?? "")
    }

    /// Throws ``CampaignProblem`` and ``CampaignScheduleProblem``.
    /// - Parameter old: what the form doesn't show of it stays.
    func plan(now: Date, keeping old: CampaignPlan?) throws -> CampaignPlan {
        var sources: [CampaignSource] = groups.compactMap { Identifier(parsing: $0) }.map(CampaignSource.group)
        if isForDirectory {
            sources.append(.directory(ContactFilter(scope: .directory, region: region.nonBlank, hasConversation: nil, order: .newest)))
        }
        for source in old?.audience.sources ?? [] {
            switch source {
            case .contacts, .file: sources.append(source)
            case .group, .directory: break
            }
        }
        var timing: CampaignSchedule?
        if isLater || hasQuietHours {
            if isLater, start.isBlank { throw CampaignScheduleProblem.startMalformed }
            let schedule = try CampaignSchedule(
                start: isLater ? start : nil, zone: zone, isInRecipientsZone: isInRecipientsZone,
                quietHours: hasQuietHours ? QuietHours(from: quietFrom, to: quietTo) : nil)
            try schedule.check(now: now)
            timing = schedule
        }
        return try CampaignPlan(
            name: name, senders: senders.compactMap { Identifier(parsing: $0) }, template: template, mapping: mapping,
            audience: CampaignAudience(sources), startsAt: timing?.beginning, stopRule: old?.stopRule ?? .standard, timing: timing)
    }
}
