/// Types and sizes of files that can be sent. (Meta, "Media", read 2026-11.)
enum MediaRules {
    private static let megabyte = 1024 * 1024
    /// The largest of all, and so the largest body that is read.
    static let largest = 100 * megabyte

    /// The kind of message a MIME type is sent as; nil when the platform takes no such files.
    static func kind(of mimeType: String) -> String? {
        switch essence(of: mimeType) {
        case "audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg": "audio"
        case "image/jpeg", "image/png": "image"
        case "video/mp4", "video/3gpp", "video/3gp": "video"
        case "image/webp": "sticker"
        case "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation":
            "document"
        default: nil
        }
    }

    /// Largest file of a kind, in bytes.
    static func limit(of kind: String) -> Int {
        switch kind {
        case "image": 5 * megabyte
        case "audio", "video": 16 * megabyte
        case "sticker": 500 * 1024
        default: largest
        }
    }

    /// `audio/ogg` of `audio/ogg; codecs=opus`.
    static func essence(of mimeType: String) -> String {
        mimeType.split(separator: ";").first.map { $0.trimmingSpaces.lowercased() } ?? ""
    }

    /// Throws as the upload does.
    static func check(_ mimeType: String, size: Int) throws(GraphError) {
        guard let kind = kind(of: mimeType) else {
            throw .parameter(
                "Param file must be a file with one of the following types: audio/aac, audio/mp4, audio/mpeg, audio/amr, audio/ogg, "
                    + "application/pdf, application/msword, application/vnd.ms-excel, application/vnd.ms-powerpoint, OOXML documents, text/plain, "
                    + "image/jpeg, image/png, image/webp, video/mp4, video/3gpp. Received file of type '\(essence(of: mimeType))'.")
        }
        guard size > 0 else { throw .parameter("Param file is empty.") }
        guard size <= limit(of: kind) else { throw .parameter("Param file: a file of this type has at most \(limit(of: kind)) bytes.") }
    }
}
