internal import Domain

extension MessageContent {
    /// `text`, `image`, `voice`: as a person tells them apart.
    var exportedKind: String { mediaForm?.rawValue ?? kind.rawValue }

    /// All that a person reads in it, a line each.
    var exportedText: String {
        switch self {
        case .media(let media): media.caption ?? ""
        case .location(let location):
            ([location.name, location.address].compactMap(\.self) + ["\(location.latitude), \(location.longitude)"]).joined(separator: "\n")
        case .reaction(let reaction): reaction.emoji
        case .call(let call): MessageContentNames.text(of: call)
        case .system(let system): MessageContentNames.text(of: system)
        case .unsupported(let content): content.type
        case .template(let template):
            template.shown.map { [$0.header, $0.body, $0.footer].compactMap(\.self).joined(separator: "\n") }
                ?? searchTexts.joined(separator: "\n")
        case .text, .contacts, .interactive, .button, .reply, .flowReply, .order: searchTexts.joined(separator: "\n")
        }
    }

    var exportedFilename: String {
        switch self {
        case .media(let media): media.filename ?? ""
        case .interactive(let interactive): interactive.header?.media?.filename ?? ""
        default: ""
        }
    }
}
