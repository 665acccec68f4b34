internal import Domain
internal import Hummingbird
internal import Services

/// Where a person can go from any page, for the command menu.
struct PlacePages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        RouteSet(member: [Route(.get, "/app/{workspace}/places", allows: .grant(.conversationsView), respond: places)])
    }

    @Sendable private func places(request: Request, context: MemberContext) async throws -> Response {
        let frame = printer.frame(request, context)
        let views = try await services.views.list(access: context.access)
        return try JSONText.response(Body(places: Self.pages(in: frame), views: Self.views(views, in: frame)))
    }

    struct Place: Encodable {
        let name: String
        let address: String
    }

    private struct Body: Encodable {
        let places: [Place]
        let views: [Place]
    }

    /// Those that the rail and the settings lead to, for who may open them.
    static func pages(in frame: WorkspaceFrame) -> [Place] {
        let all: [(name: String, path: String, needs: Grant?)] = [
            ("Inbox", "whatsapp", nil), ("Contacts", "contacts", .contactsView), ("Campaigns", "campaigns", .campaignsView),
            ("Senders", "whatsapp/senders", nil),
            ("Templates", "templates", .templatesView),
            ("Notifications", "whatsapp/notifications", nil), ("People", "settings/people", .membersManage),
            ("Labels", "settings/labels", .labelsManage), ("Quick replies", "quick-replies", nil),
            ("API keys", "settings/keys", .keysManage), ("Credits", "settings/credits", .settingsManage),
            ("Prices of messages", "settings/prices", .settingsManage),
            ("E-mail", "settings/mail", .settingsManage),
            ("Background work", "settings/jobs", .settingsManage), ("Health", "settings/health", .settingsManage),
            ("Settings of notifications", "settings/notifications", nil), ("Sessions and password", "settings/sessions", nil),
        ]
        return all.filter { $0.needs.map(frame.grants.contains) ?? true }.map { Place(name: $0.name, address: "\(frame.base)/\($0.path)") }
    }

    /// The tabs above the list, and those of the person's own.
    static func views(_ saved: [SavedView], in frame: WorkspaceFrame) -> [Place] {
        let inbox = "\(frame.base)/whatsapp"
        let tabs = InboxView.Filter.allCases.map { filter in
            Place(name: "Inbox: \(filter.name)", address: "\(inbox)\(InboxView.Query().choosing(filter).text)")
        }
        return saved.map { Place(name: $0.name, address: $0.filter.isEmpty ? inbox : "\(inbox)?\($0.filter)") } + tabs
    }
}
