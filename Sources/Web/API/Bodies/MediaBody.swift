internal import Domain

/// A stored file.
struct MediaBody: Encodable {
    let id: Identifier<MediaFile>
    let state: MediaFile.State
    let mimeType, filename, sha256: String?
    let byteCount: Int?

    init(_ file: MediaFile) {
        (id, state, mimeType, filename) = (file.id, file.state, file.mimeType, file.filename)
        (sha256, byteCount) = (file.sha256, file.byteCount)
    }
}

extension MediaBody: APISchema {
    static let schemaName = "Media"
    static let schema = Schema.object(
        [
            "id": Schema.id(MediaFile.self), "state": Schema.choice(["pending", "stored", "failed"]),
            "mimeType": Schema.text("What its bytes say."),
            "filename": Schema.text(), "sha256": Schema.text("Of the bytes, in hexadecimal."), "byteCount": Schema.integer(),
        ], optional: ["mimeType", "filename", "sha256", "byteCount"])
    static let example: JSONValue = [
        "id": "med_01jz3c4m5n6p7q8r9s0t1v2w3x", "state": "stored", "mimeType": "image/jpeg",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "byteCount": 48213,
    ]
}
