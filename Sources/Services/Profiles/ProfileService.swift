package import Domain
internal import Logging
package import Store

package import struct Foundation.Date

/// The profiles of the business's numbers: shown as they were last read from WhatsApp, and changed there.
package struct ProfileService: Sendable {
    private let database: any Database
    private let directory: ConnectionDirectory
    private let channels: [ChannelKind: any ProfileChannel]
    private let media: MediaService
    private let signals: Signals
    private let now: @Sendable () -> Date

    package init(
        database: any Database, directory: ConnectionDirectory, channels: [ChannelKind: any ProfileChannel], media: MediaService,
        signals: Signals, now: @escaping @Sendable () -> Date
    ) {
        (self.database, self.directory, self.channels, self.media) = (database, directory, channels, media)
        (self.signals, self.now) = (signals, now)
    }

    /// As it was last read. Throws ``SenderProblem/missing``.
    package func profile(of id: Identifier<Sender>, access: Access) async throws -> SenderProfile {
        try await database.read { transaction in
            guard try SenderTable(transaction, access).find(id) != nil else { throw SenderProblem.missing }
            return try ProfileTable(transaction, access).find(id)
        }
    }

    /// Asks WhatsApp for it now. What goes wrong is kept beside the profile that is known, and thrown.
    package func refresh(_ id: Identifier<Sender>, access: Access) async throws -> SenderProfile {
        try await read(target(id, access), after: nil, access)
    }

    /// Has WhatsApp take what changes, and reads it back. Throws ``ProfileProblem/refused(_:_:)`` for what it doesn't take; then nothing changed.
    package func change(_ change: ProfileChange, of id: Identifier<Sender>, access: Access) async throws -> SenderProfile {
        let target = try await target(id, access)
        guard !change.remoteFields.isEmpty else { return try await keep(change, of: id, access) }
        try await target.channel.change(change, of: target.route)
        return try await read(target, after: .change(change), access)
    }

    /// Writes down what only we keep.
    private func keep(_ change: ProfileChange, of id: Identifier<Sender>, _ access: Access) async throws -> SenderProfile {
        guard !change.isEmpty else { return try await profile(of: id, access: access) }
        let moment = now()
        let profile = try await database.write { transaction in
            let table = ProfileTable(transaction, access)
            let changed = try table.find(id).profile.changed(by: change)
            try table.keep(otherEmails: changed.otherEmails, phones: changed.phones, of: id)
            try Self.tell(id, "profile", access, transaction, moment)
            return try table.find(id)
        }
        signals.eventsAppended(in: access.workspaceID)
        return profile
    }

    /// Asks WhatsApp for another display name, which is reviewed.
    package func rename(_ name: String, of id: Identifier<Sender>, access: Access) async throws -> SenderProfile {
        let target = try await target(id, access)
        let name = try await profile(of: id, access: access).name.checked(name)
        try await target.channel.rename(name, of: target.route)
        return try await read(target, after: .rename(name), access)
    }

    /// Another logo, or none. Throws ``ProfileProblem``.
    package func setPicture(_ bytes: [UInt8]?, of id: Identifier<Sender>, access: Access) async throws -> SenderProfile {
        let target = try await target(id, access)
        let picture = try bytes.map { try ProfilePicture($0, as: .picture) }
        try await target.channel.setPicture(picture, of: target.route)
        return try await read(target, after: .picture(picture), access)
    }

    /// Another banner, or none. WhatsApp doesn't learn of it. Throws ``ProfileProblem``.
    package func setBanner(_ bytes: [UInt8]?, of id: Identifier<Sender>, access: Access) async throws -> SenderProfile {
        try access.require(.sendersManage)
        _ = try await profile(of: id, access: access)
        let banner = try bytes.map { try ProfilePicture($0, as: .banner) }
        var received: ReceivedFile?
        if let banner { received = try await receive(banner, access) }
        let (new, moment) = (received, now())
        try await database.write { transaction in
            let table = ProfileTable(transaction, access)
            let before = try table.find(id).banner
            if let new { try media.keep(new, access: Self.system(access), in: transaction) }
            try table.setBanner(new?.file.id, of: id)
            if let before { try MediaTable(transaction, Self.system(access)).remove(before) }
            try Self.tell(id, "profile-banner", access, transaction, moment)
        }
        if let new { media.announce(new, access: access) }
        signals.eventsAppended(in: access.workspaceID)
        return try await profile(of: id, access: access)
    }

    /// The logo or the banner, as we keep it: nobody who looks at it calls WhatsApp, and the access token stays here. Throws
    /// ``ProfileProblem/pictureMissing(_:)``.
    package func open(_ field: ProfileField, of id: Identifier<Sender>, range: String?, access: Access) async throws -> OpenedMedia {
        let profile = try await profile(of: id, access: access)
        guard let file = field == .banner ? profile.banner : profile.picture else { throw ProfileProblem.pictureMissing(field) }
        // Whoever sees the number sees its pictures, which belong to no conversation.
        return try await media.open(file, range: range, access: Self.system(access))
    }

    // MARK: Reading

    /// A number with the way to its profile.
    private struct Target {
        let id: Identifier<Sender>
        let route: SenderRoute
        let channel: any ProfileChannel
    }

    /// What WhatsApp has just taken.
    private enum Deed {
        case change(ProfileChange)
        case rename(String)
        case picture(ProfilePicture?)

        var cause: String {
            switch self {
            case .change: "profile"
            case .rename: "profile-name"
            case .picture: "profile-picture"
            }
        }

        /// Nil when it isn't about these values.
        func applied(to profile: BusinessProfile) -> BusinessProfile? {
            if case .change(let change) = self { profile.changed(by: change) } else { nil }
        }
    }

    private enum Picture {
        case none, kept
        case new(ReceivedFile)
    }

    private func target(_ id: Identifier<Sender>, _ access: Access) async throws -> Target {
        try access.require(.sendersManage)
        let sender = try await database.read { try SenderTable($0, access).present(id) }
        guard let channel = channels[sender.channel] else { throw ProfileProblem.unsupported }
        return Target(id: id, route: try await directory.route(sender), channel: channel)
    }

    /// Reads all of it and writes it down. After a deed that WhatsApp has taken, what can't be read back is written as it was sent.
    private func read(_ target: Target, after deed: Deed?, _ access: Access) async throws -> SenderProfile {
        let asked = now()
        do {
            let answer = try await target.channel.profile(of: target.route)
            do {
                return try await write(answer, try await picture(of: answer, target, access), deed, nil, target, asked: asked, access)
            } catch let problem as any Problem where Self.isPassing(problem) {
                let failure = "The logo couldn\u{2019}t be fetched. \(problem.detail)"
                return try await write(answer, try await picture(of: deed, access), deed, failure, target, asked: asked, access)
            }
        } catch let problem as any Problem where Self.isPassing(problem) {
            Logger(label: "profiles").warning(
                "A profile can't be fetched", metadata: ["sender.id": "\(target.id)", "error.code": "\(problem.code)"])
            guard let deed else {
                let moment = now()
                try await database.write { try ProfileTable($0, access).setFailure(.init(problem.detail, at: moment), of: target.id) }
                throw problem
            }
            return try await write(nil, try await picture(of: deed, access), deed, problem.detail, target, asked: asked, access)
        }
    }

    /// Of WhatsApp or of its picture, and not of who asks.
    private static func isPassing(_ problem: any Problem) -> Bool {
        problem is ChannelProblem || problem is ProfileProblem || problem is MediaProblem
    }

    private func picture(of answer: ReadProfile, _ target: Target, _ access: Access) async throws -> Picture {
        guard let address = answer.pictureAddress else { return .none }
        let bytes = try await target.channel.picture(at: address, of: target.route)
        let received = try await receive(try ProfilePicture(read: bytes, as: .picture), access)
        guard let known = try await profile(of: target.id, access: access).picture,
            try await media.file(known, access: Self.system(access)).sha256 == received.digest.sha256
        else { return .new(received) }
        return .kept
    }

    private func picture(of deed: Deed?, _ access: Access) async throws -> Picture {
        guard case .picture(let picture) = deed else { return .kept }
        return if let picture { .new(try await receive(picture, access)) } else { .none }
    }

    private func receive(_ picture: ProfilePicture, _ access: Access) async throws -> ReceivedFile {
        let pieces = AsyncStream<[UInt8]> { continuation in
            continuation.yield(picture.bytes)
            continuation.finish()
        }
        return try await media.receive(pieces, filename: picture.filename, mimeType: picture.type.text, access: Self.system(access))
    }

    /// - Parameter answer: nil when what is known stays, but for the deed.
    private func write(
        _ answer: ReadProfile?, _ picture: Picture, _ deed: Deed?, _ failure: String?, _ target: Target, asked: Date, _ access: Access
    ) async throws -> SenderProfile {
        let (id, moment) = (target.id, now())
        let (profile, isNew) = try await database.write { transaction -> (SenderProfile, Bool) in
            let (table, files) = (ProfileTable(transaction, access), MediaTable(transaction, Self.system(access)))
            let before = try table.find(id)
            if let changed = deed?.applied(to: before.profile) {
                try table.keep(otherEmails: changed.otherEmails, phones: changed.phones, of: id)
            }
            if case .rename(let name) = deed { try table.setRequested(name, of: id, at: moment) }
            let known = try table.find(id)
            let pictureID: Identifier<MediaFile>? =
                switch picture {
                case .none: nil
                case .kept: before.picture
                case .new(let received): received.file.id
                }
            let values = answer?.profile ?? deed?.applied(to: before.profile) ?? before.profile
            let name = answer.map { known.name.read($0.name, $0.standing, new: $0.newStanding, at: moment) } ?? known.name
            let isWritten = try table.save(values, name, picture: pictureID, of: id, asked: asked, fetchedAt: answer == nil ? nil : moment)
            if isWritten {
                if case .new(let received) = picture { try media.keep(received, access: Self.system(access), in: transaction) }
                if let old = before.picture, old != pictureID { try files.remove(old) }
                if let failure { try table.setFailure(.init(failure, at: moment), of: id) }
            }
            let after = try table.find(id)
            if let deed {
                try Self.tell(id, deed.cause, access, transaction, moment)
            } else if (before.profile, before.name) != (after.profile, after.name) || before.picture != after.picture {
                try Self.tell(id, "profile-read", access, transaction, moment)
            }
            return (after, isWritten)
        }
        if isNew, case .new(let received) = picture { media.announce(received, access: access) }
        signals.eventsAppended(in: access.workspaceID)
        return profile
    }

    private static func system(_ access: Access) -> Access { .system("profiles", in: access.workspaceID) }

    private static func tell(
        _ sender: Identifier<Sender>, _ cause: String, _ access: Access, _ transaction: any Transaction, _ moment: Date
    ) throws {
        try EventTable(transaction, access).append(NewEvent(.senderUpdated, subject: sender.text, cause: cause), at: moment)
    }
}
