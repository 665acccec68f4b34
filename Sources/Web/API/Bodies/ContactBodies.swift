internal import Domain
internal import Services

internal import struct Foundation.Date

/// Somebody as the directory knows them.
struct DirectoryContactBody: Encodable {
    let id: Identifier<Contact>
    let name, givenName, profileName, username, phone, region: String?
    let company, address, city, state, country, description: String?
    let groups: [Identifier<ContactGroup>]
    let inDirectory: Bool
    let listedAt: Date?
    let createdAt: Date

    init(_ entry: DirectoryContact) {
        let (contact, fields) = (entry.contact, entry.fields)
        (id, name, givenName, profileName, username) = (contact.id, contact.name, fields.name, entry.profileName, contact.username)
        (phone, region, company, address) = (contact.phoneNumber?.text, entry.region, fields.company, fields.address)
        (city, state, country, description) = (fields.city, fields.state, fields.country, fields.description)
        (groups, inDirectory, listedAt, createdAt) = (entry.groups, entry.isListed, entry.listedAt, entry.createdAt)
    }
}

extension DirectoryContactBody: APISchema {
    static let schemaName = "DirectoryContact"
    static let schema = Schema.object(
        [
            "id": Schema.id(Contact.self), "name": Schema.text("What they are called: the given name, else what they call themselves."),
            "givenName": Schema.text("As the directory has it."),
            "profileName": Schema.text("What they call themselves, where the directory has another name."), "username": Schema.text(),
            "phone": Schema.text("E.164."), "region": Schema.text("Country of the number, two letters."), "company": Schema.text(),
            "address": Schema.text(), "city": Schema.text(), "state": Schema.text(), "country": Schema.text(), "description": Schema.text(),
            "groups": Schema.list(Schema.id(ContactGroup.self)),
            "inDirectory": Schema.bool("False for somebody who merely wrote."), "listedAt": Schema.instant(), "createdAt": Schema.instant(),
        ],
        optional: [
            "name", "givenName", "profileName", "username", "phone", "region", "company", "address", "city", "state", "country",
            "description", "listedAt",
        ])
    static let example: JSONValue = [
        "id": "con_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Ana Souza", "givenName": "Ana Souza", "phone": "+5511991234567", "region": "BR",
        "company": "Café Souza", "city": "São Paulo", "groups": ["grp_01jz3c4m5n6p7q8r9s0t1v2w3x"], "inDirectory": true,
        "listedAt": "2026-11-20T08:00:00.000Z", "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

/// What a contact is made of. Of a change, what isn't given stays, and an empty text is none.
struct ContactDraftBody: Decodable {
    let phone, name, company, address, city, state, country, description: String?
    let groups: [Identifier<ContactGroup>]?

    /// - Parameter before: what stays where nothing is given.
    func draft(before: DirectoryContact? = nil) throws -> ContactService.Draft {
        let given: [ContactField: String?] = [
            .name: name, .company: company, .address: address, .city: city, .state: state, .country: country, .description: description,
        ]
        var texts: [ContactField: String] = [:]
        for field in ContactField.allCases { texts[field] = (given[field] ?? nil) ?? before?.fields[field] }
        return ContactService.Draft(
            number: try phone.map(ContactPhone.parse) ?? before?.contact.phoneNumber, fields: try ContactFields(texts), groups: groups)
    }
}

extension ContactDraftBody: APISchema {
    static let schemaName = "ContactDraft"
    static let schema = Schema.object(
        [
            "phone": Schema.text("E.164. A new contact needs one."), "name": Schema.text("At most \(ContactField.name.limit) characters."),
            "company": Schema.text(), "address": Schema.text(), "city": Schema.text(), "state": Schema.text(), "country": Schema.text(),
            "description": Schema.text("At most \(ContactField.description.limit) characters."),
            "groups": Schema.list(Schema.id(ContactGroup.self)),
        ], optional: ["phone", "name", "company", "address", "city", "state", "country", "description", "groups"], isRequest: true)
    static let example: JSONValue = [
        "phone": "+5511991234567", "name": "Ana Souza", "company": "Café Souza", "groups": ["grp_01jz3c4m5n6p7q8r9s0t1v2w3x"],
    ]
}

/// A number that is filled in for a contact.
enum ContactPhone {
    static func parse(_ text: String) throws -> PhoneNumber {
        guard !text.isBlank else { throw ContactProblem.phoneMissing }
        // Two noughts are how many telephones write the plus.
        let text = text.trimmed
        return try PhoneNumber(parsing: text.hasPrefix("00") ? "+\(text.dropFirst(2))" : text)
    }

    /// Runs what may refuse a number, and says so of the field that contacts have for it.
    static func checking<T>(_ body: () async throws -> T) async throws -> T {
        do { return try await body() } catch let problem as PhoneNumberProblem { throw Refused(problem: problem) }
    }

    struct Refused: Problem {
        let problem: PhoneNumberProblem

        var kind: ProblemKind { problem.kind }
        var code: String { problem.code }
        var detail: String { problem.detail }
        var field: String? { "phone" }
    }
}

/// Several contacts.
struct ContactChoiceBody: Decodable { let contacts: [Identifier<Contact>] }

extension ContactChoiceBody: APISchema {
    static let schemaName = "ContactChoice"
    static let schema = Schema.object(["contacts": contacts], isRequest: true)
    static let example: JSONValue = ["contacts": ["con_01jz3c4m5n6p7q8r9s0t1v2w3x"]]

    static let contacts: JSONValue = [
        "type": "array", "items": Schema.id(Contact.self), "minItems": 1, "maxItems": .integer(Int64(ContactProblem.choiceLimit)),
    ]
}

/// Several contacts, and groups that they come into or leave.
struct GroupAssignmentBody: Decodable {
    let contacts: [Identifier<Contact>]
    let groups: [Identifier<ContactGroup>]
}

extension GroupAssignmentBody: APISchema {
    static let schemaName = "GroupAssignment"
    static let schema = Schema.object(
        ["contacts": ContactChoiceBody.contacts, "groups": Schema.list(Schema.id(ContactGroup.self))], isRequest: true)
    static let example: JSONValue = [
        "contacts": ["con_01jz3c4m5n6p7q8r9s0t1v2w3x"], "groups": ["grp_01jz3c4m5n6p7q8r9s0t1v2w3x"],
    ]
}

struct ContactsChangedBody: Encodable { let changed: Int }

extension ContactsChangedBody: APISchema {
    static let schemaName = "ContactsChanged"
    static let schema = Schema.object(["changed": Schema.integer("Contacts for which something changed.")])
    static let example: JSONValue = ["changed": 1]
}

struct ContactsRemovedBody: Encodable {
    let deleted, kept: Int

    init(_ removed: ContactService.Removed) { (deleted, kept) = (removed.deleted, removed.kept) }
}

extension ContactsRemovedBody: APISchema {
    static let schemaName = "ContactsRemoved"
    static let schema = Schema.object([
        "deleted": Schema.integer("They are gone."),
        "kept": Schema.integer("They have conversations: they left the directory, and the conversations stay."),
    ])
    static let example: JSONValue = ["deleted": 1, "kept": 0]
}

struct ContactGroupBody: Encodable {
    let id: Identifier<ContactGroup>
    let name: String
    let description: String?
    let memberCount: Int
    let createdAt: Date

    init(_ group: ContactGroup) {
        (id, name, description) = (group.id, group.name, group.description)
        (memberCount, createdAt) = (group.memberCount, group.createdAt)
    }
}

extension ContactGroupBody: APISchema {
    static let schemaName = "ContactGroup"
    static let schema = Schema.object(
        [
            "id": Schema.id(ContactGroup.self), "name": Schema.text(), "description": Schema.text(),
            "memberCount": Schema.integer("Contacts in it."), "createdAt": Schema.instant(),
        ], optional: ["description"])
    static let example: JSONValue = [
        "id": "grp_01jz3c4m5n6p7q8r9s0t1v2w3x", "name": "Wholesale", "memberCount": 12, "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewContactGroupBody: Decodable {
    let name: String
    let description: String?
}

extension NewContactGroupBody: APISchema {
    static let schemaName = "NewContactGroup"
    static let schema = Schema.object(
        [
            "name": Schema.text("At most \(ContactGroup.nameLimit) characters."),
            "description": Schema.text("At most \(ContactGroup.descriptionLimit) characters."),
        ], optional: ["description"], isRequest: true)
    static let example: JSONValue = ["name": "Wholesale"]
}

/// What isn't given stays as it is.
struct ContactGroupChangeBody: Decodable { let name, description: String? }

extension ContactGroupChangeBody: APISchema {
    static let schemaName = "ContactGroupChange"
    static let schema = Schema.object(
        ["name": Schema.text(), "description": Schema.text("Empty for none.")], optional: ["name", "description"], isRequest: true)
    static let example: JSONValue = ["name": "Retail"]
}
