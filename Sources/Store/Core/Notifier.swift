/// What may have changed in another process.
package enum Nudge: String, Sendable, Hashable, CaseIterable {
    case events, queue, jobs
}

/// Wake-ups between the processes of one database. They say that something may have changed and nothing more, may come twice or not at all; the table
/// is the truth, and is looked at now and then in any case.
package protocol Notifier: Sendable {
    /// Tells the other processes, soon; many calls close together are one.
    func tell(_ nudge: Nudge)

    func close()
}
