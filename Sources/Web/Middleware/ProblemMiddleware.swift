internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import Services

/// Turns every thrown error into an answer, and logs those that are ours to mend.
struct ProblemMiddleware: RouterMiddleware {
    let table: RouteTable
    /// Draws the page that a browser gets.
    let page: @Sendable (ProblemAnswer, Request) -> Response

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as CancellationError {
            throw error  // The client has gone; nobody would read an answer.
        } catch {
            return answer(to: error, request, context)
        }
    }

    private func answer(to error: any Error, _ request: Request, _ context: WebContext) -> Response {
        let path = request.uri.path
        let isForPrograms = path.hasPrefix("/api/") || path.hasPrefix("/hooks/") || !request.acceptsPage
        if !isForPrograms, case AccessProblem.signInNeeded = error { return Self.signIn(instead: request) }
        let answer = describe(error, request, context)
        return isForPrograms ? answer.json : page(answer, request)
    }

    private func describe(_ error: any Error, _ request: Request, _ context: WebContext) -> ProblemAnswer {
        if let problem = error as? any Problem { return ProblemAnswer(problem, requestID: context.id) }
        if let outage = OutageProblem(error) {
            context.logger.error("Database unavailable", metadata: ["error": "\(String(reflecting: error))"])
            return ProblemAnswer(outage, requestID: context.id)
        }
        if let error = error as? any HTTPResponseError {
            if error.status == .notFound {
                let methods = table.methods(at: request.uri.path)
                let problem: RequestProblem = methods.isEmpty ? .pathUnknown : .methodNotAllowed(allowed: methods)
                return ProblemAnswer(problem, requestID: context.id)
            }
            return ProblemAnswer(status: error.status, requestID: context.id)
        }
        context.logger.error("Request failed", metadata: ["error": "\(String(reflecting: error))"])
        return ProblemAnswer(defectIn: context.id)
    }

    /// A person whose session ended goes to the sign-in page, and from there back to where they were.
    private static func signIn(instead request: Request) -> Response {
        var address = "/sign-in"
        let isReadable = request.method == .get || request.method == .head
        if isReadable, let here = request.uri.description.addingPercentEncoding(withAllowedCharacters: .alphanumerics) {
            address += "?next=\(here)"
        }
        return Response(status: .seeOther, headers: [.location: address, .cacheControl: "no-store"])
    }
}

extension Request {
    /// Whether whoever asks would rather see a page.
    package var acceptsPage: Bool { headers[.accept]?.contains("text/html") ?? false }
}
