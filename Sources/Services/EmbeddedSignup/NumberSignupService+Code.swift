package import Domain
internal import Store

/// The six digits that show that a number is theirs.
extension NumberSignupService {
    /// Has the provider send or speak a code to the number. Throws ``NumberSignupProblem/codeTooSoon(seconds:)`` within a minute of the last one, and
    /// ``EmbeddedSignupProblem``.
    package func requestCode(
        by method: VerificationMethod, language: CodeLanguage, for id: Identifier<NumberSignup>, access: Access
    ) async throws -> NumberSignup {
        let channel = try requireChannel()
        let moment = now()
        // Taken before the call, so that two browsers don't ask twice.
        let before = try await stored(id, access).signup
        let claimed = try await change(id, access, "code-requested") { stored, _ in
            guard stored.signup.step == .code else { throw NumberSignupProblem.stepPassed }
            let pause = stored.signup.codePause(at: moment)
            guard pause == 0 else { throw NumberSignupProblem.codeTooSoon(seconds: pause) }
            (stored.signup.codeRequestedAt, stored.signup.codeMethod) = (moment, method)
            (stored.signup.codeLanguage, stored.signup.trouble) = (language.code, nil)
        }
        do {
            let (token, found) = try await held(id, access)
            try await channel.requestCode(by: method, language: language.code, for: found.id, token: token)
            return claimed
        } catch let problem as EmbeddedSignupProblem {
            _ = try await change(id, access, "code-requested") { stored, _ in
                guard stored.signup.codeRequestedAt == moment else { return }
                // Without an answer a code may be on its way: another waits its time.
                if problem.kind != .unavailable {
                    (stored.signup.codeRequestedAt, stored.signup.codeMethod) = (before.codeRequestedAt, before.codeMethod)
                    stored.signup.codeLanguage = before.codeLanguage
                }
                Self.note(problem, in: &stored)
            }
            throw problem
        }
    }

    /// Shows that the number is theirs. Throws ``NumberSignupProblem/codeMalformed`` and ``EmbeddedSignupProblem``.
    package func verify(_ code: VerificationCode, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        let channel = try requireChannel()
        let standing = try await stored(id, access).signup
        // Typed twice: it holds.
        if [.registration, .done].contains(standing.step) { return standing }
        guard standing.step == .code else { throw NumberSignupProblem.stepPassed }
        let (token, found) = try await held(id, access)
        do {
            try await channel.verify(code.text, for: found.id, token: token)
        } catch let problem as EmbeddedSignupProblem {
            _ = try await change(id, access, "code-refused") { stored, _ in
                // Another browser's may have been accepted meanwhile.
                guard stored.signup.step == .code, stored.signup.round == standing.round else { return }
                Self.note(problem, in: &stored)
            }
            throw problem
        }
        return try await change(id, access, "verified") { stored, _ in
            guard stored.signup.step == .code, stored.signup.round == standing.round else { return }
            (stored.signup.step, stored.signup.isWorking, stored.signup.trouble) = (.registration, true, nil)
        }
    }
}
