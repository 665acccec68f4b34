/// One thing that the directory keeps of a person, in the order in which files have them.
package enum ContactField: String, Sendable, CaseIterable, Codable {
    case name
    case phone = "phonenumber"
    case company = "company_name"
    case address, city, state, country, description

    /// As pages call it.
    package var label: String {
        switch self {
        case .name: "Name"
        case .phone: "Phone number"
        case .company: "Company"
        case .address: "Address"
        case .city: "City"
        case .state: "State"
        case .country: "Country"
        case .description: "Description"
        }
    }

    /// Characters, at most.
    package var limit: Int {
        switch self {
        case .name, .company: 200
        case .phone: 40
        case .address: 500
        case .city, .state, .country: 100
        case .description: 2_000
        }
    }

    /// Whether it may have several lines.
    fileprivate var isLong: Bool { self == .address || self == .description }
}

/// What the business itself keeps of a person in its directory.
package struct ContactFields: Sendable, Equatable {
    /// As the business calls them, whatever they call themselves.
    package let name: String?
    package let company: String?
    package let address: String?
    package let city: String?
    package let state: String?
    package let country: String?
    package let description: String?

    package static let none = ContactFields()

    private init() { (name, company, address, city, state, country, description) = (nil, nil, nil, nil, nil, nil, nil) }

    /// Reads what was filled in. Blank is none. Throws ``ContactProblem/fieldTooLong(_:count:)``.
    package init(_ texts: [ContactField: String]) throws(ContactProblem) {
        name = try Self.read(.name, texts)
        company = try Self.read(.company, texts)
        address = try Self.read(.address, texts)
        city = try Self.read(.city, texts)
        state = try Self.read(.state, texts)
        country = try Self.read(.country, texts)
        description = try Self.read(.description, texts)
    }

    private static func read(_ field: ContactField, _ texts: [ContactField: String]) throws(ContactProblem) -> String? {
        guard let given = texts[field] else { return nil }
        // PostgreSQL can't store a NUL, and nobody means one.
        let text = (given.utf8.contains(0) ? given.replacing("\0", with: "") : given).trimmed
        guard !text.isEmpty else { return nil }
        guard text.utf8.count <= field.limit || text.count <= field.limit else { throw .fieldTooLong(field, count: text.count) }
        // A character may have endless marks, so bytes have their limit, too.
        guard text.utf8.count <= field.limit * 16 else { throw .fieldTooLong(field, count: text.utf8.count) }
        return field.isLong || !text.contains(where: \.isNewline) ? text : text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    package subscript(field: ContactField) -> String? {
        switch field {
        case .name: name
        case .phone: nil
        case .company: company
        case .address: address
        case .city: city
        case .state: state
        case .country: country
        case .description: description
        }
    }

    /// Where it stands in a list by name: those without one come first, by their number. Accents and case make no difference.
    package func sortKey(_ number: PhoneNumber?) -> String {
        guard let name else { return number?.text ?? "" }
        return String(name.split(whereSeparator: \.isWhitespace).map(SearchText.folded).joined(separator: " ").prefix(120))
    }
}

extension String {
    /// Nil instead of nothing to see.
    package var nonBlank: String? { isBlank ? nil : self }
}
