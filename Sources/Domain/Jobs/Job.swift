package import struct Foundation.Date

/// Work that outlives its request, as the process has it that does it.
package struct Job: Sendable, Identified {
    package static let identifierPrefix = "job"

    package let id: Identifier<Job>
    package let workspaceID: Identifier<Workspace>
    package let kind: String
    package let key: String
    /// JSON, in the form that the kind's handler reads.
    package let payload: String
    /// How often it was tried, this time included.
    package let attempts: Int
    package let epoch: Int

    package init(
        id: Identifier<Job>, workspaceID: Identifier<Workspace>, kind: String, key: String, payload: String, attempts: Int, epoch: Int
    ) {
        (self.id, self.workspaceID, self.kind, self.key, self.payload) = (id, workspaceID, kind, key, payload)
        (self.attempts, self.epoch) = (attempts, epoch)
    }
}

package enum JobState: String, Sendable, CaseIterable, Codable {
    /// To be done, or being done.
    case pending
    /// Given up after many tries, or hopeless: a person decides.
    case dead
}

/// A job as a person looks at it. What it works with isn't shown: it may name a customer.
package struct JobEntry: Sendable, Equatable {
    package let id: Identifier<Job>
    package let kind: String
    /// Names what the job is about, such as a message or a file; one pending job of a kind has it.
    package let key: String
    package let state: JobState
    package let attempts: Int
    /// Why the last try failed, in words.
    package let error: String?
    /// When it is tried next; of a dead one, when it was last.
    package let runAt: Date
    package let createdAt: Date

    package init(
        id: Identifier<Job>, kind: String, key: String, state: JobState, attempts: Int, error: String?, runAt: Date, createdAt: Date
    ) {
        (self.id, self.kind, self.key, self.state) = (id, kind, key, state)
        (self.attempts, self.error, self.runAt, self.createdAt) = (attempts, error, runAt, createdAt)
    }
}

/// Why a person's wish about a job can't be fulfilled.
package enum JobEntryProblem: Problem, Equatable {
    case missing
    /// It isn't dead: the program is still at it.
    case notDead
    /// The same work is to be done already.
    case samePending

    package var kind: ProblemKind {
        switch self {
        case .missing: .missing
        case .notDead, .samePending: .conflict
        }
    }

    package var code: String {
        switch self {
        case .missing: "job.missing"
        case .notDead: "job.not-dead"
        case .samePending: "job.same-pending"
        }
    }

    package var detail: String {
        switch self {
        case .missing: "There is no such piece of work any more. It may have been done or discarded meanwhile."
        case .notDead:
            "This is still being worked on, so there is nothing to decide. Only what was set aside can be tried again or discarded."
        case .samePending: "The same work is waiting to be done already, so this piece isn't needed any more. You can discard it."
        }
    }
}
