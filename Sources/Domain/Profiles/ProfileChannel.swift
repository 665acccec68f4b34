/// A provider's way to the profile of a number. All calls are safe to repeat. They throw ``ChannelProblem``, and ``ProfileProblem/refused(_:_:)``
/// for a value that the provider doesn't take.
package protocol ProfileChannel: Sendable {
    func profile(of sender: SenderRoute) async throws -> ReadProfile

    /// Writes only what changes; what only we keep isn't the provider's.
    func change(_ change: ProfileChange, of sender: SenderRoute) async throws

    /// Asks for another display name, which is reviewed.
    func rename(_ name: String, of sender: SenderRoute) async throws

    /// Nil removes it.
    func setPicture(_ picture: ProfilePicture?, of sender: SenderRoute) async throws

    /// The bytes of a picture that a profile named, at most ``ProfilePicture/byteLimit``. The access token goes with it only to the provider's
    /// own server.
    func picture(at address: String, of sender: SenderRoute) async throws -> [UInt8]
}

/// A profile as the provider has it.
package struct ReadProfile: Sendable, Equatable {
    /// Without what only we keep.
    package var profile: BusinessProfile
    package var name: String?
    package var standing: DisplayName.Standing?
    package var newStanding: DisplayName.Standing?
    /// Where the picture is; nil when there is none.
    package var pictureAddress: String?

    package init(
        profile: BusinessProfile, name: String? = nil, standing: DisplayName.Standing? = nil, newStanding: DisplayName.Standing? = nil,
        pictureAddress: String? = nil
    ) {
        (self.profile, self.name, self.standing, self.newStanding) = (profile, name, standing, newStanding)
        self.pictureAddress = pictureAddress
    }
}
