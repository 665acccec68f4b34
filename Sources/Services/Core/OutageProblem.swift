package import Domain
internal import Store

/// The database can't do it now, as a problem that a caller can act on. Everything else that the store throws is a defect.
package enum OutageProblem: Problem, Equatable, CaseIterable {
    case unavailable
    /// No room on the disk.
    case full
    /// Another program holds the file of SQLite.
    case locked
    /// The connection was cut during COMMIT.
    case outcomeUnknown

    package init?(_ error: any Error) {
        guard let error = error as? StoreError, error.isOutage else { return nil }
        self =
            switch error {
            case .outcomeUnknown: .outcomeUnknown
            case .diskFull, .serverDiskFull: .full
            case .locked: .locked
            default: .unavailable
            }
    }

    package var kind: ProblemKind { .unavailable }

    package var code: String {
        switch self {
        case .unavailable: "store.unavailable"
        case .full: "store.full"
        case .locked: "store.locked"
        case .outcomeUnknown: "store.outcome-unknown"
        }
    }

    package var detail: String {
        switch self {
        case .unavailable: "The database can't be reached right now. Try again in a few seconds."
        case .full: "The disk of the database is full, so nothing new can be kept. Try again once whoever runs this server has made room."
        case .locked: "Another program holds the database, so nothing new can be kept. Try again in a few seconds."
        case .outcomeUnknown:
            "The database was cut off at the last moment, so this may or may not have happened. Repeat it with the same clientId or Idempotency-Key."
        }
    }
}
