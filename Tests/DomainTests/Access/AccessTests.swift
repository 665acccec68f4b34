import Domain
import Foundation
import Testing

@Suite("Who may do what")
struct AccessTests {
    @Test("agents converse and manage nothing; owners and admins do all")
    func roles() {
        #expect(Role.owner.grants == Set(Grant.allCases))
        #expect(Role.admin.grants == Set(Grant.allCases))
        #expect(
            Role.agent.grants.isDisjoint(with: [
                .membersManage, .keysManage, .settingsManage, .connectionsManage, .sendersManage, .journalReplay,
            ]))
    }

    @Test("who did something is read back from the log, and a customer's name is nobody of us")
    func actors() {
        let person = Identifier<Account>("acc_01jz3c4m5n6p7q8r9s0t1v2w3x")
        for actor in [Actor.member(person), .key(Identifier("key_01jz3c4m5n6p7q8r9s0t1v2w3x")), .system("intake")] {
            #expect(Actor(parsing: actor.text) == actor)
            #expect(actor.member == (actor == .member(person) ? person : nil))
        }
        for text in ["", "member:", "member:Ana", "Ana", "key:acc_01jz3c4m5n6p7q8r9s0t1v2w3x", "robot:x", "system:"] {
            #expect(Actor(parsing: text) == nil, "\(text)")
        }
    }

    @Test("a key that reads changes nothing")
    func readScope() {
        #expect(KeyScope.read.grants.isDisjoint(with: [.messagesSend, .conversationsClose, .journalReplay, .keysManage, .membersManage]))
    }

    @Test(
        "owners are made, changed and removed by owners only, and the last one stays",
        arguments: [
            (Role?.none, Role?.some(.agent), false, 1, MemberProblem?.none),
            (nil, .owner, false, 1, .ownersOnly),
            (nil, .owner, true, 1, nil),
            (.admin, .owner, false, 1, .ownersOnly),
            (.owner, .agent, false, 2, .ownersOnly),
            (.owner, .agent, true, 2, nil),
            (.owner, .agent, true, 1, .lastOwner),
            (.owner, nil, true, 1, .lastOwner),
            (.owner, nil, true, 2, nil),
            (.owner, .owner, true, 1, nil),
            (.agent, nil, false, 1, nil),
        ] as [(Role?, Role?, Bool, Int, MemberProblem?)])
    func members(old: Role?, new: Role?, mayChangeOwners: Bool, owners: Int, problem: MemberProblem?) {
        var found: MemberProblem?
        do throws(MemberProblem) {
            try MemberRules.checkChange(from: old, to: new, mayChangeOwners: mayChangeOwners, owners: owners)
        } catch {
            found = error
        }
        #expect(found == problem)
    }

    @Test("what isn't an e-mail address is refused", arguments: ["", "a", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\u{200B} c", "a@\u{0}b"])
    func emails(text: String) {
        #expect(throws: AccountProblem.emailMalformed) { try EmailAddress(parsing: text) }
    }

    @Test("addresses that differ in case and spaces are one")
    func emailKeys() throws {
        #expect(try EmailAddress(parsing: " Kim@Example.COM ").key == EmailAddress(parsing: "kim@example.com").key)
    }

    @Test("passwords have a least length in characters and a greatest in bytes")
    func passwords() {
        #expect(throws: AccountProblem.passwordTooShort) { try PasswordRule.check("123456789") }
        #expect(throws: Never.self) { try PasswordRule.check("1234567890") }
        #expect(throws: AccountProblem.passwordTooShort) { try PasswordRule.check("👩‍👩‍👧‍👦👩‍👩‍👧‍👦") }
        #expect(throws: AccountProblem.passwordTooLong) { try PasswordRule.check(String(repeating: "x", count: 1_001)) }
    }

    @Test("a person's workspaces are theirs only")
    func memberships() throws {
        let now = Date(timeIntervalSince1970: 0)
        let account = Account(id: .make(at: now), email: try EmailAddress(parsing: "a@b"), name: "A", createdAt: now)
        let session = Session(
            id: .make(at: now), accountID: account.id, createdAt: now, lastSeenAt: now, expiresAt: now, userAgent: nil, address: nil)
        let workspace = Workspace(id: .make(at: now), slug: try WorkspaceSlug(parsing: "acme"), name: "Acme", createdAt: now)
        let signedIn = SignedIn(
            session: session, account: account,
            memberships: [Membership(workspace: workspace, role: .agent, visibility: .own(account.id), availability: .available)])
        let membership = try signedIn.membership(in: "acme")
        #expect(signedIn.access(in: membership, address: nil).grants == Role.agent.grants)
        #expect(signedIn.access(in: membership, address: nil).visibility == .own(account.id))
        for other in ["other", "", "ACME", "acme ", "null"] {
            #expect(throws: AccessProblem.workspaceMissing) { try signedIn.membership(in: other) }
        }
    }
}
