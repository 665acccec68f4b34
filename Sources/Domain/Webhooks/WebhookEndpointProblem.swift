/// Why something about a receipts webhook can't be done.
package enum WebhookEndpointProblem: Problem, Equatable {
    /// The number has none.
    case missing
    case addressMalformed
    /// Where it leads, no call may go; with the reason as a sentence.
    case addressRefused(String)
    case deliveryMissing
    /// It waits already.
    case deliveryWaiting
    case notStopped

    package var kind: ProblemKind {
        switch self {
        case .missing, .deliveryMissing: .missing
        case .addressMalformed, .addressRefused: .invalid
        case .deliveryWaiting, .notStopped: .conflict
        }
    }

    package var code: String {
        switch self {
        case .missing: "webhook.missing"
        case .addressMalformed: "webhook.address-malformed"
        case .addressRefused: "webhook.address-refused"
        case .deliveryMissing: "webhook.delivery-missing"
        case .deliveryWaiting: "webhook.delivery-waiting"
        case .notStopped: "webhook.not-stopped"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "This number has no receipts webhook. Save an address first."
        case .addressMalformed: "This isn\u{2019}t an address that can be called. It looks like https://example.com/receipts."
        case .addressRefused(let reason):
            "\(reason) Use an address on the public internet, or ask the server\u{2019}s owner to permit this network."
        case .deliveryMissing: "There is no such delivery any more. Deliveries are kept for 30 days."
        case .deliveryWaiting: "This one is waiting to be delivered already."
        case .notStopped: "Nothing is stopped: what happens is delivered."
        }
    }

    package var field: String? {
        switch self {
        case .addressMalformed, .addressRefused: "address"
        default: nil
        }
    }
}
