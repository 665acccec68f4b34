package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Files that people upload, that customers send, and that go out with messages.
package struct MediaService: OutboundMedia {
    /// Bytes of all files of one workspace, unless configured otherwise. Files from customers are always taken.
    package static let defaultQuota = 50 * 1_024 * 1_024 * 1_024

    private let database: any Database
    private let storage: any MediaStorage
    private let signals: Signals
    private let quota: Int
    let voice: VoiceConverter
    /// For recordings on their way to the converter.
    let recordings = FileQueue.Pool()
    private let now: @Sendable () -> Date
    private let usage = MediaUsage()
    private let flights = UploadFlights()

    package init(
        database: any Database, storage: any MediaStorage, signals: Signals, quota: Int = defaultQuota,
        voice: VoiceConverter = VoiceConverter(),
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.storage, self.signals, self.quota, self.now) = (database, storage, signals, quota, now)
        self.voice = voice
    }

    /// Stores a file to be sent. Its type is what its bytes say; the declared one only decides where they leave it open.
    package func store<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, filename: String?, mimeType: String?, access: Access
    ) async throws -> MediaFile where Pieces.Element == [UInt8] {
        let received = try await receive(pieces, filename: filename, mimeType: mimeType, access: access)
        try await keep(received, access: access)
        return received.file
    }

    func keep(_ received: ReceivedFile, access: Access) async throws {
        try await database.write { try keep(received, access: access, in: $0) }
        announce(received, access: access)
    }

    /// The first half of ``store(_:filename:mimeType:access:)``: the bytes are on disk, and nothing knows of them yet.
    package func receive<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, filename: String?, mimeType: String?, access: Access
    ) async throws -> ReceivedFile where Pieces.Element == [UInt8] {
        try access.require(.messagesSend)
        let left = quota - (try await usedBytes(access))
        guard left > 0 else { throw MediaProblem.quotaReached(limit: quota) }
        let inspector = MediaInspector(declared: mimeType, rule: .upload(quotaLeft: left, quota: quota))
        let digest = try await storage.write(in: access.workspaceID) { append in
            for try await piece in pieces {
                try inspector.look(at: piece)
                try await append(piece)
            }
            _ = try inspector.finish()
        }
        let (type, kind) = try inspector.finish()
        let moment = now()
        let file = MediaFile(
            id: .make(at: moment), state: .stored, sha256: digest.sha256, byteCount: digest.byteCount, mimeType: type.text,
            filename: MediaFile.filename(from: filename))
        return ReceivedFile(file: file, digest: digest, kind: kind, receivedAt: moment)
    }

    /// The second half, inside a transaction of the caller's, who calls ``announce(_:access:)`` after its commit.
    package func keep(_ received: ReceivedFile, access: Access, in transaction: any Transaction) throws {
        try MediaTable(transaction, access).insert(received.file, kind: received.kind, at: received.receivedAt)
    }

    /// Counts a file that was just kept.
    package func announce(_ received: ReceivedFile, access: Access) {
        usage.add(received.digest.byteCount, in: access.workspaceID)
        Logger(label: "media").info(
            "File stored",
            metadata: ["media.id": "\(received.file.id)", "bytes": "\(received.digest.byteCount)", "type": "\(received.file.type.text)"])
    }

    package func file(_ id: Identifier<MediaFile>, access: Access) async throws -> MediaFile {
        guard let file = try await database.read({ try MediaTable($0, access).find(id) }) else { throw MediaProblem.missing }
        return file
    }

    /// Opens a file for reading.
    /// - Parameter range: value of the request's `Range` header. Throws ``MediaProblem/rangeOutside(byteCount:)``, HTTP's 416, when it lies
    ///   outside.
    package func open(_ id: Identifier<MediaFile>, range: String? = nil, access: Access) async throws -> OpenedMedia {
        let file = try await file(id, access: access)
        let digest = try file.storedDigest()
        let part: Range<Int>? =
            switch ByteRange(header: range, byteCount: digest.byteCount) {
            case .whole: nil
            case .part(let part): part
            case .outside: throw MediaProblem.rangeOutside(byteCount: digest.byteCount)
            }
        let pieces = try await read(digest, part ?? 0..<digest.byteCount, id, in: access.workspaceID)
        return OpenedMedia(file: file, digest: digest, part: part, pieces: pieces)
    }

    /// The provider's id of a file for one sender: that of an earlier upload while it lasts, else of one made now. Several messages that
    /// need the same one wait for the same upload.
    package func providerMediaID(
        of id: Identifier<MediaFile>, route: SenderRoute, channel: any Channel, access: Access
    ) async throws -> String {
        try await flights.join(.init(workspace: access.workspaceID, media: id, sender: route.senderID)) {
            let moment = now()
            let (known, file) = try await database.read { transaction in
                let table = MediaTable(transaction, access)
                return (try table.upload(of: id, by: route.senderID, at: moment), try table.find(id))
            }
            if let known { return known }
            guard let file else { throw MediaProblem.missing }
            let digest = try file.storedDigest()
            let outbound = OutboundFile(
                filename: file.filename ?? "file.\(file.type.filenameExtension)",
                mimeType: file.type == .oggOpus ? Self.voiceType : file.type.text,
                byteCount: digest.byteCount, pieces: try await read(digest, 0..<digest.byteCount, id, in: access.workspaceID))
            let providerMediaID = try await channel.upload(outbound, from: route)
            let expiresAt = moment.addingTimeInterval(mediaLifetime / .seconds(1))
            try await database.write {
                try MediaTable($0, access).saveUpload(of: id, by: route.senderID, providerMediaID: providerMediaID, expiresAt: expiresAt)
            }
            return providerMediaID
        }
    }

    /// A voice note plays only when its codec is named.
    private static let voiceType = "audio/ogg; codecs=opus"

    /// Asks the provider again for a file of a customer that isn't here; does nothing when it is.
    package func fetchAgain(_ id: Identifier<MediaFile>, access: Access) async throws {
        let moment = now()
        let isWaiting = try await database.write { transaction in
            let table = MediaTable(transaction, access)
            guard try table.find(id) != nil else { throw MediaProblem.missing }
            guard try table.setPending(id) else { return false }
            try JobTable(transaction).insert([MediaDownloadJob.job(for: id, in: access.workspaceID, runAt: moment)], now: moment)
            try MediaDownloadJob.appendEvents(for: id, access: access, at: moment, in: transaction)
            return true
        }
        guard isWaiting else { return }
        signals.jobsAdded()
        signals.eventsAppended(in: access.workspaceID)
    }

    private func read(
        _ digest: MediaDigest, _ bytes: Range<Int>, _ id: Identifier<MediaFile>, in workspaceID: Identifier<Workspace>
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        do {
            return try await storage.read(digest.sha256, in: workspaceID, bytes: bytes)
        } catch MediaProblem.missing {
            Logger(label: "media").error("A file that the database knows isn't in the storage", metadata: ["media.id": "\(id)"])
            throw MediaProblem.missing
        }
    }

    private func usedBytes(_ access: Access) async throws -> Int {
        let moment = now()
        if let known = usage.bytes(in: access.workspaceID, at: moment) { return known }
        let bytes = try await database.read { try MediaTable($0, access).storedBytes() }
        usage.set(bytes, in: access.workspaceID, at: moment)
        return bytes
    }
}

/// A file that was uploaded, before anything knows of it. Without a row the sweeper removes its bytes.
package struct ReceivedFile: Sendable {
    package let file: MediaFile
    package let digest: MediaDigest
    let kind: MediaContent.Kind
    let receivedAt: Date
}
