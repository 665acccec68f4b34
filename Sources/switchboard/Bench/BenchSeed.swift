internal import Domain
internal import Foundation
internal import Store

/// Fills the tables, a part after the other, and tells how far it is.
struct BenchSeed: Sendable {
    /// Conversations, or messages about, in one transaction.
    private static let chunk = 100_000
    private static let sentenceCount = 20_000
    private static let wordCount = 30_000

    let database: any Database
    let account: BenchAccount
    let conversations: Int
    let messages: Int
    let seed: Int
    let now: Date

    func run() async throws {
        let spread = account.spread(conversations, messages, seed, now)
        let indexes = try await database.write { transaction in
            let table = BenchSeedTable(transaction, spread)
            try table.prepare()
            return try table.dropIndexes()
        }
        for first in stride(from: 0, to: conversations, by: Self.chunk) {
            let end = min(conversations, first + Self.chunk)
            try await database.write { try BenchSeedTable($0, spread).addPeople(first..<end) }
            say("\(end) of \(conversations) conversations")
        }
        // The newer the more: parts of equal numbers get shorter towards now.
        let beginning = try await database.read { try BenchSeedTable($0, spread).beginning() }
        let parts = max(1, messages / Self.chunk)
        let length = now.timeIntervalSince(beginning) + 1
        var (count, from) = (0, beginning)
        for part in 1...parts {
            let before = beginning.addingTimeInterval(length * Double(part) / Double(parts))
            let moment = from
            count += try await database.write { try BenchSeedTable($0, spread).addMessages(from: moment, before: before) }
            from = before
            say("\(count) messages")
        }
        say("Making the indexes")
        try await database.write { try BenchSeedTable($0, spread).tidy(indexes) }
    }

    private func say(_ text: String) { FileHandle.standardError.tell("  \(text)\n") }

    /// Texts of words of which few are frequent and most are rare, as people write.
    static func sentences(_ seed: Int) -> [String] {
        var random = BenchRandom(seed)
        let words = words(&random, count: wordCount)
        return (0..<sentenceCount).map { _ in
            (0..<(2 + random.below(17))).map { _ in words[random.skewed(words.count)] }.joined(separator: " ")
        }
    }

    static func names(_ seed: Int) -> [String] {
        var random = BenchRandom(seed + 1)
        return words(&random, count: 2_000).dropFirst(common.count).map(\.capitalized)
    }

    private static let common = [
        "the", "please", "order", "hello", "delivery", "thanks", "when", "today", "invoice", "price", "número", "pedido", "gracias", "olá",
        "你好吗",
        "طلب", "कब", "refund", "change", "address", "José", "payment", "tomorrow", "open",
    ]

    private static func words(_ random: inout BenchRandom, count: Int) -> [String] {
        let syllables = [
            "ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu", "va", "we", "xi", "yo", "zu",
        ]
        return common
            + (common.count..<count).map { _ in (0..<(2 + random.below(4))).map { _ in syllables[random.below(syllables.count)] }.joined() }
    }
}

/// Numbers that seem to come by chance and are the same for the same seed.
struct BenchRandom {
    private var state: UInt64

    init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }

    /// Small ones far more often than great ones.
    mutating func skewed(_ limit: Int) -> Int {
        let part = Double(below(1 << 30)) / Double(1 << 30)
        return min(limit - 1, Int(Double(limit) * part * part * part * part))
    }
}

extension BenchAccount {
    func spread(_ conversations: Int, _ messages: Int, _ seed: Int, _ now: Date) -> BenchSeedTable.Spread {
        BenchSeedTable.Spread(
            workspaceID: workspaceID, senders: senders, people: people, teams: teams, labels: labels,
            sentences: BenchSeed.sentences(seed), names: BenchSeed.names(seed), conversations: conversations, messages: messages,
            seed: seed,
            now: now)
    }
}
