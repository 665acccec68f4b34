import Domain
import TestSupport
import Testing

@Suite("What WhatsApp asks of a template")
struct TemplateRulesTests {
    @Test("each rule is named when it is broken, and no other with it", arguments: TemplateDraftRows.broken)
    func broken(row: TemplateDraftRows.Row) {
        let faults = TemplateRules.faults(of: row.draft)
        #expect(Set(faults.map(\.rule)) == [row.rule])
        for fault in faults {
            #expect(!fault.field.isEmpty)
            #expect(fault.detail.hasSuffix("."))
        }
    }

    @Test("every rule has a row that breaks it")
    func covered() {
        let rules = Set(TemplateDraftRows.broken.map(\.rule))
        #expect(Set(TemplateRule.allCases).subtracting(rules) == [.shape])
    }

    @Test("templates of every kind break nothing, and are read again as they were written", arguments: [1, 2, 3] as [UInt64])
    func good(seed: UInt64) {
        for draft in TemplateDraftRows.good(200, seed: seed) {
            #expect(TemplateRules.faults(of: draft) == [])
            let read = TemplateDraft.read(
                name: draft.name, language: draft.language, category: draft.category, format: draft.format, components: draft.components)
            #expect(read.draft == draft)
            #expect(read.faults == [])
        }
    }

    @Test("at its limits a text is still taken")
    func limits() {
        let texts: [(inout TemplateDraft) -> Void] = [
            { $0.name = String(repeating: "a", count: 512) }, { $0.body = .init(String(repeating: "a", count: 1_024)) },
            { $0.footer = String(repeating: "ü", count: 60) }, { $0.header = .text(.init(String(repeating: "a", count: 60))) },
            { $0.buttons = [.init(String(repeating: "a", count: 25), .quickReply)] },
            { $0.buttons = [.init("", .copyCode(sample: String(repeating: "A", count: 15)))] }, { $0.lifetimeSeconds = 43_200 },
            { $0.lifetimeSeconds = -1 }, { $0.buttons = (0..<10).map { .init("Reply \($0)", .quickReply) } },
            { $0.header = .text(.init("{{1}}", samples: ["1": "Order"])) },
        ]
        for change in texts { #expect(TemplateRules.faults(of: TemplateDraftRows.changed(TemplateDraftRows.plain, change)) == []) }
    }

    @Test(
        "what has the wrong shape is refused with its place",
        arguments: [
            (#"[{"text": "Hello"}]"#, "components.0"),
            (#"[{"type": "BODY", "text": "a"}, {"type": "body", "text": "b"}]"#, "components.1"),
            (#"[{"type": "BODY"}]"#, "components.0.text"), (#"[{"type": "SOUND"}]"#, "components.0"),
            (#"[{"type": "HEADER", "format": "PRODUCT"}]"#, "components.0.format"),
            (#"[{"type": "FOOTER", "code_expiration_minutes": "ten"}]"#, "components.0.code_expiration_minutes"),
            (#"[{"type": "BUTTONS"}]"#, "components.0.buttons"),
            (#"[{"type": "BUTTONS", "buttons": [{"type": "CATALOG"}]}]"#, "components.0.buttons.0.type"),
            (#"[{"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "LETTER"}]}]"#, "components.0.buttons.0.otp_type"),
            (#"[{"type": "CAROUSEL"}]"#, "components.0.cards"),
            (#"[{"type": "CAROUSEL", "cards": [{"components": [{"type": "FOOTER", "text": "a"}]}]}]"#, "components.0.cards.0"),
            (#"[{"type": "LIMITED_TIME_OFFER"}]"#, "components.0.limited_time_offer"),
        ])
    func shape(json: String, field: String) throws {
        let components: [JSONValue] = try JSONText.decode(from: json)
        let faults = TemplateDraft.read(name: "a", language: "en", category: .utility, format: nil, components: components).faults
        #expect(faults.map(\.rule) == [.shape])
        #expect(faults.map(\.field) == [field])
    }

    @Test("a one-time code is known again by the button that WhatsApp makes of it")
    func codes() throws {
        let components: [JSONValue] = try JSONText.decode(
            from: """
                [{"type":"BODY","text":"*{{1}}* is your code.","add_security_recommendation":true,"example":{"body_text":[["123456"]]}},
                 {"type":"FOOTER","text":"It expires in 10 minutes.","code_expiration_minutes":10},
                 {"type":"BUTTONS","buttons":[{"type":"URL","text":"Copy it",
                  "url":"https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}","example":["https://x.test/1"]}]}]
                """)
        let read = TemplateDraft.read(name: "sign_in", language: "en_US", category: .authentication, format: nil, components: components)
        #expect(read.faults == [])
        #expect(read.draft == TemplateDraftRows.changed(TemplateDraftRows.code) { $0.name = "sign_in" })
        // For which apps it was isn't told, so they are asked for again.
        let tap = try JSONText.encode(components).replacing("COPY_CODE", with: "ONE_TAP")
        let again = TemplateDraft.read(
            name: "sign_in", language: "en_US", category: .authentication, format: nil, components: try JSONText.decode(from: tap)
        ).draft
        #expect(TemplateRules.faults(of: again).map(\.rule) == [.authenticationApps])
    }

    @Test("what isn't whole yet comes back as it was, too")
    func unfinished() {
        for row in TemplateDraftRows.broken {
            let draft = row.draft
            let read = TemplateDraft.read(
                name: draft.name, language: draft.language, category: draft.category, format: draft.format, components: draft.components,
                lifetimeSeconds: draft.lifetimeSeconds)
            #expect(read.draft == draft, "\(row)")
        }
    }

    @Test("numbers or names are told from the placeholders when nobody says which")
    func format() {
        func format(_ text: String) -> Template.Format {
            TemplateDraft.read(
                name: "a", language: "en", category: .utility, format: nil,
                components: [.members(["type": .string("BODY"), "text": .string(text)])]
            ).draft.format
        }
        #expect(format("Hello {{1}}") == .positional)
        #expect(format("Hello {{first_name}}") == .named)
        #expect(format("Hello") == .positional)
    }
}
