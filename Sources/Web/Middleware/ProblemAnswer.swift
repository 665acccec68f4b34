package import Domain
internal import Foundation
internal import HTTPTypes
package import Hummingbird
internal import NIOCore
internal import Services

/// What is told to the caller when something can't be done: JSON (RFC 9457) for programs, a page for people.
package struct ProblemAnswer: Sendable, Equatable {
    package let status: HTTPResponse.Status
    package let code: String
    package let detail: String
    package let field: String?
    package let requestID: String
    package let retryAfterSeconds: Int?
    /// Methods that the address does answer.
    package let allowed: [String]

    package init(_ problem: any Problem, requestID: String) {
        var status = problem.kind.status
        var allowed: [String] = []
        if case RequestProblem.methodNotAllowed(let methods) = problem { (status, allowed) = (.methodNotAllowed, methods) }
        if case RequestProblem.bodyTooSlow = problem { status = .requestTimeout }
        if case MediaProblem.rangeOutside = problem { status = .rangeNotSatisfiable }
        (self.status, self.allowed, self.code, self.detail) = (status, allowed, problem.code, problem.detail)
        (self.field, self.requestID) = (problem.field, requestID)
        let wait: Int? = problem.kind == .unavailable ? Self.defaultRetrySeconds : nil
        retryAfterSeconds = problem.retryAfterSeconds ?? wait
    }

    /// A defect of ours: nothing of it is told but where to look.
    package init(defectIn requestID: String) {
        (status, code, field, self.requestID, retryAfterSeconds, allowed) = (.internalServerError, "internal", nil, requestID, nil, [])
        detail = "Something went wrong here. Quote the request id when you report it."
    }

    /// Anything that Hummingbird itself refused.
    init(status: HTTPResponse.Status, requestID: String) {
        (self.status, field, self.requestID, retryAfterSeconds, allowed) = (status, nil, requestID, nil, [])
        (code, detail) = ("request.refused", status.reasonPhrase)
    }

    private static let defaultRetrySeconds = 5

    package var title: String { status.reasonPhrase }

    var headers: HTTPFields {
        var headers: HTTPFields = [:]
        if let retryAfterSeconds { headers[.retryAfter] = String(retryAfterSeconds) }
        if !allowed.isEmpty { headers[.allow] = allowed.joined(separator: ", ") }
        if status == .unauthorized { headers[.wwwAuthenticate] = #"Bearer realm="switchboard""# }
        return headers
    }

    package var json: Response {
        let body = Body(
            type: "urn:switchboard:problem:\(code)", title: title, status: status.code, code: code, detail: detail, field: field,
            requestId: requestID)
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: (try? JSONText.bytes(of: body)) ?? [])))
    }

    /// A page without any design, for as long as nothing better draws it.
    package var plainPage: Response {
        var headers = headers
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: plainHTML)))
    }

    var plainHTML: String {
        let (title, detail, requestID) = (HTMLText.escaped(title), HTMLText.escaped(detail), HTMLText.escaped(requestID))
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>\(title)</title>
            <h1>\(title)</h1><p>\(detail)</p><p>Request \(requestID)</p></html>
            """
    }

    private struct Body: Encodable {
        let type, title: String
        let status: Int
        let code, detail: String
        let field: String?
        let requestId: String
    }
}

extension ProblemKind {
    var status: HTTPResponse.Status {
        switch self {
        case .malformed: .badRequest
        case .unauthenticated: .unauthorized
        case .refused: .forbidden
        case .missing: .notFound
        case .conflict: .conflict
        case .gone: .gone
        case .tooLarge: .contentTooLarge
        case .invalid: .unprocessableContent
        case .limited: .tooManyRequests
        case .upstream: .badGateway
        case .unavailable: .serviceUnavailable
        }
    }
}
