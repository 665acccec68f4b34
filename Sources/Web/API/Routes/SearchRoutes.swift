internal import Domain
internal import Foundation
internal import Hummingbird
internal import Services

/// `/api/v1/search`: messages, notes and contacts by their words.
struct SearchRoutes: Sendable {
    /// What is searched.
    enum Place: String, CaseIterable { case messages, notes, contacts }

    private static let filters: Set<String> = ["sender", "author", "kind", "direction", "from", "before"]

    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/search", allows: .grant(.conversationsView),
                operation: Operation(
                    "search", tag: "Conversations", "Messages, notes or contacts that have all words of a text, the newest first",
                    query: [
                        .init(
                            "text", Schema.text(),
                            "Words in any order, at most \(SearchQuery.textLimit) characters. Capitals and accents make no difference; "
                                + "words of three letters or more are also beginnings of words, digits also ends of numbers."),
                        .init("in", Schema.choice(Place.self), "What is searched; messages when it isn't given."),
                        .init(
                            "spelling", Schema.choice(SearchSpelling.self),
                            "exact: only as typed. similar: also with one letter wrong. Not given: similar when nothing else was found."),
                        .init("sender", Schema.id(Sender.self), "Only messages and notes of this sender's conversations."),
                        .init("author", Schema.id(Account.self), "Only messages or notes that this person wrote."),
                        .init("kind", Schema.choice(SearchKind.self), "Only messages of this kind."),
                        .init("direction", Schema.choice(MessageDirection.self), "Only messages from customers, or only ours."),
                        .init("from", Schema.instant(), "Only messages or notes from this moment on."),
                        .init("before", Schema.instant(), "Only messages or notes before this moment."), .limit, .after,
                    ], answer: .one(SearchBody.self, "A page of what was found."),
                    problems: [
                        SearchProblem.textTooShort, SearchProblem.textTooLong, SearchProblem.datesReversed, PageProblem.cursorMalformed,
                    ]), respond: search)
        ]
    }

    @Sendable private func search(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: Self.filters.union(["text", "in", "spelling", "limit", "after"]))
        let (text, now) = (query["text"] ?? "", services.now())
        let spelling = try query.choice("spelling", of: SearchSpelling.self)
        let limit = try query.limit()
        switch try query.choice("in", of: Place.self) ?? .messages {
        case .notes:
            for name in ["direction", "kind"] where query[name] != nil {
                throw RequestProblem.fieldMalformed(name, expected: "left out: it narrows messages, and notes are searched")
            }
            let answer = try await services.search.notes(
                text, try Self.filter(query), spelling: spelling, after: query["after"], limit: limit, access: context.access)
            return try JSONText.response(SearchBody(answer) { SearchHitBody($0, at: now) })
        case .messages:
            let filter = try Self.filter(query)
            let answer = try await services.search.messages(
                text, filter, spelling: spelling, after: query["after"], limit: limit, access: context.access)
            return try JSONText.response(SearchBody(answer) { SearchHitBody($0, at: now) })
        case .contacts:
            for name in Self.filters.sorted() where query[name] != nil {
                throw RequestProblem.fieldMalformed(name, expected: "left out: it narrows messages, and contacts are searched")
            }
            let answer = try await services.search.contacts(
                text, spelling: spelling, after: query["after"], limit: limit, access: context.access)
            return try JSONText.response(SearchBody(answer) { SearchHitBody($0, at: now) })
        }
    }
}

extension SearchRoutes {
    private static func filter(_ query: Query) throws -> SearchFilter {
        SearchFilter(
            senderID: try query.id("sender", of: Sender.self), authorID: try query.id("author", of: Account.self),
            kind: try query.choice("kind", of: SearchKind.self), direction: try query.choice("direction", of: MessageDirection.self),
            from: try query.moment("from"), before: try query.moment("before"))
    }
}

extension Query {
    /// As the API writes moments: `2026-11-21T08:00:00Z`, with or without fractions of a second.
    func moment(_ name: String) throws(RequestProblem) -> Date? {
        guard let text = self[name] else { return nil }
        for style in [Date.ISO8601FormatStyle(), Date.ISO8601FormatStyle(includingFractionalSeconds: true)] {
            if let date = try? style.parse(text) { return date }
        }
        throw .fieldMalformed(name, expected: "a moment such as 2026-11-21T08:00:00Z")
    }
}
