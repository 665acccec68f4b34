internal import Crypto
internal import Domain
internal import Foundation

/// A file that is being written. Confined to the one queue that its storage gave it.
final class IncomingFile: @unchecked Sendable {
    let path: String
    private var descriptor: Int32
    private var hash = SHA256()
    private var byteCount = 0

    init(path: String) throws {
        self.path = path
        descriptor = try FileCalls.open(path, O_WRONLY | O_CREAT | O_EXCL)
    }

    deinit { closeIfOpen() }

    func append(_ piece: [UInt8]) throws {
        guard descriptor >= 0 else { throw MediaProblem.storageUnavailable("the file was closed") }
        try FileCalls.writeAll(piece, to: descriptor)
        hash.update(data: piece)
        byteCount += piece.count
    }

    func finish() throws -> MediaDigest {
        try FileCalls.synchronize(descriptor)
        closeIfOpen()
        return MediaDigest(sha256: hash.finalize().map { hex($0) }.joined(), byteCount: byteCount)
    }

    func discard() throws {
        closeIfOpen()
        try FileCalls.remove(path)
    }

    private func closeIfOpen() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
