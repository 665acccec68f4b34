/// One thing to fill in before a template can be sent.
package struct TemplateVariable: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case text
        /// The end of a button's address.
        case addressEnd
        /// A coupon's code.
        case code
        /// Our file's id, or an https link.
        case file(MediaContent.Kind)
        case latitude, longitude
        /// Text that may stay empty.
        case optionalText
        /// Such as `2026-12-01T09:00:00Z`.
        case moment
    }

    /// Where it stands: `header.1`, `body.first_name`, `buttons.0`, `cards.1.body.1`.
    package let key: String
    package let kind: Kind
    /// The name inside `{{…}}`; empty for what has none.
    package let name: String
    /// What stands before it in its text, to guess what is meant.
    package let before: String
    package let sample: String?

    init(_ key: String, _ kind: Kind, name: String = "", before: String = "", sample: String? = nil) {
        (self.key, self.kind, self.name, self.before, self.sample) = (key, kind, name, before, sample)
    }

    package var isRequired: Bool { kind != .optionalText }
}

extension TemplateParts {
    /// All of them, in the order in which the message shows them.
    package var variables: [TemplateVariable] {
        var variables = Self.variables(of: header, "header")
        if let offer, offer.hasEnd { variables.append(TemplateVariable("offer.endsAt", .moment)) }
        variables += Self.variables(of: body, "body")
        variables += Self.variables(of: buttons, "", repeatsBody: isAuthentication)
        for (index, card) in cards.enumerated() {
            variables += Self.variables(of: card.header, "cards.\(index).header")
            variables += Self.variables(of: card.body, "cards.\(index).body")
            variables += Self.variables(of: card.buttons, "cards.\(index).", repeatsBody: false)
        }
        return variables
    }

    private static func variables(of header: Header?, _ path: String) -> [TemplateVariable] {
        switch header {
        case .text(let text, let samples): variables(in: text, samples, path)
        case .file(let kind): [TemplateVariable("\(path).file", .file(kind))]
        case .location:
            [
                TemplateVariable("\(path).latitude", .latitude), TemplateVariable("\(path).longitude", .longitude),
                TemplateVariable("\(path).name", .optionalText), TemplateVariable("\(path).address", .optionalText),
            ]
        case .other, nil: []
        }
    }

    private static func variables(of body: Body?, _ path: String) -> [TemplateVariable] {
        body.map { variables(in: $0.text, $0.samples, path) } ?? []
    }

    private static func variables(in text: String, _ samples: Samples, _ path: String) -> [TemplateVariable] {
        let pieces = Placeholders.pieces(of: text)
        return Placeholders.names(in: text).map { name in
            var before = ""
            for piece in pieces {
                if piece == .variable(name) { break }
                before = if case .text(let text) = piece { text } else { "" }
            }
            return TemplateVariable("\(path).\(name)", .text, name: name, before: before, sample: samples[name])
        }
    }

    private static func variables(of buttons: [Button], _ path: String, repeatsBody: Bool) -> [TemplateVariable] {
        guard !repeatsBody else { return [] }
        return buttons.enumerated().compactMap { index, button in
            switch button.kind {
            case .link(let address) where !Placeholders.names(in: address).isEmpty:
                TemplateVariable("\(path)buttons.\(index)", .addressEnd, name: button.title, before: address, sample: button.sample)
            case .code: TemplateVariable("\(path)buttons.\(index)", .code, name: button.title, sample: button.sample)
            default: nil
            }
        }
    }
}
