/// Of what a person wants to be notified; each sets their own.
package struct NotificationRules: Sendable, Equatable {
    /// Conversations whose new messages are news.
    package enum Place: String, Sendable, CaseIterable, Codable {
        /// Assigned to the person.
        case mine
        /// Assigned to a team of the person's, and to nobody in it or to a colleague.
        case teams
        /// Assigned to no person and no team; only while the person is available.
        case unassigned
        /// All that the person may see.
        case all
    }

    /// For somebody who has chosen nothing. With what nobody has: else a new customer would ring no bell at all.
    package static let standard = NotificationRules(bell: Set(PersonalNotification.Kind.allCases), places: [.mine, .teams, .unassigned])
    /// Kinds that are of use to somebody who isn't looking.
    private static let standardPush = Set(PersonalNotification.Kind.allCases)

    /// Kinds that the bell shows.
    package var bell: Set<PersonalNotification.Kind>
    /// Of new messages only.
    package var places: Set<Place>

    /// Of what the bell shows: kinds that also go to the browsers in which the person wants it.
    package var push: Set<PersonalNotification.Kind>
    /// Whether what goes there, and into e-mail, names the customer. It passes through others' hands, though sealed, and stands on a locked screen.
    package var pushNames: Bool
    /// An e-mail of what the person has missed.
    package var digest: Digest

    package init(
        bell: Set<PersonalNotification.Kind>, places: Set<Place>, push: Set<PersonalNotification.Kind>? = nil, pushNames: Bool = false,
        digest: Digest = .off
    ) {
        (self.bell, self.places) = (bell, places)
        (self.push, self.pushNames, self.digest) = (push ?? Self.standardPush, pushNames, digest)
    }

    /// Whether a customer's message is news to a person who may see its conversation.
    package func wantMessage(
        in assignment: Assignment, for person: Identifier<Account>, teams: Set<Identifier<Team>>, isAvailable: Bool
    ) -> Bool {
        guard bell.contains(.message) else { return false }
        return places.contains(.all) || places.contains(.mine) && assignment.assignee == person
            || places.contains(.teams) && assignment.team.map(teams.contains) == true
            || places.contains(.unassigned) && assignment == .nobody && isAvailable
    }
}

extension NotificationRules: Codable {
    private enum Keys: CodingKey { case bell, places, push, pushNames, digest, known }

    /// What there was to choose when no version wrote that down.
    private static let firstKinds: Set<PersonalNotification.Kind> = [.message, .assignment, .mention, .escalation, .failed]

    /// What an older version didn't know keeps its standard.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Keys.self)
        func kinds(_ key: Keys) throws -> Set<PersonalNotification.Kind>? {
            try values.decodeIfPresent(Set<PersonalNotification.Kind>.self, forKey: key)
        }
        let later = Set(PersonalNotification.Kind.allCases).subtracting(try kinds(.known) ?? Self.firstKinds)
        self.init(
            bell: try kinds(.bell)?.union(Self.standard.bell.intersection(later)) ?? Self.standard.bell,
            places: try values.decodeIfPresent(Set<Place>.self, forKey: .places) ?? Self.standard.places,
            push: try kinds(.push)?.union(Self.standardPush.intersection(later)),
            pushNames: try values.decodeIfPresent(Bool.self, forKey: .pushNames) ?? false,
            digest: try values.decodeIfPresent(Digest.self, forKey: .digest) ?? .off)
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(bell.map(\.rawValue).sorted(), forKey: .bell)
        try values.encode(places.map(\.rawValue).sorted(), forKey: .places)
        try values.encode(push.map(\.rawValue).sorted(), forKey: .push)
        try values.encode(pushNames, forKey: .pushNames)
        try values.encode(digest, forKey: .digest)
        try values.encode(PersonalNotification.Kind.allCases.map(\.rawValue).sorted(), forKey: .known)
    }
}
