internal import Domain

/// What a backup says of a database, read from the very state that it holds.
package struct BackupTable {
    /// Files in one page.
    private static let pageLimit = 1_000

    private let transaction: any Transaction

    package init(_ transaction: any Transaction) { self.transaction = transaction }

    /// Rows of each of our tables.
    package func counts() throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for name in try tables() { counts[name] = try transaction.rows("SELECT COUNT(*) FROM \(raw: name)")[0].integer(0) }
        return counts
    }

    /// Whether nobody has ever kept anything here.
    package func isEmpty() throws -> Bool { try tables().isEmpty }

    private func tables() throws -> [String] {
        let rows: [Row] =
            switch transaction.dialect {
            case .sqlite:
                try transaction.rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            case .postgres:
                try transaction.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename COLLATE \"C\"")
            }
        return try rows.map { try $0.text(0) }
    }

    package func migration() throws -> Int {
        try transaction.rows("SELECT COALESCE(MAX(number), 0) FROM schema_migrations")[0].integer(0)
    }

    /// Where PostgreSQL has the tables; nil on SQLite.
    package func schema() throws -> String? {
        guard transaction.dialect == .postgres else { return nil }
        return try transaction.rows("SELECT current_schema()").first?.textOrNil(0)
    }

    package func instanceID() throws -> String? { try SettingTable(transaction).value(of: .instanceID) }

    /// All stored files, each once per workspace, in pages.
    package func forEachFile(_ body: ([BackupFile]) throws -> Void) throws {
        var last = ("", "")
        while true {
            let rows = try transaction.rows(
                """
                SELECT workspace_id, sha256, MAX(byte_count) FROM media
                WHERE state = 'stored' AND sha256 IS NOT NULL AND (workspace_id, sha256) > (\(last.0), \(last.1))
                GROUP BY workspace_id, sha256 ORDER BY workspace_id, sha256 LIMIT \(Self.pageLimit)
                """)
            guard !rows.isEmpty else { return }
            let files = try rows.map {
                BackupFile(workspace: try $0.text(0), sha256: try $0.text(1), byteCount: try $0.integerOrNil(2) ?? 0)
            }
            try body(files)
            last = (files[files.count - 1].workspace, files[files.count - 1].sha256)
        }
    }
}

/// A stored file as the database knows it.
package struct BackupFile: Sendable, Hashable {
    package let workspace: String
    /// Lower-case hex.
    package let sha256: String
    package let byteCount: Int

    package init(workspace: String, sha256: String, byteCount: Int) {
        (self.workspace, self.sha256, self.byteCount) = (workspace, sha256, byteCount)
    }

    /// Its place below the media directory.
    package var path: String { "\(workspace)/\(sha256.prefix(2))/\(sha256)" }
}
