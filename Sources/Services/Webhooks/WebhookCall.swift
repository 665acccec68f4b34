internal import Domain
internal import Foundation
internal import Store

/// One signed call to an endpoint, and what came of it.
struct WebhookCall: Sendable {
    let caller: any OutsideCaller
    let sealing: any SecretSealing
    let now: @Sendable () -> Date

    /// What came of a call, with what the endpoint asks for besides.
    struct Outcome: Sendable {
        let attempt: WebhookAttempt
        /// Seconds until it wants to be asked again; nil when it didn't say.
        let retryAfter: Double?
    }

    /// - Parameter id: the same for each attempt to tell the same.
    func send(_ body: String, id: String, to stored: WebhookTable.Stored, in workspaceID: Identifier<Workspace>) async throws -> Outcome {
        let started = now()
        let endpoint = stored.endpoint
        let secrets = try secrets(of: stored, in: workspaceID, at: started)
        let timestamp = Int(started.timeIntervalSince1970)
        var call = OutsideCall(
            "POST", endpoint.address,
            headers: [
                ("content-type", "application/json"), ("webhook-id", id), ("webhook-timestamp", String(timestamp)),
                (
                    "webhook-signature",
                    secrets.map { $0.standardSignature(id: id, timestamp: timestamp, body: body) }.joined(separator: " ")
                ), ("x-signature-256", secrets[0].bodySignature(body)),
            ] + secrets.dropFirst().map { ("x-signature-256-old", $0.bodySignature(body)) }, body: Array(body.utf8))
        call.mayCutAnswer = true
        let clock = ContinuousClock.now
        do throws(OutsideFailure) {
            let answer = try await caller.send(call)
            let attempt = WebhookAttempt(
                at: started, milliseconds: Self.milliseconds(since: clock), status: answer.status, failure: nil,
                answer: Self.beginning(answer.body), answerBytes: answer.body.count)
            return Outcome(
                attempt: attempt, retryAfter: answer.header("retry-after").flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil })
        } catch {
            let attempt = WebhookAttempt(
                at: started, milliseconds: Self.milliseconds(since: clock), status: nil, failure: error.reason, answer: "", answerBytes: 0)
            return Outcome(attempt: attempt, retryAfter: nil)
        }
    }

    /// The newest first.
    private func secrets(
        of stored: WebhookTable.Stored, in workspaceID: Identifier<Workspace>, at moment: Date
    ) throws -> [WebhookSecret] {
        let id = stored.endpoint.id
        var secrets = [WebhookSecret(try sealing.open(stored.sealedSecret, at: Self.place(id, workspaceID)))]
        if let old = stored.sealedOldSecret, let end = stored.endpoint.oldSecretEndsAt, moment < end {
            secrets.append(WebhookSecret(try sealing.open(old, at: Self.place(id, workspaceID))))
        }
        return secrets
    }

    /// One place for both: the newest becomes the old one as it is.
    static func place(_ id: Identifier<WebhookEndpoint>, _ workspaceID: Identifier<Workspace>) -> SecretPlace {
        SecretPlace(workspaceID: workspaceID, table: "webhook_endpoints", column: "secret", row: id.text)
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Int {
        Int((ContinuousClock.now - start) / .milliseconds(1))
    }

    /// As text that any database keeps.
    private static func beginning(_ body: [UInt8]) -> String {
        String(String(decoding: body.prefix(WebhookAttempt.answerLimit), as: UTF8.self).filter { $0 != "\0" })
    }
}
