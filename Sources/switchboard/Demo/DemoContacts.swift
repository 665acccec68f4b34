internal import Domain
internal import Services
internal import Web

/// People whom the shop keeps in its directory, and two groups of them.
enum DemoContacts {
    /// Numbers are of the blocks that are kept for stories: 555-01 in North America, 7700 900 in Britain.
    private static let people: [(phone: String, fields: [ContactField: String], groups: [Int])] = [
        ("+15550171001", [.name: "Amara Okafor", .company: "Okafor Interiors", .city: "Chicago", .country: "United States"], [0]),
        ("+15550171002", [.name: "José Núñez", .company: "Café Núñez", .city: "Miami", .description: "Orders mugs each spring."], [0, 1]),
        ("+15550171003", [.name: "ليلى حداد", .city: "Toronto", .country: "Canada"], [1]),
        ("+447700900171", [.name: "Oliver Bright", .company: "Bright & Sons", .address: "4 Harbour Row", .city: "Bristol"], [0]),
        ("+447700900172", [.name: "Priya Raman", .city: "Leeds", .country: "United Kingdom"], [1]),
        ("+447700900173", [.name: "Zoë Hart"], []),
    ]

    static func add(to services: HubServices, access: Access) async throws {
        let groups = [
            try await services.web.groups.create(name: "Wholesale", description: "Buys for a shop of their own.", access: access),
            try await services.web.groups.create(name: "Newsletter", description: nil, access: access),
        ]
        for person in people {
            _ = try await services.web.contacts.create(
                .init(
                    number: try PhoneNumber(parsing: person.phone), fields: try ContactFields(person.fields),
                    groups: person.groups.map { groups[$0].id }), access: access)
        }
    }
}
