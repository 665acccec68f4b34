/// Why a content can't be sent, found before anything is stored. `field` is the path in the body of `POST /messages`.
package enum MessageProblem: Problem, Equatable {
    case kindNotSendable(MessageContent.Kind)
    case empty(field: String)
    case tooLong(field: String, count: Int, limit: Int)
    /// More or fewer elements than may stand there.
    case count(field: String, count: Int, allowed: ClosedRange<Int>)
    case duplicate(field: String)
    /// U+0000, which neither database nor provider keeps.
    case nullCharacter(field: String)
    case linkMalformed(field: String)
    /// Both an id and a link, or neither.
    case mediaSource(field: String)
    case captionNotAllowed(MediaContent.Kind)
    case voiceNotAudio(MediaContent.Kind)
    case coordinate(field: String, limit: Int)
    case emojiMalformed
    case reactionTargetMissing
    /// Not exactly one of buttons, list and link.
    case interactiveAction
    case headerMalformed(String)
    case sectionTitleMissing(field: String)
    case templateNameMalformed(String)
    case templateLanguageMalformed(String)
    case templateComponentMalformed(field: String)
    /// Several files of ours, or one where none can stand.
    case templateFiles

    package var kind: ProblemKind { .invalid }

    package var code: String {
        switch self {
        case .kindNotSendable: "message.kind-not-sendable"
        case .empty: "message.value-empty"
        case .tooLong: "message.value-too-long"
        case .count: "message.count-wrong"
        case .duplicate: "message.value-duplicate"
        case .nullCharacter: "message.null-character"
        case .linkMalformed: "message.link-malformed"
        case .mediaSource: "message.media-source"
        case .captionNotAllowed: "message.caption-not-allowed"
        case .voiceNotAudio: "message.voice-not-audio"
        case .coordinate: "message.coordinate-out-of-range"
        case .emojiMalformed: "message.emoji-malformed"
        case .reactionTargetMissing: "message.reaction-target-missing"
        case .interactiveAction: "message.interactive-action"
        case .headerMalformed: "message.header-malformed"
        case .sectionTitleMissing: "message.section-title-missing"
        case .templateNameMalformed: "message.template-name-malformed"
        case .templateLanguageMalformed: "message.template-language-malformed"
        case .templateComponentMalformed: "message.template-component-malformed"
        case .templateFiles: "message.template-files"
        }
    }

    package var detail: String {
        switch self {
        case .kindNotSendable(let kind): "A message of the kind \(kind.rawValue) comes from customers only and can't be sent."
        case .empty(let field): "\(Self.name(of: field)) is empty."
        case .tooLong(let field, let count, let limit): "\(Self.name(of: field)) has \(count) characters. WhatsApp takes at most \(limit)."
        case .count(let field, let count, let allowed):
            "\(Self.name(of: field)) has \(count) entries. There can be \(allowed.lowerBound) to \(allowed.upperBound)."
        case .duplicate(let field): "\(Self.name(of: field)) is the same as one before it. Make each different."
        case .nullCharacter(let field): "\(Self.name(of: field)) holds the character U+0000, which can't be sent. Remove it."
        case .linkMalformed(let field):
            "\(Self.name(of: field)) isn't an address that WhatsApp can open. Write it whole, beginning with https://."
        case .mediaSource(let field): "\(Self.name(of: field)) needs either the id of an uploaded file or a link, and not both."
        case .captionNotAllowed(let kind):
            "WhatsApp shows no caption with a file of the kind \(kind.rawValue). Send the text as a message of its own."
        case .voiceNotAudio(let kind): "Only audio can be a voice note, and this is of the kind \(kind.rawValue)."
        case .coordinate(let field, let limit): "\(Self.name(of: field)) must be a number of degrees from -\(limit) to \(limit)."
        case .emojiMalformed: "A reaction is one emoji, or empty to take it back."
        case .reactionTargetMissing: "A reaction needs the id of a message in the same conversation."
        case .interactiveAction: "An interactive message has exactly one of buttons, list and link."
        case .headerMalformed(let reason): "The header can't be sent: \(reason)"
        case .sectionTitleMissing: "With more than one section, each needs a title."
        case .templateNameMalformed(let name):
            "“\(name.prefix(60))” can't be a template's name. Names have 1 to \(TemplateContent.nameLimit) lower-case letters, digits and underscores."
        case .templateLanguageMalformed(let language):
            "“\(language.prefix(20))” isn't a language code. Write it as in the template's list, such as en_US, pt_BR or de."
        case .templateComponentMalformed:
            "A template's component is an object that says its type, such as {\"type\": \"body\", \"parameters\": [...]}."
        case .templateFiles:
            "A template can hold one uploaded file, as the image, video or document of its header. Give other files by their links."
        }
    }

    package var field: String? {
        switch self {
        case .empty(let field), .tooLong(let field, _, _), .count(let field, _, _), .duplicate(let field), .nullCharacter(let field),
            .linkMalformed(let field), .mediaSource(let field), .coordinate(let field, _), .sectionTitleMissing(let field),
            .templateComponentMalformed(let field):
            field
        case .kindNotSendable(let kind): kind.rawValue
        case .captionNotAllowed: "media.caption"
        case .voiceNotAudio: "media.voice"
        case .emojiMalformed: "reaction.emoji"
        case .reactionTargetMissing: "reaction.message"
        case .interactiveAction: "interactive"
        case .headerMalformed: "interactive.header"
        case .templateNameMalformed: "template.name"
        case .templateLanguageMalformed: "template.language"
        case .templateFiles: "template.components"
        }
    }

    /// What stands in the composer is named as there; the rest, which programs write, by its path.
    private static func name(of field: String) -> String {
        switch field {
        case "text.body": "The text"
        case "media": "The attachment"
        case "media.caption": "The caption"
        case "media.filename": "The file's name"
        default: field
        }
    }
}
