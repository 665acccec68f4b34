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
        for source in Self.shown(of: plan.audience) {
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

    /// Sources that the form has fields for: groups, and one choice of the directory that says no more than a country.
    private static func shown(of audience: CampaignAudience) -> [CampaignSource] {
        var hasDirectory = false
        return audience.sources.filter { source in
            switch source {
            case .group: return true
            case .directory(let filter):
                var plain = ContactFilter(scope: .directory, order: .newest)
                plain.region = filter.region
                let isKnown = filter.region.map { region in PhoneNumbers.embedded.countries.contains { $0.region == region } } ?? true
                guard !hasDirectory, isKnown, filter == plain else { return false }
                hasDirectory = true
                return true
            case .contacts, .file: return false
            }
        }
    }

    /// Sources that the form has no fields for. They stay as they are.
    static func others(of audience: CampaignAudience) -> [CampaignSource] {
        let shown = shown(of: audience)
        return audience.sources.filter { !shown.contains($0) }
    }

    /// The old sources that are still chosen, in their order, then the new ones: so an audience that stays is not read again.
    private func sources(keeping old: CampaignAudience, choosesGroups: Bool) -> [CampaignSource] {
        var chosen: [CampaignSource] = groups.compactMap { Identifier(parsing: $0) }.map(CampaignSource.group)
        if isForDirectory { chosen.append(.directory(ContactFilter(scope: .directory, region: region.nonBlank, order: .newest))) }
        let shown = Self.shown(of: old)
        let kept = old.sources.filter { source in
            if case .group = source, !choosesGroups { return true }
            return !shown.contains(source) || chosen.contains(source)
        }
        return kept + chosen.filter { !kept.contains($0) }
    }

    /// Throws ``CampaignProblem`` and ``CampaignScheduleProblem``.
    /// - Parameters:
    ///   - old: what the form doesn't show of it stays.
    ///   - choosesGroups: whether the form offers groups to this person; otherwise those of the old plan stay.
    func plan(now: Date, keeping old: CampaignPlan?, choosesGroups: Bool = true) throws -> CampaignPlan {
        let sources = sources(keeping: old?.audience ?? .init(), choosesGroups: choosesGroups)
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
            audience: CampaignAudience(sources), startsAt: CampaignSchedule.beginning(of: timing, over: old, now: now),
            stopRule: old?.stopRule ?? .standard, timing: timing)
    }
}

extension CampaignSchedule {
    /// ``beginning``, or at once where in recipients' own zones it has begun to be so somewhere.
    func beginning(after now: Date) -> Date? { beginning.map { max($0, now.addingTimeInterval(1)) } }

    /// When a campaign begins by itself with another timing. One that a program scheduled without a time on the clock keeps its moment.
    static func beginning(of timing: CampaignSchedule?, over old: CampaignPlan?, now: Date) -> Date? {
        timing?.beginning(after: now) ?? (old?.timing?.start == nil ? old?.startsAt : nil)
    }
}
