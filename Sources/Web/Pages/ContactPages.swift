internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import Services

/// The directory: its list, each contact, and what is done with several.
struct ContactPages: Sendable {
    /// Contacts of a page.
    private static let limit = 50

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let all = "/app/{workspace}/contacts"
        let one = "\(all)/{contact}"
        let (viewing, creating) = (RouteDeclaration.Callers.grant(.contactsView), RouteDeclaration.Callers.grant(.contactsCreate))
        let (editing, deleting) = (RouteDeclaration.Callers.grant(.contactsEdit), RouteDeclaration.Callers.grant(.contactsDelete))
        return RouteSet(member: [
            Route(.get, all, allows: viewing, respond: list), Route(.get, "\(all)/new", allows: creating, respond: new),
            Route(.post, all, allows: creating, respond: create),
            Route(.get, "\(all)/export", allows: .grant(.contactsExport), respond: export),
            Route(.post, "\(all)/assignment", allows: editing, respond: assign),
            Route(.post, "\(all)/removal", allows: deleting, respond: removeSeveral),
            Route(.get, one, allows: viewing, respond: show), Route(.post, one, allows: editing, respond: change),
            Route(.post, "\(one)/listing", allows: creating, respond: addToDirectory),
            Route(.post, "\(one)/removal", allows: deleting, respond: remove),
        ])
    }

    // MARK: The list

    @Sendable private func list(request: Request, context: MemberContext) async throws -> Response {
        let query = request.query
        let notice: PageNotice? =
            switch query["done"] {
            case "removed": PageNotice(Self.removed(deleted: query["deleted"], kept: query["kept"]))
            case "assigned": PageNotice("They are in the groups.")
            case "taken-out": PageNotice("They are no longer in the groups.")
            default: nil
            }
        return try await list(ContactQuery(query), notice: notice, request, context)
    }

    private func list(
        _ query: ContactQuery, notice: PageNotice?, status: HTTPResponse.Status = .ok, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let access = context.access
        let answer = try await services.contacts.list(
            query.filter, text: query.text, after: query.after, limit: Self.limit, access: access)
        let view = ContactsView(
            answer, query, overview: try await services.contacts.overview(access: access), groups: try await groups(context),
            notice: notice, in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    private static func removed(deleted: String?, kept: String?) -> String {
        let (deleted, kept) = (deleted.flatMap(Int.init) ?? 0, kept.flatMap(Int.init) ?? 0)
        return [
            deleted == 1 ? "The contact is deleted." : deleted > 1 ? "\(deleted.grouped) contacts are deleted." : nil,
            kept == 1 ? "One left the directory, and its conversations stay." : nil,
            kept > 1 ? "\(kept.grouped) left the directory, and their conversations stay." : nil,
        ].compactMap(\.self).joined(separator: " ")
    }

    private func groups(_ context: MemberContext) async throws -> [ContactGroup] {
        guard context.access.permits(.groupsView) else { return [] }
        return try await services.groups.list(access: context.access)
    }

    @Sendable private func export(request: Request, context: MemberContext) async throws -> Response {
        let query = ContactQuery(request.query)
        return try await ContactExport(services: services, access: context.access, signedIn: context.signedIn)
            .file(query.filter, text: query.text, request)
    }

    // MARK: One contact

    @Sendable private func new(request: Request, context: MemberContext) async throws -> Response {
        try await form(ContactForm(phone: request.query["phone"] ?? ""), request, context)
    }

    private func form(
        _ form: ContactForm, status: HTTPResponse.Status = .ok, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        printer.page(NewContactView(form, groups: try await groups(context), in: printer.frame(request, context)), status: status)
    }

    @Sendable private func create(request: Request, context: MemberContext) async throws -> Response {
        var form = ContactForm(try await request.form(), context)
        do {
            let contact = try await services.contacts.create(try form.draft(), access: context.access)
            return .seeOther("\(base(context))/\(contact.id)?done=added")
        } catch let problem as any Problem where ContactForm.shows(problem) {
            form.problem = problem
            return try await self.form(form, status: problem.kind.status, request, context)
        }
    }

    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let notice: PageNotice? =
            switch request.uri.queryParameters["done"] {
            case "added": PageNotice("The contact is in the directory.")
            case "saved": PageNotice("Saved.")
            case "left": PageNotice("The contact left the directory. The conversations stay.")
            default: nil
            }
        return try await page(nil, notice: notice, request, context)
    }

    /// - Parameter refused: what was filled in and refused.
    private func page(
        _ refused: ContactForm?, notice: PageNotice? = nil, status: HTTPResponse.Status = .ok, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        let details = try await services.contacts.details(context.id("contact", of: Contact.self), access: context.access)
        let consent = try await services.consent.standing(of: details.contact.id, limit: 1, access: context.access).consent
        let senders = try await services.senders.list(access: .system("pages", in: context.access.workspaceID))
        let view = ContactView(
            details, consent, refused, groups: try await groups(context),
            senders: Dictionary(senders.map { ($0.id, $0.name) }, uniquingKeysWith: { one, _ in one }), notice: notice,
            in: printer.frame(request, context))
        return printer.page(view, status: status)
    }

    @Sendable private func change(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("contact", of: Contact.self)
        _ = try await services.contacts.contact(id, access: context.access)
        var form = ContactForm(try await request.form(), context)
        do {
            let draft = form
            _ = try await services.contacts.change(id, access: context.access) { try draft.draft(isNew: false, before: $0) }
            return .seeOther("\(base(context))/\(id)?done=saved")
        } catch let problem as any Problem where ContactForm.shows(problem) {
            form.problem = problem
            return try await page(form, status: problem.kind.status, request, context)
        }
    }

    @Sendable private func addToDirectory(request: Request, context: MemberContext) async throws -> Response {
        let contact = try await services.contacts.add(context.id("contact", of: Contact.self), access: context.access)
        return .seeOther("\(base(context))/\(contact.id)?done=added")
    }

    // MARK: Deleting

    /// Asks first: what becomes of a contact depends on its conversations.
    @Sendable private func remove(request: Request, context: MemberContext) async throws -> Response {
        let contact = try await services.contacts.contact(context.id("contact", of: Contact.self), access: context.access)
        return try await remove([contact.id], try await request.form(), request, context)
    }

    @Sendable private func removeSeveral(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        return try await remove(Self.chosen(form), form, request, context)
    }

    private func remove(
        _ ids: [Identifier<Contact>], _ form: FormFields, _ request: Request, _ context: MemberContext
    ) async throws -> Response {
        do {
            guard form["confirmed"] == "yes" else {
                guard !ids.isEmpty else { throw ContactProblem.noneChosen }
                return printer.page(ContactRemovalView(ids, in: printer.frame(request, context)))
            }
            let removed = try await services.contacts.remove(ids, access: context.access)
            return .seeOther("\(base(context))?done=removed&deleted=\(removed.deleted)&kept=\(removed.kept)")
        } catch let problem as ContactProblem where problem != .missing {
            return try await refused(problem, request, context)
        }
    }

    // MARK: Groups of several

    @Sendable private func assign(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let ids = Self.chosen(form)
        let groups = form.all("group").compactMap { Identifier<ContactGroup>(parsing: $0) }
        let isLeaving = form["what"] == "take-out"
        do {
            if isLeaving {
                _ = try await services.contacts.takeOut(ids, of: groups, access: context.access)
            } else {
                _ = try await services.contacts.assign(ids, to: groups, access: context.access)
            }
            return .seeOther(
                "\(base(context))?done=\(isLeaving ? "taken-out" : "assigned")\(groups.count == 1 ? "&group=\(groups[0])" : "")")
        } catch let problem as any Problem where problem is ContactProblem || problem is ContactGroupProblem {
            return try await refused(problem, request, context)
        }
    }

    private func refused(_ problem: any Problem, _ request: Request, _ context: MemberContext) async throws -> Response {
        try await list(
            ContactQuery(), notice: PageNotice(problem.detail, tone: .danger), status: problem.kind.status, request, context)
    }

    private static func chosen(_ form: FormFields) -> [Identifier<Contact>] {
        form.all("contact").compactMap { Identifier<Contact>(parsing: $0) }
    }

    private func base(_ context: MemberContext) -> String { "/app/\(context.workspace.slug.text)/contacts" }
}

/// What the address of the list says it shows.
struct ContactQuery: Sendable {
    var filter: ContactFilter
    var text: String
    var after: String?

    init() { (filter, text, after) = (ContactFilter(), "", nil) }

    /// What can't be read is as if it weren't there.
    init(_ fields: FormFields) {
        filter = ContactFilter(
            scope: fields["scope"].flatMap(ContactFilter.Scope.init(rawValue:)) ?? .directory,
            group: fields["group"].flatMap { Identifier<ContactGroup>(parsing: $0) },
            region: fields["region"].flatMap { $0.isBlank ? nil : $0 },
            hasConversation: fields["conversation"].flatMap { ["yes": true, "no": false][$0] },
            consent: fields["consent"].flatMap(Consent.Marketing.init(rawValue:)),
            order: fields["order"].flatMap(ContactFilter.Order.init(rawValue:)) ?? .name)
        (text, after) = ((fields["q"] ?? "").trimmed, fields["after"])
    }

    var isNarrowed: Bool { filter.isNarrowed || !text.isEmpty }

    /// Behind the question mark, for the same list from its beginning.
    var address: String {
        var parts: [(String, String)] = []
        if !text.isEmpty { parts.append(("q", text)) }
        if filter.scope != .directory { parts.append(("scope", filter.scope.rawValue)) }
        if let group = filter.group { parts.append(("group", group.text)) }
        if let region = filter.region { parts.append(("region", region)) }
        if let conversation = filter.hasConversation { parts.append(("conversation", conversation ? "yes" : "no")) }
        if let consent = filter.consent { parts.append(("consent", consent.rawValue)) }
        if filter.order != .name, filter.scope == .directory { parts.append(("order", filter.order.rawValue)) }
        return parts.map { "\($0)=\($1.inQuery)" }.joined(separator: "&")
    }
}

/// A contact as it was filled in.
struct ContactForm: Sendable {
    var phone: String
    var texts: [ContactField: String]
    /// Nil where the form has none, as for who may not see groups.
    var groups: [Identifier<ContactGroup>]?
    var problem: (any Problem)?

    init(phone: String) { (self.phone, texts, groups) = (phone, [:], []) }

    init(_ entry: DirectoryContact) {
        phone = entry.contact.phoneNumber?.display ?? ""
        texts = [:]
        for field in ContactField.allCases { texts[field] = entry.fields[field] }
        groups = entry.groups
    }

    init(_ form: FormFields, _ context: MemberContext) {
        (phone, texts) = (form["phonenumber"] ?? "", [:])
        for field in ContactField.allCases where field != .phone {
            // Browsers write the ends of lines in two characters.
            texts[field] = form[field.rawValue]?.replacing("\r\n", with: "\n")
        }
        groups = form["hasGroups"] == nil ? nil : form.all("group").compactMap { Identifier<ContactGroup>(parsing: $0) }
    }

    func draft(isNew: Bool = true, before: DirectoryContact? = nil) throws -> ContactService.Draft {
        let isWithout = phone.isBlank && before != nil && before?.contact.phoneNumber == nil
        return ContactService.Draft(
            number: isWithout ? nil : try ContactPhone.parse(phone), fields: try ContactFields(texts), groups: groups)
    }

    static func shows(_ problem: any Problem) -> Bool {
        if let problem = problem as? ContactProblem { return problem != .missing }
        return problem is PhoneNumberProblem || problem is ContactGroupProblem
    }
}
