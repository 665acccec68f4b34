internal import Domain
internal import Services

/// What is chosen for a campaign. Template `campaign-form`.
struct CampaignFormView: RenderedView {
    static let template = "campaign-form"
    let names: [String: any Sendable]

    /// - Parameter campaign: nil for one that isn't made yet.
    init(
        _ form: CampaignForm, _ campaign: Campaign?, senders: [Sender], templates: [Template], groups: [ContactGroup],
        problem: (any Problem)?, in workspace: WorkspaceFrame
    ) {
        let address = "\(workspace.base)/campaigns"
        let one = campaign.map { "\(address)/\($0.id)" }
        let chosen = templates.first { $0.id == form.template }
        let isMapped = campaign?.plan.template != nil && chosen?.id == campaign?.plan.template || !form.mapping.variables.isEmpty
        let problems = (problem as? TemplateProblem).map { [$0] } ?? []
        let own: [String: any Sendable] = [
            "formAddress": one.map { "\($0)/edit" } ?? "\(address)/new", "backAddress": one ?? address, "isNewCampaign": campaign == nil,
            "campaignName": form.name, "formProblem": (problem?.detail).orFalse, "nameIsWrong": problem?.field == "name",
            "startIsWrong": problem?.field == "start", "hasNoTemplates": templates.isEmpty, "hasNoSenders": senders.isEmpty,
            "senderChoices": senders.map {
                ChoiceView(value: $0.id.text, label: $0.name, help: $0.phoneNumber.display, isSelected: form.senders.contains($0.id.text))
            },
            "templateChoices": templates.map {
                ChoiceView(value: $0.id.text, label: "\($0.name) (\($0.language))", isSelected: $0.id == form.template)
            },
            "groupChoices": groups.map {
                ChoiceView(
                    value: $0.id.text, label: $0.name, help: CampaignWords.count($0.memberCount, "contact"),
                    isSelected: form.groups.contains($0.id.text))
            },
            "isForDirectory": form.isForDirectory,
            "regionChoices": [ChoiceView(value: "", label: "From all countries", isSelected: form.region.isEmpty)]
                + PhoneNumbers.embedded.countries.compactMap { country in
                    country.region.map { ChoiceView(value: $0, label: "From \(country.name)", isSelected: $0 == form.region) }
                },
            "otherSources": (campaign.map { Self.others($0.plan.audience) } ?? nil).orFalse,
            "mappedTemplate": (isMapped ? chosen?.id.text : nil).orFalse,
            "mapping": (isMapped ? chosen.map { [MappingFieldsView($0.parts, mapping: form.mapping, problems: problems)] } ?? [] : [])
                as [MappingFieldsView],
            "templateText": (isMapped ? chosen.map { [TemplateTextView(TemplateWords.text($0.parts, [:]))] } ?? [] : [])
                as [TemplateTextView],
            "isLater": form.isLater, "startText": form.start, "zoneName": form.zone, "isInRecipientsZone": form.isInRecipientsZone,
            "hasQuietHours": form.hasQuietHours, "quietFrom": form.quietFrom, "quietTo": form.quietTo,
        ]
        names = own.with(workspace.names(title: campaign?.name ?? "New campaign", place: .campaigns))
    }

    /// What came from elsewhere and stays.
    private static func others(_ audience: CampaignAudience) -> String? {
        var words: [String] = []
        for source in audience.sources {
            switch source {
            case .contacts(let ids): words.append("\(CampaignWords.count(ids.count, "contact")) picked by hand")
            case .file: words.append("a file of recipients")
            case .group, .directory: break
            }
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
