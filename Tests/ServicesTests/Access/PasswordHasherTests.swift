import Foundation
import Testing

@testable import Services

@Suite("Passwords")
struct PasswordHasherTests {
    /// Fast enough for tests, and otherwise the same.
    static let cheap = PasswordHasher.Cost(rounds: 16, blockSize: 1, parallelism: 1)

    @Test(
        "scrypt gives the values of RFC 7914, §12",
        arguments: [
            (
                "", "", 16, 1, 1,
                "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
            ),
            (
                "password", "NaCl", 1_024, 8, 16,
                "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
            ),
            (
                "pleaseletmein", "SodiumChloride", 16_384, 8, 1,
                "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
            ),
        ])
    func vectors(password: String, salt: String, rounds: Int, blockSize: Int, parallelism: Int, expected: String) throws {
        let derived = try PasswordHasher.derive(
            password, salt: Array(salt.utf8), cost: .init(rounds: rounds, blockSize: blockSize, parallelism: parallelism), count: 64)
        #expect(derived.map { String(format: "%02x", $0) }.joined() == expected)
    }

    @Test("a stored hash is checked with its own cost, and names it")
    func roundTrip() async throws {
        let stored = try await PasswordHasher(cost: Self.cheap).hash("correct horse")
        #expect(stored.hasPrefix("$scrypt$ln=4,r=1,p=1$"))
        let hasher = PasswordHasher(cost: .init(rounds: 32, blockSize: 1, parallelism: 1))
        #expect(try await hasher.verify("correct horse", against: stored))
        #expect(try await hasher.verify("correct hors", against: stored) == false)
        #expect(try await hasher.verify("", against: stored) == false)
    }

    @Test("two hashes of one password differ")
    func salted() async throws {
        let hasher = PasswordHasher(cost: Self.cheap)
        let (one, other) = (try await hasher.hash("correct horse"), try await hasher.hash("correct horse"))
        #expect(one != other)
    }

    @Test(
        "without a hash, or with a damaged one, nobody gets in",
        arguments: [nil, "", "$scrypt$", "$scrypt$ln=4,r=1,p=1$$", "$scrypt$ln=4,r=1,p=1$AAAA$", "$argon2$ln=4,r=1,p=1$AAAA$AAAA", "plain"])
    func nothingStored(stored: String?) async throws {
        #expect(try await PasswordHasher(cost: Self.cheap).verify("", against: stored) == false)
    }

    @Test("beyond its queue it refuses at once, and takes work again afterwards")
    func busy() async throws {
        let hasher = PasswordHasher(cost: .init(rounds: 1 << 12, blockSize: 8, parallelism: 1))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<(PasswordHasher.queueLimit * 4) {
                group.addTask {
                    do {
                        _ = try await hasher.hash("correct horse")
                        return false
                    } catch { return error as? SignInProblem == .busy }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused > 0)
        #expect(try await hasher.hash("correct horse").isEmpty == false)
    }
}

@Suite("How often something may be tried")
struct AttemptLimiterTests {
    private let start = Date(timeIntervalSince1970: 1_000)

    @Test("the window slides: each attempt is free again after its own time")
    func window() {
        let limiter = AttemptLimiter(.init(attempts: 2, windowSeconds: 60))
        #expect(limiter.attempt("a", at: start) == nil)
        #expect(limiter.attempt("a", at: start.addingTimeInterval(30)) == nil)
        #expect(limiter.attempt("a", at: start.addingTimeInterval(31)) == 29)
        #expect(limiter.attempt("b", at: start.addingTimeInterval(31)) == nil)
        #expect(limiter.attempt("a", at: start.addingTimeInterval(60)) == nil)
        #expect(limiter.attempt("a", at: start.addingTimeInterval(61)) == 29)
    }

    @Test("success forgets what came before")
    func forget() {
        let limiter = AttemptLimiter(.init(attempts: 1, windowSeconds: 60))
        #expect(limiter.attempt("a", at: start) == nil)
        limiter.forget("a")
        #expect(limiter.attempt("a", at: start) == nil)
    }

    @Test("it remembers a bounded number of keys, and those last tried")
    func bounded() {
        let limiter = AttemptLimiter(.init(attempts: 1, windowSeconds: 60))
        #expect(limiter.attempt("first", at: start) == nil)
        #expect(limiter.attempt("second", at: start) == nil)
        for number in 2..<AttemptLimiter.keyLimit { _ = limiter.attempt("\(number)", at: start) }
        #expect(limiter.attempt("first", at: start) != nil)  // Touched again, so the second is now the oldest.
        #expect(limiter.attempt("new", at: start) == nil)
        #expect(limiter.attempt("second", at: start) == nil)
        #expect(limiter.attempt("first", at: start) != nil)
    }
}
