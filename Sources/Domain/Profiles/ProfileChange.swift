/// What somebody wants in a profile, as they gave it; nil stays as it is.
package struct ProfileDraft: Sendable, Equatable {
    package var about, description, address, category: String?
    package var websites, emails, phones: [String]?

    package init(
        about: String? = nil, description: String? = nil, address: String? = nil, category: String? = nil, websites: [String]? = nil,
        emails: [String]? = nil, phones: [String]? = nil
    ) {
        (self.about, self.description, self.address, self.category) = (about, description, address, category)
        (self.websites, self.emails, self.phones) = (websites, emails, phones)
    }

    /// The values of a profile, each in its place.
    package init(_ profile: BusinessProfile) {
        self.init(
            about: profile.about, description: profile.description, address: profile.address, category: profile.category,
            websites: profile.websites, emails: profile.emails, phones: profile.phones.map(\.text))
    }

    /// Without spaces around the values and without empty rows.
    package var tidied: ProfileDraft {
        func tidy(_ rows: [String]?) -> [String]? {
            rows?.map(\.trimmed).filter { !$0.isEmpty }.reduce(into: []) { kept, row in if !kept.contains(row) { kept.append(row) } }
        }
        return ProfileDraft(
            about: about?.trimmed, description: description?.trimmed, address: address?.trimmed, category: category?.trimmed,
            websites: tidy(websites), emails: tidy(emails), phones: tidy(phones))
    }

    /// Only what isn't as in `other`: what somebody left alone in a form isn't written, though it has changed meanwhile.
    package func differing(from other: ProfileDraft) -> ProfileDraft {
        let (own, other) = (tidied, other.tidied)
        return ProfileDraft(
            about: own.about == other.about ? nil : own.about, description: own.description == other.description ? nil : own.description,
            address: own.address == other.address ? nil : own.address, category: own.category == other.category ? nil : own.category,
            websites: own.websites == other.websites ? nil : own.websites, emails: own.emails == other.emails ? nil : own.emails,
            phones: own.phones == other.phones ? nil : own.phones)
    }

    /// Everything that is wrong with it, in the order of a form; without any, the change.
    package func check() -> (change: ProfileChange, problems: [ProfileProblem]) {
        let draft = tidied
        var change = ProfileChange()
        var problems: [ProfileProblem] = []
        func take<Value>(_ value: () throws(ProfileProblem) -> Value?) -> Value? {
            do { return try value() } catch {
                problems.append(error)
                return nil
            }
        }
        change.about = take { () throws(ProfileProblem) in
            if draft.about?.isBlank == true { throw .aboutEmpty }
            return try Self.text(draft.about, .about, BusinessProfile.aboutLimit)
        }
        change.description = take { () throws(ProfileProblem) in
            try Self.text(draft.description, .description, BusinessProfile.descriptionLimit)
        }
        change.address = take { () throws(ProfileProblem) in try Self.text(draft.address, .address, BusinessProfile.addressLimit) }
        change.category = take { () throws(ProfileProblem) in try Self.category(draft.category) }
        change.websites = take { () throws(ProfileProblem) in try Self.websites(draft.websites) }
        change.emails = take { () throws(ProfileProblem) in try Self.emails(draft.emails) }
        change.phones = take { () throws(ProfileProblem) in try Self.phones(draft.phones) }
        return (change, problems)
    }

    private static func text(_ text: String?, _ field: ProfileField, _ limit: Int) throws(ProfileProblem) -> String? {
        guard let text else { return nil }
        let count = text.unicodeScalars.count
        guard count <= limit else { throw .tooLong(field, count: count, limit: limit) }
        guard !text.utf8.contains(0) else { throw .nullCharacter(field) }
        return text
    }

    private static func category(_ text: String?) throws(ProfileProblem) -> BusinessCategory? {
        guard let text else { return nil }
        guard let category = text.isEmpty ? .undefined : BusinessCategory(rawValue: text) else { throw .categoryUnknown }
        return category
    }

    private static func websites(_ rows: [String]?) throws(ProfileProblem) -> [String]? {
        guard let rows else { return nil }
        try count(rows, .websites, BusinessProfile.websiteCount)
        for row in rows {
            _ = try text(row, .websites, BusinessProfile.websiteLimit)
            guard isWebsite(row) else { throw .websiteMalformed(row) }
        }
        return rows
    }

    /// `http` or `https`, then a host that people could type, without a user name in front of it. It is never called, only shown.
    private static func isWebsite(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { text.prefix($0.count).lowercased() == $0 }),
            text.unicodeScalars.allSatisfy({
                $0.value > 0x20 && $0.value != 0x7F && !$0.properties.isWhitespace && !$0.properties.isBidiControl
            })
        else { return false }
        let host = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard let first = host.first, first.isLetter || first.isNumber, !host.contains("@"), !host.contains("\\") else { return false }
        return host.contains(".")
    }

    private static func emails(_ rows: [String]?) throws(ProfileProblem) -> [String]? {
        guard let rows else { return nil }
        try count(rows, .emails, BusinessProfile.contactCount)
        for row in rows {
            _ = try text(row, .emails, BusinessProfile.emailLimit)
            do { _ = try EmailAddress(parsing: row) } catch { throw .emailMalformed(row) }
        }
        return rows
    }

    private static func phones(_ rows: [String]?) throws(ProfileProblem) -> [PhoneNumber]? {
        guard let rows else { return nil }
        try count(rows, .phones, BusinessProfile.contactCount)
        var numbers: [PhoneNumber] = []
        for row in rows {
            let number: PhoneNumber
            do { number = try PhoneNumber(parsing: row) } catch { throw .phoneMalformed(row) }
            if !numbers.contains(number) { numbers.append(number) }
        }
        return numbers
    }

    private static func count(_ rows: [String], _ field: ProfileField, _ limit: Int) throws(ProfileProblem) {
        guard rows.count <= limit else { throw .tooMany(field, count: rows.count, limit: limit) }
    }
}

/// Values that may stand in a profile; nil stays as it is.
package struct ProfileChange: Sendable, Equatable {
    package var about, description, address: String?
    package var category: BusinessCategory?
    package var websites: [String]?
    /// The first is the one that customers see.
    package var emails: [String]?
    package var phones: [PhoneNumber]?

    package init() {}

    package var isEmpty: Bool { self == ProfileChange() }

    /// Fields that WhatsApp keeps, among those that change.
    package var remoteFields: [ProfileField] {
        let changing: [(ProfileField, Bool)] = [
            (.about, about != nil), (.description, description != nil), (.address, address != nil), (.category, category != nil),
            (.websites, websites != nil), (.emails, emails != nil),
        ]
        return changing.compactMap { $1 ? $0 : nil }
    }
}
