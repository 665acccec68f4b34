import Domain
import Foundation
import Services

@testable import Web

/// An inbox, and more pages, in which whatever others choose is one text.
struct HostileExamples: Sendable {
    /// What stands in this field.
    let text: @Sendable (_ field: String) -> String

    /// An attack that would be markup if it were not escaped, and tells where it stands.
    static let marked = HostileExamples { "\"'><i>\($0)&" }

    static let fields = [
        "name", "username", "preview", "text", "caption", "file", "header", "body", "footer", "button", "link", "list button", "row",
        "row detail", "place", "address", "card name", "company", "phone", "phone kind", "mail", "web", "product", "currency", "order text",
        "form name",
        "question", "answer", "form text", "template", "language", "value", "choice", "choice detail", "tap", "kind", "system", "quote",
        "group", "emoji", "error", "sender", "colleague", "team", "label",
        "note", "note writer", "saved view",
        "shown header", "shown body", "shown footer", "shown button", "shown offer", "shown card",
    ]

    /// Every page on which others' texts stand.
    var all: [any RenderedView] {
        [inbox, details, beside, queue, found, told, presence, labelsPage, quickReplies, sendersPage, profilePage] + templates
    }
    /// Where those about templates begin.
    static let firstTemplate = 11

    var inbox: InboxView {
        let workspace = PageExamples.workspace()
        let conversation = Conversation(
            id: PageExamples.conversationID(0), workspaceID: PageExamples.connection.workspaceID, senderID: PageExamples.senders[0].id,
            contact: Contact(
                id: Identifier("con_01k00000000000000000000000"), name: text("name"), phoneNumber: nil, username: text("username"),
                businessScopedID: nil),
            state: .open, assignment: Assignment(assignee: colleagues.people[0].account.id, team: colleagues.teams[0].id),
            labels: labels.map(\.id), unread: 1,
            last: .init(
                id: PageExamples.messageID(1), kind: .text, direction: .inbound, status: .received, preview: text("preview"),
                at: PageExamples.now), lastInboundAt: PageExamples.now, createdAt: PageExamples.now)
        let names = [PageExamples.senders[0].id: text("sender"), PageExamples.senders[1].id: text("sender")]
        let query = InboxView.Query(labelID: labels[0].id)
        let rows = ConversationRowsView(
            [
                ConversationRowView(
                    conversation,
                    in: .init(
                        times: PageExamples.times, base: workspace.base, query: query.text, senderNames: names, colleagues: colleagues,
                        labels: labels, selected: nil, filter: query.conversations(for: workspace.accountID)))
            ], moreAddress: nil, frame: workspace.frame)
        let place = MessageView.Place(
            base: workspace.base, contactName: text("name"), times: PageExamples.times, grants: Role.owner.grants,
            window: MessagingWindow(lastInboundAt: PageExamples.now), reader: nil)
        let messages = MessagesView(
            shown.map { .message($0) } + [.note(note), .activity(activity)], conversation: conversation.id, place: place, unread: 1,
            older: nil,
            frame: workspace.frame)
        return InboxView(
            rows: rows, rowCount: 1,
            thread: ThreadView(
                conversation, senderName: text("sender"), colleagues: colleagues, labels: labels, messages: messages,
                listQuery: query.text, in: workspace, freshClientID: "fresh"),
            isThreadOpen: true, query: query, senderNames: names, colleagues: colleagues, labels: labels,
            savedViews: [
                try! SavedView(
                    id: Identifier("viw_01k00000000000000000000001"), name: text("saved view"), filter: "", createdAt: PageExamples.now)
            ], counts: [:], since: "1",
            in: workspace, title: text("name"))
    }

    var note: ShownNote {
        ShownNote(
            try! Note(
                id: Identifier("nte_01k00000000000000000000001"), conversationID: PageExamples.conversationID(0), author: "member:x",
                text: text("note"), mentions: [], at: PageExamples.now, sequence: 5_000), writer: text("note writer"),
            callable: [text("note writer")])
    }

    var labels: [Domain.Label] {
        [
            try! Label(id: Identifier("lbl_01k00000000000000000000001"), name: text("label"), color: .red, createdAt: PageExamples.now)
        ]
    }

    var colleagues: ColleagueNames {
        ColleagueNames(
            people: [
                PageExamples.colleague(2, text("colleague"), .agent)
            ],
            teams: [
                try! Team(
                    id: Identifier("tem_01k00000000000000000000001"), workspaceID: PageExamples.connection.workspaceID, name: text("team"),
                    members: [], createdAt: PageExamples.now)
            ], me: nil)
    }

    private var shown: [ShownMessage] {
        let contents: [MessageContent] = [
            .text(TextContent(body: text("text"))), .media(MediaContent(kind: .image, caption: text("caption"))),
            .media(MediaContent(kind: .document, filename: text("file"))), .media(MediaContent(kind: .audio, filename: text("file"))),
            .interactive(interactive), .location(LocationContent(latitude: 1, longitude: 2, name: text("place"), address: text("address"))),
            .contacts([card]), .order(order), .flowReply(form), .template(template), .template(shownTemplate),
            .reply(ReplyContent(source: .list, id: text("id"), title: text("choice"), description: text("choice detail"))),
            .button(ButtonContent(text: text("tap"), payload: text("payload"))),
            .unsupported(UnsupportedContent(type: text("kind"), raw: .null)),
            .system(SystemContent(type: "x", body: text("system"))), .reaction(ReactionContent(message: nil, emoji: text("emoji"))),
        ]
        let file = MediaFile(
            id: Identifier("med_01k00000000000000000000001"), state: .stored, sha256: nil, byteCount: 1_000, mimeType: text("type"),
            filename: text("file"))
        let quoted = PageExamples.message(90, .inbound, .text(TextContent(body: text("quote"))))
        let failure = MessageError(code: text("code"), detail: text("error"), advice: text("error"), retryable: true)
        return contents.enumerated().map { number, content in
            ShownMessage(
                PageExamples.message(number, .inbound, content, replyTo: 90), quoted: quoted, quotedWriter: text("group"),
                reactions: [.init(emoji: text("emoji"), isOurs: true)], file: file, writer: text("group"))
        } + [
            ShownMessage(PageExamples.message(91, .outbound, .text(TextContent(body: text("text"))), .failed, error: failure))
        ]
            + [
                .text(TextContent(body: text("text"))), .template(shownTemplate),
                .media(MediaContent(kind: .document, filename: text("file"))),
            ]
            .enumerated().map { (number: Int, content: MessageContent) in
                // To be sent later, with what can be changed about it until then.
                ShownMessage(PageExamples.message(92 + number, .outbound, content, .scheduled, secondsAgo: -7_200))
            }
    }

    private var interactive: InteractiveContent {
        InteractiveContent(
            header: .init(text: text("header")), body: text("body"), footer: text("footer"),
            buttons: [.init(id: text("id"), title: text("button"))],
            list: .init(
                button: text("list button"),
                sections: [.init(title: text("section"), rows: [.init(id: "1", title: text("row"), description: text("row detail"))])]),
            link: .init(title: text("link"), url: text("url")))
    }
    private var card: ContactCard {
        ContactCard(
            name: .init(formattedName: text("card name")), phones: [.init(value: text("phone"), type: text("phone kind"), waId: "\"><i>&")],
            emails: [.init(value: text("mail"))],
            urls: [.init(value: text("web"))], company: text("company"))
    }
    private var order: OrderContent {
        OrderContent(
            catalogId: text("id"), text: text("order text"),
            items: [.init(productId: text("product"), quantity: 1, price: 2, currency: text("currency"))])
    }
    private var form: FlowReplyContent {
        FlowReplyContent(
            name: text("form name"), body: text("form text"), response: .object([text("question"): .string(text("answer"))]))
    }
    private var template: TemplateContent {
        TemplateContent(
            name: text("template"), language: text("language"),
            components: [.object(["parameters": .array([.object(["text": .string(text("value"))])])])])
    }
    private var shownTemplate: TemplateContent {
        TemplateContent(
            name: text("template"), language: text("language"),
            shown: TemplateText(
                header: text("shown header"), body: text("shown body"), footer: text("shown footer"), offer: text("shown offer"),
                buttons: [.init(title: text("shown button"), kind: .link)],
                cards: [
                    .init(header: text("shown card"), body: text("shown card"), buttons: [.init(title: text("shown button"), kind: .reply)])
                ]))
    }

    /// The pages about templates, with the same attacks in a template's name, texts, samples and buttons, and in what was filled in.
    var templates: [any RenderedView] {
        let components = """
            [{"type":"HEADER","format":"TEXT","text":\(json("template header"))},{"type":"BODY","text":\(json("template body", "{{1}} {{2}}")),
              "example":{"body_text":[[\(json("template sample"))]]}},{"type":"FOOTER","text":\(json("template footer"))},
             {"type":"LIMITED_TIME_OFFER","limited_time_offer":{"text":\(json("template offer"))}},
             {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":\(json("template button"))},
              {"type":"URL","text":\(json("template link")),"url":\(json("template address", "{{1}}"))}]},
             {"type":"CAROUSEL","cards":[{"components":[{"type":"HEADER","format":"TEXT","text":\(json("template card"))},
              {"type":"BODY","text":\(json("template card"))},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":\(json("template card button"))}]}]}]}]
            """
        let definition = TemplateDefinition(
            providerID: "1", name: text("template name"), language: text("template language"), category: text("template category"),
            status: TemplateStatus(text("template status")), components: (try? JSONText.decode(from: components)) ?? [],
            rejectionReason: text("template reason"))
        let template = TemplatePageExamples.template(
            1, definition, detail: text("template detail"), hold: .init(code: text("template code"), until: .distantFuture))
        let sync = TemplateSync(
            connectionID: PageExamples.connection.id, connectionName: text("connection"), requestedAt: nil, endedAt: nil, succeededAt: nil,
            error: text("sync error"))
        let other = TemplateSync(
            connectionID: Identifier("cnn_01k00000000000000000000009"), connectionName: "Other", requestedAt: nil, endedAt: nil,
            succeededAt: nil, error: nil)
        let query = TemplatesView.Query(text: text("words"))
        let workspace = PageExamples.workspace()
        let list = TemplateListView(.init(data: [template], next: nil), syncs: [sync, other], query: query, in: workspace)
        let values = ["body.1": text("template value")]
        let form = TemplatePageExamples.form(template, problems: [], values: values)
        return [
            TemplatesView(list, query: query, notice: nil, in: workspace), TemplatePageExamples.choices([template], words: text("words")),
            form, TemplatePreviewView(template, values: values, frame: workspace.frame),
            TemplatePageExamples.mapping(
                template,
                .init([
                    "body.1": .field(.column(text("mapping column")), fallback: text("mapping fallback"), format: nil),
                    "body.2": .text(text("mapping text")),
                ])),
        ] + drafts
    }

    private var drafts: [any RenderedView] {
        let draft = TemplateDraft(
            name: text("template draft name"), language: "en", category: .marketing,
            header: .text(.init(text("template draft title") + "{{1}}", samples: ["1": text("template draft sample")])),
            body: .init(text("template draft text")),
            footer: text("template draft footer"),
            buttons: [
                .init(text("template draft button"), .link(text("template draft address"), sample: text("template draft address sample"))),
                .init(text("template draft button"), .phone(text("template draft number"))),
                .init("", .copyCode(sample: text("template draft code"))),
                .init(text("template draft button"), .flow(.init(id: text("template draft flow")))),
            ], offer: .init(text("template draft offer"), hasEnd: true))
        let code = TemplateDraft(
            name: "code", language: "en", category: .authentication,
            authentication: .init(
                buttonText: text("template code button"), autofillText: text("template code autofill"),
                apps: [.init(packageName: text("template code package"), signatureHash: text("template code hash"))]))
        let saved = SavedTemplateDraft(
            id: Identifier("tpd_01k00000000000000000000001"), connectionID: PageExamples.connection.id, draft: draft,
            refusal: text("template draft refusal"), createdAt: PageExamples.now, updatedAt: PageExamples.now)
        let sync = TemplateSync(
            connectionID: PageExamples.connection.id, connectionName: text("connection"), requestedAt: nil, endedAt: nil, succeededAt: nil,
            error: nil)
        let workspace = PageExamples.workspace()
        return [
            TemplateEditorView(saved, draft, account: text("connection"), isKept: true, notice: nil, faults: [], in: workspace),
            TemplateEditorView(saved, code, account: "", isKept: true, notice: nil, faults: [], in: workspace),
            TemplateDraftsView(.init(data: [saved], next: nil), syncs: [sync, sync], notice: nil, in: workspace),
        ]
    }

    private func json(_ field: String, _ more: String = "") -> String {
        let quoted = try? JSONText.encode([text(field) + more])
        return String((quoted ?? "[\"\"]").dropFirst().dropLast())
    }
}
