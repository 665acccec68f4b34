/// What the customer sees of a template: its texts with the values in their places. Kept with each message, since templates change.
package struct TemplateText: Sendable, Equatable, Codable {
    package struct Button: Sendable, Equatable, Codable {
        package enum Kind: String, Sendable, Codable, CaseIterable { case reply, link, code, phone, form, other }

        package let title: String
        package let kind: Kind

        package init(title: String, kind: Kind) { (self.title, self.kind) = (title, kind) }
    }

    package struct Card: Sendable, Equatable, Codable {
        package let header: String?
        package let body: String?
        package let buttons: [Button]?

        package init(header: String?, body: String?, buttons: [Button]?) {
            (self.header, self.body, self.buttons) = (header, body, buttons)
        }
    }

    package let header: String?
    /// What kind of file or place stands on top.
    package let headerKind: String?
    package let body: String
    package let footer: String?
    package let offer: String?
    package let buttons: [Button]?
    package let cards: [Card]?

    package init(
        header: String? = nil, headerKind: String? = nil, body: String, footer: String? = nil, offer: String? = nil,
        buttons: [Button]? = nil, cards: [Card]? = nil
    ) {
        (self.header, self.headerKind, self.body, self.footer) = (header, headerKind, body, footer)
        (self.offer, self.buttons, self.cards) = (offer, buttons, cards)
    }
}

extension TemplateParts {
    /// With the values in their places; what isn't given stays as `{{1}}`.
    package func text(_ values: [String: String]) -> TemplateText {
        let (headerText, headerKind) = Self.text(of: header, "header", values)
        return TemplateText(
            header: headerText, headerKind: headerKind, body: Self.text(of: body, "body", values) ?? "", footer: footer,
            offer: offer?.text, buttons: buttons.isEmpty ? nil : buttons.map(Self.text),
            cards: cards.isEmpty
                ? nil
                : cards.enumerated().map { index, card in
                    TemplateText.Card(
                        header: Self.text(of: card.header, "cards.\(index).header", values).text,
                        body: Self.text(of: card.body, "cards.\(index).body", values),
                        buttons: card.buttons.isEmpty ? nil : card.buttons.map(Self.text))
                })
    }

    private static func text(of header: Header?, _ path: String, _ values: [String: String]) -> (text: String?, kind: String?) {
        switch header {
        case .text(let text, _): (Placeholders.fill(text) { value("\(path).\($0)", values) }, nil)
        case .file(let kind): (nil, kind.rawValue)
        case .location:
            ([value("\(path).name", values), value("\(path).address", values)].compactMap(\.self).joined(separator: ", "), "location")
        case .other(let format): (nil, format.lowercased())
        case nil: (nil, nil)
        }
    }

    private static func text(of body: Body?, _ path: String, _ values: [String: String]) -> String? {
        body.map { Placeholders.fill($0.text) { value("\(path).\($0)", values) } }
    }

    private static func value(_ key: String, _ values: [String: String]) -> String? {
        values[key].flatMap { $0.isBlank ? nil : $0 }
    }

    private static func text(of button: Button) -> TemplateText.Button {
        let kind: TemplateText.Button.Kind =
            switch button.kind {
            case .reply: .reply
            case .link: .link
            case .code: .code
            case .phone: .phone
            case .form: .form
            case .other: .other
            }
        return TemplateText.Button(title: button.title, kind: kind)
    }
}
