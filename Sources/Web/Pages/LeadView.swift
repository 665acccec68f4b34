internal import Domain
internal import Services

/// A new lead. Template `lead-new`.
struct NewLeadView: RenderedView {
    static let template = "lead-new"
    let names: [String: any Sendable]

    init(_ form: LeadForm, _ words: LeadWords, isClient: Bool, in workspace: WorkspaceFrame) {
        let own: [String: any Sendable] = [
            "listAddress": "\(workspace.base)/\(isClient ? "clients" : "leads")", "newTitle": isClient ? "New client" : "New lead",
            "makeWord": isClient ? "Make the client" : "Make the lead",
        ]
        names = own.with(LeadFormView(form, words, isClient: isClient).names)
            .with(workspace.names(title: isClient ? "New client" : "New lead", place: .leads))
    }
}

/// One lead. Template `lead`.
struct LeadView: RenderedView {
    static let template = "lead"
    let names: [String: any Sendable]

    init(
        _ lead: Lead, _ form: LeadForm, deeds: [LeadDeed], contact: DirectoryContact?, conversations: [Conversation],
        senders: [Identifier<Sender>: String], _ words: LeadWords, notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let (base, times, grants) = (workspace.base, workspace.frame.times, workspace.grants)
        let own: [String: any Sendable] = [
            "leadsAddress": "\(base)/leads", "leadAddress": "\(base)/leads/\(lead.id)", "leadTitle": lead.fields.name,
            "leadStatus": words.chip(lead.statusID),
            "clientAddress": (grants.contains(.clientsView) ? lead.clientID.map { "\(base)/clients/\($0)" } : nil).orFalse,
            "mayConvert": lead.clientID == nil && grants.contains(.clientsCreate) && grants.contains(.leadsEdit),
            "contactAddress": (contact.map { "\(base)/contacts/\($0.id)" }).orFalse, "contactName": contact?.contact.title ?? "",
            "writingAddress": (contact?.contact.phoneNumber.map { NewConversationView.address(base: base) + $0.text.inQuery }).orFalse,
            "leadFacts": [
                DetailView("Status", words.status(lead.statusID)?.name ?? ""), DetailView("Owner", words.owner(lead.owner)),
                lead.fields.value.map { DetailView("Value", $0.words) }, words.source(lead.sourceID).map { DetailView("Source", $0) },
                DetailView("Made", lead.createdAt, times), lead.closedAt.map { DetailView("Closed", $0, times) },
            ].compactMap(\.self),
            "deeds": deeds.map { LeadDeedView($0, words, times) }, "hasConversations": !conversations.isEmpty,
            "contactConversations": conversations.map { ContactView.ConversationLinkView($0, senders[$0.senderID], base: base, times) },
        ]
        names = own.with(LeadFormView(form, words).names).with(LeadTab.grants(of: workspace))
            .with(workspace.names(title: lead.fields.name, place: .leads, notice: notice))
    }
}

/// What was done with a lead.
struct LeadDeedView: View {
    let names: [String: any Sendable]

    init(_ deed: LeadDeed, _ words: LeadWords, _ times: PageTimes) {
        names = [
            "deedText": words.sentence(deed), "deedTime": times.dayAndTime(deed.at), "deedTimestamp": times.timestamp(deed.at),
            "deedFullTime": times.full(deed.at),
        ]
    }
}

/// Asks before leads go. Template `lead-removal`.
struct LeadRemovalView: RenderedView {
    static let template = "lead-removal"
    let names: [String: any Sendable]

    init(_ ids: [Identifier<Lead>], in workspace: WorkspaceFrame) {
        let own: [String: any Sendable] = [
            "leadsAddress": "\(workspace.base)/leads", "removalCount": ids.count == 1 ? "this lead" : "\(ids.count) leads",
            "removalIDs": ids.map { TagView($0.text) },
        ]
        names = own.with(workspace.names(title: "Delete leads", place: .leads))
    }
}

/// The clients. Template `clients`.
struct ClientsView: RenderedView {
    static let template = "clients"
    let names: [String: any Sendable]

    init(
        _ answer: LeadService.Answer<Client>, text: String, owner: LeadFilter.Owner?, order: LeadOrder, after: String?, _ words: LeadWords,
        notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let (page, base) = (answer.page, "\(workspace.base)/clients")
        let parts = [("q", text), ("owner", owner?.text ?? ""), ("order", order == .name ? "" : order.rawValue)].filter { !$0.1.isEmpty }
        let address = parts.map { "\($0)=\($1.inQuery)" }.joined(separator: "&")
        let people = words.colleagues.people.filter(\.isActive).map { ($0.account.id.text, $0.account.name) }
        let owners: [(String, String)] = [("", "Every owner"), ("nobody", "Nobody")] + people
        let own: [String: any Sendable] = [
            "leadTabs": LeadTab.clients.links(in: workspace), "clientsAddress": base, "searchText": text,
            "ownerChoices": owners.map { ChoiceView(value: $0.0, label: $0.1, isSelected: $0.0 == owner?.text ?? "") },
            "orders": LeadOrder.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: $0 == order) },
            "hasClients": !page.data.isEmpty, "isNarrowed": !text.isEmpty || owner != nil, "isPart": answer.isPart,
            "clients": page.data.map { client in ClientRowView(client, words, base: workspace.base, workspace.frame.times) },
            "isFirstPage": after == nil,
            "nextAddress": page.next.map { "\(base)?\(address.isEmpty ? "" : "\(address)&")after=\($0.inQuery)" }.orFalse,
            "firstAddress": "\(base)\(address.isEmpty ? "" : "?\(address)")",
        ]
        names = own.with(LeadTab.grants(of: workspace)).with(workspace.names(title: "Clients", place: .leads, notice: notice))
    }

    struct ClientRowView: View {
        let names: [String: any Sendable]

        init(_ client: Client, _ words: LeadWords, base: String, _ times: PageTimes) {
            names = [
                "entryName": client.fields.name, "entryCompany": client.fields.company.orFalse,
                "entryAddress": "\(base)/clients/\(client.id)",
                "entryOwner": words.owner(client.owner), "entryValue": (client.fields.value?.words).orFalse,
                "entryContacts": client.contacts.count == 1 ? "1 contact" : "\(client.contacts.count) contacts",
                "entryTime": times.short(client.changedAt),
            ]
        }
    }
}

/// One client. Template `client`.
struct ClientView: RenderedView {
    static let template = "client"
    let names: [String: any Sendable]

    init(
        _ client: Client, _ form: LeadForm, contacts: [DirectoryContact], leads: [Lead], conversations: [Conversation],
        senders: [Identifier<Sender>: String], _ words: LeadWords, notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let (base, times) = (workspace.base, workspace.frame.times)
        let own: [String: any Sendable] = [
            "clientsAddress": "\(base)/clients", "clientAddress": "\(base)/clients/\(client.id)", "clientName": client.fields.name,
            "clientContacts": contacts.map { contact in
                ChoiceView(value: contact.id.text, label: contact.contact.title, isSelected: form.contacts.contains(contact.id))
            },
            "hasClientContacts": !contacts.isEmpty,
            "clientFacts": [
                DetailView("Owner", words.owner(client.owner)), client.fields.value.map { DetailView("Value", $0.words) },
                DetailView("Client since", client.createdAt, times),
            ].compactMap(\.self),
            "clientLeads": leads.map { LeadRowView($0, words, base: base, times) }, "hasClientLeads": !leads.isEmpty,
            "hasConversations": !conversations.isEmpty,
            "contactConversations": conversations.map { ContactView.ConversationLinkView($0, senders[$0.senderID], base: base, times) },
        ]
        names = own.with(LeadFormView(form, words, isClient: true).names).with(LeadTab.grants(of: workspace))
            .with(workspace.names(title: client.fields.name, place: .leads, notice: notice))
    }
}

/// The lead or client beside the chat: a part of `conversation-details`.
struct LeadPanelView: View {
    let names: [String: any Sendable]

    init(
        _ standing: LeadService.Standing, _ words: LeadWords, of conversation: Identifier<Conversation>, in workspace: WorkspaceFrame
    ) {
        let (base, grants) = (workspace.base, workspace.grants)
        struct Part: View { let names: [String: any Sendable] }
        let form = "\(base)/whatsapp/\(conversation)/lead"
        let lead = standing.lead.map { lead in
            Part(names: [
                "panelLeadName": lead.fields.name, "panelLeadAddress": "\(base)/leads/\(lead.id)",
                "panelLeadChip": words.chip(lead.statusID),
                "panelStatuses": words.statusChoices(chosen: lead.statusID),
                "panelOwners": words.colleagues.assigneeChoices(chosen: lead.owner), "panelValue": lead.fields.value?.plain ?? "",
                "panelCurrency": (lead.fields.value?.currency ?? words.lists.settings.currency).code,
                "panelEdits": grants.contains(.leadsEdit), "panelOwner": words.owner(lead.owner),
                "panelValueWords": lead.fields.value?.words ?? "None",
                "panelConverts": lead.clientID == nil && grants.contains(.leadsEdit) && grants.contains(.clientsCreate),
            ])
        }
        let client = standing.client.map { client in
            Part(names: [
                "panelClientName": client.fields.name, "panelClientAddress": "\(base)/clients/\(client.id)",
                "panelClientOwner": words.owner(client.owner), "panelClientValue": client.fields.value?.words ?? "None",
            ])
        }
        let makes = standing.lead == nil && standing.client == nil && !standing.isHidden && grants.contains(.leadsCreate)
        names = [
            "panelShows": grants.contains(.leadsView) || grants.contains(.clientsView), "panelForm": form,
            "panelLead": lead.map { [$0] } ?? [Part](), "panelClient": client.map { [$0] } ?? [Part](), "panelMakes": makes,
            "panelIsHidden": standing.isHidden,
        ]
    }
}
