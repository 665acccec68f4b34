internal import Domain
internal import Foundation
internal import Services

/// The receipts webhook of a number. Template `receipts`.
struct ReceiptsView: RenderedView {
    static let template = "receipts"
    let names: [String: any Sendable]

    /// What a form left behind.
    struct Draft: Sendable {
        let address: String
        var problem: WebhookEndpointProblem?
        /// Made just now, and shown this once.
        var secret: String?
        var test: WebhookAttempt?

        init(address: String, problem: WebhookEndpointProblem? = nil, secret: String? = nil, test: WebhookAttempt? = nil) {
            (self.address, self.problem, self.secret, self.test) = (address, problem, secret, test)
        }
    }

    /// A page of what it was told.
    struct Log: Sendable {
        let page: Page<LoggedDelivery>
        let state: WebhookDelivery.State?
        let isFirst: Bool

        init(page: Page<LoggedDelivery>, state: WebhookDelivery.State?, isFirst: Bool) {
            (self.page, self.state, self.isFirst) = (page, state, isFirst)
        }
    }

    init(_ sender: Sender, _ endpoint: WebhookEndpoint?, _ log: Log, draft: Draft, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let times = workspace.frame.times
        let address = "\(workspace.base)/whatsapp/senders/\(sender.id.text)/receipts"
        let field = FieldView(
            "address", label: "Address", help: "Each change of a message that this number sends is posted there, as JSON.",
            value: draft.address, hint: "https://example.com/receipts", error: draft.problem?.detail, type: "url")
        let ofState = log.state.map { "&state=\($0.rawValue)" } ?? ""
        let own: [String: any Sendable] = [
            "receiptsAddress": address,
            "fields": [field], "hasEndpoint": endpoint != nil, "isOn": endpoint?.isOn == true,
            "receiptsSecret": draft.secret.orFalse, "testResult": draft.test.map { Self.words(for: $0) }.orFalse,
            "testTone": draft.test?.isSuccess == true ? "ok" : "danger",
            "stopReason": (endpoint?.stop.map { Self.words(for: $0, times) }).orFalse,
            "failing": (endpoint.flatMap { $0.stop == nil && $0.failures > 0 ? Self.failing($0) : nil }).orFalse,
            "lastSuccess": endpoint.map { $0.lastSuccessAt.map { "Last taken \(times.dayAndTime($0))" } ?? "Nothing was taken yet" }
                .orFalse,
            "oldSecret":
                (endpoint?.oldSecretEndsAt.flatMap { $0 > times.now ? "The old secret works until \(times.dayAndTime($0))." : nil })
                .orFalse,
            "secretQuestion": (endpoint?.oldSecretEndsAt).map { $0 > times.now } == true
                ? "Make a new secret? The present one works for one more day; the one before it ends at once."
                : "Make a new secret? The present one works for one more day.",
            "stateLinks": Self.links(log.state, address), "hasDeliveries": !log.page.data.isEmpty,
            "deliveries": log.page.data.map { DeliveryView($0, times, address: address) },
            "isFirst": log.isFirst, "olderAddress": (log.page.next.map { "\(address)?after=\($0)\(ofState)" }).orFalse,
            "newestAddress": "\(address)?\(ofState.dropFirst())",
            "mayRedeliverAll": log.state == .failed && !log.page.data.isEmpty,
            "noDeliveries": log.state == nil ? "Nothing yet. What this number sends from now on appears here." : "None at the moment.",
        ]
        names = own.with(SenderTabs(sender, .receipts, in: workspace).names).with(
            workspace.names(title: "Receipts of \(sender.name)", place: .senders, notice: notice))
    }

    /// Which deliveries are shown.
    private static func links(_ state: WebhookDelivery.State?, _ address: String) -> [LinkView] {
        [LinkView("All", address, isCurrent: state == nil)]
            + WebhookDelivery.State.allCases.map { one in
                LinkView(word(for: one).0, "\(address)?state=\(one.rawValue)", isCurrent: state == one)
            }
    }

    private static func word(for state: WebhookDelivery.State) -> (String, tone: String) {
        switch state {
        case .waiting: ("Waiting", "info")
        // What it is about may be delivered too.
        case .delivered: ("Taken", "ok")
        case .failed: ("Given up", "danger")
        }
    }

    private static func words(for stop: WebhookEndpoint.Stop, _ times: PageTimes) -> String {
        let since = times.dayAndTime(stop.at)
        return switch stop.reason {
        case .gone: "Stopped since \(since): the address answered 410, which says that it wants no more. What happens waits for three days."
        case .failing: "Stopped since \(since): the address took nothing for five days. What happens waits for three days."
        }
    }

    private static func failing(_ endpoint: WebhookEndpoint) -> String {
        endpoint.failures == 1
            ? "The last call failed. It is tried again by itself."
            : "The last \(Figures.text(endpoint.failures)) calls failed. They are tried again by themselves, for three days."
    }

    /// `Answered 200 after 84 ms with 2 bytes.`
    fileprivate static func words(for attempt: WebhookAttempt) -> String {
        let time = "after \(Figures.text(attempt.milliseconds)) ms"
        guard let status = attempt.status else { return "No answer \(time). \(attempt.failure ?? "")" }
        let size = attempt.answerBytes == 1 ? "1 byte" : "\(Figures.text(attempt.answerBytes)) bytes"
        let meaning = attempt.isSuccess ? "" : " Only an answer from 200 to 299 counts as taken; redirects aren\u{2019}t followed."
        return "Answered \(status) \(time) with \(attempt.answerBytes >= 65_536 ? "more than 64 kB" : size).\(meaning)"
    }

    struct DeliveryView: View {
        let names: [String: any Sendable]

        init(_ logged: LoggedDelivery, _ times: PageTimes, address: String) {
            let (delivery, attempts) = (logged.delivery, logged.attempts)
            let (word, tone) = ReceiptsView.word(for: delivery.state)
            let next = delivery.nextAt.flatMap { $0 > times.now && delivery.attempts > 0 ? "next try \(times.dayAndTime($0))" : nil }
            names = [
                "deliveryID": delivery.id.text, "deliveryStatus": Self.word(for: delivery.status), "deliveryState": word,
                "deliveryTone": tone, "deliveryMessage": delivery.messageID.text,
                "deliveryTime": times.dayAndTime(delivery.createdAt), "deliveryFullTime": times.full(delivery.createdAt),
                "deliveryTimestamp": times.timestamp(delivery.createdAt), "deliveryNext": next.orFalse,
                "redeliveryAddress": "\(address)/deliveries/\(delivery.id.text)/redelivery", "mayRedeliver": delivery.state != .waiting,
                "hasAttempts": !attempts.isEmpty,
                "attemptCount": attempts.count == 1 ? "1 attempt" : "\(attempts.count) attempts",
                "deliveryAttempts": attempts.map { AttemptView($0, times) },
            ]
        }

        private static func word(for status: ReceiptStatus) -> String {
            switch status {
            case .sent: "Sent"
            case .delivered: "Delivered to the phone"
            case .read: "Read"
            case .failed: "Failed"
            }
        }
    }

    struct AttemptView: View {
        let names: [String: any Sendable]

        init(_ attempt: WebhookAttempt, _ times: PageTimes) {
            names = [
                "attemptTime": times.full(attempt.at), "attemptWords": ReceiptsView.words(for: attempt),
                "attemptAnswer": (attempt.answer.isEmpty ? nil : attempt.answer).orFalse,
            ]
        }
    }
}
