import Domain
import Foundation

@testable import Web

/// What is known of messages of each fate.
enum MessageDetailsExamples {
    static let all: [(name: String, view: any RenderedView)] = [
        ("message-details", view(history)),
        ("message-details-page", page(history)),
        ("message-details-inbound", page(MessageHistory(message: received, attempts: [], keyName: nil), theme: .dark)),
        ("message-details-failed", page(failed)),
    ]

    static let frame = PageExamples.frame()
    static let sentAt = PageExamples.now.addingTimeInterval(-3_600)

    static func view(_ history: MessageHistory, contactName: String = "María González") -> MessageDetailsView {
        MessageDetailsView(
            history, contactName: contactName, writers: ["member:acc_1": "Ana Ruiz"], times: PageExamples.times, frame: frame)
    }

    private static func page(_ history: MessageHistory, theme: PageFrame.Theme = .light) -> MessageDetailsPageView {
        MessageDetailsPageView(
            view(history), address: "/app/acme/whatsapp/cnv_1", contactName: "María González", in: PageExamples.workspace(theme))
    }

    static func attempt(
        _ number: Int, _ status: AttemptStatus, _ kind: String? = "regular", error: MessageError? = nil, participant: String? = nil
    ) -> MessageAttempt {
        let price = kind.map {
            MessagePrice(category: "utility", kind: $0, isBillable: $0 == "regular" ? true : $0.hasPrefix("free") ? false : nil)
        }
        return MessageAttempt(
            number: number, status: status, startedAt: sentAt, answeredAt: sentAt, providerID: "wamid.\(number)", error: error,
            reports: [
                .init(status: .sent, at: sentAt, price: price),
                .init(status: status, at: sentAt.addingTimeInterval(2), participant: participant),
            ])
    }

    static let history = MessageHistory(
        message: PageExamples.message(1, .outbound, .text("Hola"), .read, secondsAgo: 3_600),
        attempts: [attempt(1, .failed, error: fault), attempt(2, .read, participant: "34600999888")], keyName: "Web shop")

    static let failed = MessageHistory(
        message: PageExamples.message(2, .outbound, .text("Hola"), .failed, secondsAgo: 3_600, error: fault),
        attempts: [attempt(1, .failed, error: fault)], keyName: nil)

    private static let received = PageExamples.message(3, .inbound, .text("Hola"), secondsAgo: 60, edited: true)

    static let fault = MessageError(
        code: "131026", detail: "The number isn't on WhatsApp.", advice: "Check it with the customer.", retryable: true)
}
