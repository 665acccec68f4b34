internal import HTTPTypes
internal import Hummingbird

/// What browsers may do with our pages. A handler that set one of these itself, such as the one for customers' files, keeps its own.
struct SecurityHeaders: RouterMiddleware {
    /// A year. Without the hosts below ours, which may be somebody else's.
    private static let transportSecurity = "max-age=31536000"

    /// Whether people reach us by an https address, so that browsers may forget the other way.
    let isSecure: Bool

    static let contentSecurityPolicy = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; \
        connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'
        """

    /// Where Meta's own script is.
    static let metaScripts = "https://connect.facebook.net"

    /// The same with Meta's script, its frames and its calls: for the one page that opens its window.
    static func policy(allowing server: String) -> String {
        // Its script, which lives on one host, shows frames of others and calls them.
        let others = server == metaScripts ? " https://*.facebook.com" : ""
        return
            contentSecurityPolicy
            .replacing("script-src 'self'", with: "script-src 'self' \(server)")
            .replacing("connect-src 'self'", with: "connect-src 'self' \(server)\(others)") + "; frame-src \(server)\(others)"
    }

    static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!

    private static let headers: [(HTTPField.Name, String)] = [
        (.contentSecurityPolicy, contentSecurityPolicy),
        (.xContentTypeOptions, "nosniff"),
        (HTTPField.Name("Referrer-Policy")!, "same-origin"),
        (openerPolicy, "same-origin"),
        (HTTPField.Name("Permissions-Policy")!, "microphone=(self)"),
    ]

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var response = try await next(request, context)
        for (name, value) in Self.headers where response.headers[name] == nil { response.headers[name] = value }
        if isSecure { response.headers[.strictTransportSecurity] = Self.transportSecurity }
        // What a session sees is nobody else's: a shared cache or a back button after signing out must not show it.
        if context.needsSignIn, response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}

extension WebContext {
    fileprivate var needsSignIn: Bool {
        guard let endpointPath else { return false }
        return endpointPath.hasPrefix("/app/") || endpointPath.hasPrefix("/api/v1/")
    }
}
