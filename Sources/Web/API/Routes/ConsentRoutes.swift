internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/contacts/{contact}/consent` and what goes with it: what people let the business send them.
struct ConsentRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let (one, words) = ("/api/v1/contacts/{contact}/consent", "/api/v1/consent-words")
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return [
            Route(
                .get, one, allows: .grant(.contactsView),
                operation: Operation(
                    "getConsent", tag: "Consent", "What a contact lets you send them", answer: .one(ConsentBody.self, "How it stands."),
                    problems: [ContactProblem.missing]), respond: show),
            Route(
                .get, "\(one)/entries", allows: .grant(.contactsView),
                operation: Operation(
                    "listConsentEntries", tag: "Consent", "All that a contact has said of it, the newest first", query: [.limit, .after],
                    answer: .list(of: ConsentEntryBody.self, "A page of the ledger."),
                    problems: [ContactProblem.missing, PageProblem.cursorMalformed]), respond: entries),
            Route(
                .post, "\(one)/entries", allows: .grant(.contactsEdit),
                operation: Operation(
                    "noteConsent", tag: "Consent", "Notes what a contact has said of it", body: NewConsentEntryBody.self,
                    answer: .one(ConsentEntryBody.self, status: 201, "The line of the ledger."),
                    problems: [ContactProblem.missing, ConsentProblem.reasonMissing, ConsentProblem.reasonTooLong(count: 0)]),
                respond: note),
            Route(
                .get, words, allows: .grant(.contactsView),
                operation: Operation(
                    "getConsentWords", tag: "Consent", "The words by which customers say what you may send them",
                    answer: .one(ConsentWordsBody.self, "By language.")), respond: showWords),
            Route(
                .put, words, allows: managing,
                operation: Operation(
                    "setConsentWords", tag: "Consent", "Sets the words and their confirmations", body: ConsentWordsBody.self,
                    answer: .one(ConsentWordsBody.self, "By language."),
                    problems: [
                        ConsentProblem.languageUnknown(""), ConsentProblem.languageTwice(""), ConsentProblem.tooManyLanguages,
                        ConsentProblem.wordTooLong(""), ConsentProblem.wordTwice(""), ConsentProblem.tooManyWords(language: ""),
                        ConsentProblem.textTooLong(language: "", count: 0),
                    ]), respond: setWords),
            Route(
                .delete, words, allows: managing,
                operation: Operation(
                    "resetConsentWords", tag: "Consent", "Brings the standard words back", answer: .nothing("They are back.")),
                respond: resetWords),
            Route(
                .post, "\(words)/trial", allows: .grant(.contactsView),
                operation: Operation(
                    "tryConsentWord", tag: "Consent", "What a message would mean; nothing is changed", body: ConsentTrialBody.self,
                    answer: .one(ConsentMeaningBody.self, "What it means.")), respond: tryWord),
            Route(
                .post, "/api/v1/consent-imports", allows: .grant(.contactsCreate),
                operation: Operation(
                    "importConsent", tag: "Consent",
                    "Notes opt-ins from a file with the columns phone, time and proof; who has opted out since stays so",
                    query: [.init("region", Schema.text(), "Country of numbers without a country code, two letters.")],
                    bodyType: "text/csv", answer: .one(ConsentImportBody.self, "What became of the lines."),
                    problems: [
                        ConsentProblem.fileUnreadable, ConsentProblem.fileTooLong, ImportFileProblem.empty, ImportFileProblem.notText,
                        ImportFileProblem.oneColumn, ImportFileProblem.noRows,
                    ]), respond: takeIn),
        ]
    }

    @Sendable private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let standing = try await services.consent.standing(
            of: context.id("contact", of: Contact.self), limit: 1, access: context.access)
        return try JSONText.response(ConsentBody(standing.consent))
    }

    @Sendable private func entries(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let standing = try await services.consent.standing(
            of: context.id("contact", of: Contact.self), after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(standing.entries, ConsentEntryBody.init))
    }

    @Sendable private func note(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let contact = try context.id("contact", of: Contact.self)
        let write = try await APIWrite(request)
        let input = try write.decode(NewConsentEntryBody.self)
        let (consent, access) = (services.consent, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let entry = try consent.note(input.change, of: contact, reason: input.reason, access: access, in: transaction)
            return (try KeptAnswer(ConsentEntryBody(entry), status: .created), true)
        }
        if done.made != nil { services.signals.eventsAppended(in: access.workspaceID) }
        return done.answer.response
    }

    @Sendable private func showWords(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        return try JSONText.response(ConsentWordsBody(try await services.consent.words(access: context.access)))
    }

    @Sendable private func setWords(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(ConsentWordsBody.self)
        let words = try ConsentWords(input.languages.map(\.language))
        return try JSONText.response(ConsentWordsBody(try await services.consent.setWords(words, access: context.access)))
    }

    @Sendable private func resetWords(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        _ = try await services.consent.setWords(nil, access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func tryWord(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(ConsentTrialBody.self)
        return try JSONText.response(ConsentMeaningBody(try await services.consent.tried(input.text, access: context.access)))
    }

    @Sendable private func takeIn(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["region"])
        var bytes: [UInt8] = []
        for try await piece in BodyPieces(body: request.body) {
            bytes += piece
            guard bytes.count <= ConsentFile.byteLimit else { throw ConsentProblem.fileTooLong }
        }
        let imported = try await services.consent.takeIn(bytes, region: query["region"], access: context.access)
        return try JSONText.response(ConsentImportBody(imported))
    }
}
