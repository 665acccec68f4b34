import Domain
import Foundation
import Testing

@Suite("A template's values")
struct TemplateValueTests {
    private static let file = "med_01k00000000000000000000001"

    @Test(
        "the message is in Meta's form",
        arguments: [
            (
                TemplateExamples.order, Template.Format.positional, "UTILITY",
                ["header.1": "A-1", "body.1": "Ana", "body.2": "A-1", "buttons.1": "A-1?x=1"],
                """
                [{"type":"header","parameters":[{"type":"text","text":"A-1"}]},
                 {"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"A-1"}]},
                 {"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"A-1?x=1"}]}]
                """
            ),
            (
                TemplateExamples.named, .named, "MARKETING",
                ["header.who": "Ana", "body.day": "Monday", "body.hour": "10", "body.who": "all"],
                """
                [{"type":"header","parameters":[{"type":"text","parameter_name":"who","text":"Ana"}]},
                 {"type":"body","parameters":[{"type":"text","parameter_name":"day","text":"Monday"},
                  {"type":"text","parameter_name":"hour","text":"10"},{"type":"text","parameter_name":"who","text":"all"}]}]
                """
            ),
            (
                TemplateExamples.picture, .positional, "MARKETING", ["header.file": file, "buttons.0": "SAVE20"],
                """
                [{"type":"header","parameters":[{"type":"image","image":{"id":"\(file)"}}]},
                 {"type":"button","sub_type":"copy_code","index":"0","parameters":[{"type":"coupon_code","coupon_code":"SAVE20"}]}]
                """
            ),
            (
                TemplateExamples.picture, .positional, "MARKETING", ["header.file": "https://x.example/a.png ", "buttons.0": "A"],
                """
                [{"type":"header","parameters":[{"type":"image","image":{"link":"https://x.example/a.png"}}]},
                 {"type":"button","sub_type":"copy_code","index":"0","parameters":[{"type":"coupon_code","coupon_code":"A"}]}]
                """
            ),
            (
                TemplateExamples.place, .positional, "UTILITY",
                ["header.latitude": "37.5", "header.longitude": "-122.25", "header.name": "Shop"],
                #"[{"type":"header","parameters":[{"type":"location","location":{"latitude":37.5,"longitude":-122.25,"name":"Shop"}}]}]"#
            ),
            (
                TemplateExamples.code, .positional, "AUTHENTICATION", ["body.1": "482913"],
                """
                [{"type":"body","parameters":[{"type":"text","text":"482913"}]},
                 {"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"482913"}]}]
                """
            ),
            (
                TemplateExamples.offer, .positional, "MARKETING",
                ["header.file": "https://x.example/a.mp4", "offer.endsAt": "2026-12-01T09:00:00Z", "body.1": "Ana"],
                """
                [{"type":"header","parameters":[{"type":"video","video":{"link":"https://x.example/a.mp4"}}]},
                 {"type":"limited_time_offer","parameters":[{"type":"limited_time_offer",
                   "limited_time_offer":{"expiration_time_ms":1796115600000}}]},
                 {"type":"body","parameters":[{"type":"text","text":"Ana"}]}]
                """
            ),
            (
                TemplateExamples.carousel, .positional, "MARKETING",
                [
                    "body.1": "Ana", "cards.0.header.file": "https://x.example/1.png", "cards.0.body.1": "Arc", "cards.0.buttons.0": "arc",
                    "cards.1.header.file": "https://x.example/2.png",
                ],
                """
                [{"type":"body","parameters":[{"type":"text","text":"Ana"}]},{"type":"carousel","cards":[
                 {"card_index":0,"components":[{"type":"header","parameters":[{"type":"image","image":{"link":"https://x.example/1.png"}}]},
                  {"type":"body","parameters":[{"type":"text","text":"Arc"}]},
                  {"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"arc"}]}]},
                 {"card_index":1,"components":[{"type":"header","parameters":[{"type":"image","image":{"link":"https://x.example/2.png"}}]}]}]}]
                """
            ),
            (
                #"[{"type":"BODY","text":"Hello"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Yes"}]}]"#, .positional, "",
                [:], "[]"
            ),
        ] as [(String, Template.Format, String, [String: String], String)])
    func components(json: String, format: Template.Format, category: String, values: [String: String], expected: String) throws {
        let parts = try TemplateExamples.parts(json, format: format, category: category)
        #expect(parts.problems(values) == [])
        let wanted: [JSONValue] = try TemplateExamples.components(expected)
        #expect(Self.plain(parts.components(values)) == Self.plain(wanted))
        // What shows is the same, told from the values or from the message.
        let text = parts.text(values)
        #expect(parts.text(parts.values(in: parts.components(values))) == text)
        #expect(!text.body.contains("{{"))
    }

    private static func carousel(_ first: String, _ second: String) -> [String: String] {
        [
            "body.1": "Ana", "cards.0.header.file": first, "cards.0.body.1": "Arc", "cards.0.buttons.0": "arc",
            "cards.1.header.file": second,
        ]
    }

    /// Through text, so that 37.5 is the same whichever way it came.
    private static func plain(_ components: [JSONValue]) -> String { (try? JSONText.encode(components)) ?? "" }

    @Test(
        "what is missing or wrong is named by its key",
        arguments: [
            (
                TemplateExamples.order, ["header.1": "A", "body.1": "  ", "buttons.1": "x"],
                ["body.1 template.value-missing", "body.2 template.value-missing"]
            ),
            (
                TemplateExamples.order, ["header.1": "A", "body.1": "a\nb", "body.2": "a     b", "buttons.1": "a b"],
                ["body.1 template.value-malformed", "body.2 template.value-malformed", "buttons.1 template.value-malformed"]
            ),
            (
                TemplateExamples.order, ["header.1": "A", "body.1": "Ana", "body.2": "x", "buttons.1": "x", "body.3": "y"],
                ["body.3 template.value-unknown"]
            ),
            (
                TemplateExamples.order, ["header.1": String(repeating: "x", count: 55), "body.1": "a", "body.2": "b", "buttons.1": "c"],
                ["- template.text-too-long"]
            ),
            (
                TemplateExamples.order, ["header.1": "A", "body.1": String(repeating: "x", count: 1_020), "body.2": "b", "buttons.1": "c"],
                ["- template.text-too-long"]
            ),
            (
                TemplateExamples.order, ["header.1": "A", "body.1": String(repeating: "x", count: 1_025), "body.2": "b", "buttons.1": "c"],
                ["body.1 template.value-too-long"]
            ),
            (
                TemplateExamples.picture, ["header.file": "http://x.example/a.png", "buttons.0": "SAVE 15"],
                ["header.file template.value-malformed", "buttons.0 template.value-malformed"]
            ),
            (
                TemplateExamples.picture, ["header.file": "javascript:alert(1)", "buttons.0": "ABCDEFGHIJ123456"],
                ["header.file template.value-malformed", "buttons.0 template.value-too-long"]
            ),
            (
                TemplateExamples.place, ["header.latitude": "91", "header.longitude": "nan"],
                ["header.latitude template.value-malformed", "header.longitude template.value-malformed"]
            ),
            (
                TemplateExamples.offer, ["header.file": "https://x.example/a.mp4", "offer.endsAt": "tomorrow", "body.1": "x"],
                ["offer.endsAt template.value-malformed"]
            ),
            (
                TemplateExamples.carousel, carousel(file, "med_01k00000000000000000000002"),
                ["cards.1.header.file template.value-malformed"]
            ),
            (TemplateExamples.carousel, carousel(file, file), []),
            (TemplateExamples.carousel, carousel("https://x.example/1.png", file), []),
        ])
    func refusals(json: String, values: [String: String], expected: [String]) throws {
        let problems = try TemplateExamples.parts(json).problems(values)
        #expect(problems.map { "\($0.key ?? "-") \($0.code)" } == expected)
        #expect(problems.allSatisfy { $0.field?.hasPrefix("template.values") == true && !$0.detail.isEmpty })
    }

    @Test("header, text, footer and buttons show with their values; what isn't given stays a mark")
    func text() throws {
        let text = try TemplateExamples.parts(TemplateExamples.order).text(["header.1": "A-1", "body.2": "{{1}}"])
        #expect(text.header == "Order A-1")
        // A value is never looked through for marks of its own.
        #expect(text.body == "Hi {{1}}, your order {{1}} left us.")
        #expect(text.footer == "Reply if something is wrong")
        #expect(text.buttons?.map(\.kind) == [.reply, .link, .link, .phone])
        let carousel = try TemplateExamples.parts(TemplateExamples.carousel).text(["cards.0.body.1": "Arc"])
        #expect(carousel.cards?.map(\.body) == ["Lamp Arc", "Mug"])
    }

    @Test("fallbacks of money and dates show as their text")
    func fallbacks() throws {
        let parts = try TemplateExamples.parts(#"[{"type":"BODY","text":"{{1}} on {{2}}"}]"#)
        let given = try TemplateExamples.components(
            #"""
            [{"type":"BODY","parameters":[{"type":"currency","currency":{"fallback_value":"$10"}},
              {"type":"date_time","date_time":{"fallback_value":"Feb 25"}},{"type":"text","text":"too many"}]}]
            """#)
        #expect(parts.text(parts.values(in: given)).body == "$10 on Feb 25")
    }

    @Test(
        "only approved templates that are still there can be sent",
        arguments: [
            ("APPROVED", false, nil), ("FLAGGED", false, nil), ("approved", false, nil), ("PENDING", false, "template.not-approved"),
            ("PAUSED", false, "template.not-approved"), ("SOMETHING_NEW", false, "template.not-approved"),
            ("APPROVED", true, "template.gone"),
        ] as [(String, Bool, String?)])
    func sendable(status: String, isGone: Bool, code: String?) throws {
        let template = Template(
            id: Identifier("tpl_01k00000000000000000000001"), connectionID: Identifier("cnn_01k00000000000000000000001"),
            definition: TemplateDefinition(
                providerID: "1", name: "hello", language: "en_US", category: "UTILITY", status: TemplateStatus(status),
                components: try TemplateExamples.components(#"[{"type":"BODY","text":"Hi"}]"#)),
            syncedAt: Date(timeIntervalSince1970: 0), goneAt: isGone ? Date(timeIntervalSince1970: 1) : nil)
        var found: String?
        do throws(TemplateProblem) { try template.requireSendable() } catch { found = error.code }
        #expect(found == code)
    }

    @Test(
        "the webhook's words are the list's",
        arguments: [("REINSTATED", "APPROVED"), ("UNARCHIVED", "APPROVED"), ("PAUSED", "PAUSED"), ("new_word", "NEW_WORD")])
    func events(event: String, status: String) { #expect(TemplateStatus(event: event).text == status) }
}
