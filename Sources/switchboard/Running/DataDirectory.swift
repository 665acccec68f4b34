internal import Domain
internal import Foundation
internal import Store

/// The folder of one instance: database of SQLite, media, secret key. One server at a time works in it.
struct DataDirectory: Sendable {
    let url: URL

    /// Makes the folder when it is missing, for this account alone.
    init(_ url: URL) throws {
        self.url = url
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw DataDirectoryProblem.unusable(url.path, reason: Self.reason(of: error))
        }
        guard FileManager.default.isWritableFile(atPath: url.path) else {
            throw DataDirectoryProblem.unusable(url.path, reason: "this account may not write there")
        }
    }

    var media: URL { url.appending(path: "media", directoryHint: .isDirectory) }

    /// Held while a server runs; the kernel lets go of it however the process ends.
    func lock() throws -> FileLock {
        guard let lock = try FileLock(path: url.appending(path: "switchboard.lock").path) else {
            throw DataDirectoryProblem.inUse(url.path)
        }
        return lock
    }

    private static func reason(of error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return "it can't be made" }
        return String(cString: strerror(Int32(underlying.code)))
    }
}

enum DataDirectoryProblem: Problem, Equatable {
    case inUse(String)
    case unusable(String, reason: String)

    var kind: ProblemKind { .conflict }

    var code: String {
        switch self {
        case .inUse: "data-directory.in-use"
        case .unusable: "data-directory.unusable"
        }
    }

    var detail: String {
        switch self {
        case .inUse(let path):
            "Another switchboard serve or demo is running in \(path). Stop that one, or choose another folder with --data-directory."
        case .unusable(let path, let reason): "The data directory \(path) can't be used (\(reason)). Choose another with --data-directory."
        }
    }
}
