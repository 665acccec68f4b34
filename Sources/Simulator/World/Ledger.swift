internal import DequeModule

/// What was truly accepted, in order. Kept by number of entries; the contents of the newest only.
struct Ledger: Sendable {
    struct Entry: Sendable {
        let sequence: Int
        /// Milliseconds since 1970, on the simulated clock.
        let at: Int
        let id: String
        let number: String
        let recipient: String
        let type: String
        let template: String?
        let callbackData: String?
        var stage: SentMessage.Stage
        /// The request as it came.
        var body: JSON?
    }

    static let limit = 500_000
    /// Newest entries that keep their request.
    static let bodyLimit = 5_000

    private var entries: Deque<Entry> = []
    private(set) var total = 0

    mutating func append(_ make: (_ sequence: Int) -> Entry) -> Int {
        total += 1
        entries.append(make(total))
        if entries.count > Self.bodyLimit { entries[entries.count - Self.bodyLimit - 1].body = nil }
        if entries.count > Self.limit { entries.removeFirst() }
        return total
    }

    mutating func advance(_ sequence: Int, to stage: SentMessage.Stage) {
        guard let first = entries.first, sequence >= first.sequence else { return }
        entries[sequence - first.sequence].stage = stage
    }

    /// Entries after a sequence number, oldest first; of one business number only, when it is named.
    func page(after sequence: Int, limit: Int, number: String? = nil) -> [Entry] {
        guard let first = entries.first else { return [] }
        let rest = entries.dropFirst(sequence < first.sequence ? 0 : sequence - first.sequence + 1)
        guard let number else { return Array(rest.prefix(limit)) }
        return Array(rest.lazy.filter { $0.number == number }.prefix(limit))
    }
}
