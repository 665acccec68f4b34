internal import Domain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// All that is known of one message, and the contact cards in it as a file.
struct MessageDetailPages: Sendable {
    let inbox: InboxPages
    let services: WebServices

    var routes: RouteSet {
        let message = "/app/{workspace}/whatsapp/{conversation}/messages/{message}"
        return RouteSet(member: [
            Route(.get, "\(message)/details", allows: .grant(.conversationsView), respond: details),
            Route(.get, "\(message)/contacts.vcf", allows: .grant(.conversationsView), respond: contactCards),
        ])
    }

    /// A page by itself; for scripts what stands in its middle.
    @Sendable private func details(request: Request, context: MemberContext) async throws -> Response {
        let message = try await message(context)
        let history = try await services.conversations.history(of: message.id, access: context.access)
        let conversation = try await services.conversations.conversation(message.conversationID, access: context.access)
        let frame = inbox.printer.frame(request, context)
        let writer = try await inbox.names(of: [message.author].compactMap(\.self), context.access)
        let details = MessageDetailsView(
            history, contactName: conversation.contact.title, writers: writer, times: frame.frame.times, frame: frame.frame)
        if !request.acceptsPage { return inbox.printer.page(details) }
        return inbox.printer.page(
            MessageDetailsPageView(
                details, address: MessageView.address(of: message, base: frame.base), contactName: conversation.contact.title, in: frame))
    }

    @Sendable private func contactCards(request: Request, context: MemberContext) async throws -> Response {
        let message = try await message(context)
        let number = request.uri.queryParameters["card"].map { Int($0) ?? 0 }
        return ContactCardResponse.make(
            try await services.conversations.contactCards(of: message.id, number: number, access: context.access))
    }

    private func message(_ context: MemberContext) async throws -> Message {
        let conversation = try context.id("conversation", of: Conversation.self)
        let message = try await services.conversations.message(context.id("message", of: Message.self), access: context.access)
        guard message.conversationID == conversation else { throw SendingProblem.messageMissing }
        return message
    }
}
