// What WhatsApp takes, checked before a message is stored, so that a caller hears of it at once and not from a failed message. The limits are
// Meta's ("Non-interactive types" and "Template messages", read 2026-11); those marked "ours" only bound what the platform leaves open.

extension MessageContent {
    /// Throws the first rule that the content breaks. Window, consent and whether a file is ours aren't looked at here.
    package func validateForSending() throws(MessageProblem) {
        switch self {
        case .text(let content): try content.validate()
        case .media(let content): try content.validate()
        case .location(let content): try content.validate()
        case .contacts(let cards): try ContactCard.validate(cards)
        case .reaction(let content): try content.validate()
        case .interactive(let content): try content.validate()
        case .template(let content): try content.validate()
        case .button, .reply, .flowReply, .order, .call, .system, .unsupported: throw .kindNotSendable(kind)
        }
    }
}

/// The rules that many fields share.
enum FieldRule {
    /// Characters are counted as Unicode scalars, since the platform doesn't say how it counts: never fewer than a person sees.
    static func text(_ text: String, _ field: String, limit: Int, mayBeEmpty: Bool = false) throws(MessageProblem) {
        guard mayBeEmpty || !text.isBlank else { throw .empty(field: field) }
        let count = text.unicodeScalars.count
        guard count <= limit else { throw .tooLong(field: field, count: count, limit: limit) }
        guard !text.utf8.contains(0) else { throw .nullCharacter(field: field) }
    }

    static func text(_ text: String?, _ field: String, limit: Int) throws(MessageProblem) {
        if let text { try Self.text(text, field, limit: limit, mayBeEmpty: true) }
    }

    static func count(_ count: Int, _ field: String, _ allowed: ClosedRange<Int>) throws(MessageProblem) {
        guard allowed.contains(count) else { throw .count(field: field, count: count, allowed: allowed) }
    }

    /// Bytes of an address, ours.
    static let linkLimit = 2_000

    /// `https://`, a host, no blanks, no user name in front of the host.
    static func link(_ link: String, _ field: String) throws(MessageProblem) {
        let scheme = "https://"
        guard link.utf8.count <= linkLimit else { throw .tooLong(field: field, count: link.utf8.count, limit: linkLimit) }
        guard link.prefix(scheme.count).lowercased() == scheme,
            !link.unicodeScalars.contains(where: { $0.value <= 0x20 || $0.value == 0x7F || $0.properties.isWhitespace })
        else { throw .linkMalformed(field: field) }
        let host = link.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard host.first?.isLetter == true || host.first?.isNumber == true || host.first == "[", !host.contains("@") else {
            throw .linkMalformed(field: field)
        }
    }
}

extension TextContent {
    fileprivate func validate() throws(MessageProblem) { try FieldRule.text(body, "text.body", limit: Self.bodyLimit) }
}

extension MediaContent {
    /// Characters, ours.
    package static let filenameLimit = 240

    fileprivate func validate() throws(MessageProblem) {
        try validateSource("media")
        guard (caption ?? "").isEmpty || kind.hasCaption else { throw .captionNotAllowed(kind) }
        try FieldRule.text(caption, "media.caption", limit: Self.captionLimit)
        try FieldRule.text(filename, "media.filename", limit: Self.filenameLimit)
        guard voice != true || kind == .audio else { throw .voiceNotAudio(kind) }
    }

    /// Exactly one of our file's id and a link that the provider can fetch.
    func validateSource(_ field: String) throws(MessageProblem) {
        guard (id == nil) != (link == nil) else { throw .mediaSource(field: field) }
        if let link { try FieldRule.link(link, "\(field).link") }
    }
}

extension MediaContent.Kind {
    package var hasCaption: Bool {
        switch self {
        case .image, .video, .document: true
        case .audio, .sticker: false
        }
    }
}

extension LocationContent {
    /// Characters of the name and of the address, ours.
    package static let textLimit = 1_000

    fileprivate func validate() throws(MessageProblem) {
        guard (-90...90).contains(latitude) else { throw .coordinate(field: "location.latitude", limit: 90) }
        guard (-180...180).contains(longitude) else { throw .coordinate(field: "location.longitude", limit: 180) }
        try FieldRule.text(name, "location.name", limit: Self.textLimit)
        try FieldRule.text(address, "location.address", limit: Self.textLimit)
    }
}

extension ContactCard {
    package static let cardLimit = 257
    /// Characters of any value on a card, ours.
    package static let valueLimit = 1_000
    /// Phones, e-mail addresses and links on one card, each; ours.
    package static let entryLimit = 50

    fileprivate static func validate(_ cards: [ContactCard]) throws(MessageProblem) {
        try FieldRule.count(cards.count, "contacts", 1...cardLimit)
        for (index, card) in cards.enumerated() { try card.validate("contacts[\(index)]") }
    }

    private func validate(_ path: String) throws(MessageProblem) {
        try FieldRule.text(name.formattedName, "\(path).name.formattedName", limit: Self.valueLimit)
        try FieldRule.text(name.firstName, "\(path).name.firstName", limit: Self.valueLimit)
        try FieldRule.text(name.lastName, "\(path).name.lastName", limit: Self.valueLimit)
        try FieldRule.text(company, "\(path).company", limit: Self.valueLimit)
        for (member, entries) in [("phones", phones), ("emails", emails), ("urls", urls)] {
            try FieldRule.count(entries.count, "\(path).\(member)", 0...Self.entryLimit)
            for (index, entry) in entries.enumerated() {
                try FieldRule.text(entry.value, "\(path).\(member)[\(index)].value", limit: Self.valueLimit)
                try FieldRule.text(entry.type, "\(path).\(member)[\(index)].type", limit: Self.valueLimit)
                try FieldRule.text(entry.waId, "\(path).\(member)[\(index)].waId", limit: Self.valueLimit)
            }
        }
    }
}

extension ReactionContent {
    fileprivate func validate() throws(MessageProblem) {
        guard message != nil else { throw .reactionTargetMissing }
        guard emoji.isEmpty || Self.isEmoji(emoji) else { throw .emojiMalformed }
    }

    /// One character that is drawn as a picture: a digit or © alone only counts with the sign (U+FE0F) that asks for it.
    private static func isEmoji(_ text: String) -> Bool {
        guard text.count == 1, let first = text.unicodeScalars.first, first.properties.isEmoji else { return false }
        return first.value > 0xFF || text.unicodeScalars.contains("\u{FE0F}")
    }
}

extension TemplateContent {
    package static let nameLimit = 512
    /// Header, body, up to ten buttons, and what else Meta may add; ours.
    package static let componentLimit = 20

    fileprivate func validate() throws(MessageProblem) {
        let isName = name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
        guard isName, (1...Self.nameLimit).contains(name.utf8.count) else { throw .templateNameMalformed(name) }
        guard Self.isLanguage(language) else { throw .templateLanguageMalformed(language) }
        let components = components ?? []
        try FieldRule.count(components.count, "template.components", 0...Self.componentLimit)
        for (index, component) in components.enumerated() {
            guard let type = component["type"]?.text, !type.isEmpty else {
                throw .templateComponentMalformed(field: "template.components[\(index)]")
            }
        }
        let files = ownFiles
        guard Set(files.map(\.id)).count <= 1, files.allSatisfy({ ["image", "video", "document"].contains($0.member) }) else {
            throw .templateFiles
        }
    }

    /// Two or three letters, then perhaps a country: `fil`, `en_US`. Which of them a template has, only the provider knows.
    private static func isLanguage(_ text: String) -> Bool {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard let language = parts.first, (2...3).contains(language.count), language.allSatisfy({ (97...122).contains($0) }) else {
            return false
        }
        return parts.count == 1 || parts.count == 2 && parts[1].count == 2 && parts[1].allSatisfy { (65...90).contains($0) }
    }
}
