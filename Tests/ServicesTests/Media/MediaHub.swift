import Domain
import Services
import Store
import Synchronization
import TestSupport

import struct Foundation.UUID

/// A test hub with a folder for files and a provider whose downloads and uploads a test can break.
struct MediaHub: Sendable {
    let hub: TestHub
    let folder: TemporaryFolder
    let storage: FileMediaStorage
    let provider = FileProvider()
    let media: MediaService
    let job: MediaDownloadJob

    init(
        _ database: any Database, quota: Int = MediaService.defaultQuota, voice: VoiceConverter = VoiceConverter()
    ) async throws {
        try await self.init(hub: TestHub(database), folder: TemporaryFolder(), quota: quota, voice: voice)
    }

    /// Another workspace on the same database and the same folder.
    func neighbour() async throws -> MediaHub {
        let other = try await TestHub(hub.database, slug: "globex", phoneNumber: "+15550100300", providerID: "222")
        return try MediaHub(hub: other, folder: folder, quota: MediaService.defaultQuota)
    }

    private init(hub: TestHub, folder: TemporaryFolder, quota: Int, voice: VoiceConverter = VoiceConverter()) throws {
        (self.hub, self.folder) = (hub, folder)
        storage = try FileMediaStorage(root: folder.path)
        let clock = hub.clock
        media = MediaService(database: hub.database, storage: storage, signals: hub.signals, quota: quota, voice: voice, now: { clock.now })
        job = MediaDownloadJob(
            database: hub.database, storage: storage, directory: hub.directory, channels: [.meta: provider], now: { clock.now })
    }

    func upload(_ pieces: [[UInt8]], filename: String? = "a.jpg", mimeType: String? = nil) async throws -> MediaFile {
        let stream = AsyncStream { continuation in
            for piece in pieces { continuation.yield(piece) }
            continuation.finish()
        }
        return try await media.store(stream, filename: filename, mimeType: mimeType, access: hub.access)
    }

    func bytes(of id: Identifier<MediaFile>, range: String? = nil) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await piece in try await media.open(id, range: range, access: hub.access).pieces { bytes += piece }
        return bytes
    }

    /// A customer sends a file; returns the message as it was stored.
    func receiveFile(_ providerMediaID: String, kind: MediaContent.Kind = .image, mimeType: String = "image/jpeg") async throws -> (
        Message, MediaContent
    ) {
        let providerID = "wamid.\(UUID().uuidString)"
        try await hub.receive(
            .message(
                InboundMessage(
                    providerID: providerID,
                    from: InboundParty(
                        phone: PhoneNumber(providerDigits: "15550199001"), businessScopedID: nil, username: nil, name: "Ana"),
                    at: hub.clock.now, content: .media(MediaContent(kind: kind, mimeType: mimeType, providerMediaID: providerMediaID)))))
        let message = try await hub.database.read { [hub] in
            try MessageTable($0, hub.access).find(providerID: providerID, sender: hub.sender.id)
        }
        guard let message, case .media(let content) = message.content, content.id != nil else { throw CancellationError() }
        return (message, content)
    }

    /// Takes the jobs that are due, as the runner does, and completes them.
    /// - Parameter attempts: shown to the handler in place of the true number.
    @discardableResult
    func runJobs(attempts: Int? = nil) async throws -> Int {
        let (clock, kind) = (hub.clock, MediaDownloadJob.kind)
        let jobs = try await hub.database.write { try JobTable($0).take(kind: kind, now: clock.now, leaseSeconds: 60, limit: 10) }
        for taken in jobs {
            let shown = Job(
                id: taken.id, workspaceID: taken.workspaceID, kind: taken.kind, key: taken.key, payload: taken.payload,
                attempts: attempts ?? taken.attempts,
                epoch: taken.epoch)
            let completion = try await job.run(shown)
            try await hub.database.write { transaction in
                guard try JobTable(transaction).complete(taken) else { return }
                try completion.write(transaction)
            }
        }
        return jobs.count
    }

    func file(_ content: MediaContent) async throws -> MediaFile { try await media.file(content.id ?? Identifier(""), access: hub.access) }

    /// Messages that the log says have changed. Read from the table: its readers wait for every older transaction on the server, so also for
    /// those of other tests.
    func updatedMessages() async throws -> [Identifier<Message>] {
        let workspaceID = hub.workspaceID
        return try await hub.database.read { transaction in
            try transaction.rows(
                "SELECT message_id FROM events WHERE workspace_id = \(workspaceID) AND kind = \(EventKind.messageUpdated.rawValue) ORDER BY id"
            ).map { try $0.id(0) }
        }
    }
}

/// Holds customers' files and takes ours.
final class FileProvider: Channel {
    enum Ending: Sendable {
        case whole
        case breaksAfter(bytes: Int, ChannelProblem)
        /// The connection ends without an error, but before the announced number of bytes.
        case endsEarly(announced: Int)
        case refuses(ChannelProblem)
    }

    struct Upload: Sendable, Equatable {
        let filename: String
        let mimeType: String
        let byteCount: Int
        let bytes: [UInt8]
        let sender: Identifier<Sender>
    }

    private struct State {
        var files: [String: [UInt8]] = [:]
        var endings: [Ending] = []
        var downloads = 0
        var uploads: [Upload] = []
        var uploadProblems: [ChannelProblem] = []
    }

    private let state = Mutex(State())

    var uploads: [Upload] { state.withLock { $0.uploads } }
    var downloads: Int { state.withLock { $0.downloads } }

    func hold(_ bytes: [UInt8], as id: String) { state.withLock { $0.files[id] = bytes } }

    /// The next downloads end like this; later ones are whole.
    func end(_ endings: Ending...) { state.withLock { $0.endings = endings } }

    func refuseUpload(_ problem: ChannelProblem) { state.withLock { $0.uploadProblems.append(problem) } }

    func download(providerMediaID: String, from sender: SenderRoute, _ receive: @Sendable (DownloadPart) async throws -> Void) async throws
    {
        let (bytes, ending) = state.withLock { state in
            state.downloads += 1
            return (state.files[providerMediaID], state.endings.isEmpty ? .whole : state.endings.removeFirst())
        }
        if case .refuses(let problem) = ending { throw problem }
        guard let bytes else { throw ChannelProblem.permanent("no such file") }
        if case .endsEarly(let announced) = ending {
            try await receive(.head(mimeType: nil, byteCount: announced))
        } else {
            try await receive(.head(mimeType: nil, byteCount: bytes.count))
        }
        var sent = 0
        for start in stride(from: 0, to: bytes.count, by: 1_024 * 1_024) {
            let piece = Array(bytes[start..<min(bytes.count, start + 1_024 * 1_024)])
            if case .breaksAfter(let limit, let problem) = ending, sent + piece.count > limit {
                try await receive(.piece(Array(piece.prefix(limit - sent))))
                throw problem
            }
            try await receive(.piece(piece))
            sent += piece.count
        }
    }

    func upload(_ file: OutboundFile, from sender: SenderRoute) async throws -> String {
        var bytes: [UInt8] = []
        for try await piece in file.pieces { bytes += piece }
        if let problem = state.withLock({ $0.uploadProblems.popLast() }) { throw problem }
        return state.withLock { state in
            state.uploads.append(
                Upload(filename: file.filename, mimeType: file.mimeType, byteCount: file.byteCount, bytes: bytes, sender: sender.senderID))
            return "provider-\(state.uploads.count)"
        }
    }

    func send(_ message: OutboundMessage, from sender: SenderRoute) async -> SendAnswer { .unreachable(reason: "files only") }
    func markRead(providerMessageID: String, showsTyping: Bool, from sender: SenderRoute) async throws {}
    func check(_ draft: ConnectionDraft) async throws -> ConnectionReport { throw ConnectionProblem.providerUnreachable("files only") }
    func subscribe(_ route: SenderRoute) async throws {}
    func subscribeAnew(_ account: AccountRoute) async throws {}
    func checkAccount(_ draft: ConnectionDraft) async throws -> AccountReport { throw ConnectionProblem.providerUnreachable("files only") }
    func rejectCall(_ providerCallID: String, from sender: SenderRoute) async throws {}
    func allowCalls(_ sender: SenderRoute) async throws {}
    func templates(of account: AccountRoute, after cursor: String?) async throws -> TemplatePage { TemplatePage(templates: [], next: nil) }
}

/// Beginnings that tell their type, followed by as many bytes as are needed.
enum Sample {
    static func jpeg(_ count: Int = 1_000, seed: UInt8 = 1) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, 0xE0] + Array(repeating: seed, count: count - 4)
    }
    static func webp(_ count: Int, animated: Bool) -> [UInt8] {
        let head = Array("RIFF\u{1}\u{2}\u{3}\u{4}WEBPVP8X".utf8) + [10, 0, 0, 0, animated ? 2 : 0]
        return head + Array(repeating: 1, count: count - head.count)
    }
    static let pdf = Array("%PDF-1.7\n".utf8)
    static let voice = Array("OggS".utf8) + Array(repeating: 0, count: 24) + Array("OpusHead".utf8)
}
