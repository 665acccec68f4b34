package import Domain

package import struct Foundation.Date

/// The profiles of a workspace's numbers, as they were last read.
package struct ProfileTable {
    private let transaction: any Transaction
    private let access: Access

    package init(_ transaction: any Transaction, _ access: Access) { (self.transaction, self.access) = (transaction, access) }

    /// An empty one when WhatsApp was never asked.
    package func find(_ sender: Identifier<Sender>) throws -> SenderProfile {
        try access.require(.sendersView)
        return try transaction.rows(
            """
            SELECT about, description, address, category, websites, email, other_emails, phones, display_name, name_standing,
                new_name_standing, requested_name, requested_at, picture_id, banner_id, fetched_at, failure, failed_at
            FROM sender_profiles WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            """
        ).first.map { try Self.profile($0, of: sender) } ?? SenderProfile(senderID: sender)
    }

    /// Writes what WhatsApp told, unless it was asked again meanwhile and that answer is here already; then it is false.
    /// - Parameters:
    ///   - asked: when the question began.
    ///   - fetchedAt: nil when there was no answer, and these are the values that it was sent.
    package func save(
        _ profile: BusinessProfile, _ name: DisplayName, picture: Identifier<MediaFile>?, of sender: Identifier<Sender>, asked: Date,
        fetchedAt: Date?
    ) throws -> Bool {
        try access.require(.sendersManage)
        try make(sender)
        return try transaction.run(
            """
            UPDATE sender_profiles SET about = \(profile.about), description = \(profile.description), address = \(profile.address),
                category = \(profile.category), websites = \(try JSONText.encode(profile.websites)), email = \(profile.email),
                display_name = \(name.text), name_standing = \(name.standing?.rawValue), new_name_standing = \(name.newStanding?.rawValue),
                requested_name = \(name.requested), requested_at = \(name.requestedAt), picture_id = \(picture),
                asked_at = \(asked), fetched_at = COALESCE(\(fetchedAt), fetched_at), failure = NULL, failed_at = NULL
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender) AND (asked_at IS NULL OR asked_at <= \(asked))
            """) == 1
    }

    /// Writes what only we keep.
    package func keep(otherEmails: [String], phones: [PhoneNumber], of sender: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try make(sender)
        try transaction.run(
            """
            UPDATE sender_profiles SET other_emails = \(try JSONText.encode(otherEmails)), phones = \(try JSONText.encode(phones.map(\.text)))
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            """)
    }

    package func setBanner(_ banner: Identifier<MediaFile>?, of sender: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try make(sender)
        try transaction.run(
            "UPDATE sender_profiles SET banner_id = \(banner) WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)")
    }

    /// That another name was asked for.
    package func setRequested(_ name: String, of sender: Identifier<Sender>, at now: Date) throws {
        try access.require(.sendersManage)
        try make(sender)
        try transaction.run(
            """
            UPDATE sender_profiles SET requested_name = \(name), requested_at = \(now),
                new_name_standing = \(DisplayName.Standing.pendingReview.rawValue)
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            """)
    }

    /// What went wrong when WhatsApp was asked.
    package func setFailure(_ failure: SenderProfile.Failure, of sender: Identifier<Sender>) throws {
        try access.require(.sendersManage)
        try make(sender)
        try transaction.run(
            """
            UPDATE sender_profiles SET failure = \(failure.detail), failed_at = \(failure.at)
            WHERE workspace_id = \(access.workspaceID) AND sender_id = \(sender)
            """)
    }

    /// Numbers whose profiles have their hourly turn.
    package static func senders(_ transaction: any Transaction, on channels: [ChannelKind]) throws -> [(
        Identifier<Workspace>, Identifier<Sender>
    )] {
        try transaction.rows(
            """
            SELECT workspace_id, id FROM senders WHERE removed_at IS NULL AND channel IN (\(list: channels.map { .text($0.rawValue) }))
            ORDER BY workspace_id, id LIMIT 10000
            """
        ).map { (try $0.id(0), try $0.id(1)) }
    }

    private func make(_ sender: Identifier<Sender>) throws {
        try transaction.run(
            """
            INSERT INTO sender_profiles (workspace_id, sender_id) VALUES (\(access.workspaceID), \(sender))
            ON CONFLICT (workspace_id, sender_id) DO NOTHING
            """)
    }

    private static func profile(_ row: Row, of sender: Identifier<Sender>) throws -> SenderProfile {
        let email = try row.textOrNil(5)
        let otherEmails: [String] = try JSONText.decode(from: row.text(6))
        let profile = BusinessProfile(
            about: try row.text(0), description: try row.text(1), address: try row.text(2), category: try row.text(3),
            websites: try JSONText.decode(from: row.text(4)), email: email,
            // Somebody may have made one of ours the public one at Meta.
            otherEmails: otherEmails.filter { $0 != email },
            phones: try JSONText.decode(from: row.text(7)))
        let name = DisplayName(
            text: try row.textOrNil(8), standing: try row.textOrNil(9).flatMap(DisplayName.Standing.init),
            newStanding: try row.textOrNil(10).flatMap(DisplayName.Standing.init), requested: try row.textOrNil(11),
            requestedAt: try row.dateOrNil(12))
        let failedAt = try row.dateOrNil(17)
        return SenderProfile(
            senderID: sender, profile: profile, name: name, picture: try row.idOrNil(13), banner: try row.idOrNil(14),
            fetchedAt: try row.dateOrNil(15), failure: try row.textOrNil(16).flatMap { detail in failedAt.map { .init(detail, at: $0) } })
    }
}
