internal import Domain
internal import Foundation

/// The system's file calls with their errors as problems. All of them block.
enum FileCalls {
    static func open(_ path: String, _ flags: Int32) throws -> Int32 {
        try check(path) { Foundation.open(path, flags | O_CLOEXEC, 0o600) }
    }

    static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
        try bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = try check("write") { write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count) }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Fewer bytes only at the end of the file.
    static func read(_ count: Int, at offset: Int, from descriptor: Int32) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let base = buffer.baseAddress.map { UnsafeMutableRawPointer($0 + filled) }
                let got = try check("read") { pread(descriptor, base, count - filled, off_t(offset + filled)) }
                if got == 0 { break }
                filled += got
            }
        }
    }

    static func synchronize(_ descriptor: Int32) throws { _ = try check("fsync") { fsync(descriptor) } }

    /// Makes a name that was added to a directory last.
    static func synchronizeDirectory(_ path: String) throws {
        let descriptor = try open(path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }
        try synchronize(descriptor)
    }

    static func makeDirectory(_ path: String) throws {
        _ = try check(path) { mkdir(path, 0o700) == -1 && errno != EEXIST ? -1 : 0 }
    }

    static func rename(_ path: String, to target: String) throws { _ = try check(path) { Foundation.rename(path, target) } }

    /// No error when there is nothing.
    static func remove(_ path: String) throws { _ = try check(path) { unlink(path) == -1 && errno != ENOENT ? -1 : 0 } }

    static func size(_ descriptor: Int32) throws -> Int {
        var status = stat()
        _ = try check("stat") { fstat(descriptor, &status) }
        return Int(status.st_size)
    }

    /// When it was last written; nil when there is no such file.
    static func writtenAt(_ path: String) throws -> Date? {
        var status = stat()
        guard try check(path, { stat(path, &status) == -1 ? (errno == ENOENT ? 1 : -1) : 0 }) == 0 else { return nil }
        return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
    }

    /// Names in a directory; none when it doesn't exist.
    static func names(in path: String) throws -> [String] {
        guard let directory = opendir(path) else {
            if errno == ENOENT { return [] }
            throw problem(errno, path)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Runs `work` while no other process and no other thread runs something under the same file's lock.
    static func locked<T>(by path: String, _ work: () throws -> T) throws -> T {
        let descriptor = try open(path, O_RDWR | O_CREAT)
        defer { close(descriptor) }  // Lets go of the lock as well.
        _ = try check(path) { flock(descriptor, LOCK_EX) }
        return try work()
    }

    /// Repeats a call that a signal interrupted.
    private static func check<Number: SignedInteger>(_ place: String, _ call: () -> Number) throws -> Number {
        while true {
            let result = call()
            if result != -1 { return result }
            if errno != EINTR { throw problem(errno, place) }
        }
    }

    private static func problem(_ code: Int32, _ place: String) -> MediaProblem {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .storageFull
        default: .storageUnavailable(String(cString: strerror(code)))
        }
    }
}
