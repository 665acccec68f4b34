import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Services
import TestSupport
import Testing

@testable import Web

@Suite("The page of people over HTTP")
struct PeoplePagesTests {
    private let web: TestWeb
    private static let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded", .accept: "text/html"]
    private static let people = "/app/acme/settings/people"

    init() async throws { web = try await TestWeb() }

    private func person(_ role: Role) throws -> TestWeb.Person { try #require(web.acme.people[role]) }

    private func get(as role: Role = .owner) async throws -> TestWeb.Answer { try await web.call(.get, Self.people, .person(person(role))) }

    private func post(_ path: String, _ body: String, as role: Role = .owner) async throws -> TestWeb.Answer {
        try await web.call(.post, "\(Self.people)\(path)", .person(person(role)) + Self.form, body: body)
    }

    @Test("somebody new gets a link that is shown once and opens once")
    func add() async throws {
        let added = try await post("", "name=Nora&email=nora%40acme.example&role=agent")
        #expect(added.status == 200)
        let link = try #require(added.text.firstMatch(of: /value="(\/set-up\/[^"]+)"/)).1
        #expect(try await !get().text.contains(link))
        // Until they have chosen a password, which the others have.
        #expect(try await get().text.matches(of: />Invited</).count == 1)
        #expect(try await web.call(.get, String(link)).status == 200)
        // Who has an account already needs none.
        let known = try await post("", "name=Other&email=owner%40other.example&role=agent")
        #expect(known.text.contains("is a member now."))
        #expect(!known.text.contains("/set-up/"))
    }

    @Test(
        "what can't be added says why beside the field, and keeps what was written",
        arguments: [
            ("name=Nora&email=nora&role=agent", "This isn&#39;t an e-mail address", "value=\"Nora\""),
            ("name=+&email=n%40x.example&role=admin", "Enter a name.", "value=\"n@x.example\""),
            ("name=Nora&email=agent%40acme.example&role=agent", "This person is a member already.", "value=\"Nora\""),
        ])
    func refused(body: String, reason: String, kept: String) async throws {
        let answer = try await post("", body)
        #expect([409, 422].contains(answer.status))
        #expect(answer.text.contains(reason), "\(answer.text)")
        #expect(answer.text.contains(kept))
    }

    @Test(
        "who says that they are away stays on the page where they said it",
        arguments: [
            ("http://hub.example/app/acme/settings/people?done=role", "/app/acme/settings/people"),
            ("http://hub.example/app/acme/whatsapp?view=closed&label=lbl_1", "/app/acme/whatsapp?view=closed&label=lbl_1"),
            // Answers to forms, other workspaces, other places.
            ("http://hub.example/app/acme/settings/people/acc_1/password-link", "/app/acme/whatsapp"),
            ("http://hub.example/app/acmeother/whatsapp", "/app/acme/whatsapp"),
            ("http://hub.example/app/acme//evil.example", "/app/acme/whatsapp"),
            ("nonsense", "/app/acme/whatsapp"), (nil, "/app/acme/whatsapp"),
        ] as [(String?, String)])
    func availability(from page: String?, next: String) async throws {
        var headers = HTTPFields.person(try person(.agent)) + Self.form
        if let page { headers[.referer] = page }
        let answer = try await web.call(.post, "/app/acme/availability", headers, body: "availability=away")
        #expect(answer.headers[.location] == next)
    }

    @Test("who belongs to no workspace any more is told so, and finds the way to another account")
    func nobody() async throws {
        let agent = try person(.agent)
        #expect(try await post("/\(agent.account)/deactivation", "").status == 303)
        let inbox = try await web.call(.get, "/app/acme/whatsapp", .person(agent) + [.accept: "text/html"])
        #expect(inbox.text.contains("you don&#39;t belong to it any more"), "\(inbox.text)")
        let start = try await web.call(.get, "/app", .person(agent) + [.accept: "text/html"])
        #expect(start.text.contains(#"href="/sign-in""#), "\(start.text)")
    }

    @Test("roles change within what the one who changes them may, and the last owner stays")
    func roles() async throws {
        let (agent, owner) = (try person(.agent).account, try person(.owner).account)
        #expect(try await post("/\(agent)/role", "role=admin", as: .admin).headers[.location] == "\(Self.people)?done=role")
        #expect(try await post("/\(agent)/role", "role=owner", as: .admin).status == 403)
        #expect(try await post("/\(owner)/removal", "", as: .admin).status == 403)
        let last = try await post("/\(owner)/role", "role=agent")
        #expect(last.status == 409)
        #expect(last.text.contains("Make somebody else an owner first."))
        #expect(try await post("/\(agent)/role", "role=king").status == 422)
    }

    @Test("a link to a new password is for those who belong nowhere else, and never a way to become an owner")
    func passwordLink() async throws {
        let (agent, owner) = (try person(.agent).account, try person(.owner).account)
        let made = try await post("/\(agent)/password-link", "", as: .admin)
        let link = try #require(made.text.firstMatch(of: /value="(\/set-up\/[^"]+)"/)).1
        #expect(try await web.call(.get, String(link)).status == 200)
        #expect(try await post("/\(owner)/password-link", "", as: .admin).status == 403)
        let elsewhere = try await web.services.members.add(
            email: "agent@acme.example", name: "Agent", role: .agent, actor: .owner, access: web.other.hub.access)
        // It would open the other workspace as well.
        #expect(try await web.call(.get, String(link)).status == 410)
        let refused = try await post("/\(elsewhere.member.account.id)/password-link", "")
        #expect((refused.status, refused.text.contains("belongs to other workspaces too")) == (409, true))
        #expect(!refused.text.contains("/set-up/"))
    }

    @Test("whoever was invited and hasn't come yet is invited by nobody else, so that no link opens what its maker doesn't run")
    func invitedTwice() async throws {
        let invited = try await post("", "name=Nora&email=nora%40acme.example&role=agent")
        let link = String(try #require(invited.text.firstMatch(of: /value="(\/set-up\/[^"]+)"/)).1)
        func inviteElsewhere() async throws -> SecretToken? {
            try await web.services.members.add(
                email: "nora@acme.example", name: "Nora", role: .agent, actor: .owner, access: web.other.hub.access
            ).link
        }
        await #expect(throws: MemberProblem.invitationPending) { try await inviteElsewhere() }
        // Asked here again, the answer is as before, and the link is still good.
        #expect(try await post("", "name=Nora&email=nora%40acme.example&role=agent").text.contains("This person is a member already."))
        #expect(try await web.call(.get, link).status == 200)
        let nora = try #require(try await web.services.members.list(access: web.acme.hub.access).first { $0.account.name == "Nora" })
        #expect(try await post("/\(nora.account.id)/removal", "").status == 303)
        // Out again, they are free, and the old link is not.
        #expect(try await inviteElsewhere() != nil)
        #expect(try await web.call(.get, link).status != 200)
    }

    @Test("who is removed is out at once, and what they looked after is nobody's")
    func removal() async throws {
        let hub = web.acme.hub
        try await hub.receive(hub.text("Hello"))
        let conversation = try #require(try await hub.list().first).id
        let agent = try person(.agent)
        try await hub.conversations.change(conversation, .assign(Assignment(assignee: agent.account)), access: hub.access)
        #expect(try await post("/\(agent.account)/removal", "").status == 303)
        #expect(try await web.call(.get, "/app/acme/whatsapp", .person(agent)).status == 404)
        #expect(try await hub.conversations.conversation(conversation, access: hub.access).assignment == .nobody)
    }

    @Test("teams are made, changed and deleted; a refused one stays open as it was filled in")
    func teams() async throws {
        let agent = try person(.agent).account
        #expect(try await post("/teams", "name=Sales&members=\(agent)").status == 303)
        let team = try #require(try await web.services.teams.list(access: web.acme.hub.access).first)
        #expect((team.name, team.members) == ("Sales", [agent]))
        let taken = try await post("/teams", "name=sales")
        #expect(taken.status == 409)
        #expect(taken.text.contains("There is a team of this name."))
        #expect(taken.text.contains(#"<details class="team" open>"#))
        #expect(try await post("/teams/\(team.id)", "name=Sales+and+returns").status == 303)
        #expect(try await web.services.teams.list(access: web.acme.hub.access).first?.members == [])
        #expect(try await post("/teams/\(team.id)/removal", "").status == 303)
        #expect(try await post("/teams/\(team.id)/removal", "").status == 404)
    }

    @Test("what agents see is chosen there, and holds at the next look")
    func visibility() async throws {
        let hub = web.acme.hub
        try await hub.receive(hub.text("Hello"))
        let list = "/app/acme/whatsapp"
        #expect(try await web.call(.get, list, .person(person(.agent))).text.contains("Ana"))
        #expect(try await post("/visibility", "visibility=own").status == 303)
        #expect(try await !web.call(.get, list, .person(person(.agent))).text.contains("Ana"))
        #expect(try await get().text.contains(#"value="own" checked"#))
        #expect(try await post("/visibility", "visibility=team").status == 303)
        #expect(try await web.call(.get, list, .person(person(.agent))).text.contains("Ana"))
        #expect(try await post("/visibility", "visibility=some").status == 422)
        #expect(try await get(as: .agent).status == 403)
    }
}
