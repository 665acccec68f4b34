package import Domain

/// Reads one generation of a workspace's search index. Words and places are of all conversations: what they lead to is given only by
/// ``messages(at:_:)``, ``notes(at:)`` and ``contacts(at:)``, and only to those who may see it.
package struct SearchTable {
    /// Words of the vocabulary looked through for one question.
    private static let lookLimit = 20_000

    private let transaction: any Transaction
    private let access: Access
    private let generation: Int
    private let kind: SearchDocument.Kind

    package init(_ transaction: any Transaction, _ access: Access, generation: Int, kind: SearchDocument.Kind) throws {
        try access.require(.conversationsView)
        (self.transaction, self.access, self.generation, self.kind) = (transaction, access, generation, kind)
    }

    private func rows(of name: String) -> SQL {
        "\(raw: name).workspace_id = \(access.workspaceID) AND \(raw: name).generation = \(generation) AND \(raw: name).kind = \(kind.rawValue)"
    }

    /// Words that begin so, the shortest first.
    package func words(from prefix: String, limit: Int) throws -> [String] {
        try transaction.rows(
            """
            SELECT piece.word FROM (
                SELECT v.word FROM search_vocabulary v WHERE \(sql: rows(of: "v")) AND v.word >= \(prefix) AND v.word < \(prefix + "\u{10FFFF}")
                ORDER BY v.word LIMIT \(Self.lookLimit)
            ) AS piece ORDER BY LENGTH(piece.word), piece.word LIMIT \(limit)
            """
        ).map { try $0.text(0) }
    }

    /// Words with one letter more, less or another.
    package func words(near term: SearchTerm, limit: Int) throws -> [String] {
        let (first, last) = term.halves
        let end = String(last.reversed())
        let lengths: SQL = "LENGTH(v.word) BETWEEN \(term.word.unicodeScalars.count - 2) AND \(term.word.unicodeScalars.count + 2)"
        let found = try transaction.rows(
            """
            SELECT piece.word FROM (
                SELECT v.word FROM search_vocabulary v WHERE \(sql: rows(of: "v")) AND v.word >= \(first) AND v.word < \(first + "\u{10FFFF}")
                    AND \(sql: lengths) ORDER BY v.word LIMIT \(Self.lookLimit)
            ) AS piece
            UNION ALL SELECT piece2.word FROM (
                SELECT v.word FROM search_vocabulary v WHERE \(sql: rows(of: "v")) AND v.reversed >= \(end) AND v.reversed < \(end + "\u{10FFFF}")
                    AND v.reversed IS NOT NULL AND \(sql: lengths) ORDER BY v.reversed, v.word LIMIT \(Self.lookLimit)
            ) AS piece2
            """
        ).map { try $0.text(0) }
        return Array(Set(found).filter { $0 != term.word && term.isNear($0) }.sorted().prefix(limit))
    }

    /// The newest bucket up to this one in which any of the words stands.
    package func newestBucket(of words: [String], upTo bucket: Int64) throws -> Int64? {
        guard !words.isEmpty else { return nil }
        return try transaction.rows(
            """
            SELECT MAX((SELECT w.bucket FROM search_words w WHERE \(sql: rows(of: "w")) AND w.word = s.column1 AND w.bucket <= \(bucket)
                ORDER BY w.bucket DESC LIMIT 1)) FROM (VALUES \(rows: words.map { .text($0) }.padded.map { [$0] })) AS s
            """)[0].integerOrNil(0).map(Int64.init)
    }

    /// Where any of the words stands, by bucket, ascending. Also how many bytes that were.
    package func places(of words: [String], in buckets: ClosedRange<Int64>) throws -> (byBucket: [Int64: [Int64]], byteCount: Int) {
        var lists: [Int64: [[Int64]]] = [:]
        var byteCount = 0
        for row in try transaction.rows(
            """
            SELECT w.bucket, w.places FROM search_words w WHERE \(sql: rows(of: "w")) AND w.word IN (\(list: words.map { .text($0) }.padded))
                AND w.bucket >= \(buckets.lowerBound) AND w.bucket <= \(buckets.upperBound)
            """)
        {
            let (bucket, bytes) = (Int64(try row.integer(0)), try row.bytes(1))
            byteCount += bytes.count
            lists[bucket, default: []].append(SearchPlaces.places(in: bytes, of: bucket))
        }
        return (lists.mapValues(SearchPlaces.union), byteCount)
    }

    package struct Found: Sendable, Equatable {
        package let place: Int64
        package let subject: String
    }

    /// The messages at these places that the caller may see and that weren't deleted, newest first.
    package func messages(at places: [Int64], _ direction: MessageDirection?) throws -> [Found] {
        let side: SQL = if let direction { " AND m.direction = \(direction.rawValue)" } else { "" }
        let message = transaction.dialect.lookUp("JOIN", "messages", as: "m", by: "m.workspace_id = d.workspace_id AND m.id = d.subject_id")
        return try transaction.rows(
            """
            SELECT d.place, d.subject_id FROM search_documents d \(raw: message)
            WHERE \(sql: rows(of: "d")) AND d.place IN (\(list: places.map { .integer($0) }.padded)) AND d.subject_id IS NOT NULL
                AND m.revoked_at IS NULL\(sql: side)\(sql: access.andSees(conversation: "m.conversation_id"))
            ORDER BY d.place DESC LIMIT \(places.count)
            """
        ).map { Found(place: Int64(try $0.integer(0)), subject: try $0.text(1)) }
    }

    /// The notes at these places that the caller may see, newest first.
    package func notes(at places: [Int64]) throws -> [Found] {
        let note = transaction.dialect.lookUp("JOIN", "notes", as: "n", by: "n.workspace_id = d.workspace_id AND n.id = d.subject_id")
        return try transaction.rows(
            """
            SELECT d.place, d.subject_id FROM search_documents d \(raw: note)
            WHERE \(sql: rows(of: "d")) AND d.place IN (\(list: places.map { .integer($0) }.padded)) AND d.subject_id IS NOT NULL
                \(sql: access.andSees(conversation: "n.conversation_id"))
            ORDER BY d.place DESC LIMIT \(places.count)
            """
        ).map { Found(place: Int64(try $0.integer(0)), subject: try $0.text(1)) }
    }

    /// The contacts at these places with whom there is a conversation that the caller may see, newest first.
    package func contacts(at places: [Int64]) throws -> [Found] {
        try transaction.rows(
            """
            SELECT d.place, d.subject_id FROM search_documents d
            WHERE \(sql: rows(of: "d")) AND d.place IN (\(list: places.map { .integer($0) }.padded)) AND d.subject_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM conversations v WHERE v.workspace_id = d.workspace_id AND v.contact_id = d.subject_id\(sql: access.andSees("v")))
            ORDER BY d.place DESC LIMIT \(places.count)
            """
        ).map { Found(place: Int64(try $0.integer(0)), subject: try $0.text(1)) }
    }

    /// The contacts at these places that are among what the filter shows to a caller, newest first.
    package func contacts(at places: [Int64], _ filter: ContactFilter, as caller: Access) throws -> [Found] {
        try caller.require(.contactsView)
        let contact = transaction.dialect.lookUp("JOIN", "contacts", as: "c", by: "c.workspace_id = d.workspace_id AND c.id = d.subject_id")
        return try transaction.rows(
            """
            SELECT d.place, d.subject_id FROM search_documents d \(raw: contact)
            WHERE \(sql: rows(of: "d")) AND d.place IN (\(list: places.map { .integer($0) }.padded)) AND d.subject_id IS NOT NULL
                \(sql: filter.condition(on: "c", caller, besides: true))
            ORDER BY d.place DESC LIMIT \(places.count)
            """
        ).map { Found(place: Int64(try $0.integer(0)), subject: try $0.text(1)) }
    }

    /// The conversations with these people that the caller may see, at most `limit`, the newest first.
    package func conversations(of contacts: [String], limit: Int) throws -> [Identifier<Conversation>] {
        guard !contacts.isEmpty else { return [] }
        return try transaction.rows(
            """
            SELECT v.id FROM conversations v WHERE v.workspace_id = \(access.workspaceID) AND v.contact_id IN (\(list: contacts.map { .text($0) }))
                \(sql: access.andSees("v")) ORDER BY v.last_message_at DESC, v.id DESC LIMIT \(limit)
            """
        ).map { try $0.id(0) }
    }
}

extension [SQLValue] {
    /// With its last value repeated up to a power of two, so that few distinct statements are prepared however many values come.
    fileprivate var padded: [SQLValue] {
        guard let last else { return self }
        var count = 1
        while count < self.count { count *= 2 }
        return self + Array(repeating: last, count: count - self.count)
    }
}
