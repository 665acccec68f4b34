import Domain
import Foundation
import Store

@testable import Services
@testable import Web

/// Leads and clients with all that can be told of them, and with nothing.
enum LeadExamples {
    private static let now = PageExamples.now
    private static let person = PageExamples.colleagues.people[0].account.id

    private static let statuses: [LeadStatus] = LeadStatus.usual.enumerated().map { number, status in
        try! LeadStatus(
            id: Identifier("lst_01k0000000000000000000000\(number)"), name: number == 1 ? "Called <b>" : status.name, color: status.color,
            kind: status.kind, position: number)
    }
    private static let sources = try! [
        LeadSource(id: Identifier("lsr_01k00000000000000000000001"), name: "Website & <shop>"),
        LeadSource(id: Identifier("lsr_01k00000000000000000000002"), name: "توصية"),
    ]

    private static let words = LeadWords(
        lists: .init(
            statuses: statuses, sources: sources,
            settings: LeadSettings(
                isAutomatic: true, status: statuses[1].id, source: sources[0].id, owner: .member(person), currency: .euro)),
        colleagues: PageExamples.colleagues)

    private static func entry(_ number: Int, _ name: String, status: Int = 0, isFull: Bool = true) -> Lead {
        Lead(
            id: Identifier("lea_01k0000000000000000000000\(number)"),
            fields: try! LeadFields(
                name: name, company: isFull ? "Café & Co" : nil,
                value: isFull ? Money(minorUnits: 125_050, currency: .euro) : nil, description: isFull ? "Asks\nfor <blue>" : nil),
            contactID: isFull ? Identifier("con_01k00000000000000000000001") : nil, statusID: statuses[status].id,
            sourceID: isFull ? sources[0].id : nil, owner: isFull ? person : nil,
            clientID: status == 3 ? Identifier("cli_01k00000000000000000000001") : nil, createdAt: now, changedAt: now,
            closedAt: status == 3 ? now : nil)
    }

    private static let leads = [
        entry(1, "Ana <Souza>"), entry(2, "علي حسن", status: 1, isFull: false), entry(3, "Won over", status: 3),
    ]

    private static let buyer = Client(
        id: Identifier("cli_01k00000000000000000000001"),
        fields: try! LeadFields(name: "Ana <Souza>", company: "Café & Co", value: Money(minorUnits: 5, currency: .euro)), owner: person,
        contacts: [contact.id], createdAt: now, changedAt: now)

    private static let contact = DirectoryContact(
        contact: Contact(
            id: Identifier("con_01k00000000000000000000001"), name: "Ana <Souza>", phoneNumber: try! PhoneNumber(parsing: "+5511991234567"),
            username: nil, businessScopedID: nil),
        fields: .none, profileName: nil, listedAt: now, region: "BR", createdAt: now)

    private static var narrowed: LeadQuery {
        var query = LeadQuery()
        query.filter = LeadFilter(
            statuses: [statuses[0].id, statuses[1].id], sources: [sources[0].id], owner: .nobody,
            value: .init(currency: .euro, from: 1, to: 2), hasContact: true, text: "ana & <co>")
        query.texts = ["from": "0.01", "to": "0.02", "currency": "EUR", "createdFrom": "2026-11-01"]
        (query.order, query.after) = (.name, "next")
        return query
    }

    private static func answer<Record>(_ records: [Record], isMore: Bool = false, isPart: Bool = false) -> LeadService.Answer<Record> {
        .init(records, next: isMore ? RecordPlace(id: "x") : nil, limit: isPart ? records.count + 1 : records.count)
    }

    static let table = LeadsView(
        answer(leads, isMore: true), narrowed, words, notice: PageNotice("The leads are changed."), in: PageExamples.workspace())
    static let empty = LeadsView(
        answer([]), LeadQuery(), words, notice: nil, in: PageExamples.workspace(.dark, grants: Role.agent.grants))
    static let part = LeadsView(
        answer([leads[1]], isMore: true, isPart: true), narrowed, words, notice: nil, in: PageExamples.workspace(.dark))

    static let board = LeadBoardView(
        statuses.map { status in
            let own = leads.filter { $0.statusID == status.id }
            return LeadService.BoardColumn(
                status: status, count: BoundedCount(own.isEmpty ? 0 : 20_000, limit: 10_000),
                sums: own.compactMap(\.fields.value), leads: answer(own, isMore: !own.isEmpty))
        }, narrowed, words, notice: nil, in: PageExamples.workspace())

    private static let deeds = LeadDeed.Kind.allCases.enumerated().map { number, kind in
        let (former, present): (String?, String?) =
            switch kind {
            case .made: (nil, statuses[0].id.text)
            case .status: (statuses[0].id.text, statuses[1].id.text)
            case .owner: (nil, person.text)
            case .value: ("5 EUR", "125050 EUR")
            case .client: (nil, buyer.id.text)
            }
        return LeadDeed(
            id: Identifier("ldd_01k0000000000000000000000\(number)"), kind: kind, former: former, present: present,
            actor: number == 0 ? "system:intake" : Actor.member(person).text, at: now)
    }

    private static let conversations = [PageExamples.conversation(0, "María <b>", "Where is <i>it</i>?", secondsAgo: 60)]

    static let lead = LeadView(
        leads[2], LeadForm(leads[2], contact: contact, currency: .euro), deeds: deeds, contact: contact, conversations: conversations,
        senders: [:], words, notice: PageNotice("Saved."), in: PageExamples.workspace())
    static let refused = LeadView(
        leads[1], form(LeadProblem.valueMalformed(.euro)), deeds: deeds, contact: nil, conversations: [], senders: [:], words, notice: nil,
        in: PageExamples.workspace(.dark))
    static let new = NewLeadView(form(LeadProblem.contactTaken(leads[0].id)), words, isClient: false, in: PageExamples.workspace())

    private static func form(_ problem: any Problem) -> LeadForm {
        var form = LeadForm(leads[0], contact: contact, currency: .euro)
        form.problem = problem
        return form
    }

    static let removal = LeadRemovalView(leads.map(\.id), in: PageExamples.workspace())
    static let settings = LeadSettingsView(
        words, draft: nil, notice: PageNotice(LeadListProblem.lastOpen.detail, tone: .danger), in: PageExamples.workspace())

    static let clients = ClientsView(
        answer([buyer], isMore: true), text: "ana <b>", owner: .nobody, order: .value, after: "x", words, notice: nil,
        in: PageExamples.workspace())
    static let noClients = ClientsView(
        answer([]), text: "", owner: nil, order: .name, after: nil, words, notice: nil,
        in: PageExamples.workspace(.dark, grants: Role.agent.grants))
    static let client = ClientView(
        buyer, LeadForm(buyer, currency: .euro), contacts: [contact], leads: leads, conversations: conversations, senders: [:], words,
        notice: nil, in: PageExamples.workspace())

    /// Beside a chat.
    static func panel(of conversation: Identifier<Conversation>, isFull: Bool = true, name: String = "Ana <Souza>") -> LeadPanelView {
        let standing = LeadService.Standing(
            lead: isFull ? entry(1, String(name.prefix(100))) : nil, client: isFull ? buyer : nil, isHidden: false)
        return LeadPanelView(standing, words, of: conversation, in: PageExamples.workspace())
    }
}
