internal import OrderedCollections

/// One change for one callback, not yet signed.
struct WebhookItem: Sendable {
    let app: String
    let url: String
    let secret: String
    /// `entry.id`.
    let account: String
    let field: String
    let value: JSON
    /// `entry.time` in seconds, for fields that have it.
    let time: Int?
    /// Items of one person have the same; their order is kept.
    let subject: String
}

extension World {
    /// Sends a change to every app that subscribed to the account and the field. Overrides count for user-facing fields only: what is about accounts and templates
    /// goes to the app's own callback, whatever address the account or the number has.
    mutating func notify(account accountID: String, number: BusinessNumber? = nil, field: String, value: JSON, subject: String) {
        guard let account = accounts[accountID] else { return }
        for (appID, subscription) in account.subscriptions {
            guard let app = apps[appID], app.fields?.contains(field) ?? true else { continue }
            let override = MetaApp.fieldsOfAccounts.contains(field) ? nil : number.map { $0.override ?? subscription } ?? nil
            guard let url = override?.url ?? app.callbackURL else { continue }
            effects.append(
                .webhook(
                    WebhookItem(
                        app: appID, url: url, secret: app.secret, account: accountID, field: field, value: value,
                        time: number == nil ? seconds : nil, subject: subject)))
        }
    }

    /// Whether anybody listens; without listeners nothing has to be built.
    func hasListeners(account: String) -> Bool {
        guard let account = accounts[account] else { return false }
        return account.subscriptions.contains { app, override in override != nil || apps[app]?.callbackURL != nil }
            || account.numbers.contains { numbers[$0]?.override != nil }
    }

    func metadata(of number: BusinessNumber) -> JSON {
        ["display_phone_number": .string(number.digits), "phone_number_id": .string(number.id)]
    }

    /// The `contacts` entry of a person.
    func contact(_ phone: Phone, seenBy account: BusinessAccount) -> JSON {
        .fields(
            ("profile", .fields(("name", .string(phone.name)), ("username", phone.username.map { .string("@\($0)") }))),
            ("wa_id", phone.number.map { .string($0) }),
            ("user_id", .string(userID(of: phone, seenBy: account))))
    }
}
