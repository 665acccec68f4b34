import Domain
import Foundation
import TestSupport
import Testing

@testable import Services

@Suite("Files on disk")
struct FileMediaStorageTests {
    private let workspace = Identifier<Workspace>("wsp_one")
    private let other = Identifier<Workspace>("wsp_two")

    @Test("lie under the digest of their bytes, and come back whole")
    func stores() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        let digest = try await storage.write("hello", in: workspace)
        #expect(digest == MediaDigest(sha256: hello, byteCount: 5))
        #expect(try folder.files() == ["wsp_one/2c/\(hello)"])
        #expect(try await storage.text(of: digest, in: workspace) == "hello")
    }

    @Test("however their pieces are cut")
    func pieces() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        let digest = try await storage.write(in: workspace) { append in
            for piece in ["", "he", "l", "", "lo"] { try await append(Array(piece.utf8)) }
        }
        #expect(digest.sha256 == hello)
    }

    @Test("the same bytes lie once, also when many store them at the same time")
    func once() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        try await withThrowingTaskGroup(of: MediaDigest.self) { group in
            for _ in 0..<20 { group.addTask { try await storage.write("hello", in: workspace) } }
            for try await digest in group { #expect(digest.sha256 == hello) }
        }
        #expect(try folder.files() == ["wsp_one/2c/\(hello)"])
    }

    @Test("a file that breaks off half-way leaves nothing")
    func breaksOff() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        await #expect(throws: ChannelProblem.temporary("cut")) {
            try await storage.write(in: workspace) { append in
                try await append(Array("hel".utf8))
                throw ChannelProblem.temporary("cut")
            }
        }
        #expect(try folder.files() == [])
    }

    @Test("no workspace reaches another's, and no name leads out of the folder")
    func apart() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path + "/media")
        let digest = try await storage.write("hello", in: workspace)
        await #expect(throws: MediaProblem.missing) { try await storage.text(of: digest, in: other) }
        for name in ["../media/wsp_one", "..", ".", "", "a/b", "wsp_one/"] {
            await #expect(throws: MediaProblem.missing) { try await storage.write("x", in: Identifier(name)) }
            await #expect(throws: MediaProblem.missing) { try await storage.text(of: digest, in: Identifier(name)) }
        }
        for name in ["../../wsp_one/2c/\(hello)", "..", "", hello.uppercased(), String(hello.dropLast()) + "/"] {
            await #expect(throws: MediaProblem.missing) {
                try await storage.text(of: MediaDigest(sha256: name, byteCount: 5), in: workspace)
            }
        }
        #expect(try folder.files() == ["media/wsp_one/2c/\(hello)"])
    }

    @Test(
        "a stretch is read without the rest",
        arguments: [0..<1, 0..<200_000, 65_535..<65_537, 65_536..<131_072, 199_999..<200_000, 70_000..<70_000])
    func stretches(range: Range<Int>) async throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        let digest = try await storage.write(in: workspace) { append in try await append(bytes) }
        var read: [UInt8] = []
        for try await piece in try await storage.read(digest.sha256, in: workspace, bytes: range) {
            #expect(piece.count <= 64 * 1_024)
            read += piece
        }
        #expect(read == Array(bytes[range]))
    }

    @Test("a file that became shorter is an error, not a short answer")
    func shortened() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        let digest = try await storage.write("hello", in: workspace)
        let pieces = try await storage.read(digest.sha256, in: workspace, bytes: 0..<5)
        try #require(truncate("\(folder.path)/wsp_one/2c/\(hello)", 3) == 0)
        await #expect(throws: MediaProblem.self) { for try await _ in pieces {} }
        await #expect(throws: MediaProblem.self) { try await storage.read(digest.sha256, in: workspace, bytes: 0..<5) }
    }

    @Test("a sweep takes what is old and belongs to nobody, and what a crash left half written")
    func sweeps() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        let yesterday = Date(timeIntervalSinceNow: -86_400)
        let kept = try await storage.write("kept", in: workspace)
        let orphan = try await storage.write("orphan", in: workspace)
        let young = try await storage.write("young", in: workspace)
        let foreign = try await storage.write("kept", in: other)
        for (digest, workspace) in [(kept, workspace), (orphan, workspace), (foreign, other)] {
            try folder.age("\(workspace.text)/\(digest.sha256.prefix(2))/\(digest.sha256)")
        }
        try Data("half".utf8).write(to: URL(filePath: "\(folder.path)/wsp_one/incoming/crashed"))
        try folder.age("wsp_one/incoming/crashed")
        try Data("half".utf8).write(to: URL(filePath: "\(folder.path)/wsp_one/incoming/under-way"))

        let removed = try await storage.sweep(before: yesterday) { digests, workspace in
            #expect(!digests.contains(young.sha256))
            return workspace == self.workspace ? [kept.sha256] : []
        }
        #expect(removed == 3)
        let left = ["wsp_one/incoming/under-way"] + [kept, young].map { "wsp_one/\($0.sha256.prefix(2))/\($0.sha256)" }
        #expect(try folder.files() == left.sorted())
    }

    @Test("bytes that are stored again while a sweep looks stay")
    func storedAgain() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        let digest = try await storage.write("hello", in: workspace)
        try folder.age("wsp_one/2c/\(hello)")
        let removed = try await storage.sweep(before: Date(timeIntervalSinceNow: -86_400)) { digests, _ in
            #expect(digests == [hello])
            _ = try? await storage.write("hello", in: self.workspace)
            return []
        }
        #expect(removed == 0)
        #expect(try await storage.text(of: digest, in: workspace) == "hello")
    }

    @Test("a folder that somebody took away is made again")
    func takenAway() async throws {
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path)
        _ = try await storage.write("hello", in: workspace)
        try FileManager.default.removeItem(atPath: "\(folder.path)/wsp_one")
        await #expect(throws: MediaProblem.self) { try await storage.write("hello", in: workspace) }
        #expect(try await storage.write("hello", in: workspace).sha256 == hello)
    }

    @Test("a full disk and a missing one are told apart, and are outages")
    func outages() async throws {
        let full = try FileCalls.open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(throws: MediaProblem.storageFull) { try FileCalls.writeAll([1], to: full) }
        let folder = try TemporaryFolder()
        let storage = try FileMediaStorage(root: folder.path + "/media")
        try FileManager.default.removeItem(atPath: folder.path + "/media")
        await #expect(throws: MediaProblem.storageUnavailable("No such file or directory")) {
            try await storage.write("hello", in: workspace)
        }
    }
}

/// Of the five letters.
private let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

extension MediaStorage {
    fileprivate func write(_ text: String, in workspace: Identifier<Workspace>) async throws -> MediaDigest {
        try await write(in: workspace) { append in try await append(Array(text.utf8)) }
    }

    fileprivate func text(of digest: MediaDigest, in workspace: Identifier<Workspace>) async throws -> String {
        var bytes: [UInt8] = []
        for try await piece in try await read(digest.sha256, in: workspace, bytes: 0..<digest.byteCount) { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }
}
