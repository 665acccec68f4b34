import Domain
import Foundation

@testable import Web

/// A thread with a message of every kind and every outcome.
enum MessageExamples {
    static let all: [ShownMessage] = [
        ShownMessage(
            PageExamples.message(
                1, .inbound, .text("Hola, buenos días 👋"), secondsAgo: 90_000,
                origin: MessageOrigin(
                    isForwarded: true,
                    referral: .object([
                        "source_type": "ad", "headline": "Rebajas de invierno", "body": "Todo a mitad de precio",
                        "source_url": "https://fb.example.test/ad",
                    ])))),
        shown(
            in: 2,
            .text(
                "Hice un pedido el lunes y quería saber *cuándo llega*.\nEs el _número_ ~48212~ `48213`: https://example.com/o?id=48213&x=1."
            ), ago: 89_990),
        shown(out: 3, .interactive(buttons), .read, ago: 89_900),
        shown(in: 4, .reply(ReplyContent(source: .button, id: "1", title: "Hablar con una persona")), ago: 89_800, replyTo: 3),
        ShownMessage(
            PageExamples.message(5, .outbound, .text("Hola María, soy Ana."), .delivered, secondsAgo: 4_000, edited: true),
            reactions: [.init(emoji: "❤️", isOurs: false), .init(emoji: "👍", isOurs: true)], writer: "Ana Ruiz"),
        shown(out: 6, .interactive(list), .sent, ago: 3_900),
        shown(in: 7, .reply(ReplyContent(source: .list, id: "2", title: "Mañana", description: "De 9 a 14 h")), ago: 3_800, replyTo: 998),
        shown(in: 8, .media(MediaContent(kind: .image, caption: "Así llegó la caja")), ago: 3_700, file: file("image/jpeg")),
        shown(in: 9, .media(MediaContent(kind: .image)), ago: 3_600, file: file(nil, state: .pending)),
        shown(in: 10, .media(MediaContent(kind: .audio, voice: true)), ago: 3_500, file: file("audio/ogg")),
        shown(in: 11, .media(MediaContent(kind: .video)), ago: 3_400, file: file("video/mp4")),
        shown(in: 12, .media(MediaContent(kind: .document, filename: "factura-noviembre.pdf")), ago: 3_300, file: file("application/pdf")),
        shown(in: 13, .media(MediaContent(kind: .sticker)), ago: 3_200, file: file("image/webp")),
        shown(in: 14, .media(MediaContent(kind: .video)), ago: 3_100, file: file(nil, state: .failed)),
        shown(
            in: 15, .location(LocationContent(latitude: 41.38879, longitude: 2.15899, name: "Plaça de Catalunya", address: "Barcelona")),
            ago: 3_000),
        shown(in: 16, .contacts([card]), ago: 2_900),
        shown(in: 17, .order(order), ago: 2_800),
        shown(
            in: 18,
            .flowReply(
                FlowReplyContent(name: "cita", body: "Sent", response: .object(["flow_token": .string("t"), "día": .string("martes")]))),
            ago: 2_700),
        shown(out: 19, .template(template), .played, ago: 2_600),
        shown(in: 20, .button(ButtonContent(text: "Sí, por favor", payload: "yes")), ago: 2_500),
        shown(in: 21, .unsupported(UnsupportedContent(type: "poll", raw: .null)), ago: 2_400),
        shown(
            in: 22, .system(SystemContent(type: "user_changed_number", body: nil, newPhone: try? PhoneNumber(parsing: "+34600111333"))),
            ago: 2_300),
        ShownMessage(PageExamples.message(23, .inbound, .text("Borrado"), secondsAgo: 2_200, revoked: true)),
        shown(in: 24, .text("😂"), ago: 2_100),
        shown(out: 25, .text("Te paso el enlace"), .failed, ago: 2_000, error: failed),
        shown(out: 26, .text("¿Sigues ahí?"), .unknown, ago: 1_900),
        ShownMessage(
            PageExamples.message(33, .outbound, .text("¿Me oyes?"), .unknown, secondsAgo: 1_850),
            unknownSince: PageExamples.now.addingTimeInterval(-60)),
        shown(out: 27, .text("En cola"), .queued, ago: 1_800),
        shown(out: 28, .text("Saliendo"), .sending, ago: 1_700),
        shown(out: 29, .text("No hace falta"), .cancelled, ago: 1_600),
        shown(out: 61, .text("Mañana <b>abrimos</b> a las 9"), .scheduled, ago: -7_200),
        shown(out: 62, .location(LocationContent(latitude: 1, longitude: 2, name: nil, address: nil)), .scheduled, ago: -200_000),
        shown(in: 30, .reaction(ReactionContent(message: nil, emoji: "🙏")), ago: 1_500),
        shown(in: 31, .text("مرحبا، متى يصل طلبي؟"), ago: 120),
        shown(in: 32, .text("<script>alert(1)</script> & \"comillas\""), ago: 60),
    ]

    private static let buttons = InteractiveContent(
        header: .init(text: "Tienda Rubio"), body: "¡Hola María! ¿En qué te ayudo?", footer: "Respondemos de 9 a 18 h",
        buttons: [.init(id: "1", title: "Estado de mi pedido"), .init(id: "2", title: "Hablar con una persona")],
        link: .init(title: "La tienda", url: "https://example.com"))
    private static let list = InteractiveContent(
        body: "¿Cuándo te va bien?",
        list: .init(
            button: "Ver horas",
            sections: [.init(title: "Mañana", rows: [.init(id: "1", title: "9 h"), .init(id: "2", title: "12 h", description: "Con Ana")])])
    )
    private static let card = ContactCard(
        name: .init(formattedName: "Pau Vila"), phones: [.init(value: "+34 600 999 888", type: "CELL", waId: "34600999888")],
        emails: [.init(value: "pau@example.com")],
        company: "Vila i Fills")
    private static let order = OrderContent(
        catalogId: "c", text: "Para el viernes", items: [.init(productId: "TAZA-01", quantity: 2, price: 9.5, currency: "EUR")])
    private static let template = TemplateContent(
        name: "order_update", language: "es",
        components: [
            .object(["type": .string("body"), "parameters": .array([.object(["type": .string("text"), "text": .string("48213")])])])
        ])
    private static let failed = MessageError(
        code: "131026", detail: "The number isn't on WhatsApp.", advice: "Check it with the customer.", retryable: true)

    private static func shown(in number: Int, _ content: MessageContent, ago: Double, replyTo: Int? = nil, file: MediaFile? = nil)
        -> ShownMessage
    {
        let message = PageExamples.message(number, .inbound, content, secondsAgo: ago, replyTo: replyTo)
        // The answered message isn't always here any more.
        let quoted = replyTo == 3 ? PageExamples.message(3, .outbound, .interactive(buttons)) : nil
        return ShownMessage(message, quoted: quoted, file: file)
    }

    private static func shown(
        out number: Int, _ content: MessageContent, _ status: MessageStatus, ago: Double, error: MessageError? = nil
    ) -> ShownMessage {
        ShownMessage(PageExamples.message(number, .outbound, content, status, secondsAgo: ago, error: error))
    }

    private static func file(_ type: String?, state: MediaFile.State = .stored) -> MediaFile {
        MediaFile(
            id: Identifier("med_01k00000000000000000000001"), state: state, sha256: nil, byteCount: state == .stored ? 312_000 : nil,
            mimeType: type,
            filename: nil)
    }
}

extension MessageContent {
    static func text(_ body: String) -> MessageContent { .text(TextContent(body: body)) }
}
