internal import Crypto
package import Domain
internal import Foundation
internal import Store

/// What the provider's window gives to the page, in any order: a code, and how it ended.
extension NumberSignupService {
    /// Takes what the window gave the page: the code is exchanged at once, and once. Throws ``EmbeddedSignupProblem``; then the window is opened again.
    /// - Parameter server: scheme and host of this installation, as the provider reaches it.
    package func receive(
        code: String, for id: Identifier<NumberSignup>, server: String, access: Access
    ) async throws -> NumberSignup {
        let channel = try requireChannel()
        guard !code.isBlank, code.utf8.count <= 4_096 else { throw NumberSignupProblem.windowCodeMalformed }
        let digest = SHA256.hash(data: Data(code.utf8)).map { String(format: "%02x", $0) }.joined()
        let (signup, isNew) = try await claim(digest, for: id, access)
        // Sent twice, by a page that didn't get its answer or by two browsers: the first one is at it, or was.
        guard isNew else { return signup }
        let round = signup.round
        do {
            let token = try await channel.exchange(code)
            let sealed = try sealing.seal(token, at: Self.place(of: id, "access_token", access))
            return try await change(id, access, "window") { stored, _ in
                guard stored.signup.round == round else { return }
                (stored.sealedAccessToken, stored.signup.server) = (sealed, server)
                (stored.signup.step, stored.signup.isWorking) = (.account, true)
            }
        } catch let problem as EmbeddedSignupProblem {
            _ = try await change(id, access, "window") { stored, _ in
                guard stored.signup.round == round else { return }
                (stored.signup.isWorking, stored.signup.trouble, stored.signup.hint) = (false, SignupTrouble(problem), nil)
            }
            throw problem
        }
    }

    /// Whoever brings a code first exchanges it.
    private func claim(
        _ digest: String, for id: Identifier<NumberSignup>, _ access: Access
    ) async throws -> (signup: NumberSignup, isNew: Bool) {
        let (signup, isNew) = try await database.write { transaction in
            var isNew = false
            let stored = try NumberSignupTable(transaction, access).change(id, at: now()) { stored in
                guard stored.windowCodeDigest != digest else { return }
                guard [.window, .account].contains(stored.signup.step) else { throw NumberSignupProblem.stepPassed }
                isNew = true
                // What an earlier window led to doesn't count any more; what this one told already does.
                let hint = stored.signup.step == .window ? stored.signup.hint : nil
                stored.signup.startOver()
                (stored.signup.hint, stored.sealedAccessToken, stored.windowCodeDigest) = (hint, nil, digest)
                stored.signup.isWorking = true
            }
            guard let stored else { throw NumberSignupProblem.missing }
            if isNew { try tell(stored.signup, "window", access, transaction) }
            return (stored.signup, isNew)
        }
        if isNew { announce(signup) }
        return (signup, isNew)
    }

    /// Takes what the window told the page when it ended, in any order with its code.
    package func receive(end: SignupWindowEnd, for id: Identifier<NumberSignup>, access: Access) async throws -> NumberSignup {
        try await change(id, access, "window") { stored, _ in
            guard [.window, .account, .choice].contains(stored.signup.step) else { return }
            switch end {
            case .finished(let hint):
                let isOverruled = stored.signup.isOverruled(by: hint)
                stored.signup.hint = hint
                // The code came first: without this the number wasn't found, or another one was.
                if stored.signup.step == .account {
                    (stored.signup.isWorking, stored.signup.trouble) = (true, nil)
                } else if isOverruled {
                    stored.signup.lookAgain()
                } else if stored.signup.trouble?.isOfWindow == true {
                    // That the code came too late still has to be mended.
                    stored.signup.trouble = nil
                }
            case .cancelled(let step):
                guard stored.signup.step == .window, !stored.signup.isWorking else { return }
                stored.signup.trouble = SignupTrouble(NumberSignupProblem.windowCancelled(step: step))
            case .failed(let message):
                guard stored.signup.step == .window, !stored.signup.isWorking else { return }
                stored.signup.trouble = SignupTrouble(NumberSignupProblem.windowFailed(message))
            }
        }
    }
}
