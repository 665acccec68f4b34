package import Domain

/// Drafts for tests: good ones by number, and for each rule some that break it and no other.
package enum TemplateDraftRows {
    package struct Row: Sendable, CustomStringConvertible {
        package let rule: TemplateRule
        package let draft: TemplateDraft
        package var description: String { "\(rule.rawValue): \(draft.name.prefix(40))" }
    }

    package static let plain = TemplateDraft(
        name: "order_update", language: "en_US", category: .utility,
        body: .init("Hello {{1}}, your order {{2}} has left us today.", samples: ["1": "Ana", "2": "A-17"]))

    /// Breaks nothing, and of the kind that cards need.
    package static let carousel = changed(plain) {
        $0.category = .marketing
        $0.cards = (0..<3).map { _ in card }
    }

    package static let offer = changed(plain) {
        $0.category = .marketing
        $0.header = .file(.image, sample: "4::aW1hZ2U=")
        $0.offer = .init("Ends soon", hasEnd: true)
        $0.buttons = [
            .init("", .copyCode(sample: "SAVE15")), .init("Shop", .link("https://shop.test/{{1}}", sample: "https://shop.test/a")),
        ]
    }

    package static let code = TemplateDraft(
        name: "sign_in", language: "en_US", category: .authentication,
        authentication: .init(advisesSecrecy: true, expiryMinutes: 10, buttonText: "Copy it"))

    private static let card = TemplateDraft.Card(
        header: .file(.image, sample: "4::aW1hZ2U="), body: .init("A chair"), buttons: [.init("More of it", .quickReply)])

    package static func changed(_ draft: TemplateDraft, _ change: (inout TemplateDraft) -> Void) -> TemplateDraft {
        var draft = draft
        change(&draft)
        return draft
    }

    /// Every rule but ``TemplateRule/shape``, which a draft can't break.
    package static let broken: [Row] = {
        var rows: [Row] = []
        func add(_ rule: TemplateRule, to draft: TemplateDraft = plain, _ change: (inout TemplateDraft) -> Void) {
            rows.append(Row(rule: rule, draft: changed(draft, change)))
        }
        func addButtons(_ rule: TemplateRule, _ buttons: [TemplateDraft.Button]) { add(rule) { $0.buttons = buttons } }
        func addBody(_ rule: TemplateRule, _ text: String, _ samples: [String: String], format: Template.Format = .positional) {
            add(rule) { ($0.body, $0.format) = (.init(text, samples: samples), format) }
        }
        func addTitle(_ rule: TemplateRule, _ text: String, _ samples: [String: String] = [:]) {
            add(rule) { $0.header = .text(.init(text, samples: samples)) }
        }
        func link(_ address: String, _ sample: String?) -> TemplateDraft.Button { .init("Open", .link(address, sample: sample)) }

        for name in ["", "Order", "order-update", "order update", "ordine_è", "заказ"] { add(.nameForm) { $0.name = name } }
        add(.nameLength) { $0.name = String(repeating: "a", count: 513) }
        for language in ["", "xx", "en_us", "English", "en-US"] { add(.languageKnown) { $0.language = language } }
        addTitle(.headerText, "  ")
        addTitle(.headerLength, String(repeating: "a", count: 61))
        addTitle(.headerVariables, "Order {{1}} of {{2}} today", ["1": "A", "2": "B"])
        for text in ["A *bold* title", "A _slanted_ title", "A ~struck~ title", "An `even` title", "Two\nlines", "A star ⭐ above"] {
            addTitle(.headerPlain, text)
        }
        for kind in TemplateDraft.Header.FileKind.allCases { add(.headerSample) { $0.header = .file(kind, sample: nil) } }
        for text in ["", " \n "] { addBody(.bodyText, text, [:]) }
        addBody(.bodyLength, String(repeating: "a", count: 1_025), [:])
        add(.footerLength) { $0.footer = String(repeating: "a", count: 61) }
        add(.footerVariables) { $0.footer = "Reply STOP, {{1}}" }
        for text in [
            "Hello {{first name}}, welcome to us.", "Hello {{}}, welcome to us.", "Hello {{1, welcome to us.", "Hello 1}}, welcome to us.",
        ] {
            addBody(.placeholderForm, text, [:])
        }
        for sign in ["#", "$", "%"] { addBody(.placeholderSigns, "Hello {{1\(sign)}}, welcome to our shop.", [:]) }
        addBody(.placeholderFormat, "Hello {{name}}, welcome to our shop.", ["name": "Ana"])
        addBody(.placeholderFormat, "Hello {{1}}, welcome to our shop.", ["1": "Ana"], format: .named)
        addBody(.placeholderFormat, "Hello {{Name}}, welcome to our shop.", ["Name": "Ana"], format: .named)
        addBody(.placeholderGap, "Hello {{2}}, welcome to our shop.", ["2": "Ana"])
        addBody(.placeholderGap, "Hello {{1}}, your order {{3}} has left us today.", ["1": "Ana", "3": "A-17"])
        addBody(.placeholderRepeated, "Hello {{name}}, welcome to our shop, {{name}} of ours.", ["name": "Ana"], format: .named)
        addBody(.placeholderEdge, "{{1}} is the number of your order with us.", ["1": "A-17"])
        addBody(.placeholderEdge, "The number of your order with us is {{1}}", ["1": "A-17"])
        addBody(.placeholderAdjacent, "Hello {{1}}{{2}}, your order has left us today.", ["1": "Ana", "2": "Silva"])
        addBody(.placeholderDensity, "Hi {{1}} and {{2}} or {{3}} there.", ["1": "a", "2": "b", "3": "c"])
        addBody(.sampleMissing, "Hello {{1}}, your order {{2}} has left us today.", ["1": "Ana"])
        addBody(.sampleMissing, "Hello {{1}}, welcome to our shop.", ["1": " "])
        addTitle(.sampleMissing, "Order {{1}}")
        addBody(.sampleMissing, "Hello {{name}}, welcome to our shop.", [:], format: .named)
        addBody(.sampleUnknown, "Hello {{1}}, welcome to our shop.", ["1": "Ana", "2": "A-17"])
        addButtons(
            .buttonCount, (0..<9).map { .init("Reply \($0)", .quickReply) } + [link("https://a.test", nil), link("https://b.test", nil)])
        addButtons(.buttonText, [.init(" ", .quickReply)])
        addButtons(.buttonLength, [.init(String(repeating: "a", count: 26), .quickReply)])
        addButtons(.buttonOrder, [.init("Yes", .quickReply), link("https://shop.test", nil), .init("No", .quickReply)])
        addButtons(.buttonKindCount, (0..<3).map { link("https://shop.test/\($0)", nil) })
        addButtons(.buttonKindCount, (0..<2).map { .init("Call \($0)", .phone("+390612345\($0)")) })
        addButtons(.buttonKindCount, (0..<2).map { .init("", .copyCode(sample: "SAVE\($0)")) })
        addButtons(.buttonKindCount, (0..<2).map { .init("Open \($0)", .flow(.init(id: "12345\($0)"))) })
        addButtons(.buttonKindCount, (0..<2).map { .init("Call us \($0)", .voiceCall(minutes: nil)) })
        for address in ["", "shop.test", "ftp://shop.test/a", "javascript:alert(1)", "https://", "https://shop.test/a b"] {
            addButtons(.linkForm, [link(address, nil)])
        }
        addButtons(.linkLength, [link("https://shop.test/" + String(repeating: "a", count: 2_000), nil)])
        addButtons(.linkVariables, [link("https://shop.test/{{1}}/{{2}}", "https://shop.test/a/b")])
        addButtons(.linkVariablePlace, [link("https://shop.test/{{1}}/show", "https://shop.test/a/show")])
        addButtons(.linkSample, [link("https://shop.test/{{1}}", nil)])
        addButtons(.phoneForm, [.init("Call", .phone("call us"))])
        addButtons(.phoneLength, [.init("Call", .phone("+123456789012345678901"))])
        addButtons(.codeSample, [.init("", .copyCode(sample: ""))])
        addButtons(.codeLength, [.init("", .copyCode(sample: String(repeating: "A", count: 16)))])
        addButtons(.flowNamed, [.init("Open", .flow(.init()))])
        addButtons(.flowNamed, [.init("Open", .flow(.init(id: "1", name: "form")))])
        for minutes in [0, 43_201] { addButtons(.callMinutes, [.init("Call us", .voiceCall(minutes: minutes))]) }
        add(.offerCategory, to: offer) { $0.category = .utility }
        add(.offerText, to: offer) { $0.offer?.text = " " }
        add(.offerLength, to: offer) { $0.offer?.text = String(repeating: "a", count: 17) }
        add(.offerBodyLength, to: offer) { $0.body = .init(String(repeating: "a", count: 601)) }
        add(.offerFooter, to: offer) { $0.footer = "Reply STOP" }
        add(.offerHeader, to: offer) { $0.header = .text(.init("An offer")) }
        add(.offerHeader, to: offer) { $0.header = .file(.document, sample: "4::ZG9j") }
        add(.cardCount, to: carousel) { $0.cards = [card] }
        add(.cardCount, to: carousel) { $0.cards = (0..<11).map { _ in card } }
        add(.cardHeader, to: carousel) { for index in $0.cards.indices { $0.cards[index].header = nil } }
        add(.cardHeader, to: carousel) { for index in $0.cards.indices { $0.cards[index].header = .text(.init("A chair")) } }
        add(.cardBodyLength, to: carousel) { $0.cards[1].body = .init(String(repeating: "a", count: 161)) }
        add(.cardButtonCount, to: carousel) { draft in
            for index in draft.cards.indices { draft.cards[index].buttons = (0..<3).map { .init("Reply \($0)", .quickReply) } }
        }
        add(.cardsAlike, to: carousel) { $0.cards[2].header = .file(.video, sample: "4::dmlkZW8=") }
        add(.cardsAlike, to: carousel) { $0.cards[1].buttons = [link("https://shop.test", nil)] }
        add(.authenticationMissing, to: code) { $0.authentication = nil }
        add(.authenticationOnly, to: code) { $0.body = .init("Your code for today") }
        add(.authenticationText, to: code) { $0.authentication?.buttonText = String(repeating: "a", count: 26) }
        add(.authenticationText, to: code) {
            $0.authentication?.way = .oneTap
            $0.authentication?.apps = [.init(packageName: "test.shop", signatureHash: "K8a/AINcGX7")]
            $0.authentication?.autofillText = String(repeating: "a", count: 26)
        }
        for minutes in [0, 91] { add(.authenticationExpiry, to: code) { $0.authentication?.expiryMinutes = minutes } }
        add(.authenticationApps, to: code) { $0.authentication?.way = .oneTap }
        add(.authenticationApps, to: code) {
            $0.authentication?.way = .oneTap
            $0.authentication?.apps = (0..<6).map { .init(packageName: "test.shop\($0)", signatureHash: "K8a/AINcGX7") }
        }
        add(.authenticationTerms, to: code) {
            $0.authentication?.way = .zeroTap
            $0.authentication?.apps = [.init(packageName: "test.shop", signatureHash: "K8a/AINcGX7")]
        }
        for seconds in [0, 29, 43_201, -2] { add(.lifetime) { $0.lifetimeSeconds = seconds } }
        for seconds in [29, 901] { add(.lifetime, to: code) { $0.lifetimeSeconds = seconds } }
        for seconds in [-1, 43_199, 2_592_001] { add(.lifetime, to: carousel) { $0.lifetimeSeconds = seconds } }
        return rows
    }()

    /// Drafts that break no rule, all different, of every kind of part.
    package static func good(_ count: Int, seed: UInt64) -> [TemplateDraft] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { number in
            var draft = plain
            switch Int.random(in: 0..<10, using: &random) {
            case 0: draft = carousel
            case 1: draft = offer
            case 2:
                draft = code
                draft.authentication?.expiryMinutes = Bool.random(using: &random) ? Int.random(in: 1...90, using: &random) : nil
                draft.authentication?.advisesSecrecy = Bool.random(using: &random)
            default: decorate(&draft, &random)
            }
            draft.name = "made_\(number)"
            draft.language = TemplateLanguages.codes.randomElement(using: &random) ?? "en_US"
            if draft.category != .authentication { number.isMultiple(of: 2) ? name(&draft, number) : tell(&draft, number) }
            return draft
        }
    }

    /// Two templates with the same text and line below would be doubles.
    private static func tell(_ draft: inout TemplateDraft, _ number: Int) {
        draft.body = .init("Hello {{1}}, your order {{2}} has left us today as number \(number).", samples: ["1": "Ana", "2": "A-17"])
    }

    private static func name(_ draft: inout TemplateDraft, _ number: Int) {
        draft.format = .named
        draft.body = .init(
            "Hello {{first_name}}, order {{order_no}} has left us today, it is number \(number).",
            samples: ["first_name": "أنا", "order_no": "A-17"])
    }

    private static func decorate(_ draft: inout TemplateDraft, _ random: inout SeededGenerator) {
        draft.category = Bool.random(using: &random) ? .marketing : .utility
        switch Int.random(in: 0..<6, using: &random) {
        case 0: draft.header = .text(.init("Your order"))
        case 1: draft.header = .file(.image, sample: "4::aW1hZ2U=")
        case 2: draft.header = .file(.video, sample: "4::dmlkZW8=")
        case 3: draft.header = .file(.document, sample: "4::ZG9j")
        case 4: draft.header = .location
        default: break
        }
        if Bool.random(using: &random) { draft.footer = "Reply STOP to end this" }
        let replies: [TemplateDraft.Button] = (0..<Int.random(in: 0...4, using: &random)).map { .init("Reply \($0)", .quickReply) }
        let others: [TemplateDraft.Button] = [
            .init("Track it", .link("https://shop.test/t/{{1}}", sample: "https://shop.test/t/A-17")),
            .init("Call", .phone("+390612345678")), .init("", .copyCode(sample: "SAVE15")), .init("Answer", .flow(.init(id: "123456"))),
        ].filter { _ in Bool.random(using: &random) }
        draft.buttons = Bool.random(using: &random) ? replies + others : others + replies
    }
}
