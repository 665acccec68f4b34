/// What can happen to a number: a person's commands, and what its provider or its subscription tells.
package enum SenderEvent: String, Sendable, CaseIterable, Codable {
    // Commands.
    case activated, deactivated, retried

    // The set-up.
    case signupFinished = "signup-finished"
    case unverified, verified, unregistered
    case nameRefused = "name-refused"
    case nameApproved = "name-approved"
    case setUpFailed = "set-up-failed"
    /// The provider says that the number is registered and ours to use.
    case confirmed

    // What the provider allows.
    case restricted, suspended, reinstated

    // What stands between us.
    case tokenRefused = "token-refused"
    case numberMissing = "number-missing"
    case paymentMissing = "payment-missing"
    /// Nobody could say how the number is; what was known of it still holds.
    case checkFailed = "check-failed"

    // The subscription.
    case subscriptionFree = "subscription-free"
    case subscriptionPaid = "subscription-paid"
    case graceBegan = "grace-began"
    case subscriptionLapsed = "subscription-lapsed"
}

extension SenderEvent {
    /// What a number with no other fault stands for after it; nil when it only makes things better.
    package var reason: SenderReason? {
        switch self {
        case .deactivated: .switchedOff
        case .activated, .retried: .checking
        case .signupFinished, .unverified: .verificationMissing
        case .verified, .unregistered: .registrationMissing
        case .nameRefused: .nameUnapproved
        case .setUpFailed: .setUpFailed
        case .restricted: .restricted
        case .suspended: .suspended
        case .tokenRefused: .tokenRefused
        case .numberMissing: .numberMissing
        case .paymentMissing: .paymentMissing
        case .graceBegan: .renewalDue
        case .subscriptionLapsed: .creditsMissing
        case .nameApproved, .confirmed, .reinstated, .checkFailed, .subscriptionFree, .subscriptionPaid: nil
        }
    }
}

extension SenderFacts {
    /// The facts after an event. A provider's or a subscription's event always applies, also to a number that is switched off: it is
    /// remembered. A command that makes no sense now throws ``SenderProblem/activeAlready``, ``SenderProblem/inactiveAlready`` or
    /// ``SenderProblem/nothingToRetry(_:)``.
    package func after(_ event: SenderEvent) throws(SenderProblem) -> SenderFacts {
        var facts = self
        switch event {
        case .activated:
            guard !isActive else { throw .activeAlready }
            facts.isActive = true
            // What was known is old by now. A sign-up that was never finished has nobody to ask.
            facts.isChecking = setUp != .signup
        case .deactivated:
            guard isActive else { throw .inactiveAlready }
            facts.isActive = false
            facts.isChecking = false
        case .retried:
            guard isActive, condition.reason?.allowsRetry == true else { throw .nothingToRetry(condition) }
            facts.isChecking = true
        case .signupFinished: if setUp == .signup { facts.setUp = .verification }
        case .unverified: facts.learn(.verification)
        case .verified: if setUp == .verification || setUp == .signup { facts.setUp = .registration }
        case .unregistered: facts.learn(.registration)
        case .nameRefused: facts.learn(.approval)
        case .nameApproved: if setUp == .approval { facts.setUp = .done }
        case .setUpFailed: facts.learn(.failed)
        case .confirmed: facts.learn(.done)
        case .restricted: facts.policy = .restricted
        case .suspended:
            facts.policy = .suspended
            facts.isChecking = false
        case .reinstated: facts.policy = .fine
        case .tokenRefused: facts.meet(.tokenRefused)
        case .numberMissing: facts.meet(.numberMissing)
        case .paymentMissing: facts.meet(.paymentMissing)
        case .checkFailed: facts.isChecking = false
        case .subscriptionFree: facts.subscription = .free
        case .subscriptionPaid: facts.subscription = .paid
        case .graceBegan: facts.subscription = .grace
        case .subscriptionLapsed: facts.subscription = .lapsed
        }
        return facts
    }

    /// The provider has answered: nothing stands between us.
    private mutating func learn(_ setUp: SetUp) {
        self.setUp = setUp
        trouble = .none
        isChecking = false
    }

    private mutating func meet(_ trouble: Trouble) {
        self.trouble = trouble
        isChecking = false
    }
}
