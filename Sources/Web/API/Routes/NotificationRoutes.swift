internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/notifications` and `/api/v1/notification-rules`: a person's bell. A key has none.
struct NotificationRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/notifications", allows: .person,
                operation: Operation(
                    "listNotifications", tag: "Notifications",
                    "What you were notified of, newest first, as far as you may still see the conversation",
                    query: [
                        .limit, .after, .init("state", Schema.choice(State.self), "Unread ones only; without it, all that are kept."),
                    ], answer: .list(of: NotificationBody.self, "A page of notifications.")), respond: list),
            Route(
                .post, "/api/v1/notifications/{notification}/read", allows: .person,
                operation: Operation(
                    "readNotification", tag: "Notifications", "Marks one of your notifications as read",
                    answer: .one(NotificationBody.self, "The notification."), problems: [NotificationProblem.missing]), respond: read),
            Route(
                .post, "/api/v1/notifications/read", allows: .person,
                operation: Operation(
                    "readNotifications", tag: "Notifications", "Marks all your notifications as read",
                    answer: .one(NotificationsReadBody.self, "How many were unread.")), respond: readAll),
            Route(
                .get, "/api/v1/notification-rules", allows: .person,
                operation: Operation(
                    "showNotificationRules", tag: "Notifications", "Of what you want to be notified",
                    answer: .one(NotificationRulesBody.self, "Your rules.")), respond: rules),
            Route(
                .put, "/api/v1/notification-rules", allows: .person,
                operation: Operation(
                    "setNotificationRules", tag: "Notifications", "Sets of what you want to be notified", body: NotificationRulesBody.self,
                    answer: .one(NotificationRulesBody.self, "Your rules.")), respond: setRules),
        ]
    }

    private enum State: String, CaseIterable { case unread }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after", "state"])
        let isUnread = try query.choice("state", of: State.self) == .unread
        let page = try await services.notifications.list(
            onlyUnread: isUnread, after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, NotificationBody.init))
    }

    @Sendable private func read(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        let id = try context.id("notification", of: PersonalNotification.self)
        return try JSONText.response(NotificationBody(try await services.notifications.markRead(id, access: context.access)))
    }

    @Sendable private func readAll(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        try await APIWrite(request).expectEmpty()
        return try JSONText.response(NotificationsReadBody(read: try await services.notifications.markAllRead(access: context.access)))
    }

    @Sendable private func rules(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(NotificationRulesBody(try await services.notifications.rules(access: context.access)))
    }

    @Sendable private func setRules(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let rules = try await APIWrite(request).decode(NotificationRulesBody.self).rules
        try await services.notifications.setRules(rules, access: context.access)
        return try JSONText.response(NotificationRulesBody(rules))
    }
}
