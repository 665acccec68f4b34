internal import Domain
internal import Foundation

/// A picture, film, sound or document in a bubble, or what stands for it until it is there.
struct AttachmentView: View {
    let names: [String: any Sendable]

    init(_ media: MediaContent, file: MediaFile?, base: String) {
        let address: String? =
            if let file, file.state == .stored { "\(base)/whatsapp/media/\(file.id.text)" } else { nil }
        // As it will be saved: what turns the direction of writing could show another ending than the true one.
        let name = MediaFile.filename(from: media.filename ?? file?.filename) ?? Self.word(of: media.form)
        names = [
            "isPicture": address != nil && media.kind == .image, "isSticker": address != nil && media.kind == .sticker,
            "isVideo": address != nil && media.kind == .video, "isSound": address != nil && media.form == .audio,
            "isVoice": address != nil && media.form == .voice,
            "isDocument": address != nil && media.kind == .document, "isWaiting": address == nil,
            "isTall": media.kind == .image || media.kind == .video, "fileAddress": address ?? "", "fileName": name,
            "fileCaption": media.caption.orFalse, "fileDetail": Self.detail(media, file), "waitingIcon": Self.icon(of: media.form),
            "waitingText": Self.waitingText(media, file),
        ]
    }

    static func word(of form: MediaContent.Form) -> String {
        switch form {
        case .image: "Photo"
        case .video: "Video"
        case .audio: "Sound"
        case .voice: "Voice message"
        case .document: "Document"
        case .sticker: "Sticker"
        }
    }

    static func icon(of form: MediaContent.Form) -> String {
        switch form {
        case .image: "image"
        case .video: "video"
        case .audio, .voice: "mic"
        case .document: "file-text"
        case .sticker: "sticker"
        }
    }

    private static func waitingText(_ media: MediaContent, _ file: MediaFile?) -> String {
        if file?.state == .failed { return "\(word(of: media.form)): WhatsApp no longer has this file. Ask the customer to send it again." }
        // A picture sent by its address never passes through here.
        if file == nil, media.link != nil { return "\(word(of: media.form)), sent by its web address" }
        return "\(word(of: media.form)) is on its way"
    }

    private static func detail(_ media: MediaContent, _ file: MediaFile?) -> String {
        let type = (file?.mimeType ?? media.mimeType)?.split(separator: ";").first?.split(separator: "/").last.map { $0.uppercased() }
        return [type.flatMap { $0.count <= 8 ? $0 : nil }, file?.byteCount.map(size)].compactMap(\.self).joined(separator: " · ")
    }

    /// `312 kB`, `4.2 MB`
    static func size(_ bytes: Int) -> String {
        bytes < 1_000_000 ? "\(max(1, bytes / 1_000)) kB" : String(format: "%.1f MB", Double(bytes) / 1_000_000)
    }
}
