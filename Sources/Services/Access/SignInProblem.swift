package import Domain

package enum SignInProblem: Problem, Equatable {
    /// No such account, no password yet, or another password: nobody is told which.
    case wrong
    case tooMany(retryAfterSeconds: Int)
    case busy
    /// The one-time link was used, is too old, or never was.
    case linkInvalid
    /// There is an owner already, so nobody else can set this installation up.
    case alreadySetUp

    package var kind: ProblemKind {
        switch self {
        case .wrong: .unauthenticated
        case .tooMany: .limited
        case .busy: .unavailable
        case .linkInvalid: .gone
        case .alreadySetUp: .conflict
        }
    }

    package var code: String {
        switch self {
        case .wrong: "sign-in.wrong"
        case .tooMany: "sign-in.too-many"
        case .busy: "sign-in.busy"
        case .linkInvalid: "link.invalid"
        case .alreadySetUp: "set-up.done"
        }
    }

    package var detail: String {
        switch self {
        case .wrong: "The e-mail address or the password isn't right."
        case .tooMany(let seconds): "Too many tries. Wait \(max(1, (seconds + 59) / 60)) min and try again."
        case .busy: "Too many people are signing in at this moment. Try again in a few seconds."
        case .linkInvalid: "This link was used already or is too old. Ask for a new one."
        case .alreadySetUp: "Switchboard is set up already. Sign in, or ask an owner to add you."
        }
    }

    package var retryAfterSeconds: Int? {
        switch self {
        case .tooMany(let seconds): seconds
        case .busy: 3
        case .wrong, .linkInvalid, .alreadySetUp: nil
        }
    }
}
