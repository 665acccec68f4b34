import Domain
import Foundation
import HTTPTypes
import Services
import Store
import TestSupport
import Testing

@testable import Web

@Suite("Importing contacts")
struct ContactImportTests {
    private let web: TestWeb
    private var access: Access { web.acme.hub.access }
    private var imports: ContactImportService { web.services.imports }

    init() async throws { web = try await TestWeb() }

    private static func upload(_ text: String, _ web: TestWeb) async throws -> ContactImport {
        let pieces = AsyncStream([UInt8].self) { stream in
            for piece in Array(text.utf8).chunks(1_000) { stream.yield(piece) }
            stream.finish()
        }
        return try await web.services.imports.upload(pieces, filename: "people.csv", access: web.acme.hub.access)
    }

    /// Does the job that waits, as the runner does; nil when none does.
    @discardableResult
    private static func run(_ web: TestWeb, storage: (any MediaStorage)? = nil) async throws -> Bool {
        let now = web.clock.now
        let taken = try await web.database.write {
            try JobTable($0).take(kind: JobKind.contactImport, now: now, leaseSeconds: 60, limit: 1)
        }
        guard let job = taken.first else { return false }
        let handler = ContactImportJob(
            database: web.database, storage: storage ?? web.storage, numbers: .embedded, signals: web.services.signals, now: { now })
        let completion = try await handler.run(job)
        try await web.database.write { transaction in
            #expect(try JobTable(transaction).complete(job))
            try completion.write(transaction)
        }
        return true
    }

    private static func file(_ count: Int) -> String {
        "name,phonenumber,company_name\n" + (0..<count).map { "Person \($0),+1555\(String(1_000_000 + $0)),Acme" }.joined(separator: "\n")
    }

    @Test("rows come in, those in the directory only get the groups, and each refused one says why", arguments: TestEngine.allCases)
    func whole(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let (services, access) = (web.services, web.acme.hub.access)
        try await web.acme.hub.receive(web.acme.hub.text("hi", from: "15550199001", name: "Annie"))
        let known = try await services.contacts.create(
            .init(number: try PhoneNumber(parsing: "+15550107001"), fields: try ContactFields([.name: "Kept"])), access: access)
        let group = try await services.groups.create(name: "New", description: nil, access: access)
        let entry = try await Self.upload(
            """
            name,phonenumber,company_name\r
            Ana,+15550107000,"Souza, Ltd"\r
            Not so,+15550107001,x\r
            Annie Oak,+15550199001,\r
            ,nonsense,\r
            Twice,+1 555 010 7000,\r
            "open,+15550107009,\r
            Last,+15550107002,=1+1
            """, web)
        let preview = try await services.imports.preview(entry, access: access)
        #expect(preview.rows.map(\.outcome)[..<3] == [.created, .existing(known.id), .created])
        _ = try await services.imports.start(entry.id, columns: .fixed, region: nil, groups: [group.id], access: access)
        #expect(try await Self.run(web))
        let done = try await services.imports.entry(entry.id, access: access)
        #expect(done.state == .done)
        #expect((done.progress.created, done.progress.existing, done.progress.refused) == (3, 1, 3))
        #expect(done.percent == 100)
        let refused = try await services.imports.refused(entry.id, limit: 10, access: access).data
        #expect(refused.map(\.line) == [5, 6, 7])
        #expect(refused[1].reason == "Line 2 has the same number.")
        #expect(try await services.groups.list(access: access).map(\.memberCount) == [4])
        let names = try await services.contacts.list(.init(), limit: 10, access: access).page.data.map(\.contact.name)
        #expect(names == ["Ana", "Annie Oak", "Kept", "Last"])
        let file = try await web.call(.get, "/api/v1/contact-imports/\(entry.id)/refusals/export", .key(web.acme.key))
        #expect(file.text.contains("6,Line 2 has the same number.,Twice,'+1 555 010 7000,"), "\(file.text)")
    }

    @Test("cancelled, it leaves nothing of itself", arguments: TestEngine.allCases)
    func cancelled(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let (services, access) = (web.services, web.acme.hub.access)
        let known = try await services.contacts.create(
            .init(number: try PhoneNumber(parsing: "+15551000003"), fields: try ContactFields([.name: "Kept"])), access: access)
        let group = try await services.groups.create(name: "New", description: nil, access: access)
        let entry = try await Self.upload(Self.file(1_200), web)
        _ = try await services.imports.start(entry.id, columns: entry.columns, region: nil, groups: [group.id], access: access)
        // It breaks off in the middle.
        let failing = FailingStorage(base: web.storage, after: 30_000)
        await #expect(throws: MediaProblem.self) { try await Self.run(web, storage: failing) }
        let half = try await services.imports.entry(entry.id, access: access).progress
        #expect(half.created > 0 && half.created < 1_199)
        _ = try await services.imports.cancel(entry.id, access: access)
        web.clock.advance(by: 3_600)
        #expect(try await Self.run(web))
        let after = try await services.imports.entry(entry.id, access: access)
        #expect(after.state == .cancelled)
        let left = try await services.contacts.list(.init(), limit: 10, access: access).page.data
        #expect(left.map(\.id) == [known.id])
        #expect(left[0].groups.isEmpty)
        #expect(try await services.groups.list(access: access).map(\.memberCount) == [0])
        await #expect(throws: ContactImportProblem.over) { try await services.imports.cancel(entry.id, access: access) }
    }

    @Test("broken off, it goes on behind the last row it took", arguments: TestEngine.allCases)
    func resumed(engine: TestEngine) async throws {
        let web = try await TestWeb(engine)
        let (services, access) = (web.services, web.acme.hub.access)
        let entry = try await Self.upload(Self.file(2_300), web)
        _ = try await services.imports.start(entry.id, columns: entry.columns, region: nil, groups: [], access: access)
        for limit in [25_000, 20_000] {
            await #expect(throws: MediaProblem.self) { try await Self.run(web, storage: FailingStorage(base: web.storage, after: limit)) }
            web.clock.advance(by: 3_600)
        }
        #expect(try await Self.run(web))
        let done = try await services.imports.entry(entry.id, access: access)
        #expect((done.state, done.progress.created, done.progress.refused) == (.done, 2_300, 0))
    }

    @Test("a file that says it is too large is refused before it is read")
    func tooLarge() async throws {
        let never = AsyncStream([UInt8].self) { _ in }
        await #expect(throws: ImportFileProblem.tooLarge) {
            try await imports.upload(never, filename: nil, announced: 3_000_000_000, access: access)
        }
    }

    @Test(
        "what is no file of contacts is refused with a sentence",
        arguments: [
            ("", "import.file-empty"), ("PK\u{1}\u{2}", "import.file-not-text"), ("phone\n1\n", "import.one-column"),
            ("a,b\n", "import.no-rows"),
        ])
    func refused(text: String, code: String) async throws {
        let answer = try await web.call(.post, "/api/v1/contact-imports", .key(web.acme.key) + [.contentType: "text/csv"], body: text)
        #expect((answer.status, answer.code) == (422, code))
        #expect(try await imports.list(limit: 10, access: access).data.isEmpty)
    }
}

/// Gives out the beginning of a file, then fails as a disk does.
private struct FailingStorage: MediaStorage {
    let base: FileMediaStorage
    let after: Int

    func write(
        in workspace: Identifier<Workspace>, _ body: @Sendable (@Sendable ([UInt8]) async throws -> Void) async throws -> Void
    ) async throws -> MediaDigest { try await base.write(in: workspace, body) }

    func read(
        _ sha256: String, in workspace: Identifier<Workspace>, bytes: Range<Int>
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        var start: [UInt8] = []
        for try await piece in try await base.read(
            sha256, in: workspace, bytes: bytes.lowerBound..<min(bytes.upperBound, bytes.lowerBound + after))
        {
            start += piece
        }
        let given = start
        return AsyncThrowingStream { stream in
            stream.yield(given)
            stream.finish(throwing: MediaProblem.storageUnavailable("the disk is gone"))
        }
    }

    func sweep(
        before date: Date, referenced: @Sendable ([String], Identifier<Workspace>) async throws -> Set<String>
    ) async throws -> Int { 0 }
}

extension [UInt8] {
    fileprivate func chunks(_ size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min(count, $0 + size)]) }
    }
}
