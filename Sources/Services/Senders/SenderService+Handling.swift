package import Domain
package import Store

/// Who is given the new conversations of a number, and whether that still works.
package struct SenderHandling: Sendable {
    package let handler: Assignment
    /// Of the person or team; nil for nobody, and where neither is known any more.
    package let name: String?
    /// Why new conversations can't be given to them; they wait for whoever is in the inbox, then.
    package let problem: AssignmentProblem?

    package init(handler: Assignment, name: String?, problem: AssignmentProblem?) {
        (self.handler, self.name, self.problem) = (handler, name, problem)
    }
}

extension SenderService {
    /// Chooses a person, a team or nobody. The caller's transaction. Throws ``AssignmentProblem``.
    func setHandler(_ handler: Assignment, of id: Identifier<Sender>, access: Access, in transaction: any Transaction) throws {
        try access.require(.sendersManage)
        guard handler.assignee == nil || handler.team == nil else { throw AssignmentProblem.notBoth }
        let table = SenderTable(transaction, access)
        let sender = try table.present(id)
        guard sender.handler != handler else { return }
        try AssignmentRules(transaction, access).check(handler)
        try table.setHandler(handler, id)
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: id.text, cause: "handled-by"), at: now())
    }

    /// How the handlers of these numbers stand.
    package func handlings(of senders: [Sender], access: Access) async throws -> [Identifier<Sender>: SenderHandling] {
        try access.require(.sendersView)
        let handled = senders.filter { $0.handler != .nobody }
        guard !handled.isEmpty else { return [:] }
        return try await database.read { transaction in
            // Whoever sees a number may know who looks after it.
            let reading = Access.system("senders", in: access.workspaceID)
            let rules = AssignmentRules(transaction, reading)
            return try handled.reduce(into: [:]) { handlings, sender in
                let handler = sender.handler
                let person = try handler.assignee.flatMap { try MemberTable(transaction, reading).member($0)?.account.name }
                let team = try handler.team.flatMap { try TeamTable(transaction, reading).find($0)?.name }
                handlings[sender.id] = SenderHandling(
                    handler: handler, name: person ?? team, problem: try rules.problem(of: handler))
            }
        }
    }
}
