import Domain

/// How large files may be that are sent, for people to know before they choose one, and for the page to refuse one before it travels.
enum FileLimits {
    private struct Limit: Encodable { let bytes: Int, says: String }

    /// By kind: the bytes, and what is said about more.
    static let json: String = {
        let limits = MediaContent.Kind.allCases.map { kind in
            (kind.rawValue, Limit(bytes: kind.byteLimit, says: MediaProblem.tooLarge(limit: kind.byteLimit, of: kind).detail))
        }
        return String(decoding: (try? JSONText.bytes(of: Dictionary(uniqueKeysWithValues: limits))) ?? [], as: UTF8.self)
    }()

    static let text: String = {
        func size(_ kind: MediaContent.Kind) -> String { "\(kind.byteLimit / 1_024 / 1_024) MB" }
        return "images up to \(size(.image)), video and sound \(size(.video)), documents \(size(.document))"
    }()
}
