import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("Connecting a number through the provider's window")
struct NumberSignupTests {
    /// A hub with a sign-up behind it.
    struct Scene {
        let hub: TestHub
        let provider: FakeSignups
        let service: NumberSignupService
        let senders: SenderService

        static let number = "+40721234567"
        static let server = "https://chat.example.com"

        init(_ engine: TestEngine = .sqlite) async throws {
            try self.init(try await TestHub(TestDatabase.make(engine)))
            try provider.put(Self.number)
        }

        init(_ hub: TestHub, provider: FakeSignups = FakeSignups()) throws {
            (self.hub, self.provider) = (hub, provider)
            let clock = hub.clock
            let now: @Sendable () -> Date = { clock.now }
            senders = SenderService(
                database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], secrets: hub.secretStore,
                signals: hub.signals, now: now)
            let app = SignupApp(
                appID: FakeSignups.appID, appSecret: "app-secret", configurationID: "1", scriptServer: "https://connect.facebook.net",
                graphVersion: "v26.0")
            service = NumberSignupService(
                database: hub.database, channel: provider, app: app, senders: senders,
                subscriptions: SubscriptionService(database: hub.database, signals: hub.signals, now: now), sealing: FakeSealing(),
                signals: hub.signals, now: now)
            hub.channel.report(.success(.healthy(try PhoneNumber(parsing: Self.number))), of: FakeSignups.number)
        }

        /// The same database, as another process has it.
        var afterRestart: Scene { get throws { try Scene(hub, provider: provider) } }

        func begin(_ number: String = Self.number, accepts: [TermsDocument: String] = [.whatsApp: "1"], price: Int = 0) async throws
            -> Identifier<NumberSignup>
        {
            try await service.begin(
                .init(phoneNumber: number, displayName: "Acme Coffee", name: "", price: price, accepts: accepts), server: Self.server,
                access: person
            ).id
        }

        /// Somebody who may connect numbers.
        var person: Access {
            Access(
                workspaceID: hub.workspaceID, actor: .member(Identifier("acc_00000000000000000000000001")), grants: Role.admin.grants,
                visibility: .all, address: "192.0.2.1")
        }

        func find(_ id: Identifier<NumberSignup>) async throws -> NumberSignup { try await service.find(id, access: hub.access) }

        /// All work of sign-ups that is due, as the jobs do it.
        func work() async throws {
            let job = NumberSignupJob(service: service)
            while true {
                let now = hub.clock.now
                let taken = try await hub.database.write {
                    try JobTable($0).take(kind: JobKind.numberSignup, now: now, leaseSeconds: 60, limit: 1)
                }
                guard let one = taken.first else { return }
                let completion = try await job.run(one)
                try await hub.database.write { transaction in
                    if try JobTable(transaction).complete(one) { try completion.write(transaction) }
                }
            }
        }

        func code(_ code: String = "AQ1", for id: Identifier<NumberSignup>, server: String = Self.server) async throws {
            _ = try await service.receive(code: code, for: id, server: server, access: hub.access)
        }

        func end(
            _ id: Identifier<NumberSignup>, account: String? = FakeSignups.account, number: String? = FakeSignups.number
        ) async throws {
            let hint = SignupHint(businessAccountID: account, phoneNumberID: number)
            _ = try await service.receive(end: .finished(hint), for: id, access: hub.access)
        }

        func sender(of id: Identifier<NumberSignup>) async throws -> Sender {
            try await senders.sender(try #require(try await find(id).senderID), access: hub.access)
        }
    }

    @Test("from nothing to online: code and event in any order, and without the event", arguments: TestEngine.allCases, ["ce", "ec", "c"])
    func slice(engine: TestEngine, order: String) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        // The provider asks the address at once, before there is a connection.
        scene.provider.onSubscribe { callback, token in
            let id = callback.lastPathComponent
            let answer = try await hub.intake.handshake(mode: "subscribe", token: token, challenge: "7", connectionID: id)
            guard answer == "7" else { throw EmbeddedSignupProblem.addressRefused(answer) }
            await #expect(throws: WebhookProblem.handshakeRefused) {
                try await hub.intake.handshake(mode: "subscribe", token: "other", challenge: "7", connectionID: id)
            }
        }
        let id = try await scene.begin()
        for step in order {
            if step == "c" { try await scene.code(for: id) } else { try await scene.end(id) }
            try await scene.work()
        }
        let signup = try await scene.find(id)
        #expect((signup.step, signup.isWorking, signup.trouble) == (.done, false, nil))
        let sender = try await scene.sender(of: id)
        #expect((sender.status, sender.phoneNumber.text, sender.name) == (.online, Scene.number, "Acme Coffee"))
        #expect(sender.connectionID == signup.connectionID)
        #expect(scene.provider.subscriptions.map(\.callback) == ["\(Scene.server)/hooks/meta/\(sender.connectionID)"])
        let secrets = try await hub.directory.route(sender).secrets
        #expect(secrets.verifyToken == scene.provider.subscriptions[0].verifyToken)
        #expect((secrets.accessToken, secrets.appSecret) == ("token-of-AQ1", "app-secret"))
        #expect(scene.provider.count("exchange") == 1)
        #expect(scene.provider.count("register") == 1)
        #expect(scene.provider.pins[FakeSignups.number]?.count == 6)
        // Who agreed, when and from where.
        let terms = try await hub.database.read { try TermsTable($0, hub.access).acceptances(for: sender.id, limit: 10) }
        #expect(terms.map(\.actor) == [scene.person.actor.text])
        #expect(terms.map(\.clientAddress) == ["192.0.2.1"])
        // The token is the connection's now.
        let stored = try await hub.database.read { try #require(try NumberSignupTable($0, hub.access).find(id)) }
        #expect(stored.sealedAccessToken == nil)
        let causes = try await hub.allEvents().filter { $0.kind == "sign-up.updated" }.compactMap(\.cause)
        #expect(causes.first == "begun")
        #expect(causes.last == "done")
    }

    @Test("an unverified number asks for its code, by message or call, and a wrong one costs nothing")
    func verification() async throws {
        let scene = try await Scene()
        try scene.provider.put(Scene.number, isVerified: false)
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        #expect(try await scene.find(id).step == .code)
        let (service, access) = (scene.service, scene.hub.access)
        let language = try CodeLanguage(parsing: "ro")
        _ = try await service.requestCode(by: .sms, language: language, for: id, access: access)
        #expect(scene.provider.count("requestCode sms ro \(FakeSignups.number)") == 1)
        // Two browsers, or a second press.
        await #expect(throws: NumberSignupProblem.codeTooSoon(seconds: 60)) {
            try await service.requestCode(by: .voice, language: language, for: id, access: access)
        }
        scene.hub.clock.advance(by: 61)
        _ = try await service.requestCode(by: .voice, language: language, for: id, access: access)
        #expect(scene.provider.count("requestCode") == 2)
        await #expect(throws: EmbeddedSignupProblem.codeWrong) {
            try await service.verify(try VerificationCode(parsing: "000 000"), for: id, access: access)
        }
        #expect(try await scene.find(id).trouble?.code == "signup.code-wrong")
        #expect(try await scene.find(id).step == .code)
        _ = try await service.verify(try VerificationCode(parsing: "123-456"), for: id, access: access)
        // Pressed twice.
        _ = try await service.verify(try VerificationCode(parsing: "123456"), for: id, access: access)
        try await scene.work()
        #expect(try await scene.sender(of: id).status == .online)
        #expect(scene.provider.count("verify") == 2)
    }

    @Test("too many codes leave the minute as it was, and say so")
    func tooManyCodes() async throws {
        let scene = try await Scene()
        try scene.provider.put(Scene.number, isVerified: false)
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        scene.provider.fail("requestCode", .tooManyCodes)
        await #expect(throws: EmbeddedSignupProblem.tooManyCodes) {
            try await scene.service.requestCode(by: .sms, language: try CodeLanguage(parsing: "de"), for: id, access: scene.hub.access)
        }
        let signup = try await scene.find(id)
        #expect((signup.codeRequestedAt, signup.trouble?.code) == (nil, "signup.too-many-codes"))
    }

    @Test("a code of the window is exchanged once, however many bring it", arguments: TestEngine.allCases)
    func once(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let id = try await scene.begin()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { try? await scene.code(for: id) } }
        }
        #expect(scene.provider.count("exchange") == 1)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test("a code that came too late has the window opened again, and another one goes on")
    func late() async throws {
        let scene = try await Scene()
        let id = try await scene.begin()
        scene.provider.fail("exchange", .windowCodeExpired)
        await #expect(throws: EmbeddedSignupProblem.windowCodeExpired) { try await scene.code(for: id) }
        let signup = try await scene.find(id)
        #expect((signup.step, signup.isWorking, signup.trouble?.code) == (.window, false, "signup.window-code-expired"))
        scene.provider.fail("exchange", nil)
        try await scene.code("AQ2", for: id)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test("what the window was left with is said with what helps, and a later end makes it good")
    func cancelled() async throws {
        let scene = try await Scene()
        let id = try await scene.begin()
        _ = try await scene.service.receive(end: .cancelled(step: "PHONE_NUMBER_SETUP"), for: id, access: scene.hub.access)
        #expect(try await scene.find(id).trouble?.detail.contains("type the same number") == true)
        _ = try await scene.service.receive(end: .failed(message: "Number is banned"), for: id, access: scene.hub.access)
        #expect(try await scene.find(id).trouble?.detail.contains("Number is banned") == true)
        try await scene.end(id)
        #expect(try await scene.find(id).trouble == nil)
        try await scene.code(for: id)
        // Another tab closes its window late.
        _ = try await scene.service.receive(end: .cancelled(step: nil), for: id, access: scene.hub.access)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test("another number than the wanted one is a person's decision", arguments: [true, false])
    func otherNumber(takes: Bool) async throws {
        let scene = try await Scene()
        try scene.provider.put("+40721999888")
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let signup = try await scene.find(id)
        #expect((signup.step, signup.questions) == (.choice, [.otherNumber]))
        #expect(signup.found?.phoneNumber.text == "+40721999888")
        #expect(scene.provider.subscriptions.isEmpty)
        _ = try await scene.service.decide(takes ? .goOn : .startOver, for: id, server: Scene.server, access: scene.hub.access)
        try scene.hub.channel.report(.success(.healthy(PhoneNumber(parsing: "+40721999888"))), of: FakeSignups.number)
        if !takes {
            #expect(try await scene.find(id).step == .window)
            try scene.provider.put(Scene.number, id: "700200")
            try scene.hub.channel.report(.success(.healthy(PhoneNumber(parsing: Scene.number))), of: "700200")
            try await scene.code("AQ2", for: id)
        }
        try await scene.work()
        #expect(try await scene.sender(of: id).phoneNumber.text == (takes ? "+40721999888" : Scene.number))
    }

    @Test("the number is the provider's word: what the browser claims is only a hint")
    func hint() async throws {
        let scene = try await Scene()
        let id = try await scene.begin()
        // Somebody else's account and number.
        try await scene.end(id, account: "666", number: "667")
        try await scene.code(for: id)
        try await scene.work()
        #expect(scene.provider.count("numbers 666") == 0)
        #expect(try await scene.sender(of: id).providerID == FakeSignups.number)
    }

    @Test("an account with other numbers is asked about, and so is one that is connected; going on joins its connection")
    func existing() async throws {
        let scene = try await Scene()
        let first = try await scene.begin()
        try await scene.code(for: first)
        try await scene.work()
        let second = try PhoneNumber(parsing: "+40721000002")
        scene.provider.put([
            .init(
                id: FakeSignups.number, phoneNumber: try PhoneNumber(parsing: Scene.number), displayName: nil, isVerified: true,
                isRegistered: true),
            .init(id: "700200", phoneNumber: second, displayName: nil, isVerified: true, isRegistered: false),
        ])
        scene.hub.channel.report(.success(.healthy(second)), of: "700200")
        let id = try await scene.begin(second.text)
        try await scene.code("AQ2", for: id)
        try await scene.work()
        #expect(try await scene.find(id).questions == [.existingAccount, .connectedAccount])
        #expect(try await scene.find(id).replacedConnectionID == scene.sender(of: first).connectionID)
        _ = try await scene.service.decide(.goOn, for: id, server: Scene.server, access: scene.hub.access)
        try await scene.work()
        let (one, other) = (try await scene.sender(of: first), try await scene.sender(of: id))
        #expect(one.connectionID == other.connectionID)
        #expect(Set(scene.provider.subscriptions.map(\.verifyToken)).count == 1)
        #expect(try await scene.hub.directory.route(one).secrets.accessToken == "token-of-AQ2")
    }

    @Test("who starts over from a connected account and makes a new one gets a connection of its own", arguments: TestEngine.allCases)
    func startsOverElsewhere(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let first = try await scene.begin()
        try await scene.code(for: first)
        try await scene.work()
        let second = try PhoneNumber(parsing: "+40721000002")
        let numbers = [Scene.number, second.text].enumerated().map { "\($0.offset + 7)00100:\($0.element)" }
        scene.provider.put(
            try numbers.map { text in
                let parts = text.split(separator: ":").map(String.init)
                return .init(
                    id: parts[0], phoneNumber: try PhoneNumber(parsing: parts[1]), displayName: nil, isVerified: true, isRegistered: false)
            })
        let id = try await scene.begin(second.text)
        try await scene.code("AQ2", for: id)
        try await scene.work()
        #expect(try await scene.find(id).questions == [.existingAccount, .connectedAccount])
        _ = try await scene.service.decide(.startOver, for: id, server: Scene.server, access: scene.hub.access)
        try scene.provider.put(second.text, id: "700300", in: "900300")
        scene.hub.channel.report(.success(.healthy(second)), of: "700300")
        try await scene.code("AQ3", for: id)
        try await scene.work()
        let (one, other) = (try await scene.sender(of: first), try await scene.sender(of: id))
        #expect(one.connectionID != other.connectionID)
        #expect(scene.provider.subscriptions.last?.account == "900300")
        #expect(scene.provider.subscriptions.last?.callback == "\(Scene.server)/hooks/meta/\(other.connectionID)")
    }

    @Test("two that are connected side by side in one account share its address", arguments: TestEngine.allCases)
    func sideBySide(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, second) = (scene.hub, try PhoneNumber(parsing: "+40721000002"))
        scene.provider.put([
            .init(
                id: FakeSignups.number, phoneNumber: try PhoneNumber(parsing: Scene.number), displayName: nil, isVerified: false,
                isRegistered: false),
            .init(id: "700200", phoneNumber: second, displayName: nil, isVerified: false, isRegistered: false),
        ])
        hub.channel.report(.success(.healthy(second)), of: "700200")
        var ids: [Identifier<NumberSignup>] = []
        for (number, code) in [(Scene.number, "AQ1"), (second.text, "AQ2")] {
            let id = try await scene.begin(number)
            ids.append(id)
            try await scene.code(code, for: id)
            try await scene.work()
            _ = try await scene.service.decide(.goOn, for: id, server: Scene.server, access: hub.access)
            try await scene.work()
            #expect(try await scene.find(id).step == .code)
        }
        for id in ids {
            _ = try await scene.service.verify(VerificationCode(parsing: FakeSignups.code), for: id, access: hub.access)
            try await scene.work()
        }
        let (one, other) = (try await scene.sender(of: ids[0]), try await scene.sender(of: ids[1]))
        #expect(one.connectionID == other.connectionID)
        #expect(Set(scene.provider.subscriptions.map(\.callback)) == ["\(Scene.server)/hooks/meta/\(one.connectionID)"])
        #expect(Set(scene.provider.subscriptions.map(\.verifyToken)).count == 1)
    }

    @Test("repairing a connection of the window sends its webhooks to its own address again", arguments: TestEngine.allCases)
    func repairs(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let sender = try await scene.sender(of: id)
        try await scene.service.subscribeAnew(sender.connectionID, server: "https://new.example.com", access: scene.hub.access)
        #expect(scene.provider.subscriptions.last?.callback == "https://new.example.com/hooks/meta/\(sender.connectionID)")
        #expect(scene.provider.subscriptions.last?.verifyToken == scene.provider.subscriptions.first?.verifyToken)
    }

    @Test("a number that was removed comes back with what it said, in its new account", arguments: TestEngine.allCases)
    func comesBack(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let (hub, old) = (scene.hub, scene.hub.sender)
        try await hub.receive(hub.text("Hello"))
        try await scene.senders.remove(old.id, access: hub.access)
        try scene.provider.put(old.phoneNumber.text)
        hub.channel.report(.success(.healthy(old.phoneNumber)), of: FakeSignups.number)
        let id = try await scene.begin(old.phoneNumber.text)
        try await scene.code(for: id)
        try await scene.work()
        let sender = try await scene.sender(of: id)
        #expect((sender.id, sender.providerID, sender.removedAt) == (old.id, FakeSignups.number, nil))
        #expect(sender.connectionID != old.connectionID)
        #expect(try await hub.list().count == 1)
        #expect(try await scene.senders.list(access: hub.access).map(\.id) == [old.id])
    }

    @Test("after a kill at each step the next process goes on, and nothing is done twice", arguments: TestEngine.allCases)
    func restarts(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try scene.provider.put(Scene.number, isVerified: false)
        let id = try await scene.begin()
        try await scene.end(id)
        try await scene.afterRestart.code(for: id)
        try await scene.afterRestart.work()
        _ = try await scene.afterRestart.service.requestCode(
            by: .sms, language: try CodeLanguage(parsing: "de"), for: id, access: scene.hub.access)
        _ = try await scene.afterRestart.service.verify(try VerificationCode(parsing: FakeSignups.code), for: id, access: scene.hub.access)
        // Killed after the provider registered it, before that was written down.
        let now = scene.hub.clock.now
        let job = try await scene.hub.database.write {
            try JobTable($0).take(kind: JobKind.numberSignup, now: now, leaseSeconds: 60, limit: 1)
        }
        _ = try await NumberSignupJob(service: scene.service).run(try #require(job.first))
        #expect(scene.provider.count("register") == 1)
        scene.hub.clock.advance(by: 61)
        try await scene.afterRestart.work()
        #expect(try await scene.find(id).step == .done)
        #expect(scene.provider.count("register") == 1)
        #expect(try await scene.senders.list(access: scene.hub.access).count == 2)
    }

    @Test("a number with another PIN asks for it, keeps it sealed, and a wrong one is asked for again")
    func pin() async throws {
        let scene = try await Scene()
        scene.provider.setPIN("824613")
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        var signup = try await scene.find(id)
        #expect((signup.step, signup.needsPIN, signup.trouble?.code) == (.registration, true, "signup.pin-wrong"))
        // Without the PIN there is nothing to try.
        await #expect(throws: NumberSignupProblem.stepPassed) {
            try await scene.service.retry(id, server: Scene.server, access: scene.hub.access)
        }
        _ = try await scene.service.give(try RegistrationPIN(parsing: "111111"), for: id, access: scene.hub.access)
        try await scene.work()
        #expect(try await scene.find(id).needsPIN)
        _ = try await scene.service.give(try RegistrationPIN(parsing: "824 613"), for: id, access: scene.hub.access)
        try await scene.work()
        signup = try await scene.find(id)
        #expect(signup.step == .done)
        #expect(scene.provider.count("register") == 3)
    }

    @Test(
        "what the provider refuses is kept with what helps, and trying again goes on where it was",
        arguments: [
            ("subscribe", EmbeddedSignupProblem.addressRefused("no answer"), NumberSignup.Step.account),
            ("numbers", .providerUnreachable("it is silent"), .account), ("register", .numberOnWhatsApp, .registration),
            ("register", .recentlyDeleted, .registration), ("register", .tooManyRegistrations, .registration),
        ])
    func refusals(call: String, problem: EmbeddedSignupProblem, step: NumberSignup.Step) async throws {
        let scene = try await Scene()
        scene.provider.fail(call, problem)
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let signup = try await scene.find(id)
        #expect((signup.step, signup.isWorking) == (step, false))
        #expect(signup.trouble == SignupTrouble(problem))
        scene.provider.fail(call, nil)
        _ = try await scene.afterRestart.service.retry(id, server: Scene.server, access: scene.hub.access)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
        #expect(scene.provider.count("exchange") == 1)
    }

    @Test("a token of another app, without permissions, or that has ended has the window opened again", arguments: [0, 1, 2])
    func grant(kind: Int) async throws {
        let scene = try await Scene()
        switch kind {
        case 0: scene.provider.setGrant(appID: "666")
        case 1: scene.provider.setGrant(missing: ["whatsapp_business_messaging"])
        default: scene.provider.fail("grant", .tokenEnded)
        }
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let signup = try await scene.find(id)
        #expect(signup.step == .window)
        #expect(signup.trouble?.code == ["signup.app-other", "signup.permissions-missing", "signup.token-ended"][kind])
        scene.provider.setGrant()
        scene.provider.fail("grant", nil)
        try await scene.code("AQ2", for: id)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
    }

    @Test(
        "what can't begin says why",
        arguments: [
            ("0721 234 567", "phone-number.malformed"), ("(123) 456-7890", "phone-number.malformed"),
            ("+15550100200", "signup.number-is-sender"), ("+1234567890", nil), ("+40 721-234.567", nil), ("", "phone-number.malformed"),
        ] as [(String, String?)])
    func beginnings(number: String, code: String?) async throws {
        let scene = try await Scene()
        do {
            let id = try await scene.begin(number)
            #expect(code == nil)
            // A second browser is told where it goes on.
            await #expect(throws: NumberSignupProblem.begunAlready(try PhoneNumber(parsing: number), id)) { try await scene.begin(number) }
        } catch let problem as any Problem {
            #expect(problem.code == code, "\(problem.detail)")
        }
    }

    @Test("terms, price and credits are asked for before anything begins, and the month begins when the number is there")
    func credits() async throws {
        let scene = try await Scene()
        let credits = CreditService(database: scene.hub.database, signals: scene.hub.signals, now: { scene.hub.clock.now })
        _ = try await credits.setPrices([.meta: CreditPrice(10)], access: scene.hub.access)
        await #expect(throws: CreditProblem.self) { try await scene.begin(accepts: [:], price: 10) }
        await #expect(throws: CreditProblem.priceChanged(Credits(10))) { try await scene.begin(price: 0) }
        await #expect(throws: CreditProblem.creditsMissing(price: Credits(10), balance: .zero)) { try await scene.begin(price: 10) }
        _ = try await credits.topUp(25, note: nil, key: "1", access: scene.hub.access)
        let id = try await scene.begin(price: 10)
        try await scene.code(for: id)
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
        #expect(try await credits.overview(access: scene.hub.access).balance == Credits(15))
        // WhatsApp is asked, and then it is online.
        let sender = try await scene.sender(of: id)
        #expect(sender.status == .connecting)
        _ = try await scene.senders.check(sender.connectionID, access: scene.hub.access)
        #expect(try await scene.sender(of: id).status == .online)
    }

    @Test("an account that another workspace has isn't taken from it; its sign-ups aren't seen there", arguments: TestEngine.allCases)
    func workspaces(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let id = try await scene.begin()
        try await scene.code(for: id)
        try await scene.work()
        let hub = try await TestHub(scene.hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        let other = try Scene(hub, provider: scene.provider)
        await #expect(throws: NumberSignupProblem.missing) { try await other.find(id) }
        await #expect(throws: NumberSignupProblem.missing) { try await other.service.delete(id, access: hub.access) }
        #expect(try await other.service.list(access: hub.access).isEmpty)
        let second = try await other.begin()
        try await other.code("AQ2", for: second)
        try await other.work()
        #expect(try await other.find(second).trouble?.code == "signup.account-elsewhere")
        #expect(scene.provider.subscriptions.count == 1)
    }

    @Test("only who may connect numbers sees and does anything of it")
    func permissions() async throws {
        let scene = try await Scene()
        let id = try await scene.begin()
        let service = scene.service
        for missing in [Grant.connectionsManage, .sendersManage] {
            let access = Access(
                workspaceID: scene.hub.workspaceID, actor: .system("test"), grants: Set(Grant.allCases).subtracting([missing]),
                visibility: .all, address: nil)
            await #expect(throws: AccessProblem.notPermitted(missing)) { try await service.list(access: access) }
            await #expect(throws: AccessProblem.notPermitted(missing)) { try await service.find(id, access: access) }
            await #expect(throws: AccessProblem.notPermitted(missing)) { try await service.delete(id, access: access) }
            await #expect(throws: AccessProblem.notPermitted(missing)) {
                try await service.receive(code: "x", for: id, server: Scene.server, access: access)
            }
            await #expect(throws: AccessProblem.notPermitted(missing)) {
                try await service.decide(.startOver, for: id, server: Scene.server, access: access)
            }
        }
        #expect(scene.provider.calls.isEmpty)
    }

    @Test("one is deleted when somebody wants, and forgotten after 14 days without a change", arguments: TestEngine.allCases)
    func forgotten(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let id = try await scene.begin()
        try await scene.service.delete(id, access: scene.hub.access)
        await #expect(throws: NumberSignupProblem.missing) { try await scene.find(id) }
        let again = try await scene.begin()
        let clock = scene.hub.clock
        let housekeeper = Housekeeper(database: scene.hub.database, signals: scene.hub.signals, now: { clock.now })
        clock.advance(by: 13 * 86_400)
        try await housekeeper.clean()
        _ = try await scene.find(again)
        clock.advance(by: 2 * 86_400)
        try await housekeeper.clean()
        await #expect(throws: NumberSignupProblem.missing) { try await scene.find(again) }
    }

    @Test("started over while the program is at it: what the old window led to is dropped")
    func startedOver() async throws {
        let scene = try await Scene()
        let id = try await scene.begin()
        try await scene.code(for: id)
        let now = scene.hub.clock.now
        let jobs = try await scene.hub.database.write {
            try JobTable($0).take(kind: JobKind.numberSignup, now: now, leaseSeconds: 60, limit: 1)
        }
        let job = try #require(jobs.first)
        let completion = try await NumberSignupJob(service: scene.service).run(job)
        _ = try await scene.service.decide(.startOver, for: id, server: Scene.server, access: scene.hub.access)
        try await scene.code("AQ2", for: id)
        try await scene.hub.database.write { transaction in
            if try JobTable(transaction).complete(job) { try completion.write(transaction) }
        }
        try await scene.work()
        #expect(try await scene.find(id).step == .done)
        #expect(try await scene.hub.directory.route(scene.sender(of: id)).secrets.accessToken == "token-of-AQ2")
    }

    @Test("all of it is read back as it was written, and a number has one", arguments: TestEngine.allCases)
    func roundTrip(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let (now, access) = (hub.clock.now, hub.access)
        var signup = NumberSignup(
            id: .make(at: now), workspaceID: hub.workspaceID, actor: "member:acc_1", clientAddress: "192.0.2.1",
            terms: [
                try Terms(.whatsApp, address: "https://example.com/a", version: "1"),
                try Terms(.privacy, address: "https://example.com/b", version: "2"),
            ], price: Credits(10), phoneNumber: try PhoneNumber(parsing: Scene.number), name: "Shop", displayName: "Acme",
            server: Scene.server, connectionID: .make(at: now), createdAt: now)
        let isNew = try await hub.database.write { [signup] in
            try NumberSignupTable($0, access).insert(StoredSignup(signup: signup, sealedVerifyToken: "verify"))
        }
        #expect(isNew)
        (signup.step, signup.isWorking, signup.round, signup.trouble) = (.done, true, 3, SignupTrouble(code: "a.b", detail: "Why"))
        (signup.hint, signup.connectionID) = (SignupHint(businessAccountID: "1", phoneNumberID: nil), .make(at: now))
        signup.found = FoundNumber(businessAccountID: "1", id: "2", phoneNumber: try PhoneNumber(parsing: "+40721999888"))
        (signup.questions, signup.isAccepted) = (NumberSignup.Question.allCases, true)
        (signup.codeMethod, signup.codeLanguage, signup.codeRequestedAt) = (.voice, "ro", now)
        (signup.needsPIN, signup.senderID, signup.server) = (true, hub.sender.id, "https://new.example.com")
        var wanted = StoredSignup(signup: signup, sealedVerifyToken: "other")
        (wanted.windowCodeDigest, wanted.sealedAccessToken, wanted.sealedPIN) = ("digest", "token", "pin")
        let (id, all) = (signup.id, wanted)
        try await hub.database.write { transaction in
            let table = NumberSignupTable(transaction, access)
            let changed = try table.change(id, at: now) { $0 = all }
            #expect(changed == all)
            #expect(try table.find(id) == all)
            #expect(try table.find(all.signup.phoneNumber) == all)
            #expect(try table.list(isDone: true, limit: 5) == [all.signup])
            #expect(try table.unfinishedCount(limit: 5) == 0)
            let begunAnew = try table.change(id, at: now) { $0.signup.startOver() }
            #expect(begunAnew?.signup.step == .window)
            let missing = try table.change(.make(at: now), at: now) { _ in }
            #expect(missing == nil)
        }
        let isInserted = try await hub.database.write { transaction in
            let other = NumberSignup(
                id: .make(at: now), workspaceID: hub.workspaceID, actor: "x", clientAddress: nil, terms: [], price: .zero,
                phoneNumber: all.signup.phoneNumber, name: "x", displayName: "x", server: "x", connectionID: .make(at: now),
                createdAt: now)
            return try NumberSignupTable(transaction, access).insert(StoredSignup(signup: other, sealedVerifyToken: "x"))
        }
        #expect(!isInserted)
    }
}
