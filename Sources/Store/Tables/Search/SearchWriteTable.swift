package import Domain

internal import struct Foundation.Date

/// Writes into one generation of a workspace's search index. One transaction at a time does, since each has taken the index before.
package struct SearchWriteTable {
    /// Ids in one question.
    private static let batchLimit = 500
    private static let tryLimit = 36

    private let transaction: any Transaction
    private let index: SearchIndexTable.Index

    package init(_ transaction: any Transaction, _ index: SearchIndexTable.Index) { (self.transaction, self.index) = (transaction, index) }

    /// Brings documents up to date: new ones get a place; changed ones a new place, since the words of the old one point there for ever.
    ///
    /// - Parameter known: words that are in the vocabulary for certain.
    /// - Returns: words that are in it for certain once this is committed.
    package func save(_ documents: [SearchDocument], kind: SearchDocument.Kind, known: Set<String>) throws -> Set<String> {
        let changed = try outdated(documents, kind)
        guard !changed.isEmpty else { return [] }
        return try write(try place(changed, kind), kind, known)
    }

    /// Those that aren't in the index as they are. The places of their old words are given up.
    private func outdated(_ documents: [SearchDocument], _ kind: SearchDocument.Kind) throws -> [SearchDocument] {
        var versions: [String: (place: Int, version: Int64)] = [:]
        for start in stride(from: 0, to: documents.count, by: Self.batchLimit) {
            let ids = documents[start..<min(start + Self.batchLimit, documents.count)].map { SQLValue.text($0.id) }
            for row in try transaction.rows(
                """
                SELECT subject_id, place, version FROM search_documents WHERE workspace_id = \(index.workspaceID)
                    AND generation = \(index.generation) AND kind = \(kind.rawValue) AND subject_id IN (\(list: ids))
                ORDER BY subject_id LIMIT \(ids.count)
                """)
            { versions[try row.text(0)] = (try row.integer(1), Int64(try row.integer(2))) }
        }
        var seen: Set<String> = []
        let changed = documents.filter { versions[$0.id]?.version != $0.version && seen.insert($0.id).inserted }
        let former = changed.compactMap { versions[$0.id]?.place }
        if !former.isEmpty {
            try transaction.run(
                """
                UPDATE search_documents SET subject_id = NULL WHERE workspace_id = \(index.workspaceID)
                    AND generation = \(index.generation) AND kind = \(kind.rawValue) AND place IN (\(list: former.map { SQLValue($0) }))
                """)
        }
        return changed
    }

    /// Gives each a place: the millisecond of its time, or one soon after that is free. Times are whole seconds at some providers, and a busy second has
    /// many times more messages than milliseconds: so each try goes to another part of a stretch that doubles, and not to where earlier ones went.
    private func place(_ documents: [SearchDocument], _ kind: SearchDocument.Kind) throws -> [(document: SearchDocument, place: Int64)] {
        var placed: [(SearchDocument, Int64)] = []
        var waiting = documents.sorted { ($0.at, $0.order, $0.id) < ($1.at, $1.order, $1.id) }
        var tries = 0
        while !waiting.isEmpty {
            // By then the stretch is longer than all that any index holds: it isn't the place that is taken.
            guard tries < Self.tryLimit else { throw StoreError.duplicate(constraint: "search_documents") }
            let jump = tries == 0 ? 0 : Int64.random(in: 0..<(Int64(waiting.count) << Int64(tries)))
            tries += 1
            var last = Int64.min
            var wanted: [Int64: SearchDocument] = [:]
            for document in waiting {
                last = max(document.at.milliseconds + jump, last + 1)
                wanted[last] = document
            }
            let rows: [[SQLValue]] = wanted.sorted { $0.key < $1.key }.map { place, document in
                [
                    SQLValue(index.workspaceID), SQLValue(index.generation), .text(kind.rawValue), .integer(place), .text(document.id),
                    .integer(document.version),
                ]
            }
            let free = try transaction.insertIfFree(
                into: "search_documents (workspace_id, generation, kind, place, subject_id, version)", rows, returning: "place")
            for row in free {
                let place = Int64(try row.integer(0))
                if let document = wanted.removeValue(forKey: place) { placed.append((document, place)) }
            }
            waiting = wanted.sorted { $0.key < $1.key }.map(\.value)
        }
        return placed
    }

    private struct Posting: Hashable {
        let word: String
        let bucket: Int64
    }

    private func write(_ placed: [(document: SearchDocument, place: Int64)], _ kind: SearchDocument.Kind, _ known: Set<String>) throws
        -> Set<String>
    {
        var postings: [Posting: [Int64]] = [:]
        for (document, place) in placed.sorted(by: { $0.place < $1.place }) {
            for word in document.words { postings[Posting(word: word, bucket: SearchPlaces.bucket(of: place)), default: []].append(place) }
        }
        guard !postings.isEmpty else { return [] }
        // In the order of the key: neighbours share pages.
        let sorted = postings.sorted { ($0.key.word, $0.key.bucket) < ($1.key.word, $1.key.bucket) }
        try transaction.insert(
            into: "search_words (workspace_id, generation, kind, word, bucket, places)",
            sorted.map { posting, places in
                [
                    SQLValue(index.workspaceID), SQLValue(index.generation), .text(kind.rawValue), .text(posting.word),
                    .integer(posting.bucket), .bytes(SearchPlaces.bytes(of: places)),
                ]
            },
            suffix: """
                ON CONFLICT (workspace_id, generation, kind, word, bucket)
                DO UPDATE SET places = \(transaction.dialect.bytes("search_words.places", and: "excluded.places"))
                """)
        let words = Set(postings.keys.map(\.word).filter(SearchMark.isVocabulary)).subtracting(known)
        try transaction.insert(
            into: "search_vocabulary (workspace_id, generation, kind, word, reversed)",
            words.sorted().map { word in
                let reversed: String? = SearchTerm(word).hasSimilar ? String(word.reversed()) : nil
                return [
                    SQLValue(index.workspaceID), SQLValue(index.generation), .text(kind.rawValue), .text(word), SQLValue(reversed),
                ]
            }, suffix: "ON CONFLICT (workspace_id, generation, kind, word) DO NOTHING")
        return words
    }
}

extension SQLDialect {
    /// Two strings of bytes, one after the other.
    fileprivate func bytes(_ one: String, and other: String) -> String {
        switch self {
        // `||` makes a text of two blobs, byte by byte.
        case .sqlite: "CAST(\(one) || \(other) AS BLOB)"
        case .postgres: "\(one) || \(other)"
        }
    }
}
