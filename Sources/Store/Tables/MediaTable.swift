package import Domain

package struct MediaTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    private static let columns = "id, state, sha256, byte_count, mime_type, filename"

    package func find(_ id: Identifier<MediaFile>) throws -> MediaFile? { try list([id]).first }

    package func list(_ ids: [Identifier<MediaFile>]) throws -> [MediaFile] {
        try access.require(.conversationsView)
        guard !ids.isEmpty else { return [] }
        return try transaction.rows(
            """
            SELECT \(raw: Self.columns) FROM media WHERE workspace_id = \(access.workspaceID) AND id IN (\(list: ids.map { .text($0.text) })) LIMIT 1000
            """
        ).map(Self.file)
    }

    private static func file(_ row: Row) throws -> MediaFile {
        guard let state = MediaFile.State(rawValue: try row.text(1)) else { throw StoreError.columnMismatch(1) }
        return MediaFile(
            id: try row.id(0), state: state, sha256: try row.textOrNil(2), byteCount: try row.integerOrNil(3), mimeType: try row.textOrNil(4),
            filename: try row.textOrNil(5))
    }
}
