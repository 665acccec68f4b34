package import Domain
internal import HTTPTypes
package import Hummingbird
internal import NIOCore
internal import Services

/// The router and the list of what is on it.
package struct WebRouter {
    package let router: Router<WebContext>
    package let table: RouteTable
    package let openAPI: JSONValue

    /// - Parameters:
    ///   - pages: what people see; everything else is here.
    ///   - problemPage: draws what a browser gets when something can't be done.
    package init(
        _ services: WebServices, pages: RouteSet, configuration: WebConfiguration, readiness: Readiness, metrics: PrometheusRegistry,
        version: String,
        problemPage: @escaping @Sendable (ProblemAnswer, Request) -> Response = { answer, _ in answer.plainPage }
    ) throws {
        let hooks =
            HookRoutes(intake: services.intake, isBench: configuration.isBench).routes
            + HealthRoutes(readiness: readiness, metrics: metrics).routes
        var routes = pages + RouteSet(api: Self.api(services, configuration))
        openAPI = OpenAPIDocument.make(hooks.map(\.declaration) + routes.declarations, version: version)
        let document = try JSONText.bytes(of: openAPI)
        routes.open.append(
            Route(.get, "/api/openapi.json", allows: .anyone) { _, _ in JSONText.response(bytes: document, status: .ok) })
        table = RouteTable(hooks.map(\.declaration) + routes.declarations)
        router = Self.router(routes, hooks: hooks, table, services, configuration, problemPage)
    }

    /// For a process that does other work: how it is, and nothing else.
    package init(readiness: Readiness, metrics: PrometheusRegistry, configuration: WebConfiguration) {
        let routes = HealthRoutes(readiness: readiness, metrics: metrics).routes
        (table, openAPI) = (RouteTable(routes.map(\.declaration)), .null)
        router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestLog(proxies: configuration.trustedProxies))
        router.add(middleware: ProblemMiddleware(table: table, page: { answer, _ in answer.plainPage }))
        router.group().mount(routes)
    }

    private static func api(_ services: WebServices, _ configuration: WebConfiguration) -> [Route<APIContext>] {
        MessageRoutes(services: services).routes + ScheduleRoutes(services: services).routes + ConversationRoutes(services: services).routes
            + ConversationDetailRoutes(services: services).routes + MessageDetailRoutes(services: services).routes
            + SenderRoutes(services: services).routes + SignupRoutes(services: services, configuration: configuration).routes
            + ConnectionRoutes(services: services, configuration: configuration).routes
            + NumberRoutes(services: services).routes
            + MediaRoutes(services: services).routes + EventRoutes(services: services).routes + AccessRoutes(services: services).routes
            + TeamRoutes(services: services).routes + LabelRoutes(services: services).routes
            + ContactRoutes(services: services).routes + ContactGroupRoutes(services: services).routes
            + ContactImportRoutes(services: services).routes
            + CampaignRoutes(services: services).routes + CampaignReportRoutes(services: services).routes
            + TemplateRoutes(services: services).routes
            + TemplateDraftRoutes(services: services).routes
            + ConversationChangeRoutes(services: services).routes + NoteRoutes(services: services).routes
            + SavedViewRoutes(services: services).routes + PresenceRoutes(services: services).routes
            + SearchRoutes(services: services).routes
            + QuickReplyRoutes(services: services).routes + DraftRoutes(services: services).routes
            + JournalRoutes(services: services).routes + QueueRoutes(services: services).routes + JobRoutes(services: services).routes
            + SendingRoutes(services: services).routes
            + NotificationRoutes(services: services).routes + PushRoutes(services: services).routes
            + MailRoutes(services: services).routes
            + WebhookRoutes(services: services).routes + ReceptionRoutes(services: services).routes
            + CreditRoutes(services: services).routes + MessageRateRoutes(services: services).routes
            + ProfileRoutes(services: services).routes
            + ConversationExportRoutes(services: services, configuration: configuration).routes
            + OperationRoutes(services: services).routes
    }

    /// Middleware in its order: what stands first sees every request, and every answer last.
    private static func router(
        _ routes: RouteSet, hooks: [Route<WebContext>], _ table: RouteTable, _ services: WebServices, _ configuration: WebConfiguration,
        _ problemPage: @escaping @Sendable (ProblemAnswer, Request) -> Response
    ) -> Router<WebContext> {
        let router = Router(context: WebContext.self, options: .autoGenerateHeadEndpoints)
        let problems = ProblemMiddleware(table: table, page: problemPage)
        router.add(middleware: RequestLog(proxies: configuration.trustedProxies))
        // Providers come by the thousand and have no session, no page and no form: their routes pass by all that follows.
        router.group().add(middleware: problems).mount(hooks)
        // Not for a certificate without a public address: such a name may be good for this machine only.
        router.add(middleware: SecurityHeaders(isSecure: configuration.publicURL?.isSecure == true))
        router.add(middleware: problems)
        router.add(middleware: AssetsMiddleware())
        let forgery = ForgeryMiddleware(publicURL: configuration.publicURL)
        router.group().add(middleware: forgery).mount(routes.open)
        let known = router.group()
            .add(
                middleware: SignInMiddleware(authenticator: services.authenticator, cookie: SessionCookie(isSecure: configuration.isSecure))
            )
            .add(middleware: forgery)
        known.group(context: AccountContext.self).mount(routes.account)
        known.group(context: MemberContext.self).mount(routes.member)
        known.group(context: APIContext.self).mount(routes.api)
        return router
    }
}
