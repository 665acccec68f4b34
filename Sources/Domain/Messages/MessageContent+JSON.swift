extension MessageContent: Codable {
    package typealias CodingKeys = Kind

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        guard container.allKeys.count == 1, let kind = container.allKeys.first else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "A message has exactly one content."))
        }
        self =
            switch kind {
            case .text: .text(try container.decode(TextContent.self, forKey: kind))
            case .media: .media(try container.decode(MediaContent.self, forKey: kind))
            case .location: .location(try container.decode(LocationContent.self, forKey: kind))
            case .contacts: .contacts(try container.decode([ContactCard].self, forKey: kind))
            case .reaction: .reaction(try container.decode(ReactionContent.self, forKey: kind))
            case .interactive: .interactive(try container.decode(InteractiveContent.self, forKey: kind))
            case .template: .template(try container.decode(TemplateContent.self, forKey: kind))
            case .button: .button(try container.decode(ButtonContent.self, forKey: kind))
            case .reply: .reply(try container.decode(ReplyContent.self, forKey: kind))
            case .flowReply: .flowReply(try container.decode(FlowReplyContent.self, forKey: kind))
            case .order: .order(try container.decode(OrderContent.self, forKey: kind))
            case .call: .call(try container.decode(CallContent.self, forKey: kind))
            case .system: .system(try container.decode(SystemContent.self, forKey: kind))
            case .unsupported: .unsupported(try container.decode(UnsupportedContent.self, forKey: kind))
            }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        switch self {
        case .text(let content): try container.encode(content, forKey: .text)
        case .media(let content): try container.encode(content, forKey: .media)
        case .location(let content): try container.encode(content, forKey: .location)
        case .contacts(let content): try container.encode(content, forKey: .contacts)
        case .reaction(let content): try container.encode(content, forKey: .reaction)
        case .interactive(let content): try container.encode(content, forKey: .interactive)
        case .template(let content): try container.encode(content, forKey: .template)
        case .button(let content): try container.encode(content, forKey: .button)
        case .reply(let content): try container.encode(content, forKey: .reply)
        case .flowReply(let content): try container.encode(content, forKey: .flowReply)
        case .order(let content): try container.encode(content, forKey: .order)
        case .call(let content): try container.encode(content, forKey: .call)
        case .system(let content): try container.encode(content, forKey: .system)
        case .unsupported(let content): try container.encode(content, forKey: .unsupported)
        }
    }
}

extension MessageContent.Kind: CodingKey {}

extension MessageContent {
    /// As the database keeps it, the same as ``JSONText/encode(_:)`` gives; written by hand for plain texts, which are nearly all messages.
    package func storedText() throws -> String {
        guard case .text(let text) = self, text.previewUrl == nil else { return try JSONText.encode(self) }
        var json = #"{"text":{"body":""#
        json.reserveCapacity(text.body.utf8.count + 24)
        for scalar in text.body.unicodeScalars {
            switch scalar {
            case "\"": json += #"\""#
            case "\\": json += #"\\"#
            case "\n": json += #"\n"#
            case "\r": json += #"\r"#
            case "\t": json += #"\t"#
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let hex = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + #""}}"#
    }

    /// Which file it is, when it is one.
    package var mediaForm: MediaContent.Form? { if case .media(let media) = self { media.form } else { nil } }

    /// The same without what we add to it ourselves: what a caller gave.
    package var given: MessageContent {
        guard case .template(var template) = self else { return self }
        template.shown = nil
        return .template(template)
    }

    /// Characters of a preview in the conversation list, at most.
    package static let previewLimit = 120

    /// One line for the conversation list. Words for kinds without text are chosen by the page, by ``kind``.
    package var preview: String {
        let text: String =
            switch self {
            case .text(let content): content.body
            case .media(let content): content.caption ?? content.filename ?? ""
            case .location(let content): content.name ?? content.address ?? ""
            case .contacts(let cards): cards.first?.name.formattedName ?? ""
            case .reaction(let content): content.emoji
            case .interactive(let content): content.body
            case .template(let content): content.shown?.body ?? content.name
            case .button(let content): content.text
            case .reply(let content): content.title
            case .flowReply(let content): content.body ?? ""
            case .order(let content): content.text ?? ""
            case .system(let content): content.body ?? ""
            case .call, .unsupported: ""
            }
        return text.utf8.count <= Self.previewLimit ? text : String(text.prefix(Self.previewLimit))
    }
}
