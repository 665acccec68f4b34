internal import Domain
internal import Store

internal import struct Foundation.Date

/// The part of the gate that needs what the provider's answers have taught: paused templates, and people who get no marketing.
struct TemplateGate {
    /// A message that may or may not be a template.
    struct Question {
        let message: Identifier<Message>
        let contact: Identifier<Contact>
        let content: MessageContent
        let lane: Lane
    }

    private let transaction: any Transaction
    private let now: Date

    init(_ transaction: any Transaction, now: Date) { (self.transaction, self.now) = (transaction, now) }

    /// What forbids each of the messages of one sender that may not leave.
    func refusals(_ questions: [Question], sender: Sender) throws -> [Identifier<Message>: SendingProblem] {
        let templates = questions.compactMap { question -> (question: Question, key: RestrictionTable.TemplateKey)? in
            guard case .template(let template) = question.content else { return nil }
            return (question, RestrictionTable.TemplateKey(template))
        }
        guard !templates.isEmpty else { return [:] }
        let table = RestrictionTable(transaction, in: sender.workspaceID)
        let states = try table.states(of: Set(templates.map(\.key)), connection: sender.connectionID)
        // What is mailed to many is marketing until it's known better.
        let marketing = templates.filter { states[$0.key]?.isMarketing == true || $0.question.lane == .campaign }
        let restricted = try table.restricted(Set(marketing.map(\.question.contact)), now: now)
        var refusals: [Identifier<Message>: SendingProblem] = [:]
        for (question, _) in marketing {
            if let until = restricted[question.contact] { refusals[question.message] = .marketingRestricted(until: until) }
        }
        for (question, key) in templates {
            guard let state = states[key], let code = state.pausedCode, let until = state.pausedUntil, until > now else { continue }
            refusals[question.message] = .templatePaused(name: key.name, code: code, until: until)
        }
        return refusals
    }

    func check(_ question: Question, sender: Sender) throws {
        if let refusal = try refusals([question], sender: sender)[question.message] { throw refusal }
    }
}
