/// What WhatsApp asks of a new template, so that it is refused here, with the rule named, and not by a reviewer a day later
/// (Meta, "Component schema", "Validation rules" and "Template review", read 2026-11). Lengths are counted as Unicode scalars, since Meta doesn't
/// say how it counts: never fewer than a person sees.
package struct TemplateRules {
    package static let nameLimit = 512
    package static let headerLimit = 60
    package static let bodyLimit = 1_024
    package static let footerLimit = 60
    package static let offerTextLimit = 16
    package static let offerBodyLimit = 600
    package static let cardBodyLimit = 160
    package static let cardCount = 2...10
    package static let cardButtonLimit = 2
    package static let authenticationTextLimit = 25
    package static let authenticationAppLimit = 5
    package static let expiryMinutes = 1...90
    /// Seconds, besides -1 for 30 days.
    package static let lifetimes: [TemplateDraft.Category: ClosedRange<Int>] = [
        .authentication: 30...900, .utility: 30...43_200, .marketing: 43_200...2_592_000,
    ]

    let draft: TemplateDraft
    var faults: [TemplateFault] = []

    /// All rules that the draft breaks, from the top of the template to its end.
    package static func faults(of draft: TemplateDraft) -> [TemplateFault] {
        var rules = TemplateRules(draft: draft)
        rules.check()
        return rules.faults
    }

    private init(draft: TemplateDraft) { self.draft = draft }

    mutating func refuse(_ rule: TemplateRule, _ field: String, _ detail: String) {
        faults.append(TemplateFault(rule, field, detail))
    }

    private mutating func check() {
        checkName()
        checkLifetime()
        if draft.category == .authentication { return checkAuthentication() }
        if draft.authentication != nil {
            refuse(
                .authenticationOnly, "category",
                "Only a template of the category authentication sends one-time codes. Choose that category.")
        }
        if let header = draft.header { check(header, "header") }
        checkOffer()
        checkBody()
        checkFooter()
        check(draft.buttons, "buttons")
        checkCards()
    }

    private mutating func checkName() {
        let isWritten = draft.name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        if !isWritten || draft.name.isEmpty {
            refuse(.nameForm, "name", "Use small letters a to z, digits and underscores, such as order_update.")
        }
        if draft.name.utf8.count > Self.nameLimit {
            refuse(.nameLength, "name", "The name has \(draft.name.utf8.count) characters, and \(Self.nameLimit) is the most.")
        }
        if !TemplateLanguages.knows(draft.language) {
            refuse(
                .languageKnown, "language",
                "WhatsApp doesn't know the language \(draft.language.prefix(20)). Use a code such as en_US, it or pt_BR.")
        }
    }

    private mutating func checkLifetime() {
        guard let seconds = draft.lifetimeSeconds, let range = Self.lifetimes[draft.category] else { return }
        if seconds == -1, draft.category != .marketing { return }
        if !range.contains(seconds) {
            refuse(
                .lifetime, "lifetimeSeconds",
                "In this category WhatsApp tries for \(range.lowerBound) to \(range.upperBound) seconds. Write a number between them.")
        }
    }

    // MARK: Header, text, footer

    mutating func check(_ header: TemplateDraft.Header, _ field: String) {
        switch header {
        case .location: break
        case .file(_, let sample):
            if sample?.isBlank ?? true {
                refuse(.headerSample, "\(field).sample", "Add a file as an example: WhatsApp's reviewers want to see one.")
            }
        case .text(let text): checkTitle(text, field)
        }
    }

    private mutating func checkTitle(_ title: TemplateDraft.SampledText, _ field: String) {
        let place = "\(field).text"
        guard !title.text.isBlank else { return refuse(.headerText, place, "Write the title, or leave it out.") }
        let count = title.text.unicodeScalars.count
        if count > Self.headerLimit {
            refuse(.headerLength, place, "The title has \(count) characters, and \(Self.headerLimit) is the most.")
        }
        if Placeholders.fill(title.text, { _ in "" }).unicodeScalars.contains(where: Self.isDecoration) {
            refuse(.headerPlain, place, "A title has no line breaks, no emoji and none of the signs * _ ~ `. Take them out.")
        }
        if Placeholders.names(in: title.text).count > 1 { refuse(.headerVariables, place, "A title has one variable at most.") }
        checkPlaceholders(title, field, mayTouchEdges: true)
    }

    /// Line breaks, emoji and the signs that make letters bold, slanted, struck out or even.
    private static func isDecoration(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isEmojiPresentation || scalar == "\u{FE0F}" || scalar.properties.generalCategory == .control
            || scalar == "\u{2028}"
            || "*_~`".unicodeScalars.contains(scalar)
    }

    private mutating func checkBody() {
        let text = draft.body.text
        guard !text.isBlank else { return refuse(.bodyText, "body.text", "Write the text of the message.") }
        let count = text.unicodeScalars.count
        if count > Self.bodyLimit {
            refuse(.bodyLength, "body.text", "The text has \(count) characters, and \(Self.bodyLimit) is the most.")
        } else if draft.offer != nil, count > Self.offerBodyLimit {
            refuse(
                .offerBodyLength, "body.text",
                "With an offer the text has \(Self.offerBodyLimit) characters at most; this one has \(count).")
        }
        checkPlaceholders(draft.body, "body")
    }

    private mutating func checkFooter() {
        guard let footer = draft.footer else { return }
        let count = footer.unicodeScalars.count
        if count > Self.footerLimit {
            refuse(.footerLength, "footer", "The line below has \(count) characters, and \(Self.footerLimit) is the most.")
        }
        if footer.contains("{{") { refuse(.footerVariables, "footer", "The line below the text has no variables. Write it out.") }
    }

    // MARK: Offer and cards

    private mutating func checkOffer() {
        guard let offer = draft.offer else { return }
        if draft.category != .marketing {
            refuse(.offerCategory, "offer", "Only a template of the category marketing has an offer that ends. Choose that category.")
        }
        if offer.text.isBlank { refuse(.offerText, "offer.text", "Say in a few words what is offered.") }
        let count = offer.text.unicodeScalars.count
        if count > Self.offerTextLimit {
            refuse(.offerLength, "offer.text", "The offer has \(count) characters, and \(Self.offerTextLimit) is the most.")
        }
        if draft.footer != nil { refuse(.offerFooter, "footer", "With an offer there is no line below the text. Leave it out.") }
        switch draft.header {
        case .file(.image, _), .file(.video, _), nil: break
        default: refuse(.offerHeader, "header", "Above an offer stands a picture or a video, or nothing.")
        }
    }

    private mutating func checkCards() {
        guard !draft.cards.isEmpty else { return }
        if !Self.cardCount.contains(draft.cards.count) {
            refuse(
                .cardCount, "cards",
                "There are \(draft.cards.count) cards. Make \(Self.cardCount.lowerBound) to \(Self.cardCount.upperBound).")
        }
        for (index, card) in draft.cards.enumerated() {
            let field = "cards.\(index)"
            switch card.header {
            case .file(.image, _), .file(.video, _): check(card.header ?? .location, "\(field).header")
            default: refuse(.cardHeader, "\(field).header", "Each card has a picture or a video on top.")
            }
            if let body = card.body {
                let count = body.text.unicodeScalars.count
                if count > Self.cardBodyLimit {
                    refuse(
                        .cardBodyLength, "\(field).body.text",
                        "A card's text has \(Self.cardBodyLimit) characters at most; this one has \(count).")
                }
                checkPlaceholders(body, "\(field).body")
            }
            if card.buttons.count > Self.cardButtonLimit {
                refuse(.cardButtonCount, "\(field).buttons", "A card has \(Self.cardButtonLimit) buttons at most.")
            }
            check(card.buttons, "\(field).buttons")
        }
        let shapes = draft.cards.map(Shape.init)
        if let index = shapes.firstIndex(where: { $0 != shapes[0] }) {
            refuse(
                .cardsAlike, "cards.\(index)",
                "All cards are built alike: the same kind of header, a text or none, the same kinds of buttons. Card \(index + 1) differs from the first."
            )
        }
    }

    /// What has to be alike in all cards.
    private struct Shape: Equatable {
        let header: TemplateDraft.Header.FileKind?
        let hasBody: Bool
        let buttons: [String]

        init(_ card: TemplateDraft.Card) {
            header = if case .file(let kind, _) = card.header { kind } else { nil }
            hasBody = card.body != nil
            buttons = card.buttons.map(\.kind.type)
        }
    }

    // MARK: One-time codes

    private mutating func checkAuthentication() {
        guard let authentication = draft.authentication else {
            return refuse(
                .authenticationMissing, "authentication",
                "A template of this category has a button for the one-time code. Choose how the code is taken over.")
        }
        if draft.header != nil || !draft.body.text.isEmpty || draft.footer != nil || !draft.buttons.isEmpty || !draft.cards.isEmpty
            || draft.offer != nil
        {
            refuse(
                .authenticationOnly, "body.text",
                "WhatsApp writes the texts of one-time codes itself. Leave title, text, line below and other buttons out.")
        }
        for (field, text) in [("buttonText", authentication.buttonText), ("autofillText", authentication.autofillText)] {
            guard let text, text.unicodeScalars.count > Self.authenticationTextLimit else { continue }
            refuse(
                .authenticationText, "authentication.\(field)", "A button's text has \(Self.authenticationTextLimit) characters at most.")
        }
        if let minutes = authentication.expiryMinutes, !Self.expiryMinutes.contains(minutes) {
            refuse(
                .authenticationExpiry, "authentication.expiryMinutes",
                "A code holds for \(Self.expiryMinutes.lowerBound) to \(Self.expiryMinutes.upperBound) minutes.")
        }
        checkApps(of: authentication)
    }

    private mutating func checkApps(of authentication: TemplateDraft.Authentication) {
        let field = "authentication.apps"
        switch authentication.way {
        case .copyCode: break
        case .oneTap, .zeroTap:
            if authentication.apps.isEmpty || authentication.apps.contains(where: { $0.packageName.isBlank || $0.signatureHash.isBlank }) {
                refuse(.authenticationApps, field, "Name the app that takes the code over: its package and the hash of its signature.")
            }
        }
        if authentication.apps.count > Self.authenticationAppLimit {
            refuse(.authenticationApps, field, "\(Self.authenticationAppLimit) apps are the most.")
        }
        if authentication.way == .zeroTap, !authentication.acceptsZeroTapTerms {
            refuse(
                .authenticationTerms, "authentication.acceptsZeroTapTerms",
                "Accept WhatsApp's terms for codes without a tap, or choose another way.")
        }
    }
}
