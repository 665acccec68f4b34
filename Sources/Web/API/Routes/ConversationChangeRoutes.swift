internal import Domain
internal import Hummingbird
internal import Services

/// What is done with conversations: with one by addresses of its own, with several at once by `/api/v1/conversations/changes`.
struct ConversationChangeRoutes: Sendable {
    let services: WebServices

    var routes: [Route<APIContext>] { states + holders + reading + answering + [several] }

    private static let conversation = "/api/v1/conversations/{conversation}"

    private var states: [Route<APIContext>] {
        let problems: [any Problem] = [ConversationProblem.missing]
        return [
            Route(
                .post, "\(Self.conversation)/closure", allows: .grant(.conversationsClose),
                operation: Operation(
                    "closeConversation", tag: "Conversations", "Closes a conversation; a new message opens it again",
                    answer: .nothing("It is closed."), problems: problems)
            ) { try await change(.close, $0, $1) },
            Route(
                .delete, "\(Self.conversation)/closure", allows: .grant(.conversationsClose),
                operation: Operation(
                    "reopenConversation", tag: "Conversations", "Opens a closed, snoozed or archived conversation again",
                    answer: .nothing("It is open."), problems: problems)
            ) { try await change(.reopen, $0, $1) },
            Route(
                .post, "\(Self.conversation)/archive", allows: .grant(.conversationsClose),
                operation: Operation(
                    "archiveConversation", tag: "Conversations", "Archives a conversation; a new message opens it again",
                    answer: .nothing("It is archived."), problems: problems)
            ) { try await change(.archive, $0, $1) },
            Route(
                .put, "\(Self.conversation)/snooze", allows: .grant(.conversationsClose),
                operation: Operation(
                    "snoozeConversation", tag: "Conversations",
                    "Takes a conversation out of the way until a moment, or until the customer writes",
                    body: SnoozeBody.self, answer: .nothing("It is snoozed."),
                    problems: problems + [ConversationProblem.snoozePast, ConversationProblem.snoozeTooLong]), respond: snooze),
        ]
    }

    private var holders: [Route<APIContext>] {
        let problems: [any Problem] = [ConversationProblem.missing, LabelProblem.missing]
        return [
            Route(
                .put, "\(Self.conversation)/assignment", allows: .grant(.conversationsAssign),
                operation: Operation(
                    "assignConversation", tag: "Conversations", "Gives a conversation to a person, a team, both or nobody",
                    body: AssignmentBody.self, answer: .nothing("It is assigned so."),
                    problems: [
                        ConversationProblem.missing, AssignmentProblem.assigneeMissing, AssignmentProblem.teamMissing,
                        AssignmentProblem.teamBlind,
                    ]),
                respond: assign),
            Route(
                .put, "\(Self.conversation)/labels/{label}", allows: .grant(.conversationsLabel),
                operation: Operation(
                    "labelConversation", tag: "Conversations", "Puts a label on a conversation", answer: .nothing("It has the label."),
                    problems: problems + [LabelProblem.tooManyOnOne])
            ) { try await change(.addLabel($1.id("label", of: Label.self)), $0, $1) },
            Route(
                .delete, "\(Self.conversation)/labels/{label}", allows: .grant(.conversationsLabel),
                operation: Operation(
                    "unlabelConversation", tag: "Conversations", "Takes a label off a conversation",
                    answer: .nothing("It doesn't have the label."),
                    problems: problems)
            ) { try await change(.removeLabel($1.id("label", of: Label.self)), $0, $1) },
        ]
    }

    private var reading: [Route<APIContext>] {
        [
            Route(
                .post, "\(Self.conversation)/read", allows: .grant(.messagesSend),
                operation: Operation(
                    "readConversation", tag: "Conversations",
                    "Marks a conversation as read, and tells the customer if the sender is set so",
                    answer: .nothing("Nothing is unread."), problems: [ConversationProblem.missing])
            ) { try await change(.markRead, $0, $1) },
            Route(
                .delete, "\(Self.conversation)/read", allows: .grant(.messagesSend),
                operation: Operation(
                    "unreadConversation", tag: "Conversations",
                    "Marks a conversation as unread, for everybody; what is unread already stays as it is",
                    answer: .nothing("It is unread."), problems: [ConversationProblem.missing])
            ) { try await change(.markUnread, $0, $1) },
        ]
    }

    private var answering: [Route<APIContext>] {
        [
            Route(
                .put, "\(Self.conversation)/ai", allows: .grant(.messagesSend),
                operation: Operation(
                    "activateAI", tag: "Conversations", "Lets bots and assistants answer in a conversation",
                    answer: .nothing("They may answer."), problems: [ConversationProblem.missing])
            ) { try await change(.setAIActive(true), $0, $1) },
            Route(
                .delete, "\(Self.conversation)/ai", allows: .grant(.messagesSend),
                operation: Operation(
                    "deactivateAI", tag: "Conversations", "Leaves a conversation to people, as a person's reply does too",
                    answer: .nothing("Only people answer."), problems: [ConversationProblem.missing])
            ) { try await change(.setAIActive(false), $0, $1) },
        ]
    }

    /// Who may depends on the action; who may none of them isn't let in at all.
    private var several: Route<APIContext> {
        Route(
            .post, "/api/v1/conversations/changes", allows: .grant(.conversationsLabel),
            operation: Operation(
                "changeConversations", tag: "Conversations", "Does the same with several conversations: with all of them, or with none",
                body: ConversationChangesBody.self, answer: .one(ChangedBody.self, "How many are different now."),
                problems: [
                    ConversationProblem.missing, ConversationProblem.tooMany(count: 101), ConversationProblem.snoozePast,
                    AssignmentProblem.assigneeMissing, LabelProblem.missing,
                ]), respond: changeSeveral)
    }

    private func change(_ change: ConversationChange, _ request: Request, _ context: APIContext) async throws -> Response {
        let write = try await APIWrite(request)
        try write.expectEmpty()
        return try await perform([try id(context)], change, write, request, context) { _ in KeptAnswer.nothing }
    }

    @Sendable private func snooze(_ request: Request, _ context: APIContext) async throws -> Response {
        let write = try await APIWrite(request)
        let until = try write.decode(SnoozeBody.self).until
        return try await perform([try id(context)], .snooze(until: until), write, request, context) { _ in KeptAnswer.nothing }
    }

    @Sendable private func assign(_ request: Request, _ context: APIContext) async throws -> Response {
        let write = try await APIWrite(request)
        let assignment = try write.decode(AssignmentBody.self).assignment
        return try await perform([try id(context)], .assign(assignment), write, request, context) { _ in KeptAnswer.nothing }
    }

    @Sendable private func changeSeveral(_ request: Request, _ context: APIContext) async throws -> Response {
        let write = try await APIWrite(request)
        let input = try write.decode(ConversationChangesBody.self)
        return try await perform(input.conversations, input.change, write, request, context) {
            try KeptAnswer(ChangedBody(changed: $0), status: .ok)
        }
    }

    private func id(_ context: APIContext) throws -> Identifier<Conversation> { try context.id("conversation", of: Conversation.self) }

    private func perform(
        _ ids: [Identifier<Conversation>], _ change: ConversationChange, _ write: APIWrite, _ request: Request, _ context: APIContext,
        answer: @escaping @Sendable (_ changed: Int) throws -> KeptAnswer
    ) async throws -> Response {
        _ = try Query(request)
        let (conversations, access) = (services.conversations, context.access)
        let done = try await services.idempotentWrites.perform(write.idempotency, access: access) { transaction in
            let count = try conversations.change(ids, change, access: access, in: transaction)
            return (try answer(count), count)
        }
        if let count = done.made, count > 0 { conversations.announce(access) }
        return done.answer.response
    }
}
