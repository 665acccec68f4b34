internal import Domain
internal import Store

/// Finds where all terms of a search stand together, newest first, a stretch of time after the other: as much as is asked for, and no more.
struct SearchMatcher {
    /// Words that one term stands for, at most.
    static let wordLimit = 128
    /// Bytes of places read in one search: some 16 million places. Beyond it the search stops where it is.
    private static let byteLimit = 48_000_000
    /// Buckets of one stretch; the first is short, since the newest page is often full by then.
    private static let firstSpan: Int64 = 4
    private static let longestSpan: Int64 = 512

    private let table: SearchTable
    /// The words of each term, the rarest first, as far as one can tell.
    private let terms: [[String]]
    /// Places at and beyond it were looked at.
    private var upper: Int64
    private let lower: Int64
    private var span = Self.firstSpan
    private var byteCount = 0
    private var isAtEnd = false

    /// - Parameters:
    ///   - terms: for each, the words that it stands for; one without a word finds nothing.
    ///   - lower: the first place that counts.
    ///   - upper: the first that counts no more.
    init(_ table: SearchTable, terms: [[String]], from lower: Int64, below upper: Int64) {
        self.table = table
        self.terms = terms
        (self.lower, self.upper) = (lower, upper)
        isAtEnd = terms.contains { $0.isEmpty } || terms.isEmpty
    }

    /// Whether reading on would take too long for one answer.
    var isExhausted: Bool { byteCount > Self.byteLimit }

    /// Where the search has come to.
    var position: Int64 { upper }

    /// The next places, descending; nil at the end. May be none of a stretch.
    mutating func next() throws -> [Int64]? {
        guard !isAtEnd, upper > lower, let top = try newestCommonBucket(upTo: SearchPlaces.bucket(of: upper - 1)) else {
            isAtEnd = true
            return nil
        }
        let bottom = max(SearchPlaces.bucket(of: lower), top - span + 1)
        span = min(span * 2, Self.longestSpan)
        var found: [Int64: [Int64]]?
        for words in terms {
            // Only where the terms before stand.
            let buckets = found.map { $0.keys.min()!...$0.keys.max()! } ?? bottom...top
            let (places, read) = try table.places(of: words, in: buckets)
            byteCount += read
            found =
                if let former = found {
                    former.reduce(into: [:]) { common, entry in
                        let both = SearchPlaces.intersection(entry.value, places[entry.key] ?? [])
                        if !both.isEmpty { common[entry.key] = both }
                    }
                } else {
                    places.filter { !$0.value.isEmpty }
                }
            if found!.isEmpty { break }
        }
        let limits = (lower, upper)
        upper = max(lower, SearchPlaces.start(of: bottom))
        return found!.sorted { $0.key > $1.key }.flatMap { $0.value.reversed() }.filter { $0 >= limits.0 && $0 < limits.1 }
    }

    /// The newest bucket that each of the terms may stand in: below it each has one at the same place or lower.
    private func newestCommonBucket(upTo bucket: Int64) throws -> Int64? {
        var top = bucket
        // Terms that are rare take turns; after some rounds the stretch itself finds out the rest.
        for _ in 0..<8 {
            let before = top
            for words in terms {
                guard let newest = try table.newestBucket(of: words, upTo: top), newest >= SearchPlaces.bucket(of: lower) else {
                    return nil
                }
                top = newest
            }
            if top == before { break }
        }
        return top
    }
}
