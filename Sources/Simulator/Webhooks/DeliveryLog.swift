internal import DequeModule

/// The attempts to deliver webhooks, newest kept.
struct DeliveryLog: Sendable {
    struct Entry: Sendable {
        let sequence: Int
        let url, app, field: String
        let items, attempt: Int
        let status: Int?
        let problem: String?
        let duration: Duration
        let body: [UInt8]
    }

    static let limit = 5_000
    /// Bytes of bodies that are kept in all.
    static let sizeLimit = 32 * 1024 * 1024

    private(set) var entries: Deque<Entry> = []
    private(set) var total = 0
    private var size = 0

    mutating func append(
        url: String, app: String, field: String, items: Int, attempt: Int, status: Int?, problem: String?, duration: Duration, body: [UInt8]
    ) {
        total += 1
        size += body.count
        entries.append(
            Entry(
                sequence: total, url: url, app: app, field: field, items: items, attempt: attempt, status: status, problem: problem,
                duration: duration, body: body))
        while entries.count > Self.limit || (size > Self.sizeLimit && entries.count > 1) { size -= entries.removeFirst().body.count }
    }

    func page(after sequence: Int, limit: Int) -> [Entry] {
        guard let first = entries.first else { return [] }
        return Array(entries.dropFirst(sequence < first.sequence ? 0 : sequence - first.sequence + 1).prefix(limit))
    }
}
