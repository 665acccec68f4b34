internal import Crypto
package import Domain
internal import Foundation
package import Store

package import struct Foundation.Date

/// The browsers in which a person wants to be told while no page of ours is open.
package struct PushService: Sendable {
    private let database: any Database
    private let sealing: any SecretSealing
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(database: any Database, sealing: any SecretSealing, signals: Signals, now: @escaping @Sendable () -> Date) {
        (self.database, self.sealing, self.signals, self.now) = (database, sealing, signals, now)
    }

    /// What a browser must know to subscribe: this installation's public key, in base64url.
    package func publicKey() async throws -> String {
        URLSafeBase64.text(of: try await VAPIDKey.load(database, sealing).publicBytes)
    }

    /// Newest first.
    package func list(access: Access) async throws -> [PushSubscription] { try await database.read { try PushTable($0, access).own() } }

    /// Takes the browser of this session; one that was there already is there anew. Throws ``PushProblem``.
    package func subscribe(_ target: PushTarget, session: Session, userAgent: String?, access: Access) async throws -> PushSubscription {
        let moment = now()
        let subscription = PushSubscription(
            id: .make(at: moment), accountID: session.accountID, sessionID: session.id,
            userAgent: SignInClient(address: nil, userAgent: userAgent).userAgent, createdAt: moment)
        let sealed = try sealing.seal(JSONText.encode(target), at: Self.place(subscription.id, access.workspaceID))
        let hash = Array(SHA256.hash(data: Array(target.endpoint.utf8)))
        try await database.write { transaction in
            let table = PushTable(transaction, access)
            try table.save(subscription, endpointHash: hash, sealedTarget: sealed)
            guard try table.own().count <= PushSubscription.personLimit else { throw PushProblem.tooMany }
        }
        return subscription
    }

    /// Throws ``PushProblem/missing``.
    package func remove(_ id: Identifier<PushSubscription>, access: Access) async throws {
        try await database.write { transaction in
            guard try PushTable(transaction, access).delete(id) else { throw PushProblem.missing }
        }
    }

    /// Shows a test in all browsers of the person; returns how many.
    package func test(access: Access) async throws -> Int {
        let moment = now()
        let count = try await database.write { transaction in
            let browsers = try PushTable(transaction, access).own().map(\.id)
            try PushJob.requestTest(browsers, in: access.workspaceID, transaction, now: moment)
            return browsers.count
        }
        signals.jobsAdded()
        return count
    }

    static func place(_ id: Identifier<PushSubscription>, _ workspaceID: Identifier<Workspace>) -> SecretPlace {
        SecretPlace(workspaceID: workspaceID, table: "push_subscriptions", column: "target", row: id.text)
    }
}
