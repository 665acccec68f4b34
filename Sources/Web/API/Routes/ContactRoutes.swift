internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/contacts`: the directory.
struct ContactRoutes: Sendable {
    let services: WebServices

    private static let filters: [Operation.Parameter] = [
        .init("scope", Schema.choice(ContactFilter.Scope.self), "all for those who merely wrote, too; else the directory."),
        .init("text", Schema.text(), "Words of the name or company, or the end of the number. What is found comes the newest first."),
        .init("group", Schema.id(ContactGroup.self), "Only those in this group."),
        .init("region", Schema.text(), "Only numbers of this country, two letters."),
        .init("conversation", Schema.bool(), "true for those with a conversation that you may see, false for the others."),
        .init("consent", Schema.choice(Consent.Marketing.self), "What they said of marketing."),
        .init("order", Schema.choice(ContactFilter.Order.self), "By name, unless newest is given."),
    ]
    private static let filterNames = Set(filters.map(\.name))

    var routes: [Route<APIContext>] {
        let one = "/api/v1/contacts/{contact}"
        let drafts: [any Problem] = [
            ContactProblem.phoneMissing, ContactProblem.phoneTaken(Identifier("con_")), ContactProblem.phoneWrote,
            ContactProblem.fieldTooLong(.name, count: 0),
            ContactGroupProblem.missing,
        ]
        return [
            Route(
                .get, "/api/v1/contacts", allows: .grant(.contactsView),
                operation: Operation(
                    "listContacts", tag: "Contacts", "Contacts; a page may have fewer than asked for and go on nevertheless",
                    query: Self.filters + [.limit, .after], answer: .list(of: DirectoryContactBody.self, "A page of contacts."),
                    problems: [PageProblem.cursorMalformed]), respond: list),
            Route(
                .post, "/api/v1/contacts", allows: .grant(.contactsCreate),
                operation: Operation(
                    "addContact", tag: "Contacts", "Adds a contact to the directory, also one who merely wrote",
                    body: ContactDraftBody.self,
                    answer: .one(DirectoryContactBody.self, status: 201, "The contact."), problems: drafts), respond: add),
            Route(
                .get, "/api/v1/contacts/export", allows: .grant(.contactsExport),
                operation: Operation(
                    "exportContacts", tag: "Contacts",
                    "What the list shows as CSV in UTF-8, in the columns of an import; what begins like a formula has an apostrophe in front",
                    query: Self.filters, answer: .other("text/csv", "A line each, behind a line of names.")), respond: export),
            Route(
                .post, "/api/v1/contacts/removal", allows: .grant(.contactsDelete),
                operation: Operation(
                    "removeContacts", tag: "Contacts", "Takes several contacts out of the directory", body: ContactChoiceBody.self,
                    answer: .one(ContactsRemovedBody.self, "What became of them."),
                    problems: [ContactProblem.missing, ContactProblem.noneChosen, ContactProblem.tooManyChosen(count: 0)]),
                respond: removeSeveral),
            Route(
                .post, "/api/v1/contacts/groups", allows: .grant(.contactsEdit),
                operation: Operation(
                    "assignContacts", tag: "Contacts", "Puts several contacts into groups", body: GroupAssignmentBody.self,
                    answer: .one(ContactsChangedBody.self, "How many came in."),
                    problems: [ContactGroupProblem.missing, ContactGroupProblem.noneChosen, ContactProblem.noneChosen]), respond: assign),
            Route(
                .post, "/api/v1/contacts/groups/removal", allows: .grant(.contactsEdit),
                operation: Operation(
                    "takeContactsOut", tag: "Contacts", "Takes several contacts out of groups", body: GroupAssignmentBody.self,
                    answer: .one(ContactsChangedBody.self, "How many were in one."),
                    problems: [ContactGroupProblem.missing, ContactGroupProblem.noneChosen, ContactProblem.noneChosen]), respond: takeOut),
            Route(
                .get, one, allows: .grant(.contactsView),
                operation: Operation(
                    "getContact", tag: "Contacts", "One contact", answer: .one(DirectoryContactBody.self, "The contact."),
                    problems: [ContactProblem.missing]), respond: show),
            Route(
                .patch, one, allows: .grant(.contactsEdit),
                operation: Operation(
                    "changeContact", tag: "Contacts", "Changes what the directory keeps of a contact", body: ContactDraftBody.self,
                    answer: .one(DirectoryContactBody.self, "The contact."),
                    problems: drafts + [ContactProblem.missing, ContactProblem.phoneHasConversations]), respond: change),
            Route(
                .delete, one, allows: .grant(.contactsDelete),
                operation: Operation(
                    "removeContact", tag: "Contacts",
                    "Takes a contact out of the directory; whoever has conversations stays as somebody who wrote",
                    answer: .nothing("It is done."), problems: [ContactProblem.missing]), respond: remove),
            Route(
                .post, "\(one)/listing", allows: .grant(.contactsCreate),
                operation: Operation(
                    "listContact", tag: "Contacts", "Takes somebody into the directory who merely wrote",
                    answer: .one(DirectoryContactBody.self, "The contact."), problems: [ContactProblem.missing]), respond: addToDirectory),
        ]
    }

    private static func filter(_ query: Query) throws -> (ContactFilter, text: String) {
        let filter = ContactFilter(
            scope: try query.choice("scope", of: ContactFilter.Scope.self) ?? .directory,
            group: try query.id("group", of: ContactGroup.self), region: query["region"],
            hasConversation: query["conversation"] == nil ? nil : try query.flag("conversation"),
            consent: try query.choice("consent", of: Consent.Marketing.self),
            order: try query.choice("order", of: ContactFilter.Order.self) ?? .name)
        return (filter, query["text"] ?? "")
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.filterNames.union(["limit", "after"]))
        let (filter, text) = try Self.filter(query)
        let answer = try await services.contacts.list(
            filter, text: text, after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(answer.page, DirectoryContactBody.init))
    }

    @Sendable private func add(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let write = try await APIWrite(request)
        let input = try write.decode(ContactDraftBody.self)
        let (contacts, access) = (services.contacts, context.access)
        let done = try await ContactPhone.checking {
            let draft = try input.draft()
            return try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
                let contact = try contacts.create(draft, access: access, in: transaction)
                return (try KeptAnswer(DirectoryContactBody(contact), status: .created), true)
            }
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func export(_ request: Request, _ context: APIContext) async throws -> Response {
        let (filter, text) = try Self.filter(try Query(request, allowing: Self.filterNames))
        return try await ContactExport(services: services, access: context.access, signedIn: context.signedIn).file(
            filter, text: text, request)
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let contact = try await services.contacts.contact(context.id("contact", of: Contact.self), access: context.access)
        return try JSONText.response(DirectoryContactBody(contact))
    }

    @Sendable private func change(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("contact", of: Contact.self)
        let input = try await APIWrite(request).decode(ContactDraftBody.self)
        let contact = try await ContactPhone.checking {
            try await services.contacts.change(id, access: context.access) { try input.draft(before: $0) }
        }
        return try JSONText.response(DirectoryContactBody(contact))
    }

    @Sendable private func remove(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        _ = try await services.contacts.remove([context.id("contact", of: Contact.self)], access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func addToDirectory(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let contact = try await services.contacts.add(context.id("contact", of: Contact.self), access: context.access)
        return try JSONText.response(DirectoryContactBody(contact))
    }

    @Sendable private func removeSeveral(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(ContactChoiceBody.self)
        return try JSONText.response(
            ContactsRemovedBody(try await services.contacts.remove(input.contacts, access: context.access)))
    }

    @Sendable private func assign(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(GroupAssignmentBody.self)
        let changed = try await services.contacts.assign(input.contacts, to: input.groups, access: context.access)
        return try JSONText.response(ContactsChangedBody(changed: changed))
    }

    @Sendable private func takeOut(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(GroupAssignmentBody.self)
        let changed = try await services.contacts.takeOut(input.contacts, of: input.groups, access: context.access)
        return try JSONText.response(ContactsChangedBody(changed: changed))
    }
}
