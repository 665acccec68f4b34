internal import Domain

private let hour = 60.0
private let day = 24 * 60.0

extension DemoStory {
    /// Kinds, languages, open and closed windows, read and unread, answered and failed: a few of each.
    /// - Parameter picture: a file of the workspace, for the photos in it.
    static func all(picture: MediaFile) -> [DemoStory] {
        recent(picture) + quiet(picture)
    }

    private static func photo(_ picture: MediaFile, _ caption: String?) -> MessageContent {
        .media(MediaContent(kind: .image, id: picture.id, caption: caption, mimeType: picture.mimeType))
    }

    /// A template's component in Meta's form, with texts for its variables.
    private static func component(_ type: String, _ texts: String..., more: [String: JSONValue] = [:]) -> JSONValue {
        let parameters = texts.map { JSONValue.object(["type": .string("text"), "text": .string($0)]) }
        return .object(more.merging(["type": .string(type), "parameters": .array(parameters)]) { $1 })
    }

    private static let unreachable = MessageError(
        code: "131026", detail: "The message couldn't be delivered to this person's WhatsApp.",
        advice: "Ask the person to update WhatsApp and to accept its terms, then send it again.", retryable: true)

    /// Their windows are open.
    private static func recent(_ picture: MediaFile) -> [DemoStory] {
        [
            DemoStory(
                customer: 0,
                [
                    (2 * day + 20, .they("Oi! Vocês têm a caneca azul em estoque?")),
                    (2 * day + 12, .we("Olá, Ana. Temos sim, restam oito. Quer que eu separe uma?")),
                    (2 * day + 9, .they("Duas, por favor 🙏")),
                    (2 * day + 5, .we("Separadas. Pode buscar até sábado.")),
                    (2 * day + 4, .reaction("❤️", to: 1)),
                    (34, .they("Bom dia! Posso mudar uma delas para verde?")),
                    (33, .theirs(photo(picture, "Esta aqui"))),
                ]),
            DemoStory(
                customer: 1,
                [
                    (day + 3 * hour, .they("Hi, is the shop open on Sunday?")),
                    (day + 3 * hour - 6, .we("Hi Ben, yes, from 10 to 4.")),
                    (3 * hour, .they("Great. Can I return the lamp there too?")),
                    (
                        3 * hour - 4,
                        .we("Of course. Bring the receipt, or just tell us your order number.", .delivered, by: 2, answering: 1)
                    ),
                ]),
            DemoStory(
                customer: 2,
                [
                    (5 * hour, .they("مرحبا، هل يمكن توصيل الطلب غدا صباحا؟")),
                    (5 * hour - 8, .we("مرحبا ليلى، نعم، بين التاسعة والحادية عشرة.", by: 2)),
                    (5 * hour - 15, .they("ممتاز، شكرا جزيلا")),
                    (12, .they("هل يمكنكم إرسال رقم التتبع؟ رقم الطلب 4711")),
                ]),
            DemoStory(
                customer: 3,
                [
                    (7 * hour, .they("Hallo, ich schreibe ohne Nummer, nur mit meinem Namen. Kommt das an?")),
                    (7 * hour - 3, .we("Hallo Mia, das kommt an. Wie können wir helfen?", by: 2)),
                    (7 * hour - 10, .they("Ich suche ein Geschenk für etwa 30 Euro.")),
                    (
                        7 * hour - 14,
                        .ours(
                            .interactive(
                                InteractiveContent(
                                    body: "Für wen soll es sein?",
                                    buttons: [
                                        .init(id: "kitchen", title: "Für die Küche"), .init(id: "desk", title: "Für den Tisch"),
                                        .init(id: "garden", title: "Für den Garten"),
                                    ])), by: 2)
                    ),
                    (7 * hour - 15, .theirs(.reply(ReplyContent(source: .button, id: "garden", title: "Für den Garten")), answering: 1)),
                ]),
            DemoStory(
                customer: 4, number: 1,
                [
                    (20 * hour, .they("Where is my order A-1042?")),
                    (20 * hour - 5, .we("Hello Ravi, it is with the courier and should arrive today.", by: 1)),
                    (6 * hour, .they("It arrived, thank you!")),
                    (6 * hour - 1, .reaction("🎉", to: 2)),
                    (6 * hour - 20, .we("Wonderful. Enjoy it.", by: 1)),
                    (6 * hour - 30, .closed),
                ]),
            DemoStory(
                customer: 5,
                [
                    (90, .they("Bonjour, voici l'adresse pour la livraison :")),
                    (
                        89,
                        .theirs(
                            .location(
                                LocationContent(
                                    latitude: 48.8584, longitude: 2.2945, name: "Chez moi", address: "5 avenue Anatole France, Paris")))
                    ),
                    (80, .opened),
                ]),
            DemoStory(
                customer: 8,
                [
                    (50, .they("こんにちは。ギフト包装はできますか?")),
                    (46, .we("Hello Yuki, yes, gift wrapping is free.", .delivered, by: 1)),
                    (44, .we("Would you like a card with it?", .failed(unreachable), by: 1)),
                    (8, .they("はい、お願いします")),
                    (7, .they("水曜日までに届きますか?")),
                    (6, .theirs(photo(picture, nil))),
                ]),
        ]
    }

    /// Nobody of them wrote in the last day: only templates may be sent.
    private static func quiet(_ picture: MediaFile) -> [DemoStory] {
        [
            DemoStory(
                customer: 6, number: 1,
                [
                    (3 * day, .they("Hola, quiero cambiar mi pedido A-0988")),
                    (3 * day - 10, .we("Hola Javier, claro. ¿Qué quieres cambiar?")),
                    (3 * day - 18, .they("La talla, por favor: de M a L")),
                    (3 * day - 25, .we("Hecho. Te llega el viernes.")),
                ]),
            DemoStory(
                customer: 7, number: 1,
                [
                    (4 * day, .they("¡Hola! ¿Hacen envíos a Córdoba?")),
                    (4 * day - 30, .we("Hola Sofía, sí, en tres días hábiles.", .delivered, by: 2)),
                    (
                        2 * day,
                        .ours(
                            .template(
                                TemplateContent(
                                    name: "order_update", language: "en_US",
                                    components: [
                                        component("header", "A-0991"), component("body", "Sofía", "A-0991"),
                                        component("button", "A-0991", more: ["sub_type": .string("url"), "index": .string("2")]),
                                    ])), .delivered, by: 2)
                    ),
                ]),
            DemoStory(
                customer: 9,
                [
                    (5 * day, .they("Good evening. Do you have a list of your lamps?")),
                    (
                        5 * day - 12,
                        .ours(
                            .interactive(
                                InteractiveContent(
                                    header: .init(text: "Lamps"), body: "These are in the shop now.", footer: "Prices include tax",
                                    list: .init(
                                        button: "See all",
                                        sections: [
                                            .init(
                                                title: "Table",
                                                rows: [
                                                    .init(id: "arc", title: "Arc", description: "39.00, brass"),
                                                    .init(id: "dot", title: "Dot", description: "24.00, white or black"),
                                                ]),
                                            .init(title: "Floor", rows: [.init(id: "reed", title: "Reed", description: "79.00, oak")]),
                                        ]))), by: 1)
                    ),
                    (
                        5 * day - 15,
                        .theirs(
                            .reply(ReplyContent(source: .list, id: "reed", title: "Reed", description: "79.00, oak")), answering: 1)
                    ), (5 * day - 21, .we("A good choice. Shall we keep one for you?", by: 1)),
                    (5 * day - 40, .they("Yes please, I'll come by on Saturday.")), (5 * day - 44, .we("Done, see you then.", by: 1)),
                    (4 * day, .closed),
                ]),
            DemoStory(
                customer: 10,
                [
                    (6 * day, .they("Buongiorno, la fattura arriva per posta?")),
                    (6 * day - 9, .we("Buongiorno Luca, la mandiamo per e-mail.", .sent, by: 2)),
                    (30 * hour, .they("Non è ancora arrivata.")),
                ]),
            DemoStory(
                customer: 11,
                [
                    (2 * day + 4 * hour, .they("Hej! Can you call this person about the delivery?")),
                    (
                        2 * day + 4 * hour - 1,
                        .theirs(
                            .contacts([
                                ContactCard(
                                    name: .init(formattedName: "Nils Lindqvist", firstName: "Nils", lastName: "Lindqvist"),
                                    phones: [.init(value: "+46 70 123 45 02", type: "CELL", waId: "46701234502")])
                            ]))
                    ), (2 * day + 3 * hour, .we("We will, thank you, Emma.", .delivered, by: 1)), (2 * day + 3 * hour - 2, .closed),
                ]),
        ]
    }
}
