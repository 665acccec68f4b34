internal import Domain

internal import struct Foundation.Date

/// A number as the list of all numbers shows it.
struct NumberBody: Encodable {
    let sender: SenderBody
    let country, connectionName: String?
    let displayNameStanding: DisplayName.Standing?
    let throughput: String?
    let usage: SenderUsageBody
    let lastInboundAt, lastOutboundAt, removedAt: Date?
    let openConversations: CountBody

    init(_ number: NumberOverview) {
        (sender, usage) = (SenderBody(number.sender), SenderUsageBody(number.usage))
        (country, connectionName) = (PhoneNumbers.embedded.region(of: number.sender.phoneNumber), number.connectionName)
        (displayNameStanding, throughput) = (number.nameStanding, number.throughput)
        (lastInboundAt, lastOutboundAt) = (number.lastInboundAt, number.lastOutboundAt)
        (removedAt, openConversations) = (number.sender.removedAt, CountBody(number.openConversations))
    }
}

extension NumberBody: APISchema {
    static let schemaName = "Number"
    static let schema = Schema.object(
        [
            "sender": Schema.reference(SenderBody.self), "country": Schema.text("Two letters, where one is known."),
            "connectionName": Schema.text(), "displayNameStanding": Schema.choice(DisplayName.Standing.self, "In WhatsApp's review."),
            "throughput": Schema.text("STANDARD or HIGH."), "usage": Schema.reference(SenderUsageBody.self),
            "lastInboundAt": Schema.instant("When a customer last wrote to it, within some seconds."),
            "lastOutboundAt": Schema.instant("When something last left from it."),
            "removedAt": Schema.instant("Only of those that were removed."),
            "openConversations": CountBody.schema,
        ], optional: ["country", "displayNameStanding", "throughput", "lastInboundAt", "lastOutboundAt", "removedAt"])
    static let example: JSONValue = [
        "sender": SenderBody.example, "country": "US", "connectionName": "Shop", "displayNameStanding": "APPROVED",
        "throughput": "STANDARD", "usage": SenderUsageBody.example, "lastInboundAt": "2026-11-20T08:00:00.000Z",
        "openConversations": ["count": 12, "isMore": false],
    ]
}
