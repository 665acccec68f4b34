internal import Crypto
internal import Domain
internal import Foundation
internal import HTTPTypes
package import Hummingbird
internal import Services

/// Finds out who asks: by API key when there is an `Authorization` header, else by session cookie. Nobody is turned away here; the contexts
/// of the routes behind do that.
struct SignInMiddleware: RouterMiddleware {
    let authenticator: Authenticator
    let cookie: SessionCookie

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var context = context
        if let authorization = request.headers[.authorization] {
            // A key that doesn't hold isn't made good by a cookie that does.
            guard let token = Self.bearer(authorization), let access = try await authenticator.access(key: token, address: context.address)
            else {
                throw AccessProblem.signInNeeded
            }
            context.caller = .key(access)
        } else if let token = cookie.token(in: request),
            let signedIn = try await authenticator.signedIn(token: token, address: context.address)
        {
            context.caller = .person(signedIn, csrfToken: ForgeryToken.text(for: token))
            context.namedWorkspace = HTTPField.Name("Switchboard-Workspace").flatMap { request.headers[$0] }
        }
        return try await next(request, context)
    }

    private static func bearer(_ header: String) -> String? {
        let parts = header.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}

/// The cookie that holds the session's token.
package struct SessionCookie: Sendable {
    /// As long as browsers keep one (RFC 6265bis, §4.1.2.2): when a session ends is decided here, and that time moves with its use.
    private static let maxAgeSeconds = 400 * 24 * 60 * 60

    private let isSecure: Bool

    package init(isSecure: Bool) { self.isSecure = isSecure }

    /// With TLS the name itself makes browsers refuse one that another host or a plain connection set (RFC 6265bis, §4.1.3.2).
    private var name: String { isSecure ? "__Host-switchboard" : "switchboard" }

    package func token(in request: Request) -> String? { request.cookies[name]?.value }

    /// `Set-Cookie` that signs the browser in.
    package func setting(_ token: String) -> String {
        "\(name)=\(token); Path=/; Max-Age=\(Self.maxAgeSeconds); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
    }

    /// `Set-Cookie` that signs the browser out.
    package var clearing: String { "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")" }
}

/// What a form carries to show that it is ours: derived from the session's token, so that there is nothing to store.
enum ForgeryToken {
    static func text(for sessionToken: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("switchboard form".utf8), using: SymmetricKey(data: Array(sessionToken.utf8)))
        return code.map { byte in String(format: "%02x", byte) }.joined()
    }
}
