internal import Domain
internal import Foundation
internal import Services

/// How a connection that stands is: what Meta says of it, its webhooks and its secrets. Part of the template `connection`.
extension ConnectionView.Standing {
    /// Where Meta sends webhooks to, other than here.
    var elsewhere: [String] {
        let path = webhookAddress.range(of: "/hooks/").map { String(webhookAddress[$0.lowerBound...]) } ?? webhookAddress
        // Without a public address nobody can say under which name this server is known outside.
        return connection.facts.callbackAddresses.filter { isReachable ? $0 != webhookAddress : !$0.hasSuffix(path) }
    }

    /// Where Meta tells what concerns the account and its templates, which follows no address of the account's own: how that is, and what to do. Nil when Meta
    /// didn't say.
    private var accountNews: (tone: String, state: String, advice: String?)? {
        guard let app = connection.facts.app else { return nil }
        let wanted =
            isOfWindow ? SignupApp.webhookPath : webhookAddress.range(of: "/hooks/").map { String(webhookAddress[$0.lowerBound...]) }
        let meanwhile = "Until then suspensions, reviews and limits are asked for every hour."
        let remedy =
            isOfWindow
            ? "Whoever runs this server puts it right at Meta, with what \u{201C}switchboard doctor\u{201D} prints."
            : "Save the callback URL above in Meta\u{2019}s dashboard."
        guard let address = app.address else {
            return ("warn", "Every hour", "The app has no address for it at Meta. \(remedy) \(meanwhile)")
        }
        guard address.hasSuffix(wanted ?? webhookAddress) else {
            return (
                "warn", "Every hour", "Meta tells it to \(isOfWindow ? "another address" : address), and not here. \(remedy) \(meanwhile)"
            )
        }
        guard app.missingFields.isEmpty else {
            return (
                "warn", "In part", "The app isn\u{2019}t subscribed to \(app.missingFields.joined(separator: ", ")) at Meta. \(meanwhile)"
            )
        }
        return ("ok", "At once", nil)
    }

    func names(_ times: PageTimes) -> [String: any Sendable] {
        let facts = connection.facts
        return [
            "appID": connection.appID, "accountName": facts.accountName ?? "WhatsApp business account",
            "accountID": connection.businessAccountID, "portfolioID": facts.portfolioID.orFalse,
            "subscriptionTone": connection.isSubscribed ? "ok" : "warn",
            "subscriptionState": connection.isSubscribed ? "Subscribed" : "Not subscribed yet",
            "elsewhere": elsewhere.map { AddressView($0) }, "goesElsewhere": !elsewhere.isEmpty,
            "needsRepair": !connection.isSubscribed || !elsewhere.isEmpty,
            "accountNewsTone": accountNews?.tone ?? "", "accountNewsState": (accountNews?.state).orFalse,
            "accountNewsAdvice": (accountNews?.advice).orFalse,
            "lastWebhook": lastWebhook(times), "checked": (facts.checkedAt.map { "Asked \(times.dayAndTime($0))." }).orFalse,
            "checkProblem": facts.problem.orFalse,
            "refusals": refusals.map { RefusalView($0, times) }, "hasRefusals": !refusals.isEmpty, "journalWords": journalWords,
            "secretStates": ConnectionSecretKind.allCases.map { SecretView($0, connection, people, times) },
        ].with(tokenNames(times))
    }

    /// For a page that shows no connection.
    static let noNames: [String: any Sendable] = [
        "appID": "", "accountName": "", "accountID": "", "portfolioID": false, "subscriptionTone": "", "subscriptionState": "",
        "elsewhere": [AddressView](), "goesElsewhere": false, "needsRepair": false, "accountNewsTone": "", "accountNewsState": false,
        "accountNewsAdvice": false, "lastWebhook": "", "checked": false,
        "checkProblem": false, "refusals": [RefusalView](), "hasRefusals": false, "journalWords": "", "secretStates": [SecretView](),
        "tokenTone": "", "tokenState": "", "tokenAdvice": false, "tokenKind": false, "tokenPermissions": false, "permissionAdvice": false,
    ]

    private func lastWebhook(_ times: PageTimes) -> String {
        guard let last = connection.lastWebhookAt else { return "None yet" }
        return times.full(last) + (connection.lastWebhookField.map { ", about \($0)" } ?? "")
    }

    private var journalWords: String {
        switch waitingInJournal.count {
        case 0: "Nothing"
        case let count:
            "\(Figures.text(waitingInJournal)) \(count == 1 ? "delivery" : "deliveries") that couldn\u{2019}t be shown. They are kept for 30 days and can be brought in through the API."
        }
    }

    private func tokenNames(_ times: PageTimes) -> [String: any Sendable] {
        let token = connection.facts.token
        let missing = token?.missingPermissions ?? []
        var (tone, state, advice): (String, String, String?) = ("ok", "Lasting", nil)
        if let end = token?.expiresAt {
            let left = end.timeIntervalSince(times.now)
            let remedy = "Make one of a system user that never expires, and put it in below."
            (tone, state, advice) =
                left > 0
                ? ("warn", "Ends in \(PageTimes.span(seconds: left))", "It stops working \(times.full(end)). \(remedy)")
                : ("danger", "Has ended", "It stopped working \(times.full(end)). \(remedy)")
        } else if connection.tokenIsTemporary {
            (tone, state) = ("warn", "Ends some day: use one of a system user")
        } else if connection.facts.problem != nil {
            (tone, state) = ("danger", "Not accepted")
        }
        return [
            "tokenTone": tone, "tokenState": state, "tokenAdvice": advice.orFalse, "tokenKind": Self.kind(token?.kind).orFalse,
            "tokenPermissions": (token?.permissions.map { $0.isEmpty ? "None" : $0.joined(separator: ", ") }).orFalse,
            "permissionAdvice":
                (missing.isEmpty
                ? nil
                : "\(missing.joined(separator: " and ")) \(missing.count == 1 ? "is" : "are") missing. Make a token of the system user with both permissions, and put it in below.")
                .orFalse,
        ]
    }

    /// Meta's words for whose a token is.
    private static func kind(_ kind: String?) -> String? {
        switch kind {
        case "SYSTEM_USER", "SYSTEM": "Of a system user"
        case "USER": "Of a person: it ends when they change their password"
        case "PAGE": "Of a page"
        case "APP": "Of the app"
        default: kind
        }
    }

    struct AddressView: View {
        let names: [String: any Sendable]

        init(_ address: String) { names = ["elsewhereAddress": address] }
    }

    /// What wasn't taken, and what to do about it.
    struct RefusalView: View {
        let names: [String: any Sendable]

        init(_ refusal: WebhookRefusal, _ times: PageTimes) {
            let (word, advice): (String, String) =
                switch refusal.reason {
                case .signature:
                    (
                        "Wrong signature",
                        "If they are Meta\u{2019}s, the app secret isn\u{2019}t this app\u{2019}s: put the right one in below."
                    )
                case .verifyToken: ("Wrong verify token", "Copy the verify token above into Meta\u{2019}s dashboard again.")
                case .unreadable: ("Couldn\u{2019}t be read", "What they said is kept in the journal.")
                case .unknownNumber:
                    (
                        "For a number that isn\u{2019}t connected",
                        "Connect it, or take it out of the account. What came is kept in the journal."
                    )
                }
            names = [
                "refusalWord": word, "refusalAdvice": advice,
                "refusalCount":
                    "\(Figures.text(refusal.count)) since \(times.dayAndTime(refusal.since)), the last \(times.dayAndTime(refusal.lastAt))",
            ]
        }
    }

    struct SecretView: View {
        let names: [String: any Sendable]

        init(_ kind: ConnectionSecretKind, _ connection: Connection, _ people: [String: String], _ times: PageTimes) {
            let replaced = connection.replacements[kind].map { "Replaced \(times.dayAndTime($0.at)) by \(Self.who($0.actor, people))" }
            names = [
                "secretName": kind == .accessToken ? "Access token" : "App secret",
                "secretAge": replaced ?? "As it was when the number was connected, \(times.dayAndTime(connection.createdAt))",
            ]
        }

        private static func who(_ actor: String, _ people: [String: String]) -> String {
            switch Actor(parsing: actor) {
            case .member: people[actor] ?? "somebody who left"
            case .key: "a program"
            case .system, nil: "Switchboard"
            }
        }
    }
}
