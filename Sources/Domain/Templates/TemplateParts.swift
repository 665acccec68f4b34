/// What a template's components say, read once from Meta's form (Meta, "Component schema", read 2026-11). What we don't know is left out.
package struct TemplateParts: Sendable, Equatable {
    package enum Header: Sendable, Equatable {
        case text(String, samples: Samples)
        case file(MediaContent.Kind)
        case location
        /// A kind that can't be filled in here, such as `PRODUCT`.
        case other(String)
    }

    package struct Body: Sendable, Equatable {
        package let text: String
        let samples: Samples
    }

    package struct Button: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            case reply
            /// With a variable at its end, or without one.
            case link(String)
            /// The customer copies a code: a coupon's, or the one of the body.
            case code
            case phone(String)
            case form
            /// Meta's word for it.
            case other(String)
        }

        package let title: String
        package let kind: Kind
        let sample: String?
    }

    package struct Card: Sendable, Equatable {
        package let header: Header?
        package let body: Body?
        package let buttons: [Button]
    }

    /// An offer that ends: its text, and whether the end is given with each message.
    package struct Offer: Sendable, Equatable {
        package let text: String
        package let hasEnd: Bool
    }

    package let format: Template.Format
    /// Codes to sign in with: the button repeats the body's code.
    package let isAuthentication: Bool
    package let header: Header?
    package let body: Body?
    package let footer: String?
    package let buttons: [Button]
    package let cards: [Card]
    package let offer: Offer?

    package init(_ components: [JSONValue], format: Template.Format, category: String) {
        self.format = format
        isAuthentication = category.uppercased() == "AUTHENTICATION"
        header = Self.part("HEADER", of: components).flatMap(Self.header)
        body = Self.part("BODY", of: components).flatMap(Self.body)
        footer = Self.part("FOOTER", of: components)?["text"]?.text
        buttons = Self.buttons(of: components)
        cards = (Self.part("CAROUSEL", of: components)?["cards"]?.list ?? []).map { card in
            let components = card["components"]?.list ?? []
            return Card(
                header: Self.part("HEADER", of: components).flatMap(Self.header),
                body: Self.part("BODY", of: components).flatMap(Self.body),
                buttons: Self.buttons(of: components))
        }
        offer = Self.part("LIMITED_TIME_OFFER", of: components)?["limited_time_offer"].map { offer in
            Offer(text: offer["text"]?.text ?? "", hasEnd: offer["has_expiration"] == .bool(true))
        }
    }

    /// Why it can't be filled in from values alone; nil when it can.
    package var obstacle: String? {
        for header in [header] + cards.map(\.header) {
            if case .other(let format) = header { return "a header of the kind \(format)" }
        }
        for button in buttons + cards.flatMap(\.buttons) {
            if case .other(let type) = button.kind, Self.neverFilled.contains(type) == false { return "what the button \(type) needs" }
        }
        return nil
    }

    /// Buttons that need nothing with the message.
    private static let neverFilled: Set<String> = ["VOICE_CALL", "CALL_PERMISSION_REQUEST", "REQUEST_CONTACT_INFO", "APP"]

    // MARK: Reading

    private static func part(_ type: String, of components: [JSONValue]) -> JSONValue? {
        components.first { $0["type"]?.text?.uppercased() == type }
    }

    private static func header(_ component: JSONValue) -> Header? {
        let format = component["format"]?.text?.uppercased() ?? "TEXT"
        switch format {
        case "TEXT": return .text(component["text"]?.text ?? "", samples: Samples(component["example"], "header_text"))
        case "IMAGE": return .file(.image)
        case "VIDEO": return .file(.video)
        case "DOCUMENT": return .file(.document)
        case "LOCATION": return .location
        default: return .other(format)
        }
    }

    private static func body(_ component: JSONValue) -> Body? {
        component["text"]?.text.map { Body(text: $0, samples: Samples(component["example"], "body_text")) }
    }

    private static func buttons(of components: [JSONValue]) -> [Button] {
        (part("BUTTONS", of: components)?["buttons"]?.list ?? []).map { button in
            let type = button["type"]?.text?.uppercased() ?? ""
            let kind: Button.Kind =
                switch type {
                case "QUICK_REPLY": .reply
                case "URL": .link(button["url"]?.text ?? "")
                case "COPY_CODE", "OTP": .code
                case "PHONE_NUMBER": .phone(button["phone_number"]?.text ?? "")
                case "FLOW": .form
                default: .other(type)
                }
            let sample = button["example"]?.text ?? button["example"]?.list?.first?.text
            return Button(title: button["text"]?.text ?? (type == "COPY_CODE" ? "Copy the code" : ""), kind: kind, sample: sample)
        }
    }

    /// What Meta was given as examples when the template was made.
    package struct Samples: Sendable, Equatable {
        /// By the variable's name.
        let all: [String: String]

        init(_ example: JSONValue?, _ member: String) {
            var samples: [String: String] = [:]
            for parameter in example?["\(member)_named_params"]?.list ?? [] {
                if let name = parameter["param_name"]?.text { samples[name] = parameter["example"]?.text }
            }
            var positional = example?[member]?.list ?? []
            if case .array(let row) = positional.first { positional = row }
            for (index, value) in positional.enumerated() { samples[String(index + 1)] = value.text }
            all = samples
        }

        subscript(name: String) -> String? { all[name] }
    }
}

/// The `{{…}}` in a text.
package enum Placeholders {
    package enum Piece: Sendable, Equatable {
        case text(String)
        case variable(String)
    }

    package static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var (plain, rest) = ("", text[...])
        while let character = rest.first {
            if rest.hasPrefix("{{"), let (name, end) = variable(rest) {
                if !plain.isEmpty { pieces.append(.text(plain)) }
                pieces.append(.variable(name))
                (plain, rest) = ("", end)
            } else {
                plain.append(character)
                rest = rest.dropFirst()
            }
        }
        if !plain.isEmpty { pieces.append(.text(plain)) }
        return pieces
    }

    private static func variable(_ text: Substring) -> (name: String, rest: Substring)? {
        let inside = text.dropFirst(2).prefix { $0 != "}" && $0 != "{" }
        let rest = text.dropFirst(2 + inside.count)
        let name = inside.trimmed
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) }
        guard rest.hasPrefix("}}"), isName else { return nil }
        return (name, rest.dropFirst(2))
    }

    /// Names, each once: numbers in their order, words as they come.
    package static func names(in text: String) -> [String] {
        var names: [String] = []
        for case .variable(let name) in pieces(of: text) where !names.contains(name) { names.append(name) }
        let numbers = names.compactMap { Int($0) }
        return numbers.count == names.count ? numbers.sorted().map(String.init) : names
    }

    /// What isn't given stays as it is written.
    package static func fill(_ text: String, _ value: (String) -> String?) -> String {
        pieces(of: text).map { piece in
            switch piece {
            case .text(let text): text
            case .variable(let name): value(name) ?? "{{\(name)}}"
            }
        }.joined()
    }
}
