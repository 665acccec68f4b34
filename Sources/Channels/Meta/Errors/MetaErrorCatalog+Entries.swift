internal import Domain

extension MetaErrorCatalog.Entry {
    /// Delay before the first repeat where Meta names none.
    private static let soon = Disposition.retry(after: .seconds(1))
    /// For quotas and maintenance that last about a minute.
    private static let inAMinute = Disposition.retry(after: .seconds(60))
    private static let oneDay = Duration.seconds(24 * 60 * 60)

    private static let triedAgain = "It is tried again by itself."
    private static let newToken = "Replace the access token on the connection's page."
    private static let checkNow = "then choose Check now on the connection's page."
    private static let fixMessage = "Correct the message and send it again."

    static let all: [Self] = access + platform + limits + recipient + content + template + number + other

    /// The credentials, or what they allow.
    static let access: [Self] = [
        Self(
            [0, 104, 190, 2_500],
            .stopSender(.tokenRefused, reason: "WhatsApp no longer accepts the access token. Replace it on the connection's page."),
            retryable: true,
            "WhatsApp no longer accepts the access token.",
            newToken),
        Self(
            [3, 10, 131_005] + Array(200...299),
            .stopSender(.tokenRefused, reason: "The access token lacks a permission. Replace it on the connection's page."),
            retryable: true,
            "The access token lacks a permission that sending needs.",
            "Give the system user the permission whatsapp_business_messaging for this account, then replace the access token on the connection's page."
        ),
    ]

    /// Meta's servers.
    private static let platform: [Self] = [
        Self(
            [1, 2, 131_000, 131_016, 133_004], soon, retryable: true,
            "WhatsApp had a passing problem.",
            triedAgain),
        Self(
            [131_057, 2_494_100],
            .hold(for: .seconds(60), reason: "WhatsApp is working on this number just now, such as to let it send faster."),
            retryable: true,
            "WhatsApp is working on this number just now.",
            triedAgain),
        Self(
            [134_101], inAMinute, retryable: true,
            "WhatsApp is still preparing this template.",
            triedAgain),
        Self(
            [134_102], .fail, retryable: true,
            "Sending of marketing templates isn't available at the moment.",
            "Try again later."),
    ]

    /// Rates, quotas and limits set for misuse.
    private static let limits: [Self] = [
        Self(
            [4, 80_007, 80_008, 613], inAMinute, retryable: true,
            "The app made more calls than WhatsApp allows in an hour.",
            triedAgain),
        Self(
            [130_429], .slowDown(after: .seconds(1)), retryable: true,
            "The number sends more messages a second than WhatsApp allows.",
            triedAgain),
        Self(
            [131_056], soon, retryable: true,
            "Too many messages went from this number to this person in a short time.",
            triedAgain),
        Self(
            [131_048],
            .pauseCampaigns(
                reason:
                    "WhatsApp has limited this number because people blocked or reported it. Look at its quality in WhatsApp Manager, then resume it."
            ),
            retryable: true,
            "WhatsApp has limited this number because too many of its messages were blocked or reported.",
            "Look at the number's quality in WhatsApp Manager, then resume it on its queue page."),
        Self(
            [131_064], .pauseTemplate(), retryable: true,
            "WhatsApp limits these templates because they were filed under a wrong category.",
            "Correct the category of the templates in WhatsApp Manager."),
        Self(
            [368],
            .stopSender(
                .suspended,
                reason:
                    "WhatsApp has blocked the account for a time because of its policies. Read the notice in WhatsApp Manager, \(checkNow)"),
            retryable: true,
            "WhatsApp has blocked the account for a time because of its policies.",
            "Read the notice in WhatsApp Manager, where an appeal is possible, \(checkNow)"),
        Self(
            [131_031], .stopSender(.suspended, reason: "WhatsApp has locked the account. Read the notice in WhatsApp Manager, \(checkNow)"),
            retryable: true,
            "WhatsApp has locked the account.",
            "Read the notice in WhatsApp Manager, where an appeal is possible, \(checkNow)"),
        Self(
            [131_042, 131_044],
            .stopSender(
                .paymentMissing, reason: "WhatsApp reports a problem with the payment method. Mend it in WhatsApp Manager, \(checkNow)"),
            retryable: true,
            "WhatsApp reports a problem with the account's payment method.",
            "Mend the payment method in WhatsApp Manager, \(checkNow)"),
    ]

    /// The person it was for.
    private static let recipient: [Self] = [
        Self(
            [131_026], .fail, retryable: false,
            "The message can't be delivered: the person may not use WhatsApp, has an old version, or has blocked you.",
            "Reach the person another way, or try again after some days."),
        Self(
            [131_047], .fail, retryable: false,
            "More than 24 hours have passed since the person last wrote.",
            "Send an approved template; when the person answers, you can write freely again."),
        Self(
            [131_049], .restrictContact(for: oneDay), retryable: false,
            "WhatsApp holds this back so that people don't get too many marketing messages.",
            "Wait a day at least: trying sooner fails again."),
        Self(
            [131_050], .restrictContact(for: nil), retryable: false,
            "The person doesn't want marketing messages from you.",
            "Send none, unless the person asks for them again."),
        Self(
            [130_472], .fail, retryable: false,
            "WhatsApp keeps marketing messages from this person as part of an experiment.",
            "Reach the person another way."),
        Self(
            [130_497], .fail, retryable: false,
            "WhatsApp doesn't let this business write to people in that country.",
            "Leave that country out."),
        Self(
            [131_021], .fail, retryable: false,
            "The number can't write to itself.",
            "Choose another recipient."),
        Self(
            [131_030], .fail, retryable: true,
            "Meta's test numbers write only to the recipients on their list.",
            "Add this number to the list of recipients in the app's API setup."),
        Self(
            [131_062], .fail, retryable: false,
            "This authentication template needs the person's phone number.",
            "Ask for the number, then send to it."),
        Self(
            [137_000], .askPerson, retryable: true,
            "The person's identity key has changed.",
            "Make sure whom you are writing to, then send again."),
        Self(
            [131_020, 131_041], .fail, retryable: false,
            "WhatsApp doesn't know this group, or nobody else is in it.",
            "Choose another recipient."),
        Self(
            Array(131_201...131_215), .fail, retryable: false, quotes: true,
            "WhatsApp refused this message to a group.",
            fixMessage),
    ]

    /// What the message says.
    private static let content: [Self] = [
        Self(
            [131_008], .fail, retryable: false, quotes: true,
            "WhatsApp misses a value in the message.",
            fixMessage),
        Self(
            [100, 131_009], .fail, retryable: false, quotes: true,
            "WhatsApp doesn't accept a value in the message.",
            fixMessage),
        Self(
            [131_051], .fail, retryable: false,
            "WhatsApp doesn't support this kind of message.",
            "Send it in another form."),
        Self(
            [131_052], .fail, retryable: false,
            "The person's file couldn't be fetched from WhatsApp.",
            "Ask the person to send it again."),
        Self(
            [131_053], .fail, retryable: true, quotes: true,
            "WhatsApp couldn't process the file.",
            "Check its type, its size and, if it is a link, that the address can be reached."),
        Self(
            [131_055], .fail, retryable: false,
            "WhatsApp doesn't allow this way of sending for the number.",
            "Send it in another form."),
        Self(
            [135_000], .fail, retryable: false, quotes: true,
            "WhatsApp refused the message without saying more.",
            fixMessage),
        Self(
            [132_068], .fail, retryable: true,
            "WhatsApp has blocked this flow.",
            "Mend the flow in WhatsApp Manager."),
        Self(
            [132_069], .fail, retryable: true,
            "WhatsApp has slowed this flow down: it was sent ten times within the hour.",
            "Try again in an hour."),
    ]

    /// The template it was made from.
    private static let template: [Self] = [
        Self(
            [132_000], .fail, retryable: false, quotes: true,
            "The number of values doesn't match the template.",
            "Fill in every variable of the template."),
        Self(
            [132_001], .pauseTemplate(for: .seconds(60)), retryable: false,
            "The template doesn't exist in this language, or isn't approved.",
            "Check name, language and state of the template."),
        Self(
            [132_005], .fail, retryable: false,
            "The template's text is too long once its values are filled in.",
            "Shorten the values."),
        Self(
            [132_007], .pauseTemplate(), retryable: false,
            "The template's content breaks a policy of WhatsApp.",
            "Change the template and have it approved again."),
        Self(
            [132_008, 132_012], .fail, retryable: false, quotes: true,
            "A value doesn't have the form that the template expects.",
            "Check each value against the template."),
        Self(
            [132_015], .pauseTemplate(), retryable: true,
            "WhatsApp has paused the template because of its quality.",
            "Wait until it is active again, or send another template."),
        Self(
            [132_016], .pauseTemplate(), retryable: false,
            "WhatsApp has disabled the template for good.",
            "Make a new template."),
        Self(
            [131_063], .pauseTemplate(), retryable: false,
            "Marketing templates are switched off for this way of sending.",
            "Send them by the Marketing Messages API, or switch them on in WhatsApp Manager."),
        Self(
            [134_100], .fail, retryable: false,
            "Only marketing templates can be sent this way.",
            "Choose a marketing template."),
    ]

    /// The number that sends.
    private static let number: [Self] = [
        Self(
            [33], .stopSender(.numberMissing, reason: "WhatsApp says that the number was deleted. Connect it again."), retryable: false,
            "WhatsApp says that the number was deleted.",
            "Connect the number again."),
        Self(
            [131_037],
            .stopSender(.nameRefused, reason: "WhatsApp hasn't approved the number's display name. Wait for its approval, \(checkNow)"),
            retryable: true,
            "WhatsApp hasn't approved the number's display name.",
            "Set a display name in WhatsApp Manager and wait for its approval, \(checkNow)"),
        Self(
            [131_045, 133_000, 133_006, 133_010],
            .stopSender(.unregistered, reason: "The number isn't registered with WhatsApp. Register it at Meta, \(checkNow)"),
            retryable: true,
            "The number isn't registered with WhatsApp.",
            "Register the number at Meta, \(checkNow)"),
        Self(
            [133_005, 133_008, 133_009],
            .stopSender(.unregistered, reason: "The number's PIN isn't accepted. Set a new one in WhatsApp Manager, \(checkNow)"),
            retryable: true,
            "The number's PIN isn't accepted.",
            "Set a new PIN in WhatsApp Manager, \(checkNow)"),
        Self(
            [133_015], .retry(after: .seconds(5 * 60)), retryable: true,
            "The number was deleted a short time ago.",
            triedAgain),
        Self(
            [133_016],
            .stopSender(
                .unregistered,
                reason: "The number was registered too often within three days. Wait three days and register it again at Meta, \(checkNow)"),
            retryable: true,
            "The number was registered too often within three days.",
            "Wait three days and register it again at Meta, \(checkNow)"),
    ]

    /// Codes of calls that sending doesn't make; kept so that their meaning has words wherever they turn up.
    private static let other: [Self] = [
        Self(
            [131_059], .fail, retryable: true,
            "WhatsApp no longer knows this place in the list.",
            "Start again from the first page."),
        Self(
            [134_011], .fail, retryable: true,
            "The terms for payments aren't accepted yet.",
            "Accept them in WhatsApp Manager."),
        Self(
            [138_000, 138_006, 138_013, 138_014, 138_015, 138_018], .fail, retryable: true,
            "Calls aren't possible with this number or this person yet.",
            "Check the number's call settings and the person's permission."),
        Self(
            [138_001, 138_009, 138_012, 138_017], .fail, retryable: false,
            "WhatsApp doesn't allow this call.",
            "Write instead, or call later."),
        Self(
            [138_002, 138_003, 138_004, 138_005, 138_007], soon, retryable: true,
            "The call couldn't be set up.",
            triedAgain),
        Self(
            [139_100, 139_101], .fail, retryable: false,
            "Not everyone could be blocked: only people who wrote within a day can be.",
            "Try the others again later."),
        Self(
            [139_102, 139_103], soon, retryable: true,
            "The list of blocked people is being changed just now.",
            triedAgain),
    ]
}
