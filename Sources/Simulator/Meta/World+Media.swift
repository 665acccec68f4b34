internal import Crypto
internal import Foundation
internal import HTTPTypes
internal import NIOCore

/// Uploads, metadata and the addresses of downloads. (Meta, "Media", read 2026-11.)
extension World {
    static let downloadPath = ["whatsapp_business", "attachments"]
    /// A download's address lives five minutes.
    private static let addressLifetime = 5 * 60

    mutating func upload(_ call: GraphCall, by number: BusinessNumber) throws(GraphError) -> JSON {
        guard call.text("messaging_product") == "whatsapp" else { throw .missing("messaging_product") }
        guard let file = call.files.first(where: { $0.name == "file" }) else { throw .missing("file") }
        guard
            let mimeType = [file.contentType, call.text("type")].compactMap(\.self).first(where: { MediaRules.kind(of: $0) != nil })
                ?? file.contentType
        else { throw .missing("type") }
        try MediaRules.check(mimeType, size: file.bytes.readableBytes)
        return [
            "id": .string(
                addMedia(file.bytes, mimeType: mimeType, filename: file.filename, account: number.account, days: MediaShelf.uploadedDays).id
            )
        ]
    }

    mutating func addMedia(_ bytes: ByteBuffer, mimeType: String, filename: String?, account: String?, days: Int) -> MediaShelf.Item {
        let item = MediaShelf.Item(
            id: ids.object(), bytes: bytes, mimeType: mimeType, filename: filename,
            digest: Array(SHA256.hash(data: bytes.readableBytesView)),
            account: account, expiresAt: now + days * 24 * 60 * 60 * 1_000)
        media.insert(item)
        return item
    }

    func describe(_ item: MediaShelf.Item, base: String) -> JSON {
        [
            "messaging_product": "whatsapp", "url": .string(base + mediaPath(item)), "mime_type": .string(item.mimeType),
            "sha256": .string(item.hexDigest), "file_size": .string(String(item.bytes.readableBytes)), "id": .string(item.id),
        ]
    }

    /// The path of a download: it names its end, and a hash so that nobody makes one up.
    func mediaPath(_ item: MediaShelf.Item) -> String {
        let end = seconds + Self.addressLifetime
        return "/" + Self.downloadPath.joined(separator: "/") + "/?mid=\(item.id)&ext=\(end)&hash=\(Self.hash(item, end: end))"
    }

    private static func hash(_ item: MediaShelf.Item, end: Int) -> String {
        Data(SHA256.hash(data: Array("\(item.id)|\(end)|\(item.hexDigest)".utf8)).prefix(18)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_")
    }

    /// The file behind a download's address, while it lasts.
    func download(_ call: GraphCall, _ caller: Caller) -> MediaShelf.Item? {
        guard let id = call.text("mid"), let end = call.text("ext").flatMap(Int.init), end >= seconds, let item = media.item(id, at: now),
            call.text("hash") == Self.hash(item, end: end), item.account.map({ caller.reaches($0) }) ?? true
        else { return nil }
        return item
    }
}

/// A file that comes in pieces, for examples of templates and for profile pictures.
struct Upload: Sendable {
    let id: String
    let length: Int
    let type: String
    /// Kept of pictures small enough for a profile.
    var bytes = ByteBuffer()
    var received = 0
    var handle: String?
}

extension World {
    private static let uploadTypes: Set<String> = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"]
    /// Uploads that are remembered.
    private static let uploadLimit = 100

    mutating func startUpload(_ call: GraphCall) throws(GraphError) -> JSON {
        guard let length = call.text("file_length").flatMap(Int.init), length > 0 else { throw .missing("file_length") }
        guard let type = call.text("file_type") else { throw .missing("file_type") }
        guard Self.uploadTypes.contains(type.lowercased()) else { throw .parameter("Files of this type can't be uploaded here.") }
        if uploads.count >= Self.uploadLimit { uploads.removeAll() }
        let id = "upload:" + Data("session-\(ids.object())".utf8).base64EncodedString().replacing("=", with: "")
        uploads[id] = Upload(id: id, length: length, type: type)
        return ["id": .string(id + "?sig=ARZ" + ids.trace())]
    }

    /// Bytes from an offset on, or the question how far it came.
    mutating func resumeUpload(_ call: GraphCall) throws(GraphError) -> JSON {
        let id = call.segments[0]
        guard var upload = uploads[id] else { throw .unknown(id, call.method) }
        if call.method == "GET" { return ["id": .string(id), "file_offset": .integer(upload.received)] }
        let offset = call.headers[.fileOffset].flatMap(Int.init) ?? 0
        guard offset == upload.received else { throw .parameter("The upload goes on at \(upload.received), not at \(offset).") }
        upload.received += call.raw.readableBytes
        if upload.length <= World.pictureLimit { upload.bytes.writeImmutableBuffer(call.raw) }
        guard upload.received <= upload.length else { throw .parameter("More bytes than were announced.") }
        if upload.received == upload.length {
            upload.handle = "4::" + Data(upload.type.utf8).base64EncodedString() + ":ARb" + ids.trace()
        }
        uploads[id] = upload
        return upload.handle.map { ["h": .string($0)] } ?? ["id": .string(id), "file_offset": .integer(upload.received)]
    }
}
