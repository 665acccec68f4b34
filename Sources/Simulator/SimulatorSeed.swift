/// What exists when the simulator starts, and again after a reset.
package struct SimulatorSeed: Sendable {
    package struct App: Sendable {
        package var id, name, secret, verifyToken: String
        /// Where webhooks go; nil until someone sets it.
        package var callbackURL: String?
        /// The `config_id` with which it may open the window of Embedded Signup; nil for an app that may not.
        package var configurationID: String?

        package init(
            id: String, name: String, secret: String, verifyToken: String, callbackURL: String? = nil, configurationID: String? = nil
        ) {
            (self.id, self.name, self.secret, self.verifyToken) = (id, name, secret, verifyToken)
            (self.callbackURL, self.configurationID) = (callbackURL, configurationID)
        }

        /// The app of whoever runs a hub, by which its customers sign up their own numbers. The same everywhere.
        package static let signup = App(
            id: "700000000000900", name: "Switchboard sign-up", secret: "simulated-signup-secret-000000001",
            verifyToken: "simulated-signup-verify-token", configurationID: "730000000000900")
    }

    /// Somebody with a login at the platform, whose business has these accounts. They appear in the window of Embedded Signup.
    package struct Owner: Sendable {
        package var id, name: String
        package var accounts: [String]

        package init(id: String, name: String, accounts: [String] = []) { (self.id, self.name, self.accounts) = (id, name, accounts) }
    }

    package struct Number: Sendable {
        /// `digits` with the country code and no `+`.
        package var id, digits, verifiedName: String

        package init(id: String, digits: String, verifiedName: String) {
            (self.id, self.digits, self.verifiedName) = (id, digits, verifiedName)
        }
    }

    package struct Account: Sendable {
        package var id, name: String
        /// Nil for one of its own.
        package var portfolio: String?
        package var numbers: [Number]
        /// The apps that get its webhooks.
        package var subscribedApps: [String]
        /// Beside those that every account starts with.
        package var templates: [ReviewedTemplate]

        package init(
            id: String, name: String, portfolio: String? = nil, numbers: [Number], subscribedApps: [String],
            templates: [ReviewedTemplate] = []
        ) {
            (self.id, self.name, self.portfolio, self.numbers) = (id, name, portfolio, numbers)
            (self.subscribedApps, self.templates) = (subscribedApps, templates)
        }
    }

    /// A template with the outcome of its review.
    package struct ReviewedTemplate: Sendable {
        package var name, language, category, status: String
        /// As a create call has them, in JSON. What can't be read is no component.
        package var components: String

        package init(name: String, language: String = "en_US", category: String, status: String = "APPROVED", components: String) {
            (self.name, self.language, self.category, self.status, self.components) = (name, language, category, status, components)
        }
    }

    package struct Customer: Sendable {
        package var name: String
        /// Digits with the country code; nil for a person of whom businesses see only the username.
        package var number: String?
        package var username: String?
        /// Two letters, needed without a number.
        package var country: String?
        /// Reads whatever arrives by itself; otherwise once the chat is opened.
        package var readsAtOnce: Bool
        /// What was said before the simulator started, oldest first.
        package var past: [PastMessage] = []

        package init(name: String, number: String?, username: String? = nil, country: String? = nil, readsAtOnce: Bool = false) {
            (self.name, self.number, self.username, self.country, self.readsAtOnce) = (name, number, username, country, readsAtOnce)
        }
    }

    package var apps: [App]
    package var accounts: [Account]
    /// Each token and the app that it belongs to.
    package var accessTokens: [String: String]
    package var customers: [Customer]
    package var owners: [Owner]

    package init(
        apps: [App], accounts: [Account], accessTokens: [String: String], customers: [Customer], owners: [Owner] = []
    ) {
        (self.apps, self.accounts, self.accessTokens, self.customers, self.owners) = (apps, accounts, accessTokens, customers, owners)
    }
}

extension SimulatorSeed {
    /// One shop with two numbers, and customers from several countries. All numbers are invented.
    package static let sample = SimulatorSeed(
        apps: [
            App(
                id: "700000000000001", name: "Switchboard", secret: "simulated-app-secret-000000000001",
                verifyToken: "simulated-verify-token"),
            .signup,
        ],
        accounts: [
            Account(
                id: "710000000000001", name: "Harbour Street Coffee",
                numbers: [
                    Number(id: "720000000000001", digits: "15550100200", verifiedName: "Harbour Street Coffee"),
                    Number(id: "720000000000002", digits: "15550100300", verifiedName: "Harbour Street Orders"),
                ], subscribedApps: ["700000000000001"])
        ],
        accessTokens: ["simulated-access-token": "700000000000001"],
        customers: [
            Customer(name: "Ana Silva", number: "5521998765401"),
            Customer(name: "Ben Carter", number: "15550199001"),
            Customer(name: "ليلى حداد", number: "971501234501"),
            Customer(name: "Mia Wolf", number: nil, username: "miawolf", country: "DE"),
            Customer(name: "Ravi Menon", number: "919812345601", readsAtOnce: true),
            Customer(name: "Chloé Martin", number: "33612345601"),
            Customer(name: "Javier Ortega", number: "5215512345601"),
            Customer(name: "Sofía Romero", number: "5491123456701"),
            Customer(name: "Yuki Tanaka", number: "819012345601", username: "yuki.t"),
            Customer(name: "Grace Okafor", number: "2348012345601"),
            Customer(name: "Luca Bianchi", number: "393331234501"),
            Customer(name: "Emma Lindqvist", number: "46701234501"),
        ],
        owners: [
            Owner(id: "owner-1", name: "Nora Field", accounts: ["710000000000001"]),
            Owner(id: "owner-2", name: "Sam Porter"),
        ])
}
