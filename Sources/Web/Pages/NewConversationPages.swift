internal import Domain
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Services

/// Writing to somebody first: which of our numbers, and to whom. Leads to the conversation, where a template can be chosen.
struct NewConversationPages: Sendable {
    /// People who are offered by name.
    private static let contactLimit = 10

    let printer: PagePrinter
    let services: WebServices

    var routes: RouteSet {
        let address = "/app/{workspace}/whatsapp/new"
        let sending = RouteDeclaration.Callers.grant(.messagesSend)
        return RouteSet(member: [
            Route(.get, address, allows: sending, respond: show),
            Route(.post, address, allows: sending, respond: begin),
        ])
    }

    /// With `?to=` also the conversations that there are with the number already; the only one is opened at once.
    @Sendable private func show(request: Request, context: MemberContext) async throws -> Response {
        let fields = FormFields(parsing: ByteBuffer(string: request.uri.query ?? ""))
        let (frame, senders) = (printer.frame(request, context), try await senders(context))
        let draft = NewConversationView.Draft(sender: fields["sender"] ?? "", to: fields["to"] ?? "")
        guard !draft.to.isEmpty, let number = try? Self.number(draft.to) else {
            return printer.page(NewConversationView(draft, senders: senders, in: frame))
        }
        let known = try await services.sending.conversations(with: number, access: context.access)
        if known.count == 1, senders.count == 1 { return .seeOther("\(frame.base)/whatsapp/\(known[0].id)") }
        return printer.page(NewConversationView(draft, senders: senders, known: known, in: frame))
    }

    @Sendable private func begin(request: Request, context: MemberContext) async throws -> Response {
        let (form, frame) = (try await request.form(), printer.frame(request, context))
        let senders = try await senders(context)
        let draft = NewConversationView.Draft(sender: form["sender"] ?? "", to: (form["to"] ?? "").trimmed)
        func again(_ problem: any Problem, offered: [Conversation] = []) -> Response {
            let view = NewConversationView(draft, senders: senders, offered: offered, problem: problem, in: frame)
            return printer.page(view, status: problem.kind.status)
        }
        do {
            guard let sender = Identifier<Sender>(parsing: draft.sender) ?? (senders.count == 1 ? senders[0].id : nil) else {
                throw SenderProblem.missing
            }
            let conversation = try await services.sending.begin(
                from: sender, with: try Self.recipient(form, draft), numbers: .embedded, access: context.access)
            return .seeOther("\(frame.base)/whatsapp/\(conversation.id)")
        } catch let problem as PhoneNumberProblem {
            // No number may be a name, or the end of a number that is known.
            return again(problem, offered: problem.mayBeWords ? try await people(draft.to, context) : [])
        } catch let problem as any Problem where problem is SenderProblem || problem is ConversationProblem || problem is SendingProblem {
            return again(problem)
        }
    }

    private static func recipient(_ form: FormFields, _ draft: NewConversationView.Draft) throws -> DraftRecipient {
        if let contact = form["contact"] {
            guard let id = Identifier<Contact>(parsing: contact) else { throw SendingProblem.contactMissing }
            return .contact(id)
        }
        return .phone(try number(draft.to))
    }

    /// Two noughts are how many telephones write the plus.
    private static func number(_ text: String) throws(PhoneNumberProblem) -> PhoneNumber {
        try PhoneNumber(parsing: text.hasPrefix("00") ? "+\(text.dropFirst(2))" : text)
    }

    /// Conversations with people of this name, one for each person.
    private func people(_ text: String, _ context: MemberContext) async throws -> [Conversation] {
        guard context.access.permits(.conversationsView), (try? SearchQuery(parsing: text)) != nil else { return [] }
        let found = try await services.search.contacts(
            text, spelling: nil, after: nil, limit: Self.contactLimit, access: context.access)
        return found.data.compactMap(\.first)
    }

    /// Whoever may send may choose from which number.
    private func senders(_ context: MemberContext) async throws -> [Sender] {
        try await services.senders.list(access: .system("pages", in: context.access.workspaceID))
    }
}

extension PhoneNumberProblem {
    /// Whether what was typed is something else than a number, as far as one can tell.
    fileprivate var mayBeWords: Bool {
        switch self {
        case .plusMissing, .notDigits, .length: true
        case .empty, .leadingZero, .countryUnknown, .tooShort, .tooLong, .impossible: false
        }
    }
}
