internal import Domain
internal import Store

/// What a draft's content is once the templates are known that it is about.
extension SendingService {
    /// Throws ``TemplateProblem``. A template that is given as it goes to WhatsApp is passed on whether we know it or not.
    func resolve(
        _ draft: DraftContent, sender: Sender, mustBeSendable: Bool, access: Access, in transaction: any Transaction
    ) throws -> MessageContent {
        let templates = TemplateTable(transaction, access.withGrant(.templatesView))
        switch draft {
        case .given(.template(var content)):
            content.shown = try templates.find(.init(content), connection: sender.connectionID)?.text(content.components)
            return .template(content)
        case .given(let content): return content
        case .template(let id, let values):
            guard let template = try templates.find(id) else { throw TemplateProblem.missing }
            guard template.connectionID == sender.connectionID else { throw TemplateProblem.otherAccount }
            if mustBeSendable { try template.requireSendable() }
            let content = MessageContent.template(try template.content(values))
            try content.validateForSending()
            return content
        }
    }

    /// As given, to compare it with an earlier message; nil when it can't be told any more.
    func known(
        _ draft: DraftContent, sender: Identifier<Sender>, access: Access, in transaction: any Transaction
    ) throws -> MessageContent? {
        if case .given(let content) = draft { return content.given }
        guard let sender = try SenderTable(transaction, access.withGrant(.sendersView)).find(sender) else { return nil }
        do {
            return try resolve(draft, sender: sender, mustBeSendable: false, access: access, in: transaction).given
        } catch is TemplateProblem {
            return nil
        }
    }
}
