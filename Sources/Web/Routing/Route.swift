package import Domain
package import HTTPTypes
package import Hummingbird

/// One address: what it is, who may call it, and what answers.
///
/// A page in a workspace is declared so, and needs nothing else:
///
/// ```swift
/// Route<MemberContext>(.get, "/app/{workspace}/whatsapp/{conversation}", allows: .grant(.conversationsView)) { request, context in
///     let id = try context.id("conversation", of: Conversation.self)   // percent-decoded; a malformed id is a 404
///     …conversations.conversation(id, access: context.access)…
/// }
/// ```
///
/// The session, the membership and the grant are checked before the handler runs. On every method but GET and HEAD the request must carry
/// the session's token, in the form field `csrfToken` or the header `X-CSRF-Token`, and come from our own pages; a handler can't forget it.
/// A form's template gets the token as `context.csrfToken`.
///
/// The context says what a handler can count on: ``WebContext`` nobody in particular, ``AccountContext`` a signed-in person,
/// ``MemberContext`` a person in the workspace that the address names, ``APIContext`` a key, or a person, in one workspace.
package struct Route<Context: CallerContext>: Sendable {
    package let declaration: RouteDeclaration
    let respond: @Sendable (Request, Context) async throws -> Response

    /// - Parameter path: in OpenAPI's form, `/api/v1/messages/{message}`.
    package init(
        _ method: HTTPRequest.Method, _ path: String, allows callers: RouteDeclaration.Callers, operation: Operation? = nil,
        respond: @escaping @Sendable (Request, Context) async throws -> Response
    ) {
        declaration = RouteDeclaration(method: method, path: path, callers: callers, area: Context.area, operation: operation)
        self.respond = respond
    }
}

/// What is known of a route without calling it: the router, the OpenAPI document and the tests are made from these.
package struct RouteDeclaration: Sendable {
    package enum Callers: Sendable, Equatable {
        /// Nobody needs to be signed in.
        case anyone
        /// Any person who is signed in; in a workspace any of its members; under `/api/v1` any key as well.
        case signedIn
        /// Under `/api/v1`, people only.
        case person
        /// Members whose role has the grant, and keys whose scopes have it.
        case grant(Grant)
    }

    /// Which kind of context the route has.
    package enum Area: Sendable { case open, account, member, api }

    package let method: HTTPRequest.Method
    package let path: String
    package let callers: Callers
    package let area: Area
    /// What the OpenAPI document says of it; nil keeps it out, as pages are.
    package let operation: Operation?

    /// In the router's form: `/api/v1/messages/:message`.
    var routerPath: RouterPath { RouterPath(path.replacing("{", with: ":").replacing("}", with: "")) }
}

extension RouterMethods where Context: CallerContext {
    func mount(_ routes: [Route<Context>]) {
        for route in routes {
            let callers = route.declaration.callers
            let respond = route.respond
            on(route.declaration.routerPath, method: route.declaration.method) { request, context -> Response in
                try context.authorize(callers)
                return try await respond(request, context)
            }
        }
    }
}
