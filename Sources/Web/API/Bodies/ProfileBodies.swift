internal import Domain

internal import struct Foundation.Date

struct ProfileBody: Encodable {
    let sender: Identifier<Sender>
    let displayName: Name
    let about, description, address, category: String
    let websites, emails, phones: [String]
    let picture, banner: Bool
    let completeness: Completeness
    let fetchedAt: Date?
    let failure: Failure?

    struct Name: Encodable {
        let text: String?
        let standing, newStanding: DisplayName.Standing?
        let requested: String?
        let requestedAt: Date?
    }

    struct Completeness: Encodable {
        let filled, total: Int
        let missing: [ProfileCompleteness.Part]
    }

    struct Failure: Encodable {
        let detail: String
        let at: Date
    }

    init(_ profile: SenderProfile) {
        let (name, values, completeness) = (profile.name, profile.profile, profile.completeness)
        sender = profile.senderID
        displayName = Name(
            text: name.text, standing: name.standing, newStanding: name.newStanding, requested: name.requested,
            requestedAt: name.requestedAt)
        (about, description, address, category) = (values.about, values.description, values.address, values.category)
        (websites, emails, phones) = (values.websites, values.emails, values.phones.map(\.text))
        (picture, banner) = (profile.picture != nil, profile.banner != nil)
        self.completeness = Completeness(filled: completeness.filled, total: completeness.total, missing: completeness.missing)
        fetchedAt = profile.fetchedAt
        failure = profile.failure.map { Failure(detail: $0.detail, at: $0.at) }
    }
}

extension ProfileBody: APISchema {
    static let schemaName = "Profile"
    static let schema = Schema.object(
        [
            "sender": Schema.id(Sender.self),
            "displayName": Schema.object(
                [
                    "text": Schema.text("The name that customers see."),
                    "standing": Schema.choice(DisplayName.Standing.self, "Its review."),
                    "newStanding": Schema.choice(DisplayName.Standing.self, "The review of another name that was asked for."),
                    "requested": Schema.text("The name that was asked for from here."), "requestedAt": Schema.instant(),
                ], optional: ["text", "standing", "newStanding", "requested", "requestedAt"]),
            "about": Schema.text("Empty where there is nothing."), "description": Schema.text(), "address": Schema.text(),
            "category": Schema.text("As Meta names it."), "websites": Schema.list(Schema.text()),
            "emails": Schema.list(Schema.text("The first is the one that customers see; the others are kept here only.")),
            "phones": Schema.list(Schema.text("In E.164; kept here only.")),
            "picture": Schema.bool("Whether there is a logo."),
            "banner": Schema.bool("Whether there is a banner, which is kept here only."),
            "completeness": Schema.object([
                "filled": Schema.integer("Parts that customers see and that are filled in."), "total": Schema.integer(),
                "missing": Schema.list(Schema.choice(ProfileCompleteness.Part.self)),
            ]),
            "fetchedAt": Schema.instant("When WhatsApp last told it; left out while it never did."),
            "failure": Schema.object(["detail": Schema.text("What went wrong since."), "at": Schema.instant()]),
        ], optional: ["fetchedAt", "failure"])
    static let example: JSONValue = [
        "sender": "snd_01jz3c4m5n6p7q8r9s0t1v2w3x", "displayName": ["text": "Harbour Street Coffee", "standing": "APPROVED"],
        "about": "Coffee by the harbour", "description": "Roasted here since 1998.", "address": "1 Harbour Street",
        "category": "RESTAURANT", "websites": ["https://coffee.example"], "emails": ["hello@coffee.example"], "phones": ["+15550100200"],
        "picture": true, "banner": false, "completeness": ["filled": 7, "total": 7, "missing": []],
        "fetchedAt": "2026-11-20T08:00:05.000Z",
    ]
}

struct ProfileChangeBody: Decodable {
    let about, description, address, category: String?
    let websites, emails, phones: [String]?

    var draft: ProfileDraft {
        ProfileDraft(
            about: about, description: description, address: address, category: category, websites: websites, emails: emails, phones: phones
        )
    }
}

extension ProfileChangeBody: APISchema {
    static let schemaName = "ProfileChange"
    static let schema = Schema.object(
        [
            "about": Schema.text("1 to \(BusinessProfile.aboutLimit) characters."),
            "description": Schema.text("At most \(BusinessProfile.descriptionLimit) characters; empty takes it away."),
            "address": Schema.text("At most \(BusinessProfile.addressLimit) characters; empty takes it away."),
            "category": Schema.choice(BusinessCategory.self),
            "websites": Schema.list(Schema.text("Begins with http:// or https://; at most \(BusinessProfile.websiteCount) of them.")),
            "emails": Schema.list(Schema.text("The first is shown to customers; at most \(BusinessProfile.contactCount).")),
            "phones": Schema.list(Schema.text("With the country\u{2019}s code; at most \(BusinessProfile.contactCount).")),
        ], optional: ["about", "description", "address", "category", "websites", "emails", "phones"], isRequest: true)
    static let example: JSONValue = ["about": "Coffee by the harbour", "websites": ["https://coffee.example"]]
}

struct DisplayNameBody: Decodable { let displayName: String }

extension DisplayNameBody: APISchema {
    static let schemaName = "DisplayNameRequest"
    static let schema = Schema.object(
        ["displayName": Schema.text("\(DisplayName.length.lowerBound) to \(DisplayName.length.upperBound) characters.")], isRequest: true)
    static let example: JSONValue = ["displayName": "Harbour Street Coffee"]
}
