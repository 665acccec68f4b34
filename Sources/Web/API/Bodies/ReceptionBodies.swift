internal import Domain
internal import Services

internal import struct Foundation.Date

struct ReceptionBody: Encodable {
    let receivesMessages, notifies, receivesGroupMessages, sendsMail: Bool
    let mailAddress: String?
    let blocksCalls: Bool
    let blockMessage: String?
    let callFailure: String?
    let callFailedAt: Date?
    let kept: Int

    init(_ reception: Reception) {
        let options = reception.options
        (receivesMessages, notifies, receivesGroupMessages) = (
            options.receivesMessages, options.notifies, options.receivesGroupMessages
        )
        (sendsMail, mailAddress) = (options.sendsMail, options.mailAddress?.text)
        (blocksCalls, blockMessage) = (options.blocksCalls, options.blockMessage)
        (callFailure, callFailedAt, kept) = (reception.callFault?.reason, reception.callFault?.at, reception.keptCount)
    }
}

extension ReceptionBody: APISchema {
    static let schemaName = "Reception"
    static let schema = Schema.object(
        [
            "receivesMessages": Members.receivesMessages, "notifies": Members.notifies,
            "receivesGroupMessages": Members.receivesGroupMessages, "sendsMail": Members.sendsMail, "mailAddress": Members.mailAddress,
            "blocksCalls": Members.blocksCalls, "blockMessage": Members.blockMessage,
            "callFailure": Schema.text("Why the last call couldn\u{2019}t be rejected; gone as soon as one is."),
            "callFailedAt": Schema.instant(),
            "kept": Schema.integer(
                "Webhooks with something that wasn\u{2019}t received, up to \(Reception.countLimit). They are kept for 30 days."),
        ], optional: ["mailAddress", "blockMessage", "callFailure", "callFailedAt"])
    static let example: JSONValue = [
        "receivesMessages": true, "notifies": true, "receivesGroupMessages": false, "sendsMail": true, "mailAddress": "team@example.com",
        "blocksCalls": true, "blockMessage": "We don\u{2019}t take calls here. Please write to us.", "kept": 0,
    ]
}

struct NewReceptionBody: Decodable {
    let receivesMessages, notifies, receivesGroupMessages, sendsMail: Bool
    let mailAddress: String?
    let blocksCalls: Bool
    let blockMessage: String?

    func options() throws(ReceptionProblem) -> ReceptionOptions {
        try ReceptionOptions(
            receivesMessages: receivesMessages, notifies: notifies, receivesGroupMessages: receivesGroupMessages, sendsMail: sendsMail,
            mailAddress: mailAddress, blocksCalls: blocksCalls, blockMessage: blockMessage)
    }
}

extension NewReceptionBody: APISchema {
    static let schemaName = "NewReception"
    static let schema = Schema.object(
        [
            "receivesMessages": Members.receivesMessages, "notifies": Members.notifies,
            "receivesGroupMessages": Members.receivesGroupMessages, "sendsMail": Members.sendsMail, "mailAddress": Members.mailAddress,
            "blocksCalls": Members.blocksCalls, "blockMessage": Members.blockMessage,
        ], optional: ["mailAddress", "blockMessage"], isRequest: true)
    static let example: JSONValue = [
        "receivesMessages": true, "notifies": true, "receivesGroupMessages": false, "sendsMail": false, "blocksCalls": false,
    ]
}

/// What a request and its answer share.
private enum Members {
    static let receivesMessages = Schema.bool(
        "Off, what customers send is kept in the journal and not shown. Statuses of what was sent count all the same.")
    static let notifies = Schema.bool(
        "Off, new messages are on nobody\u{2019}s bell, and in no push or e-mail of the platform. Mentions and assignments still are.")
    static let receivesGroupMessages = Schema.bool("Off, what is written in groups is kept in the journal and not shown.")
    static let sendsMail = Schema.bool(
        "On, each message is sent to mailAddress, one e-mail a minute at most. Needs a server that sends e-mail.")
    static let mailAddress = Schema.text("Needed while sendsMail is on; kept while it is off.")
    static let blocksCalls = Schema.bool(
        "On, each call is rejected. WhatsApp is asked to let customers call, or there would be nothing to reject.")
    static let blockMessage = Schema.text(
        "Sent to whoever calls, once an hour. At most \(TextContent.bodyLimit) characters; dropped while calls aren\u{2019}t blocked.")
}

struct KeptIntakeBody: Encodable { let kept: Int }

extension KeptIntakeBody: APISchema {
    static let schemaName = "KeptIntake"
    static let schema = Schema.object([
        "kept": Schema.integer("Webhooks that are brought in from now on, in the background; up to \(Reception.countLimit) are counted.")
    ])
    static let example: JSONValue = ["kept": 12]
}
