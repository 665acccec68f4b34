import Domain

@testable import Web

enum HealthExamples {
    static let well = SenderHealthView(
        SenderHealthReport(
            sender: PageExamples.senders[0], at: PageExamples.now,
            findings: [HealthFinding(.sender, .ok, "It is online."), HealthFinding(.renewal, .ok, "It costs nothing here.")]), notice: nil,
        in: PageExamples.workspace())
    static let bad = SenderHealthView(
        SenderHealthReport(
            sender: PageExamples.senders[0], at: PageExamples.now,
            findings: [
                HealthFinding(.accessToken, "Shop <b>", .trouble, "It has expired.", advice: "Make a new one."),
                HealthFinding(.limit, .attention, "1,700 of 2,000 people.", advice: "Put campaigns off."),
            ]), notice: nil, in: PageExamples.workspace(.dark))
}
