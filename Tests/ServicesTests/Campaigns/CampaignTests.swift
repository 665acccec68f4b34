import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("Campaigns", .timeLimit(.minutes(5)))
struct CampaignTests {
    @Test("an audience becomes rows, each person once, with the reason where somebody is left out", arguments: TestEngine.allCases)
    func expansion(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let group = try await scene.group()
        let people = try await scene.people(7, in: group)
        try await hub.database.write { [access = hub.access, now = hub.clock.now] transaction in
            try RestrictionTable(transaction, in: access.workspaceID).restrict(
                people[1], until: now.addingTimeInterval(3_600), code: "131049", at: now)
        }
        let id = try await scene.prepared(try scene.plan(.contacts([people[0], people[1]]), .group(group), .directory(ContactFilter())))
        let counts = try await scene.counts(id)
        #expect(counts.audience == 2 + 7 + 7)
        // What passes by itself is asked when somebody's turn comes.
        #expect(counts.exclusions == [.duplicate: 9])
        #expect(counts[.pending] == 7)
        #expect(try await scene.recipients(id).map(\.position) == Array(1...16))
        #expect(try await scene.summary(id).campaign.preparation == .done)
        try await scene.checkCounts(id)
        let previews = try await scene.campaigns.previews(id, access: hub.access)
        #expect(previews.count == 5)
        #expect(previews.allSatisfy { $0.text.body.hasPrefix("Hi Person") && $0.problems.isEmpty })

        // Another audience is read anew.
        let other = try scene.plan(.contacts([people[3]]))
        #expect(try await scene.campaigns.change(id, to: other, access: hub.access).preparation == .running)
        await #expect(throws: CampaignProblem.notPrepared) { try await scene.campaigns.start(id, access: hub.access) }
        try await scene.work()
        #expect(try await scene.counts(id).audience == 1)
        try await scene.checkCounts(id)
    }

    @Test("rows of a file are people of their own, with columns that the message may speak of", arguments: TestEngine.allCases)
    func file(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let known = try await scene.people(1)[0]
        let text = "Order,Phone\nA-1,\(CampaignScene.phone(0))\nA-2,+15555550002\nA-3,nothing\nA-4,+15555550002\n"
        let upload = try await scene.imports.upload([Array(text.utf8)].async, filename: "x.csv", access: hub.access)
        var plan = try scene.plan(.file(CampaignFile(upload: upload.id, phoneColumn: 1)))
        plan.mapping = TemplateMapping(["body.1": .field(.column("Order"), fallback: "x", format: nil)])
        let id = try await scene.started(plan)
        let rows = try await scene.recipients(id)
        #expect(rows.map(\.state) == [.pending, .pending, .excluded, .excluded])
        #expect(rows.map(\.exclusion) == [nil, nil, .numberUnreadable, .duplicate])
        #expect(rows.map(\.contactID) == [known, nil, nil, nil])
        try await scene.run(until: { $0.campaign.state == .finished }, id)
        let bodies = try await scene.hub.database.read { [access = hub.access] transaction in
            try scene.sentTexts(transaction, access, rows: CampaignRecipientTable(transaction, access, of: id).list(limit: 10))
        }
        #expect(bodies == ["Hi A-1, see you soon", "Hi A-2, see you soon"])
        try await scene.checkCounts(id)
    }

    @Test("everybody is written to once, and what became of each is counted", arguments: TestEngine.allCases)
    func whole(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let group = try await scene.group()
        try await scene.people(120, in: group)
        let error = MessageError(code: "131026", detail: "Undeliverable.", advice: "Check the number.", retryable: false)
        hub.channel.answer(.refused(.fail, error))
        let id = try await scene.started(try scene.plan(.group(group)))
        try await scene.run(until: { $0.campaign.state == .finished }, id)
        let counts = try await scene.counts(id)
        #expect((counts[.sent], counts.failed, counts.waiting) == (119, 1, 0))
        #expect(counts.failures == ["131026": 1])
        #expect(hub.channel.sent.count == 120)
        #expect(Set(hub.channel.sent.map(\.attempt.messageID)).count == 120)
        try await scene.checkCounts(id)

        // Late reports count, and so do answers.
        let sent = try await scene.recipients(id).filter { $0.state == .sent }
        let messages = try await hub.database.read { [access = hub.access] in
            try MessageTable($0, access).list(sent.prefix(3).compactMap(\.messageID))
        }
        let at = hub.clock.now.addingTimeInterval(30)
        hub.clock.advance(by: 60)
        for (message, status) in zip(messages, [AttemptStatus.delivered, .read, .delivered]) {
            try await hub.receive(
                .status(
                    InboundStatus(
                        providerID: try #require(message.providerID), status: status, at: at,
                        attempt: .init(messageID: message.id, number: 1))))
        }
        try await scene.follow(id) { $0.delivered == 3 }
        let first = try #require(messages.first)
        let phone = try await hub.database.read { [access = hub.access] in
            try ContactTable($0, access).find(first.contactID)?.phoneNumber?.text.dropFirst()
        }
        try await hub.receive(
            .message(
                InboundMessage(
                    providerID: "wamid.click",
                    from: InboundParty(
                        phone: PhoneNumber(providerDigits: String(try #require(phone))), businessScopedID: nil, username: nil, name: nil),
                    at: hub.clock.now, content: .button(ButtonContent(text: "Yes", payload: "Yes")), replyToProviderID: first.providerID)))
        try await scene.follow(id) { $0.clicked == 1 }
        let after = try await scene.counts(id)
        #expect((after.delivered, after.read, after.replied) == (3, 1, 1))
        #expect(after.deliveredPercent == 2.5)
        try await scene.checkCounts(id)
        let report = try await scene.campaigns.report(id, access: hub.access)
        #expect(report.failures == [.init(count: 1, error: error)])
        #expect(report.people == 120)
        #expect(report.selectedPercent == 100)
        #expect(report.hours.filter { $0.hour.measure == .sent }.reduce(0) { $0 + $1.count } == 119)
    }

    @Test(
        "paused, nothing more leaves; resumed, it goes on where it was; cancelled, nobody else is written to",
        arguments: TestEngine.allCases)
    func pause(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let group = try await scene.group()
        try await scene.people(450, in: group)
        let id = try await scene.started(try scene.plan(.group(group)))
        try await scene.feeder.round()
        #expect(try await scene.counts(id)[.queued] == 400)
        #expect(try await scene.campaigns.pause(id, access: hub.access).state == .paused)
        // Before anything was taken back, and nevertheless nothing leaves.
        let reply = try await hub.sent("still here", until: .sent)
        #expect(hub.channel.sent.map(\.attempt.messageID) == [reply.id])
        try await scene.work()
        #expect(try await scene.counts(id)[.pending] == 450)
        #expect(try await hub.queuedCount() == 0)
        try await scene.checkCounts(id)

        _ = try await scene.campaigns.resume(id, access: hub.access)
        try await scene.run(until: { $0.counts.sent >= 40 }, id)
        _ = try await scene.campaigns.cancel(id, access: hub.access)
        try await scene.work()
        try await scene.run(until: { $0.counts.waiting == 0 }, id)
        let counts = try await scene.counts(id)
        #expect(counts.sent + counts[.cancelled] == 450)
        #expect(hub.channel.sent.count == counts.sent + 1)
        #expect(Set(hub.channel.sent.map(\.attempt.messageID)).count == counts.sent + 1)
        try await scene.checkCounts(id)
        await #expect(throws: CampaignProblem.notNow(.resume, .cancelled)) { try await scene.campaigns.resume(id, access: hub.access) }
    }

    @Test("one that was cancelled and removed at once sends nothing more", arguments: TestEngine.allCases)
    func removal(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let group = try await scene.group()
        try await scene.people(20, in: group)
        let id = try await scene.started(try scene.plan(.group(group)))
        try await scene.feeder.round()
        #expect(try await scene.counts(id)[.queued] == 20)
        _ = try await scene.campaigns.cancel(id, access: hub.access)
        try await scene.campaigns.delete(id, access: hub.access)
        var sent = [try await hub.sent("before", until: .sent).id]
        #expect(hub.channel.sent.map(\.attempt.messageID) == sent)
        try await scene.work()
        #expect(try await scene.recipients(id).isEmpty)
        #expect(try await hub.queuedCount() == 0)
        sent.append(try await hub.sent("after", until: .sent).id)
        #expect(hub.channel.sent.map(\.attempt.messageID) == sent)
    }

    @Test("what couldn’t be taken back is looked at again, also when its message is gone", arguments: TestEngine.allCases)
    func again(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let people = try await scene.people(5)
        let id = try await scene.started(try scene.plan(.contacts(people)))
        try await scene.feeder.round()
        let messages = try await scene.recipients(id).compactMap(\.messageID)
        try await scene.set(messages[0], to: .sending)
        _ = try await scene.campaigns.cancel(id, access: hub.access)
        try await scene.work()
        let counts = try await scene.counts(id)
        #expect((counts[.queued], counts[.cancelled]) == (1, 4))
        // The call never took place.
        try await scene.set(messages[0], to: .queued)
        hub.clock.advance(by: 10)
        try await scene.work()
        #expect(try await scene.counts(id)[.cancelled] == 5)
        #expect(try await hub.queuedCount() == 0)
        try await scene.checkCounts(id)
    }

    @Test("whose conversation is deleted isn’t waited for", arguments: TestEngine.allCases)
    func deletedConversation(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let people = try await scene.people(3)
        let id = try await scene.started(try scene.plan(.contacts(people)))
        try await scene.feeder.round()
        let first = try #require(try await scene.recipients(id).first)
        try await hub.conversations.delete(try #require(first.conversationID), access: hub.access)
        let counts = try await scene.counts(id)
        #expect((counts[.queued], counts[.cancelled]) == (2, 1))
        try await scene.run(until: { $0.campaign.state == .finished }, id)
        #expect(hub.channel.sent.count == 2)
        try await scene.checkCounts(id)
    }

    @Test("what was queued before quiet hours waits for their end", arguments: TestEngine.allCases)
    func quiet(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let people = try await scene.people(3)
        var plan = try scene.plan(.contacts(people))
        let start = WallTime(hub.clock.now, in: .gmt).minuteOfDay / 60 + 1
        let end = start + 4
        plan.timing = CampaignSchedule(
            start: nil, zoneName: "UTC", quietHours: try QuietHours(from: "\(start):00", to: "\(end):00"))
        let id = try await scene.started(plan)
        try await scene.feeder.round()
        #expect(try await scene.counts(id)[.queued] == 3)
        hub.clock.advance(by: 3_600)
        let reply = try await hub.sent("still here", until: .sent)
        #expect(hub.channel.sent.map(\.attempt.messageID) == [reply.id])
        hub.clock.advance(by: 4 * 3_600)
        try await scene.run(until: { $0.campaign.state == .finished }, id)
        #expect(try await scene.counts(id).sent == 3)
        for one in try await scene.recipients(id) {
            #expect(WallTime(try #require(one.sentAt), in: .gmt).minuteOfDay >= end * 60)
        }
    }

    @Test("a message that went on while its recipient waited is told as it stands", arguments: TestEngine.allCases)
    func wentOn(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let people = try await scene.people(2)
        let id = try await scene.started(try scene.plan(.contacts(people)))
        try await scene.feeder.round()
        _ = try await scene.campaigns.pause(id, access: hub.access)
        try await scene.work()
        let message = try #require(try await scene.recipients(id).first?.messageID)
        try await scene.set(message, to: .sent)
        _ = try await scene.campaigns.resume(id, access: hub.access)
        try await scene.feeder.round()
        #expect(try await scene.recipients(id).map(\.state) == [.sent, .queued])
        try await scene.checkCounts(id)
    }

    @Test("a row of a file is the person whom its number has by then", arguments: TestEngine.allCases)
    func recognized(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let text = "Phone,City\n\(CampaignScene.phone(0)),Rome\n\(CampaignScene.phone(1)),Rome\n"
        let upload = try await scene.imports.upload([Array(text.utf8)].async, filename: "x.csv", access: hub.access)
        let id = try await scene.started(try scene.plan(.file(CampaignFile(upload: upload.id, phoneColumn: 0))))
        let people = try await scene.people(1)
        try await hub.database.write { [access = hub.access, now = hub.clock.now] transaction in
            try RestrictionTable(transaction, in: access.workspaceID).restrict(
                people[0], until: now.addingTimeInterval(3_600), code: "131049", at: now)
        }
        try await scene.feeder.round()
        let rows = try await scene.recipients(id)
        #expect(rows.map(\.state) == [.excluded, .queued])
        #expect(rows[0].exclusion == .restricted && rows[0].contactID == people[0])
        try await scene.checkCounts(id)
    }

    @Test("too many failures pause it, and those who failed get another attempt", arguments: TestEngine.allCases)
    func failures(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let group = try await scene.group()
        try await scene.people(60, in: group)
        let error = MessageError(code: "131000", detail: "Something went wrong.", advice: "Try again.", retryable: true)
        for _ in 0..<60 { hub.channel.answer(.refused(.fail, error)) }
        let id = try await scene.started(try scene.plan(.group(group), stopRule: .init(percent: 20, least: 10)))
        try await scene.run(until: { $0.campaign.state == .paused && $0.counts[.queued] == 0 }, id)
        let summary = try await scene.summary(id)
        guard case .failures(let failed, let known) = summary.campaign.halt else { throw CampaignProblem.missing }
        #expect(failed == known && failed >= 10)
        try await scene.checkCounts(id)
        await #expect(throws: CampaignProblem.reasonUnknown("1")) {
            try await scene.campaigns.retry(id, reasons: ["1"], access: hub.access)
        }
        _ = try await scene.campaigns.retry(id, access: hub.access)
        try await scene.work()
        #expect(try await scene.counts(id)[.pending] == 60)
        try await scene.checkCounts(id)
        let calls = hub.channel.sent.count
        hub.channel.forgetAnswers()
        _ = try await scene.campaigns.resume(id, access: hub.access)
        try await scene.run(until: { $0.campaign.state == .finished }, id)
        #expect(try await scene.counts(id).sent == 60)
        // Those who failed have another attempt of the same message.
        #expect(hub.channel.sent.count == calls + 60)
        #expect(Set(hub.channel.sent.map(\.attempt.messageID)).count == 60)
        try await scene.checkCounts(id)
    }

    @Test("what can't be is refused with a sentence", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let empty = try await scene.prepared(try scene.plan(.group(try await scene.group())))
        await #expect(throws: CampaignProblem.audienceEmpty) { try await scene.campaigns.start(empty, access: hub.access) }
        await #expect(throws: CampaignProblem.startPast) {
            try await scene.campaigns.schedule(empty, at: hub.clock.now.addingTimeInterval(-1), access: hub.access)
        }
        let draft = try await scene.campaigns.create(try CampaignPlan(name: "Draft"), access: hub.access)
        await #expect(throws: CampaignProblem.sendersMissing) { try await scene.campaigns.prepare(draft.id, access: hub.access) }
        await #expect(throws: CampaignProblem.notPrepared) { try await scene.campaigns.start(draft.id, access: hub.access) }
        await #expect(throws: CampaignProblem.notNow(.pause, .draft)) { try await scene.campaigns.pause(draft.id, access: hub.access) }
        #expect(throws: CampaignProblem.nameEmpty) { try CampaignPlan(name: " ") }
        let people = try await scene.people(3)
        let running = try await scene.started(try scene.plan(.contacts(people)))
        await #expect(throws: CampaignProblem.notNow(.delete, .running)) { try await scene.campaigns.delete(running, access: hub.access) }
        try await scene.run(until: { $0.campaign.state == .finished }, running)

        // The same people in another campaign on the same day.
        let second = try await scene.started(try scene.plan(.contacts(people)))
        #expect(try await scene.counts(second)[.pending] == 3)
        try await scene.run(until: { $0.campaign.state == .finished }, second)
        #expect(try await scene.counts(second).exclusions == [.contactedToday: 3])
        try await scene.checkCounts(second)

        try await scene.campaigns.delete(running, access: hub.access)
        try await scene.work()
        await #expect(throws: CampaignProblem.missing) { try await scene.summary(running) }
        #expect(try await scene.recipients(running).isEmpty)
        #expect(try await hub.list().count == 3)
    }

    @Test("one that waits for its time begins by itself, and says why it can't", arguments: TestEngine.allCases)
    func schedule(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let people = try await scene.people(2)
        let first = try await scene.prepared(try scene.plan(.contacts([people[0]])))
        let second = try await scene.prepared(try scene.plan(.contacts([people[1]])))
        let at = hub.clock.now.addingTimeInterval(3_600)
        _ = try await scene.campaigns.schedule(first, at: at, access: hub.access)
        _ = try await scene.campaigns.schedule(second, at: at.addingTimeInterval(3_600), access: hub.access)
        try await scene.feeder.round()
        #expect(try await scene.summary(first).campaign.state == .scheduled)
        hub.clock.advance(by: 3_600)
        try await scene.run(until: { $0.campaign.state == .finished }, first)
        try await hub.have(TestHub.template("offer", status: .paused, components: CampaignScene.body))
        hub.clock.advance(by: 3_600)
        try await scene.feeder.round()
        let failed = try await scene.summary(second).campaign
        #expect(failed.state == .failed)
        #expect(failed.halt?.code == "template.not-approved")
    }

    @Test("a template that WhatsApp pauses, or a number that stops, pauses what is under way", arguments: TestEngine.allCases)
    func halts(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let hub = scene.hub
        let people = try await scene.people(4)
        let id = try await scene.started(try scene.plan(.contacts(people)))
        try await hub.have(TestHub.template("offer", status: .paused, components: CampaignScene.body))
        try await scene.feeder.round()
        #expect(try await scene.summary(id).campaign.halt == .templateNotSendable(status: "PAUSED"))
        await #expect(throws: TemplateProblem.notApproved(name: "offer", status: .paused)) {
            try await scene.campaigns.resume(id, access: hub.access)
        }
        try await hub.have(TestHub.template("offer", components: CampaignScene.body))
        _ = try await scene.campaigns.resume(id, access: hub.access)
        try await hub.befall(.tokenRefused)
        try await scene.feeder.round()
        #expect(try await scene.summary(id).campaign.halt == .senderStopped(hub.sender.id))
        #expect(hub.channel.sent.isEmpty)
    }
}

extension CampaignScene {
    fileprivate func sentTexts(_ transaction: any Transaction, _ access: Access, rows: [CampaignRecipient]) throws -> [String] {
        try rows.compactMap(\.messageID).compactMap { try MessageTable(transaction, access).find($0)?.content.preview }
    }
}

extension CampaignScene {
    /// As a dispatcher would have left it.
    fileprivate func set(_ message: Identifier<Message>, to status: MessageStatus) async throws {
        try await hub.database.write { [workspaceID = hub.workspaceID] transaction in
            _ = try transaction.run(
                "UPDATE messages SET status = \(status.rawValue) WHERE workspace_id = \(workspaceID) AND id = \(message)")
        }
    }
}

extension TestHub {
    fileprivate func queuedCount() async throws -> Int {
        try await database.read { [workspaceID] in try QueueTable($0).count(in: workspaceID) }
    }
}

extension Array where Element: Sendable {
    fileprivate var async: AsyncStream<Element> {
        AsyncStream { continuation in
            for element in self { continuation.yield(element) }
            continuation.finish()
        }
    }
}
