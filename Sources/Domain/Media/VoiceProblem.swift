/// Why a recording can't become a voice message.
package enum VoiceProblem: Problem, Equatable {
    /// The program that converts isn't installed, and WhatsApp doesn't take the recording as it is.
    case converterMissing(MediaType)
    case typeUnsupported(MediaType)
    /// The converter found no sound in it.
    case unreadable
    case tooSlow
    /// Many are being converted already.
    case busy

    package var kind: ProblemKind {
        switch self {
        case .converterMissing, .typeUnsupported, .unreadable: .invalid
        case .tooSlow, .busy: .unavailable
        }
    }

    package var code: String {
        switch self {
        case .converterMissing: "voice.converter-missing"
        case .typeUnsupported: "voice.type-unsupported"
        case .unreadable: "voice.unreadable"
        case .tooSlow: "voice.too-slow"
        case .busy: "voice.busy"
        }
    }

    package var detail: String {
        switch self {
        case .converterMissing(let type):
            "WhatsApp doesn't take \(type.text), which this browser records, and ffmpeg, which converts it, isn't installed on this server. Ask whoever runs it to install ffmpeg, or attach a sound file."
        case .typeUnsupported(let type): "A recording is WebM, Ogg or MP4, and this is \(type.text). Upload it as an ordinary file."
        case .unreadable: "There is no sound in this recording that can be read. Record it once more."
        case .tooSlow: "Converting this recording took too long. Try again in a minute, or record a shorter one."
        case .busy: "Many recordings are being converted right now. Try again in a moment."
        }
    }

    package var retryAfterSeconds: Int? {
        switch self {
        case .tooSlow: 60
        case .busy: 5
        case .converterMissing, .typeUnsupported, .unreadable: nil
        }
    }
}
