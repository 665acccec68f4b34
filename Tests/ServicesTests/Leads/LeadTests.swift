import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

/// A workspace with the services of leads over it.
private struct LeadScene {
    let hub: TestHub
    let leads: LeadService
    let lists: LeadListService
    let clients: ClientService

    init(_ engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let now: @Sendable () -> Date = { [clock = hub.clock] in clock.now }
        leads = LeadService(database: hub.database, signals: hub.signals, now: now)
        lists = LeadListService(database: hub.database, signals: hub.signals, now: now)
        clients = ClientService(database: hub.database, signals: hub.signals, now: now)
        self.hub = hub
    }

    func member(_ name: String) async throws -> Identifier<Account> {
        let (access, now) = (hub.access, hub.clock.now)
        return try await hub.database.write { transaction in
            let account = Account(
                id: .make(at: now), email: try EmailAddress(parsing: "\(name.lowercased())@example.com"), name: name, createdAt: now)
            try AccountTable(transaction).insert(account, passwordHash: nil)
            try MemberTable(transaction, access).insert(account.id, role: .agent, at: now)
            return account.id
        }
    }

    func access(_ visibility: Visibility, of person: Identifier<Account>) -> Access {
        Access(workspaceID: hub.workspaceID, actor: .member(person), grants: Role.agent.grants, visibility: visibility, address: nil)
    }

    func add(_ name: String, status: Int = 0, owner: Identifier<Account>? = nil, value: Int64? = nil) async throws -> Lead {
        let statuses = try await lists.lists(access: hub.access).statuses
        hub.clock.advance(by: 1)
        return try await leads.create(
            .init(
                fields: try LeadFields(
                    name: name, company: "Company \(name)", value: value.map { try Money(minorUnits: $0, currency: .euro) }),
                status: statuses[status].id, owner: owner), access: hub.access)
    }

    func names(_ filter: LeadFilter, order: LeadOrder = .changed, access: Access? = nil) async throws -> [String] {
        var (names, after): ([String], String?) = ([], nil)
        repeat {
            let page = try await leads.list(filter, order: order, after: after, limit: 2, access: access ?? hub.access).page
            names += page.data.map(\.fields.name)
            after = page.next
        } while after != nil
        return names
    }

    func automatic(_ owner: LeadSettings.NewOwner = .assignee) async throws {
        var settings = LeadSettings.usual
        (settings.isAutomatic, settings.owner) = (true, owner)
        try await lists.save(settings, access: hub.access)
    }
}

@Suite("Leads and clients")
struct LeadTests {
    @Test("a workspace begins with its lists", arguments: TestEngine.allCases)
    func usual(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let known = try await test.lists.lists(access: test.hub.access)
        #expect(known.statuses.map(\.name) == LeadStatus.usual.map(\.name))
        #expect(Set(known.sources.map(\.name)) == Set(LeadSource.usual))
        #expect(known.settings == .usual)
    }

    @Test("lists follow every filter and order, two a page", arguments: TestEngine.allCases)
    func filters(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let kim = try await test.member("Kim")
        _ = try await test.add("Ana Souza", owner: kim, value: 500)
        _ = try await test.add("Ben Anders", status: 1, value: 100)
        _ = try await test.add("Cy", status: 1, owner: kim)
        let (lists, all) = (try await test.lists.lists(access: test.hub.access), ["Cy", "Ben Anders", "Ana Souza"])
        #expect(try await test.names(.init()) == all)
        #expect(try await test.names(.init(), order: .newest) == all)
        #expect(try await test.names(.init(), order: .name) == all.reversed())
        #expect(try await test.names(.init(), order: .value) == ["Ana Souza", "Ben Anders", "Cy"])
        #expect(try await test.names(.init(statuses: [lists.statuses[1].id])) == ["Cy", "Ben Anders"])
        #expect(try await test.names(.init(statuses: [lists.statuses[0].id, lists.statuses[1].id])) == all)
        #expect(try await test.names(.init(owner: .member(kim))) == ["Cy", "Ana Souza"])
        #expect(try await test.names(.init(statuses: [lists.statuses[1].id], owner: .nobody)) == ["Ben Anders"])
        #expect(try await test.names(.init(value: .init(currency: .euro, from: 100, to: 499))) == ["Ben Anders"])
        #expect(try await test.names(.init(value: .init(currency: Currency(parsing: "USD")!, from: nil, to: nil))).isEmpty)
        #expect(try await test.names(.init(hasContact: true)).isEmpty)
        #expect(try await test.names(.init(createdBefore: test.hub.clock.now)) == ["Ben Anders", "Ana Souza"])
        // By words: each lead once, though two of its own begin so.
        #expect(Set(try await test.names(.init(text: "an"))) == ["Ana Souza", "Ben Anders"])
        #expect(try await test.names(.init(text: "soúz ana")) == ["Ana Souza"])
        #expect(try await test.names(.init(text: "comp")).count == 3)
        #expect(try await test.names(.init(text: "!!")).isEmpty)
        let board = try await test.leads.board(.init(), access: test.hub.access)
        #expect(board.map(\.count.count) == [1, 2, 0, 0, 0])
        #expect(board.map { $0.sums.map(\.minorUnits) } == [[500], [100], [], [], []])
        #expect(board[1].leads.page.data.map(\.fields.name) == ["Cy", "Ben Anders"])
    }

    @Test("who sees what is theirs, or their team's, sees no others' leads, and changes none", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let hub = test.hub
        let (kim, lee, max) = (try await test.member("Kim"), try await test.member("Lee"), try await test.member("Max"))
        let now: @Sendable () -> Date = { [clock = hub.clock] in clock.now }
        let teams = TeamService(database: hub.database, revocations: AccessRevocations(), signals: hub.signals, now: now)
        let team = try await teams.create(name: "Sales", members: [kim, lee], access: hub.access)
        let (mine, theirs) = (try await test.add("Mine", owner: kim), try await test.add("Theirs", owner: max))
        _ = try await test.add("Teams", owner: lee)
        _ = try await test.add("Nobodys")
        let own = test.access(.own(kim), of: kim)
        let wide = test.access(.team(kim, teams: [team.id]), of: kim)
        for order in LeadOrder.allCases {
            #expect(Set(try await test.names(.init(), order: order, access: own)) == ["Mine"])
            #expect(Set(try await test.names(.init(), order: order, access: wide)) == ["Mine", "Teams", "Nobodys"])
        }
        #expect(try await test.names(.init(owner: .member(max)), access: own).isEmpty)
        #expect(try await test.names(.init(text: "theirs"), access: wide).isEmpty)
        #expect(try await test.leads.board(.init(), access: own).map(\.count.count).reduce(0, +) == 1)
        for access in [own, wide] {
            await #expect(throws: LeadProblem.missing) { try await test.leads.lead(theirs.id, access: access) }
            await #expect(throws: LeadProblem.missing) { try await test.leads.deeds(of: theirs.id, limit: 1, access: access) }
            await #expect(throws: LeadProblem.missing) { try await test.leads.change(theirs.id, access: access) { _ in LeadChange() } }
            await #expect(throws: LeadProblem.missing) { try await test.leads.change([theirs.id], owner: .some(nil), access: access) }
            await #expect(throws: LeadProblem.missing) { try await test.leads.convert(theirs.id, access: access) }
        }
        await #expect(throws: AccessProblem.notPermitted(.leadsDelete)) { try await test.leads.remove([mine.id], access: own) }
        // What one makes is one's own, or one would never see it again.
        let made = try await test.leads.create(.init(fields: try LeadFields(name: "New")), access: own)
        #expect(made.owner == kim)
        let none = Access(workspaceID: hub.workspaceID, actor: .member(kim), grants: [], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.leadsView)) { try await test.leads.list(.init(), limit: 1, access: none) }
    }

    @Test("where a page goes on names no lead that the reader may not see", arguments: TestEngine.allCases)
    func places(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let (kim, max) = (try await test.member("Kim"), try await test.member("Max"))
        var mine = ["", try await test.add("Ada", owner: kim).id.text]
        for number in 0..<8 { _ = try await test.add("Foreign \(number)", owner: max, value: 5) }
        mine.append(try await test.add("Zoe", owner: kim).id.text)
        let seen = mine
        for access in [test.access(.own(kim), of: kim), test.access(.team(kim, teams: []), of: kim)] {
            for (order, text) in LeadOrder.allCases.map({ ($0, "") }) + [(.name, "company")] {
                var (names, place): ([String], RecordPlace?) = ([], nil)
                repeat {
                    let after = place
                    let part = try await test.hub.database.read {
                        try LeadTable($0, access, look: 3).list(.init(text: text), order: order, after: after, limit: 2)
                    }
                    names += part.leads.map(\.fields.name)
                    place = part.next
                    #expect(seen.contains(place?.id ?? "") && place?.key.contains("foreign") != true)
                } while place != nil
                #expect(names.sorted() == ["Ada", "Zoe"])
            }
        }
    }

    @Test("events of leads name to nobody what they may not see", arguments: TestEngine.allCases)
    func events(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let (kim, max) = (try await test.member("Kim"), try await test.member("Max"))
        let mine = try await test.add("Mine", owner: kim)
        _ = try await test.add("Theirs", owner: max)
        let gone = try await test.add("Gone", owner: kim)
        _ = try await test.leads.remove([gone.id], access: test.hub.access)
        func told(_ access: Access) async throws -> [Event] {
            try await test.hub.database.read { try EventTable($0, access).page(after: .start, limit: 100).events }
                .filter { $0.kind == EventKind.leadUpdated.rawValue }
        }
        // PostgreSQL gives events only once no transaction of the whole server is older.
        while try await told(test.hub.access).count < 4 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(Set(try await told(test.hub.access).compactMap(\.subjectID)).count == 3)
        for visibility in [Visibility.own(kim), .team(kim, teams: [])] {
            let told = try await told(test.access(visibility, of: kim))
            #expect(told.count == 4)
            #expect(told.map(\.subjectID) == [mine.id.text, nil, nil, nil])
            #expect(Set(told.dropFirst().map(\.actor)) == ["system:switchboard"] && told.dropFirst().allSatisfy { $0.cause == nil })
        }
        let none = Access(
            workspaceID: test.hub.workspaceID, actor: .member(kim), grants: [.eventsView], visibility: .all, address: nil)
        #expect(try await told(none).isEmpty)
    }

    @Test("what somebody looked after is told to be nobody's once they leave", arguments: TestEngine.allCases)
    func released(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let (hub, kim) = (test.hub, try await test.member("Kim"))
        let lead = try await test.add("Ana", owner: kim)
        let released = try await hub.database.write { try LeadUpkeepTable($0, hub.access).release(kim, at: hub.clock.now) }
        #expect(released == (1, 0))
        #expect(try await test.leads.lead(lead.id, access: hub.access).owner == nil)
        let deed = try #require(try await test.leads.deeds(of: lead.id, limit: 1, access: hub.access).data.first)
        #expect((deed.kind, deed.former, deed.present) == (.owner, kim.text, nil))
    }

    @Test("a lead is closed where its status is, however it came there", arguments: TestEngine.allCases)
    func closed(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let access = test.hub.access
        let statuses = try await test.lists.lists(access: access).statuses
        var settings = LeadSettings.usual
        (settings.isAutomatic, settings.status) = (true, statuses[4].id)
        try await test.lists.save(settings, access: access)
        try await test.hub.receive(test.hub.text("hi"))
        let made = try #require(try await test.leads.list(.init(), limit: 1, access: access).page.data.first)
        #expect(made.closedAt == made.createdAt)
        try await test.lists.delete(status: statuses[3].id, into: nil, access: access)
        let open = try await test.add("Open")
        _ = try await test.leads.convert(open.id, access: access)
        #expect(try await test.leads.lead(open.id, access: access).closedAt == nil)
    }

    @Test("what is done with a lead is told, and it becomes a client once", arguments: TestEngine.allCases)
    func history(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let hub = test.hub
        try await hub.receive(hub.text("hi"))
        let contact = try #require(try await hub.list().first).contact.id
        let kim = try await test.member("Kim")
        let statuses = try await test.lists.lists(access: hub.access).statuses
        let lead = try await test.leads.create(.init(fields: try LeadFields(name: "Ana"), contact: contact), access: hub.access)
        await #expect(throws: LeadProblem.contactTaken(lead.id)) {
            try await test.leads.create(.init(fields: try LeadFields(name: "Again"), contact: contact), access: hub.access)
        }
        await #expect(throws: LeadProblem.ownerMissing) {
            try await test.leads.change(lead.id, access: hub.access) { _ in LeadChange(owner: .some(.make(at: .distantPast))) }
        }
        hub.clock.advance(by: 1)
        let moved = try await test.leads.change(lead.id, access: hub.access) { lead in
            LeadChange(
                fields: try LeadFields(name: lead.fields.name, value: Money(minorUnits: 9, currency: .euro)), status: statuses[4].id,
                owner: .some(kim))
        }
        #expect(moved.closedAt == hub.clock.now)
        _ = try await test.leads.change([lead.id], status: statuses[0].id, access: hub.access)
        #expect(try await test.leads.lead(lead.id, access: hub.access).closedAt == nil)
        let client = try await test.leads.convert(lead.id, access: hub.access)
        #expect((client.contacts, client.owner, client.fields.value?.minorUnits) == ([contact], kim, 9))
        await #expect(throws: LeadProblem.converted) { try await test.leads.convert(lead.id, access: hub.access) }
        let won = try await test.leads.lead(lead.id, access: hub.access)
        #expect((won.clientID, won.statusID) == (client.id, statuses[3].id))
        let deeds = try await test.leads.deeds(of: lead.id, limit: 10, access: hub.access).data
        #expect(deeds.map(\.kind) == [.client, .status, .status, .value, .owner, .status, .made])
        // One at a time tells the same.
        var (told, before): ([LeadDeed], String?) = ([], nil)
        repeat {
            let page = try await test.leads.deeds(of: lead.id, before: before, limit: 2, access: hub.access)
            (told, before) = (told + page.data, page.next)
        } while before != nil
        #expect(told == deeds)
        let facts = try await hub.database.read { try LeadTable($0, hub.access).facts(of: [contact]) }
        #expect(facts[contact]?.isClient == true)
        #expect((facts[contact]?.status, facts[contact]?.ownerName, facts[contact]?.value?.words) == ("Won", "Kim", "0.09 EUR"))
        let found = try await hub.database.read { transaction in
            (
                try LeadTable(transaction, hub.access).contacts(.init(text: "an"), after: nil, limit: 10).contacts,
                try ClientTable(transaction, hub.access).contacts(after: nil, limit: 10).contacts
            )
        }
        #expect(found == ([contact], [contact]))
        try await test.clients.remove(client.id, access: hub.access)
        #expect(try await test.leads.lead(lead.id, access: hub.access).clientID == nil)
    }

    @Test("contacts of leads come in the order of their ids, some at a time", arguments: TestEngine.allCases)
    func pages(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let hub = test.hub
        for number in 0..<5 { try await hub.receive(hub.text("hi", from: "1555019900\(number)", name: "N\(number)")) }
        let contacts = try await hub.list().map(\.contact.id).sorted()
        for contact in contacts {
            _ = try await test.leads.create(.init(fields: try LeadFields(name: "x"), contact: contact), access: hub.access)
        }
        _ = try await test.add("Without a contact")
        var (found, after): ([Identifier<Contact>], Identifier<Contact>?) = ([], nil)
        repeat {
            let place = after
            let page = try await hub.database.read { try LeadTable($0, hub.access).contacts(.init(), after: place, limit: 2) }
            (found, after) = (found + page.contacts, page.next)
        } while after != nil
        #expect(found == contacts)
        // A contact that goes leaves its lead behind.
        try await hub.database.write { transaction in
            try LeadUpkeepTable(transaction, hub.access).merge(contacts[0], into: contacts[1])
        }
        #expect(try await test.names(.init(hasContact: false)).count == 2)
    }

    @Test("statuses and sources are changed and deleted, and leads keep one", arguments: TestEngine.allCases)
    func lists(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let (access, lists) = (test.hub.access, test.lists)
        let statuses = try await lists.lists(access: access).statuses
        let lead = try await test.add("Ana", status: 1)
        await #expect(throws: LeadListProblem.nameTaken(.status)) {
            try await lists.change(status: statuses[0].id, name: "contacted", access: access)
        }
        _ = try await lists.change(status: statuses[4].id, place: 0, access: access)
        #expect(try await lists.lists(access: access).statuses.map(\.name) == ["Lost", "New", "Contacted", "Qualified", "Won"])
        await #expect(throws: LeadListProblem.replacementMissing) {
            try await lists.delete(status: statuses[1].id, into: nil, access: access)
        }
        try await lists.delete(status: statuses[1].id, into: statuses[3].id, access: access)
        let moved = try await test.leads.lead(lead.id, access: access)
        #expect((moved.statusID, moved.closedAt) == (statuses[3].id, test.hub.clock.now))
        try await lists.delete(status: statuses[2].id, into: nil, access: access)
        await #expect(throws: LeadListProblem.lastOpen) { try await lists.delete(status: statuses[0].id, into: nil, access: access) }
        await #expect(throws: LeadListProblem.lastOpen) { try await lists.change(status: statuses[0].id, kind: .won, access: access) }
        let source = try #require(try await lists.lists(access: access).sources.first)
        _ = try await test.leads.change(lead.id, access: access) { _ in LeadChange(source: .some(source.id)) }
        try await lists.delete(source: source.id, access: access)
        #expect(try await test.leads.lead(lead.id, access: access).sourceID == nil)
    }

    // MARK: By themselves

    @Test("somebody new who writes becomes a lead once, however often that is delivered", arguments: TestEngine.allCases)
    func newcomers(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let hub = test.hub
        try await hub.receive(hub.text("before", from: "15550199009", name: "Early"))
        #expect(try await test.names(.init()).isEmpty)
        try await test.automatic()
        let first = hub.text("hi", id: "wamid.1")
        // Twice in one body, again, and from several at once, with another message of the same person.
        try await hub.receive(first, first)
        try await hub.receive(first)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask { try await hub.receive(hub.text("and", from: "1555019900\(number % 2 + 2)", name: "P\(number % 2)")) }
            }
            try await group.waitForAll()
        }
        try await hub.receive(hub.text("again", from: "15550199009", name: "Early"))
        #expect(Set(try await test.names(.init())) == ["Ana", "P0", "P1"])
        #expect(try await test.names(.init(hasContact: true)).count == 3)
        let lead = try #require(try await test.leads.list(.init(text: "ana"), limit: 1, access: hub.access).page.data.first)
        #expect(try await test.leads.deeds(of: lead.id, limit: 10, access: hub.access).data.map(\.actor) == ["system:intake"])
        // A lead that was deleted doesn't come back.
        _ = try await test.leads.remove([lead.id], access: hub.access)
        try await hub.receive(hub.text("still here"))
        #expect(try await test.names(.init(text: "ana")).isEmpty)
    }

    @Test("who is known becomes none: neither who is in the directory, nor a client, nor a group", arguments: TestEngine.allCases)
    func known(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let hub = test.hub
        try await test.automatic(.nobody)
        let (access, now) = (hub.access, hub.clock.now)
        try await hub.database.write { transaction in
            try DirectoryTable(transaction, access).insert(
                .make(at: now), try PhoneNumber(parsing: "+15550199001"), .none, region: "US", now: now)
        }
        try await hub.receive(hub.text("hi"))
        #expect(try await test.names(.init()).isEmpty)
    }

    @Test("whoever is given the conversation first looks after the lead, unless somebody does", arguments: TestEngine.allCases)
    func followed(engine: TestEngine) async throws {
        let test = try await LeadScene(engine)
        let hub = test.hub
        let (kim, lee) = (try await test.member("Kim"), try await test.member("Lee"))
        try await test.automatic()
        try await hub.receive(hub.text("hi"))
        let conversation = try #require(try await hub.list().first)
        for person in [kim, lee] {
            _ = try await hub.conversations.change(conversation.id, .assign(Assignment(assignee: person)), access: hub.access)
        }
        let lead = try #require(try await test.leads.list(.init(), limit: 1, access: hub.access).page.data.first)
        #expect(lead.owner == kim)
        #expect(try await test.leads.deeds(of: lead.id, limit: 10, access: hub.access).data.map(\.kind) == [.owner, .made])
    }
}
