internal import HTTPTypes
internal import Hummingbird
internal import Services

/// Refuses changes that another site's page asks for in a signed-in person's name.
///
/// Two checks, because either alone has failed somewhere: where the browser says the request comes from, and the session's token in the
/// form field `csrfToken` or the header `X-CSRF-Token`. Requests with an API key need neither: no browser adds a key by itself.
struct ForgeryMiddleware: RouterMiddleware {
    let publicURL: PublicURL?

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        if request.method == .get || request.method == .head { return try await next(request, context) }
        if case .key = context.caller { return try await next(request, context) }
        guard isOwnOrigin(request) else { throw RequestProblem.foreign }
        guard case .person(_, let expected) = context.caller else { return try await next(request, context) }
        if let header = HTTPField.Name("X-CSRF-Token"), let token = request.headers[header] {
            guard ConstantTime.areEqual(token, expected) else { throw RequestProblem.foreign }
            return try await next(request, context)
        }
        let isMultipart = MultipartForm.isMultipart(request)
        guard isMultipart || FormFields.isForm(request) else { throw RequestProblem.foreign }
        var request = request
        let body = try await request.bytes(upTo: isMultipart ? MultipartForm.bodyLimit : FormFields.bodyLimit)
        request.body = RequestBody(buffer: body)
        let given =
            isMultipart
            ? MultipartForm(body, contentType: request.headers[.contentType] ?? "")?["csrfToken"] : FormFields(parsing: body)["csrfToken"]
        guard let token = given, ConstantTime.areEqual(token, expected) else { throw RequestProblem.foreign }
        return try await next(request, context)
    }

    /// Every browser of these years sends `Origin` with a POST; programs send neither header and hold no cookie that a site could borrow.
    private func isOwnOrigin(_ request: Request) -> Bool {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name], site != "same-origin", site != "none" {
            return false
        }
        guard let origin = request.headers[.origin]?.lowercased() else { return true }
        if let publicURL { return origin == publicURL.text }
        guard let host = request.head.authority?.lowercased() else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}
