internal import Domain
internal import Foundation

/// Two hundred texts that mean harm, the same that the journeys show to a browser: whatever takes a text of others has to leave each of them a text.
package enum HostileTexts {
    package static let all: [String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Tests/hostile-texts.json").standardized
        let kinds = try? JSONDecoder().decode([String: [String]].self, from: Data(contentsOf: file))
        return (kinds ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value)
    }()

    /// As they come out of a database, which keeps no U+0000; a text of nothing else is no text.
    package static let kept = all.map { $0.replacing("\0", with: "").trimmed }.filter { !$0.isBlank }
}
