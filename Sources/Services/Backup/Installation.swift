internal import Domain
internal import Foundation
package import Store

/// One installation of the hub: a restored backup is another than the one that it was made of.
package enum Installation: Identified {
    package static let identifierPrefix = "ins"

    package static func makeID() -> String { Identifier<Installation>.make(at: Date()).text }

    /// Gives a database its id, unless it has one.
    package static func name(_ database: any Database) async throws {
        guard try await database.read({ try BackupTable($0).instanceID() }) == nil else { return }
        _ = try await database.write { try SettingTable($0).setOnce(makeID(), for: .instanceID) }
    }
}
