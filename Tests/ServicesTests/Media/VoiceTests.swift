import Domain
import Foundation
import Services
import TestSupport
import Testing

@Suite("Voice messages")
struct VoiceTests {
    private static let webM: [UInt8] = [0x1A, 0x45, 0xDF, 0xA3]
    private static let mp4 = [0, 0, 0, 24] + Array("ftypisom".utf8) + Array(repeating: 0, count: 100)

    /// A folder with a program of this text for ffmpeg.
    private static func folder(_ script: String?) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        if let script {
            let path = folder.path + "/ffmpeg"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        return folder
    }

    private static func store(_ bytes: [UInt8], as mimeType: String, in hub: MediaHub) async throws -> MediaFile {
        let pieces = AsyncStream { continuation in
            for start in stride(from: 0, to: bytes.count, by: 100_000) {
                continuation.yield(Array(bytes[start..<min(start + 100_000, bytes.count)]))
            }
            continuation.finish()
        }
        return try await hub.media.storeVoice(pieces, mimeType: mimeType, access: hub.hub.access)
    }

    /// A second of two different tones, left and right, as a browser would record it.
    private static func recording(_ format: String) throws -> [UInt8] {
        let folder = try folder(nil)
        let target = folder.path + "/recording"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let codec = format == "mp4" ? "aac" : "libopus"
        process.arguments = [
            "ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=frequency=440:duration=1", "-f", "lavfi", "-i",
            "sine=frequency=880:duration=1", "-filter_complex", "amerge=inputs=2", "-c:a", codec, "-f", format, target,
        ]
        try process.run()
        process.waitUntilExit()
        return Array(try Data(contentsOf: URL(fileURLWithPath: target)))
    }

    @Test("what browsers record becomes Opus in Ogg with one channel, the same each time", arguments: ["webm", "ogg", "mp4"])
    func conversion(format: String) async throws {
        let hub = try await MediaHub(TestDatabase.make(.sqlite))
        #expect(hub.media.convertsVoice)
        let recording = try Self.recording(format)
        let file = try await Self.store(recording, as: "audio/\(format)", in: hub)
        #expect((file.mimeType, file.filename) == ("audio/ogg", "voice.ogg"))
        try file.validate(as: .audio, isVoice: true)
        let bytes = try await hub.bytes(of: file.id)
        #expect(Array(bytes[28..<36]) == Array("OpusHead".utf8))
        #expect(bytes[37] == 1)
        #expect(try await Self.store(recording, as: "audio/\(format)", in: hub).sha256 == file.sha256)
    }

    @Test("without ffmpeg what WhatsApp takes goes as it is, and the rest is refused with what would help")
    func withoutConverter() async throws {
        let nothing = try Self.folder(nil)
        let hub = try await MediaHub(TestDatabase.make(.sqlite), voice: VoiceConverter(path: nothing.path))
        #expect(!hub.media.convertsVoice)
        #expect(try await Self.store(Sample.voice, as: "audio/ogg", in: hub).mimeType == "audio/ogg")
        #expect(try await Self.store(Self.mp4, as: "audio/mp4", in: hub).mimeType == "audio/mp4")
        await #expect(throws: VoiceProblem.converterMissing(.webM)) { try await Self.store(Self.webM, as: "audio/webm", in: hub) }
        #expect(VoiceProblem.converterMissing(.webM).detail.contains("install ffmpeg"))
    }

    @Test(
        "what isn't a recording never reaches the program",
        arguments: [
            Array("#EXTM3U\nhttp://127.0.0.1/".utf8), Array("ffconcat version 1.0\nfile /etc/passwd".utf8), Sample.pdf, Sample.jpeg(),
        ])
    func others(bytes: [UInt8]) async throws {
        let program = try Self.folder("exit 0")
        let hub = try await MediaHub(TestDatabase.make(.sqlite), voice: VoiceConverter(path: program.path))
        await #expect(throws: VoiceProblem.self) { try await Self.store(bytes, as: "audio/webm", in: hub) }
        do { _ = try await Self.store(bytes, as: "audio/webm", in: hub) } catch let problem as VoiceProblem {
            #expect(problem.code == "voice.type-unsupported")
        }
    }

    @Test("a broken recording, a program that fails and one that hangs are told apart")
    func failures() async throws {
        let real = try await MediaHub(TestDatabase.make(.sqlite))
        await #expect(throws: VoiceProblem.unreadable) {
            try await Self.store(Self.webM + Array("not a recording".utf8), as: "audio/webm", in: real)
        }
        await #expect(throws: MediaProblem.empty) { try await Self.store([], as: "audio/webm", in: real) }
        let limit = MediaContent.Kind.audio.byteLimit
        await #expect(throws: MediaProblem.tooLarge(limit: limit, of: .audio)) {
            try await Self.store(Self.webM + Array(repeating: 0, count: limit), as: "audio/webm", in: real)
        }
        let failing = try Self.folder("exit 1")
        let failed = try await MediaHub(TestDatabase.make(.sqlite), voice: VoiceConverter(path: "/nowhere:\(failing.path)"))
        await #expect(throws: VoiceProblem.unreadable) { try await Self.store(Self.webM, as: "audio/webm", in: failed) }
        let hanging = try Self.folder("exec /bin/sleep 1000")
        let hung = try await MediaHub(TestDatabase.make(.sqlite), voice: VoiceConverter(path: hanging.path, timeLimit: 0.1))
        await #expect(throws: VoiceProblem.tooSlow) { try await Self.store(Self.webM, as: "audio/webm", in: hung) }
        // What isn't Ogg isn't taken for it, whoever wrote it.
        let lying = try Self.folder(#"for last; do :; done; printf 'hello' > "$last""#)
        let lied = try await MediaHub(TestDatabase.make(.sqlite), voice: VoiceConverter(path: lying.path))
        let file = try await Self.store(Self.webM, as: "audio/webm", in: lied)
        #expect(throws: MediaProblem.self) { try file.validate(as: .audio, isVoice: true) }
    }

    @Test("when too many wait the next is told so, and none of them costs a place")
    func busy() async throws {
        let gate = try Self.folder(nil)
        let opened = gate.path + "/opened"
        let program = try Self.folder(
            #"for last; do :; done; while [ ! -e \#(opened) ]; do /bin/sleep 0.05; done; printf 'hello' > "$last""#)
        let hub = try await MediaHub(TestDatabase.make(.sqlite), voice: VoiceConverter(path: program.path))
        let limit = VoiceConverter.waitingLimit
        let results = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<2 * limit {
                group.addTask {
                    do { _ = try await Self.store(Self.webM, as: "audio/webm", in: hub) } catch VoiceProblem.busy { return false }
                    return true
                }
            }
            var results: [Bool] = []
            for try await isTaken in group {
                results.append(isTaken)
                if results.count == limit { FileManager.default.createFile(atPath: opened, contents: nil) }
            }
            return results
        }
        #expect(results == Array(repeating: false, count: limit) + Array(repeating: true, count: limit))
        _ = try await Self.store(Self.webM, as: "audio/webm", in: hub)
    }

    @Test("who may not send uploads no recording")
    func access() async throws {
        let hub = try await MediaHub(TestDatabase.make(.sqlite))
        let reader = Access(
            workspaceID: hub.hub.workspaceID, actor: hub.hub.access.actor, grants: [.conversationsView], visibility: .all, address: nil)
        await #expect(throws: AccessProblem.notPermitted(.messagesSend)) {
            try await hub.media.storeVoice(AsyncStream { $0.finish() }, mimeType: "audio/webm", access: reader)
        }
    }
}
