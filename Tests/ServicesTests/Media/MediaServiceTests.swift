import Domain
import Foundation
import Services
import Store
import TestSupport
import Testing

@Suite("Uploads and what is read of them")
struct MediaServiceTests {
    @Test("an upload is stored with the type of its bytes, and read back", arguments: TestEngine.allCases)
    func stores(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let file = try await hub.upload(
            [Array(Sample.jpeg().prefix(2)), [], Array(Sample.jpeg().dropFirst(2))], filename: "../Cat.html", mimeType: "text/html")
        #expect(file.state == .stored)
        #expect(file.mimeType == "image/jpeg")
        #expect(file.filename == "Cat.html")
        #expect(file.byteCount == 1_000)
        #expect(try await hub.media.file(file.id, access: hub.hub.access) == file)
        #expect(try await hub.bytes(of: file.id) == Sample.jpeg())
        let opened = try await hub.media.open(file.id, access: hub.hub.access)
        #expect(opened.contentType == "image/jpeg")
        #expect(opened.contentDisposition == "inline; filename=\"Cat.html\"; filename*=UTF-8''Cat.html")
        #expect(!opened.isPart)
        #expect(opened.entityTag == "\"\(try #require(file.sha256))\"")
    }

    @Test("what WhatsApp doesn't take is refused, and nothing of it stays", arguments: TestEngine.allCases)
    func refuses(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let megabyte = [UInt8](repeating: 1, count: 1_024 * 1_024)
        let cases: [([[UInt8]], MediaProblem)] = [
            ([], .empty),
            ([[]], .empty),
            ([Array("GIF89a".utf8)], .typeUnsupported(.gif, nil)),
            ([[0, 1, 2, 3]], .typeUnsupported(.unknown, nil)),
            ([Sample.jpeg(4_096)] + Array(repeating: megabyte, count: 5), .tooLarge(limit: 5 * 1_024 * 1_024, of: .image)),
            ([Sample.webp(100 * 1_024 + 1, animated: false)], .tooLarge(limit: 100 * 1_024, of: .sticker)),
            ([Sample.webp(500 * 1_024 + 1, animated: true)], .tooLarge(limit: 500 * 1_024, of: .sticker)),
        ]
        for (pieces, problem) in cases {
            await #expect(throws: problem) { try await hub.upload(pieces) }
        }
        #expect(try hub.folder.files() == [])
        #expect(try await hub.upload([Sample.webp(500 * 1_024, animated: true)]).mimeType == "image/webp")
        #expect(try await hub.upload([Sample.jpeg(4_096)] + Array(repeating: megabyte, count: 4)).mimeType == "image/jpeg")
    }

    @Test("an upload whose sender goes away leaves nothing", arguments: TestEngine.allCases)
    func breaksOff(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let stream = AsyncThrowingStream<[UInt8], any Error> { continuation in
            continuation.yield(Sample.jpeg())
            continuation.finish(throwing: CancellationError())
        }
        await #expect(throws: CancellationError.self) {
            try await hub.media.store(stream, filename: nil, mimeType: nil, access: hub.hub.access)
        }
        #expect(try hub.folder.files() == [])
    }

    @Test("the workspace's quota holds while a file comes in, and counts equal bytes once", arguments: TestEngine.allCases)
    func quota(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine), quota: 2_500)
        _ = try await hub.upload([Sample.jpeg(1_000)])
        hub.hub.clock.advance(by: 61)
        _ = try await hub.upload([Sample.jpeg(1_000)])
        hub.hub.clock.advance(by: 61)
        await #expect(throws: MediaProblem.quotaReached(limit: 2_500)) { try await hub.upload([Sample.jpeg(1_501, seed: 2)]) }
        _ = try await hub.upload([Sample.jpeg(1_500, seed: 2)])
        await #expect(throws: MediaProblem.quotaReached(limit: 2_500)) { try await hub.upload([Sample.pdf]) }
    }

    @Test("storing and reading need their permissions", arguments: TestEngine.allCases)
    func permissions(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let file = try await hub.upload([Sample.jpeg()])
        let reader = Access(
            workspaceID: hub.hub.workspaceID, actor: .system("test"), grants: [.conversationsView], visibility: .all, address: nil)
        let sender = Access(
            workspaceID: hub.hub.workspaceID, actor: .system("test"), grants: [.messagesSend], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.messagesSend)) {
            try await hub.media.store(AsyncStream { $0.finish() }, filename: nil, mimeType: nil, access: reader)
        }
        await #expect(throws: AccessProblem.notPermitted(.conversationsView)) { try await hub.media.open(file.id, access: sender) }
        let stream = AsyncStream { continuation in
            continuation.yield(Sample.pdf)
            continuation.finish()
        }
        #expect(try await hub.media.store(stream, filename: nil, mimeType: nil, access: sender).mimeType == "application/pdf")
        #expect(try await hub.media.open(file.id, access: reader).byteCount == 1_000)
    }

    @Test("another workspace sees neither the row nor the bytes", arguments: TestEngine.allCases)
    func apart(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let other = try await hub.neighbour()
        let file = try await hub.upload([Sample.jpeg()])
        await #expect(throws: MediaProblem.missing) { try await other.media.file(file.id, access: other.hub.access) }
        await #expect(throws: MediaProblem.missing) { try await other.media.open(file.id, access: other.hub.access) }
        await #expect(throws: MediaProblem.missing) { try await other.providerID(file.id) }
        #expect(other.provider.uploads.isEmpty)
        // Equal bytes in both: each has its own.
        let same = try await other.upload([Sample.jpeg()])
        let digest = try #require(same.sha256)
        try FileManager.default.removeItem(atPath: "\(other.folder.path)/\(other.hub.workspaceID)/\(digest.prefix(2))/\(digest)")
        #expect(try await hub.bytes(of: file.id) == Sample.jpeg())
    }

    @Test("a part is read by its range", arguments: TestEngine.allCases)
    func ranges(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let file = try await hub.upload([Sample.jpeg()])
        let opened = try await hub.media.open(file.id, range: "bytes=2-5", access: hub.hub.access)
        #expect(opened.isPart)
        #expect(opened.contentRange == "bytes 2-5/1000")
        #expect(try await hub.bytes(of: file.id, range: "bytes=2-5") == [0xFF, 0xE0, 1, 1])
        #expect(try await hub.bytes(of: file.id, range: "bytes=-1") == [1])
        #expect(try await hub.bytes(of: file.id, range: "lines=1-2").count == 1_000)
        await #expect(throws: MediaProblem.rangeOutside(byteCount: 1_000)) { try await hub.bytes(of: file.id, range: "bytes=1000-") }
    }

    @Test("what could run in a page is only ever saved, and its name can't break the header", arguments: TestEngine.allCases)
    func dispositions(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let page = try await hub.upload([Array("<script>alert(1)</script>".utf8)], filename: "a\"b\\ü.html", mimeType: "text/html")
        let opened = try await hub.media.open(page.id, access: hub.hub.access)
        #expect(opened.contentType == "text/plain; charset=utf-8")
        #expect(opened.contentDisposition == "attachment; filename=\"_.html\"; filename*=UTF-8''%C3%BC.html")
        let unnamed = try await hub.upload([Sample.pdf], filename: nil)
        #expect(
            try await hub.media.open(unnamed.id, access: hub.hub.access).contentDisposition.hasPrefix("attachment; filename=\"file.pdf\""))
    }

    @Test("a file goes to the provider once per sender, however many messages need it at once", arguments: TestEngine.allCases)
    func singleFlight(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let file = try await hub.upload([Sample.voice], filename: nil)
        let ids = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await hub.providerID(file.id) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(ids == ["provider-1"])
        #expect(
            hub.provider.uploads == [
                .init(
                    filename: "file.ogg", mimeType: "audio/ogg; codecs=opus", byteCount: 36, bytes: Sample.voice, sender: hub.hub.sender.id)
            ])
        hub.hub.clock.advance(by: 29 * 86_400 - 1)
        #expect(try await hub.providerID(file.id) == "provider-1")
        hub.hub.clock.advance(by: 1)
        #expect(try await hub.providerID(file.id) == "provider-2")
        #expect(try await hub.providerID(file.id, sender: Identifier("snd_other")) == "provider-3")
    }

    @Test("an upload that failed isn't remembered", arguments: TestEngine.allCases)
    func failedUpload(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let file = try await hub.upload([Sample.jpeg()])
        hub.provider.refuseUpload(.temporary("down"))
        await #expect(throws: ChannelProblem.temporary("down")) { try await hub.providerID(file.id) }
        #expect(try await hub.providerID(file.id) == "provider-1")
    }

    @Test("a message can't be sent with a file of the wrong kind", arguments: TestEngine.allCases)
    func wrongKind(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let file = try await hub.upload([Sample.pdf])
        try await hub.hub.receive(hub.hub.text("Hello"))
        func submit(_ kind: MediaContent.Kind) async throws -> Message {
            try await hub.hub.sending.submit(
                MessageDraft(
                    senderID: hub.hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: nil,
                    content: .media(MediaContent(kind: kind, id: file.id)), replyTo: nil), access: hub.hub.access)
        }
        await #expect(throws: MediaProblem.typeUnsupported(.pdf, .image)) { try await submit(.image) }
        #expect(try await submit(.document).status == .queued)
    }

    @Test("a template's header takes a file of ours, which is looked at as any other", arguments: TestEngine.allCases)
    func templateHeader(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let (photo, paper) = (try await hub.upload([Sample.jpeg()]), try await hub.upload([Sample.pdf]))
        func submit(_ id: String) async throws -> Message {
            let parameter = JSONValue.object(["type": .string("image"), "image": .object(["id": .string(id)])])
            let header = JSONValue.object(["type": .string("header"), "parameters": .array([parameter])])
            return try await hub.hub.sending.submit(
                MessageDraft(
                    senderID: hub.hub.sender.id, recipient: .phone(try PhoneNumber(parsing: "+15550199001")), clientID: nil,
                    content: .template(TemplateContent(name: "offer", language: "en_US", components: [header])), replyTo: nil),
                access: hub.hub.access)
        }
        await #expect(throws: SendingProblem.mediaMissing) { try await submit(Identifier<MediaFile>.make(at: hub.hub.clock.now).text) }
        await #expect(throws: MediaProblem.typeUnsupported(.pdf, .image)) { try await submit(paper.id.text) }
        let message = try await submit(photo.id.text)
        // A provider's own id of a file it has already is left as it is.
        #expect(try await submit("1234567890").status == .queued)
        _ = try await hub.hub.dispatch(until: { $0.status == .sent }, message.id, by: hub.hub.dispatcher(media: hub.media))
        #expect(hub.hub.channel.sent.first { $0.attempt.messageID == message.id }?.providerMediaID == "media-1")
    }

    @Test("a sweep keeps what a row speaks of and takes the rest", arguments: TestEngine.allCases)
    func sweeps(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let file = try await hub.upload([Sample.jpeg()])
        let kept = try #require(file.sha256)
        // What a process leaves that dies between the rename and the row, and one that dies while it writes.
        let orphan = try await hub.storage.write(in: hub.hub.workspaceID) { append in try await append(Sample.pdf) }
        let folder = hub.hub.workspaceID.text
        try hub.folder.write("half", to: "\(folder)/incoming/crashed")
        for name in try hub.folder.files() { try hub.folder.age(name) }
        let now = hub.folder.now
        let sweeper = MediaSweeper(database: hub.hub.database, storage: hub.storage, now: { now })
        #expect(try await sweeper.sweep() == 2)
        #expect(try hub.folder.files() == ["\(folder)/\(kept.prefix(2))/\(kept)"])
        await #expect(throws: MediaProblem.missing) {
            try await hub.storage.read(orphan.sha256, in: hub.hub.workspaceID, bytes: 0..<1)
        }
        #expect(try await sweeper.sweep() == 0)
    }
}

extension MediaHub {
    fileprivate func providerID(_ id: Identifier<MediaFile>, sender: Identifier<Sender>? = nil) async throws -> String {
        let route = SenderRoute(
            senderID: sender ?? hub.sender.id, senderProviderID: hub.sender.providerID, businessAccountID: "waba", appID: "app",
            secrets: .init(appSecret: "", verifyToken: "", accessToken: ""))
        return try await media.providerMediaID(of: id, route: route, channel: provider, access: hub.access)
    }
}
