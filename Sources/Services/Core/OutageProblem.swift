package import Domain
internal import Store

/// The database can't do it now, as a problem that a caller can act on. Everything else that the store throws is a defect.
package enum OutageProblem: Problem, Equatable {
    case unavailable
    /// The connection was cut during COMMIT.
    case outcomeUnknown

    package init?(_ error: any Error) {
        guard let error = error as? StoreError, error.isOutage else { return nil }
        self = error == .outcomeUnknown ? .outcomeUnknown : .unavailable
    }

    package var kind: ProblemKind { .unavailable }

    package var code: String {
        switch self {
        case .unavailable: "store.unavailable"
        case .outcomeUnknown: "store.outcome-unknown"
        }
    }

    package var detail: String {
        switch self {
        case .unavailable: "The database can't be reached right now. Try again in a few seconds."
        case .outcomeUnknown:
            "The database was cut off at the last moment, so this may or may not have happened. Repeat it with the same clientId or Idempotency-Key."
        }
    }
}
