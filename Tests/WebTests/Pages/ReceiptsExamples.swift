import Domain
import Foundation
import Services

@testable import Web

/// The receipts webhook of a number: none yet, at work, and stopped.
enum ReceiptsExamples {
    static let none = ReceiptsView(
        PageExamples.senders[0], nil, .init(page: Page(data: [], next: nil), state: nil, isFirst: true),
        draft: .init(address: "http://10.0.0.1/<i>", problem: .addressRefused("The address leads into a private network.")), notice: nil,
        in: PageExamples.workspace(.dark))

    static let full = ReceiptsView(
        PageExamples.senders[0], endpoint(),
        .init(page: Page(data: [delivered, waiting, givenUp], next: "abc"), state: nil, isFirst: true),
        draft: .init(
            address: "https://example.com/receipts", secret: "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
            test: .init(at: now, milliseconds: 84, status: 200, failure: nil, answer: "<b>ok</b>", answerBytes: 9)),
        notice: PageNotice("Saved. Receipts go there from now on."), in: PageExamples.workspace())

    static let stopped = ReceiptsView(
        PageExamples.senders[0], endpoint(stop: .init(.gone, at: now.addingTimeInterval(-3_600))),
        .init(page: Page(data: [givenUp], next: nil), state: .failed, isFirst: false),
        draft: .init(
            address: "https://example.com/receipts",
            test: .init(at: now, milliseconds: 20_000, status: nil, failure: "No connection in time.", answer: "", answerBytes: 0)),
        notice: nil, in: PageExamples.workspace(.dark))

    private static let now = PageExamples.now

    private static func endpoint(stop: WebhookEndpoint.Stop? = nil) -> WebhookEndpoint {
        WebhookEndpoint(
            id: Identifier("whe_00000000000000000000000001"), senderID: PageExamples.senders[0].id,
            address: try! OutsideAddress(parsing: "https://example.com/receipts"), isOn: true, stop: stop,
            oldSecretEndsAt: now.addingTimeInterval(3_600), failures: 3, lastSuccessAt: now.addingTimeInterval(-600), createdAt: now)
    }

    private static let delivered = logged(
        1, .sent, .delivered,
        [
            .init(at: now, milliseconds: 12, status: 204, failure: nil, answer: "", answerBytes: 0)
        ])
    private static let waiting = logged(
        2, .delivered, .waiting,
        [
            .init(at: now, milliseconds: 1_234, status: 302, failure: nil, answer: "<script>alert(1)</script>", answerBytes: 25)
        ])
    private static let givenUp = logged(3, .failed, .failed, [])

    private static func logged(
        _ number: Int64, _ status: ReceiptStatus, _ state: WebhookDelivery.State, _ attempts: [WebhookAttempt]
    ) -> LoggedDelivery {
        LoggedDelivery(
            delivery: WebhookDelivery(
                id: Identifier("whd_0000000000000000000000000\(number)"), sequence: number,
                messageID: Identifier("msg_00000000000000000000000001"), status: status, state: state, attempts: attempts.count,
                nextAt: state == .waiting ? now.addingTimeInterval(300) : nil, createdAt: now.addingTimeInterval(-60), endedAt: nil),
            attempts: attempts)
    }
}
