import Domain
import Foundation
import HTTPTypes
import Services
import TestSupport
import Testing

@testable import Web

@Suite("Where the command menu leads")
struct PlacePagesTests {
    private static func list(_ value: JSONValue?) throws -> [(name: String, address: String)] {
        guard case .array(let all) = value else { throw CancellationError() }
        return try all.map { (try #require($0["name"]?.text), try #require($0["address"]?.text)) }
    }

    @Test("everybody is offered the pages that the rail and the settings lead to, and no other", arguments: Role.allCases)
    func pages(role: Role) async throws {
        let web = try await TestWeb()
        let person = HTTPFields.person(try #require(web.acme.people[role]))
        let places = try Self.list(try await web.call(.get, "/app/acme/places", person).json["places"])
        let page = try await web.call(.get, "/app/acme/settings/sessions", person).text
        let links = Set(page.matches(of: /<a (?:class="place"[^>]*?)?href="([^"#]+)"/).map { String($0.1) })
        #expect(links.count >= 6)
        #expect(Set(places.map(\.address)) == links)
        for place in places { #expect(try await web.call(.get, place.address, person).status == 200, "\(place.name)") }
    }

    @Test("views of one's own come before those that everybody has")
    func views() async throws {
        let web = try await TestWeb()
        let person = try #require(web.acme.people[.agent])
        let access = Access(
            workspaceID: web.acme.hub.workspaceID, actor: .member(person.account), grants: Role.agent.grants, visibility: .all, address: nil
        )
        _ = try await web.services.views.create(name: "Unread of mine", filter: "view=mine&attention=unread", access: access)
        let views = try Self.list(try await web.call(.get, "/app/acme/places", .person(person)).json["views"])
        #expect(views.map(\.name).prefix(2) == ["Unread of mine", "Inbox: Open"])
        #expect(views.first?.address == "/app/acme/whatsapp?view=mine&attention=unread")
        #expect(views.contains { $0 == ("Inbox: Mine", "/app/acme/whatsapp?view=mine") })
        let other = HTTPFields.person(try #require(web.acme.people[.owner]))
        #expect(try Self.list(try await web.call(.get, "/app/acme/places", other).json["views"]).allSatisfy { $0.name.hasPrefix("Inbox") })
    }
}
