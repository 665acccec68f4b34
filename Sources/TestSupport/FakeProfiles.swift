package import Domain
internal import Synchronization

/// Numbers' profiles at a provider that does as it is told, and remembers what it was asked.
package final class FakeProfiles: ProfileChannel {
    private struct State {
        var profile = ReadProfile(profile: BusinessProfile(category: "UNDEFINED"), name: "Acme", standing: .approved)
        var changes: [ProfileChange] = []
        var names: [String] = []
        var picture: [UInt8]?
        var fetched = 0
        var readProblem: (any Problem)?
        var writeProblem: (any Problem)?
        var pictureProblem: (any Problem)?
    }

    private let state = Mutex(State())

    package init() {}

    /// What was written, the oldest first.
    package var changes: [ProfileChange] { state.withLock(\.changes) }
    package var names: [String] { state.withLock(\.names) }
    package var picture: [UInt8]? { state.withLock(\.picture) }
    /// How often a picture was fetched.
    package var fetched: Int { state.withLock(\.fetched) }

    /// As it is at the provider from now on.
    package func set(_ change: @Sendable (inout ReadProfile) -> Void) { state.withLock { change(&$0.profile) } }

    /// Reading, writing or fetching a picture fails from now on; nil to have it work again.
    package func fail(reading: (any Problem)? = nil, writing: (any Problem)? = nil, picture: (any Problem)? = nil) {
        state.withLock { ($0.readProblem, $0.writeProblem, $0.pictureProblem) = (reading, writing, picture) }
    }

    package func profile(of sender: SenderRoute) async throws -> ReadProfile {
        try state.withLock { state in
            if let problem = state.readProblem { throw problem }
            var profile = state.profile
            profile.pictureAddress = state.picture == nil ? nil : "https://pictures.example/1"
            return profile
        }
    }

    package func change(_ change: ProfileChange, of sender: SenderRoute) async throws {
        guard !change.remoteFields.isEmpty else { return }
        try state.withLock { state in
            if let problem = state.writeProblem { throw problem }
            state.changes.append(change)
            var profile = state.profile.profile.changed(by: change)
            (profile.otherEmails, profile.phones) = ([], [])
            state.profile.profile = profile
        }
    }

    package func rename(_ name: String, of sender: SenderRoute) async throws {
        try state.withLock { state in
            if let problem = state.writeProblem { throw problem }
            state.names.append(name)
            state.profile.newStanding = .pendingReview
        }
    }

    package func setPicture(_ picture: ProfilePicture?, of sender: SenderRoute) async throws {
        try state.withLock { state in
            if let problem = state.writeProblem { throw problem }
            state.picture = picture?.bytes
        }
    }

    package func picture(at address: String, of sender: SenderRoute) async throws -> [UInt8] {
        try state.withLock { state in
            state.fetched += 1
            if let problem = state.pictureProblem { throw problem }
            return state.picture ?? []
        }
    }

    /// As much of a PNG file as tells its size.
    package static func png(_ width: Int, _ height: Int) -> [UInt8] {
        func four(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + four(width) + four(height)
            + [8, 6, 0, 0, 0]
    }

    /// As much of a JPEG file as tells its size, with a comment before it.
    package static func jpeg(_ width: Int, _ height: Int) -> [UInt8] {
        func two(_ number: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] }
        return [0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 0xFF, 0xC0, 0xFF, 0xFF, 0xC2, 0, 17, 8] + two(height) + two(width) + [
            3, 1, 0x22, 0, 2, 0x11, 1,
        ]
    }
}
