package import Domain
internal import Store

/// What a person decides about what the window brought.
extension NumberSignupService {
    package enum Decision: String, Sendable, Codable, CaseIterable {
        case goOn = "go-on"
        case startOver = "start-over"
    }

    /// Decides about what the window brought; starting over is possible until the number is a sender.
    /// - Parameters:
    ///   - number: which going on is meant for, as it was shown; nil for whichever was found. The window may have told of another one meanwhile.
    ///   - server: scheme and host of this installation, as the provider reaches it.
    package func decide(
        _ decision: Decision, about number: PhoneNumber? = nil, for id: Identifier<NumberSignup>, server: String, access: Access
    ) async throws -> NumberSignup {
        switch decision {
        case .startOver:
            return try await change(id, access, decision.rawValue) { stored, _ in
                try Self.expectUnfinished(stored.signup)
                stored.signup.startOver()
                (stored.sealedAccessToken, stored.sealedPIN, stored.windowCodeDigest) = (nil, nil, nil)
            }
        case .goOn:
            do {
                return try await goOn(with: number, for: id, server: server, access: access)
            } catch StoreError.duplicate {
                // Somebody began to connect the number that came a moment ago; by now it can be seen.
                return try await goOn(with: number, for: id, server: server, access: access)
            }
        }
    }

    private func goOn(
        with number: PhoneNumber?, for id: Identifier<NumberSignup>, server: String, access: Access
    ) async throws -> NumberSignup {
        try await change(id, access, Decision.goOn.rawValue) { stored, transaction in
            try Self.expectUnfinished(stored.signup)
            guard stored.signup.step == .choice, let found = stored.signup.found, number ?? found.phoneNumber == found.phoneNumber else {
                throw NumberSignupProblem.stepPassed
            }
            if !found.phoneNumber.matches(stored.signup.phoneNumber) {
                try Self.expectFree(found.phoneNumber, access, transaction)
                try Self.expectUnbegun(found.phoneNumber, NumberSignupTable(transaction, access))
                stored.signup.phoneNumber = found.phoneNumber
            }
            (stored.signup.isAccepted, stored.signup.step, stored.signup.server) = (true, .account, server)
            (stored.signup.isWorking, stored.signup.trouble) = (true, nil)
        }
    }

    private static func expectUnfinished(_ signup: NumberSignup) throws {
        guard signup.step != .done, signup.senderID == nil else { throw NumberSignupProblem.finished }
    }
}
