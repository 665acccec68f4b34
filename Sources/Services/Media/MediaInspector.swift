internal import Domain
internal import Synchronization

/// Watches the pieces of a file go by: finds its type in the first bytes and stops it where it becomes too large.
final class MediaInspector: Sendable {
    enum Rule: Sendable {
        /// Only what WhatsApp takes, within the limit of its kind and what is left of the workspace's quota.
        case upload(quotaLeft: Int, quota: Int)
        /// Whatever a customer sent.
        case download
    }

    private struct State {
        var first: [UInt8] = []
        var byteCount = 0
        var type: MediaType?
        var kind: MediaContent.Kind?
    }

    private let declared: MediaType?
    private let rule: Rule
    private let state = Mutex(State())

    init(declared: String?, rule: Rule) { (self.declared, self.rule) = (declared.flatMap { MediaType(parsing: $0) }, rule) }

    var byteCount: Int { state.withLock { $0.byteCount } }

    func look(at piece: [UInt8]) throws(MediaProblem) {
        try state.withLock { state throws(MediaProblem) in
            state.byteCount += piece.count
            if state.type == nil {
                state.first += piece.prefix(MediaType.sniffLength - state.first.count)
                if state.first.count == MediaType.sniffLength { try decide(&state) }
            }
            try checkSize(state)
        }
    }

    /// After the last piece.
    func finish() throws(MediaProblem) -> (type: MediaType, kind: MediaContent.Kind) {
        try state.withLock { state throws(MediaProblem) in
            guard state.byteCount > 0 else { throw .empty }
            if state.type == nil { try decide(&state) }
            try checkSize(state)
            return (state.type ?? .unknown, state.kind ?? .document)
        }
    }

    private func decide(_ state: inout State) throws(MediaProblem) {
        let type = MediaType.resolve(sniffed: .sniff(state.first), declared: declared)
        state.type = type
        state.kind = MediaContent.Kind(for: type)
        if case .upload = rule, state.kind == nil { throw .typeUnsupported(type, nil) }
    }

    private func checkSize(_ state: State) throws(MediaProblem) {
        switch rule {
        case .download:
            guard state.byteCount <= MediaFile.downloadLimit else { throw .tooLarge(limit: MediaFile.downloadLimit, of: nil) }
        case .upload(let quotaLeft, let quota):
            if let kind = state.kind {
                let limit =
                    kind == .sticker && !MediaType.isAnimatedWebP(state.first) ? MediaContent.Kind.stillStickerLimit : kind.byteLimit
                guard state.byteCount <= limit else { throw .tooLarge(limit: limit, of: kind) }
            }
            guard state.byteCount <= quotaLeft else { throw .quotaReached(limit: quota) }
        }
    }
}
