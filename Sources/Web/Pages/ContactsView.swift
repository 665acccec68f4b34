internal import Domain
internal import Foundation
internal import Services

/// The directory. Template `contacts`.
struct ContactsView: RenderedView {
    static let template = "contacts"
    let names: [String: any Sendable]

    init(
        _ answer: ContactService.Answer, _ query: ContactQuery, overview: (count: BoundedCount, regions: [String]), groups: [ContactGroup],
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let (page, filter) = (answer.page, query.filter)
        let base = "\(workspace.base)/contacts"
        let groupNames = Dictionary(groups.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one })
        let address = query.address
        func linked(_ more: String) -> String { "\(base)?\(address.isEmpty ? "" : "\(address)&")\(more)" }
        let own: [String: any Sendable] = [
            "contactTabs": ContactTab.contacts.links(in: workspace), "contactsAddress": base,
            "contactCount": "\(overview.count.count.grouped)\(overview.count.isMore ? "+" : "")",
            "hasContacts": !page.data.isEmpty, "isNarrowed": query.isNarrowed, "isFirstPage": query.after == nil, "isPart": answer.isPart,
            "isSimilar": answer.isSimilar, "searchText": query.text,
            "contacts": page.data.map { ContactRowView($0, groupNames, base: workspace.base) },
            "scopes": [
                ChoiceView(value: "directory", label: "In the directory", isSelected: filter.scope == .directory),
                ChoiceView(value: "all", label: "Also those who merely wrote", isSelected: filter.scope == .all),
            ],
            "groupChoices": ChoiceView.list("Any group", groups.map { ($0.id, $0.name) }, chosen: filter.group),
            "regionChoices": [ChoiceView(value: "", label: "Any country", isSelected: filter.region == nil)]
                + overview.regions.map {
                    ChoiceView(value: $0, label: CountryNames.name(of: $0), isSelected: $0 == filter.region)
                },
            "conversationChoices": [
                ChoiceView(value: "", label: "With or without", isSelected: filter.hasConversation == nil),
                ChoiceView(value: "yes", label: "With a conversation", isSelected: filter.hasConversation == true),
                ChoiceView(value: "no", label: "Without one", isSelected: filter.hasConversation == false),
            ],
            "consentChoices": [
                ChoiceView(value: "", label: "Any consent", isSelected: filter.consent == nil),
                ChoiceView(value: "opted-in", label: "Wants marketing", isSelected: filter.consent == .optedIn),
                ChoiceView(value: "opted-out", label: "No marketing", isSelected: filter.consent == .optedOut),
                ChoiceView(value: "unknown", label: "Not asked yet", isSelected: filter.consent == .unknown),
            ],
            "orders": [
                ChoiceView(value: "name", label: "By name", isSelected: filter.order == .name),
                ChoiceView(value: "newest", label: "Newest first", isSelected: filter.order == .newest),
            ],
            "hasGroups": !groups.isEmpty,
            "assignableGroups": groups.map { ChoiceView(value: $0.id.text, label: $0.name, isSelected: false) },
            "choosesContacts": !page.data.isEmpty
                && (workspace.grants.contains(.contactsEdit) || workspace.grants.contains(.contactsDelete)),
            "exportAddress": workspace.grants.contains(.contactsExport) ? "\(base)/export\(address.isEmpty ? "" : "?\(address)")" : false,
            "nextAddress": (page.next.map { linked("after=\($0)") }).orFalse,
            "firstAddress": "\(base)\(address.isEmpty ? "" : "?\(address)")",
        ]
        names = own.with(ContactTab.grants(of: workspace)).with(workspace.names(title: "Contacts", place: .contacts, notice: notice))
    }

    struct ContactRowView: View {
        let names: [String: any Sendable]

        init(_ entry: DirectoryContact, _ groups: [Identifier<ContactGroup>: String], base: String) {
            let number = entry.contact.phoneNumber
            let title = entry.contact.title
            let place = [entry.fields.city, entry.region.map(CountryNames.name(of:)) ?? entry.fields.country].compactMap(\.self)
            names = [
                "entryID": entry.id.text, "entryName": title, "entryNumber": (number?.display == title ? nil : number?.display).orFalse,
                "entryCompany": entry.fields.company.orFalse, "entryPlace": place.joined(separator: ", "),
                "entryGroups": entry.groups.compactMap { groups[$0] }.sorted().map(TagView.init), "entryIsListed": entry.isListed,
                "entryAddress": "\(base)/contacts/\(entry.id)", "entryInitials": Initials.of(title),
                "entryHue": Initials.hue(of: entry.id.text),
                "entryWriting": (number.map { NewConversationView.address(base: base) + $0.text.inQuery }).orFalse,
            ]
        }
    }
}

/// A word beside something, such as a group's name.
struct TagView: View {
    let names: [String: any Sendable]

    init(_ text: String) { names = ["tagText": text] }
}

/// The pages around the directory.
enum ContactTab: CaseIterable {
    case contacts, groups, imports

    func links(in workspace: WorkspaceFrame) -> [LinkView] {
        let base = "\(workspace.base)/contacts"
        return Self.allCases.compactMap { tab in
            switch tab {
            case .contacts: LinkView("Directory", base, isCurrent: self == tab)
            case .groups: workspace.grants.contains(.groupsView) ? LinkView("Groups", "\(base)/groups", isCurrent: self == tab) : nil
            case .imports: workspace.grants.contains(.contactsCreate) ? LinkView("Import", "\(base)/import", isCurrent: self == tab) : nil
            }
        }
    }

    /// What the person may do, as templates ask it.
    static func grants(of workspace: WorkspaceFrame) -> [String: any Sendable] {
        [
            "createsContacts": workspace.grants.contains(.contactsCreate), "editsContacts": workspace.grants.contains(.contactsEdit),
            "deletesContacts": workspace.grants.contains(.contactsDelete),
        ]
    }
}

/// Countries by their two letters.
enum CountryNames {
    private static let names = Dictionary(
        PhoneNumbers.embedded.countries.compactMap { country in country.region.map { ($0, country.name) } },
        uniquingKeysWith: { one, _ in one })

    static func name(of region: String) -> String { names[region] ?? region }

    /// To choose from, with none in front.
    static func choices(_ none: String, chosen: String?) -> [ChoiceView] {
        [ChoiceView(value: "", label: none, isSelected: chosen == nil)]
            + names.sorted { $0.value < $1.value }.map { ChoiceView(value: $0.key, label: $0.value, isSelected: $0.key == chosen) }
    }
}

extension String {
    /// As a value behind the question mark.
    var inQuery: String {
        addingPercentEncoding(withAllowedCharacters: .alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))) ?? ""
    }
}
