import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

@Suite("Connecting a number while something else happens")
struct NumberSignupMeanwhileTests {
    private typealias Scene = NumberSignupTests.Scene

    private func number(_ text: String, id: String) throws -> SignedUpNumber {
        .init(id: id, phoneNumber: try PhoneNumber(parsing: text), displayName: nil, isVerified: true, isRegistered: false)
    }

    @Test("the address of this server may change: each step that leads to a call takes it anew", arguments: ["retry", "decide", "code"])
    func server(step: String) async throws {
        let scene = try await Scene()
        let (new, access) = ("https://new.example.com", scene.hub.access)
        switch step {
        case "retry": scene.provider.fail("subscribe", .addressRefused("no answer"))
        case "decide": try scene.provider.put("+40721999888")
        default: break
        }
        let id = try await scene.begin()
        try await scene.code(for: id, server: step == "code" ? new : Scene.server)
        try await scene.work()
        if step == "retry" {
            scene.provider.fail("subscribe", nil)
            _ = try await scene.service.retry(id, server: new, access: access)
        } else if step == "decide" {
            _ = try await scene.service.decide(.goOn, for: id, server: new, access: access)
        }
        try await scene.work()
        let address = "\(new)/hooks/meta/\(try await scene.find(id).connectionID)"
        #expect(scene.provider.subscriptions.map(\.callback) == [address])
        #expect(try await scene.find(id).webhookAddress == address)
    }

    @Test(
        "one number in two forms is one: it isn't asked about, nor connected twice", arguments: TestEngine.allCases,
        [("+5521999990000", "+552199990000"), ("+552199990000", "+5521999990000"), ("+5491122334455", "+541122334455")])
    func forms(engine: TestEngine, numbers: (typed: String, found: String)) async throws {
        let scene = try await Scene(engine)
        let (hub, found) = (scene.hub, try PhoneNumber(parsing: numbers.found))
        try scene.provider.put(numbers.found)
        hub.channel.report(.success(.healthy(found)), of: FakeSignups.number)
        let id = try await scene.begin(numbers.typed)
        await #expect(throws: NumberSignupProblem.begunAlready(found, id)) { try await scene.begin(numbers.found) }
        try await scene.code(for: id)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
        let sender = try await scene.sender(of: id)
        #expect(sender.phoneNumber == found)
        await #expect(throws: NumberSignupProblem.isSender(try PhoneNumber(parsing: numbers.typed), sender.id, name: sender.name)) {
            try await scene.begin(numbers.typed)
        }
        // Removed, and connected anew with a provider that writes it in the other form.
        try await scene.senders.remove(sender.id, access: hub.access)
        try scene.provider.put(numbers.typed, id: "700300", in: "900300")
        hub.channel.report(.success(.healthy(try PhoneNumber(parsing: numbers.typed))), of: "700300")
        let again = try await scene.begin(numbers.typed)
        try await scene.code("AQ2", for: again)
        try await scene.work()
        #expect(try await scene.sender(of: again).id == sender.id)
        #expect(try await scene.sender(of: again).phoneNumber.text == numbers.typed)
    }

    @Test("two browsers that begin with one number at once: the second is told of the first", arguments: TestEngine.allCases)
    func atOnce(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (service, access) = (scene.service, scene.person)
        let draft = NumberSignupService.Draft(
            phoneNumber: Scene.number, displayName: "Acme", name: "", price: 0, accepts: [.whatsApp: "1"])
        let (first, second) = try await scene.hub.database.write { transaction in
            let first = try service.begin(draft, server: Scene.server, access: access, in: transaction)
            let second = Task { try await service.begin(draft, server: Scene.server, access: access) }
            _ = try transaction.awaitOther()
            return (first, second)
        }
        let problem = NumberSignupProblem.begunAlready(first.phoneNumber, first.id)
        await #expect(throws: problem) { try await second.value }
        #expect(try await service.list(access: access).map(\.id) == [first.id])
    }

    @Test("a number that came instead of the wanted one, and that somebody began at the same moment, is refused as begun")
    func takenMeanwhile() async throws {
        let scene = try await Scene(.postgres)
        let (service, access) = (scene.service, scene.person)
        try scene.provider.put("+40721999888")
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let draft = NumberSignupService.Draft(
            phoneNumber: "+40721999888", displayName: "Acme", name: "", price: 0, accepts: [.whatsApp: "1"])
        let (other, decision) = try await scene.hub.database.write { transaction in
            let other = try service.begin(draft, server: Scene.server, access: access, in: transaction)
            let decision = Task { try await service.decide(.goOn, for: id, server: Scene.server, access: access) }
            _ = try transaction.awaitOther()
            return (other, decision)
        }
        let problem = NumberSignupProblem.begunAlready(other.phoneNumber, other.id)
        await #expect(throws: problem) { try await decision.value }
        #expect(try await scene.find(id).step == .choice)
    }

    @Test("those that were finished push no other off the list, and count for nothing", arguments: TestEngine.allCases)
    func finished(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        for index in 0..<NumberSignup.limit { _ = try await scene.begin("+407220000\(10 + index)") }
        let unfinished = try await scene.service.list(access: hub.access)
        hub.clock.advance(by: 60)
        try await hub.database.write { [now = hub.clock.now] transaction in
            for index in 0..<(NumberSignup.limit * 2 + 1) {
                var done = NumberSignup(
                    id: .make(at: now), workspaceID: hub.workspaceID, actor: "system:test", clientAddress: nil, terms: [], price: .zero,
                    phoneNumber: try PhoneNumber(parsing: "+407230000\(10 + index)"), name: "x", displayName: "x", server: Scene.server,
                    connectionID: .make(at: now), createdAt: now)
                (done.step, done.senderID) = (.done, hub.sender.id)
                #expect(try NumberSignupTable(transaction, hub.access).insert(StoredSignup(signup: done, sealedVerifyToken: "x")))
            }
        }
        let all = try await scene.service.list(access: hub.access)
        #expect(all.prefix(NumberSignup.limit).map(\.id) == unfinished.map(\.id))
        #expect(all.dropFirst(NumberSignup.limit).allSatisfy { $0.step == .done })
        await #expect(throws: NumberSignupProblem.tooMany) { try await scene.begin() }
        try await scene.service.delete(unfinished[0].id, access: hub.access)
        _ = try await scene.begin()
    }

    @Test("that a window ended well doesn't hide that its code came too late")
    func lateCode() async throws {
        let scene = try await Scene()
        let id = try await scene.begin()
        scene.provider.fail("exchange", .windowCodeExpired)
        await #expect(throws: EmbeddedSignupProblem.windowCodeExpired) { try await scene.code(for: id) }
        try await scene.end(id)
        let signup = try await scene.find(id)
        #expect((signup.step, signup.trouble?.code) == (.window, "signup.window-code-expired"))
        scene.provider.fail("exchange", nil)
        try await scene.code("AQ2", for: id)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test("what the window tells after its code led elsewhere is looked at, and a decision about what was shown before isn't taken for it")
    func lateEnd() async throws {
        let scene = try await Scene()
        let access = scene.hub.access
        scene.provider.put([try number("+40721000001", id: "700101"), try number("+40721000002", id: "700102")], in: "900100")
        scene.provider.put([try number("+40721000003", id: "700200")], in: "900200")
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let shown = try #require(try await scene.find(id).found)
        #expect(shown.id == "700200")
        try await scene.end(id, account: "900100", number: "700102")
        #expect(try await scene.find(id).hasJob)
        await #expect(throws: NumberSignupProblem.stepPassed) {
            try await scene.service.decide(.goOn, about: shown.phoneNumber, for: id, server: Scene.server, access: access)
        }
        try await scene.work()
        let signup = try await scene.find(id)
        #expect((signup.step, signup.found?.id) == (.choice, "700102"))
        await #expect(throws: NumberSignupProblem.stepPassed) {
            try await scene.service.decide(.goOn, about: shown.phoneNumber, for: id, server: Scene.server, access: access)
        }
        // Told twice, by two tabs: it stands.
        try await scene.end(id, account: "900100", number: "700102")
        #expect(try await scene.find(id).step == .choice)
        let number = try #require(signup.found?.phoneNumber)
        scene.hub.channel.report(.success(.healthy(number)), of: "700102")
        _ = try await scene.service.decide(.goOn, about: number, for: id, server: Scene.server, access: access)
        // What was decided stands, whatever another tab tells.
        try await scene.end(id, account: "900200", number: "700200")
        try await scene.work()
        #expect(try await scene.sender(of: id).phoneNumber == number)
    }

    @Test("a code whose request had no answer may be on its way: another waits its minute")
    func codeOutage() async throws {
        let scene = try await Scene()
        try scene.provider.put(Scene.number, isVerified: false)
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        func ask() async throws {
            let language = try CodeLanguage(parsing: "ro")
            _ = try await scene.service.requestCode(by: .voice, language: language, for: id, access: scene.hub.access)
        }
        let outage = EmbeddedSignupProblem.providerUnreachable("it is silent")
        scene.provider.fail("requestCode", outage)
        await #expect(throws: outage) { try await ask() }
        scene.provider.fail("requestCode", nil)
        await #expect(throws: NumberSignupProblem.codeTooSoon(seconds: 60)) { try await ask() }
        let signup = try await scene.find(id)
        #expect((signup.codeMethod, signup.codeLanguage, signup.trouble?.code) == (.voice, "ro", "signup.provider-unreachable"))
        #expect(scene.provider.count("requestCode") == 1)
        scene.hub.clock.advance(by: 61)
        try await ask()
        #expect(scene.provider.count("requestCode") == 2)
    }

    @Test("what is given to the program while it finds nothing to do isn't forgotten")
    func wakening() async throws {
        let scene = try await Scene()
        let id = try await scene.begin()
        try await scene.code(for: id)
        let job = try await scene.take(JobKind.numberSignup)
        _ = try await scene.service.decide(.startOver, for: id, server: Scene.server, access: scene.hub.access)
        let completion = try await NumberSignupJob(service: scene.service).run(job)
        try await scene.code("AQ2", for: id)
        try await scene.hub.database.write { transaction in
            if try JobTable(transaction).complete(job) { try completion.write(transaction) }
        }
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test("whoever waits for a job's row holds nothing that the job is about to hold: the sign-up")
    func signupOrder() async throws {
        let scene = try await Scene(.postgres)
        let hub = scene.hub
        let id = try await scene.begin()
        try await scene.code(for: id)
        let job = try await scene.take(JobKind.numberSignup)
        let completion = try await NumberSignupJob(service: scene.service).run(job)
        let told = try await hub.database.write { transaction in
            #expect(try JobTable(transaction).complete(job))
            let told = Task { try await scene.end(id) }
            #expect(try transaction.awaitOther())
            _ = try transaction.rows("SELECT id FROM number_signups FOR UPDATE NOWAIT")
            try completion.write(transaction)
            return told
        }
        try await told.value
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test(
        "whoever waits for a check's row holds nothing that the check is about to hold: the numbers and the connection",
        arguments: ["deactivate", "retry", "connect", "renew"])
    func senderOrder(command: String) async throws {
        let scene = try await Scene(.postgres)
        let hub = scene.hub
        let (id, access, now) = (hub.sender.id, hub.access, hub.clock.now)
        if command == "retry" { try await hub.befall(.tokenRefused) }
        let draft = ConnectionDraft(
            appID: hub.connection.appID, appSecret: TestHub.appSecret, accessToken: "fresh",
            businessAccountID: hub.connection.businessAccountID, phoneNumberID: hub.sender.providerID)
        try await hub.database.write { transaction in
            let key = hub.connection.id.text
            try JobTable(transaction).insert(
                [
                    .init(
                        workspaceID: hub.workspaceID, kind: SenderCheckJob.kind, key: key, payload: #"{"connection":"\#(key)"}"#, runAt: now
                    )
                ],
                now: now)
        }
        let job = try await scene.take(SenderCheckJob.kind)
        let completion = try await SenderCheckJob(senders: scene.senders).run(job)
        let done = try await hub.database.write { transaction in
            #expect(try JobTable(transaction).complete(job))
            let done = Task {
                switch command {
                case "deactivate": _ = try await scene.senders.deactivate(id, access: access)
                case "retry": _ = try await scene.senders.retry(id, access: access)
                case "connect": _ = try await scene.senders.connect(draft, name: "Anew", access: access)
                default:
                    let subscriptions = SubscriptionService(database: hub.database, signals: hub.signals, now: { now })
                    _ = try await subscriptions.deactivate(id, access: access)
                }
            }
            #expect(try transaction.awaitOther())
            _ = try transaction.rows("SELECT id FROM senders FOR NO KEY UPDATE NOWAIT")
            _ = try transaction.rows("SELECT id FROM connections FOR NO KEY UPDATE NOWAIT")
            try completion.write(transaction)
            return done
        }
        try await done.value
    }
}

extension NumberSignupTests.Scene {
    /// The one job of a kind that is due.
    fileprivate func take(_ kind: String) async throws -> Job {
        let now = hub.clock.now
        let jobs = try await hub.database.write { try JobTable($0).take(kind: kind, now: now, leaseSeconds: 60, limit: 1) }
        return try #require(jobs.first)
    }
}

extension Transaction {
    /// Until another transaction waits for what this one holds; false when none does. One writer at a time, as SQLite has, waits for nothing here.
    fileprivate func awaitOther() throws -> Bool {
        guard dialect == .postgres else { return false }
        for _ in 0..<1_000 {
            let waiting = try rows("SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))")
            if !waiting.isEmpty { return true }
            _ = try rows("SELECT 1 FROM pg_sleep(0.01)")
        }
        return false
    }
}
