internal import Domain
internal import Foundation
internal import Services

/// What the address of a list of leads says it shows.
struct LeadQuery: Sendable {
    var filter = LeadFilter()
    var order = LeadOrder.changed
    var after: String?
    /// Days and amounts as they were typed.
    var texts: [String: String] = [:]

    static let typed = ["currency", "from", "to", "createdFrom", "createdTo"]

    init() {}

    /// What can't be read is as if it weren't there.
    init(_ fields: FormFields, _ times: PageTimes, currency usual: Currency) {
        for name in Self.typed { texts[name] = (fields[name] ?? "").trimmed }
        let currency = Currency(parsing: texts["currency"] ?? "") ?? usual
        let (from, to) = (try? Money(parsing: texts["from"] ?? "", in: currency), try? Money(parsing: texts["to"] ?? "", in: currency))
        filter = LeadFilter(
            statuses: fields.all("status").compactMap { Identifier<LeadStatus>(parsing: $0) },
            sources: fields.all("source").compactMap { Identifier<LeadSource>(parsing: $0) },
            owner: fields["owner"].flatMap(LeadFilter.Owner.init(parsing:)),
            value: from == nil && to == nil ? nil : .init(currency: currency, from: from?.minorUnits, to: to?.minorUnits),
            createdFrom: Self.day(texts["createdFrom"], times), createdBefore: Self.day(texts["createdTo"], times, daysLater: 1),
            hasContact: fields["contact"].flatMap { ["yes": true, "no": false][$0] }, text: (fields["q"] ?? "").trimmed)
        order = fields["order"].flatMap(LeadOrder.init(rawValue:)) ?? .changed
        after = fields["after"]
    }

    /// The beginning of a day as the person's clock has it.
    private static func day(_ text: String?, _ times: PageTimes, daysLater: Int = 0) -> Date? {
        let parts = (text ?? "").split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = times.zone
        return calendar.date(from: DateComponents(year: parts[0], month: parts[1], day: parts[2])).flatMap {
            calendar.date(byAdding: .day, value: daysLater, to: $0)
        }
    }

    /// Behind the question mark, for the same list from its beginning.
    func address(withOrder: Bool = true) -> String {
        var parts: [(String, String)] = []
        if !filter.text.isEmpty { parts.append(("q", filter.text)) }
        parts += filter.statuses.map { ("status", $0.text) } + filter.sources.map { ("source", $0.text) }
        if let owner = filter.owner { parts.append(("owner", owner.text)) }
        for name in Self.typed where name != "currency" || filter.value != nil {
            if let text = texts[name], !text.isEmpty { parts.append((name, text)) }
        }
        if let hasContact = filter.hasContact { parts.append(("contact", hasContact ? "yes" : "no")) }
        if withOrder, order != .changed { parts.append(("order", order.rawValue)) }
        return parts.map { "\($0)=\($1.inQuery)" }.joined(separator: "&")
    }
}

/// The filters above the table and the board. Template `lead-filter`.
struct LeadFilterView: View {
    let names: [String: any Sendable]

    init(_ query: LeadQuery, _ words: LeadWords, action: String, asksOrder: Bool) {
        let filter = query.filter
        func choices(_ none: String, _ all: [(String, String)], chosen: String?) -> [ChoiceView] {
            [ChoiceView(value: "", label: none, isSelected: chosen == nil)]
                + all.map { ChoiceView(value: $0.0, label: $0.1, isSelected: $0.0 == chosen) }
        }
        let people = words.colleagues.people.filter(\.isActive).map { ($0.account.id.text, $0.account.name) }
        let more = filter.value != nil || filter.createdFrom != nil || filter.createdBefore != nil || filter.hasContact != nil
        names = [
            "filterAction": action, "filterText": filter.text, "filterIsNarrowed": filter.isNarrowed, "asksOrder": asksOrder,
            "filterStatuses": words.lists.statuses.map { status in
                ChoiceView(value: status.id.text, label: status.name, isSelected: filter.statuses.contains(status.id))
            },
            "filterStatusCount": filter.statuses.isEmpty
                ? "Every status"
                : filter.statuses.count == 1
                    ? words.status(filter.statuses[0])?.name ?? "1 status" : "\(filter.statuses.count) statuses",
            "filterSources": choices(
                "Every source", words.lists.sources.map { ($0.id.text, $0.name) }, chosen: filter.sources.first?.text),
            "filterOwners": choices("Every owner", [("nobody", "Nobody")] + people, chosen: filter.owner?.text),
            "filterContacts": choices(
                "With and without contact", [("yes", "With a contact"), ("no", "Without")],
                chosen: filter.hasContact.map { $0 ? "yes" : "no" }),
            "filterOrders": LeadOrder.allCases.map { ChoiceView(value: $0.rawValue, label: $0.label, isSelected: $0 == query.order) },
            "filterCurrencies": Currency.all.map {
                ChoiceView(
                    value: $0.code, label: $0.code, isSelected: $0 == filter.value?.currency ?? words.lists.settings.currency)
            },
            "filterFrom": query.texts["from"] ?? "", "filterTo": query.texts["to"] ?? "",
            "filterCreatedFrom": query.texts["createdFrom"] ?? "", "filterCreatedTo": query.texts["createdTo"] ?? "",
            "filterIsOpen": more,
        ]
    }
}

/// The table of leads. Template `leads`.
struct LeadsView: RenderedView {
    static let template = "leads"
    let names: [String: any Sendable]

    /// Which leads are to be changed, and into what, as it was filled in.
    struct Choice: Sendable {
        var leads: Set<String> = []
        var status = ""
        var owner = ""
    }

    /// - Parameter choice: what was filled in and refused.
    init(
        _ answer: LeadService.Answer<Lead>, _ query: LeadQuery, _ words: LeadWords, choice: Choice = Choice(), notice: PageNotice?,
        in workspace: WorkspaceFrame
    ) {
        let (page, base) = (answer.page, "\(workspace.base)/leads")
        let address = query.address()
        let grants = workspace.grants
        // With words of its own for who is nobody's: here the first choice is to leave it.
        var owners = words.colleagues.assigneeChoices(chosen: Identifier(parsing: choice.owner))
        owners[0] = ChoiceView(value: "nobody", label: "Nobody", isSelected: choice.owner == "nobody")
        let own: [String: any Sendable] = [
            "leadTabs": LeadTab.table.links(in: workspace, filter: query.address(withOrder: false)), "leadsAddress": base,
            "hasLeads": !page.data.isEmpty, "isNarrowed": query.filter.isNarrowed, "isFirstPage": query.after == nil,
            "isPart": answer.isPart,
            "leads": page.data.map { lead in
                LeadRowView(lead, words, isChosen: choice.leads.contains(lead.id.text), base: workspace.base, workspace.frame.times)
            },
            "choosesLeads": !page.data.isEmpty && (grants.contains(.leadsEdit) || grants.contains(.leadsDelete)),
            "bulkStatuses": words.statusChoices(chosen: Identifier(parsing: choice.status)),
            "bulkOwners": owners,
            "bulkIsOpen": !choice.status.isEmpty || !choice.owner.isEmpty,
            "exportAddress": grants.contains(.leadsExport) ? "\(base)/export\(address.isEmpty ? "" : "?\(address)")" : false,
            "listAddress": [address, query.after.map { "after=\($0.inQuery)" } ?? ""].filter { !$0.isEmpty }.joined(separator: "&"),
            "nextAddress": page.next.map { "\(base)?\(address.isEmpty ? "" : "\(address)&")after=\($0.inQuery)" }.orFalse,
            "firstAddress": "\(base)\(address.isEmpty ? "" : "?\(address)")",
        ]
        names = own.with(LeadFilterView(query, words, action: base, asksOrder: true).names).with(LeadTab.grants(of: workspace))
            .with(workspace.names(title: "Leads", place: .leads, notice: notice))
    }
}

/// A lead in a list or on the board.
struct LeadRowView: View {
    let names: [String: any Sendable]

    init(_ lead: Lead, _ words: LeadWords, isChosen: Bool = false, base: String, _ times: PageTimes) {
        let fields = lead.fields
        names = [
            "entryIsChosen": isChosen,
            "entryID": lead.id.text, "entryName": fields.name, "entryCompany": fields.company.orFalse,
            "entryAddress": "\(base)/leads/\(lead.id)", "entryStatus": words.chip(lead.statusID),
            "entrySource": words.source(lead.sourceID) ?? "", "entryOwner": words.owner(lead.owner),
            "entryValue": (fields.value?.words).orFalse, "entryTime": times.short(lead.changedAt), "entryIsClient": lead.clientID != nil,
            "entryStatusChoices": words.statusChoices(chosen: lead.statusID),
        ]
    }
}

/// The board. Template `lead-board`.
struct LeadBoardView: RenderedView {
    static let template = "lead-board"
    let names: [String: any Sendable]

    init(
        _ columns: [LeadService.BoardColumn], _ query: LeadQuery, _ words: LeadWords, notice: PageNotice?, in workspace: WorkspaceFrame
    ) {
        let base = "\(workspace.base)/leads"
        let address = query.address(withOrder: false)
        let own: [String: any Sendable] = [
            "leadTabs": LeadTab.board.links(in: workspace, filter: address), "leadsAddress": base,
            "boardAddress": "\(base)/board\(address.isEmpty ? "" : "?\(address)")",
            "columns": columns.map { LeadColumnView($0, query, words, workspace) },
        ]
        names = own.with(LeadFilterView(query, words, action: "\(base)/board", asksOrder: false).names).with(LeadTab.grants(of: workspace))
            .with(workspace.names(title: "Leads", place: .leads, notice: notice))
    }
}

/// One column of the board.
struct LeadColumnView: View {
    let names: [String: any Sendable]

    init(_ column: LeadService.BoardColumn, _ query: LeadQuery, _ words: LeadWords, _ workspace: WorkspaceFrame) {
        let count = column.count
        var own = query
        own.filter.statuses = [column.status.id]
        let sums = column.sums.filter { $0.minorUnits > 0 }.map(\.words)
        names = [
            "columnID": column.status.id.text, "columnName": column.status.name, "columnTone": column.status.color.tone,
            "columnCount": "\(count.count.grouped)\(count.isMore ? "+" : "")",
            "columnSum": (sums.isEmpty ? nil : sums.joined(separator: ", ") + (count.isMore ? " and more" : "")).orFalse,
            "columnIsEmpty": column.leads.page.data.isEmpty,
            "cards": column.leads.page.data.map { LeadRowView($0, words, base: workspace.base, workspace.frame.times) },
            "columnMore": column.leads.page.next.map {
                "\(workspace.base)/leads?\(own.address(withOrder: false))&after=\($0.inQuery)"
            }.orFalse,
        ]
    }
}
