internal import Domain
internal import HTTPTypes
package import Hummingbird
package import Services

/// The router and the list of what is on it.
package struct WebRouter {
    package let router: Router<WebContext>
    package let table: RouteTable

    /// - Parameter problemPage: draws what a browser gets when something can't be done.
    package init(
        _ routes: RouteSet, hooks: [Route<WebContext>], authenticator: Authenticator, configuration: WebConfiguration,
        problemPage: @escaping @Sendable (ProblemAnswer, Request) -> Response
    ) {
        table = RouteTable((hooks + routes.open).map(\.declaration) + routes.declarations.filter { $0.area != .open })
        router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            RequestLog(proxies: configuration.trustedProxies)
            ProblemMiddleware(table: table, page: problemPage)
        }
        // Providers come by the thousand and have no session, no page and no form: their routes pass by all that follows.
        router.mount(hooks)
        router.add(middleware: SecurityHeaders())
        let forgery = ForgeryMiddleware(publicURL: configuration.publicURL)
        router.group().add(middleware: forgery).mount(routes.open)
        let known = router.group()
            .add(middleware: SignInMiddleware(authenticator: authenticator, cookie: SessionCookie(isSecure: configuration.isSecure)))
            .add(middleware: forgery)
        known.group(context: AccountContext.self).mount(routes.account)
        known.group(context: MemberContext.self).mount(routes.member)
        known.group(context: APIContext.self).mount(routes.api)
    }
}
