internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// What is done in a conversation: writing, reading, closing, trying again.
struct ConversationPages: Sendable {
    let inbox: InboxPages
    let services: WebServices

    var routes: RouteSet {
        let conversation = "/app/{workspace}/whatsapp/{conversation}"
        return RouteSet(member: [
            Route(.post, "\(conversation)/messages", allows: .grant(.messagesSend), respond: send),
            Route(.post, "\(conversation)/messages/{message}/retry", allows: .grant(.messagesSend), respond: retry),
            Route(.post, "\(conversation)/messages/{message}/decision", allows: .grant(.messagesSend), respond: decide),
            Route(.post, "\(conversation)/messages/{message}/schedule", allows: .grant(.messagesSend), respond: reschedule),
            Route(.post, "\(conversation)/read", allows: .grant(.messagesSend), respond: read),
            Route(.post, "\(conversation)/unread", allows: .grant(.messagesSend), respond: unread),
            Route(.post, "\(conversation)/assignment", allows: .grant(.conversationsAssign), respond: assign),
            Route(.post, "\(conversation)/closure", allows: .grant(.conversationsClose), respond: setState),
            Route(.post, "\(conversation)/snooze", allows: .grant(.conversationsClose), respond: snooze),
            Route(.post, "\(conversation)/ai", allows: .grant(.messagesSend), respond: setAI),
            Route(.post, "\(conversation)/deletion", allows: .grant(.conversationsDelete), respond: delete),
            Route(.post, "\(conversation)/labels", allows: .grant(.conversationsLabel), respond: label),
            Route(.post, "/app/{workspace}/whatsapp/changes", allows: .grant(.conversationsLabel), respond: changeSeveral),
        ])
    }

    /// A form with a text, or JSON with anything that can be sent. Scripts get the bubble, forms the thread.
    @Sendable private func send(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let conversation = try await services.conversations.conversation(id, access: context.access)
        let isForm = FormFields.isForm(request)
        let posted =
            isForm
            ? try PostedMessage(form: await request.form(), inbox.printer.frame(request, context).frame.times)
            : try await PostedMessage(json: request)
        let message = try await services.sending.submit(
            MessageDraft(
                senderID: conversation.senderID, recipient: .contact(conversation.contact.id), clientID: posted.clientID,
                draft: posted.content,
                replyTo: posted.replyTo, sendAt: posted.sendAt), access: context.access)
        if let version = posted.draft {
            // The message stands, whatever becomes of its draft.
            try? await services.drafts.delete(id, version: version, access: context.access)
        }
        return isForm ? .seeOther(Self.address(of: id, context)) : try await inbox.bubble(of: message, request, context)
    }

    @Sendable private func retry(request: Request, context: MemberContext) async throws -> Response {
        let message = try await services.sending.retry(context.id("message", of: Message.self), access: context.access)
        if request.acceptsPage { return .seeOther(Self.address(of: message.conversationID, context)) }
        return try await inbox.bubble(of: message, request, context)
    }

    @Sendable private func decide(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("message", of: Message.self)
        guard let decision = MessageDecision(rawValue: try await request.form().require("decision")) else {
            throw RequestProblem.fieldMalformed("decision", expected: "send-again or leave")
        }
        let message = try await services.sending.decide(decision, about: id, access: context.access)
        if request.acceptsPage { return .seeOther(Self.address(of: message.conversationID, context)) }
        return try await inbox.bubble(of: message, request, context)
    }

    /// What waits for its time is sent, cancelled or changed.
    @Sendable private func reschedule(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("message", of: Message.self)
        // Whether it is there comes before what was filled in.
        _ = try await services.conversations.message(id, access: context.access)
        let form = try await request.form()
        let change: ScheduleChange =
            switch try form.require("what") {
            case "cancel": .cancel
            case "send-now": .sendNow
            case "change":
                .change(
                    sendAt: try SnoozeChoice.moment(form, inbox.printer.frame(request, context).frame.times),
                    text: form["text"]?.replacing("\r\n", with: "\n"))
            default: throw RequestProblem.fieldMalformed("what", expected: "cancel, send-now or change")
            }
        let message = try await services.sending.change(id, change, access: context.access)
        if request.acceptsPage { return .seeOther(Self.address(of: message.conversationID, context)) }
        return try await inbox.bubble(of: message, request, context)
    }

    @Sendable private func read(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        try await services.conversations.markRead(id, access: context.access)
        return .done(request, next: Self.address(of: id, context))
    }

    /// Leads back to the list: whoever has the thread before them has read it.
    @Sendable private func unread(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        try await services.conversations.change(id, .markUnread, access: context.access)
        return .done(request, next: "/app/\(context.workspace.slug.text)/whatsapp")
    }

    @Sendable private func setState(request: Request, context: MemberContext) async throws -> Response {
        try await change(request, context) { form in
            switch try form.require("change") {
            case "close": .close
            case "reopen": .reopen
            case "archive": .archive
            default: throw RequestProblem.fieldMalformed("change", expected: "close, reopen or archive")
            }
        }
    }

    @Sendable private func setAI(request: Request, context: MemberContext) async throws -> Response {
        try await change(request, context) { form in
            switch try form.require("ai") {
            case "active": .setAIActive(true)
            case "disabled": .setAIActive(false)
            default: throw RequestProblem.fieldMalformed("ai", expected: "active or disabled")
            }
        }
    }

    @Sendable private func snooze(request: Request, context: MemberContext) async throws -> Response {
        let times = inbox.printer.frame(request, context).frame.times
        return try await change(request, context) { .snooze(until: try SnoozeChoice.moment($0, times)) }
    }

    private func change(
        _ request: Request, _ context: MemberContext, _ change: (FormFields) throws -> ConversationChange
    ) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        try await services.conversations.change(id, change(try await request.form()), access: context.access)
        return .done(request, next: Self.address(of: id, context))
    }

    /// The form has all labels that are to be on the conversation.
    @Sendable private func label(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let wanted = Set(try await request.form().all("labels").map { Identifier<Label>($0) })
        try await services.conversations.setLabels(wanted, of: id, access: context.access)
        return .done(request, next: Self.address(of: id, context))
    }

    @Sendable private func delete(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        // One that isn't there is said to be so, confirmed or not.
        _ = try await services.conversations.conversation(id, access: context.access)
        guard try await request.form()["confirmed"] != nil else { throw ConversationProblem.deletionUnconfirmed }
        try await services.conversations.delete(id, access: context.access)
        return .done(request, next: "/app/\(context.workspace.slug.text)/whatsapp")
    }

    /// What was chosen in the list.
    @Sendable private func changeSeveral(request: Request, context: MemberContext) async throws -> Response {
        let form = try await request.form()
        let ids = form.all("conversations").map { Identifier<Conversation>($0) }
        guard !ids.isEmpty else { throw RequestProblem.fieldMissing("conversations") }
        let times = inbox.printer.frame(request, context).frame.times
        let count = try await services.conversations.change(ids, try Self.change(form, times), access: context.access)
        if !request.acceptsPage { return try JSONText.response(ChangedBody(changed: count)) }
        return .seeOther("/app/\(context.workspace.slug.text)/whatsapp\(InboxPages.query(text: form["query"] ?? "").text)")
    }

    private static func change(_ form: FormFields, _ times: PageTimes) throws -> ConversationChange {
        func label() throws -> Identifier<Label> {
            guard let id = Identifier<Label>(parsing: try form.require("label")) else { throw LabelProblem.missing }
            return id
        }
        guard let action = ConversationChangesBody.Action(rawValue: try form.require("action")) else {
            let all = ConversationChangesBody.Action.allCases.map(\.rawValue)
            throw RequestProblem.fieldMalformed("action", expected: "one of \(all.joined(separator: ", "))")
        }
        return switch action {
        case .close: .close
        case .archive: .archive
        case .reopen: .reopen
        case .snooze: .snooze(until: try SnoozeChoice.moment(form, times))
        case .assign: .assign(try assignment(form))
        case .read: .markRead
        case .unread: .markUnread
        case .addLabel: .addLabel(try label())
        case .removeLabel: .removeLabel(try label())
        }
    }

    @Sendable private func assign(request: Request, context: MemberContext) async throws -> Response {
        let id = try context.id("conversation", of: Conversation.self)
        let form = try await request.form()
        let chosen = try Self.assignment(form)
        let assignment = form["mine"] == nil ? chosen : Assignment(assignee: context.signedIn.account.id, team: chosen.team)
        try await services.conversations.change(id, .assign(assignment), access: context.access)
        return .done(request, next: Self.address(of: id, context))
    }

    private static func assignment(_ form: FormFields) throws -> Assignment {
        Assignment(
            assignee: try choice("assignee", form, AssignmentProblem.assigneeMissing),
            team: try choice("team", form, AssignmentProblem.teamMissing))
    }

    /// Nothing was chosen when the field is empty.
    private static func choice<Entity: Identified>(_ name: String, _ form: FormFields, _ problem: AssignmentProblem) throws
        -> Identifier<Entity>?
    {
        guard let text = form[name], !text.isEmpty else { return nil }
        guard let id = Identifier<Entity>(parsing: text) else { throw problem }
        return id
    }

    private static func address(of id: Identifier<Conversation>, _ context: MemberContext) -> String {
        "/app/\(context.workspace.slug.text)/whatsapp/\(id.text)"
    }
}

/// A message as the composer posts it; sender and recipient are those of the conversation.
private struct PostedMessage: Decodable {
    let clientID: String?
    let content: DraftContent
    let replyTo: Identifier<Message>?
    /// The version of the draft that this was.
    let draft: Int64?
    let sendAt: Date?

    private enum Keys: CodingKey { case clientId, replyTo, draft, sendAt }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        clientID = try container.decodeIfPresent(String.self, forKey: .clientId)
        replyTo = try container.decodeIfPresent(Identifier<Message>.self, forKey: .replyTo)
        draft = try container.decodeIfPresent(Int64.self, forKey: .draft)
        sendAt = try container.decodeIfPresent(Date.self, forKey: .sendAt)
        content = try PostedContent(from: decoder).draft
    }

    init(json request: Request) async throws {
        self = try StrictJSON.decode(Self.self, from: Array(buffer: try await request.bytes(upTo: APIContext.bodyLimit)))
    }

    /// A time stands beside the text; it counts when it was chosen by its own button.
    init(form: FormFields, _ times: PageTimes) throws {
        clientID = form["clientId"]
        content = .given(.text(TextContent(body: try form.require("text"))))
        (replyTo, draft) = (nil, nil)
        sendAt = form["until"] != nil || form["later"] != nil ? try SnoozeChoice.moment(form, times) : nil
    }
}
