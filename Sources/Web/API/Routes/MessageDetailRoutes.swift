internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// `/api/v1/messages/{message}`: one message in full, and the contact cards in it as a file.
struct MessageDetailRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] {
        [
            Route(
                .get, "/api/v1/messages/{message}", allows: .grant(.conversationsView),
                operation: Operation(
                    "getMessage", tag: "Messages", "One message with its status, and with each attempt to send it",
                    answer: .one(MessageDetailsBody.self, "The message."), problems: [SendingProblem.messageMissing]), respond: get),
            Route(
                .get, "/api/v1/messages/{message}/contacts.vcf", allows: .grant(.conversationsView),
                operation: Operation(
                    "getContactCards", tag: "Messages", "The contact cards of a message as a file for address books (vCard 3.0)",
                    query: [
                        .init(
                            "card", ["type": "integer", "minimum": 1, "maximum": .integer(Int64(ContactCard.cardLimit))],
                            "Which of them, from 1; all without it.")
                    ], answer: .other("text/vcard", "The cards."), problems: [SendingProblem.messageMissing, ContactCardProblem.missing]),
                respond: contactCards),
        ]
    }

    @Sendable private func get(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try Query(request)
        let id = try context.id("message", of: Message.self)
        return try JSONText.response(MessageDetailsBody(try await services.conversations.history(of: id, access: context.access)))
    }

    @Sendable private func contactCards(_ request: Request, _ context: APIContext) async throws -> Response {
        let number = try Query(request, allowing: ["card"]).count("card")
        let id = try context.id("message", of: Message.self)
        return ContactCardResponse.make(
            try await services.conversations.contactCards(of: id, number: number, access: context.access))
    }
}

/// Contact cards as a file to be saved; the API and the pages give it out alike.
enum ContactCardResponse {
    static func make(_ cards: [ContactCard]) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: VCard.mimeType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .contentDisposition: "attachment; filename=\"\(cards.count == 1 ? "contact" : "contacts").vcf\"",
            ], body: .init(byteBuffer: ByteBuffer(string: VCard.text(of: cards))))
    }
}
