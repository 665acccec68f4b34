package import Domain
internal import Foundation
package import Store
internal import Synchronization

package import struct Foundation.Date

/// By which server a workspace sends e-mail: setting it, and a test of it.
package struct MailService: Sendable {
    private let database: any Database
    private let sealing: any SecretSealing
    private let sender: any MailSender
    private let signals: Signals
    private let now: @Sendable () -> Date
    private let tests = TestsUnderWay()

    package init(
        database: any Database, sealing: any SecretSealing, sender: any MailSender, signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.sealing, self.sender, self.signals, self.now) = (database, sealing, sender, signals, now)
    }

    /// Nil when none is set. `hasPassword` is all that is ever said of the password.
    package func settings(access: Access) async throws -> (settings: MailSettings, hasPassword: Bool, fault: MailFault?)? {
        try await database.read { try MailTable($0, access).find() }.map { ($0.settings, $0.sealedPassword != nil, $0.fault) }
    }

    /// Throws ``MailProblem/passwordNeeded`` when the one that is kept would go to another server or user.
    /// - Parameter password: nil keeps what there is; empty takes it away.
    package func save(_ settings: MailSettings, password: String?, access: Access) async throws {
        try access.require(.settingsManage)
        let sealed = try password.flatMap { try $0.isEmpty ? nil : sealing.seal($0, at: Self.place(access.workspaceID)) }
        let moment = now()
        try await database.write { transaction in
            let table = MailTable(transaction, access)
            var kept = sealed
            if password == nil, let before = try table.find(), let old = before.sealedPassword {
                let (one, other) = (before.settings, settings)
                guard one.host == other.host, one.port == other.port, one.security == other.security, one.user == other.user else {
                    throw MailProblem.passwordNeeded
                }
                kept = old
            }
            try table.save(.init(settings: settings, sealedPassword: kept), at: moment)
            try append("set", access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    /// Throws ``MailProblem/missing``.
    package func delete(access: Access) async throws {
        try await database.write { transaction in
            guard try MailTable(transaction, access).delete() else { throw MailProblem.missing }
            try append("removed", access, in: transaction)
        }
        signals.eventsAppended(in: access.workspaceID)
    }

    private func append(_ cause: String, _ access: Access, in transaction: any Transaction) throws {
        try EventTable(transaction, access).append(NewEvent(.mailUpdated, subject: access.workspaceID.text, cause: cause), at: now())
    }

    /// Sends a test to an address, now. Throws ``MailProblem``.
    package func test(to address: EmailAddress, access: Access) async throws {
        guard let stored = try await database.read({ try MailTable($0, access).find() }) else { throw MailProblem.missing }
        guard let to = MailAddress(address.text) else { throw MailProblem.notSent("Your own address isn\u{2019}t one that servers take.") }
        let message = MailMessage(
            from: stored.settings.sender, fromName: "Switchboard", to: to, subject: "A test of Switchboard\u{2019}s e-mail",
            text: "This e-mail has come. So will those that tell people what they have missed.\n", rulesAddress: nil,
            id: Self.makeID(stored.settings.sender), at: now())
        guard tests.begin(access.workspaceID) else { throw MailProblem.testUnderWay }
        defer { tests.end(access.workspaceID) }
        do {
            try await sender.send(message, by: stored.settings, password: try password(stored, access.workspaceID))
        } catch let failure as MailFailure {
            throw MailProblem.notSent(failure.reason)
        }
    }

    func password(_ stored: MailTable.Stored, _ workspaceID: Identifier<Workspace>) throws -> String? {
        try stored.sealedPassword.map { try sealing.open($0, at: Self.place(workspaceID)) }
    }

    /// - Parameter subject: makes it the same each time; nil makes another one each time.
    static func makeID(_ sender: MailAddress, of subject: String? = nil) -> String {
        "\(subject ?? UUID().uuidString.lowercased())@\(sender.text.split(separator: "@").last ?? "localhost")"
    }

    /// One of each workspace, and no more than there are threads for.
    private final class TestsUnderWay: Sendable {
        private static let limit = 8

        private let workspaces = Mutex<Set<Identifier<Workspace>>>([])

        func begin(_ id: Identifier<Workspace>) -> Bool {
            workspaces.withLock { $0.count < Self.limit && $0.insert(id).inserted }
        }

        func end(_ id: Identifier<Workspace>) { workspaces.withLock { _ = $0.remove(id) } }
    }

    private static func place(_ workspaceID: Identifier<Workspace>) -> SecretPlace {
        SecretPlace(workspaceID: workspaceID, table: "mail_settings", column: "password", row: workspaceID.text)
    }
}
