import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Services

/// People over a fresh database, with a clock that stands still.
struct People {
    let database: any Database
    let clock = TestClock()
    let revocations = AccessRevocations()
    let signals = Signals()
    let signIn: SignInService
    let setUp: SetUpService
    let sessions: SessionService
    let members: MemberService
    let keys: APIKeyService
    let authenticator: Authenticator

    static let password = "correct horse"
    static let client = SignInClient(address: "203.0.113.7", userAgent: "Test")
    static let form = SetUpForm(workspaceName: "Acme", workspaceSlug: "acme", name: "Kim", email: "Kim@acme.example", password: password)

    init(_ engine: TestEngine = .sqlite) async throws {
        database = try await TestDatabase.make(engine)
        let clock = clock
        let now: @Sendable () -> Date = { clock.now }
        let hasher = PasswordHasher(cost: PasswordHasherTests.cheap)
        signIn = SignInService(database: database, hasher: hasher, revocations: revocations, now: now)
        setUp = SetUpService(database: database, hasher: hasher, signIn: signIn, revocations: revocations, now: now)
        sessions = SessionService(database: database, revocations: revocations, now: now)
        members = MemberService(database: database, hasher: hasher, revocations: revocations, signals: signals, now: now)
        keys = APIKeyService(database: database, revocations: revocations, signals: signals, now: now)
        authenticator = Authenticator(database: database, now: now)
    }

    /// A workspace with an owner.
    func acme() async throws -> Access {
        let made = try await setUp.createWorkspace(Self.form)
        return Access(
            workspaceID: made.workspace.id, actor: .member(made.owner.id), grants: Role.owner.grants, visibility: .all, address: nil)
    }

    func enter(email: String = "kim@acme.example", password: String = password, address: String? = "203.0.113.7") async throws -> NewSession
    {
        try await signIn.signIn(email: email, password: password, client: SignInClient(address: address, userAgent: "Test"))
    }

    func signedIn(_ session: NewSession) async throws -> SignedIn {
        try #require(try await authenticator.signedIn(token: session.token.text))
    }
}

@Suite("Signing in")
struct SignInTests {
    @Test("the right password opens a session, however the address is written", arguments: TestEngine.allCases)
    func right(engine: TestEngine) async throws {
        let people = try await People(engine)
        _ = try await people.acme()
        let signedIn = try await people.signedIn(try await people.enter(email: " KIM@acme.example "))
        #expect(signedIn.account.name == "Kim")
        #expect(signedIn.memberships.map(\.workspace.slug.text) == ["acme"])
        #expect(signedIn.memberships.map(\.role) == [.owner])
        #expect(signedIn.session.userAgent == "Test")
    }

    @Test(
        "every wrong way is answered alike",
        arguments: [
            ("kim@acme.example", "wrong horse"), ("kim@acme.example", ""), ("nobody@acme.example", People.password),
            ("not an address", People.password),
            ("", ""), ("kim@acme.example", String(repeating: "x", count: 5_000)), ("invited@acme.example", ""),
            ("invited@acme.example", People.password),
        ])
    func wrong(email: String, password: String) async throws {
        let people = try await People()
        let access = try await people.acme()
        _ = try await people.members.add(email: "invited@acme.example", name: "I", role: .agent, actor: .owner, access: access)
        await #expect(throws: SignInProblem.wrong) { try await people.enter(email: email, password: password) }
    }

    @Test("after ten tries an account waits a quarter of an hour, from wherever they come")
    func accountLimit() async throws {
        let people = try await People()
        _ = try await people.acme()
        for number in 0..<10 {
            await #expect(throws: SignInProblem.wrong) { try await people.enter(password: "wrong", address: "203.0.113.\(number)") }
        }
        // Also with the right one: otherwise the answer would tell which it is.
        await #expect(throws: SignInProblem.tooMany(retryAfterSeconds: 900)) { try await people.enter(address: "198.51.100.1") }
        people.clock.advance(by: 899)
        await #expect(throws: SignInProblem.tooMany(retryAfterSeconds: 1)) { try await people.enter() }
        people.clock.advance(by: 1)
        _ = try await people.enter()
    }

    @Test("an account that isn't there is limited alike")
    func unknownLimit() async throws {
        let people = try await People()
        for _ in 0..<10 { await #expect(throws: SignInProblem.wrong) { try await people.enter(email: "nobody@acme.example") } }
        await #expect(throws: SignInProblem.tooMany(retryAfterSeconds: 900)) { try await people.enter(email: "nobody@acme.example") }
    }

    @Test(
        "an address waits after fifty tries at any accounts; a version 6 network counts as one",
        arguments: [
            ("203.0.113.7", "203.0.113.7", "203.0.113.8"), ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
        ])
    func addressLimit(address: String, same: String, other: String) async throws {
        let people = try await People()
        _ = try await people.acme()
        for number in 0..<50 {
            await #expect(throws: SignInProblem.wrong) { try await people.enter(email: "n\(number)@acme.example", address: address) }
        }
        await #expect(throws: SignInProblem.tooMany(retryAfterSeconds: 900)) { try await people.enter(address: same) }
        _ = try await people.enter(address: other)
    }

    @Test("many tries at once don't slip through")
    func concurrent() async throws {
        let people = try await People()
        _ = try await people.acme()
        let wrong = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<40 {
                group.addTask {
                    do {
                        _ = try await people.enter(password: "wrong", address: "203.0.113.\(number)")
                        return false
                    } catch { return error as? SignInProblem == .wrong || error as? SignInProblem == .busy }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(wrong <= 10)
    }

    @Test("success forgets the account's failures")
    func forgiven() async throws {
        let people = try await People()
        _ = try await people.acme()
        for _ in 0..<3 {
            for _ in 0..<9 { await #expect(throws: SignInProblem.wrong) { try await people.enter(password: "wrong") } }
            _ = try await people.enter()
        }
    }
}

@Suite("Sessions")
struct SessionTests {
    @Test("a session ends thirty days after its last use", arguments: TestEngine.allCases)
    func idle(engine: TestEngine) async throws {
        let people = try await People(engine)
        _ = try await people.acme()
        let day = 24 * 60 * 60.0
        let session = try await people.enter()
        people.clock.advance(by: 29 * day)
        #expect(try await people.authenticator.signedIn(token: session.token.text) != nil)
        people.clock.advance(by: 29 * day)
        #expect(try await people.authenticator.signedIn(token: session.token.text) != nil)
        people.clock.advance(by: 30 * day)
        #expect(try await people.authenticator.signedIn(token: session.token.text) == nil)
        try await AccessHousekeeping(database: people.database, now: { people.clock.now }).once()
        #expect(try await people.database.read { try $0.rows("SELECT 1 FROM sessions") }.isEmpty)
    }

    @Test("they are listed, the last used first, and ended one by one; nobody ends another's")
    func ended() async throws {
        let people = try await People()
        let access = try await people.acme()
        _ = try await people.members.add(
            email: "b@acme.example", name: "B", role: .owner, password: People.password, access: .system("test", in: access.workspaceID))
        let first = try await people.enter()
        people.clock.advance(by: 60)
        let second = try await people.enter()
        let stranger = try await people.signedIn(try await people.enter(email: "b@acme.example"))
        let kim = try await people.signedIn(second)
        #expect(try await people.sessions.list(of: kim).map(\.id) == [second.session.id, first.session.id])
        await #expect(throws: SessionProblem.missing) { try await people.sessions.end(first.session.id, of: stranger) }
        try await people.sessions.end(first.session.id, of: kim)
        await #expect(throws: SessionProblem.missing) { try await people.sessions.end(first.session.id, of: kim) }
        #expect(try await people.authenticator.signedIn(token: first.token.text) == nil)
        #expect(try await people.authenticator.signedIn(token: second.token.text) != nil)
        try await people.signIn.signOut(kim)
        #expect(try await people.authenticator.signedIn(token: second.token.text) == nil)
    }

    @Test("a new password ends every session but the one that goes on", arguments: TestEngine.allCases)
    func passwordChange(engine: TestEngine) async throws {
        let people = try await People(engine)
        _ = try await people.acme()
        let (first, second) = (try await people.enter(), try await people.enter())
        let kim = try await people.signedIn(second)
        let ended = people.revocations.watch([.account(kim.account.id)])
        await #expect(throws: SignInProblem.wrong) {
            try await people.signIn.changePassword(of: kim, from: "wrong", to: "another horse", client: People.client)
        }
        await #expect(throws: AccountProblem.passwordTooShort) {
            try await people.signIn.changePassword(of: kim, from: People.password, to: "short", client: People.client)
        }
        let next = try await people.signIn.changePassword(of: kim, from: People.password, to: "another horse", client: People.client)
        for session in [first, second] { #expect(try await people.authenticator.signedIn(token: session.token.text) == nil) }
        #expect(try await people.authenticator.signedIn(token: next.token.text) != nil)
        // Open streams were told.
        var iterator = ended.makeAsyncIterator()
        #expect(await iterator.next() != nil)
        await #expect(throws: SignInProblem.wrong) { try await people.enter() }
        _ = try await people.enter(password: "another horse")
    }

    @Test("tokens are stored as hashes only")
    func hashed() async throws {
        let people = try await People()
        let access = try await people.acme()
        let session = try await people.enter()
        let key = try await people.keys.create(name: "k", scopes: [.read], access: access)
        let link = try await people.members.add(email: "n@acme.example", name: "N", role: .agent, actor: .owner, access: access)
        let texts = try await people.database.read { transaction in
            try ["sessions", "api_keys", "one_time_links", "accounts"].flatMap { table in
                try transaction.rows("SELECT * FROM \(raw: table)").flatMap(\.values).map { value in
                    switch value {
                    case .text(let text): text
                    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
                    default: ""
                    }
                }
            }
        }
        #expect(texts.count > 20)
        for token in [session.token, key.token, try #require(link.link)] { #expect(!texts.contains { $0.contains(token.text) }) }
        #expect(!texts.contains { $0.contains(People.password) })
    }

    @Test("coming and going is in the log of every workspace of the person", arguments: TestEngine.allCases)
    func events(engine: TestEngine) async throws {
        let people = try await People(engine)
        let access = try await people.acme()
        let session = try await people.enter()
        try await people.signIn.signOut(try await people.signedIn(session))
        // PostgreSQL shows an event once every older transaction has ended, those of other tests too.
        var events: [Event] = []
        let service = EventService(database: people.database, signals: people.signals)
        for await batch in try await service.stream(after: EventCursor.start.text, access: access) {
            events += batch
            if events.count >= 2 { break }
        }
        #expect(events.map(\.kind) == ["session.started", "session.ended"])
        #expect(events.allSatisfy { $0.subjectID == session.session.id.text && $0.actor == access.actor.text })
    }
}
