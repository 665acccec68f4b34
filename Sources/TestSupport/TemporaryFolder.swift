package import Foundation

/// A folder of its own for one test, gone with it.
package final class TemporaryFolder: Sendable {
    /// Of all that the tests of this process write, and gone with it. Not sooner: a test's database is let go of by its last worker, and nobody hears of that.
    private static let ofAll: String = {
        let (files, prefix) = (FileManager.default, "switchboard-tests-")
        let place = files.temporaryDirectory
        // Processes that were killed have left theirs.
        for name in (try? files.contentsOfDirectory(atPath: place.path)) ?? [] where name.hasPrefix(prefix) {
            if let process = Int32(name.dropFirst(prefix.count)), kill(process, 0) == -1, errno == ESRCH {
                try? files.removeItem(at: place.appending(path: name))
            }
        }
        let path = place.appending(path: "\(prefix)\(ProcessInfo.processInfo.processIdentifier)").path
        try? files.createDirectory(atPath: path, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(atPath: TemporaryFolder.ofAll) }
        return path
    }()

    /// Where nothing is yet.
    package static func freshPath() -> String { "\(ofAll)/\(UUID().uuidString)" }

    package let path: String

    package init() throws {
        path = Self.freshPath()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Paths of all files below, sorted; locks aside.
    package func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).filter { name in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isDirectory) && !isDirectory.boolValue
                && !name.hasSuffix("/lock")
        }.sorted()
    }

    /// Makes a file two days old.
    package func age(_ name: String) throws {
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -2 * 86_400)], ofItemAtPath: "\(path)/\(name)")
    }

    package func write(_ text: String, to name: String) throws { try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)")) }

    /// The clock by which files get their time.
    package var now: Date { Date() }
}
