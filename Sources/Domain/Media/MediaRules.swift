// Meta's table of kinds, types and sizes ("Media", read 2026-11).

extension MediaContent.Kind {
    /// Types that WhatsApp takes as this kind.
    package var types: Set<MediaType> {
        switch self {
        case .image: [.jpeg, .png]
        case .video: [.mp4, .threeGP]
        case .audio: [.aac, .amr, .mp3, .m4a, .oggOpus]
        case .document: [.plainText, .pdf, .doc, .docx, .xls, .xlsx, .ppt, .pptx]
        case .sticker: [.webp]
        }
    }

    /// Bytes, at most. A still sticker may only have ``stillStickerLimit``.
    package var byteLimit: Int {
        switch self {
        case .image: 5 * 1_024 * 1_024
        case .video, .audio: 16 * 1_024 * 1_024
        case .document: 100 * 1_024 * 1_024
        case .sticker: 500 * 1_024
        }
    }

    package static let stillStickerLimit = 100 * 1_024

    /// The kind as which a file of this type is sent; nil when WhatsApp takes it as none.
    package init?(for type: MediaType) {
        guard let kind = Self.allCases.first(where: { $0.types.contains(type) }) else { return nil }
        self = kind
    }
}

extension MediaFile {
    /// Largest file that is fetched from a customer, in bytes: the platform's largest kind.
    package static let downloadLimit = MediaContent.Kind.document.byteLimit
    /// How long the provider keeps a file that a customer sent.
    package static let downloadLifetime: Duration = .seconds(7 * 24 * 60 * 60)

    package var type: MediaType { mimeType.flatMap { MediaType(parsing: $0) } ?? .unknown }

    /// The digest of its bytes. Throws while they aren't here.
    package func storedDigest() throws(MediaProblem) -> MediaDigest {
        switch (state, sha256, byteCount) {
        case (.stored, let sha256?, let byteCount?): return MediaDigest(sha256: sha256, byteCount: byteCount)
        case (.pending, _, _): throw .pending
        case (.failed, _, _): throw .unavailable
        case (.stored, _, _): throw .missing
        }
    }

    /// Throws unless the file is here and WhatsApp takes it as this kind.
    package func validate(as kind: MediaContent.Kind, isVoice: Bool = false) throws(MediaProblem) {
        let digest = try storedDigest()
        guard kind.types.contains(type) else { throw .typeUnsupported(type, kind) }
        guard digest.byteCount <= kind.byteLimit else { throw .tooLarge(limit: kind.byteLimit, of: kind) }
        guard !isVoice || type == .oggOpus else { throw .voiceTypeUnsupported(type) }
    }

    /// A name that is safe to keep and to offer: its last part without control characters and marks that turn the direction of writing.
    package static func filename(from given: String?) -> String? {
        // By scalars: with an accent a slash is another character, and ends a folder's name all the same.
        guard let last = given?.unicodeScalars.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last else { return nil }
        let kept = last.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: scalar == "\u{200D}"
            default: true
            }
        }
        let name = String(String.UnicodeScalarView(kept.prefix(MediaContent.filenameLimit))).trimmed
        return name.isEmpty || name.allSatisfy { $0 == "." } ? nil : name
    }
}
