internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The groups of contacts: making, changing, deleting them.
struct ContactGroupPages: Sendable {
    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let groups = "/app/{workspace}/contacts/groups"
        return RouteSet(member: [
            Route(.get, groups, allows: .grant(.groupsView), respond: show),
            Route(.post, groups, allows: .grant(.groupsCreate), respond: add),
            Route(.post, "\(groups)/{group}", allows: .grant(.groupsEdit), respond: change),
            Route(.post, "\(groups)/{group}/removal", allows: .grant(.groupsDelete), respond: delete),
        ])
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "saved": PageNotice("The group is saved.")
            case "deleted": PageNotice("The group is gone. Its contacts stay.")
            default: nil
            }
        return try await page(request, context, notice: notice)
    }

    /// - Parameter draft: what was filled in and refused.
    private func page(
        _ request: Request, _ context: MemberContext, notice: PageNotice? = nil, draft: ContactGroupsView.Draft? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let groups = try await services.groups.list(access: context.access)
        return printer.page(ContactGroupsView(groups, draft: draft, notice: notice, in: printer.frame(request, context)), status: status)
    }

    @Sendable private func add(request: Request, context: MemberContext) async throws -> Response {
        let draft = ContactGroupsView.Draft(id: nil, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.groups.create(name: draft.name, description: draft.description, access: context.access)
        }
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("group", of: ContactGroup.self)
        let draft = ContactGroupsView.Draft(id: id, try await request.form())
        return try await save(draft, request, context) {
            _ = try await services.groups.change(id, name: draft.name, description: draft.description, access: context.access)
        }
    }

    private func save(
        _ draft: ContactGroupsView.Draft, _ request: Request, _ context: MemberContext, _ work: () async throws -> Void
    ) async throws -> Response {
        do {
            try await work()
        } catch let problem as ContactGroupProblem where problem != .missing {
            var draft = draft
            draft.problem = problem
            return try await page(request, context, draft: draft, status: problem.kind.status)
        }
        return done("saved", context)
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        try await services.groups.delete(context.id("group", of: ContactGroup.self), access: context.access)
        return done("deleted", context)
    }

    private func done(_ what: String, _ context: MemberContext) -> Response {
        .seeOther("/app/\(context.workspace.slug.text)/contacts/groups?done=\(what)")
    }
}

/// The groups of contacts. Template `contact-groups`.
struct ContactGroupsView: RenderedView {
    static let template = "contact-groups"
    let names: [String: any Sendable]

    /// A group as it was filled in, new without an id.
    struct Draft: Sendable {
        let id: Identifier<ContactGroup>?
        let name, description: String
        var problem: ContactGroupProblem?

        init(id: Identifier<ContactGroup>?, name: String = "", description: String = "", problem: ContactGroupProblem? = nil) {
            (self.id, self.name, self.description, self.problem) = (id, name, description, problem)
        }

        init(id: Identifier<ContactGroup>?, _ form: FormFields) {
            self.init(id: id, name: form["name"] ?? "", description: (form["description"] ?? "").replacing("\r\n", with: "\n"))
        }
    }

    init(_ groups: [ContactGroup], draft: Draft?, notice: PageNotice?, in workspace: WorkspaceFrame) {
        let address = "\(workspace.base)/contacts"
        let grants = workspace.grants
        let own: [String: any Sendable] = [
            "contactTabs": ContactTab.groups.links(in: workspace), "hasNoGroups": groups.isEmpty, "contactsAddress": address,
            "createsGroups": grants.contains(.groupsCreate), "editsGroups": grants.contains(.groupsEdit),
            "deletesGroups": grants.contains(.groupsDelete),
            "groups": groups.map { GroupView($0, draft?.id == $0.id ? draft : nil) },
            "newGroup": [GroupView(nil, draft?.id == nil ? draft : nil, isOpen: groups.isEmpty)],
        ]
        names = own.with(workspace.names(title: "Groups", place: .contacts, notice: notice))
    }

    struct GroupView: View {
        let names: [String: any Sendable]

        /// - Parameter refused: what was filled in instead of what the group is.
        init(_ group: ContactGroup?, _ refused: Draft?, isOpen: Bool = false) {
            let shown = refused ?? Draft(id: group?.id, name: group?.name ?? "", description: group?.description ?? "")
            let count = group?.memberCount ?? 0
            names = [
                "groupID": (group?.id.text).orFalse, "groupKey": group?.id.text ?? "new", "groupTitle": group?.name ?? "",
                "groupCount": count == 1 ? "1 contact" : "\(count.grouped) contacts", "groupName": shown.name,
                "groupDescription": shown.description, "groupAside": (group?.description).orFalse,
                "groupIsOpen": isOpen || refused != nil, "groupError": (refused?.problem?.detail).orFalse,
            ]
        }
    }
}
