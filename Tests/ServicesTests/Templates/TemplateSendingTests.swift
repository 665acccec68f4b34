import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Sending templates")
struct TemplateSendingTests {
    private static let values = ["header.1": "A-1", "body.1": "Ana", "body.2": "A-1", "buttons.1": "A-1"]

    private func draft(_ hub: TestHub, _ id: Identifier<Template>, _ values: [String: String], clientID: String? = nil) throws
        -> MessageDraft
    {
        MessageDraft(
            senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: clientID,
            draft: .template(id, values: values), replyTo: nil)
    }

    @Test("by id and values it leaves in Meta's form, and keeps what the customer sees", arguments: TestEngine.allCases)
    func sends(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let template = try #require(
            try await hub.have(TestHub.template("order_update", components: TestHub.orderComponents)).first)
        // Nobody has written: nothing but a template may leave.
        let message = try await hub.sending.submit(draft(hub, template.id, Self.values, clientID: "one"), access: hub.access)
        guard case .template(let content) = message.content else { throw TemplateProblem.missing }
        #expect((content.name, content.language, content.components?.count) == ("order_update", "en_US", 3))
        #expect(content.shown?.body == "Hi Ana, your order A-1 left us.")
        #expect(try await hub.list().first?.last?.preview == "Hi Ana, your order A-1 left us.")
        let sent = try await hub.dispatch(until: { $0.status == .sent }, message.id)
        #expect(hub.channel.sent.map(\.content.given) == [sent.content.given])
        // The same again is the same message, also once the template can't be sent any more.
        hub.clock.advance(by: 5)
        try await hub.have(TestHub.template("order_update", status: .paused, components: TestHub.orderComponents))
        #expect(try await hub.sending.submit(draft(hub, template.id, Self.values, clientID: "one"), access: hub.access).id == message.id)
        await #expect(throws: SendingProblem.clientIDTaken) {
            try await hub.sending.submit(
                draft(hub, template.id, Self.values.merging(["body.1": "Bo"]) { $1 }, clientID: "one"), access: hub.access)
        }
        await #expect(throws: TemplateProblem.notApproved(name: "order_update", status: .paused)) {
            try await hub.sending.submit(draft(hub, template.id, Self.values), access: hub.access)
        }
    }

    @Test("given as it goes to WhatsApp it is passed on, known or not, and nobody else says what it shows", arguments: TestEngine.allCases)
    func raw(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        try await hub.have(TestHub.template("order_update", components: TestHub.orderComponents))
        func submit(_ content: TemplateContent, _ clientID: String) async throws -> MessageContent {
            try await hub.sending.submit(
                MessageDraft(
                    senderID: hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: clientID,
                    content: .template(content), replyTo: nil), access: hub.access
            ).content
        }
        let components = try JSONText.decode(
            [JSONValue].self, from: #"[{"type":"body","parameters":[{"type":"text","text":"Bo"},{"type":"text","text":"A-2"}]}]"#)
        let forged = TemplateText(body: "Something else")
        let known = TemplateContent(name: "order_update", language: "en_US", components: components, shown: forged)
        for _ in 0..<2 {
            guard case .template(let content) = try await submit(known, "known") else { throw TemplateProblem.missing }
            #expect(content.shown?.body == "Hi Bo, your order A-2 left us.")
        }
        guard case .template(let content) = try await submit(.init(name: "unknown", language: "en_US", shown: forged), "unknown") else {
            throw TemplateProblem.missing
        }
        #expect(content.shown == nil)
    }

    @Test("what is missing, foreign or gone is refused before anything is kept", arguments: TestEngine.allCases)
    func refusals(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let other = try await TestHub(hub.database, slug: "other", phoneNumber: "+15550100201", providerID: "222")
        let template = try #require(
            try await hub.have(TestHub.template("order_update", components: TestHub.orderComponents)).first)
        let foreign = try #require(try await other.have(TestHub.template("order_update")).first)
        func problem(_ id: Identifier<Template>, _ values: [String: String]) async throws -> TemplateProblem? {
            do {
                _ = try await hub.sending.submit(draft(hub, id, values), access: hub.access)
                return nil
            } catch let problem as TemplateProblem {
                return problem
            }
        }
        #expect(try await problem(template.id, Self.values.filter { $0.key != "body.2" }) == .valueMissing(key: "body.2"))
        #expect(try await problem(template.id, Self.values.merging(["x": "y"]) { $1 }) == .valueUnknown(key: "x"))
        #expect(try await problem(foreign.id, [:]) == .missing)
        #expect(try await hub.list().isEmpty)
        try await hub.have(TestHub.template("new"))
        #expect(try await problem(template.id, Self.values) == nil, "still there until the next turn is later")
        hub.clock.advance(by: 10)
        try await hub.have(TestHub.template("new"))
        #expect(try await problem(template.id, Self.values) == .gone(name: "order_update"))
    }

    @Test("a refusal because the template is another one has WhatsApp asked, once for many", arguments: TestEngine.allCases)
    func stale(engine: TestEngine) async throws {
        let hub = try await TestHub(TestDatabase.make(engine))
        let template = try #require(try await hub.have(TestHub.template("hello")).first)
        hub.clock.advance(by: 601)
        let error = MessageError(code: "132000", detail: "Parameters don't match.", advice: "Look at it.", retryable: false)
        func refused(_ clientID: String) async throws {
            hub.channel.answer(.refused(.fail, error))
            let message = try await hub.sending.submit(draft(hub, template.id, [:], clientID: clientID), access: hub.access)
            _ = try await hub.dispatch(until: { $0.status == .failed }, message.id)
        }
        try await refused("one")
        #expect(try await hub.fetchTemplates() == 1)
        try await refused("two")
        #expect(try await hub.fetchTemplates() == 0)
    }
}
