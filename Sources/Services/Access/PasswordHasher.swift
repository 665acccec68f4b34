internal import CryptoExtras
internal import Domain
internal import Foundation
internal import Synchronization

/// Passwords as scrypt (RFC 7914), on threads of its own so that nothing else waits.
package final class PasswordHasher: Sendable {
    /// What one hash costs. The default takes about 100 ms and 32 MiB.
    package struct Cost: Sendable, Equatable {
        package let rounds: Int
        package let blockSize: Int
        package let parallelism: Int

        package init(rounds: Int = 1 << 15, blockSize: Int = 8, parallelism: Int = 1) {
            (self.rounds, self.blockSize, self.parallelism) = (rounds, blockSize, parallelism)
        }
    }

    /// At once: each takes a core and 32 MiB.
    private static let concurrency = 2
    /// At work and waiting, at most; a second or so of work.
    package static let queueLimit = 16

    private let cost: Cost
    private let queue: OperationQueue
    private let waiting = Mutex(0)

    package init(cost: Cost = Cost()) {
        self.cost = cost
        queue = OperationQueue()
        queue.name = "switchboard.passwords"
        queue.maxConcurrentOperationCount = Self.concurrency
    }

    /// `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, both in base 64.
    package func hash(_ password: String) async throws -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let cost = cost
        return try await run {
            PasswordHash(cost: cost, salt: salt, hash: try Self.derive(password, salt: salt, cost: cost, count: 32)).text
        }
    }

    /// Whether the password is the one of the stored hash. Without a stored hash it takes as long and says no, so that nobody learns who
    /// has an account.
    package func verify(_ password: String, against stored: String?) async throws -> Bool {
        let known = stored.flatMap(PasswordHash.init(parsing:))
        let hash = known ?? PasswordHash(cost: cost, salt: Array(repeating: 0, count: 16), hash: Array(repeating: 0, count: 32))
        let derived = try await run { try Self.derive(password, salt: hash.salt, cost: hash.cost, count: hash.hash.count) }
        let difference = zip(derived, hash.hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        return known != nil && derived.count == hash.hash.count && difference == 0
    }

    /// Scrypt itself.
    package static func derive(_ password: String, salt: [UInt8], cost: Cost, count: Int) throws -> [UInt8] {
        try KDF.Scrypt.deriveKey(
            from: Array(password.utf8), salt: salt, outputByteCount: count, rounds: cost.rounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism
        ).withUnsafeBytes { Array($0) }
    }

    private func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        let isAdmitted = waiting.withLock { waiting in
            guard waiting < Self.queueLimit else { return false }
            waiting += 1
            return true
        }
        guard isAdmitted else { throw SignInProblem.busy }
        return try await withCheckedThrowingContinuation { continuation in
            queue.addOperation { [self] in
                defer { waiting.withLock { $0 -= 1 } }
                continuation.resume(with: Result(catching: work))
            }
        }
    }
}

/// A stored hash, with all that is needed to check a password against it.
struct PasswordHash: Equatable {
    let cost: PasswordHasher.Cost
    let salt: [UInt8]
    let hash: [UInt8]

    var text: String {
        "$scrypt$ln=\(cost.rounds.trailingZeroBitCount),r=\(cost.blockSize),p=\(cost.parallelism)$\(Data(salt).base64EncodedString())$\(Data(hash).base64EncodedString())"
    }

    init(cost: PasswordHasher.Cost, salt: [UInt8], hash: [UInt8]) { (self.cost, self.salt, self.hash) = (cost, salt, hash) }

    init?(parsing text: String) {
        let parts = text.split(separator: "$")
        guard parts.count == 4, parts[0] == "scrypt", let salt = Data(base64Encoded: String(parts[2])),
            let hash = Data(base64Encoded: String(parts[3]))
        else { return nil }
        let numbers = parts[1].split(separator: ",").compactMap { Int($0.drop { $0 != "=" }.dropFirst()) }
        guard numbers.count == 3, (1...24).contains(numbers[0]), numbers[1] > 0, numbers[2] > 0, !hash.isEmpty else { return nil }
        self.init(
            cost: .init(rounds: 1 << numbers[0], blockSize: numbers[1], parallelism: numbers[2]), salt: Array(salt), hash: Array(hash))
    }
}
