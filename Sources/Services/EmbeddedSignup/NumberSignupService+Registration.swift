package import Domain
internal import Store

/// The number is registered, by the program, with its PIN.
extension NumberSignupService {
    /// Tries with the PIN that the number has.
    package func give(_ pin: RegistrationPIN, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        let sealed = try sealing.seal(pin.text, at: Self.place(of: id, "pin", access))
        return try await change(id, access, "pin") { stored, _ in
            guard stored.signup.step == .registration, stored.signup.needsPIN else { throw NumberSignupProblem.stepPassed }
            guard !stored.signup.isWorking else { throw NumberSignupProblem.underWay }
            (stored.sealedPIN, stored.signup.needsPIN) = (sealed, false)
            (stored.signup.isWorking, stored.signup.trouble) = (true, nil)
        }
    }

    /// Has the program try its step again.
    /// - Parameter server: scheme and host of this installation, as the provider reaches it.
    package func retry(_ id: Identifier<NumberSignup>, server: String, access: Access) async throws -> NumberSignup {
        try await change(id, access, "retried") { stored, _ in
            guard [.account, .registration].contains(stored.signup.step), !stored.signup.needsPIN else {
                throw NumberSignupProblem.stepPassed
            }
            (stored.signup.isWorking, stored.signup.trouble, stored.signup.server) = (true, nil, server)
        }
    }
}
