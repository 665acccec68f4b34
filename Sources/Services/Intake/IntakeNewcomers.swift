internal import Domain
internal import Store

internal import struct Foundation.Date

/// Makes leads of people who weren't known and wrote, where a workspace wants that: in the transaction that stores what they wrote, so that it happens
/// once however often that is delivered.
struct IntakeNewcomers {
    private let transaction: any Transaction
    private let now: Date

    init(_ transaction: any Transaction, now: Date) { (self.transaction, self.now) = (transaction, now) }

    /// - Parameter begun: conversations that begin. One that begins with a line of the platform's is with somebody who said nothing.
    func welcome(_ begun: [IntakeTable.ConversationRow], events: inout [Identifier<Workspace>: [NewEvent]]) throws {
        let rows = begun.filter { $0.lastInboundAt != nil }
        guard !rows.isEmpty else { return }
        let table = NewcomerTable(transaction)
        let wanting = try table.settings(of: Set(rows.map(\.workspaceID)))
        for (workspaceID, (settings, status)) in wanting.sorted(by: { $0.key < $1.key }) {
            let newcomers = rows.filter { $0.workspaceID == workspaceID }.sorted { $0.id < $1.id }.map { row in
                NewcomerTable.Newcomer(
                    workspaceID: workspaceID, contact: row.contactID, conversation: row.id, assignee: row.assignment.assignee)
            }
            let made = try table.insert(newcomers, settings, status: status, in: workspaceID, at: now)
            events[workspaceID, default: []] += made.map { NewEvent(.leadUpdated, subject: $0.text, cause: "made") }
        }
    }
}
