package import Domain
package import Services
internal import Synchronization

internal import struct Foundation.Date

/// A provider that answers as it is told, and remembers what it was asked.
package final class FakeChannel: Channel {
    private struct State {
        var sent: [OutboundMessage] = []
        var read: [String] = []
        var answers: [SendAnswer] = []
        var holds: [CheckedContinuation<Void, Never>] = []
        var isHolding = false
        var files: [String: [UInt8]] = [:]
        var count = 0
        var checked: [ConnectionDraft] = []
        var reports: [String: Result<ConnectionReport, ConnectionProblem>] = [:]
        var refusedToken: String?
        var subscribed: [String] = []
        var rejectedCalls: [String] = []
        var callAnswers: [ChannelProblem?] = []
        var allowedCalls: [Identifier<Sender>] = []
        var callRefusal: (any Error)?
        var subscriptionRefusal: ChannelProblem?
        var templates: [TemplateDefinition] = []
        var templateProblem: ChannelProblem?
    }

    private let state = Mutex(State())

    package init() {}

    package var sent: [OutboundMessage] { state.withLock { $0.sent } }
    package var read: [String] { state.withLock { $0.read } }

    /// The next calls get these answers, in order; later ones are accepted.
    package func answer(_ answers: SendAnswer...) { state.withLock { $0.answers += answers } }

    /// All calls from now on are accepted.
    package func forgetAnswers() { state.withLock { $0.answers = [] } }

    /// Calls wait until ``release()``.
    package func hold() { state.withLock { $0.isHolding = true } }

    package func release() {
        let holds = state.withLock { state in
            state.isHolding = false
            defer { state.holds = [] }
            return state.holds
        }
        for hold in holds { hold.resume() }
    }

    package func send(_ message: OutboundMessage, from sender: SenderRoute) async -> SendAnswer {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state -> Bool in
                state.sent.append(message)
                if state.isHolding { state.holds.append(continuation) }
                return !state.isHolding
            }
            if goesOn { continuation.resume() }
        }
        return state.withLock { state in
            state.count += 1
            return state.answers.isEmpty ? .accepted(providerID: "wamid.out.\(state.count)") : state.answers.removeFirst()
        }
    }

    package func markRead(providerMessageID: String, showsTyping: Bool, from sender: SenderRoute) async throws {
        state.withLock { $0.read.append(providerMessageID) }
    }

    package func upload(_ file: OutboundFile, from sender: SenderRoute) async throws -> String {
        var bytes: [UInt8] = []
        for try await piece in file.pieces { bytes += piece }
        return state.withLock { state in
            let id = "media-\(state.files.count + 1)"
            state.files[id] = bytes
            return id
        }
    }

    package func download(providerMediaID: String, from sender: SenderRoute, _ receive: @Sendable (DownloadPart) async throws -> Void)
        async throws
    {
        guard let bytes = state.withLock({ $0.files[providerMediaID] }) else { throw ChannelProblem.permanent("no such file") }
        try await receive(.head(mimeType: "image/jpeg", byteCount: bytes.count))
        try await receive(.piece(bytes))
    }

    package var checked: [ConnectionDraft] { state.withLock { $0.checked } }
    /// Business accounts whose webhooks were asked for.
    package var subscribed: [String] { state.withLock { $0.subscribed } }

    /// What is said from now on of the number with this id.
    package func report(_ report: Result<ConnectionReport, ConnectionProblem>, of phoneNumberID: String) {
        state.withLock { $0.reports[phoneNumberID] = report }
    }

    /// No check with this access token holds from now on.
    package func refuse(token: String) { state.withLock { $0.refusedToken = token } }

    package func check(_ draft: ConnectionDraft) async throws -> ConnectionReport {
        let report = try state.withLock { state in
            state.checked.append(draft)
            guard draft.accessToken != state.refusedToken else { throw ConnectionProblem.accessTokenWrong("it has expired") }
            return state.reports[draft.phoneNumberID]
        }
        return try report?.get() ?? .healthy(try PhoneNumber(parsing: "+15550100200"))
    }

    /// What the account has from now on.
    package func set(templates: [TemplateDefinition]) { state.withLock { $0.templates = templates } }

    /// Asking for templates fails from now on; nil to have it work again.
    package func failTemplates(_ problem: ChannelProblem?) { state.withLock { $0.templateProblem = problem } }

    /// Two to a page.
    package func templates(of account: AccountRoute, after cursor: String?) async throws -> TemplatePage {
        try state.withLock { state in
            if let problem = state.templateProblem, cursor != nil || state.templates.count < 3 { throw problem }
            let start = cursor.flatMap { Int($0) } ?? 0
            let end = min(start + 2, state.templates.count)
            return TemplatePage(
                templates: Array(state.templates[start..<end]), next: end < state.templates.count ? String(end) : nil)
        }
    }

    /// Calls that were to be rejected, and numbers that customers are to be let call.
    package var rejectedCalls: [String] { state.withLock { $0.rejectedCalls } }
    package var allowedCalls: [Identifier<Sender>] { state.withLock { $0.allowedCalls } }

    /// The next rejections end like this, in order; nil is well.
    package func answerCalls(_ problems: ChannelProblem?...) { state.withLock { $0.callAnswers += problems } }

    /// No number may be called from now on; nil to let all.
    package func refuseCalls(_ problem: (any Error)?) { state.withLock { $0.callRefusal = problem } }

    package func rejectCall(_ providerCallID: String, from sender: SenderRoute) async throws {
        let problem = state.withLock { state -> ChannelProblem? in
            state.rejectedCalls.append(providerCallID)
            return state.callAnswers.isEmpty ? nil : state.callAnswers.removeFirst()
        }
        if let problem { throw problem }
    }

    package func allowCalls(_ sender: SenderRoute) async throws {
        let problem = state.withLock { state in
            if state.callRefusal == nil { state.allowedCalls.append(sender.senderID) }
            return state.callRefusal
        }
        if let problem { throw problem }
    }

    package func checkAccount(_ draft: ConnectionDraft) async throws -> AccountReport {
        try state.withLock { state in
            state.checked.append(draft)
            guard draft.accessToken != state.refusedToken else { throw ConnectionProblem.accessTokenWrong("it has expired") }
        }
        return AccountReport(isSubscribed: true)
    }

    /// Subscribing anew ends like this from now on; nil is well.
    package func refuseSubscription(_ problem: ChannelProblem?) { state.withLock { $0.subscriptionRefusal = problem } }

    package func subscribeAnew(_ account: AccountRoute) async throws {
        let problem = state.withLock { state in
            if state.subscriptionRefusal == nil { state.subscribed.append(account.businessAccountID) }
            return state.subscriptionRefusal
        }
        if let problem { throw problem }
    }

    package func subscribe(_ route: SenderRoute) async throws { state.withLock { $0.subscribed.append(route.businessAccountID) } }
}

extension ConnectionReport {
    /// A number with which all is well, but for what is given.
    package static func healthy(
        _ number: PhoneNumber, quality: String = "GREEN", isSubscribed: Bool = true, isRegistered: Bool = true,
        tokenIsTemporary: Bool = false
    ) -> ConnectionReport {
        ConnectionReport(
            phoneNumber: number, displayName: "Acme", quality: quality, messagingLimit: "TIER_2K", throughput: "STANDARD",
            account: AccountReport(
                isSubscribed: isSubscribed,
                token: AccessTokenFacts(expiresAt: tokenIsTemporary ? Date(timeIntervalSince1970: 2_000_000_000) : nil)),
            state: isRegistered ? .confirmed : .unregistered)
    }
}

/// Believes a body whose header says the secret, and reads from it what the test put down for it.
package final class FakeReceiver: WebhookReceiver {
    private let batches = Mutex<[[UInt8]: InboundBatch]>([:])
    private let parts = Mutex<[[UInt8]: [WebhookPart]]>([:])

    package init() {}

    /// A body that stands for this batch.
    package func body(for batch: InboundBatch) -> [UInt8] {
        batches.withLock { batches in
            let body = Array("body \(batches.count)".utf8)
            batches[body] = batch
            return body
        }
    }

    package func verify(_ body: [UInt8], header: (String) -> String?, secrets: ConnectionSecrets) -> Bool {
        header("x-signature") == secrets.appSecret
    }

    package func decode(_ body: [UInt8]) -> InboundBatch {
        batches.withLock { $0[body] } ?? InboundBatch(items: [], unreadable: [.init(path: "", reason: "not JSON")])
    }

    /// A body that stands for what is told of several accounts.
    package func body(of told: [(account: String, number: WebhookPart.Number?, batch: InboundBatch)]) -> [UInt8] {
        let split = told.map { WebhookPart(account: $0.account, number: $0.number, body: body(for: $0.batch)) }
        return parts.withLock { parts in
            let body = Array("parts \(parts.count)".utf8)
            parts[body] = split
            return body
        }
    }

    package func split(_ body: [UInt8]) -> [WebhookPart]? { parts.withLock { $0[body] } }
}

/// Keeps secrets in clear, marked with their place.
package struct FakeSealing: SecretSealing {
    package init() {}
    package func seal(_ secret: String, at place: SecretPlace) throws -> String { "\(place.row).\(place.column):\(secret)" }
    package func open(_ sealed: String, at place: SecretPlace) throws -> String {
        String(sealed.dropFirst("\(place.row).\(place.column):".count))
    }
}
