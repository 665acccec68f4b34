internal import Domain
internal import Hummingbird
internal import Services

/// `/api/v1/message-prices`: what delivered messages cost, as the workspace entered it.
struct MessageRateRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        let all = "/api/v1/message-prices"
        let managing = RouteDeclaration.Callers.grant(.settingsManage)
        return [
            Route(
                .get, all, allows: managing,
                operation: Operation(
                    "listMessagePrices", tag: "Prices", "What messages cost, by category, country and day", query: [.limit, .after],
                    answer: .list(of: MessageRateBody.self, "A page of prices."), problems: [PageProblem.cursorMalformed]), respond: list),
            Route(
                .put, all, allows: managing,
                operation: Operation(
                    "setMessagePrice", tag: "Prices",
                    "Enters a price, in place of the one there was for the same category, country and day",
                    body: NewMessageRateBody.self, answer: .one(MessageRateBody.self, "The price."),
                    problems: [
                        MessageRateProblem.categoryUnknown, MessageRateProblem.regionUnknown, MessageRateProblem.dayMalformed,
                        MessageRateProblem.amountMalformed, MessageRateProblem.currencyMalformed, MessageRateProblem.tooMany,
                    ]), respond: save),
            Route(
                .delete, "\(all)/{price}", allows: managing,
                operation: Operation(
                    "deleteMessagePrice", tag: "Prices", "Deletes a price", answer: .nothing("It is gone."),
                    problems: [MessageRateProblem.missing]), respond: delete),
            Route(
                .post, "\(all)/import", allows: managing,
                operation: Operation(
                    "importMessagePrices", tag: "Prices",
                    "Enters a list of prices: a row for each country with a column for each category, or a row for each price",
                    query: [
                        .init("currency", Schema.text(), "Of rows that name none."),
                        .init("from", Schema.text(), "The day from which rows hold that name none."),
                    ], bodyType: "text/csv", answer: .one(MessageRateFileBody.self, "What became of it."),
                    problems: [
                        MessageRateProblem.fileColumns, MessageRateProblem.fileTooLarge, MessageRateProblem.dayMalformed,
                        MessageRateProblem.tooMany,
                        ImportFileProblem.empty, ImportFileProblem.notText, ImportFileProblem.noRows,
                    ]), respond: take),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["limit", "after"])
        let page = try await services.rates.list(after: query["after"], limit: try query.limit(), access: context.access)
        return try JSONText.response(ListBody(page, MessageRateBody.init))
    }

    @Sendable private func save(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let input = try await APIWrite(request).decode(NewMessageRateBody.self)
        let rate = try await services.rates.save(
            category: input.category, region: input.region, from: input.from, amount: input.amount, currency: input.currency,
            access: context.access)
        return try JSONText.response(MessageRateBody(rate))
    }

    @Sendable private func delete(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        guard let key = MessageRate.Key(parsing: try context.parameter("price")) else { throw RequestProblem.resourceMissing }
        try await services.rates.delete(key, access: context.access)
        return KeptAnswer.nothing.response
    }

    @Sendable private func take(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try Query(request, allowing: ["currency", "from"])
        if let type = request.headers[.contentType], type.lowercased().hasPrefix("multipart/") {
            throw RequestProblem.contentTypeWrong(expected: "the file itself, with Content-Type text/csv")
        }
        let bytes = Array(try await request.bytes(upTo: MessageRateFile.byteLimit).readableBytesView)
        let today = CalendarDay(services.now()).text
        let file = try await services.rates.take(
            bytes, currency: query["currency"] ?? "", from: query["from"] ?? today, access: context.access)
        return try JSONText.response(MessageRateFileBody(file))
    }
}
