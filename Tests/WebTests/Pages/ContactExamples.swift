import Domain
import Foundation

@testable import Services
@testable import Web

/// The directory with all that can be told of contacts, and with nothing.
enum ContactExamples {
    private static let now = PageExamples.now
    private static let groups = try! [
        ContactGroup(
            id: Identifier("grp_01k00000000000000000000001"), name: "Wholesale <b>", description: "Who buys a lot", memberCount: 12,
            createdAt: now),
        ContactGroup(id: Identifier("grp_01k00000000000000000000002"), name: "عملاء", description: nil, memberCount: 1, createdAt: now),
    ]

    private static func entry(_ number: Int, name: String?, isListed: Bool = true) -> DirectoryContact {
        DirectoryContact(
            contact: Contact(
                id: Identifier("con_01k0000000000000000000000\(number)"), name: name,
                phoneNumber: try! PhoneNumber(parsing: "+551199123456\(number)"),
                username: "ana", businessScopedID: nil),
            fields: isListed
                ? try! ContactFields([
                    .name: name ?? "", .company: "Café & Co", .city: "São Paulo", .address: "Rua <1>", .description: "Asks\nfor blue",
                ])
                : .none,
            profileName: isListed && name != nil ? "Annie" : nil, listedAt: isListed ? now : nil, region: isListed ? "BR" : nil,
            createdAt: now,
            groups: isListed ? groups.map(\.id) : [])
    }

    private static let people = [
        entry(1, name: "Ana <Souza>"), entry(2, name: "علي حسن"), entry(3, name: nil), entry(4, name: "Wrote", isListed: false),
    ]

    private static func list(
        _ people: [DirectoryContact], _ query: ContactQuery, next: String?, isPart: Bool = false, theme: PageFrame.Theme = .light,
        grants: Set<Grant> = Role.owner.grants, groups: [ContactGroup] = groups, notice: PageNotice? = nil
    ) -> ContactsView {
        ContactsView(
            .init(page: Page(data: people, next: next), isPart: isPart, isSimilar: !people.isEmpty && isPart), query,
            overview: (BoundedCount(1_000, isMore: true), ["BR", "DE"]), groups: groups, notice: notice,
            in: PageExamples.workspace(theme, grants: grants))
    }

    private static var narrowed: ContactQuery {
        var query = ContactQuery()
        (query.text, query.after) = ("ana & co", "next")
        query.filter = ContactFilter(group: groups[0].id, region: "BR", hasConversation: true, order: .newest)
        return query
    }

    static let full = list(people, narrowed, next: "next", notice: PageNotice("They are in the groups."))
    static let empty = list([], ContactQuery(), next: nil, theme: .dark, grants: Role.agent.grants, groups: [])
    static let part = list([people[0]], narrowed, next: "next", isPart: true, theme: .dark)

    private static let conversations = [PageExamples.conversation(0, "María <b>", "Where is <i>it</i>?", secondsAgo: 60)]
    private static let optedOut = Consent(marketing: .optedOut, isStopped: false, changedAt: now)
    private static let stopped = Consent(marketing: .optedOut, isStopped: true, changedAt: now)
    private static let entries = ConsentSource.allCases.enumerated().map { number, source in
        ConsentEntry(
            id: Identifier("cse_01k0000000000000000000000\(number)"), contactID: people[0].id,
            change: ConsentChange.allCases[number % 3], source: source, text: source == .preference ? "" : "Said <i>so</i> & wrote it",
            actor: number.isMultiple(of: 2) ? "key:key_1" : "member:acc_01k00000000000000000000000", at: now, recordedAt: now,
            isApplied: number > 0)
    }
    static let consent = ConsentView(
        people[0], optedOut, Page(data: entries, next: "next"), people: [:], draft: .init(), notice: PageNotice("Noted."),
        in: PageExamples.workspace())
    static let consentRefused = ConsentView(
        people[1], Consent(marketing: .optedIn, isStopped: false, changedAt: now), Page(data: [], next: nil), people: [:],
        draft: refusedConsent,
        notice: nil, in: PageExamples.workspace(.dark))
    static let consentSeen = ConsentView(
        people[3], stopped, Page(data: entries, next: nil), people: [:], draft: .init(), notice: nil,
        in: PageExamples.workspace(grants: [.contactsView]))
    private static var refusedConsent: ConsentView.Draft {
        var draft = ConsentView.Draft()
        (draft.change, draft.problem) = (.stopAll, .reasonMissing)
        return draft
    }
    static let consentFile = ConsentFileView(nil, problem: ConsentProblem.fileUnreadable, in: PageExamples.workspace())
    static let consentFileTaken = ConsentFileView(
        imported((2...300).map { .init(line: $0, code: "proof", detail: "There is no <proof>.") }), problem: nil,
        in: PageExamples.workspace(.dark))
    private static func imported(_ refusals: [ConsentFile.Refusal]) -> ConsentService.Imported {
        var imported = ConsentService.Imported()
        (imported.applied, imported.known, imported.refusals) = (1_200, 3, refusals)
        return imported
    }
    private static let words = ConsentWords.standard.languages.map(ConsentWordsView.Draft.init)
    static let consentWords = ConsentWordsView(
        words, trial: ("Stop <b>", .init(meaning: .init(change: .optOut, languages: ["en"]), confirmation: "Fine & <good>")), problem: nil,
        notice: PageNotice("The words are saved. They count from now on."), in: PageExamples.workspace())
    static let consentWordsRefused = ConsentWordsView(
        Array(words.prefix(1)), trial: nil, problem: .wordTwice("<stop>"), notice: nil, in: PageExamples.workspace(.dark))
    static let consentWordsTried = ConsentWordsView(
        [], trial: ("Hello", .init(meaning: nil, confirmation: nil)), problem: nil, notice: nil, in: PageExamples.workspace())
    static let listed = ContactView(
        .init(
            contact: people[0],
            identities: [
                .phone(try! PhoneNumber(parsing: "+5511991234561")), .username("ana"), .businessScoped(id: "BR.1", portfolio: "p"),
                .group("g"),
            ], conversations: conversations), optedOut, nil, groups: groups, senders: [:], notice: nil, in: PageExamples.workspace())
    static let wrote = ContactView(
        .init(contact: people[3], identities: [], conversations: []), .unknown, nil, groups: [], senders: [:], notice: nil,
        in: PageExamples.workspace(.dark, grants: Role.agent.grants))
    static let refused = ContactView(
        .init(contact: people[1], identities: [], conversations: []), stopped, form(ContactProblem.fieldTooLong(.company, count: 201)),
        groups: groups,
        senders: [:], notice: nil, in: PageExamples.workspace())
    static let new = NewContactView(
        form(ContactProblem.phoneTaken(people[0].id)), groups: groups, in: PageExamples.workspace())

    private static func form(_ problem: any Problem) -> ContactForm {
        var form = ContactForm(people[1])
        form.problem = problem
        return form
    }

    static let removal = ContactRemovalView(people.map(\.id), in: PageExamples.workspace())
    static let groupPage = ContactGroupsView(
        groups, draft: .init(id: groups[0].id, name: "", problem: .nameEmpty), notice: nil, in: PageExamples.workspace())
    static let noGroups = ContactGroupsView([], draft: nil, notice: nil, in: PageExamples.workspace(.dark))

    private static func file(_ state: ContactImport.State) -> ContactImport {
        ContactImport(
            id: Identifier("imp_01k00000000000000000000001"), filename: "people <1>.csv",
            file: MediaDigest(sha256: String(repeating: "a", count: 64), byteCount: 1_000), encoding: .windows1252, separator: .semicolon,
            lineCount: 5_001, columns: .fixed, region: "BR", groups: [groups[0].id], state: state,
            progress: state == .uploaded ? .init() : .init(offset: 400, line: 900, created: 1_960, existing: 20, refused: 46),
            createdAt: now, startedAt: now.addingTimeInterval(-90))
    }

    private static let preview = ContactImportService.Preview(
        header: ["Nome", "", "Note <i>"],
        rows: [
            .init(record: CSVRecord(line: 2, cells: ["Ana", "+5511991234567", "x"]), outcome: .created),
            .init(record: CSVRecord(line: 3, cells: ["Ben", "+5511991234561"]), outcome: .existing(people[0].id)),
            .init(record: CSVRecord(line: 4, cells: ["<Cy>", "nonsense"]), outcome: .refused(.phoneUnreadable("nonsense"))),
        ])

    private static func page(_ state: ContactImport.State, refused: [RefusedRow] = [], problem: (any Problem)? = nil) -> ContactImportView {
        ContactImportView(
            file(state), preview, .init(file(state)), refused: refused, groups: groups, problem: problem, at: now,
            in: PageExamples.workspace())
    }

    static let imports = ContactImportsView(
        Page(data: [file(.done), file(.cancelled), file(.cancelling)], next: "next"), problem: ImportFileProblem.oneColumn, at: now,
        in: PageExamples.workspace())
    static let noImports = ContactImportsView(Page(data: [], next: nil), problem: nil, at: now, in: PageExamples.workspace(.dark))
    static let waiting = page(.uploaded, problem: ContactImportProblem.phoneColumnMissing)
    static let running = page(
        .running, refused: [RefusedRow(line: 4, reason: "There is no phone number in this line.", cells: ["<Cy>", ""])])
    static let done = page(.done)
}
