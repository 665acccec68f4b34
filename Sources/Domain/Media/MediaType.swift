/// What a file is, as a MIME type in lower case without parameters: `image/jpeg`.
package struct MediaType: Sendable, Hashable {
    package let text: String

    private init(_ text: String) { self.text = text }

    /// Reads what a browser or provider declared, dropping parameters such as `; codecs=opus`; nil when it isn't of the form `type/subtype`.
    package init?(parsing declared: String) {
        let bare = declared.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        let parts = bare.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, bare.utf8.count <= 127, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isTokenByte) }) else {
            return nil
        }
        text = bare
    }

    /// RFC 6838, §4.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$&-^_.+".utf8.contains(byte)
        }
    }

    package static let jpeg = MediaType("image/jpeg")
    package static let png = MediaType("image/png")
    package static let gif = MediaType("image/gif")
    package static let webp = MediaType("image/webp")
    package static let heic = MediaType("image/heic")
    package static let mp4 = MediaType("video/mp4")
    package static let threeGP = MediaType("video/3gpp")
    package static let quickTime = MediaType("video/quicktime")
    package static let webM = MediaType("video/webm")
    /// Ogg that holds Opus; any other is ``ogg``.
    package static let oggOpus = MediaType("audio/ogg")
    package static let ogg = MediaType("application/ogg")
    package static let mp3 = MediaType("audio/mpeg")
    package static let aac = MediaType("audio/aac")
    package static let amr = MediaType("audio/amr")
    package static let m4a = MediaType("audio/mp4")
    package static let wav = MediaType("audio/wav")
    package static let pdf = MediaType("application/pdf")
    package static let docx = MediaType("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    package static let xlsx = MediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    package static let pptx = MediaType("application/vnd.openxmlformats-officedocument.presentationml.presentation")
    package static let doc = MediaType("application/msword")
    package static let xls = MediaType("application/vnd.ms-excel")
    package static let ppt = MediaType("application/vnd.ms-powerpoint")
    /// The container of the older office documents; which of them it is, its beginning doesn't say.
    package static let compoundFile = MediaType("application/x-ole-storage")
    package static let zip = MediaType("application/zip")
    package static let plainText = MediaType("text/plain")
    package static let unknown = MediaType("application/octet-stream")

    /// Drawn or played by a browser without any script in it, so it may be shown in a page. Everything else is only ever saved.
    package var isSafeInline: Bool { Self.safeInline.contains(self) }

    private static let safeInline: Set<MediaType> = [
        .jpeg, .png, .gif, .webp, .mp4, .threeGP, .webM, .oggOpus, .mp3, .aac, .amr, .m4a, .wav,
    ]

    /// As a file's name ends, without the dot.
    package var filenameExtension: String { Self.extensions[self] ?? "bin" }

    private static let extensions: [MediaType: String] = [
        .jpeg: "jpg", .png: "png", .gif: "gif", .webp: "webp", .heic: "heic", .mp4: "mp4", .threeGP: "3gp", .quickTime: "mov",
        .webM: "webm",
        .oggOpus: "ogg", .ogg: "ogg", .mp3: "mp3", .aac: "aac", .amr: "amr", .m4a: "m4a", .wav: "wav", .pdf: "pdf", .docx: "docx",
        .xlsx: "xlsx",
        .pptx: "pptx", .doc: "doc", .xls: "xls", .ppt: "ppt", .zip: "zip", .plainText: "txt",
    ]
}
