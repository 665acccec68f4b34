package import Domain

package enum WebhookProblem: Problem, Equatable {
    case connectionMissing
    case signatureWrong
    case handshakeRefused
    case overloaded
    /// The same at the address of the operator's app.
    case appMissing
    case appSignatureWrong
    case appHandshakeRefused

    package var kind: ProblemKind {
        switch self {
        case .connectionMissing, .appMissing: .missing
        case .signatureWrong, .appSignatureWrong: .unauthenticated
        case .handshakeRefused, .appHandshakeRefused: .refused
        case .overloaded: .unavailable
        }
    }

    package var code: String {
        switch self {
        case .connectionMissing: "webhook.connection-missing"
        case .appMissing: "webhook.app-missing"
        case .signatureWrong, .appSignatureWrong: "webhook.signature-wrong"
        case .handshakeRefused, .appHandshakeRefused: "webhook.verify-token-wrong"
        case .overloaded: "webhook.overloaded"
        }
    }

    package var detail: String {
        switch self {
        case .connectionMissing: "No connection has this webhook address. Copy the address from the connection's page again."
        case .signatureWrong:
            "The signature doesn't fit these bytes. Check that the connection holds the secret of the app that sends them."
        case .handshakeRefused: "The verify token isn't this connection's. Copy it from the connection's page again."
        case .appMissing: "This server has no app of its own at Meta: its configuration has no meta-app-id."
        case .appSignatureWrong:
            "The signature doesn't fit these bytes. Check that meta-app-secret is the secret of the app that sends them."
        case .appHandshakeRefused: "The verify token isn't this server's. Copy it from what switchboard doctor prints."
        case .overloaded: "More webhooks are waiting than can be stored right now. Send this one again in a moment."
        }
    }

    package var retryAfterSeconds: Int? { self == .overloaded ? 1 : nil }
}
