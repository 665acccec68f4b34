import Domain
import Store
import TestSupport
import Testing

import struct Foundation.Date

@testable import Services

@Suite("E-mail of what was missed")
struct DigestTests {
    private struct Scene {
        let work: Teamwork
        let outbox = FakeMail()
        let mail: MailService
        let job: DigestJob
        let notifications: NotificationService
        let access: Access
        var hub: TestHub { work.hub }

        init(_ engine: TestEngine, pace: Digest.Pace = .soon, names: Bool = false) async throws {
            work = try await Teamwork(engine)
            let hub = work.hub
            let clock = hub.clock
            let now: @Sendable () -> Date = { clock.now }
            mail = MailService(
                database: hub.database, sealing: SecretBox(SecretKey.make().key), sender: outbox, signals: hub.signals, now: now)
            job = DigestJob(
                database: hub.database, mail: mail, sender: outbox, publicURL: "https://chat.example.com", numbers: .none, now: now)
            notifications = NotificationService(database: hub.database, signals: hub.signals, now: now)
            access = Access(
                workspaceID: hub.workspaceID, actor: .member(work.me.account.id), grants: Role.agent.grants, visibility: .all, address: nil)
            try await mail.save(Self.server(), password: "secret", access: hub.access)
            try await notifications.setRules(
                .init(
                    bell: [.message, .assignment], places: [.mine], push: [], pushNames: names,
                    digest: Digest(pace: pace, hour: 9, zone: "UTC")), access: access)
        }

        static func server(host: String = "smtp.example.com", user: String? = "support") throws -> MailSettings {
            try MailSettings(host: host, port: 587, security: .startTLS, user: user, sender: "support@example.com")
        }

        func make() async throws {
            let clock = hub.clock
            let maker = NotificationMaker(database: hub.database, signals: hub.signals, now: { clock.now })
            repeat {
                try await maker.round()
            } while try await hub.database.read { try !NotificationFeedTable.behind($0, limit: 10).isEmpty }
        }

        /// Does what is due; returns the errors. A job that fails is due again after a while.
        func send() async throws -> [any Error] {
            let jobs = try await hub.database.write { [hub] in
                try JobTable($0).take(kind: DigestJob.kind, now: hub.clock.now, leaseSeconds: 60, limit: 100)
            }
            var errors: [any Error] = []
            for one in jobs {
                do {
                    let completion = try await job.run(one)
                    try await hub.database.write { transaction in
                        guard try JobTable(transaction).complete(one) else { throw Taken() }
                        try completion.write(transaction)
                    }
                } catch { errors.append(error) }
            }
            return errors
        }

        struct Taken: Error {}
    }

    @Test("what is unread after its time comes once, and not again until there is more", arguments: TestEngine.allCases)
    func once(engine: TestEngine) async throws {
        let scene = try await Scene(engine, names: true)
        try await scene.make()
        #expect(try await scene.send().isEmpty && scene.outbox.messages.isEmpty)
        scene.hub.clock.advance(by: 901)
        #expect(try await scene.send().isEmpty)
        let message = try #require(scene.outbox.messages.first)
        #expect(scene.outbox.messages.count == 1)
        let unread = try await scene.notifications.unread(access: scene.access).count
        #expect(message.subject == "\(unread) unread in acme")
        #expect(message.to.text == "me@acme.example")
        #expect(message.rulesAddress == "https://chat.example.com/app/acme/settings/notifications")
        #expect(message.text.contains("Ana: New message"))
        #expect(!message.text.contains("Hello\n"), "what the customer wrote is in no e-mail")

        scene.hub.clock.advance(by: 901)
        #expect(try await scene.send().isEmpty && scene.outbox.messages.count == 1)
        let mine = try #require(scene.work.cases.first { $0.assignment.assignee == scene.work.me.account.id })
        let phone = "1555019901\(scene.work.cases.firstIndex { $0.conversation == mine.conversation } ?? 0)"
        try await scene.hub.receive(scene.hub.text("More", from: phone))
        try await scene.make()
        scene.hub.clock.advance(by: 901)
        #expect(try await scene.send().isEmpty)
        #expect(scene.outbox.messages.map(\.subject).last == "1 unread in acme")
        #expect(scene.outbox.messages.count == 2)
    }

    @Test("nothing comes of what was read, can't be seen, or isn't wanted any more", arguments: ["read", "hidden", "off", "server"])
    func unneeded(reason: String) async throws {
        let scene = try await Scene(.sqlite)
        try await scene.make()
        switch reason {
        case "read": _ = try await scene.notifications.markAllRead(access: scene.access)
        case "hidden":
            try await scene.work.teams.setVisibility(.own, of: .agent, access: scene.hub.access)
            for one in scene.work.cases {
                try await scene.hub.conversations.change(one.conversation, .assign(.nobody), access: scene.hub.access)
            }
        case "off": try await scene.notifications.setRules(.standard, access: scene.access)
        default: try await scene.mail.delete(access: scene.hub.access)
        }
        scene.hub.clock.advance(by: 901)
        #expect(try await scene.send().isEmpty)
        #expect(scene.outbox.messages.isEmpty)
    }

    @Test("a server that took nothing gets it again; one that may have taken it doesn't", arguments: TestEngine.allCases)
    func retried(engine: TestEngine) async throws {
        for (failure, again) in [(MailFailure.later("x"), true), (.unknown("x"), false)] {
            let scene = try await Scene(engine)
            try await scene.make()
            scene.hub.clock.advance(by: 901)
            scene.outbox.fail(failure)
            let errors = try await scene.send()
            #expect(errors.count == (again ? 1 : 0))
            #expect(!errors.contains { $0 is JobProblem })
            scene.outbox.fail(nil)
            scene.hub.clock.advance(by: 61)
            #expect(try await scene.send().isEmpty)
            #expect(scene.outbox.messages.count == (again ? 2 : 1), "\(failure)")
            scene.hub.clock.advance(by: 61)
            #expect(try await scene.send().isEmpty)
            #expect(scene.outbox.messages.count == (again ? 2 : 1), "\(failure)")
        }
    }

    @Test(
        "what the server refuses is kept with its settings and leaves no job; it comes with the next news", arguments: TestEngine.allCases)
    func refused(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.make()
        scene.hub.clock.advance(by: 901)
        scene.outbox.fail(.refused("The server is full."))
        let moment = scene.hub.clock.now
        #expect(try await scene.send().isEmpty)
        let count = try await scene.hub.database.read { try $0.rows("SELECT COUNT(*) FROM jobs WHERE kind = 'digest'")[0].integer(0) }
        #expect(count == 0)
        #expect(try await scene.mail.settings(access: scene.hub.access)?.fault == MailFault(reason: "The server is full.", at: moment))

        scene.outbox.fail(nil)
        let mine = try #require(scene.work.cases.first { $0.assignment.assignee == scene.work.me.account.id })
        let phone = "1555019901\(scene.work.cases.firstIndex { $0.conversation == mine.conversation } ?? 0)"
        try await scene.hub.receive(scene.hub.text("More", from: phone))
        try await scene.make()
        scene.hub.clock.advance(by: 901)
        #expect(try await scene.send().isEmpty)
        #expect(scene.outbox.messages.count == 2)
        #expect(scene.outbox.messages.map(\.subject).first == scene.outbox.messages.map(\.subject).last, "nothing is lost")
        #expect(try await scene.mail.settings(access: scene.hub.access)?.fault == nil)
    }

    @Test("a server that can't be reached is tried for some hours, and then with the next news")
    func unreachable() async throws {
        let scene = try await Scene(.sqlite)
        try await scene.make()
        scene.outbox.fail(.later("Not now."))
        var tries = 0
        scene.hub.clock.advance(by: 901)
        while try await !scene.send().isEmpty {
            tries += 1
            try #require(tries < 100)
            scene.hub.clock.advance(by: 61)
        }
        #expect(scene.outbox.messages.count == tries + 1)
        #expect(try await scene.mail.settings(access: scene.hub.access)?.fault?.reason == "Not now.")
        #expect(try await scene.hub.database.read { try $0.rows("SELECT COUNT(*) FROM jobs WHERE kind = 'digest'")[0].integer(0) } == 0)
    }

    @Test("who changes the server stands in the log, without what it takes to sign in", arguments: TestEngine.allCases)
    func logged(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.mail.delete(access: scene.hub.access)
        let events = try await scene.hub.allEvents().filter { $0.kind == EventKind.mailUpdated.rawValue }
        #expect(events.map(\.cause) == ["set", "removed"])
        #expect(events.allSatisfy { $0.subjectID == scene.hub.workspaceID.text && $0.actor == scene.hub.access.actor.text })
    }

    @Test("a workspace has one test under way at a time")
    func tests() async throws {
        let scene = try await Scene(.sqlite)
        let (address, access) = (try EmailAddress(parsing: "ana@example.com"), scene.hub.access)
        let slow = SlowMail()
        let hub = scene.hub
        let mail = MailService(
            database: hub.database, sealing: FakeSealing(), sender: slow, signals: hub.signals, now: { hub.clock.now })
        try await mail.save(Scene.server(), password: nil, access: access)
        async let first: Void = mail.test(to: address, access: access)
        await slow.begun()
        await #expect(throws: MailProblem.testUnderWay) { try await mail.test(to: address, access: access) }
        slow.answer()
        try await first
    }

    /// A server that answers when a test lets it.
    private struct SlowMail: MailSender {
        private let arrivals = AsyncStream<Void>.makeStream()
        private let answers = AsyncStream<Void>.makeStream()

        func begun() async { for await _ in arrivals.stream { return } }
        func answer() { answers.continuation.finish() }

        func send(_ message: MailMessage, by settings: MailSettings, password: String?) async throws(MailFailure) {
            arrivals.continuation.yield()
            for await _ in answers.stream {}
        }
    }

    @Test("two that work on the same one send it once", arguments: TestEngine.allCases)
    func together(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        try await scene.make()
        scene.hub.clock.advance(by: 901)
        let hub = scene.hub
        let jobs = try await hub.database.write {
            try JobTable($0).take(kind: DigestJob.kind, now: hub.clock.now, leaseSeconds: 60, limit: 1)
        }
        let job = try #require(jobs.first)
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { _ = try await scene.job.run(job) } }
            try await group.waitForAll()
        }
        #expect(scene.outbox.messages.count == 1)
        #expect(!scene.outbox.messages[0].text.contains("Ana"), "without names, as is the rule")
    }

    @Test("who looks after numbers hears at once that one stopped, once, in the bell and by e-mail", arguments: TestEngine.allCases)
    func numbers(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let boss = try await scene.work.members.add(email: "boss@acme.example", name: "Bo", role: .admin, actor: nil, access: hub.access)
            .member
        func access(_ role: Role, _ member: Member) -> Access {
            Access(workspaceID: hub.workspaceID, actor: .member(member.account.id), grants: role.grants, visibility: .all, address: nil)
        }
        let admin = access(.admin, boss)
        _ = try await scene.make()
        _ = try await scene.notifications.markAllRead(access: admin)
        let account = hub.connection.businessAccountID
        for _ in 0..<2 {
            try await hub.receive(.sender(SenderNews(account: account, digits: nil, change: .event(.suspended, text: nil, until: nil))))
        }
        try await hub.database.write { transaction in
            try EventTable(transaction, hub.access).append(
                NewEvent(.senderUpdated, subject: hub.sender.id.text, cause: SenderUsage.warningCause), at: hub.clock.now)
        }
        try await scene.make()
        let told = try await scene.notifications.list(onlyUnread: true, after: nil, limit: 100, access: admin).data
        #expect(Set(told.map(\.kind)) == [.limit, .stopped] && told.count == 2)
        #expect(told.allSatisfy { $0.topic == .sender(hub.sender.id) && $0.count == 1 })
        #expect(told.first { $0.kind == .stopped }?.subjectID == SenderReason.suspended.rawValue)
        // Whoever only talks with customers hears nothing, and whoever no longer looks after numbers has nothing.
        for reader in [scene.access, access(.agent, boss)] {
            #expect(try await scene.notifications.list(after: nil, limit: 100, access: reader).data.allSatisfy { $0.topic.senderID == nil })
        }
        for one in told {
            await #expect(throws: NotificationProblem.missing) {
                try await scene.notifications.markRead(one.id, access: access(.agent, boss))
            }
        }

        #expect(try await scene.send().isEmpty)
        let letters = scene.outbox.messages
        #expect(letters.map(\.to.text) == ["boss@acme.example"])
        #expect(letters.first?.text.contains("Acme: It can\u{2019}t send any more. WhatsApp has suspended") == true)
        #expect(letters.first?.text.contains("https://chat.example.com/app/acme/whatsapp/senders/\(hub.sender.id)") == true)
        hub.clock.advance(by: 100_000)
        _ = try await scene.send()
        #expect(scene.outbox.messages.count { $0.to.text == "boss@acme.example" } == 1)
    }

    @Test("of missing credits the renewals write, and the bell shows them all the same", arguments: TestEngine.allCases)
    func credits(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let boss = try await scene.work.members.add(email: "boss@acme.example", name: "Bo", role: .admin, actor: nil, access: hub.access)
            .member
        try await hub.befall(.subscriptionLapsed)
        try await hub.database.write { transaction in
            try EventTable(transaction, hub.access).append(
                NewEvent(.senderUpdated, subject: hub.sender.id.text, cause: SenderEvent.subscriptionLapsed.rawValue), at: hub.clock.now)
        }
        try await scene.make()
        let admin = Access(
            workspaceID: hub.workspaceID, actor: .member(boss.account.id), grants: Role.admin.grants, visibility: .all, address: nil)
        #expect(try await scene.notifications.list(after: nil, limit: 10, access: admin).data.contains { $0.kind == .stopped })
        _ = try await scene.send()
        #expect(!scene.outbox.messages.contains { $0.to.text == "boss@acme.example" })
    }

    @Test("names that mean harm make no line of their own, and turn nothing")
    func hostile() {
        let missed = [PersonalNotification.Kind.message, .mention].enumerated().map { number, kind in
            PersonalNotification(
                id: Identifier("ntf_\(number)"), kind: kind, topic: .conversation(Identifier("cnv_\(number)")), subjectID: nil, actor: nil,
                count: 1,
                at: Date(timeIntervalSince1970: 0), readAt: nil)
        }
        func text(_ name: String) -> DigestText {
            DigestText(
                person: name, workspace: name, base: "https://chat.example.com/app/acme",
                names: [missed[0].topic: name, missed[1].topic: name])
        }
        for name in HostileTexts.all + [
            "ends\u{85}with\u{2029}breaks\u{2028}", String(repeating: "a\u{301}\u{302}\u{303}\u{304}\u{305}", count: 500),
        ] {
            let line = name.line(100)
            #expect(text(name).subject(missed) == "2 unread in \(line)")
            let body = text(name).body(missed)
            // As with a harmless name, which then stands where the other one stood.
            let usual = text("Plain Name").body(missed).split(separator: "\n", omittingEmptySubsequences: false)
            let lines = body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            #expect(lines.map(String.init) == usual.map { String($0).replacing("Plain Name", with: line) }, "\(name.debugDescription)")
            #expect(line.unicodeScalars.count <= 400)
            #expect(
                !body.unicodeScalars.contains { ($0.properties.generalCategory == .control && $0 != "\n") || $0.properties.isBidiControl })
        }
    }

    @Test("a password stays with its server and user, and is in no answer", arguments: TestEngine.allCases)
    func password(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let access = scene.hub.access
        try await scene.mail.save(Scene.server(), password: nil, access: access)
        #expect(try await scene.mail.settings(access: access)?.hasPassword == true)
        for other in [try Scene.server(host: "smtp.evil.example"), try Scene.server(user: "other"), try Scene.server(user: nil)] {
            await #expect(throws: MailProblem.passwordNeeded) { try await scene.mail.save(other, password: nil, access: access) }
        }
        #expect(try await scene.mail.settings(access: access)?.settings == Scene.server())
        let stored = try await scene.hub.database.read { try $0.rows("SELECT password FROM mail_settings")[0].text(0) }
        #expect(!stored.contains("secret"))
        try await scene.mail.save(Scene.server(host: "smtp.other.example"), password: "", access: access)
        #expect(try await scene.mail.settings(access: access)?.hasPassword == false)
        await #expect(throws: AccessProblem.notPermitted(.settingsManage)) { try await scene.mail.settings(access: scene.access) }
    }
}
