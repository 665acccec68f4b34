internal import Crypto
internal import Domain
internal import Foundation

/// Reading, copying and hashing of whole files. All of it blocks.
enum BackupFiles {
    /// Bytes of one piece.
    private static let pieceLength = 1 << 20

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Names the file as the manifest does.
    static func describe(_ name: String, in folder: String) throws -> BackupManifest.File {
        let digest = try digest(of: "\(folder)/\(name)")
        return BackupManifest.File(name: name, byteCount: digest.byteCount, sha256: digest.sha256)
    }

    static func digest(of path: String) throws -> MediaDigest {
        var (hash, count) = (SHA256(), 0)
        try forEachPiece(of: path) { piece in
            hash.update(data: piece)
            count += piece.count
        }
        return MediaDigest(sha256: text(of: hash.finalize()), byteCount: count)
    }

    /// Copies a file to where none is, and gives the digest of what was read. The bytes are on disk when it returns.
    static func copy(_ path: String, to target: String) throws -> MediaDigest {
        let descriptor = try FileCalls.open(target, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(descriptor) }
        var (hash, count) = (SHA256(), 0)
        try forEachPiece(of: path) { piece in
            try FileCalls.writeAll(piece, to: descriptor)
            hash.update(data: piece)
            count += piece.count
        }
        try FileCalls.synchronize(descriptor)
        return MediaDigest(sha256: text(of: hash.finalize()), byteCount: count)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let descriptor = try FileCalls.open(path, O_WRONLY | O_CREAT | O_EXCL)
        defer { close(descriptor) }
        try FileCalls.writeAll(bytes, to: descriptor)
        try FileCalls.synchronize(descriptor)
    }

    static func synchronize(_ path: String) throws {
        let descriptor = try FileCalls.open(path, O_RDONLY)
        defer { close(descriptor) }
        try FileCalls.synchronize(descriptor)
    }

    private static func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
        let descriptor = try FileCalls.open(path, O_RDONLY)
        defer { close(descriptor) }
        var offset = 0
        while true {
            let piece = try FileCalls.read(pieceLength, at: offset, from: descriptor)
            if piece.isEmpty { return }
            try body(piece)
            offset += piece.count
        }
    }

    private static func text(of digest: SHA256.Digest) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
