import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

@Suite("The directory")
struct ContactTests {
    private static func add(
        _ web: TestWeb, _ phone: String, name: String? = nil, groups: [Identifier<ContactGroup>] = []
    ) async throws -> DirectoryContact {
        try await web.services.contacts.create(
            .init(number: try PhoneNumber(parsing: phone), fields: try ContactFields(name.map { [.name: $0] } ?? [:]), groups: groups),
            access: web.acme.hub.access)
    }

    @Test("a number is somebody's once, however it is written", arguments: TestEngine.allCases)
    func unique(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let ana = try await Self.add(web, "+5511991234567", name: "Ana")
        await #expect(throws: ContactProblem.phoneTaken(ana.id)) { try await Self.add(web, "+551191234567") }
        let answer = try await web.call(.post, "/api/v1/contacts", .key(web.acme.key), body: #"{"phone": "+5511991234567"}"#)
        #expect((answer.status, answer.code) == (409, "contact.phone-taken"))
        #expect(answer.text.contains(ana.id.text))
        let ben = try await Self.add(web, "+5511991234568")
        let change = try await web.call(.patch, "/api/v1/contacts/\(ben.id)", .key(web.acme.key), body: #"{"phone": "+5511991234567"}"#)
        #expect((change.status, change.code) == (409, "contact.phone-taken"))
        // The same number in another writing is no other.
        let same = try await web.call(.patch, "/api/v1/contacts/\(ana.id)", .key(web.acme.key), body: #"{"phone": "+551191234567"}"#)
        #expect(same.status == 200, "\(same.text)")
    }

    @Test("who merely wrote comes into the directory, keeps the conversation, and leaves it again", arguments: TestEngine.allCases)
    func adopted(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("hi", from: "15550199001", name: "Annie"))
        let conversation = try #require(try await hub.list().first)
        let all = try await web.services.contacts.list(.init(scope: .all), limit: 10, access: hub.access).page.data
        #expect(all.map(\.isListed) == [false])
        #expect(try await web.services.contacts.list(.init(), limit: 10, access: hub.access).page.data.isEmpty)
        let listed = try await Self.add(web, "+15550199001", name: "Anna Smith")
        #expect(listed.id == conversation.contact.id)
        #expect((listed.contact.name, listed.profileName) == ("Anna Smith", "Annie"))
        // What she calls herself changes, and what we call her doesn't.
        try await hub.receive(hub.text("again", from: "15550199001", name: "Ann"))
        let later = try await web.services.contacts.contact(listed.id, access: hub.access)
        #expect((later.contact.name, later.profileName) == ("Anna Smith", "Ann"))
        await #expect(throws: ContactProblem.phoneHasConversations) {
            try await web.services.contacts.change(listed.id, access: hub.access) { _ in
                .init(number: try PhoneNumber(parsing: "+15550199555"), fields: .none)
            }
        }
        let removed = try await web.services.contacts.remove([listed.id], access: hub.access)
        #expect((removed.deleted, removed.kept) == (0, 1))
        let left = try await web.services.contacts.contact(listed.id, access: hub.access)
        #expect((left.contact.name, left.isListed, left.fields) == ("Ann", false, .none))
        #expect(try await hub.list().count == 1)
    }

    @Test("groups count their members whatever happens to them", arguments: TestEngine.allCases)
    func groups(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let (services, access) = (web.services, web.acme.hub.access)
        let (one, two) = (
            try await services.groups.create(name: "One", description: nil, access: access),
            try await services.groups.create(name: "Two", description: "Others", access: access)
        )
        await #expect(throws: ContactGroupProblem.nameTaken) {
            try await services.groups.create(name: "ONE", description: nil, access: access)
        }
        func counts() async throws -> [Int] { try await services.groups.list(access: access).map(\.memberCount) }
        var people: [DirectoryContact] = []
        for number in 0..<5 { people.append(try await Self.add(web, "+1555010700\(number)", name: "P\(number)", groups: [one.id])) }
        #expect(try await counts() == [5, 0])
        #expect(try await services.contacts.assign(people.map(\.id), to: [one.id, two.id], access: access) == 5)
        #expect(try await services.contacts.assign(people.map(\.id), to: [one.id, two.id], access: access) == 0)
        #expect(try await counts() == [5, 5])
        #expect(try await services.contacts.takeOut([people[0].id], of: [one.id], access: access) == 1)
        #expect(try await services.contacts.remove([people[1].id], access: access).deleted == 1)
        #expect(try await counts() == [3, 4])
        let named = try await services.contacts.list(.init(group: one.id), limit: 2, access: access)
        #expect(named.page.data.map(\.contact.name) == ["P2", "P3"])
        let rest = try await services.contacts.list(.init(group: one.id), after: named.page.next, limit: 2, access: access)
        #expect(rest.page.data.map(\.contact.name) == ["P4"])
        try await services.groups.delete(two.id, access: access)
        #expect(try await counts() == [3])
        #expect(try await services.contacts.list(.init(), limit: 10, access: access).page.data.count == 4)
    }

    @Test("every order and filter gives each contact once, page by page", arguments: TestEngine.allCases)
    func pages(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let (services, access) = (web.services, web.acme.hub.access)
        let group = try await services.groups.create(name: "G", description: nil, access: access)
        for number in 0..<23 {
            let phone =
                number.isMultiple(of: 2) ? "+155501071\(String(number + 100).suffix(2))" : "+55119912345\(String(number + 100).suffix(2))"
            _ = try await Self.add(web, phone, name: number == 5 ? nil : "Name \(number % 4)", groups: number % 3 == 0 ? [group.id] : [])
            web.clock.advance(by: 1)
        }
        let filters: [(ContactFilter, Int)] = [
            (.init(), 23), (.init(order: .newest), 23), (.init(scope: .all), 23), (.init(group: group.id), 8),
            (.init(group: group.id, order: .newest), 8), (.init(region: "BR"), 11), (.init(region: "BR", order: .newest), 11),
            (.init(hasConversation: false), 23), (.init(hasConversation: true), 0), (.init(group: group.id, region: "BR"), 4),
        ]
        for (filter, count) in filters {
            var (found, after): ([Identifier<Contact>], String?) = ([], nil)
            repeat {
                let page = try await services.contacts.list(filter, after: after, limit: 5, access: access).page
                found += page.data.map(\.id)
                after = page.next
            } while after != nil
            #expect((found.count, Set(found).count) == (count, count), "\(filter)")
        }
    }

    @Test("who sees only their own conversations sees of the others nobody who merely wrote", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let hub = web.acme.hub
        try await hub.receive(hub.text("hi", from: "15550199001", name: "Annie"))
        let contact = try #require(try await hub.list().first).contact.id
        let listed = try await Self.add(web, "+15550199777", name: "Listed")
        try await web.services.teams.setVisibility(.own, of: .agent, access: hub.access)
        let headers = HTTPFields.person(try #require(web.acme.people[.agent]))
        #expect(try await web.call(.get, "/api/v1/contacts/\(contact)", headers).status == 404)
        #expect(try await web.call(.post, "/api/v1/contacts/\(contact)/listing", headers).status == 404)
        let all = try await web.call(.get, "/api/v1/contacts?scope=all", headers)
        #expect(!all.text.contains(contact.text))
        #expect(all.text.contains("Listed"))
        #expect(try await web.call(.get, "/api/v1/contacts?conversation=true", headers).text.contains("con_") == false)
        // Changed to their number, nobody is named.
        let changed = try await web.call(.patch, "/api/v1/contacts/\(listed.id)", headers, body: #"{"phone": "+15550199001"}"#)
        #expect(changed.code == "contact.phone-wrote")
        // Taken in by their number, they are what the business calls them, and no more.
        let added = try await web.call(.post, "/api/v1/contacts", headers, body: #"{"phone": "+15550199001"}"#)
        #expect(added.status == 201)
        #expect(!added.text.contains("Annie"))
        #expect(!(try await web.call(.get, "/api/v1/contacts", headers).text.contains("Annie")))
        #expect(!(try await web.call(.get, "/app/acme/contacts/\(contact)", headers).text.contains("Annie")))
        #expect(try await web.call(.get, "/api/v1/contacts", .key(web.acme.key)).text.contains("Annie"))
    }

    @Test("the list is exported as an import reads it, and nothing in it is a formula")
    func export() async throws {
        let web = try await TestWeb()
        _ = try await Self.add(web, "+15550199777", name: "=1+1")
        let answer = try await web.call(.get, "/api/v1/contacts/export", .key(web.acme.key))
        #expect(answer.text.contains("name,phonenumber,company_name,address,city,state,country,description\r\n"))
        #expect(answer.text.contains("'=1+1,'+15550199777,"))
    }

    @Test("pages keep what was filled in, and lead to who has the number")
    func form() async throws {
        let web = try await TestWeb()
        let ana = try await Self.add(web, "+15550199777", name: "Ana")
        let headers = HTTPFields.person(try #require(web.acme.people[.owner])) + [.contentType: "application/x-www-form-urlencoded"]
        let taken = try await web.call(.post, "/app/acme/contacts", headers, body: "phonenumber=%2B15550199777&name=Other+One")
        #expect(taken.status == 409)
        #expect(taken.text.contains("Other One") && taken.text.contains("/app/acme/contacts/\(ana.id)"))
        let empty = try await web.call(.post, "/app/acme/contacts", headers, body: "phonenumber=&name=Other+One")
        #expect((empty.status, empty.text.contains("A contact needs a phone number")) == (422, true))
        let asked = try await web.call(.post, "/app/acme/contacts/removal", headers, body: "contact=\(ana.id)")
        #expect((asked.status, asked.text.contains("Delete this contact?")) == (200, true))
        let gone = try await web.call(.post, "/app/acme/contacts/removal", headers, body: "contact=\(ana.id)&confirmed=yes")
        #expect(gone.status == 303)
        #expect(try await web.call(.get, "/app/acme/contacts/\(ana.id)", headers).status == 404)
    }
}
