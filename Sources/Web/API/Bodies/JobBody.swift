internal import Domain
internal import Services

internal import struct Foundation.Date

/// A piece of work in the background. What it works with isn't given out: it may name a customer.
struct JobBody: Encodable {
    let id: Identifier<Job>
    let kind: String
    let key: String
    let state: JobState
    let attempts: Int
    let error: String?
    let runAt: Date
    let createdAt: Date

    init(_ entry: JobEntry) {
        (id, kind, key, state) = (entry.id, entry.kind, entry.key, entry.state)
        (attempts, error, runAt, createdAt) = (entry.attempts, entry.error, entry.runAt, entry.createdAt)
    }
}

extension JobBody: APISchema {
    static let schemaName = "Job"
    static let schema = Schema.object(
        [
            "id": Schema.id(Job.self), "kind": Schema.text("What is to be done, such as media-download or read-receipt."),
            "key": Schema.text("What it is about, such as the id of a file; one pending job of a kind has it."),
            "state": Schema.choice(JobState.self, "Dead ones were given up, until a person requeues or discards them."),
            "attempts": Schema.integer("How often it was tried."), "error": Schema.text("Why the last try failed."),
            "runAt": Schema.instant("When it is tried next; of a dead one, when it was last."), "createdAt": Schema.instant(),
        ], optional: ["error"])
    static let example: JSONValue = [
        "id": "job_01jz3c4m5n6p7q8r9s0t1v2w3x", "kind": "media-download", "key": "med_01jz3c4m5n6p7q8r9s0t1v2w3x", "state": "dead",
        "attempts": 25, "error": "WhatsApp has no such file any more.", "runAt": "2026-11-21T08:00:00.000Z",
        "createdAt": "2026-11-20T07:00:00.000Z",
    ]
}

/// What became of all jobs that were given up.
struct RequeuedJobsBody: Encodable {
    let requeued: Int
    let left: Int

    init(_ result: RequeuedJobs) { (requeued, left) = (result.requeued, result.left) }
}

extension RequeuedJobsBody: APISchema {
    static let schemaName = "RequeuedJobs"
    static let schema = Schema.object([
        "requeued": Schema.integer("Jobs that are done again."),
        "left": Schema.integer("Jobs that stay: the same work is pending already."),
    ])
    static let example: JSONValue = ["requeued": 12, "left": 1]
}
