internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// What a person was notified of, and their own rules for it.
struct NotificationPages: Sendable {
    /// Rows of a page.
    private static let rowLimit = 40

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let notifications = "/app/{workspace}/whatsapp/notifications"
        let rules = "/app/{workspace}/settings/notifications"
        let reading = RouteDeclaration.Callers.grant(.conversationsView)
        return RouteSet(member: [
            Route(.get, notifications, allows: reading, respond: list),
            Route(.get, "\(notifications)/count", allows: reading, respond: count),
            Route(.post, "\(notifications)/read", allows: reading, respond: readAll),
            Route(.post, "\(notifications)/{notification}/read", allows: reading, respond: read),
            Route(.post, "\(notifications)/{notification}/opening", allows: reading, respond: open),
            Route(.get, rules, allows: .signedIn, respond: showRules),
            Route(.post, rules, allows: .signedIn, respond: setRules),
        ])
    }

    // MARK: The list

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let query = request.uri.queryParameters
        let after = query["after"].map(String.init)
        let isUnread = query["state"] == "unread"
        let page = try await services.notifications.list(
            onlyUnread: isUnread, after: after, limit: Self.rowLimit, access: context.access)
        let unread = try await services.notifications.unread(access: context.access)
        let frame = printer.frame(request, context)
        let list = NotificationListView(
            page, try await facts(of: page.data, context.access), isUnread: isUnread, isFirst: after == nil, in: frame)
        if query["part"] == "list" { return printer.page(list) }
        return printer.page(NotificationsView(list, hasUnread: !unread.isEmpty, isUnread: isUnread, in: frame))
    }

    /// What the notifications are about, as far as their reader may see it now.
    private func facts(of notifications: [PersonalNotification], _ access: Access) async throws -> NotificationListView.Facts {
        let ids = Set(notifications.compactMap(\.topic.conversationID)).sorted()
        let conversations = try await services.conversations.conversations(ids, access: access)
        let isOfSenders = notifications.contains { $0.topic.senderID != nil }
        let senders = isOfSenders ? try await services.senders.list(access: access) : []
        // Whoever sees a conversation may know who looks after it.
        let colleagues = try await services.conversations.assignees(access: .system("pages", in: access.workspaceID)).people
        return NotificationListView.Facts(
            conversations: Dictionary(conversations.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }),
            senders: Dictionary(senders.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one }),
            colleagues: Dictionary(colleagues.map { ($0.account.id, $0.account.name) }, uniquingKeysWith: { one, _ in one }))
    }

    /// For the bell on every page.
    @Sendable private func count(request: Request, context: MemberContext) async throws -> Response {
        let unread = try await services.notifications.unread(access: context.access)
        return try JSONText.response(UnreadBody(unread))
    }

    private struct UnreadBody: Encodable {
        let text: String
        let conversations: [Identifier<Conversation>]

        init(_ unread: [PersonalNotification.Topic]) {
            text = unread.count < PersonalNotification.countLimit ? String(unread.count) : "\(PersonalNotification.countLimit - 1)+"
            conversations = Set(unread.compactMap(\.conversationID)).sorted()
        }
    }

    @Sendable private func readAll(request: Request, context: MemberContext) async throws -> Response {
        _ = try await services.notifications.markAllRead(access: context.access)
        return .done(request, next: Self.address(context))
    }

    @Sendable private func read(request: Request, context: MemberContext) async throws -> Response {
        _ = try await services.notifications.markRead(
            context.id("notification", of: PersonalNotification.self), access: context.access)
        return .done(request, next: Self.address(context))
    }

    @Sendable private func open(request: Request, context: MemberContext) async throws -> Response {
        let notification = try await services.notifications.markRead(
            context.id("notification", of: PersonalNotification.self), access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)\(notification.topic.path)")
    }

    private static func address(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/whatsapp/notifications" }

    // MARK: Rules

    @Sendable private func showRules(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("Your rules are saved.")
            case "tested": PageNotice("A test is on its way to your browsers.")
            case "removed": PageNotice("That browser shows nothing any more.")
            default: nil
            }
        let rules = try await services.notifications.rules(access: context.access)
        let push = NotificationRulesView.Push(
            key: try await services.push.publicKey(), browsers: try await services.push.list(access: context.access),
            currentSession: context.signedIn.session.id)
        return printer.page(NotificationRulesView(rules, push: push, notice: notice, in: printer.frame(request, context)))
    }

    /// A box that isn't ticked isn't sent.
    @Sendable private func setRules(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let rules = NotificationRules(
            bell: Set(form.all("bell").compactMap(PersonalNotification.Kind.init(rawValue:))),
            places: Set(form.all("places").compactMap(NotificationRules.Place.init(rawValue:))),
            push: Set(form.all("push").compactMap(PersonalNotification.Kind.init(rawValue:))), pushNames: form["pushNames"] != nil,
            digest: Digest(
                pace: form["digest"].flatMap(Digest.Pace.init(rawValue:)) ?? .off, hour: form["digestHour"].flatMap { Int($0) } ?? 9,
                zone: printer.frame(request, context).frame.times.zone.identifier))
        try await services.notifications.setRules(rules, access: context.access)
        return .seeOther("/app/\(context.workspace.slug.text)/settings/notifications?done=saved")
    }
}
