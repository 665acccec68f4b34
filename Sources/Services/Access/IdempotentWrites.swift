internal import Crypto
package import Domain
package import Store

package import struct Foundation.Date

/// What makes a request and its repeats one: the caller's key, the route, and the body.
package struct Idempotency: Sendable, Equatable {
    /// Characters of a key, at most.
    package static let keyLimit = 255
    /// For so long a repeat gets the first answer.
    package static let lifetime: Duration = .seconds(24 * 60 * 60)

    package let key: String
    package let route: String
    let bodyHash: [UInt8]

    /// - Parameter route: with its ids, `POST /api/v1/messages/msg_…/retry`: the same key on another message is another request.
    package init(key: String, route: String, body: [UInt8]) throws(IdempotencyProblem) {
        let isVisible = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard (1...Self.keyLimit).contains(key.utf8.count), isVisible else { throw .malformed }
        (self.key, self.route) = (key, route)
        bodyHash = Array(SHA256.hash(data: body))
    }
}

/// An answer as it went out the first time.
package struct KeptAnswer: Sendable, Equatable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) { (self.status, self.body) = (status, body) }
}

/// What came of a request: its answer, and what was made, which is nil when the answer is an earlier one.
package struct Performed<Made: Sendable>: Sendable {
    package let answer: KeptAnswer
    package let made: Made?
}

/// Runs an effect once however often it is asked for: the answer is kept in the same transaction, and a repeat gets it byte for byte. A
/// repeat that comes while the first is at work waits for it. A refusal changes nothing and isn't kept: the repeat is judged anew.
package struct IdempotentWrites: Sendable {
    /// What a route hands on from here to a service, so that the effect and its answer are one.
    package typealias OpenTransaction = any Transaction

    private let database: any Database
    private let box: SecretBox
    private let now: @Sendable () -> Date

    package init(database: any Database, box: SecretBox, now: @escaping @Sendable () -> Date) {
        (self.database, self.box, self.now) = (database, box, now)
    }

    /// - Parameter work: has its effect in this transaction and makes the answer from it.
    package func perform<Made: Sendable>(
        _ idempotency: Idempotency?, access: Access, _ work: @escaping @Sendable (any Transaction) throws -> (KeptAnswer, Made)
    ) async throws -> Performed<Made> {
        try await database.write { transaction in try perform(idempotency, access: access, in: transaction, work) }
    }

    /// For a service that has a transaction of its own: the same within it.
    package func perform<Made: Sendable>(
        _ idempotency: Idempotency?, access: Access, in transaction: any Transaction, _ work: (any Transaction) throws -> (KeptAnswer, Made)
    ) throws -> Performed<Made> {
        guard let idempotency else {
            let (answer, made) = try work(transaction)
            return Performed(answer: answer, made: made)
        }
        let (now, cutoff) = times
        let table = IdempotencyTable(transaction, access)
        guard try table.claim(idempotency.key, route: idempotency.route, bodyHash: idempotency.bodyHash, at: now, cutoff: cutoff) else {
            guard let kept = try earlier(idempotency, access, table, cutoff) else {
                throw StoreError.unavailable("An answer is being written.")
            }
            return Performed(answer: kept, made: nil)
        }
        let (answer, made) = try work(transaction)
        // Answers hold messages, and of a new API key the key itself: they are kept sealed.
        let sealed = try box.seal(bytes: answer.body, at: place(idempotency, access))
        try table.keep(sealed, status: answer.status, for: idempotency.key, route: idempotency.route)
        return Performed(answer: answer, made: made)
    }

    /// The first answer, if there was one; for work that begins long before its transaction, such as asking a provider.
    package func earlier(_ idempotency: Idempotency?, access: Access) async throws -> KeptAnswer? {
        guard let idempotency else { return nil }
        let cutoff = times.cutoff
        return try await database.read { try earlier(idempotency, access, IdempotencyTable($0, access), cutoff) }
    }

    private func earlier(_ idempotency: Idempotency, _ access: Access, _ table: IdempotencyTable, _ cutoff: Date) throws -> KeptAnswer? {
        guard let kept = try table.answer(to: idempotency.key, route: idempotency.route, since: cutoff) else { return nil }
        guard kept.bodyHash == idempotency.bodyHash else { throw IdempotencyProblem.otherBody }
        return KeptAnswer(status: kept.status, body: try box.open(bytes: kept.body, at: place(idempotency, access)))
    }

    private var times: (now: Date, cutoff: Date) {
        let now = now()
        return (now, now.addingTimeInterval(-Double(Idempotency.lifetime.components.seconds)))
    }

    private func place(_ idempotency: Idempotency, _ access: Access) -> SecretPlace {
        SecretPlace(
            workspaceID: access.workspaceID, table: "idempotency_keys", column: "answer",
            row: "\(access.actor.text) \(idempotency.route) \(idempotency.key)")
    }
}

package enum IdempotencyProblem: Problem, Equatable {
    case malformed
    case otherBody

    package var kind: ProblemKind { .invalid }
    package var field: String? { "Idempotency-Key" }

    package var code: String {
        switch self {
        case .malformed: "idempotency-key.malformed"
        case .otherBody: "idempotency-key.other-body"
        }
    }

    package var detail: String {
        switch self {
        case .malformed: "Idempotency-Key must be 1 to \(Idempotency.keyLimit) visible ASCII characters, such as a UUID."
        case .otherBody: "This Idempotency-Key was used for another request within the last 24 hours. Use a new one."
        }
    }
}
