package import Domain
internal import Foundation

extension MediaService {
    /// Whether recordings of every browser become voice messages here.
    package var convertsVoice: Bool { voice.isInstalled }

    /// As ``store(_:filename:mimeType:access:)``, for a recording that is to be a voice message.
    package func storeVoice<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, mimeType: String?, access: Access
    ) async throws -> MediaFile where Pieces.Element == [UInt8] {
        let received = try await receiveVoice(pieces, mimeType: mimeType, access: access)
        try await keep(received, access: access)
        return received.file
    }

    /// As ``receive(_:filename:mimeType:access:)``, for a recording: Ogg with Opus where ffmpeg is installed, else as it came, if WhatsApp takes that.
    package func receiveVoice<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, mimeType: String?, access: Access
    ) async throws -> ReceivedFile where Pieces.Element == [UInt8] {
        try access.require(.messagesSend)
        let queue = recordings.next()
        let folder = NSTemporaryDirectory() + "switchboard-voice-\(UUID().uuidString)"
        try await queue.run {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }
        do {
            let received = try await receiveVoice(pieces, mimeType: mimeType, in: folder, on: queue, access: access)
            try? await queue.run { try FileManager.default.removeItem(atPath: folder) }
            return received
        } catch {
            try? await queue.run { try FileManager.default.removeItem(atPath: folder) }
            throw error
        }
    }

    private func receiveVoice<Pieces: AsyncSequence & Sendable>(
        _ pieces: Pieces, mimeType: String?, in folder: String, on queue: FileQueue, access: Access
    ) async throws -> ReceivedFile where Pieces.Element == [UInt8] {
        let recording = "\(folder)/recording"
        let file = try await queue.run { try IncomingFile(path: recording) }
        var (first, byteCount): ([UInt8], Int) = ([], 0)
        for try await piece in pieces {
            byteCount += piece.count
            let limit = MediaContent.Kind.audio.byteLimit
            guard byteCount <= limit else { throw MediaProblem.tooLarge(limit: limit, of: .audio) }
            first += piece.prefix(MediaType.sniffLength - first.count)
            try await queue.run { try file.append(piece) }
        }
        guard byteCount > 0 else { throw MediaProblem.empty }
        _ = try await queue.run { try file.finish() }
        let type = MediaType.resolve(sniffed: .sniff(first), declared: mimeType.flatMap { MediaType(parsing: $0) })
        guard let container = VoiceConverter.container(of: type) else { throw VoiceProblem.typeUnsupported(type) }
        guard voice.isInstalled else {
            guard MediaContent.Kind.audio.types.contains(type) else { throw VoiceProblem.converterMissing(type) }
            return try await receive(
                try await read(recording, on: queue), filename: "recording.\(type.filenameExtension)", mimeType: type.text, access: access)
        }
        let converted = try await voice.convert(recording, from: container)
        return try await receive(try await read(converted, on: queue), filename: "voice.ogg", mimeType: "audio/ogg", access: access)
    }

    /// A file in pieces.
    private func read(_ path: String, on queue: FileQueue) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        let length = 64 * 1_024
        let file = try await queue.run { try OutgoingFile(path: path) }
        let place = ReadingPlace(0)
        return AsyncThrowingStream {
            let offset = place.value
            let count = min(length, file.byteCount - offset)
            guard count > 0 else { return nil }
            let piece = try await queue.run { try FileCalls.read(count, at: offset, from: file.descriptor) }
            guard !piece.isEmpty else { return nil }
            place.value = offset + piece.count
            return piece
        }
    }
}
