package import Services

/// All that routes call; made once by `switchboard`.
package struct WebServices: Sendable {
    package let authenticator: Authenticator
    package let signIn: SignInService
    package let setUp: SetUpService
    package let sessions: SessionService
    package let members: MemberService
    package let keys: APIKeyService
    package let revocations: AccessRevocations
    package let idempotentWrites: IdempotentWrites

    package init(
        authenticator: Authenticator, signIn: SignInService, setUp: SetUpService, sessions: SessionService, members: MemberService, keys: APIKeyService,
        revocations: AccessRevocations, idempotentWrites: IdempotentWrites
    ) {
        (self.authenticator, self.signIn, self.setUp, self.sessions) = (authenticator, signIn, setUp, sessions)
        (self.members, self.keys, self.revocations, self.idempotentWrites) = (members, keys, revocations, idempotentWrites)
    }
}
