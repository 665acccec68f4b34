package import Domain

package enum WebhookProblem: Problem, Equatable {
    case connectionMissing
    case signatureWrong
    case handshakeRefused
    case overloaded

    package var kind: ProblemKind {
        switch self {
        case .connectionMissing: .missing
        case .signatureWrong: .unauthenticated
        case .handshakeRefused: .refused
        case .overloaded: .unavailable
        }
    }

    package var code: String {
        switch self {
        case .connectionMissing: "webhook.connection-missing"
        case .signatureWrong: "webhook.signature-wrong"
        case .handshakeRefused: "webhook.verify-token-wrong"
        case .overloaded: "webhook.overloaded"
        }
    }

    package var detail: String {
        switch self {
        case .connectionMissing: "No connection has this webhook address. Copy the address from the connection's page again."
        case .signatureWrong:
            "The signature doesn't fit these bytes. Check that the connection holds the secret of the app that sends them."
        case .handshakeRefused: "The verify token isn't this connection's. Copy it from the connection's page again."
        case .overloaded: "More webhooks are waiting than can be stored right now. Send this one again in a moment."
        }
    }

    package var retryAfterSeconds: Int? { self == .overloaded ? 1 : nil }
}
