import Domain
import Foundation
import Testing

@Suite("What a message costs")
struct MessagePriceTests {
    @Test(
        "the kind says whether it is billable, else the older flag, else nobody knows",
        arguments: [
            (#"{"billable": true, "pricing_model": "PMP", "type": "regular", "category": "marketing"}"#, "marketing", true),
            (#"{"billable": false, "type": "regular", "category": "utility"}"#, "utility", true),
            (#"{"billable": true, "type": "free_customer_service", "category": "service"}"#, "service", false),
            (#"{"type": "free_entry_point", "category": "service"}"#, "service", false),
            (#"{"billable": false, "category": "referral_conversion"}"#, "referral_conversion", false),
            (#"{"billable": true, "type": "something_new"}"#, nil, true),
            (#"{"type": "something_new", "category": 7}"#, nil, nil),
        ] as [(String, String?, Bool?)])
    func price(json: String, category: String?, isBillable: Bool?) throws {
        let price = try #require(MessagePrice(pricing: try JSONText.decode(from: json)))
        #expect(price.category == category)
        #expect(price.isBillable == isBillable)
    }

    @Test("what isn't an object says nothing", arguments: ["null", "[]", "\"regular\"", "1"])
    func malformed(json: String) throws { #expect(MessagePrice(pricing: try JSONText.decode(from: json)) == nil) }

    @Test(
        "only what was delivered is billed",
        arguments: [
            (.sending, false), (.unknown, false), (.sent, false), (.failed, false), (.delivered, true), (.read, true), (.played, true),
        ]
            as [(AttemptStatus, Bool)])
    func billed(status: AttemptStatus, isBilled: Bool) {
        func attempt(_ kind: String?) -> MessageAttempt {
            MessageAttempt(
                number: 1, status: status, startedAt: .distantPast, answeredAt: nil, providerID: nil, error: nil,
                reports: [
                    .init(status: .sent, at: .distantPast, price: MessagePrice(category: "service", kind: "regular", isBillable: false)),
                    .init(status: .delivered, at: .distantPast, price: kind.map { MessagePrice(category: $0, kind: $0, isBillable: true) }),
                    .init(status: .read, at: .distantPast),
                ])
        }
        #expect(attempt("regular").isBilled == isBilled)
        #expect(attempt("regular").price?.category == "regular")
        // The delivery said nothing of it: what the departure said holds.
        #expect(attempt(nil).isBilled == false)
    }
}
