package enum MediaProblem: Problem, Equatable {
    case missing
    /// Still on its way from the provider.
    case pending
    /// It couldn't be fetched from the provider.
    case unavailable
    case empty
    /// `of` is the kind that the limit is of; nil when it is that of any upload.
    case tooLarge(limit: Int, of: MediaContent.Kind?)
    /// The kind is the one asked for; nil when no kind takes it.
    case typeUnsupported(MediaType, MediaContent.Kind?)
    case voiceTypeUnsupported(MediaType)
    case quotaReached(limit: Int)
    case rangeOutside(byteCount: Int)
    case storageFull
    case storageUnavailable(String)

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .pending: .conflict
        case .unavailable: .gone
        case .empty, .typeUnsupported, .voiceTypeUnsupported, .rangeOutside: .invalid
        case .tooLarge, .quotaReached: .tooLarge
        case .storageFull, .storageUnavailable: .unavailable
        }
    }

    package var code: String {
        switch self {
        case .missing: "media.missing"
        case .pending: "media.pending"
        case .unavailable: "media.unavailable"
        case .empty: "media.empty"
        case .tooLarge: "media.too-large"
        case .typeUnsupported: "media.type-unsupported"
        case .voiceTypeUnsupported: "media.voice-type-unsupported"
        case .quotaReached: "media.quota-reached"
        case .rangeOutside: "media.range-outside"
        case .storageFull: "media.storage-full"
        case .storageUnavailable: "media.storage-unavailable"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such file in this workspace."
        case .pending: "The file is still on its way from WhatsApp. Try again in a moment."
        case .unavailable: "WhatsApp no longer has this file, or refused to hand it over. Ask the customer to send it again."
        case .empty: "The file is empty."
        case .tooLarge(let limit, let kind):
            "\(kind.map(Self.words) ?? "A file") can have at most \(Self.size(limit))."
        case .typeUnsupported(let type, let kind?):
            "WhatsApp doesn't take \(type.text) as \(kind.rawValue). It takes \(Self.list(kind.types))."
        case .typeUnsupported(let type, nil):
            "WhatsApp doesn't take this kind of file (\(type.text)). It takes \(Self.endings)."
        case .voiceTypeUnsupported(let type):
            "A voice note must be Opus in an Ogg file, and this is \(type.text). Send it as an ordinary sound file, without voice."
        case .quotaReached(let limit):
            "The files of this workspace reach their limit of \(Self.size(limit)). Ask whoever runs this server to raise it."
        case .rangeOutside(let byteCount): "The file has \(byteCount) bytes, and the range asked for lies outside."
        case .storageFull: "The disk for files is full. Nothing was saved; whoever runs this server has to make room."
        case .storageUnavailable(let reason): "The place for files can't be used right now (\(reason))."
        }
    }

    package var retryAfterSeconds: Int? {
        switch self {
        case .pending: 5
        case .storageFull, .storageUnavailable: 60
        case .missing, .unavailable, .empty, .tooLarge, .typeUnsupported, .voiceTypeUnsupported, .quotaReached, .rangeOutside: nil
        }
    }

    private static func words(_ kind: MediaContent.Kind) -> String {
        switch kind {
        case .image: "An image"
        case .video: "A video"
        case .audio: "A sound file"
        case .document: "A document"
        case .sticker: "A sticker"
        }
    }

    private static func size(_ bytes: Int) -> String { bytes < 1_024 * 1_024 ? "\(bytes / 1_024) KB" : "\(bytes / 1_024 / 1_024) MB" }

    private static func list(_ types: Set<MediaType>) -> String { types.map(\.text).sorted().joined(separator: ", ") }

    /// What WhatsApp takes, as people know files by: `JPG, PNG, …`. An agent reads it beside a file that was refused.
    private static var endings: String {
        let kinds = MediaContent.Kind.allCases.map { $0.types.map { $0.filenameExtension.uppercased() }.sorted() }
        return kinds.flatMap(\.self).joined(separator: ", ")
    }
}
