internal import Domain
internal import Store

internal import struct Foundation.Date

/// The part of the gate that needs what is known of templates and people: which are paused, who gets no marketing, and who wants none. It is asked when a message
/// is accepted and again immediately before its call.
struct TemplateGate {
    /// A message that may or may not be a template.
    struct Question {
        let message: Identifier<Message>
        let contact: Identifier<Contact>
        let content: MessageContent
        let lane: Lane

        fileprivate var isTemplate: Bool { if case .template = content { true } else { false } }
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
        var refusals = try unwanted(questions.filter { $0.lane == .campaign && !$0.isTemplate }.map { ($0, nil) }, sender: sender)
        guard !templates.isEmpty else { return refusals }
        let table = RestrictionTable(transaction, in: sender.workspaceID)
        let states = try table.states(of: Set(templates.map(\.key)), connection: sender.connectionID)
        // What is mailed to many is marketing until it's known better.
        let marketing = templates.filter { states[$0.key]?.isMarketing == true || $0.question.lane == .campaign }
        let restricted = try table.restricted(Set(marketing.map(\.question.contact)), now: now)
        for (question, _) in marketing {
            if let until = restricted[question.contact] { refusals[question.message] = .marketingRestricted(until: until) }
        }
        for (question, key) in templates {
            guard let state = states[key], let code = state.pausedCode, let until = state.pausedUntil, until > now else { continue }
            refusals[question.message] = .templatePaused(name: key.name, code: code, until: until)
        }
        // What the people themselves said goes before all that passes by itself.
        refusals.merge(
            try unwanted(templates.map { ($0.question, states[$0.key]?.isMarketing == true ? .marketing : nil) }, sender: sender)
        ) { $1 }
        return refusals
    }

    /// Those of the messages whose people don't want them. A category that isn't given is looked up, for the few who have opted out; while it isn't known, what
    /// is mailed to many is marketing.
    private func unwanted(
        _ questions: [(question: Question, category: TemplateDraft.Category?)], sender: Sender
    ) throws -> [Identifier<Message>: SendingProblem] {
        guard !questions.isEmpty else { return [:] }
        let system = Access.system("gate", in: sender.workspaceID)
        let consents = try ConsentTable(transaction, system).optedOut(among: Set(questions.map(\.question.contact)))
        var refusals: [Identifier<Message>: SendingProblem] = [:]
        for (question, category) in questions {
            guard let consent = consents[question.contact] else { continue }
            var category = category
            if category == nil, case .template(let template) = question.content {
                category = try TemplateTable(transaction, system).find(.init(template), connection: sender.connectionID)
                    .flatMap { TemplateDraft.Category(rawValue: $0.definition.category) }
            }
            if category == nil, question.lane == .campaign { category = .marketing }
            if let reason = consent.forbids(category) { refusals[question.message] = .optedOut(reason) }
        }
        return refusals
    }

    func check(_ question: Question, sender: Sender) throws {
        if let refusal = try refusals([question], sender: sender)[question.message] { throw refusal }
    }
}
