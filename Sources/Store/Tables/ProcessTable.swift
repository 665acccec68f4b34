package import Domain

package import struct Foundation.Date

/// The processes that work on this database, by their heartbeats.
package struct ProcessTable {
    /// Processes of one database, at most, that a list shows.
    private static let listLimit = 1_000

    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    package struct Entry: Sendable {
        package let process: HubProcess
        package let seenAt: Date
        /// What the process has read from the marker file among the media; nil before it has, or when it can't.
        package let mediaMarker: String?
    }

    package func beat(_ process: HubProcess, mediaMarker: String?, now: Date) throws {
        try transaction.run(
            """
            INSERT INTO processes (id, host, roles, started_at, seen_at, media_marker)
            VALUES (\(process.id), \(process.host), \(ProcessRole.text(of: process.roles)), \(process.startedAt), \(now), \(mediaMarker))
            ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, media_marker = excluded.media_marker
            """)
    }

    package func remove(_ id: String) throws { try transaction.run("DELETE FROM processes WHERE id = \(id)") }

    /// Forgets processes that were last seen before.
    package func forget(before: Date) throws { try transaction.run("DELETE FROM processes WHERE seen_at < \(before)") }

    /// In the order of their starts. A role that a newer version may have written counts as none.
    package func list(seenAfter: Date) throws -> [Entry] {
        try transaction.rows(
            """
            SELECT id, host, roles, started_at, seen_at, media_marker FROM processes WHERE seen_at > \(seenAfter)
            ORDER BY started_at, id LIMIT \(Self.listLimit)
            """
        ).map {
            let roles = try $0.text(2).split(separator: ",").compactMap { ProcessRole(rawValue: String($0)) }
            let process = HubProcess(id: try $0.text(0), host: try $0.text(1), roles: Set(roles), startedAt: try $0.date(3))
            return Entry(process: process, seenAt: try $0.date(4), mediaMarker: try $0.textOrNil(5))
        }
    }
}
