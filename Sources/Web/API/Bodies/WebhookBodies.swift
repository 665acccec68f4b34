internal import Domain
internal import Services

internal import struct Foundation.Date

struct ReceiptsWebhookBody: Encodable {
    let address: String
    let on: Bool
    let stopped: WebhookEndpoint.Stop.Reason?
    let stoppedAt, oldSecretEndsAt, lastSuccessAt: Date?
    let failures: Int
    let createdAt: Date
    let secret: String?

    /// - Parameter secret: one that was made just now.
    init(_ endpoint: WebhookEndpoint, secret: String? = nil) {
        (address, on) = (endpoint.address.text, endpoint.isOn)
        (stopped, stoppedAt, oldSecretEndsAt) = (endpoint.stop?.reason, endpoint.stop?.at, endpoint.oldSecretEndsAt)
        (failures, lastSuccessAt, createdAt, self.secret) = (endpoint.failures, endpoint.lastSuccessAt, endpoint.createdAt, secret)
    }
}

extension ReceiptsWebhookBody: APISchema {
    static let schemaName = "ReceiptsWebhook"
    static let schema = Schema.object(
        [
            "address": Schema.text("Where receipts are posted to."),
            "on": Schema.bool("False while the address was only tested and not saved yet."),
            "stopped": Schema.choice(
                WebhookEndpoint.Stop.Reason.self,
                "Why nothing is delivered until it is resumed: gone, because it answered 410; failing, because nothing was taken for five days."
            ),
            "stoppedAt": Schema.instant(), "oldSecretEndsAt": Schema.instant("Until when the secret before this one signs as well."),
            "failures": Schema.integer("Calls in a row that failed."), "lastSuccessAt": Schema.instant(), "createdAt": Schema.instant(),
            "secret": Schema.text("Only in the answer that made it; no other ever tells it."),
        ], optional: ["stopped", "stoppedAt", "oldSecretEndsAt", "lastSuccessAt", "secret"])
    static let example: JSONValue = [
        "address": "https://example.com/receipts", "on": true, "failures": 0, "lastSuccessAt": "2026-11-20T08:00:05.000Z",
        "createdAt": "2026-11-20T08:00:00.000Z",
    ]
}

struct NewReceiptsWebhookBody: Decodable { let address: String }

extension NewReceiptsWebhookBody: APISchema {
    static let schemaName = "NewReceiptsWebhook"
    static let schema = Schema.object(
        ["address": Schema.text("Of https, on the public internet or in a network that the server\u{2019}s owner permits.")],
        isRequest: true)
    static let example: JSONValue = ["address": "https://example.com/receipts"]
}

struct ReceiptsWebhookTestBody: Decodable { let address: String? }

extension ReceiptsWebhookTestBody: APISchema {
    static let schemaName = "ReceiptsWebhookTest"
    static let schema = Schema.object(
        ["address": Schema.text("One that isn\u{2019}t saved yet; the saved one, unless given.")], optional: ["address"], isRequest: true)
    static let example: JSONValue = ["address": "https://example.com/receipts"]
}

struct WebhookAttemptBody: Encodable {
    let at: Date
    let milliseconds: Int
    let status: Int?
    let failure: String?
    let answer: String?
    let answerBytes: Int

    init(_ attempt: WebhookAttempt) {
        (at, milliseconds, status, failure) = (attempt.at, attempt.milliseconds, attempt.status, attempt.failure)
        (answer, answerBytes) = (attempt.answer.isEmpty ? nil : attempt.answer, attempt.answerBytes)
    }
}

extension WebhookAttemptBody: APISchema {
    static let schemaName = "WebhookAttempt"
    static let schema = Schema.object(
        [
            "at": Schema.instant(), "milliseconds": Schema.integer("From the call to the end of the answer."),
            "status": Schema.integer("Of the answer; none when there was no answer. Only 200 to 299 says that it was taken."),
            "failure": Schema.text("Why there was no answer."),
            "answer": Schema.text(
                "The first \(WebhookAttempt.answerLimit) bytes of the answer\u{2019}s body; left out when there are none, and of a test."),
            "answerBytes": Schema.integer("Bytes of the answer\u{2019}s body that were read, at most 65536."),
        ], optional: ["status", "failure", "answer"])
    static let example: JSONValue = [
        "at": "2026-11-20T08:00:05.000Z", "milliseconds": 84, "status": 200, "answer": "ok", "answerBytes": 2,
    ]
}

struct ReceiptsWebhookTestedBody: Encodable {
    let delivered: Bool
    let attempt: WebhookAttemptBody
    let secret: String?

    init(_ tested: WebhookService.Tested) {
        (delivered, attempt, secret) = (tested.attempt.isSuccess, WebhookAttemptBody(tested.attempt), tested.secret)
    }
}

extension ReceiptsWebhookTestedBody: APISchema {
    static let schemaName = "ReceiptsWebhookTested"
    static let schema = Schema.object(
        [
            "delivered": Schema.bool("Whether it was taken."), "attempt": Schema.reference(WebhookAttemptBody.self),
            "secret": Schema.text("Only when this test was the first and made it."),
        ], optional: ["secret"])
    static let example: JSONValue = [
        "delivered": true, "attempt": ["at": "2026-11-20T08:00:05.000Z", "milliseconds": 84, "status": 200, "answerBytes": 2],
    ]
}

struct WebhookDeliveryBody: Encodable {
    let id: Identifier<WebhookDelivery>
    let message: Identifier<Message>
    let status: ReceiptStatus
    let state: WebhookDelivery.State
    let createdAt: Date
    let nextAt, endedAt: Date?
    let attempts: [WebhookAttemptBody]
    let body: String?

    /// - Parameter body: what is sent; only of one that is asked for by itself.
    init(_ logged: LoggedDelivery, body: String? = nil) {
        let delivery = logged.delivery
        (id, message, status, state) = (delivery.id, delivery.messageID, delivery.status, delivery.state)
        (createdAt, nextAt, endedAt) = (delivery.createdAt, delivery.nextAt, delivery.endedAt)
        (attempts, self.body) = (logged.attempts.map(WebhookAttemptBody.init), body)
    }
}

extension WebhookDeliveryBody: APISchema {
    static let schemaName = "WebhookDelivery"
    static let schema = Schema.object(
        [
            "id": Schema.id(WebhookDelivery.self, "The header webhook-id: the same with each attempt."),
            "message": Schema.id(Message.self), "status": Schema.choice(ReceiptStatus.self),
            "state": Schema.choice(WebhookDelivery.State.self, "failed once it was given up."), "createdAt": Schema.instant(),
            "nextAt": Schema.instant("When it is tried next, once those before it about the same message are done."),
            "endedAt": Schema.instant(), "attempts": Schema.list(Schema.reference(WebhookAttemptBody.self)),
            "body": Schema.text("What is sent, to the byte; in lists it is left out."),
        ], optional: ["nextAt", "endedAt", "body"])
    static let example: JSONValue = [
        "id": "whd_01jz3c4m5n6p7q8r9s0t1v2w3x", "message": "msg_01jz3c4m5n6p7q8r9s0t1v2w3x", "status": "delivered", "state": "delivered",
        "createdAt": "2026-11-20T08:00:04.000Z", "endedAt": "2026-11-20T08:00:05.000Z", "attempts": [WebhookAttemptBody.example],
    ]
}

struct RedeliveredBody: Encodable { let count: Int, hasMore: Bool }

extension RedeliveredBody: APISchema {
    static let schemaName = "Redelivered"
    static let schema = Schema.object([
        "count": Schema.integer("Deliveries that wait again."), "hasMore": Schema.bool("Whether there may be more; call again."),
    ])
    static let example: JSONValue = ["count": 12, "hasMore": false]
}
