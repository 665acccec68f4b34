/// What is known of a number, out of which its status follows. Facts of five kinds, of which none stands for another: what we want, whether the
/// provider is being asked, how far the set-up has come, what the provider allows, and what is paid.
package struct SenderFacts: Sendable, Equatable, Hashable {
    /// How far a number has come at its provider.
    package enum SetUp: String, Sendable, CaseIterable {
        /// The provider's sign-up wasn't finished.
        case signup
        /// Nobody has proved yet that the number is theirs.
        case verification
        /// Verified, and not registered for sending.
        case registration
        /// Registered, and its display name isn't approved.
        case approval
        case done
        /// It went wrong, and a person tries again.
        case failed
    }

    /// Whether the provider lets the number work.
    package enum Policy: String, Sendable, CaseIterable {
        case fine
        /// It may answer customers, and not begin.
        case restricted
        case suspended
    }

    /// What stands between us and the provider.
    package enum Trouble: String, Sendable, CaseIterable {
        case none
        case tokenRefused = "token-refused"
        /// The provider's account doesn't hold the number, as far as the token can see.
        case numberMissing = "number-missing"
        case paymentMissing = "payment-missing"
    }

    package enum Subscription: String, Sendable, CaseIterable {
        /// Of a kind that costs nothing.
        case free
        case paid
        /// The renewal is due and couldn't be paid; it works some days longer.
        case grace
        case lapsed
    }

    /// The wish.
    package var isActive = true
    /// The provider is being asked how the number is.
    package var isChecking = false
    package var setUp = SetUp.done
    package var policy = Policy.fine
    package var trouble = Trouble.none
    package var subscription = Subscription.free

    package init() {}
}

/// How a number stands: its status, and why, when there is something to say.
package struct SenderCondition: Sendable, Equatable {
    package let status: Sender.Status
    package let reason: SenderReason?

    package init(status: Sender.Status, reason: SenderReason?) { (self.status, self.reason) = (status, reason) }
}

extension SenderFacts {
    /// The first of these that holds: what the business itself decided, what the provider forbids, and then what is still to be done.
    package var condition: SenderCondition {
        func because(_ status: Sender.Status, _ reason: SenderReason) -> SenderCondition { .init(status: status, reason: reason) }
        if !isActive { return because(.offline, .switchedOff) }
        if subscription == .lapsed { return because(.offline, .creditsMissing) }
        if policy == .suspended { return because(.suspended, .suspended) }
        if isChecking { return because(.connecting, .checking) }
        switch setUp {
        case .failed: return because(.failed, .setUpFailed)
        case .signup: return because(.pending, .signupUnfinished)
        case .verification, .registration, .approval, .done: break
        }
        switch trouble {
        case .tokenRefused: return because(.failed, .tokenRefused)
        case .numberMissing: return because(.failed, .numberMissing)
        case .paymentMissing: return because(.failed, .paymentMissing)
        case .none: break
        }
        switch setUp {
        case .verification: return because(.pending, .verificationMissing)
        case .registration: return because(.pending, .registrationMissing)
        case .approval: return because(.pending, .nameUnapproved)
        case .signup, .done, .failed: break
        }
        if policy == .restricted { return because(.online, .restricted) }
        return SenderCondition(status: .online, reason: subscription == .grace ? .renewalDue : nil)
    }

    package var status: Sender.Status { condition.status }
}
