import Domain
import Foundation
import Testing

@testable import Channels

@Suite("Messages in Meta's form")
struct MetaPayloadTests {
    static let attempt = AttemptReference(messageID: Identifier("msg_01k0000000000000000000000a"), number: 2)
    static let ana = try! PhoneNumber(parsing: "+15550199001")
    static let file = Identifier<MediaFile>("med_01k0000000000000000000000b")

    static func message(
        _ content: MessageContent, to recipient: Recipient = Recipient(phone: ana, businessScopedID: "US.1"), target: String? = nil,
        media: String? = nil
    ) -> OutboundMessage {
        OutboundMessage(attempt: attempt, recipient: recipient, content: content, targetProviderID: target, providerMediaID: media)
    }

    static let cases: [(String, OutboundMessage)] = [
        ("text", message(.text(TextContent(body: "Olá \"you\" \\ 👍\n\u{1}")))),
        ("text-preview", message(.text(TextContent(body: "https://example.test", previewUrl: true)))),
        ("text-reply", message(.text(TextContent(body: "Yes")), target: "wamid.THEIRS")),
        (
            "text-business-scoped-id",
            message(.text(TextContent(body: "Hi")), to: Recipient(phone: nil, businessScopedID: "US.13491208655302741"))
        ),
        ("text-group", message(.text(TextContent(body: "Hi all")), to: Recipient(phone: nil, businessScopedID: nil, groupID: "Y2FwaV9n"))),
        ("image-ours", message(.media(MediaContent(kind: .image, id: file, caption: "The leak")), media: "900800700600500")),
        ("image-link", message(.media(MediaContent(kind: .image, link: "https://example.test/a.jpg")))),
        (
            "video-link",
            message(.media(MediaContent(kind: .video, link: "https://example.test/a.mp4", caption: "Watch", filename: "a.mp4")))
        ),
        ("voice", message(.media(MediaContent(kind: .audio, id: file, caption: "dropped", voice: true)), media: "900")),
        ("document", message(.media(MediaContent(kind: .document, id: file, caption: "Here", filename: "invoice.pdf")), media: "900")),
        ("sticker", message(.media(MediaContent(kind: .sticker, id: file)), media: "900")),
        ("location", message(.location(LocationContent(latitude: 37.48, longitude: -122.14, name: "Shop", address: "1 Main Street")))),
        (
            "contacts",
            message(
                .contacts([
                    ContactCard(
                        name: .init(formattedName: "Ben Stone", firstName: "Ben", lastName: "Stone"),
                        phones: [.init(value: "+15550199002", type: "CELL", waId: "15550199002")],
                        emails: [.init(value: "ben@example.test")],
                        urls: [.init(value: "https://ben.example.test", type: "HOME")], company: "Stone Ltd"),
                    ContactCard(name: .init(formattedName: "Cy")),
                ]))
        ),
        ("reaction", message(.reaction(ReactionContent(message: nil, emoji: "👍")), target: "wamid.THEIRS")),
        ("reaction-removed", message(.reaction(ReactionContent(message: nil, emoji: "")), target: "wamid.THEIRS")),
        (
            "interactive-buttons",
            message(
                .interactive(
                    InteractiveContent(
                        header: .init(text: "Order"), body: "Keep it?", footer: "Thanks",
                        buttons: [.init(id: "yes", title: "Yes"), .init(id: "no", title: "No")])), target: "wamid.THEIRS")
        ),
        (
            "interactive-image-header",
            message(
                .interactive(
                    InteractiveContent(
                        header: .init(media: MediaContent(kind: .image, id: file, caption: "dropped")), body: "Like it?",
                        buttons: [.init(id: "yes", title: "Yes")])), media: "900")
        ),
        (
            "interactive-list",
            message(
                .interactive(
                    InteractiveContent(
                        body: "When?",
                        list: .init(
                            button: "Choose",
                            sections: [
                                .init(title: "Today", rows: [.init(id: "r1", title: "Morning", description: "8 to 12")]),
                                .init(title: "Tomorrow", rows: [.init(id: "r2", title: "Evening")]),
                            ]))))
        ),
        (
            "interactive-link",
            message(.interactive(InteractiveContent(body: "Look", link: .init(title: "Open", url: "https://example.test"))))
        ),
        ("template-plain", message(.template(TemplateContent(name: "hello_world", language: "en_US")))),
        (
            "template-values",
            message(
                .template(
                    TemplateContent(
                        name: "order_update", language: "pt_BR",
                        components: [
                            .object([
                                "type": .string("header"),
                                "parameters": .array([.object(["type": .string("image"), "image": .object(["id": .string(file.text)])])]),
                            ]),
                            .object([
                                "type": .string("body"),
                                "parameters": .array([.object(["type": .string("text"), "text": .string("Ana")])]),
                            ]),
                            .object([
                                "type": .string("button"), "sub_type": .string("quick_reply"), "index": .integer(0), "id": .string("kept"),
                            ]),
                        ])), media: "900")
        ),
    ]

    @Test("each kind gives the body beside it", arguments: cases)
    func golden(name: String, message: OutboundMessage) throws {
        let bytes = try MetaPayload.body(message).bytes
        let object = try JSONSerialization.jsonObject(with: Data(bytes))
        let pretty = try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        try PayloadFiles.expect(String(decoding: pretty, as: UTF8.self) + "\n", equals: name + ".json", in: "Outbound")
    }

    @Test("the quoted reference comes back from a status as it left")
    func reference() throws {
        let sent = try MetaPayload.body(Self.cases[0].1)["biz_opaque_callback_data"]?.text
        #expect(sent.flatMap { AttemptReference(parsing: $0) } == Self.attempt)
        // Meta's limit, in characters.
        #expect((sent ?? "").count <= 512)
    }

    @Test(
        "what Meta has no form for is refused before any call",
        arguments: [
            (message(.text(TextContent(body: "Hi")), to: Recipient(phone: nil, businessScopedID: nil)), UnsendableContent.recipientMissing),
            (message(.media(MediaContent(kind: .image, id: file))), .fileMissing),
            (message(.reaction(ReactionContent(message: nil, emoji: "👍"))), .targetMissing),
            (message(.interactive(InteractiveContent(body: "Nothing to tap"))), .actionMissing),
            (message(.interactive(InteractiveContent(body: "Nothing to tap", buttons: []))), .actionMissing),
            (
                message(
                    .interactive(
                        InteractiveContent(header: .init(media: MediaContent(kind: .image)), body: "x", link: .init(title: "a", url: "b")))),
                .fileMissing
            ),
            (message(.button(ButtonContent(text: "Stop", payload: "STOP"))), .kindReceivedOnly(.button)),
            (message(.unsupported(UnsupportedContent(type: "poll", raw: .null))), .kindReceivedOnly(.unsupported)),
        ])
    func unsendable(message: OutboundMessage, problem: UnsendableContent) {
        #expect(throws: problem) { try MetaPayload.body(message) }
        #expect(!problem.messageError.retryable)
    }
}
