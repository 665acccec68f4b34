import Domain
import Services
import Store
import TestSupport
import Testing

@Suite("Files that customers send")
struct MediaDownloadTests {
    @Test("are fetched, and the messages that hold them are announced as changed", arguments: TestEngine.allCases)
    func fetches(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        hub.provider.hold(Sample.jpeg(), as: "m1")
        let (message, content) = try await hub.receiveFile("m1", mimeType: "image/png")
        let id = try #require(content.id)
        #expect(try await hub.file(content).state == .pending)
        await #expect(throws: MediaProblem.pending) { try await hub.bytes(of: id) }
        #expect(try await hub.updatedMessages() == [])

        #expect(try await hub.runJobs() == 1)
        let file = try await hub.file(content)
        #expect(file.state == .stored)
        #expect(file.mimeType == "image/jpeg")
        #expect(file.byteCount == 1_000)
        #expect(try await hub.bytes(of: id) == Sample.jpeg())
        #expect(try await hub.updatedMessages() == [message.id])
        #expect(try await hub.runJobs() == 0)
    }

    @Test("the same bytes from two customers lie once; each message has its file", arguments: TestEngine.allCases)
    func once(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        hub.provider.hold(Sample.jpeg(), as: "m1")
        hub.provider.hold(Sample.jpeg(), as: "m2")
        let contents = [try await hub.receiveFile("m1").1, try await hub.receiveFile("m2").1]
        #expect(try await hub.runJobs() == 2)
        for content in contents { #expect(try await hub.bytes(of: #require(content.id)) == Sample.jpeg()) }
        #expect(try hub.folder.files().count == 1)
    }

    @Test(
        "a download that breaks off leaves nothing and is tried again",
        arguments: TestEngine.allCases,
        [
            FileProvider.Ending.breaksAfter(bytes: 500, .temporary("reset")), .endsEarly(announced: 2_000), .refuses(.temporary("down")),
            .refuses(.credentials("expired")),
        ])
    func breaksOff(engine: TestEngine, ending: FileProvider.Ending) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        hub.provider.hold(Sample.jpeg(), as: "m1")
        let (_, content) = try await hub.receiveFile("m1")
        hub.provider.end(ending)
        await #expect(throws: ChannelProblem.self) { try await hub.runJobs() }
        #expect(try await hub.file(content).state == .pending)
        #expect(try hub.folder.files() == [])
        #expect(try await hub.updatedMessages() == [])

        hub.hub.clock.advance(by: 61)
        #expect(try await hub.runJobs() == 1)
        #expect(try await hub.bytes(of: #require(content.id)) == Sample.jpeg())
    }

    @Test("what the provider refuses for good shows as failed, and can be asked for again", arguments: TestEngine.allCases)
    func permanent(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        let (message, content) = try await hub.receiveFile("m1")
        let id = try #require(content.id)
        #expect(try await hub.runJobs() == 1)
        #expect(try await hub.file(content).state == .failed)
        #expect(try await hub.updatedMessages() == [message.id])
        await #expect(throws: MediaProblem.unavailable) { try await hub.bytes(of: id) }

        hub.provider.hold(Sample.jpeg(), as: "m1")
        try await hub.media.fetchAgain(id, access: hub.hub.access)
        #expect(try await hub.file(content).state == .pending)
        #expect(try await hub.runJobs() == 1)
        #expect(try await hub.bytes(of: id) == Sample.jpeg())
        try await hub.media.fetchAgain(id, access: hub.hub.access)
        #expect(try await hub.file(content).state == .stored)
        #expect(try await hub.runJobs() == 0)
        let other = try await hub.neighbour()
        await #expect(throws: MediaProblem.missing) { try await other.media.fetchAgain(id, access: other.hub.access) }
    }

    @Test("an empty file and one beyond 100 MB fail with a reason")
    func size() async throws {
        let hub = try await MediaHub(TestDatabase.make(.sqlite))
        hub.provider.hold([], as: "empty")
        hub.provider.hold([UInt8](repeating: 1, count: MediaFile.downloadLimit + 1), as: "huge")
        let contents = [try await hub.receiveFile("empty").1, try await hub.receiveFile("huge", kind: .document).1]
        #expect(try await hub.runJobs() == 2)
        for content in contents { #expect(try await hub.file(content).state == .failed) }
        #expect(try hub.folder.files() == [])
    }

    @Test("after the runner's last try the wait goes on, until the provider has forgotten the file", arguments: TestEngine.allCases)
    func expiry(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        hub.provider.hold(Sample.jpeg(), as: "m1")
        let (message, content) = try await hub.receiveFile("m1")
        hub.provider.end(.refuses(.temporary("down")), .refuses(.temporary("down")))
        #expect(try await hub.runJobs(attempts: 25) == 1)
        #expect(try await hub.file(content).state == .pending)
        hub.hub.clock.advance(by: 3_599)
        #expect(try await hub.runJobs() == 0)
        hub.hub.clock.advance(by: 7 * 86_400)
        #expect(try await hub.runJobs(attempts: 1) == 1)
        #expect(try await hub.file(content).state == .failed)
        #expect(try await hub.updatedMessages() == [message.id])
        #expect(try await hub.runJobs() == 0)
    }

    @Test("a job that ran twice changes nothing more", arguments: TestEngine.allCases)
    func twice(engine: TestEngine) async throws {
        let hub = try await MediaHub(TestDatabase.make(engine))
        hub.provider.hold(Sample.jpeg(), as: "m1")
        let (message, _) = try await hub.receiveFile("m1")
        let clock = hub.hub.clock
        let jobs = try await hub.hub.database.write {
            try JobTable($0).take(kind: MediaDownloadJob.kind, now: clock.now, leaseSeconds: 60, limit: 10)
        }
        let completions = [try await hub.job.run(#require(jobs.first)), try await hub.job.run(#require(jobs.first))]
        for completion in completions { try await hub.hub.database.write { try completion.write($0) } }
        #expect(try await hub.updatedMessages() == [message.id])
        #expect(try hub.folder.files().count == 1)
        _ = try await hub.job.run(#require(jobs.first))
        #expect(hub.provider.downloads == 2)
    }

    @Test("a payload that can't be read is set aside")
    func malformedPayload() async throws {
        let hub = try await MediaHub(TestDatabase.make(.sqlite))
        let job = Job(
            id: Identifier("job_1"), workspaceID: hub.hub.workspaceID, kind: MediaDownloadJob.kind, key: "x", payload: "{}", attempts: 1,
            epoch: 1)
        await #expect(throws: JobProblem.self) { try await hub.job.run(job) }
    }
}
