internal import CAssets
internal import Crypto
internal import Foundation

/// The files built into the program: templates, styles, modules, icons, the font.
struct EmbeddedAssets: Sendable {
    struct File: Sendable {
        let name: String
        /// Lives as long as the program.
        nonisolated(unsafe) let bytes: UnsafeRawBufferPointer
    }

    static let all = EmbeddedAssets()

    let files: [String: File]
    /// Changes with any byte of any file, so that browsers may keep what they have for a year.
    let build: String

    private init() {
        var count = 0
        let table = switchboard_assets(&count)
        var files: [String: File] = [:]
        var hash = SHA256()
        for entry in UnsafeBufferPointer(start: table, count: count) {
            let name = String(cString: entry.name)
            let bytes = UnsafeRawBufferPointer(start: entry.bytes, count: entry.count)
            files[name] = File(name: name, bytes: bytes)
            hash.update(data: Array("\(name) \(entry.count)\n".utf8))
            hash.update(bufferPointer: bytes)
        }
        self.files = files
        build = hash.finalize().prefix(6).map { String(format: "%02x", $0) }.joined()
    }

    /// Where browsers find them: `/assets/0f3a…`.
    var address: String { "/assets/\(build)" }

    /// Names below a folder, with that folder, sorted.
    func names(in folder: String) -> [String] { files.keys.filter { $0.hasPrefix(folder) }.sorted() }
}
