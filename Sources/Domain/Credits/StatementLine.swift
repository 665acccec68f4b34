package import struct Foundation.Date

/// A posting as it stands in the statement.
package struct StatementLine: Sendable, Equatable {
    package let id: Identifier<LedgerPosting>
    /// Its place.
    package let sequence: Int64
    package let kind: LedgerPosting.Kind
    package let amount: Credits
    package let source: LedgerAccount
    package let target: LedgerAccount
    package let senderID: Identifier<Sender>?
    /// What the number was called then.
    package let senderName: String?
    /// The end of the month that it is for.
    package let paidUntil: Date?
    package let note: String?
    package let balanceAfter: Credits
    package let actor: String
    package let at: Date

    package init(
        id: Identifier<LedgerPosting>, sequence: Int64, kind: LedgerPosting.Kind, amount: Credits, source: LedgerAccount,
        target: LedgerAccount, senderID: Identifier<Sender>?, senderName: String?, paidUntil: Date?, note: String?, balanceAfter: Credits,
        actor: String, at: Date
    ) {
        (self.id, self.sequence, self.kind, self.amount) = (id, sequence, kind, amount)
        (self.source, self.target, self.senderID, self.senderName) = (source, target, senderID, senderName)
        (self.paidUntil, self.note, self.balanceAfter, self.actor, self.at) = (paidUntil, note, balanceAfter, actor, at)
    }

    /// What it did to the balance.
    package var change: Credits { source == .balance ? -amount : target == .balance ? amount : .zero }
}
