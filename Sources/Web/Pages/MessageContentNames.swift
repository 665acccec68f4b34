internal import Domain
internal import Foundation

/// What the template `message` shows of one message's content, by kind.
struct MessageContentNames {
    private(set) var names: [String: any Sendable] = [:]
    private let base: String
    /// Where somebody is written to, up to the number; nil for who may not.
    private let writesTo: String?

    /// Every name, with nothing in it.
    static let none: [String: any Sendable] = [
        "headline": false, "attachment": false, "kindLabel": false, "kindIcon": "", "place": false, "cards": [ContactCardView](),
        "order": false, "answers": false, "quietText": false, "bodyHTML": false, "bodyIsEmoji": false, "footnote": false,
        "hasOptions": false, "options": [OptionView](), "listMenu": false,
    ]

    /// - Parameter canSend: whether numbers in it lead to where one writes to them.
    init(_ content: MessageContent, file: MediaFile?, base: String, canSend: Bool) {
        self.base = base
        writesTo = canSend ? NewConversationView.address(base: base) : nil
        switch content {
        case .text(let text): setBody(text.body)
        case .media(let media): setMedia(media, file: file)
        case .location(let location): names["place"] = PlaceView(location)
        case .contacts(let cards):
            setLabel(cards.count == 1 ? "Contact" : "\(cards.count) contacts", icon: "user")
            names["cards"] = cards.enumerated().map { ContactCardView($1, number: $0 + 1, base: base, writesTo: writesTo) }
        case .reaction(let reaction): setBody(reaction.emoji)
        case .interactive(let interactive): setInteractive(interactive, file: file)
        case .template(let template): setTemplate(template, file: file)
        case .button(let button):
            setLabel("Tapped a button", icon: "reply")
            setBody(button.text)
        case .reply(let reply):
            setLabel(reply.source == .list ? "Chose from the list" : "Tapped a button", icon: "reply")
            setBody(reply.title)
            names["footnote"] = reply.description.orFalse
        case .flowReply(let reply): setFlowReply(reply)
        case .order(let order):
            setLabel("Order", icon: "shopping-cart")
            names["order"] = OrderView(order)
            if let text = order.text { setBody(text) }
        case .call(let call):
            setLabel(Self.text(of: call), icon: "phone")
            if call.outcome != .answered { names["quietText"] = "Calls can't be taken here. You can answer with a message." }
        case .system: break
        case .unsupported(let content):
            setLabel("Not supported", icon: "circle-alert")
            names["quietText"] = Self.explanation(of: content)
        }
    }

    /// The line that a system message is.
    static func text(of content: SystemContent) -> String {
        if let body = content.body, !body.isEmpty { return body }
        switch content.type {
        case "user_changed_number":
            return content.newPhone.map { "The customer's number is now \($0.display)" } ?? "The customer changed their number"
        case "user_changed_user_id": return "WhatsApp gave the customer a new id"
        case "request_welcome": return "The customer opened the chat for the first time"
        default: return "WhatsApp says: \(content.type)"
        }
    }

    /// `Missed call`, `Call, 2 min`.
    static func text(of content: CallContent) -> String {
        switch content.outcome {
        case .missed: "Missed call"
        case .answered: content.duration.map { "Call, \(PageTimes.span(seconds: Double($0)))" } ?? "Call"
        case nil: "The customer called"
        }
    }

    private static func explanation(of content: UnsupportedContent) -> String {
        let kind = content.type.isEmpty || content.type == "unknown" || content.type == "unsupported" ? "" : " (\(content.type))"
        return
            "The customer sent something that WhatsApp doesn't pass on to businesses, or that can't be shown here\(kind). Ask them to send it another way."
    }

    private mutating func setBody(_ text: String) {
        guard !text.isEmpty else { return }
        names["bodyHTML"] = MessageMarkup.html(text, numbersLead: writesTo)
        names["bodyIsEmoji"] = MessageMarkup.isEmojiOnly(text)
    }

    private mutating func setLabel(_ text: String, icon: String) {
        names["kindLabel"] = text
        names["kindIcon"] = icon
    }

    private mutating func setMedia(_ media: MediaContent, file: MediaFile?) {
        names["attachment"] = AttachmentView(media, file: file, base: base)
        if media.voice == true { setLabel("Voice message", icon: "mic") }
        setBody(media.caption ?? "")
    }

    private mutating func setInteractive(_ content: InteractiveContent, file: MediaFile?) {
        names["headline"] = (content.header?.text).orFalse
        if let media = content.header?.media { names["attachment"] = AttachmentView(media, file: file, base: base) }
        setBody(content.body)
        names["footnote"] = content.footer.orFalse
        var options = (content.buttons ?? []).map { OptionView(title: $0.title, isLink: false) }
        if let link = content.link { options.append(OptionView(title: link.title, isLink: true)) }
        names["hasOptions"] = !options.isEmpty
        names["options"] = options
        names["listMenu"] = content.list.map(ListMenuView.init).orFalse
    }

    /// As the customer sees it. Of a template that we don't know its name stands for it, with what was filled in.
    private mutating func setTemplate(_ content: TemplateContent, file: MediaFile?) {
        if let media = content.attachment { names["attachment"] = AttachmentView(media, file: file, base: base) }
        // Where a title or picture is on top, it would come in between.
        if content.shown?.header == nil, content.attachment == nil {
            setLabel("Template, \(content.language)", icon: "layout-template")
        }
        guard let shown = content.shown else {
            let values = (content.components ?? []).flatMap(Self.texts)
            return setBody(([content.name] + values).joined(separator: "\n"))
        }
        names["headline"] = (shown.header.flatMap { $0.isEmpty ? nil : $0 }).orFalse
        let cards = (shown.cards ?? []).map { card in "– " + [card.header, card.body].compactMap(\.self).joined(separator: ": ") }
        setBody(([shown.offer, shown.body].compactMap { $0?.isEmpty == false ? $0 : nil } + cards).joined(separator: "\n"))
        names["footnote"] = shown.footer.orFalse
        let options = ((shown.buttons ?? []) + (shown.cards ?? []).flatMap { $0.buttons ?? [] }).map {
            OptionView(title: $0.title, isLink: $0.kind == .link)
        }
        names["hasOptions"] = !options.isEmpty
        names["options"] = options
    }

    private static func texts(in component: JSONValue) -> [String] {
        guard case .array(let parameters) = component["parameters"] else { return [] }
        return parameters.compactMap { $0["text"]?.text }
    }

    private mutating func setFlowReply(_ reply: FlowReplyContent) {
        setLabel(reply.name.map { "Form, \($0)" } ?? "Form", icon: "file-text")
        names["answers"] = AnswersView(reply.response)
        setBody(reply.body == "Sent" ? "" : reply.body ?? "")
    }
}
