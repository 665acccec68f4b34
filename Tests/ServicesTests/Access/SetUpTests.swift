import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Services

@Suite("Setting up")
struct SetUpTests {
    @Test("the link makes the workspace and its owner once, and signs them in", arguments: TestEngine.allCases)
    func once(engine: TestEngine) async throws {
        let people = try await People(engine)
        let link = try #require(try await people.setUp.issueLink())
        #expect(try await people.setUp.door(behind: link.text) == .setUp)
        let session = try await people.setUp.complete(link.text, with: People.form, client: People.client)
        let kim = try await people.signedIn(session)
        #expect(kim.memberships.map(\.role) == [.owner])
        await #expect(throws: SignInProblem.linkInvalid) {
            try await people.setUp.complete(link.text, with: People.form, client: People.client)
        }
        await #expect(throws: SignInProblem.linkInvalid) { try await people.setUp.door(behind: link.text) }
        #expect(try await people.setUp.issueLink() == nil)
    }

    @Test("a newer link, a day, or anything else than the link doesn't open", arguments: ["", "null", "0", "\u{0}", "' OR 1=1 --", "[]"])
    func invalid(token: String) async throws {
        let people = try await People()
        let old = try #require(try await people.setUp.issueLink())
        let new = try #require(try await people.setUp.issueLink())
        for wrong in [old.text, token, new.text.uppercased(), String(new.text.dropLast())] {
            await #expect(throws: SignInProblem.linkInvalid) { try await people.setUp.door(behind: wrong) }
            await #expect(throws: SignInProblem.linkInvalid) {
                try await people.setUp.complete(wrong, with: People.form, client: People.client)
            }
        }
        people.clock.advance(by: 24 * 60 * 60)
        await #expect(throws: SignInProblem.linkInvalid) { try await people.setUp.door(behind: new.text) }
    }

    @Test(
        "a form that is wrong leaves the link as it was",
        arguments: [
            SetUpForm(workspaceName: " ", workspaceSlug: "acme", name: "Kim", email: "kim@acme.example", password: People.password),
            SetUpForm(workspaceName: "Acme", workspaceSlug: "Acme Shop", name: "Kim", email: "kim@acme.example", password: People.password),
            SetUpForm(workspaceName: "Acme", workspaceSlug: "acme", name: "", email: "kim@acme.example", password: People.password),
            SetUpForm(workspaceName: "Acme", workspaceSlug: "acme", name: "Kim", email: "kim", password: People.password),
            SetUpForm(workspaceName: "Acme", workspaceSlug: "acme", name: "Kim", email: "kim@acme.example", password: "short"),
        ])
    func refused(form: SetUpForm) async throws {
        let people = try await People()
        let link = try #require(try await people.setUp.issueLink())
        let error = await #expect(throws: (any Error).self) {
            try await people.setUp.complete(link.text, with: form, client: People.client)
        }
        #expect((error as? any Problem)?.kind == .invalid)
        _ = try await people.setUp.complete(link.text, with: People.form, client: People.client)
    }

    @Test("of many who use it at once, one gets in", arguments: TestEngine.allCases)
    func race(engine: TestEngine) async throws {
        let people = try await People(engine)
        let link = try #require(try await people.setUp.issueLink())
        let entered = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let form = SetUpForm(
                        workspaceName: "W", workspaceSlug: "w\(number)", name: "N", email: "n\(number)@acme.example",
                        password: People.password)
                    return (try? await people.setUp.complete(link.text, with: form, client: People.client)) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(entered == 1)
        #expect(try await people.database.read { try WorkspaceTable($0).all(limit: 10) }.count == 1)
    }

    @Test("an invited person chooses a password once, and the link says for whom", arguments: TestEngine.allCases)
    func invited(engine: TestEngine) async throws {
        let people = try await People(engine)
        let access = try await people.acme()
        let new = try await people.members.add(email: "lee@acme.example", name: "Lee", role: .agent, actor: .owner, access: access)
        let link = try #require(new.link)
        #expect(try await people.setUp.door(behind: link.text) == .password(new.member.account))
        await #expect(throws: SignInProblem.linkInvalid) {
            try await people.setUp.complete(link.text, with: People.form, client: People.client)
        }
        await #expect(throws: AccountProblem.passwordTooShort) {
            try await people.setUp.choosePassword(link.text, password: "short", client: People.client)
        }
        let lee = try await people.signedIn(
            try await people.setUp.choosePassword(link.text, password: "lees own horse", client: People.client))
        #expect(lee.memberships.map(\.role) == [.agent])
        await #expect(throws: SignInProblem.linkInvalid) {
            try await people.setUp.choosePassword(link.text, password: "another horse", client: People.client)
        }
        _ = try await people.enter(email: "lee@acme.example", password: "lees own horse")
    }
}

@Suite("Members and keys")
struct MemberTests {
    @Test("who has an account keeps their password when another workspace adds them")
    func known() async throws {
        let people = try await People()
        let access = try await people.acme()
        let other = try await people.setUp.createWorkspace(
            SetUpForm(workspaceName: "Other", workspaceSlug: "other", name: "Eve", email: "eve@other.example", password: "eves own horse"))
        let eve = Access(
            workspaceID: other.workspace.id, actor: .member(other.owner.id), grants: Role.owner.grants, visibility: .all, address: nil)
        let added = try await people.members.add(email: "KIM@acme.example", name: "Not Kim", role: .agent, actor: .owner, access: eve)
        // No link: it would hand Kim's account to Eve.
        #expect(added.link == nil)
        #expect(added.member.account.name == "Kim")
        let kim = try await people.signedIn(try await people.enter())
        #expect(kim.memberships.map(\.workspace.slug.text) == ["acme", "other"])
        await #expect(throws: AccountProblem.emailTaken) {
            try await people.members.add(email: "kim@acme.example", name: "Kim", role: .agent, actor: .owner, access: access)
        }
    }

    @Test("two owners can't both step down at once", arguments: TestEngine.allCases)
    func lastOwner(engine: TestEngine) async throws {
        let people = try await People(engine)
        let access = try await people.acme()
        let second = try await people.members.add(
            email: "b@acme.example", name: "B", role: .owner, password: People.password, access: .system("test", in: access.workspaceID))
        guard case .member(let first) = access.actor else { return }
        let results = await withTaskGroup(of: Bool.self) { group in
            for id in [first, second.account.id] {
                group.addTask { (try? await people.members.setRole(.agent, of: id, actor: .owner, access: access)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(results == 1)
        #expect(try await people.members.list(access: access).filter { $0.role == .owner }.count == 1)
    }

    @Test("an agent may do none of it, even past the routes")
    func agent() async throws {
        let people = try await People()
        let owner = try await people.acme()
        let agent = Access(workspaceID: owner.workspaceID, actor: owner.actor, grants: Role.agent.grants, visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.membersManage)) { try await people.members.list(access: agent) }
        await #expect(throws: AccessProblem.notPermitted(.keysManage)) { try await people.keys.list(access: agent) }
        await #expect(throws: AccessProblem.notPermitted(.keysManage)) {
            try await people.keys.create(name: "k", scopes: [.read], access: agent)
        }
        await #expect(throws: AccessProblem.notPermitted(.membersManage)) {
            try await people.members.add(email: "x@acme.example", name: "X", role: .agent, actor: .agent, access: agent)
        }
    }

    @Test(
        "a key gives nobody a role that may more than itself",
        arguments: [
            ([.manage], Role.agent, false), ([.manage, .read], .agent, false), ([.manage, .read, .send], .agent, true),
            ([.manage, .read, .send], .admin, true), ([.manage, .read, .send], .owner, false),
        ] as [(Set<KeyScope>, Role, Bool)])
    func rolesByKey(scopes: Set<KeyScope>, role: Role, isAllowed: Bool) async throws {
        let people = try await People()
        let owner = try await people.acme()
        let new = try await people.keys.create(name: "k", scopes: scopes, access: owner)
        let access = try #require(try await people.authenticator.access(key: new.token.text, address: nil))
        let added = try? await people.members.add(email: "x@acme.example", name: "X", role: role, actor: nil, access: access)
        #expect((added != nil) == isAllowed)
        let lee = try await people.members.add(email: "lee@acme.example", name: "Lee", role: .agent, actor: .owner, access: owner)
        let raised = try? await people.members.setRole(role, of: lee.member.account.id, actor: nil, access: access)
        #expect((raised != nil) == isAllowed)
    }

    @Test("a key works until it is revoked, and gives nobody more than they have", arguments: TestEngine.allCases)
    func keys(engine: TestEngine) async throws {
        let people = try await People(engine)
        let access = try await people.acme()
        let new = try await people.keys.create(name: "Shop", scopes: [.manage], access: access)
        let found = try #require(try await people.authenticator.access(key: new.token.text, address: "203.0.113.7"))
        #expect(found.workspaceID == access.workspaceID)
        #expect(found.grants == KeyScope.manage.grants)
        await #expect(throws: APIKeyProblem.scopeNotHeld(.send)) {
            try await people.keys.create(name: "More", scopes: [.send, .manage], access: found)
        }
        #expect(try await people.keys.list(access: access).first?.lastUsedAt == people.clock.now)
        let ended = people.revocations.watch([.key(new.key.id)])
        try await people.keys.revoke(new.key.id, access: access)
        #expect(try await people.authenticator.access(key: new.token.text, address: nil) == nil)
        var iterator = ended.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        for wrong in ["", "sb_", new.token.text.uppercased(), String(new.token.text.dropFirst(3)), new.key.id.text] {
            #expect(try await people.authenticator.access(key: wrong, address: nil) == nil)
        }
    }

    @Test(
        "a key needs a name and a scope",
        arguments: [
            ("", [.read], .nameEmpty), ("  ", [.read], .nameEmpty), ("k", [], .scopesEmpty),
            (String(repeating: "k", count: 81), [.read], .nameTooLong(count: 81)),
        ] as [(String, Set<KeyScope>, APIKeyProblem)])
    func keyRefusals(name: String, scopes: Set<KeyScope>, problem: APIKeyProblem) async throws {
        let people = try await People()
        let access = try await people.acme()
        await #expect(throws: problem) { try await people.keys.create(name: name, scopes: scopes, access: access) }
    }
}
