internal import Foundation

/// Looks at the disk under a folder.
struct DiskProbe: Sendable {
    /// Bytes of one trial, as a page of a database has.
    private static let length = 4_096
    private static let trials = 7

    struct Result: Sendable {
        /// Of a write of 4 KiB until it is on disk, in the median.
        let fsyncMilliseconds: Double
        let freeBytes: Double
    }

    private static let queue = FileQueue.Pool().next()

    let folder: String

    /// Throws when the folder can't be written; nothing stays of the trial.
    func run() async throws -> Result {
        try await Self.queue.run { [folder] in
            Result(fsyncMilliseconds: try Self.fsyncMilliseconds(in: folder), freeBytes: try Self.freeBytes(in: folder))
        }
    }

    private static func fsyncMilliseconds(in folder: String) throws -> Double {
        let path = "\(folder)/.probe-\(UUID().uuidString)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer {
            close(descriptor)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x20, count: length)
        var times: [Double] = []
        for _ in 0..<trials {
            let begin = ContinuousClock.now
            guard write(descriptor, page, page.count) == page.count, fsync(descriptor) == 0 else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            times.append((ContinuousClock.now - begin) / .milliseconds(1))
        }
        return times.sorted()[trials / 2]
    }

    private static func freeBytes(in folder: String) throws -> Double {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return Double(status.f_bavail) * Double(status.f_frsize)
    }
}
