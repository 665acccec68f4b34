package import Domain

package import struct Foundation.Date

/// The browsers of the person who asks.
package struct PushTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// Newest first; one more than a person may have, so that it shows.
    package func own() throws -> [PushSubscription] {
        try transaction.rows(
            """
            SELECT id, account_id, session_id, user_agent, created_at, refusals FROM push_subscriptions
            WHERE workspace_id = \(access.workspaceID) AND account_id = \(try access.person())
            ORDER BY created_at DESC, id DESC LIMIT \(PushSubscription.personLimit + 1)
            """
        ).map { row in
            PushSubscription(
                id: try row.id(0), accountID: try row.id(1), sessionID: try row.id(2), userAgent: try row.textOrNil(3),
                createdAt: try row.date(4), refusals: try row.integer(5))
        }
    }

    /// A browser that was there already is there anew. Whoever had it before them has it no longer: it is no longer before their eyes.
    package func save(_ subscription: PushSubscription, endpointHash: [UInt8], sealedTarget: String) throws {
        let person = try access.person()
        try transaction.run(
            """
            DELETE FROM push_subscriptions WHERE endpoint_hash = \(endpointHash)
                AND (account_id <> \(person) OR workspace_id = \(access.workspaceID))
            """)
        try transaction.run(
            """
            INSERT INTO push_subscriptions (workspace_id, id, account_id, session_id, endpoint_hash, target, user_agent, created_at)
            VALUES (\(access.workspaceID), \(subscription.id), \(person), \(subscription.sessionID), \(endpointHash), \(sealedTarget),
                \(subscription.userAgent), \(subscription.createdAt))
            """)
    }

    /// False when the person has no such one.
    package func delete(_ id: Identifier<PushSubscription>) throws -> Bool {
        try transaction.run(
            "DELETE FROM push_subscriptions WHERE workspace_id = \(access.workspaceID) AND account_id = \(try access.person()) AND id = \(id)"
        )
            == 1
    }
}

/// For the part of the program that sends to browsers.
package struct PushFeedTable {
    private let transaction: any Transaction
    private let workspaceID: Identifier<Workspace>

    package init(_ transaction: any Transaction, in workspaceID: Identifier<Workspace>) {
        (self.transaction, self.workspaceID) = (transaction, workspaceID)
    }

    /// Browsers of these people.
    package func browsers(of people: [Identifier<Account>]) throws -> [Identifier<Account>: [Identifier<PushSubscription>]] {
        try transaction.rows(
            """
            SELECT account_id, id FROM push_subscriptions
            WHERE workspace_id = \(workspaceID) AND account_id IN (\(list: people.map { SQLValue($0) }))
            ORDER BY account_id, id LIMIT \(people.count * PushSubscription.personLimit)
            """
        ).reduce(into: [:]) { $0[try $1.id(0), default: []].append(try $1.id(1)) }
    }

    package struct Browser: Sendable {
        package let sealedTarget: String
        package let account: Identifier<Account>
    }

    /// Nil when it is gone, or its session has ended.
    package func browser(_ id: Identifier<PushSubscription>, at now: Date) throws -> Browser? {
        try transaction.rows(
            """
            SELECT p.target, p.account_id FROM push_subscriptions p JOIN sessions s ON s.id = p.session_id
            WHERE p.workspace_id = \(workspaceID) AND p.id = \(id) AND s.expires_at > \(now)
            """
        ).first.map { Browser(sealedTarget: try $0.text(0), account: try $0.id(1)) }
    }

    /// Its push service took something.
    package func clearRefusals(of id: Identifier<PushSubscription>) throws {
        try transaction.run(
            "UPDATE push_subscriptions SET refusals = 0 WHERE workspace_id = \(workspaceID) AND id = \(id) AND refusals > 0")
    }

    /// Its push service refused something; the last time that is borne, it goes.
    package func countRefusal(of id: Identifier<PushSubscription>) throws {
        try transaction.run("UPDATE push_subscriptions SET refusals = refusals + 1 WHERE workspace_id = \(workspaceID) AND id = \(id)")
        try transaction.run(
            """
            DELETE FROM push_subscriptions
            WHERE workspace_id = \(workspaceID) AND id = \(id) AND refusals >= \(PushSubscription.refusalLimit)
            """)
    }

    /// One whose push service knows it no more.
    package func forget(_ id: Identifier<PushSubscription>) throws {
        try transaction.run("DELETE FROM push_subscriptions WHERE workspace_id = \(workspaceID) AND id = \(id)")
    }
}
