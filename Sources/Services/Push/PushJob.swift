package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// Tells one browser of one notification, through the push service that the browser chose. Says what may stand on a locked screen, and by the
/// person's choice also whom it is about; never what was said.
package struct PushJob: JobHandler {
    package static let kind = JobKind.push
    package static let concurrency = 16
    /// Tries of one, over some two hours.
    private static let attemptLimit = 12
    /// How long a push service keeps it for a browser that is off; what is older isn't sent any more.
    private static let lifetimeSeconds = 4.0 * 60 * 60

    private let database: any Database
    private let sealing: any SecretSealing
    private let caller: any OutsideCaller
    private let contact: String
    private let numbers: PhoneNumbers
    private let now: @Sendable () -> Date

    /// - Parameters:
    ///   - publicURL: where the installation is found, so that push services can reach its operator.
    ///   - numbers: by which telephone numbers are written.
    package init(
        database: any Database, sealing: any SecretSealing, caller: any OutsideCaller, publicURL: String?, numbers: PhoneNumbers,
        now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.sealing, self.caller, self.numbers, self.now) = (database, sealing, caller, numbers, now)
        contact = publicURL.flatMap { $0.hasPrefix("https://") ? $0 : nil } ?? "mailto:switchboard@localhost"
    }

    private struct Payload: Codable {
        let subscription: Identifier<PushSubscription>
        /// Nil for a test.
        let notification: Identifier<PersonalNotification>?
    }

    // MARK: Asking for it

    static func request(
        _ made: [NotificationFeedTable.Made], in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        guard !made.isEmpty else { return }
        let browsers = try PushFeedTable(transaction, in: workspaceID).browsers(of: Set(made.map(\.person)).sorted())
        let payloads = made.flatMap { one in
            (browsers[one.person] ?? []).map { Payload(subscription: $0, notification: one.id) }
        }
        try insert(payloads, in: workspaceID, transaction, now)
    }

    static func requestTest(
        _ browsers: [Identifier<PushSubscription>], in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, now: Date
    ) throws {
        try insert(browsers.map { Payload(subscription: $0, notification: nil) }, in: workspaceID, transaction, now)
    }

    private static func insert(
        _ payloads: [Payload], in workspaceID: Identifier<Workspace>, _ transaction: any Transaction, _ now: Date
    ) throws {
        let jobs = try payloads.map { payload in
            JobTable.NewJob(
                workspaceID: workspaceID, kind: kind, key: "\(payload.subscription) \(payload.notification?.text ?? "test")",
                payload: try JSONText.encode(payload), runAt: now)
        }
        try JobTable(transaction).insert(jobs, now: now)
    }

    // MARK: Doing it

    package func run(_ job: Job) async throws -> JobCompletion {
        let payload: Payload = try JSONText.decode(from: job.payload)
        let moment = now()
        let found = try await database.read { try look(payload, $0, in: job.workspaceID, now: moment) }
        guard let found else { return .done }
        let target: PushTarget = try JSONText.decode(
            from: sealing.open(found.sealedTarget, at: PushService.place(payload.subscription, job.workspaceID)))
        do {
            let status = try await send(found.message, topic: payload.notification?.text ?? "test", to: target, now: moment).status
            return JobCompletion { transaction in
                let table = PushFeedTable(transaction, in: job.workspaceID)
                switch status {
                // The browser has unsubscribed, or its push service has given it up.
                case 404, 410: try table.forget(payload.subscription)
                default: try table.clearRefusals(of: payload.subscription)
                }
            }
        } catch  where error is JobProblem || job.attempts >= Self.attemptLimit {
            // The browser keeps the count: a job for a person, for each notification that isn't sent, would help nobody.
            Logger(label: "push").warning(
                "A browser can't be told",
                metadata: ["push.id": "\(payload.subscription)", "error": "\((error as? JobProblem)?.reason ?? String(reflecting: error))"])
            return JobCompletion { try PushFeedTable($0, in: job.workspaceID).countRefusal(of: payload.subscription) }
        }
    }

    private struct Refused: Error, CustomStringConvertible {
        let status: Int
        var description: String { "push service answered \(status)" }
    }

    /// Throws a ``JobProblem`` for an answer that no repetition changes.
    private static func check(_ status: Int) throws {
        switch status {
        case 200..<300, 404, 410: break
        case 429, 500...: throw Refused(status: status)
        default: throw JobProblem("The browser\u{2019}s push service refused it with status \(status).")
        }
    }

    private func send(_ message: [UInt8], topic: String, to target: PushTarget, now: Date) async throws -> OutsideAnswer {
        let address = try OutsideAddress(parsing: target.endpoint)
        let key = try await VAPIDKey.load(database, sealing)
        let body: [UInt8]
        do { body = try PushEncryption(target: target).encrypt(message) } catch {
            throw JobProblem("The browser\u{2019}s key can\u{2019}t be used.")
        }
        let call = OutsideCall(
            "POST", address,
            headers: [
                ("content-type", "application/octet-stream"), ("content-encoding", "aes128gcm"),
                ("ttl", String(Int(Self.lifetimeSeconds))), ("urgency", "high"),
                // A newer one takes the place of one that the browser hasn't fetched yet; at most 32 characters.
                ("topic", String(topic.suffix(26))),
                ("authorization", try key.authorization(for: address.origin, contact: contact, now: now)),
            ], body: body)
        let answer: OutsideAnswer
        do { answer = try await caller.send(call) } catch .refused(let reason) { throw JobProblem(reason) }
        try Self.check(answer.status)
        return answer
    }

    // MARK: What it says

    private struct Message: Encodable {
        let title: String
        let body: String
        let address: String
        let tag: String
    }

    private struct Found: Sendable {
        let sealedTarget: String
        let message: [UInt8]
    }

    /// Nil when nobody needs to be told any more: it was read, the person may not see it now, the browser is gone, or too much time has passed.
    private func look(
        _ payload: Payload, _ transaction: any Transaction, in workspaceID: Identifier<Workspace>, now: Date
    ) throws -> Found? {
        guard let browser = try PushFeedTable(transaction, in: workspaceID).browser(payload.subscription, at: now),
            let membership = try SessionTable(transaction).memberships(of: browser.account).first(where: { $0.workspace.id == workspaceID })
        else { return nil }
        let base = "/app/\(membership.workspace.slug.text)"
        guard let id = payload.notification else {
            return try Self.found(
                browser, Message(title: "Switchboard", body: "This is a test.", address: "\(base)/settings/notifications", tag: "test"))
        }
        let access = Access(
            workspaceID: workspaceID, actor: .member(browser.account), grants: membership.role.grants, visibility: membership.visibility,
            address: nil)
        guard let notification = try NotificationTable(transaction, access).find(id), notification.readAt == nil,
            now.timeIntervalSince(notification.at) < Self.lifetimeSeconds
        else { return nil }
        let rules = try NotificationRulesTable(transaction, access).own() ?? .standard
        let title: String? =
            switch notification.topic {
            case .conversation(let id):
                try rules.pushNames ? ConversationTable(transaction, access).find(id)?.contact.title(numbers.display) : nil
            // The business's own, which a customer's name isn't.
            case .sender(let id): try SenderTable(transaction, access).find(id)?.name
            }
        // Whoever writes chooses the name, and it has to fit into what a push service carries.
        let name = title?.line(100) ?? ""
        let message = Message(
            title: name.isBlank ? "Switchboard" : name, body: notification.words,
            address: "\(base)\(notification.topic.path)", tag: notification.id.text)
        return try Self.found(browser, message)
    }

    private static func found(_ browser: PushFeedTable.Browser, _ message: Message) throws -> Found {
        Found(sealedTarget: browser.sealedTarget, message: Array(try JSONText.encode(message).utf8))
    }
}
