import Domain
import Services
import Store
import TestSupport
import Testing

import struct Foundation.Date

/// Hot statements must find their rows by an index, however many there are.
@Suite("Query plans")
struct QueryPlanTests {
    /// Leads and clients in every list, of who sees all, their own, and their team's.
    private func leads(
        _ explaining: ExplainingTransaction, _ transaction: any Transaction, _ accesses: [Access], contact: Identifier<Contact>,
        conversation: Identifier<Conversation>, _ now: Date
    ) throws {
        let access = accesses[0]
        let lists = LeadListTable(explaining, access)
        let (statuses, sources) = (try lists.statuses(), try lists.sources())
        let (status, source, person) = (statuses[0].id, sources[0].id, Identifier<Account>.make(at: now))
        _ = try lists.settings()
        try lists.save(.usual)
        _ = try lists.isUsed(status)
        let (lead, client) = (Identifier<Lead>.make(at: now), Identifier<Client>.make(at: now))
        let fields = try LeadFields(name: "Ana Souza", value: Money(minorUnits: 5, currency: .euro))
        let made = Lead(
            id: lead, fields: fields, contactID: contact, statusID: status, sourceID: source, owner: nil, clientID: nil, createdAt: now,
            changedAt: now, closedAt: nil)
        let table = LeadTable(explaining, access)
        try table.insert(made)
        try table.change(made)
        try table.append([(lead, .made, nil, status.text)], at: now)
        _ = try table.deeds(of: lead, before: (1, 1), limit: 10)
        _ = try table.find(of: contact)
        let clients = ClientTable(explaining, access)
        try clients.insert(Client(id: client, fields: fields, owner: nil, createdAt: now, changedAt: now))
        try clients.setContacts([contact], of: client)
        let team = Access(
            workspaceID: access.workspaceID, actor: access.actor, grants: access.grants, visibility: .team(person, teams: [.make(at: now)]),
            address: nil)
        let place = RecordPlace(key: "a", number: 1, id: lead.text)
        let filters: [LeadFilter] = [
            .init(), .init(statuses: [status]), .init(owner: .nobody), .init(statuses: [status], owner: .member(person)),
            .init(sources: [source], value: .init(currency: .euro, from: 1, to: 2), createdFrom: now, createdBefore: now, hasContact: true),
            .init(text: "an so"),
        ]
        for access in accesses + [team] {
            let (leads, clients) = (LeadTable(explaining, access), ClientTable(explaining, access))
            for filter in filters {
                for order in LeadOrder.allCases { _ = try leads.list(filter, order: order, after: place, limit: 10) }
                _ = try leads.column(status, filter)
                _ = try leads.contacts(filter, after: contact, limit: 10)
            }
            for order in LeadOrder.allCases { _ = try clients.list(order: order, after: place, limit: 10) }
            _ = try clients.list(text: "an so", owner: .nobody, after: place, limit: 10)
            _ = try clients.list(owner: .nobody, order: .changed, after: place, limit: 10)
            _ = try clients.contacts(after: contact, limit: 10)
            _ = try clients.leads(of: client, limit: 10)
            _ = try clients.find(of: contact)
            _ = try leads.facts(of: [contact])
        }
        let upkeep = LeadUpkeepTable(explaining, access)
        _ = try upkeep.follow(conversation, to: person, at: now)
        _ = try upkeep.release(person, at: now)
        _ = try upkeep.move(from: status, to: statuses[1].id, isClosed: false, now: now)
        try upkeep.merge(contact, into: contact)
        _ = try lists.takeOff(source, limit: 10)
        try lists.delete(source)
        try lists.delete(status)
        let newcomers = NewcomerTable(explaining)
        _ = try newcomers.settings(of: [access.workspaceID])
        _ = try newcomers.insert(
            [.init(workspaceID: access.workspaceID, contact: contact, conversation: conversation, assignee: nil)], .usual,
            status: statuses[1], in: access.workspaceID, at: now)
        #expect(try clients.delete(client))
        #expect(try table.delete([lead]) == [lead])
    }

    @Test("no hot statement reads a whole table", arguments: TestEngine.allCases)
    func plans(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("one", id: "wamid.1"), hub.text("two", from: "15550199002", businessScopedID: "US.2"))
        let conversation = try #require(try await hub.list().first)
        let message = try await hub.submit("Hi", to: conversation.contact.phoneNumber!.text)
        let (now, access, workspaceID) = (hub.clock.now, hub.access, hub.workspaceID)
        let label = try Label(id: .make(at: now), name: "Returns", color: .grey, createdAt: now)

        let plans = try await hub.database.write { transaction -> [String] in
            let explaining = ExplainingTransaction(transaction)
            if engine == .postgres { try transaction.script("SET LOCAL enable_seqscan = off") }
            let conversations = ConversationTable(explaining, access)
            let cursor = TimeCursor(milliseconds: .max, id: "z")
            _ = try conversations.list(.init(), after: cursor, limit: 50, now: now)
            _ = try conversations.list(.init(state: .open), after: cursor, limit: 50, now: now)
            _ = try conversations.list(.init(senderID: hub.sender.id), after: cursor, limit: 50, now: now)
            _ = try conversations.list(with: conversation.contact.id, limit: 50)
            try LabelTable(transaction, access).save(label)
            let labels = LabelTable(explaining, access)
            #expect(try labels.put(label.id, on: conversation.id))
            _ = try labels.all()
            #expect(try labels.take(label.id, off: conversation.id))
            #expect(try labels.takeOff(label.id, limit: 10).isEmpty)
            let directory = DirectoryTable(explaining, access)
            let agent = Access(
                workspaceID: workspaceID, actor: access.actor, grants: access.grants, visibility: .own(.make(at: now)), address: nil)
            let (listed, imported) = (Identifier<Contact>.make(at: now), Identifier<ContactImport>.make(at: now))
            let number = try PhoneNumber(parsing: "+15550199888")
            let groups = ContactGroupTable(explaining, access)
            let group = try ContactGroup(id: .make(at: now), name: "Group", description: nil, memberCount: 0, createdAt: now)
            try groups.insert(group)
            try directory.insert(listed, number, ContactFields.none, region: "US", now: now)
            _ = try directory.owner(of: number)
            _ = try directory.change(listed, .none, number: number, region: "US", now: now)
            #expect(try groups.hold([group.id]) == [group.id])
            #expect(try groups.join(group.id, [listed]) == [listed])
            let from = DirectoryTable.Place(key: "", time: 1, id: listed)
            let filters: [ContactFilter] = [
                .init(), .init(order: .newest), .init(region: "US"), .init(group: group.id), .init(group: group.id, order: .newest),
                .init(hasConversation: true), .init(scope: .all), .init(scope: .all, region: "US", hasConversation: false),
                .init(consent: .optedOut), .init(scope: .all, consent: .unknown),
            ]
            for filter in filters {
                for access in [access, agent] { _ = try DirectoryTable(explaining, access).list(filter, after: from, limit: 10) }
            }
            _ = try directory.find([listed])
            _ = try directory.count(most: 1_001)
            _ = try directory.regions()
            _ = try directory.identities(of: listed)
            _ = try directory.conversations(of: listed, limit: 10)
            _ = try directory.hasConversations(listed)
            for change in [ConsentChange.optOut, .optIn] {
                _ = try ConsentTable(explaining, access).record(
                    change, of: conversation.contact.id, source: .word, text: "x", at: now.addingTimeInterval(-1), now: now)
            }
            for access in [access, agent] {
                let consents = ConsentTable(explaining, access)
                _ = try consents.find(conversation.contact.id)
                _ = try consents.entries(of: conversation.contact.id, before: .make(at: now), limit: 10)
                _ = try consents.optedOut(among: [conversation.contact.id, listed])
                _ = try consents.changesByWord(of: conversation.contact.id, since: now, most: 8)
            }
            let words = ConsentWordsTable(explaining, access)
            try words.save(.standard, now: now)
            _ = try words.find()
            try words.remove()
            _ = try groups.all()
            try groups.change(group)
            _ = try groups.takeBack(imported, limit: 10)
            _ = try groups.leave(group.id, [listed])
            let imports = ContactImportTable(explaining, access)
            let file = ContactImport(
                id: imported, filename: "x.csv", file: MediaDigest(sha256: "x", byteCount: 1), encoding: .utf8, separator: .comma,
                lineCount: 1,
                columns: .fixed, createdAt: now)
            try imports.insert(file)
            _ = try imports.find(imported, holding: true)
            _ = try imports.list(after: imported, limit: 10)
            _ = try imports.openCount(most: 10)
            let another = try PhoneNumber(parsing: "+15550199889")
            _ = try imports.take(
                [.init(line: 2, id: .make(at: now), number: another, matchKey: MatchKey(another).text, fields: .none, region: "US")],
                into: [group.id], of: imported, now: now)
            try imports.refuse([RefusedRow(line: 3, reason: "x", cells: [])], of: imported)
            _ = try imports.refused(imported, after: 0, limit: 10)
            _ = try imports.advance(imported, from: .init(), to: .init())
            _ = try directory.remove(imports.contacts(of: imported, limit: 10) + [listed], now: now)
            _ = try groups.empty(group.id, limit: 10)
            _ = try groups.delete(group.id)
            _ = try imports.remove(before: .distantFuture, limit: 10)
            let rates = MessageRateTable(explaining, access)
            let rate = MessageRate(
                .init(category: .utility, region: "IT", from: CalendarDay(now)), try MessageCost(parsing: "0.05", currency: "EUR"))
            try rates.save(rate)
            _ = try (rates.list(after: rate.key, limit: 10), rates.all(of: .utility, until: CalendarDay(now)), rates.count())
            _ = try rates.delete(rate.key)
            try leads(explaining, transaction, [access, agent], contact: conversation.contact.id, conversation: conversation.id, now)
            let replies = QuickReplyTable(explaining, access)
            _ = try replies.all()
            #expect(try replies.find(.make(at: now)) == nil)
            _ = try conversations.setState(.snoozed, snoozedUntil: now, conversation.id)
            #expect(try conversations.endSnooze(conversation.id, now: now))
            let templates = TemplateTable(explaining, access)
            let definition = TestHub.template("hello")
            try templates.save(definition, connection: hub.connection.id, asked: now, now: now)
            let template = try #require(try templates.find(providerID: definition.providerID, connection: hub.connection.id))
            let place = TemplatePlace(isPinned: true, name: "a", language: "en", id: template.id)
            for filter in [TemplateFilter(), .init(connection: hub.connection.id, visibility: .all, isSendable: true, text: "hello 50%")] {
                _ = try templates.list(filter, after: place, limit: 10)
            }
            _ = try templates.find(.init(template), connection: hub.connection.id)
            _ = try templates.languages(of: "hello", connection: hub.connection.id, limit: 10)
            _ = try templates.change(template.id, isPinned: true, isHidden: false)
            try templates.confirm([template.id], now: now)
            try templates.tell(.quality("RED"), of: template.id, at: now)
            _ = try templates.markGone(connection: hub.connection.id, asked: now, now: now, limit: 10)
            let refusals = WebhookRefusalTable(explaining, access)
            try refusals.add(1, .signature, of: hub.connection.id, at: now)
            _ = try refusals.list(of: hub.connection.id)
            _ = try refusals.waitingInJournal(hub.connection.id, limit: 10)
            let numbers = NumberTable(explaining, access)
            try numbers.arrived([hub.sender.id: now])
            for isRemoved in [false, true] { _ = try numbers.list(isRemoved: isRemoved, after: "+1", limit: 10) }
            let reception = ReceptionTable(explaining, access)
            try reception.save(.usual, of: hub.sender.id, at: now)
            _ = try reception.find(hub.sender.id)
            try reception.setCallFault(nil, of: hub.sender.id)
            try reception.setMailed(hub.sender.id, at: now)
            #expect(try ReceptionTable.find([(workspaceID, hub.sender.id)], explaining).count == 1)
            let kept = KeptWebhookTable(explaining, access)
            let entry = JournalEntry(id: .make(at: now), connectionID: hub.connection.id, items: [], receivedAt: now, replayedAt: nil)
            try JournalTable(transaction, access).insert(entry, body: [])
            try kept.insert(entry.id, of: [hub.sender.id])
            #expect(try kept.count(of: hub.sender.id, limit: 10) == 1)
            let newest = try #require(try kept.newest(of: hub.sender.id))
            #expect(try kept.list(of: hub.sender.id, upTo: newest, limit: 10) == [entry.id])
            try kept.remove(entry.id)
            let mails = ReceptionMailTable(explaining, in: workspaceID)
            try mails.add([message.id], of: hub.sender.id)
            try mails.remove(mails.list(of: hub.sender.id, limit: 10), of: hub.sender.id)
            let callers = BlockMessageTable(explaining, in: workspaceID)
            #expect(try callers.claim(for: conversation.contact.id, by: hub.sender.id, every: 60, at: now))
            let address = try OutsideAddress(parsing: "https://example.com/receipts")
            let (endpoint, delivery) = (Identifier<WebhookEndpoint>.make(at: now), Identifier<WebhookDelivery>.make(at: now))
            let (webhooks, tellings) = (WebhookTable(explaining, access), WebhookFeedTable(explaining, in: workspaceID))
            try webhooks.save(endpoint, of: hub.sender.id, address: address, isOn: true, sealedSecret: "x", at: now)
            _ = try tellings.endpoints()
            _ = try tellings.sent([message.id], by: [hub.sender.id])
            _ = try tellings.reportTimes(of: [message.id])
            try tellings.add(
                [.init(id: delivery, endpointID: endpoint, messageID: message.id, attempt: 1, status: .sent, body: "{}")], at: now)
            _ = try tellings.due(of: endpoint, at: now, limit: 5)
            _ = try tellings.nextTime(of: endpoint)
            let attempt = WebhookAttempt(at: now, milliseconds: 1, status: 200, failure: nil, answer: "", answerBytes: 0)
            try tellings.record(attempt, of: delivery, number: 1, state: .failed, nextAt: nil)
            try tellings.record(failures: 0, of: endpoint, restsUntil: nil, lastSuccessAt: now, at: now)
            try webhooks.wake(hub.sender.id)
            _ = try webhooks.stopped()
            _ = try tellings.attempts(of: [message.id])
            _ = try webhooks.deliveries(of: endpoint, nil, before: nil, limit: 10)
            _ = try webhooks.deliveries(of: endpoint, .failed, before: 5, limit: 10)
            _ = try webhooks.delivery(delivery, of: endpoint)
            _ = try webhooks.attempts(for: [delivery])
            _ = try webhooks.redeliverFailed(of: endpoint, limit: 10, at: now)
            _ = try webhooks.redeliver(delivery, at: now)
            if let stored = try tellings.find(endpoint) { _ = try tellings.stop(stored.endpoint, .gone, at: now) }
            _ = try webhooks.resume(hub.sender.id)
            _ = try tellings.remove(before: now, limit: 10)
            _ = try JobTable(explaining).request(.init(workspaceID: workspaceID, kind: "x", key: "x", payload: "{}", runAt: now), now: now)
            _ = try webhooks.delete(hub.sender.id)
            let (ledger, subscriptions) = (LedgerTable(explaining, access), SubscriptionTable(explaining, access))
            let topUp = try LedgerPosting.topUp(100, note: nil, key: "1")
            try ledger.post(topUp, at: now)
            _ = try ledger.find(key: topUp.key)
            _ = try ledger.statement(before: 5, limit: 10)
            let paid = Subscription(freeMonthOf: hub.sender.id, at: now)
            try subscriptions.save(paid)
            _ = try subscriptions.current(of: hub.sender.id)
            _ = try subscriptions.all()
            _ = try subscriptions.renewing()
            _ = try subscriptions.needed(upTo: paid)
            _ = try SubscriptionTable.overdue(explaining, at: now, limit: 10)
            let (prices, termsTable) = (CreditPriceTable(explaining, access), TermsTable(explaining, access))
            try prices.set(CreditPrice(10), for: .meta)
            _ = try prices.all()
            let terms = try Terms(.privacy, address: "https://example.com/privacy", version: "1")
            try termsTable.set(terms)
            try termsTable.accept(TermsAcceptance(terms: terms, actor: "system:test", at: now, clientAddress: nil), for: hub.sender.id)
            _ = try termsTable.accepted(termsTable.inForce(), for: hub.sender.id)
            _ = try termsTable.acceptances(for: hub.sender.id, limit: 10)
            _ = try termsTable.remove(.privacy)
            let profiles = ProfileTable(explaining, access)
            _ = try profiles.find(hub.sender.id)
            #expect(
                try profiles.save(BusinessProfile(), DisplayName(), picture: nil, of: hub.sender.id, asked: now, fetchedAt: now))
            try profiles.keep(otherEmails: [], phones: [], of: hub.sender.id)
            try profiles.setBanner(nil, of: hub.sender.id)
            try profiles.setRequested("Acme Two", of: hub.sender.id, at: now)
            try profiles.setFailure(.init("x", at: now), of: hub.sender.id)
            _ = try SenderTable(explaining, access).find(hub.sender.phoneNumber)
            let signups = NumberSignupTable(explaining, access)
            let signup = NumberSignup(
                id: .make(at: now), workspaceID: workspaceID, actor: "system:test", clientAddress: nil, terms: [], price: .zero,
                phoneNumber: hub.sender.phoneNumber, name: "x", displayName: "x", server: "https://chat.example.com",
                connectionID: .make(at: now), createdAt: now)
            #expect(try signups.insert(StoredSignup(signup: signup, sealedVerifyToken: "x")))
            #expect(try signups.find(signup.phoneNumber)?.signup == signup)
            for isDone in [false, true] { _ = try signups.list(isDone: isDone, limit: 10) }
            #expect(try signups.unfinishedCount(limit: 10) == 1)
            let pins = RegistrationPINTable(explaining, access)
            try pins.keep("sealed", of: MatchKey(signup.phoneNumber), replaces: true, at: now)
            #expect(try pins.find(MatchKey(signup.phoneNumber)) == "sealed")
            try pins.forget(MatchKey(signup.phoneNumber))
            try JobTable(explaining).hold(kind: "x", key: "x", in: workspaceID)
            #expect(try signups.change(signup.id, at: now) { $0.signup.needsPIN = true }?.signup.needsPIN == true)
            #expect(try NumberSignupTable.find(connection: signup.connectionID, explaining) != nil)
            _ = try NumberSignupTable.isConnected("1", appID: "2", outside: workspaceID, explaining)
            _ = try signups.remove(untouchedSince: now, limit: 10)
            _ = try signups.delete(signup.id)
            try MediaTable(explaining, access).remove(.make(at: now))
            let syncs = TemplateSyncTable(explaining, access)
            _ = try syncs.all()
            _ = try syncs.end(hub.connection.id, begun: now, error: nil, at: now)
            try JobTable(explaining).hasten(kind: "x", key: "x", in: workspaceID, now: now)
            let messages = MessageTable(explaining, access)
            _ = try messages.thread(conversation.id, before: (at: .max, sequence: .max), limit: 50)
            _ = try messages.find(providerID: "wamid.1", sender: hub.sender.id)
            _ = try messages.find(clientID: "x")
            _ = try messages.scheduledCount(in: conversation.id, now: now, most: 20)
            _ = try messages.reactions(on: [message.id])
            _ = try messages.attempts(of: message.id)
            _ = try MessageTable(
                explaining,
                Access(
                    workspaceID: workspaceID, actor: access.actor, grants: access.grants, visibility: .own(.make(at: now)), address: nil)
            ).attempts(of: message.id)
            _ = try AttemptTable(explaining, in: workspaceID).find(reference: nil, providerID: "x", sender: hub.sender.id)
            let queue = QueueTable(explaining)
            _ = try queue.page(of: hub.sender.id, in: workspaceID, after: .start, now: now, limit: 10)
            _ = try queue.load([message.id], status: .queued, in: access)
            _ = try queue.claim([message.id], epoch: 1, in: workspaceID)
            _ = try queue.start([message.id], from: .claimed, sender: hub.sender.id, epoch: 1, in: workspaceID, now: now)
            _ = try queue.recentContacts(of: hub.sender.id, in: workspaceID, since: now)
            _ = try queue.undo([message.id], epoch: 1, in: workspaceID)
            let ofSender = SenderQueueTable(explaining, of: hub.sender.id, access)
            let standing = try #require(try SenderHoldTable(explaining, access).standing(of: hub.sender.id, now: now))
            _ = try ofSender.summary(standing, hasDispatcher: true, now: now)
            _ = try ofSender.waiting(after: .start, now: now, limit: 50)
            _ = try ofSender.unknown(after: 0, now: now, limit: 50)
            _ = try ofSender.ahead(of: .init(lane: 2, sequence: 1))
            _ = try ofSender.starts(in: conversation.id, now: now)
            _ = try ofSender.failed(after: .init(since: now))
            _ = try ofSender.requeue([message])
            _ = try ofSender.cancel(lane: .campaign, upTo: .init(.max), now: now)
            _ = try SenderQueueTable.glances(explaining, access)
            _ = try messages.unknownSince([message.id])
            let leases = LeaseTable(explaining)
            let lease = try #require(try leases.take(hub.sender.id, in: workspaceID, owner: "prc_x", now: now, until: now))
            _ = try leases.holds(lease, beyond: now)
            _ = try leases.orphans(now: now, limit: 10)
            _ = try leases.held(now: now)
            _ = try queue.recover(lease, now: now)
            try AnswerTable(explaining).record(
                [
                    .init(
                        attempt: .init(messageID: message.id, number: 1), workspaceID: workspaceID, conversationID: message.conversationID,
                        outcome: .accepted(providerID: "x"))
                ], now: now)
            let intake = IntakeTable(explaining)
            _ = try intake.claim([.init(workspaceID: workspaceID, senderID: hub.sender.id, key: "m:x")], now: now)
            _ = try intake.find([.init(workspaceID: workspaceID, senderID: hub.sender.id, kind: "phone", matchKey: "15550199001")])
            _ = try intake.messages(["wamid.1"], sender: hub.sender.id, in: workspaceID)
            _ = try ParkedTable(explaining, in: workspaceID).take(for: [(hub.sender.id, "x")])
            _ = try ParkedTable(explaining, in: workspaceID).takeDue(now: now, limit: 10)
            _ = try EventTable(explaining, access).page(after: .start, limit: 100)
            try JobTable(transaction).insert([.init(workspaceID: workspaceID, kind: "x", key: "x", payload: "{}", runAt: now)], now: now)
            #expect(try JobTable(explaining).take(kind: "x", now: now, leaseSeconds: 60, limit: 10).count == 1)
            let person = Access(
                workspaceID: workspaceID, actor: .member(.make(at: now)), grants: Role.agent.grants, visibility: .all, address: nil)
            let notifications = NotificationTable(explaining, person)
            _ = try notifications.list(onlyUnread: false, before: cursor, limit: 50)
            _ = try notifications.unread()
            _ = try notifications.markRead(of: conversation.id, at: now)
            _ = try notifications.markAllRead(at: now)
            let feed = NotificationFeedTable(explaining, in: workspaceID)
            _ = try feed.assignments(of: [conversation.id])
            _ = try feed.times(of: [message.id])
            _ = try feed.failed([message.id])
            _ = try feed.mentions(in: [.make(at: now)])
            _ = try feed.markTaken(conversation.id, from: [.make(at: now), .make(at: now)], at: now)
            _ = try feed.remove(before: now, limit: 10)
            let marking = ConversationTable(explaining, person)
            _ = try (marking.markRead(conversation.id), marking.markUnread(conversation.id))
            let health = HealthTable(explaining, access)
            #expect(try health.senders().count == 1)
            _ = try health.unknownCount(limit: 10)
            let jobEntries = JobEntryTable(explaining, access)
            _ = try jobEntries.dead(before: .make(at: now), limit: 10)
            _ = try jobEntries.pending(after: ("x", "y"), limit: 10)
            _ = try jobEntries.requeue([.make(at: now)], now: now)
            _ = try jobEntries.deadCount(limit: 10)
            _ = try JournalTable(explaining, access).list(hub.connection.id, before: nil, limit: 10)
            _ = try MemberTable(explaining, access).isElsewhere(.make(at: now))
            let pushed = PushFeedTable(explaining, in: workspaceID)
            try pushed.countRefusal(of: .make(at: now))
            try pushed.clearRefusals(of: .make(at: now))
            _ = try conversations.deletePart(conversation.id, through: .max)
            return explaining.plans
        }
        #expect(plans.count > 20)
        for plan in plans {
            #expect(!readsWholeTable(plan), "\(plan)")
        }
    }

    @Test("nor does one of a person who sees a part of the inbox", arguments: TestEngine.allCases)
    func visibility(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let plans = try await work.hub.database.write { transaction -> [String] in
            let explaining = ExplainingTransaction(transaction)
            if engine == .postgres { try transaction.script("SET LOCAL enable_seqscan = off") }
            let cursor = TimeCursor(milliseconds: .max, id: "z")
            for access in work.visibilities.map(work.access) {
                let conversations = ConversationTable(explaining, access)
                for filter in [
                    ConversationFilter(), .init(state: .open), .init(state: .open, assignee: .nobody), .init(teamID: work.ours.id),
                    .init(state: .open, assignee: .person(work.me.account.id)), .init(senderID: work.hub.sender.id),
                    .init(state: .open, attention: .unread), .init(state: .open, attention: .failed),
                    .init(state: .open, attention: .closing),
                    .init(state: .open, labelID: Identifier("lbl_00000000000000000000000000")),
                ] {
                    _ = try conversations.list(filter, after: cursor, limit: 50, now: work.hub.clock.now)
                    _ = try conversations.count(filter, most: 100, now: work.hub.clock.now)
                }
                _ = try conversations.find(work.cases[0].conversation)
                _ = try conversations.find(work.cases.map(\.conversation))
                let messages = MessageTable(explaining, access)
                _ = try messages.thread(work.cases[0].conversation, before: nil, limit: 50)
                _ = try messages.files(of: work.cases[0].conversation, before: (at: .max, sequence: .max), limit: 50)
                let notes = NoteTable(explaining, access)
                _ = try notes.thread(work.cases[0].conversation, before: (at: .max, sequence: .max), limit: 50)
                _ = try notes.thread(work.cases[0].conversation, after: (at: 0, sequence: 0), limit: 50)
                let activity = ActivityTable(explaining, access)
                _ = try activity.thread(work.cases[0].conversation, before: (at: .max, sequence: .max), limit: 50)
                _ = try activity.thread(work.cases[0].conversation, after: (at: 0, sequence: 0), limit: 50)
                let conversation = try #require(try ConversationTable(transaction, work.hub.access).find(work.cases[0].conversation))
                _ = try conversations.list(with: conversation.contact.id, besides: conversation.id, after: cursor, limit: 50)
                _ = try messages.list([work.cases[0].message])
                _ = try messages.find(clientID: "x")
                let drafts = DraftTable(explaining, access)
                _ = try drafts.find(work.cases[0].conversation)
                _ = try drafts.texts(work.cases.map(\.conversation))
                #expect(try !drafts.delete(work.cases[0].conversation, version: 1))
                _ = try MediaTable(explaining, access).list([.make(at: work.hub.clock.now)])
                _ = try EventTable(explaining, access).page(after: .start, limit: 100)
            }
            let conversations = ConversationTable(explaining, work.hub.access)
            #expect(try conversations.release(.person(work.colleague.account.id)).count == 3)
            #expect(try conversations.release(.team(work.theirs.id)).count == 3)
            return explaining.plans
        }
        #expect(plans.count > 50)
        for plan in plans { #expect(!readsWholeTable(plan), "\(plan)") }
    }

    // PostgreSQL takes the indexes of what waits or is under way for empty until it has looked at the table again. A statement that can be answered
    // from one of them then walks through all that waits, for each of its messages.
    @Test("messages that are sent and answered are found by their ids, not in what waits", arguments: TestEngine.allCases)
    func ids(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.receive(hub.text("one", id: "wamid.1"))
        let conversation = try #require(try await hub.list().first)
        let message = try await hub.submit("Hi", to: conversation.contact.phoneNumber!.text)
        let (now, access, workspaceID) = (hub.clock.now, hub.access, hub.workspaceID)

        let plans = try await hub.database.write { transaction -> [String] in
            let explaining = ExplainingTransaction(transaction)
            let queue = QueueTable(explaining)
            _ = try queue.load([message.id], status: .queued, in: access)
            _ = try queue.claim([message.id], epoch: 1, in: workspaceID)
            let attempts = try queue.start([message.id], from: .claimed, sender: hub.sender.id, epoch: 1, in: workspaceID, now: now)
            let attempt = try #require(attempts[message.id])
            let answer = AnswerTable.Answer(
                attempt: attempt, workspaceID: workspaceID, conversationID: message.conversationID,
                outcome: .accepted(providerID: "wamid.9"))
            try AnswerTable(explaining).record([answer], now: now)
            return explaining.plans
        }
        #expect(plans.count >= 6)
        for plan in plans {
            for index in ["messages_queued", "messages_in_order", "messages_claimed", "messages_unknown", "attempts_open"] {
                #expect(!plan.contains(index), "\(plan)")
            }
        }
        let sent = try await hub.database.read { try MessageTable($0, access).find(message.id) }
        #expect(sent?.status == .sent)
    }

    @Test("a search reads its index and finds rows by their keys", arguments: TestEngine.allCases)
    func search(engine: TestEngine) async throws {
        let work = try await Teamwork(engine)
        let hub = SearchHub(work.hub)
        let clock = work.hub.clock
        let note = try await NoteService(database: work.hub.database, signals: work.hub.signals, now: { clock.now })
            .create("A word", in: work.cases[0].conversation, access: work.hub.access)
        try await hub.index()
        let (workspaceID, now) = (work.hub.workspaceID, work.hub.clock.now)
        let plans = try await work.hub.database.write { transaction -> [String] in
            let explaining = ExplainingTransaction(transaction)
            if engine == .postgres { try transaction.script("SET LOCAL enable_seqscan = off") }
            let indexes = SearchIndexTable(explaining)
            let index = try #require(try indexes.readable(in: workspaceID))
            for access in work.visibilities.map(work.access) {
                for kind in SearchDocument.Kind.allCases {
                    let table = try SearchTable(explaining, access, generation: index.generation, kind: kind)
                    _ = try table.words(from: "hel", limit: 10)
                    _ = try table.words(near: SearchTerm("helxo"), limit: 10)
                    let word = [.message: "hello", .contact: "15550199010", .note: "word"][kind] ?? ""
                    let bucket = try #require(try table.newestBucket(of: [word], upTo: .max))
                    let places = try table.places(of: [word, "nothing"], in: (bucket - 3)...bucket).byBucket[bucket] ?? []
                    #expect(!places.isEmpty)
                    switch kind {
                    case .message: _ = try table.messages(at: places, .inbound)
                    case .note:
                        _ = try table.notes(at: places)
                        _ = try NoteTable(explaining, access).list([note.id])
                    case .contact: _ = try table.conversations(of: try table.contacts(at: places).map(\.subject), limit: 10)
                    }
                }
                _ = try MessageTable(explaining, access).thread(work.cases[0].conversation, after: (at: 0, sequence: 0), limit: 50)
            }
            let sources = SearchSourceTable(explaining, work.hub.access)
            for kind in SearchDocument.Kind.allCases {
                let documents = try sources.documents(kind, after: "", limit: 5)
                _ = try sources.documents(kind, Set(documents.map(\.id)))
                let changed = documents.map { SearchDocument(id: $0.id, at: $0.at, version: 7, words: $0.words) }
                _ = try SearchWriteTable(explaining, index).save(changed, kind: kind, known: [])
            }
            _ = try sources.contacts(of: Set(work.cases.map(\.message.text)))
            _ = try indexes.take(index.generation, in: workspaceID)
            try indexes.begin(in: workspaceID, from: .start, kind: "message", now: now)
            try indexes.finish(index, now: now)
            _ = try indexes.remove(index, limit: 10)
            return explaining.plans
        }
        #expect(plans.count > 50)
        for plan in plans { #expect(!readsWholeTable(plan), "\(plan)") }
    }

    @Test("campaigns, their recipients and their messages are found by indexes", arguments: TestEngine.allCases)
    func campaigns(engine: TestEngine) async throws {
        let scene = try await CampaignScene(engine)
        let people = try await scene.people(3)
        let id = try await scene.started(try scene.plan(.contacts(people)))
        try await scene.feeder.round()
        let (access, now, sender) = (scene.hub.access, scene.hub.clock.now, scene.hub.sender.id)
        let plans = try await scene.hub.database.write { transaction -> [String] in
            let explaining = ExplainingTransaction(transaction)
            if engine == .postgres { try transaction.script("SET LOCAL enable_seqscan = off") }
            let campaigns = CampaignTable(explaining, access)
            let campaign = try #require(try campaigns.find(id, holding: true))
            _ = try campaigns.holdIfFree(id)
            _ = try campaigns.list(after: id, limit: 10)
            _ = try campaigns.list([.running, .paused], after: id, limit: 10)
            try campaigns.save(campaign)
            _ = try campaigns.advance(id, from: campaigns.progress(of: id), to: .init())
            try campaigns.set(campaigns.baseline(of: id), of: id)
            try campaigns.setRetry(campaigns.retry(of: id), of: id)
            let table = CampaignRecipientTable(explaining, access, of: id)
            let filters: [CampaignRecipientFilter] = [
                .init(), .init(state: .queued), .init(state: .failed, reason: "x"), .init(onlyReplied: true), .init(onlyClicked: true),
            ]
            for filter in filters { _ = try table.list(filter, after: 1, limit: 10) }
            _ = try table.has(.pending, .queued)
            _ = try table.known(["x"])
            _ = try table.contactedElsewhere(people, since: now)
            _ = try table.holdPending(of: sender, now: now, limit: 10)
            _ = try table.hold(.failed, reasons: ["x"], after: 0, limit: 10)
            let queued = try table.hold(.queued, after: 0, limit: 10)
            #expect(queued.count == 3)
            try table.save(queued.map { ($0, $0.takenBack) })
            let counts = CampaignCountTable(explaining, access)
            _ = try counts.counts(of: [id])
            _ = try counts.hours(of: id, limit: 10)
            let (messages, ids) = (CampaignMessageTable(explaining, access), queued.compactMap(\.messageID))
            _ = try messages.restraints(ids)
            _ = try messages.waiting(at: sender, now: now, most: 10)
            try messages.holdContacts(people)
            try messages.holdConversations(of: sender, with: people)
            _ = try messages.contacts(byMatchKeys: ["x"])
            _ = try messages.newestSenders(of: people, among: [sender])
            #expect(try messages.withdraw(ids).count == 3)
            let message = try #require(try MessageTable(transaction, access).find(ids[0]))
            #expect(try messages.requeue(message, at: now, sequence: 1))
            #expect(try messages.hold(messages: ids).count == 3)
            _ = try messages.standings(of: ids)
            _ = try messages.answers(ids)
            try table.remove(table.holdFirst(10))
            return explaining.plans
        }
        #expect(plans.count > 30)
        for plan in plans { #expect(!readsWholeTable(plan), "\(plan)") }
    }

    /// Rows given in the statement itself, and what was found before, may be read whole.
    private func readsWholeTable(_ plan: String) -> Bool {
        plan.split(separator: "\n").contains { line in
            let line = line.trimmingPrefix { $0 == " " }
            if line.hasPrefix("SCAN") {
                return ![
                    "SCAN s", "SCAN n", "SCAN p", "SCAN v", "SCAN q", "SCAN k", "SCAN turns", "SCAN due", "SCAN found", "SCAN counted",
                    "SCAN CONSTANT",
                ].contains { line == $0 }
                    && !line.hasPrefix("SCAN piece") && !line.contains("CONSTANT ROW")
                    && !line.contains("SUBQUERY")
            }
            return line.contains("Seq Scan on")
        }
    }
}

/// Notes the plan of each statement before running it.
private final class ExplainingTransaction: Transaction {
    private let transaction: any Transaction
    private(set) var plans: [String] = []

    init(_ transaction: any Transaction) { self.transaction = transaction }

    var dialect: SQLDialect { transaction.dialect }

    func rows(_ sql: SQL) throws -> [Row] {
        try explain(sql)
        return try transaction.rows(sql)
    }

    func run(_ sql: SQL) throws -> Int {
        try explain(sql)
        return try transaction.run(sql)
    }

    func savepoint<T>(_ body: () throws -> T) throws -> T { try transaction.savepoint(body) }
    func send(_ sql: SQL) throws { _ = try run(sql) }

    func script(_ text: String) throws { try transaction.script(text) }

    private func explain(_ sql: SQL) throws {
        let (command, column) = dialect == .sqlite ? ("EXPLAIN QUERY PLAN ", 3) : ("EXPLAIN ", 0)
        let lines = try transaction.rows("\(raw: command)\(sql: sql)").map { try $0.text(column) }
        plans.append("\(sql.text)\n\(lines.joined(separator: "\n"))")
    }
}
