import Domain
import Foundation
import Store
import TestSupport
import Testing

@testable import Services

/// Webhooks in; rows, e-mail and calls out.
@Suite("Reception")
struct ReceptionTests {
    struct Scene {
        let hub: TestHub
        let outbox = FakeMail()
        let service: ReceptionService
        let mail: MailService
        private let handlers: [any JobHandler]

        init(_ engine: TestEngine) async throws {
            hub = try await TestHub(try await TestDatabase.make(engine))
            let clock = hub.clock
            let now: @Sendable () -> Date = { clock.now }
            service = ReceptionService(
                database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], signals: hub.signals, now: now)
            mail = MailService(
                database: hub.database, sealing: SecretBox(SecretKey.make().key), sender: outbox, signals: hub.signals, now: now)
            handlers = [
                CallBlockingJob(
                    database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], sending: hub.sending, now: now),
                ReceptionMailJob(
                    database: hub.database, mail: mail, sender: outbox, publicURL: "https://chat.example.com", numbers: .none, now: now),
                KeptIntakeJob(database: hub.database, intake: hub.intake, now: now),
            ]
        }

        func setServer() async throws {
            try await mail.save(
                try MailSettings(host: "smtp.example.com", port: 587, security: .startTLS, user: nil, sender: "support@example.com"),
                password: nil, access: hub.access)
        }

        @discardableResult
        func set(
            messages: Bool = true, notifies: Bool = true, groups: Bool = true, mail: String? = nil, calls: Bool = false,
            blockMessage: String? = nil
        ) async throws -> Reception {
            try await service.save(
                try ReceptionOptions(
                    receivesMessages: messages, notifies: notifies, receivesGroupMessages: groups, sendsMail: mail != nil,
                    mailAddress: mail, blocksCalls: calls, blockMessage: blockMessage), of: hub.sender.id, access: hub.access)
        }

        func reception() async throws -> Reception { try await service.reception(of: hub.sender.id, access: hub.access) }

        /// Does what is due, as a runner would; returns the errors of what is to be tried again.
        @discardableResult
        func work() async throws -> [any Error] {
            var errors: [any Error] = []
            for handler in handlers {
                let jobs = try await hub.database.write { [hub] in
                    try JobTable($0).take(kind: type(of: handler).kind, now: hub.clock.now, leaseSeconds: 60, limit: 100)
                }
                for job in jobs {
                    do {
                        let completion = try await handler.run(job)
                        try await hub.database.write { transaction in
                            #expect(try JobTable(transaction).complete(job))
                            try completion.write(transaction)
                        }
                    } catch {
                        errors.append(error)
                        try await hub.database.write { [hub] in
                            try JobTable($0).fail(job, error: "later", runAt: hub.clock.now.addingTimeInterval(2))
                        }
                    }
                }
            }
            return errors
        }

        func count(_ table: String) async throws -> Int {
            try await hub.database.read { try $0.rows("SELECT COUNT(*) FROM \(raw: table)")[0].integer(0) }
        }

        func call(_ id: String = "wacid.1", from phone: String = "15550199001", at: Date? = nil) -> InboundEvent {
            .message(
                InboundMessage(
                    providerID: id,
                    from: InboundParty(phone: PhoneNumber(providerDigits: phone), businessScopedID: nil, username: nil, name: "Ana"),
                    at: at ?? hub.clock.now, content: .call(CallContent())))
        }

        func group(_ text: String, id: String) -> InboundEvent {
            .message(
                InboundMessage(
                    providerID: id,
                    from: InboundParty(
                        phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: "Ana"),
                    at: hub.clock.now, content: .text(TextContent(body: text)), groupID: "group-1"))
        }

        /// Texts that were sent from here.
        func sent() async throws -> [String] {
            try await hub.database.read { [workspaceID = hub.workspaceID] in
                try $0.rows(
                    "SELECT content FROM messages WHERE workspace_id = \(workspaceID) AND direction = 'outbound' ORDER BY sequence"
                ).map { try $0.text(0) }
            }
        }
    }

    // MARK: Options

    @Test("a number without options has the usual ones, and each change is in the log with who made it", arguments: TestEngine.allCases)
    func options(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        #expect(try await scene.reception() == Reception(options: .usual, callFault: nil, keptCount: 0))
        try await scene.set(notifies: false, calls: true, blockMessage: "Please write")
        try await scene.set(notifies: false, calls: true, blockMessage: "Please write")
        #expect(try await scene.reception().options.blockMessage == "Please write")
        let dropped = try await scene.set(blockMessage: "Forgotten while calls ring")
        #expect(dropped.options == .usual)
        let told = try await scene.hub.allEvents().filter { $0.kind == EventKind.senderUpdated.rawValue }
        #expect(
            told.map(\.cause) == [
                "reception-notifications-off", "reception-call-blocking-on", "reception-block-message", "reception-notifications-on",
                "reception-call-blocking-off", "reception-block-message",
            ])
        #expect(told.allSatisfy { $0.actor == "system:test" && $0.subjectID == scene.hub.sender.id.text })
        #expect(scene.hub.channel.allowedCalls == [scene.hub.sender.id], "the provider is asked once, when blocking begins")
    }

    @Test("only who manages senders changes them, and nobody those of another workspace", arguments: TestEngine.allCases)
    func access(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let agent = Access(
            workspaceID: hub.workspaceID, actor: .system("test"), grants: Role.agent.grants, visibility: .all, address: nil)
        #expect(try await scene.service.reception(of: hub.sender.id, access: agent).options == .usual)
        await #expect(throws: AccessProblem.notPermitted(.sendersManage)) {
            try await scene.service.save(.usual, of: hub.sender.id, access: agent)
        }
        await #expect(throws: AccessProblem.notPermitted(.journalReplay)) {
            try await scene.service.bringIn(of: hub.sender.id, access: agent)
        }
        let other = try await TestHub(hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        await #expect(throws: SenderProblem.missing) {
            try await scene.service.reception(of: hub.sender.id, access: other.access)
        }
        await #expect(throws: SenderProblem.missing) { try await scene.service.save(.usual, of: hub.sender.id, access: other.access) }
    }

    @Test("what can't be is refused, and nothing is changed")
    func refusals() async throws {
        let scene = try await Scene(.sqlite)
        await #expect(throws: ReceptionProblem.mailServerMissing) { try await scene.set(mail: "team@example.com") }
        try await scene.setServer()
        #expect(try await scene.set(mail: "team@example.com").options.mailAddress?.text == "team@example.com")
        scene.hub.channel.refuseCalls(ChannelProblem.permanent("code 138015: no"))
        await #expect(throws: ReceptionProblem.callsRefused("WhatsApp refused this (code 138015: no).")) {
            try await scene.set(messages: false, calls: true)
        }
        scene.hub.channel.refuseCalls(ReceptionProblem.callsNotSubscribed)
        await #expect(throws: ReceptionProblem.callsNotSubscribed) { try await scene.set(calls: true) }
        #expect(try await scene.reception().options.receivesMessages)
        #expect(try await !scene.reception().options.blocksCalls)
    }

    // MARK: Receiving

    @Test("off, what comes is kept once and makes nothing, and statuses count all the same", arguments: TestEngine.allCases)
    func off(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await hub.receive(hub.text("before", id: "wamid.0"))
        let message = try await hub.dispatch(until: { $0.status == .sent }, hub.submit("Hi").id)
        let providerID = try #require(message.providerID)
        try await scene.set(messages: false)

        let before = try #require(try await hub.list().first)
        let text = hub.text("unseen", id: "wamid.1")
        for _ in 0..<3 { try await hub.receive(text, hub.text("from nobody known", from: "15550199009", id: "wamid.2")) }
        try await hub.receive(.status(InboundStatus(providerID: providerID, status: .delivered, at: hub.clock.now)))
        let after = try await hub.list()
        #expect(after.map(\.id) == [before.id] && after[0].unread == before.unread && after[0].lastInboundAt == before.lastInboundAt)
        #expect(try await hub.thread(before.id) == ["before", "Hi"])
        #expect(try await hub.conversations.message(message.id, access: hub.access).status == .delivered)
        #expect(try await scene.reception().keptCount == 1, "one delivery, though the provider repeated it")
        let journal = JournalService(database: hub.database, intake: hub.intake, signals: hub.signals)
        let entries = try await journal.list(of: hub.connection.id, after: nil, limit: 10, access: hub.access).data
        #expect(entries.map { $0.items.map(\.reason) } == [Array(repeating: "not received: messages are off", count: 2)])
    }

    @Test("what was kept comes in when somebody asks for it, in its order and once", arguments: TestEngine.allCases)
    func broughtIn(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.set(messages: false)
        for number in 1...120 {
            try await hub.receive(hub.text("text \(number)", id: "wamid.\(number)", at: hub.clock.now))
            hub.clock.advance(by: 1)
        }
        await #expect(throws: ReceptionProblem.notReceiving) {
            try await scene.service.bringIn(of: hub.sender.id, access: hub.access)
        }
        try await scene.set()
        #expect(try await hub.list().isEmpty, "turning it on brings nothing in by itself")
        #expect(try await scene.service.bringIn(of: hub.sender.id, access: hub.access) == 120)
        // Asked twice, and begun by a worker that died in the midst of it: all the same.
        _ = try await scene.service.bringIn(of: hub.sender.id, access: hub.access)
        let first = try await hub.database.read { transaction in
            let kept = KeptWebhookTable(transaction, hub.access)
            return try kept.list(of: hub.sender.id, upTo: try #require(try kept.newest(of: hub.sender.id)), limit: 3)
        }
        for entry in first { try await hub.intake.replay(entry, access: hub.access, database: hub.database) }
        try await scene.work()
        try await scene.work()
        let conversation = try #require(try await hub.list().first)
        #expect(conversation.unread == 120)
        #expect(try await hub.thread(conversation.id) == (21...120).map { "text \($0)" }, "the newest hundred, in their order")
        #expect(try await scene.reception().keptCount == 0)
        #expect(try await scene.service.bringIn(of: hub.sender.id, access: hub.access) == 0)
    }

    @Test("group messages are kept while they are off, and stay so when the rest is brought in", arguments: TestEngine.allCases)
    func groups(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.set(groups: false)
        try await hub.receive(scene.group("in the group", id: "wamid.g"), hub.text("alone", id: "wamid.a"))
        #expect(try await hub.list().map(\.last?.preview) == ["alone"])
        #expect(try await scene.reception().keptCount == 1)
        _ = try await scene.service.bringIn(of: hub.sender.id, access: hub.access)
        try await scene.work()
        #expect(try await hub.list().count == 1)
        #expect(try await scene.reception().keptCount == 1)
        try await scene.set()
        _ = try await scene.service.bringIn(of: hub.sender.id, access: hub.access)
        try await scene.work()
        #expect(try await Set(hub.list().map(\.last?.preview)) == ["alone", "in the group"])
        #expect(try await scene.reception().keptCount == 0)
    }

    // MARK: Notifying

    @Test("off, a number's messages are on nobody's bell, while assignments are", arguments: TestEngine.allCases)
    func notifications(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let clock = hub.clock
        let person = try await hub.member("Kim", role: .agent)
        let access = Access(
            workspaceID: hub.workspaceID, actor: .member(person), grants: Role.agent.grants, visibility: .all, address: nil)
        let notifications = NotificationService(database: hub.database, signals: hub.signals, now: { clock.now })
        try await notifications.setRules(.init(bell: Set(PersonalNotification.Kind.allCases), places: [.all]), access: access)
        let maker = NotificationMaker(database: hub.database, signals: hub.signals, now: { clock.now })
        func kinds() async throws -> [PersonalNotification.Kind] {
            repeat {
                try await maker.round()
            } while try await hub.database.read { try !NotificationFeedTable.behind($0, limit: 10).isEmpty }
            return try await notifications.list(after: nil, limit: 10, access: access).data.map(\.kind)
        }
        try await scene.set(notifies: false)
        try await hub.receive(hub.text("quiet", id: "wamid.1"))
        #expect(try await kinds() == [])
        let conversation = try #require(try await hub.list().first)
        #expect(conversation.unread == 1)
        try await hub.conversations.change(conversation.id, .assign(Assignment(assignee: person)), access: hub.access)
        #expect(try await kinds() == [.assignment])
        try await scene.set()
        try await hub.receive(hub.text("loud", id: "wamid.2"))
        #expect(try await Set(kinds()) == [.assignment, .message])
    }

    // MARK: E-mail

    @Test("what comes together goes as one e-mail, and one a minute at most", arguments: TestEngine.allCases)
    func mail(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.setServer()
        try await scene.set(mail: "team@example.com")
        try await hub.receive(hub.text("Is it open?", id: "wamid.1"))
        try await scene.work()
        #expect(scene.outbox.messages.isEmpty, "others may come with it")
        hub.clock.advance(by: 6)
        try await scene.work()
        let conversation = try #require(try await hub.list().first)
        let first = try #require(scene.outbox.messages.first)
        #expect(first.to.text == "team@example.com")
        #expect(first.subject == "New message from Ana (+15550199001) to Acme")
        #expect(first.text.contains("> Is it open?\nhttps://chat.example.com/app/acme/whatsapp/\(conversation.id)\n"))

        for number in 0..<25 {
            hub.clock.advance(by: 1)
            try await hub.receive(hub.text("more \(number)", id: "wamid.m\(number)"))
        }
        try await scene.work()
        #expect(scene.outbox.messages.count == 1)
        hub.clock.advance(by: 36)
        try await scene.work()
        let second = try #require(scene.outbox.messages.last)
        #expect(scene.outbox.messages.count == 2)
        #expect(second.subject == "25 new messages to Acme")
        #expect(second.text.contains("> more 19\n") && !second.text.contains("more 20"))
        #expect(second.text.contains("And 5 that aren\u{2019}t written out here."))
        hub.clock.advance(by: 3_600)
        try await scene.work()
        #expect(scene.outbox.messages.count == 2)
        #expect(try await scene.count("reception_mails") == 0)
    }

    @Test("a server that is away loses nothing, and one that may have taken it isn't asked again", arguments: TestEngine.allCases)
    func mailFails(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.setServer()
        try await scene.set(mail: "team@example.com")
        scene.outbox.fail(.later("The server is away."))
        try await hub.receive(hub.text("first", id: "wamid.1"))
        hub.clock.advance(by: 6)
        #expect(try await scene.work().count == 1)
        #expect(try await scene.mail.settings(access: hub.access)?.fault?.reason == "The server is away.")
        try await hub.receive(hub.text("second", id: "wamid.2"))
        scene.outbox.fail(nil)
        hub.clock.advance(by: 6)
        #expect(try await scene.work().isEmpty)
        let last = try #require(scene.outbox.messages.last)
        #expect(last.text.contains("> first\n") && last.text.contains("> second\n"))
        #expect(Set(scene.outbox.messages.map(\.id)).count == 1, "a server that has it already knows it by its id")
        #expect(try await scene.mail.settings(access: hub.access)?.fault == nil)

        scene.outbox.fail(.unknown("The connection broke."))
        try await hub.receive(hub.text("third", id: "wamid.3"))
        hub.clock.advance(by: 61)
        #expect(try await scene.work().isEmpty)
        scene.outbox.fail(nil)
        let count = scene.outbox.messages.count
        hub.clock.advance(by: 3_600)
        try await scene.work()
        #expect(scene.outbox.messages.count == count)
    }

    @Test("a refusing server is asked again with the next message, and nobody is told once it is off")
    func mailRefused() async throws {
        let scene = try await Scene(.sqlite)
        let hub = scene.hub
        try await scene.setServer()
        try await scene.set(mail: "team@example.com")
        scene.outbox.fail(.refused("No such user."))
        try await hub.receive(hub.text("first", id: "wamid.1"))
        hub.clock.advance(by: 6)
        #expect(try await scene.work().isEmpty)
        #expect(try await scene.count("reception_mails") == 1)
        try await scene.set()
        hub.clock.advance(by: 6)
        try await scene.set(mail: "team@example.com")
        scene.outbox.fail(nil)
        try await hub.receive(hub.text("second", id: "wamid.2"))
        try await scene.set()
        hub.clock.advance(by: 61)
        try await scene.work()
        #expect(scene.outbox.messages.count == 1)
        #expect(try await scene.count("reception_mails") == 0)
    }

    @Test("a customer's words stay words: no header, no line and no link of theirs passes for ours")
    func hostile() async throws {
        let scene = try await Scene(.sqlite)
        let hub = scene.hub
        try await scene.setServer()
        try await scene.set(mail: "team@example.com")
        let evil = "Hi\r\nBcc: all@example.com\r\n\r\nNew for Acme:\n\u{202E}https://evil.example/app\u{2028}.\n> quoted\0"
        try await hub.receive(hub.text(evil.replacing("\0", with: ""), name: "Ana\r\nTo: x@example.com\u{202E}", id: "wamid.1"))
        hub.clock.advance(by: 6)
        try await scene.work()
        let message = try #require(scene.outbox.messages.first)
        #expect(!message.subject.contains("\n") && !message.subject.contains("\u{202E}"))
        let lines = message.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.contains("> Bcc: all@example.com") && lines.contains("> New for Acme:"))
        #expect(!lines.contains { $0.hasPrefix("Bcc:") || $0.hasPrefix("To:") || $0.hasPrefix("https://evil") })
        #expect(!message.text.contains("\u{202E}") && !message.text.contains("\u{2028}"))
        let head = String(decoding: message.bytes, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0]
        #expect(!head.contains("Bcc") && head.components(separatedBy: "\r\nTo:").count == 2)
    }

    @Test("what came long after it was written is in no e-mail")
    func lateMail() async throws {
        let scene = try await Scene(.sqlite)
        try await scene.setServer()
        try await scene.set(mail: "team@example.com")
        try await scene.hub.receive(scene.hub.text("old", id: "wamid.1", at: scene.hub.clock.now.addingTimeInterval(-3_600)))
        scene.hub.clock.advance(by: 61)
        try await scene.work()
        #expect(scene.outbox.messages.isEmpty)
    }

    // MARK: Calls

    @Test("a call is rejected, and the caller is sent the block message once an hour", arguments: TestEngine.allCases)
    func calls(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.set(calls: true, blockMessage: "Please write")
        // The provider repeats, and two callers call.
        let first = scene.call("wacid.1")
        for _ in 0..<3 { try await hub.receive(first) }
        try await hub.receive(scene.call("wacid.2", from: "15550199002"))
        try await scene.work()
        #expect(hub.channel.rejectedCalls.sorted() == ["wacid.1", "wacid.2"])
        #expect(try await scene.sent().count == 2)
        #expect(try await scene.sent().allSatisfy { $0.contains("Please write") })
        hub.clock.advance(by: 3_599)
        try await hub.receive(scene.call("wacid.3"))
        try await scene.work()
        #expect(hub.channel.rejectedCalls.last == "wacid.3")
        #expect(try await scene.sent().count == 2)
        hub.clock.advance(by: 1)
        try await hub.receive(scene.call("wacid.4"))
        try await scene.work()
        #expect(try await scene.sent().count == 3)
        let message = try #require(try await hub.list(.init()).first { $0.contact.phoneNumber?.text == "+15550199001" })
        #expect(message.lastInboundAt != nil, "a call opens the window, also one that is rejected")
    }

    @Test("a worker that dies after the rejection rejects again and sends once", arguments: TestEngine.allCases)
    func callCrash(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let clock = hub.clock
        try await scene.set(calls: true, blockMessage: "Please write")
        try await hub.receive(scene.call())
        let job = CallBlockingJob(
            database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], sending: hub.sending, now: { clock.now })
        func take() async throws -> Job {
            try #require(
                try await hub.database.write {
                    try JobTable($0).take(kind: JobKind.callBlocking, now: clock.now, leaseSeconds: 5, limit: 1)
                }.first)
        }
        let lost = try await take()
        let stale = try await job.run(lost)
        hub.clock.advance(by: 6)
        let taken = try await take()
        let completion = try await job.run(taken)
        try await hub.database.write { transaction in
            #expect(try JobTable(transaction).complete(taken))
            try completion.write(transaction)
        }
        // The first worker comes back: its result is dropped, as the runner does it.
        #expect(try await hub.database.write { try JobTable($0).complete(lost) } == false)
        _ = stale
        #expect(hub.channel.rejectedCalls == ["wacid.1", "wacid.1"])
        #expect(try await scene.sent().count == 1)
        // Even had it gone on, the hour is taken.
        try await hub.database.write { try stale.write($0) }
        #expect(try await scene.sent().count == 1)
    }

    @Test("one caller who calls eight times at once is sent one message, by however many workers", arguments: TestEngine.allCases)
    func callsAtOnce(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        let clock = hub.clock
        try await scene.set(calls: true, blockMessage: "Please write")
        try await hub.receive((1...8).map { scene.call("wacid.\($0)") })
        let jobs = try await hub.database.write {
            try JobTable($0).take(kind: JobKind.callBlocking, now: clock.now, leaseSeconds: 60, limit: 10)
        }
        try await withThrowingTaskGroup { group in
            for one in jobs {
                group.addTask {
                    let job = CallBlockingJob(
                        database: hub.database, directory: hub.directory, channels: [.meta: hub.channel], sending: hub.sending,
                        now: { clock.now })
                    let completion = try await job.run(one)
                    try await hub.database.write { transaction in
                        #expect(try JobTable(transaction).complete(one))
                        try completion.write(transaction)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(hub.channel.rejectedCalls.count == 8)
        #expect(try await scene.sent().count == 1)
    }

    @Test("what WhatsApp refuses is shown until a call is rejected, and what may work in a moment is tried again")
    func callRefused() async throws {
        let scene = try await Scene(.sqlite)
        let hub = scene.hub
        try await scene.set(calls: true, blockMessage: "Please write")
        hub.channel.answerCalls(.permanent("code 138013: suspended"))
        try await hub.receive(scene.call("wacid.1"))
        try await scene.work()
        #expect(try await scene.reception().callFault?.reason == "WhatsApp refused this (code 138013: suspended).")
        #expect(try await scene.sent().count == 1, "the caller has called all the same")
        hub.channel.answerCalls(.temporary("busy"), nil)
        try await hub.receive(scene.call("wacid.2", from: "15550199002"))
        #expect(try await scene.work().count == 1)
        #expect(try await scene.sent().count == 1)
        hub.clock.advance(by: 3)
        #expect(try await scene.work().isEmpty)
        #expect(try await scene.reception().callFault == nil)
        #expect(try await scene.sent().count == 2)
        // A caller who hung up before is no fault of anybody's.
        try await hub.receive(scene.call("wacid.5", from: "15550199005"))
        try await hub.receive(.callEnd(InboundCallEnd(providerID: "wacid.5", content: CallContent(outcome: .missed))))
        hub.channel.answerCalls(.permanent("code 131009: no such call"))
        #expect(try await scene.work().isEmpty)
        #expect(try await scene.reception().callFault == nil)
        #expect(try await scene.sent().count == 3)
        // A call that rings no more is left alone; one that is an hour old is no matter at all.
        hub.clock.advance(by: 7_200)
        try await hub.receive(
            scene.call("wacid.3", from: "15550199003", at: hub.clock.now.addingTimeInterval(-90)),
            scene.call("wacid.4", from: "15550199004", at: hub.clock.now.addingTimeInterval(-3_600)))
        try await scene.work()
        #expect(hub.channel.rejectedCalls == ["wacid.1", "wacid.2", "wacid.2", "wacid.5"])
        #expect(try await scene.sent().count == 4)
    }

    @Test("nothing is sent where the gate refuses, and then the hour isn't begun", arguments: TestEngine.allCases)
    func callGate(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.set(calls: true, blockMessage: "Please write")
        try await hub.befall(.suspended)
        try await hub.receive(scene.call("wacid.1"))
        try await scene.work()
        #expect(hub.channel.rejectedCalls == ["wacid.1"])
        #expect(try await scene.sent().isEmpty)
        #expect(try await scene.count("block_messages") == 0)
        try await hub.befall(.reinstated)
        try await hub.receive(scene.call("wacid.2"))
        try await scene.work()
        #expect(try await scene.sent().count == 1)
    }

    @Test("while messages aren't received, a call is rejected and nobody is written to", arguments: TestEngine.allCases)
    func callOff(engine: TestEngine) async throws {
        let scene = try await Scene(engine)
        let hub = scene.hub
        try await scene.set(messages: false, calls: true, blockMessage: "Please write")
        try await hub.receive(scene.call())
        try await hub.receive(scene.call())
        try await scene.work()
        #expect(hub.channel.rejectedCalls == ["wacid.1"])
        #expect(try await scene.sent().isEmpty)
        #expect(try await hub.list().isEmpty)
        #expect(try await scene.reception().keptCount == 1)
    }

    @Test("off, calls ring and nothing is sent")
    func callsRing() async throws {
        let scene = try await Scene(.sqlite)
        try await scene.hub.receive(scene.call())
        try await scene.work()
        #expect(scene.hub.channel.rejectedCalls.isEmpty)
        #expect(try await scene.sent().isEmpty)
    }
}
