internal import Domain
internal import Foundation
internal import Services

/// One contact. Template `contact`.
struct ContactView: RenderedView {
    static let template = "contact"
    let names: [String: any Sendable]

    /// - Parameter refused: what was filled in instead of what there is.
    init(
        _ details: ContactService.Details, _ consent: Consent, _ refused: ContactForm?, groups: [ContactGroup],
        senders: [Identifier<Sender>: String],
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let entry = details.contact
        let (title, times, grants) = (entry.contact.title, workspace.frame.times, workspace.grants)
        let own: [String: any Sendable] = [
            "contactsAddress": "\(workspace.base)/contacts", "contactAddress": "\(workspace.base)/contacts/\(entry.id)",
            "contactName": title, "contactInitials": Initials.of(title), "contactHue": Initials.hue(of: entry.id.text),
            "contactIsListed": entry.isListed, "showsForm": entry.isListed && grants.contains(.contactsEdit),
            "consentWord": consent.words, "consentTone": consent.tone, "consentMeaning": consent.meaning,
            "contactFacts": Self.facts(entry, groups, times),
            "identities": details.identities.map { identity in DetailView(Self.word(for: identity.kind), identity.shown) },
            "writingAddress":
                (entry.contact.phoneNumber.map { NewConversationView.address(base: workspace.base) + $0.text.inQuery }).orFalse,
            "hasConversations": !details.conversations.isEmpty,
            "contactConversations": details.conversations.map { conversation in
                ConversationLinkView(conversation, senders[conversation.senderID], base: workspace.base, times)
            },
        ]
        names = own.with(ContactFormView(refused ?? ContactForm(entry), groups: groups, base: workspace.base).names)
            .with(ContactTab.grants(of: workspace)).with(workspace.names(title: title, place: .contacts, notice: notice))
    }

    private static func facts(_ entry: DirectoryContact, _ groups: [ContactGroup], _ times: PageTimes) -> [DetailView] {
        let fields = ContactField.allCases.compactMap { field in entry.fields[field].map { DetailView(field.label, $0) } }
        let names = groups.filter { entry.groups.contains($0.id) }.map(\.name)
        return fields
            + [
                entry.profileName.map { DetailView("Name on WhatsApp", $0) },
                entry.region.map { DetailView("Country of the number", CountryNames.name(of: $0)) },
                names.isEmpty ? nil : DetailView("Groups", names.joined(separator: ", ")),
                entry.listedAt.map { DetailView("In the directory since", $0, times) },
            ].compactMap(\.self)
    }

    private static func word(for kind: ContactIdentity.Kind) -> String {
        switch kind {
        case .phone: "Number"
        case .businessScoped: "Id at WhatsApp"
        case .username: "Username"
        case .group: "Group chat"
        }
    }

    struct ConversationLinkView: View {
        let names: [String: any Sendable]

        init(_ conversation: Conversation, _ sender: String?, base: String, _ times: PageTimes) {
            names = [
                "talkAddress": "\(base)/whatsapp/\(conversation.id)", "talkSender": sender ?? "A removed number",
                "talkPreview": conversation.last?.preview ?? "", "talkTime": (conversation.last.map { times.short($0.at) }).orFalse,
                "talkState": ConversationDetailsView.state(of: conversation, times),
            ]
        }
    }
}

extension ContactIdentity {
    fileprivate var shown: String {
        switch self {
        case .phone(let number): number.display
        case .username(let name): "@\(name)"
        case .businessScoped, .group: value
        }
    }
}

/// A contact that is being made. Template `contact-new`.
struct NewContactView: RenderedView {
    static let template = "contact-new"
    let names: [String: any Sendable]

    init(_ form: ContactForm, groups: [ContactGroup], in workspace: WorkspaceFrame) {
        names = ["contactsAddress": "\(workspace.base)/contacts"]
            .with(ContactFormView(form, groups: groups, base: workspace.base).names)
            .with(workspace.names(title: "New contact", place: .contacts))
    }
}

/// The fields of a contact. Template `contact-form`.
struct ContactFormView: View {
    let names: [String: any Sendable]

    init(_ form: ContactForm, groups: [ContactGroup], base: String) {
        let problem = form.problem
        let taken: Identifier<Contact>? = if case .phoneTaken(let id) = problem as? ContactProblem { id } else { nil }
        let isOfPhone = problem is PhoneNumberProblem || (problem as? ContactProblem)?.field == "phone"
        let field: ContactField? = if case .fieldTooLong(let field, _) = problem as? ContactProblem { field } else { nil }
        names = [
            "phoneValue": form.phone,
            "phoneError": (isOfPhone ? taken == nil ? problem?.detail : "Somebody in the directory has this number already." : nil).orFalse,
            "takenAddress": (taken.map { "\(base)/contacts/\($0)" }).orFalse,
            "formError": (isOfPhone || field != nil ? nil : problem?.detail).orFalse,
            "formFields": ContactField.allCases.filter { $0 != .phone }.map { part in
                FieldView(part, form.texts[part] ?? "", error: part == field ? problem?.detail : nil)
            },
            "hasFormGroups": !groups.isEmpty,
            "formGroups": groups.map {
                ChoiceView(value: $0.id.text, label: $0.name, isSelected: form.groups?.contains($0.id) == true)
            },
        ]
    }

    struct FieldView: View {
        let names: [String: any Sendable]

        init(_ field: ContactField, _ value: String, error: String?) {
            names = [
                "partName": field.rawValue, "partLabel": field.label, "partValue": value,
                "partIsLong": field == .address || field == .description, "partError": error.orFalse,
            ]
        }
    }
}

/// Whether contacts are really to go. Template `contact-removal`.
struct ContactRemovalView: RenderedView {
    static let template = "contact-removal"
    let names: [String: any Sendable]

    init(_ ids: [Identifier<Contact>], in workspace: WorkspaceFrame) {
        names = [
            "contactsAddress": "\(workspace.base)/contacts",
            "removalCount": ids.count == 1 ? "this contact" : "\(ids.count.grouped) contacts",
            "removalIDs": ids.map { TagView($0.text) },
        ].with(workspace.names(title: "Delete contacts", place: .contacts))
    }
}
