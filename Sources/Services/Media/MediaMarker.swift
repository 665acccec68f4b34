internal import Foundation

/// A file among the media by which processes on several hosts see that they share one folder. Made by whoever comes first.
package struct MediaMarker: Sendable {
    /// Not a name that a sweep takes for a workspace's.
    private static let name = ".marker"
    /// Characters at most; more isn't ours.
    private static let limit = 64

    private let path: String
    private let folder: String
    private let queue = FileQueue.Pool().next()

    /// - Parameter root: the folder of the media.
    package init(root: String) {
        folder = root
        path = "\(root)/\(Self.name)"
    }

    /// What stands in the file, which is made when it is missing; nil when the folder can't be used.
    package func read() async -> String? {
        try? await queue.run { [folder, path] in
            if let text = try Self.text(at: path) { return text }
            let made = "\(folder)/\(Self.name)-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: made) }
            try Data("\(UUID().uuidString)\n".utf8).write(to: URL(filePath: made))
            // A link is made only where there is none yet, so two processes that come at once end with the same file.
            try? FileManager.default.linkItem(atPath: made, toPath: path)
            return try Self.text(at: path)
        }
    }

    private static func text(at path: String) throws -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let text = String(decoding: data.prefix(limit), as: UTF8.self).filter { !$0.isWhitespace }
        return text.isEmpty ? nil : text
    }
}
