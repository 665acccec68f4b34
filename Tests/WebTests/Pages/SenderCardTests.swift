import Domain
import Foundation
import Services
import Testing

@testable import Web

@Suite("Cards of senders")
struct SenderCardTests {
    private static func page(_ prices: [Identifier<Sender>: PricedSubscription]) throws -> String {
        try PageTemplates().render(
            SendersView([PageExamples.senders[0]], queues: [:], prices: prices, notice: nil, in: PageExamples.workspace()),
            with: SendersView.template)
    }

    @Test("one says what its number costs and when that is renewed, where that is known and isn't nothing")
    func costs() throws {
        #expect(try Self.page(SenderExamples.prices).contains("10 credits a month, next renewal "))
        #expect(try !Self.page([:]).contains("a month"))
        let free = PricedSubscription(
            subscription: Subscription(senderID: PageExamples.senders[0].id, state: .free), price: .zero, senderName: "Shop")
        #expect(try !Self.page([PageExamples.senders[0].id: free]).contains("a month"))
    }

    @Test("a number whose messages are switched off says so where it says whether it receives")
    func receiving() throws {
        let off = try ReceptionOptions(
            receivesMessages: false, notifies: true, receivesGroupMessages: true, sendsMail: false, mailAddress: nil, blocksCalls: false,
            blockMessage: nil)
        let switchedOff = "Messages are switched off on its Reception page."
        let number = PageExamples.senders[0]
        #expect(try PageTemplates().render(SenderExamples.page(number, off), with: SenderView.template).contains(switchedOff))
        #expect(try !PageTemplates().render(SenderExamples.online, with: SenderView.template).contains(switchedOff))
    }
}
