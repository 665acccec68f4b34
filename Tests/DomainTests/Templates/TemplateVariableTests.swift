import Domain
import Testing

@Suite("The variables of a template")
struct TemplateVariableTests {
    @Test(
        "each has a key by its place, in the order in which the message shows them",
        arguments: [
            (TemplateExamples.order, Template.Format.positional, "UTILITY", ["header.1", "body.1", "body.2", "buttons.1"]),
            (TemplateExamples.named, .named, "MARKETING", ["header.who", "body.day", "body.hour", "body.who"]),
            (TemplateExamples.picture, .positional, "MARKETING", ["header.file", "buttons.0"]),
            (TemplateExamples.place, .positional, "UTILITY", ["header.latitude", "header.longitude", "header.name", "header.address"]),
            // The button repeats the code of the text.
            (TemplateExamples.code, .positional, "AUTHENTICATION", ["body.1"]),
            (TemplateExamples.code, .positional, "UTILITY", ["body.1", "buttons.0"]),
            (TemplateExamples.offer, .positional, "MARKETING", ["header.file", "offer.endsAt", "body.1"]),
            (
                TemplateExamples.carousel, .positional, "MARKETING",
                ["body.1", "cards.0.header.file", "cards.0.body.1", "cards.0.buttons.0", "cards.1.header.file"]
            ),
            (#"[{"type":"BODY","text":"{{2}} {{10}} {{1}} {{2}} {{}} {{a b}} {{x"}]"#, .positional, "", ["body.1", "body.2", "body.10"]),
            ("[]", .positional, "", []),
            (#"["x", 1, {"type": 3}, {"type":"BODY"}, {"type":"BUTTONS","buttons":{}}]"#, .positional, "", []),
        ] as [(String, Template.Format, String, [String])])
    func keys(json: String, format: Template.Format, category: String, keys: [String]) throws {
        #expect(try TemplateExamples.parts(json, format: format, category: category).variables.map(\.key) == keys)
    }

    @Test("samples come from the examples that Meta has")
    func samples() throws {
        let order = try TemplateExamples.parts(TemplateExamples.order).variables
        #expect(order.map(\.sample) == ["A-17", "Ana", "A-17", "https://shop.example/o/A-17"])
        let named = try TemplateExamples.parts(TemplateExamples.named, format: .named).variables
        #expect(named.map(\.sample) == ["Ana", "Monday", nil, nil])
    }

    @Test(
        "what can be guessed is filled in",
        arguments: [
            (#"[{"type":"BODY","text":"Hi {{1}}, order {{2}}"}]"#, ["Ana", ""]),
            (#"[{"type":"BODY","text":"Hola {{1}}! Soy {{2}}."}]"#, ["Ana", "Ben"]),
            (#"[{"type":"BODY","text":"Dear {{1}}, this is {{2}} from {{3}}"}]"#, ["Ana", "Ben", ""]),
            (
                #"[{"type":"BODY","text":"{{first_name}} {{customer_name}} {{product_name}} {{agent_name}} {{last_name}} {{day}}"}]"#,
                ["Ana", "Ana Silva", "", "Ben Carter", "", ""]
            ),
            (#"[{"type":"BODY","text":"Order {{1}} for {{2}}"}]"#, ["", ""]),
        ])
    func suggestions(json: String, values: [String]) throws {
        var context = MergeContext()
        context.add(DirectoryContact.named(" Ana\n Silva"))
        context.addAgent(name: "Ben Carter", email: nil)
        let parts = try TemplateExamples.parts(json, format: .named)
        let guessed = TemplateMapping.suggested(for: parts).values(in: context, language: "en")
        let filled = parts.variables.map { guessed[$0.key] ?? "" }
        #expect(filled == values)
        // Nobody is greeted by nothing.
        let unknown = TemplateMapping.suggested(for: parts).values(in: MergeContext(), language: "en")
        #expect(Set(unknown.values) == [""] || unknown.isEmpty)
    }

    @Test("what needs more than values says so")
    func obstacles() throws {
        func obstacle(_ json: String) throws -> String? { try TemplateExamples.parts(json).obstacle }
        for json in [TemplateExamples.order, TemplateExamples.picture, TemplateExamples.carousel] { #expect(try obstacle(json) == nil) }
        #expect(try obstacle(#"[{"type":"HEADER","format":"PRODUCT"}]"#) != nil)
        #expect(try obstacle(#"[{"type":"BUTTONS","buttons":[{"type":"MPM","text":"See"}]}]"#) != nil)
        #expect(try obstacle(#"[{"type":"BUTTONS","buttons":[{"type":"VOICE_CALL","text":"Call"}]}]"#) == nil)
    }
}
