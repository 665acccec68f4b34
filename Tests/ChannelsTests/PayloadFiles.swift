import Domain
import Foundation
import Testing

@testable import Channels

/// Files of this target, found beside its sources, and what is expected of them.
enum PayloadFiles {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Payloads")
    private static let expectation = ".expected.json"

    /// Names of the bodies in a folder, without those that hold expectations.
    static func names(in subfolder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: subfolder).path())) ?? []
        return files.filter { $0.hasSuffix(".json") && !$0.hasSuffix(expectation) }.map { String($0.dropLast(5)) }.sorted()
    }

    static func bytes(_ name: String, in subfolder: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appending(path: subfolder).appending(path: name + ".json")))
    }

    /// Compares with the file of this name. `SWITCHBOARD_GOLDEN=write` rewrites it instead; the difference is read like code.
    static func expect(_ text: String, equals name: String, in subfolder: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let file = folder.appending(path: subfolder).appending(path: name)
        if ProcessInfo.processInfo.environment["SWITCHBOARD_GOLDEN"] == "write" { try Data(text.utf8).write(to: file) }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected, "\(name) differs", sourceLocation: sourceLocation)
    }

    static func expect(_ batch: InboundBatch, equalsExpectationOf name: String, in subfolder: String) throws {
        let lines = Batch(
            items: batch.items.map { Batch.Item(path: $0.path, sender: $0.senderProviderID, event: $0.event) },
            unreadable: batch.unreadable.map { Batch.Unreadable(path: $0.path, reason: $0.reason) })
        try expect(pretty(lines), equals: name + expectation, in: subfolder)
    }

    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }

    private struct Batch: Encodable {
        struct Item: Encodable {
            let path: String
            let sender: String?
            let event: InboundEvent
        }
        struct Unreadable: Encodable { let path, reason: String }
        let items: [Item]
        let unreadable: [Unreadable]
    }
}
