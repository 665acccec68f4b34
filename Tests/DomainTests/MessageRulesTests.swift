import Domain
import Testing

@Suite("What may be sent")
struct MessageRulesTests {
    @Test(
        "each kind at its limits passes",
        arguments: [
            text("a"), text(String(repeating: "ä", count: 4_096)),
            .media(MediaContent(kind: .image, id: file, caption: String(repeating: "c", count: 1_024))),
            .media(MediaContent(kind: .document, link: "https://example.test/a.pdf?b=c", filename: "a.pdf")),
            .media(MediaContent(kind: .audio, id: file, voice: true)),
            .media(MediaContent(kind: .sticker, id: file, caption: "")),
            .location(LocationContent(latitude: -90, longitude: 180, name: "Pole", address: "")),
            card(), .contacts(Array(repeating: ContactCard(name: .init(formattedName: "Ana")), count: 257)),
            reaction("👍"), reaction(""), reaction("❤"), reaction("❤️"), reaction("👩‍👩‍👧‍👦"), reaction("🇧🇷"), reaction("1️⃣"), reaction("👍🏽"),
            buttons([("a", "Yes"), ("b", "No"), ("c", String(repeating: "x", count: 20))]),
            list([section("A", 10)]), list([section(nil, 1)]), list([section("A", 5), section("B", 5, from: 5)]),
            .interactive(
                InteractiveContent(
                    header: .init(text: "Top"), body: "b", footer: "f", link: .init(title: "Open", url: "https://example.test"))),
            .interactive(
                InteractiveContent(
                    header: .init(media: MediaContent(kind: .video, id: file)), body: "b", buttons: [.init(id: "a", title: "A")])),
            .template(TemplateContent(name: "order_update_2", language: "en_US")),
            .template(TemplateContent(name: "a", language: "fil", components: [])),
            .template(TemplateContent(name: "a", language: "de", components: [.object(["type": .string("BODY")])])),
        ] as [MessageContent])
    func passes(content: MessageContent) throws { try content.validateForSending() }

    @Test(
        "text, media, places, people and reactions: each rule names its field",
        arguments: [
            (text(""), .empty(field: "text.body")),
            (text(" \n"), .empty(field: "text.body")),
            (text(String(repeating: "a", count: 4_097)), .tooLong(field: "text.body", count: 4_097, limit: 4_096)),
            (text("a\u{0}b"), .nullCharacter(field: "text.body")),
            (.media(MediaContent(kind: .image)), .mediaSource(field: "media")),
            (.media(MediaContent(kind: .image, id: file, link: "https://example.test/a.png")), .mediaSource(field: "media")),
            (.media(MediaContent(kind: .image, link: "http://example.test/a.png")), .linkMalformed(field: "media.link")),
            (.media(MediaContent(kind: .image, link: "https://")), .linkMalformed(field: "media.link")),
            (.media(MediaContent(kind: .image, link: "https://a b.test/")), .linkMalformed(field: "media.link")),
            (.media(MediaContent(kind: .image, link: "https://ana:secret@example.test/")), .linkMalformed(field: "media.link")),
            (
                .media(MediaContent(kind: .image, link: "https://a.test/" + String(repeating: "a", count: 1_986))),
                .tooLong(field: "media.link", count: 2_001, limit: 2_000)
            ),
            (
                .media(MediaContent(kind: .video, id: file, caption: String(repeating: "c", count: 1_025))),
                .tooLong(field: "media.caption", count: 1_025, limit: 1_024)
            ),
            (.media(MediaContent(kind: .audio, id: file, caption: "no")), .captionNotAllowed(.audio)),
            (.media(MediaContent(kind: .sticker, id: file, caption: "no")), .captionNotAllowed(.sticker)),
            (.media(MediaContent(kind: .video, id: file, voice: true)), .voiceNotAudio(.video)),
            (
                .media(MediaContent(kind: .document, id: file, filename: String(repeating: "f", count: 241))),
                .tooLong(field: "media.filename", count: 241, limit: 240)
            ),
            (.location(LocationContent(latitude: 90.001, longitude: 0)), .coordinate(field: "location.latitude", limit: 90)),
            (.location(LocationContent(latitude: .nan, longitude: 0)), .coordinate(field: "location.latitude", limit: 90)),
            (.location(LocationContent(latitude: 0, longitude: -180.5)), .coordinate(field: "location.longitude", limit: 180)),
            (.contacts([]), .count(field: "contacts", count: 0, allowed: 1...257)),
            (
                .contacts(Array(repeating: ContactCard(name: .init(formattedName: "Ana")), count: 258)),
                .count(field: "contacts", count: 258, allowed: 1...257)
            ),
            (card(name: " "), .empty(field: "contacts[0].name.formattedName")),
            (card(phone: ""), .empty(field: "contacts[0].phones[0].value")),
            (.reaction(ReactionContent(message: nil, emoji: "👍")), .reactionTargetMissing),
            (reaction("ok"), .emojiMalformed), (reaction("1"), .emojiMalformed), (reaction("👍👍"), .emojiMalformed),
            (reaction("a"), .emojiMalformed),
        ] as [(MessageContent, MessageProblem)])
    func refuses(content: MessageContent, problem: MessageProblem) { expect(content, problem) }

    @Test(
        "buttons, lists and links: each rule names its field",
        arguments: [
            (.interactive(InteractiveContent(body: "b")), .interactiveAction),
            (
                .interactive(
                    InteractiveContent(body: "b", buttons: [.init(id: "a", title: "A")], link: .init(title: "B", url: "https://b.test"))),
                .interactiveAction
            ),
            (buttons([]), .count(field: "interactive.buttons", count: 0, allowed: 1...3)),
            (buttons([("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")]), .count(field: "interactive.buttons", count: 4, allowed: 1...3)),
            (buttons([("a", "A"), ("a", "B")]), .duplicate(field: "interactive.buttons[1].id")),
            (buttons([("a", "A"), ("b", "A")]), .duplicate(field: "interactive.buttons[1].title")),
            (buttons([("a", "")]), .empty(field: "interactive.buttons[0].title")),
            (buttons([("", "A")]), .empty(field: "interactive.buttons[0].id")),
            (buttons([("a", String(repeating: "x", count: 21))]), .tooLong(field: "interactive.buttons[0].title", count: 21, limit: 20)),
            (buttons([(String(repeating: "x", count: 257), "A")]), .tooLong(field: "interactive.buttons[0].id", count: 257, limit: 256)),
            (buttons([("a", "A")], body: ""), .empty(field: "interactive.body")),
            (
                buttons([("a", "A")], body: String(repeating: "b", count: 1_025)),
                .tooLong(field: "interactive.body", count: 1_025, limit: 1_024)
            ),
            (
                list([section("A", 1)], body: String(repeating: "b", count: 4_097)),
                .tooLong(field: "interactive.body", count: 4_097, limit: 4_096)
            ),
            (buttons([("a", "A")], footer: String(repeating: "f", count: 61)), .tooLong(field: "interactive.footer", count: 61, limit: 60)),
            (
                buttons([("a", "A")], header: .init(text: String(repeating: "h", count: 61))),
                .tooLong(field: "interactive.header.text", count: 61, limit: 60)
            ),
            (buttons([("a", "A")], header: .init(media: MediaContent(kind: .image))), .mediaSource(field: "interactive.header.media")),
            (list([]), .count(field: "interactive.list.sections", count: 0, allowed: 1...10)),
            (list([section("A", 6), section("B", 5, from: 6)]), .count(field: "interactive.list.sections", count: 11, allowed: 1...10)),
            (list([section("A", 1), section("B", 0)]), .count(field: "interactive.list.sections[1].rows", count: 0, allowed: 1...10)),
            (list([section("A", 1), section(nil, 1, from: 1)]), .sectionTitleMissing(field: "interactive.list.sections[1].title")),
            (list([section("A", 2), section("B", 1, from: 1)]), .duplicate(field: "interactive.list.sections[1].rows[0].id")),
            (
                list([section(String(repeating: "s", count: 25), 1)]),
                .tooLong(field: "interactive.list.sections[0].title", count: 25, limit: 24)
            ),
            (
                list([.init(title: nil, rows: [.init(id: "r", title: "R", description: String(repeating: "d", count: 73))])]),
                .tooLong(field: "interactive.list.sections[0].rows[0].description", count: 73, limit: 72)
            ),
            (
                list([section("A", 1)], button: String(repeating: "x", count: 21)),
                .tooLong(field: "interactive.list.button", count: 21, limit: 20)
            ),
            (
                .interactive(InteractiveContent(body: "b", link: .init(title: "Open", url: "ftp://example.test"))),
                .linkMalformed(field: "interactive.link.url")
            ),
            (
                .interactive(
                    InteractiveContent(body: "b", link: .init(title: String(repeating: "t", count: 21), url: "https://example.test"))),
                .tooLong(field: "interactive.link.title", count: 21, limit: 20)
            ),
        ] as [(MessageContent, MessageProblem)])
    func refusesInteractive(content: MessageContent, problem: MessageProblem) { expect(content, problem) }

    @Test(
        "a header has one form, and fits what stands below it",
        arguments: [
            buttons([("a", "A")], header: .init()),
            buttons([("a", "A")], header: .init(text: "t", media: MediaContent(kind: .image, id: file))),
            buttons([("a", "A")], header: .init(media: MediaContent(kind: .sticker, id: file))),
            list([section("A", 1)], header: .init(media: MediaContent(kind: .image, id: file))),
        ])
    func refusesHeader(content: MessageContent) {
        do throws(MessageProblem) {
            try content.validateForSending()
            Issue.record("was accepted")
        } catch {
            #expect(error.code == "message.header-malformed")
            #expect(error.field == "interactive.header")
        }
    }

    /// A component that names a file of ours.
    private static func header(_ kind: String, _ number: Int) -> JSONValue {
        let id = "med_" + String(repeating: "0", count: 25) + String(number)
        return .object([
            "type": .string("header"),
            "parameters": .array([.object(["type": .string(kind), kind: .object(["id": .string(id)])])]),
        ])
    }

    @Test(
        "templates",
        arguments: [
            ("Order", "en_US", nil, .templateNameMalformed("Order")),
            ("", "en_US", nil, .templateNameMalformed("")),
            ("order-update", "en_US", nil, .templateNameMalformed("order-update")),
            ("order", "en-US", nil, .templateLanguageMalformed("en-US")),
            ("order", "", nil, .templateLanguageMalformed("")),
            ("order", "english", nil, .templateLanguageMalformed("english")),
            ("order", "en_us", nil, .templateLanguageMalformed("en_us")),
            ("order", "en_US_x", nil, .templateLanguageMalformed("en_US_x")),
            ("order", "en_US", [.string("body")], .templateComponentMalformed(field: "template.components[0]")),
            ("order", "en_US", [header("image", 1), header("video", 2)], .templateFiles),
            ("order", "en_US", [header("sticker", 1)], .templateFiles),
            (
                "order", "en_US", [.object(["type": .string("body")]), .object([:])],
                .templateComponentMalformed(field: "template.components[1]")
            ),
            (
                "order", "en_US", Array(repeating: .object(["type": .string("body")]), count: 21),
                .count(field: "template.components", count: 21, allowed: 0...20)
            ),
        ] as [(String, String, [JSONValue]?, MessageProblem)])
    func refusesTemplate(name: String, language: String, components: [JSONValue]?, problem: MessageProblem) {
        expect(.template(TemplateContent(name: name, language: language, components: components)), problem)
    }

    @Test(
        "what only customers write can't be sent",
        arguments: [
            .button(ButtonContent(text: "Stop", payload: "STOP")),
            .reply(ReplyContent(source: .button, id: "a", title: "A")),
            .flowReply(FlowReplyContent(name: nil, body: nil, response: .null)),
            .order(OrderContent(catalogId: "1", text: nil, items: [])),
            .system(SystemContent(type: "user_changed_number", body: nil)),
            .unsupported(UnsupportedContent(type: "poll", raw: .null)),
        ] as [MessageContent])
    func refusesInboundKinds(content: MessageContent) { expect(content, .kindNotSendable(content.kind)) }

    private func expect(_ content: MessageContent, _ problem: MessageProblem, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(throws: problem, sourceLocation: sourceLocation) { try content.validateForSending() }
        #expect(problem.kind == .invalid)
        #expect(problem.code.hasPrefix("message."))
        #expect(problem.field?.isEmpty == false)
        #expect(!problem.detail.isEmpty)
    }
}

private let file = Identifier<MediaFile>("med_00000000000000000000000000")

private func text(_ body: String) -> MessageContent { .text(TextContent(body: body)) }

private func reaction(_ emoji: String) -> MessageContent { .reaction(ReactionContent(message: Identifier("msg_1"), emoji: emoji)) }

private func card(name: String = "Ana Silva", phone: String = "+15550199001") -> MessageContent {
    .contacts([ContactCard(name: .init(formattedName: name), phones: [.init(value: phone, type: "CELL", waId: "15550199001")])])
}

private func buttons(
    _ pairs: [(String, String)], body: String = "Well?", header: InteractiveContent.Header? = nil, footer: String? = nil
) -> MessageContent {
    .interactive(InteractiveContent(header: header, body: body, footer: footer, buttons: pairs.map { .init(id: $0.0, title: $0.1) }))
}

private func list(
    _ sections: [InteractiveContent.List.Section], body: String = "Well?", button: String = "Choose",
    header: InteractiveContent.Header? = nil
) -> MessageContent {
    .interactive(InteractiveContent(header: header, body: body, list: .init(button: button, sections: sections)))
}

private func section(_ title: String?, _ rows: Int, from start: Int = 0) -> InteractiveContent.List.Section {
    .init(title: title, rows: (start..<start + rows).map { .init(id: "r\($0)", title: "Row \($0)") })
}
