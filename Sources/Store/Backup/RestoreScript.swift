internal import Domain

package import struct Foundation.Date

/// What makes a copy of a database another installation that sends nothing by itself. Applied in the same transaction, or to the same file, that brings
/// the rows back: there is no moment at which a server could start on the copy and send what was sent long ago.
package enum RestoreScript {
    /// As statements without marks, because PostgreSQL's own tool runs them.
    ///
    /// - Parameter schema: where the tables are, on PostgreSQL.
    package static func text(
        for dialect: SQLDialect, schema: String?, instanceID: String, backupAt: Date, now: Date
    ) throws -> String {
        let halt = try JSONText.encode(SendingHalt(reason: .restored, since: now, backupAt: backupAt))
        let moment = now.milliseconds
        let common = """
            INSERT INTO settings (key, value) VALUES (\(quoted(SettingTable.Key.sendingHalted.rawValue)), \(quoted(halt)))
                ON CONFLICT (key) DO UPDATE SET value = excluded.value;
            INSERT INTO settings (key, value) VALUES (\(quoted(SettingTable.Key.instanceID.rawValue)), \(quoted(instanceID)))
                ON CONFLICT (key) DO UPDATE SET value = excluded.value;
            UPDATE sender_leases SET owner = NULL, expires_at = 0;
            DELETE FROM processes;
            UPDATE event_readers SET id = COALESCE((SELECT MAX(e.id) FROM events e WHERE e.workspace_id = event_readers.workspace_id), 0);
            DELETE FROM presence;
            UPDATE attempts SET status = 'unknown', answered_at = \(moment) WHERE status = 'sending';
            UPDATE messages SET status = 'unknown', claimed_epoch = NULL WHERE status = 'sending';
            UPDATE messages SET status = 'queued', claimed_epoch = NULL WHERE status = 'claimed';
            UPDATE conversations SET last_status = CASE last_status WHEN 'sending' THEN 'unknown' ELSE 'queued' END
                WHERE last_status IN ('sending', 'claimed');

            """
        // Transaction numbers are the old server's: events that carry greater ones than the new server has given out would stay out of sight.
        guard dialect == .postgres else { return common }
        // A dump leaves the search path empty.
        let path = schema.map { "SET search_path = \"\($0.replacing("\"", with: "\"\""))\";\n" } ?? ""
        // The search index goes back a little in the log: without transactions its order is by id alone, in which some may stand before its place.
        let events = "UPDATE events SET tx = '0'::xid8;\nUPDATE event_horizons SET tx = 0;\n"
        return path + common + events + """
            UPDATE event_readers SET tx = 0;
            UPDATE search_indexes SET tx = 0, event_id = GREATEST(event_id - 10000, 0);

            """
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
}
