package import Domain

/// What can be wrong with a request before anybody looks at what it means.
package enum RequestProblem: Problem, Equatable {
    case pathUnknown
    case resourceMissing
    /// The path is known, but not with this method.
    case methodNotAllowed(allowed: [String])
    case bodyUnreadable(String)
    case bodyTooLarge(limit: Int)
    /// It took longer than ``Request/bodyTime``.
    case bodyTooSlow
    case contentTypeWrong(expected: String)
    case fieldUnknown(String)
    case fieldMissing(String)
    case fieldMalformed(String, expected: String)
    case parameterUnknown(String)
    /// The request doesn't come from our own pages, or its token is of another session.
    case foreign

    package var kind: ProblemKind {
        switch self {
        case .pathUnknown, .resourceMissing, .methodNotAllowed: .missing
        case .bodyUnreadable, .bodyTooSlow, .contentTypeWrong: .malformed
        case .bodyTooLarge: .tooLarge
        case .fieldUnknown, .fieldMissing, .fieldMalformed, .parameterUnknown: .invalid
        case .foreign: .refused
        }
    }

    package var code: String {
        switch self {
        case .pathUnknown: "request.path-unknown"
        case .resourceMissing: "request.resource-missing"
        case .methodNotAllowed: "request.method-not-allowed"
        case .bodyUnreadable: "request.body-unreadable"
        case .bodyTooLarge: "request.body-too-large"
        case .bodyTooSlow: "request.body-too-slow"
        case .contentTypeWrong: "request.content-type-wrong"
        case .fieldUnknown: "request.field-unknown"
        case .fieldMissing: "request.field-missing"
        case .fieldMalformed: "request.field-malformed"
        case .parameterUnknown: "request.parameter-unknown"
        case .foreign: "request.foreign"
        }
    }

    package var detail: String {
        switch self {
        case .pathUnknown: "There is nothing at this address."
        case .resourceMissing: "There is no such thing in this workspace."
        case .methodNotAllowed(let allowed): "This address answers \(allowed.joined(separator: ", ")) only."
        case .bodyUnreadable(let reason): "The body can't be read: \(reason)"
        case .bodyTooLarge(let limit): "The body is larger than \(limit) bytes, which is the most."
        case .bodyTooSlow: "The body took too long to come. Send it again over a better connection."
        case .contentTypeWrong(let expected): "Send this as \(expected)."
        case .fieldUnknown(let name): "There is no field “\(name)” here."
        case .fieldMissing(let name): "The field “\(name)” is missing."
        case .fieldMalformed(let name, let expected): "The field “\(name)” must be \(expected)."
        case .parameterUnknown(let name): "There is no parameter “\(name)” here."
        case .foreign:
            "This request doesn't come from a page of ours, or the page is from before you signed in. Reload the page and try again."
        }
    }

    package var field: String? {
        switch self {
        case .fieldUnknown(let name), .fieldMissing(let name), .fieldMalformed(let name, _), .parameterUnknown(let name): name
        default: nil
        }
    }
}
