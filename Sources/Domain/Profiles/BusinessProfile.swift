package import struct Foundation.Date

/// What customers find when they open the contact of a business, and what we keep beside it (Meta, "Business profiles", read 2026-11).
package struct BusinessProfile: Sendable, Equatable {
    // Characters, counted as Unicode scalars, since Meta doesn't say how it counts: never fewer than a person sees.
    package static let aboutLimit = 139
    package static let descriptionLimit = 512
    package static let addressLimit = 256
    package static let websiteLimit = 256
    package static let emailLimit = 128
    /// Websites, at most.
    package static let websiteCount = 2
    /// E-mail addresses and telephone numbers that we keep, at most; ours.
    package static let contactCount = 10

    /// Empty where there is nothing, as are the other texts.
    package var about: String
    package var description: String
    package var address: String
    /// As Meta names it, which may be one that we don't know; ``BusinessCategory`` has those that can be chosen.
    package var category: String
    package var websites: [String]
    /// The one that customers see.
    package var email: String?
    /// Those that only we know.
    package var otherEmails: [String]
    /// Only we know them: customers see the number that they write to.
    package var phones: [PhoneNumber]

    package init(
        about: String = "", description: String = "", address: String = "", category: String = "", websites: [String] = [],
        email: String? = nil, otherEmails: [String] = [], phones: [PhoneNumber] = []
    ) {
        (self.about, self.description, self.address, self.category) = (about, description, address, category)
        (self.websites, self.email, self.otherEmails, self.phones) = (websites, email, otherEmails, phones)
    }

    /// The one that customers see comes first.
    package var emails: [String] { (email.map { [$0] } ?? []) + otherEmails }

    /// With the values of a change in their places.
    package func changed(by change: ProfileChange) -> BusinessProfile {
        var profile = self
        if let about = change.about { profile.about = about }
        if let description = change.description { profile.description = description }
        if let address = change.address { profile.address = address }
        if let category = change.category { profile.category = category.rawValue }
        if let websites = change.websites { profile.websites = websites }
        if let emails = change.emails { (profile.email, profile.otherEmails) = (emails.first, Array(emails.dropFirst())) }
        if let phones = change.phones { profile.phones = phones }
        return profile
    }
}

/// The profile of one number, as it was last read.
package struct SenderProfile: Sendable, Equatable {
    package let senderID: Identifier<Sender>
    package let profile: BusinessProfile
    package let name: DisplayName
    /// The logo, as customers see it.
    package let picture: Identifier<MediaFile>?
    /// Only we have it, for pages of ours.
    package let banner: Identifier<MediaFile>?
    /// When WhatsApp was last asked and answered; nil when it never was.
    package let fetchedAt: Date?
    /// What went wrong since.
    package let failure: Failure?

    package struct Failure: Sendable, Equatable {
        package let detail: String
        package let at: Date

        package init(_ detail: String, at: Date) { (self.detail, self.at) = (detail, at) }
    }

    package init(
        senderID: Identifier<Sender>, profile: BusinessProfile = BusinessProfile(), name: DisplayName = DisplayName(),
        picture: Identifier<MediaFile>? = nil, banner: Identifier<MediaFile>? = nil, fetchedAt: Date? = nil, failure: Failure? = nil
    ) {
        (self.senderID, self.profile, self.name, self.picture, self.banner) = (senderID, profile, name, picture, banner)
        (self.fetchedAt, self.failure) = (fetchedAt, failure)
    }

    package var completeness: ProfileCompleteness { ProfileCompleteness(profile, hasPicture: picture != nil) }
}

/// How much of what customers can see is filled in.
package struct ProfileCompleteness: Sendable, Equatable {
    package enum Part: String, Sendable, CaseIterable, Codable { case picture, about, description, address, category, website, email }

    package let missing: [Part]

    package init(_ profile: BusinessProfile, hasPicture: Bool) {
        missing = Part.allCases.filter { part in
            switch part {
            case .picture: !hasPicture
            case .about: profile.about.isBlank
            case .description: profile.description.isBlank
            case .address: profile.address.isBlank
            case .category: profile.category.isEmpty || profile.category == BusinessCategory.undefined.rawValue
            case .website: profile.websites.isEmpty
            case .email: profile.email == nil
            }
        }
    }

    package var total: Int { Part.allCases.count }
    package var filled: Int { total - missing.count }
}
