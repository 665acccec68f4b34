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
                ChoiceView(
                    value: $0.id.text,
                    label: "\($0.name) (\($0.language))\($0.status.isSendable ? "" : ", can\u{2019}t be sent just now")",
                    isSelected: $0.id == form.template)
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
            "mapping":
                (isMapped
                ? chosen.map { [MappingFieldsView($0.parts, mapping: form.mapping, columns: Self.columns(campaign), problems: problems)] }
                    ?? [] : [])
                as [MappingFieldsView],
            "templateText": (isMapped ? chosen.map { [TemplateTextView(TemplateWords.text($0.parts, [:]))] } ?? [] : [])
                as [TemplateTextView],
            "isLater": form.isLater, "startText": form.start, "zoneName": form.zone, "isInRecipientsZone": form.isInRecipientsZone,
            "hasQuietHours": form.hasQuietHours, "quietFrom": form.quietFrom, "quietTo": form.quietTo,
        ]
        names = own.with(workspace.names(title: campaign?.name ?? "New campaign", place: .campaigns))
    }

    /// Headings of its files, in their order, of which the mapping may speak.
    private static func columns(_ campaign: Campaign?) -> [String] {
        var columns: [String] = []
        for case .file(let file) in campaign?.plan.audience.sources ?? [] {
            for heading in file.headings where !heading.isEmpty && !columns.contains(heading) { columns.append(heading) }
        }
        return columns
    }

    /// What came from elsewhere and stays.
    private static func others(_ audience: CampaignAudience) -> String? {
        var words: [String] = []
        for source in CampaignForm.others(of: audience) {
            switch source {
            case .contacts(let ids): words.append("\(CampaignWords.count(ids.count, "contact")) picked by hand")
            case .file: words.append("a file of recipients")
            case .directory: words.append("a selection from the directory")
            case .group: break
            }
        }
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
