/// An error that its caller can act on. Anything else that is thrown is a defect or an outage.
package protocol Problem: Error {
    var kind: ProblemKind { get }
    /// Stable machine name, dotted: `message.window-closed`.
    var code: String { get }
    /// One sentence for a person, with the limit that was crossed and what would work.
    var detail: String { get }
    /// Name of the request field at fault, if one is.
    var field: String? { get }
    /// Seconds after which trying again makes sense, if known.
    var retryAfterSeconds: Int? { get }
}

extension Problem {
    package var field: String? { nil }
    package var retryAfterSeconds: Int? { nil }
}

/// What a caller can do about a problem; each maps to one HTTP status.
package enum ProblemKind: Sendable, Equatable, CaseIterable {
    /// 400: the request can't be read.
    case malformed
    /// 401: nobody is signed in.
    case unauthenticated
    /// 403: this person or key may not.
    case refused
    /// 404: there is no such thing here.
    case missing
    /// 409: the state of things forbids it.
    case conflict
    /// 410: it was here and is no more.
    case gone
    /// 413: more than a limit allows.
    case tooLarge
    /// 422: readable, but a value is wrong.
    case invalid
    /// 429: too often.
    case limited
    /// 502: the provider said no or nothing.
    case upstream
    /// 503: try again later.
    case unavailable
}
