internal import Domain
internal import Simulator

/// Who is in the demo: a shop with two numbers and three people, and a dozen customers. All numbers are invented.
enum DemoShop {
    static let slug = "acme"
    static let name = "Acme Shop"

    struct Person: Sendable {
        let name: String
        let email: String
        let role: Role
    }

    static let owner = Person(name: "Olivia Hart", email: "olivia@acme.example", role: .owner)
    static let agents = [
        Person(name: "Daniel Reyes", email: "daniel@acme.example", role: .agent),
        Person(name: "Priya Nair", email: "priya@acme.example", role: .agent),
    ]

    /// Ids at the simulated Meta; they are the same in every demo.
    static let appID = "700000000000017"
    static let accountID = "710000000000017"

    static let numbers = [
        SimulatorSeed.Number(id: "720000000000171", digits: "15550100200", verifiedName: "Acme Shop"),
        SimulatorSeed.Number(id: "720000000000172", digits: "15550100300", verifiedName: "Acme Orders"),
    ]

    /// Customers in the order of ``DemoStory/all``.
    static let customers = [
        SimulatorSeed.Customer(name: "Ana Silva", number: "5521998765401"),
        SimulatorSeed.Customer(name: "Ben Carter", number: "15550199001"),
        SimulatorSeed.Customer(name: "ليلى حداد", number: "971501234501"),
        SimulatorSeed.Customer(name: "Mia Wolf", number: nil, username: "miawolf", country: "DE"),
        SimulatorSeed.Customer(name: "Ravi Menon", number: "919812345601", readsAtOnce: true),
        SimulatorSeed.Customer(name: "Chloé Martin", number: "33612345601"),
        SimulatorSeed.Customer(name: "Javier Ortega", number: "5215512345601"),
        SimulatorSeed.Customer(name: "Sofía Romero", number: "5491123456701"),
        SimulatorSeed.Customer(name: "Yuki Tanaka", number: "819012345601", username: "yuki.t"),
        SimulatorSeed.Customer(name: "Grace Okafor", number: "2348012345601"),
        SimulatorSeed.Customer(name: "Luca Bianchi", number: "393331234501"),
        SimulatorSeed.Customer(name: "Emma Lindqvist", number: "46701234501"),
    ]
}

extension SimulatorSeed.Customer {
    /// The id under which the shop sees the person.
    var businessScopedID: String {
        SimulatorSeed.userID(of: number ?? username ?? "", country: country, seenBy: DemoShop.accountID)
    }
}
